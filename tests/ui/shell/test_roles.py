"""Who may do what, from configuration and the claims of an identity token."""

from __future__ import annotations

import pytest

from app.scoring.problems import AccessProblem
from app.ui.shell.roles import configured_roles, roles_of

LOOKALIKES = (
    "\u212aim@lender.example",  # the kelvin sign: folding its case gives an ASCII k
    "кim@lender.example",  # a Cyrillic letter
    "ｋim@lender.example",  # a full-width one
    "kim@lender．example",  # a full-width stop
    "kim\u200b@lender.example",  # one that is not seen
    "kim@lender.example\u202e",  # one that turns the line round
    "\u212aöln@lender.example",  # beside a letter that is not ASCII anyway
)
KNOWN = configured_roles("Ada@lender.example:officer,\n bob@lender.example : manager, credit-science:data_scientist")


def verified(address: str) -> dict[str, object]:
    return {"email": address, "email_verified": True}


def test_an_address_is_found_without_regard_to_case() -> None:
    assert roles_of(verified("ADA@lender.example"), KNOWN, "") == ("officer",)
    assert roles_of(verified("bob@lender.example"), KNOWN, "") == ("manager",)


def test_nobody_else_has_a_role() -> None:
    nameless = {"name": "Ada@lender.example", "email_verified": True}
    for claims in ({}, verified("eve@lender.example"), verified(""), nameless, verified("credit-science")):
        assert roles_of(claims, KNOWN, "") == ()
    assert roles_of(verified("ada@lender.example"), configured_roles(""), "") == ()


@pytest.mark.parametrize("said", [False, None, "true", "True", "false", 1, 0, "", [True], {}], ids=repr)
def test_an_address_that_the_provider_did_not_verify_opens_nothing(said: object) -> None:
    assert roles_of({"email": "ada@lender.example", "email_verified": said}, KNOWN, "") == ()
    assert roles_of({"email": "ada@lender.example"}, KNOWN, "") == ()


@pytest.mark.parametrize(
    "value", ["bob@lender.example", "Bob@Lender.Example", ["bob@lender.example"], "bob＠lender.example"]
)
def test_a_group_named_like_an_address_does_not_open_what_that_address_opens(value: object) -> None:
    assert roles_of({"groups": value}, KNOWN, "groups") == ()


@pytest.mark.parametrize("address", LOOKALIKES)
def test_an_address_that_only_looks_like_a_configured_one_opens_nothing(address: str) -> None:
    known = configured_roles("kim@lender.example:manager, köln@lender.example:officer")
    assert roles_of(verified(address), known, "") == ()


def test_an_address_of_other_letters_is_found_however_it_is_composed() -> None:
    known = configured_roles("Jörg@lender.example:officer")
    assert roles_of(verified("jo\u0308rg@lender.example"), known, "") == ("officer",)


def test_a_group_that_only_looks_like_a_role_or_a_configured_group_opens_nothing() -> None:
    known = configured_roles("loan-desk:officer")
    for value in ("loan-des\u212a", "ｍanager", "mаnager"):
        assert roles_of({"groups": value}, known, "groups") == ()
    with pytest.raises(AccessProblem, match="ROLES holds"):
        configured_roles("loan-des\u212a:officer")


@pytest.mark.parametrize(
    ("named", "roles"),
    [
        ("manager", ("manager",)),
        (["data_scientist", "officer"], ("officer", "data scientist")),
        (["Credit-Science", "cleaning"], ("data scientist",)),
        ("administrator", ()),
        (None, ()),
        ([], ()),
    ],
)
def test_a_claim_names_roles_or_what_is_configured_for_them(named: object, roles: tuple[str, ...]) -> None:
    assert roles_of({"groups": named}, KNOWN, "groups") == roles


def test_a_claim_that_is_not_configured_opens_nothing() -> None:
    assert roles_of({"groups": "manager"}, KNOWN, "") == ()


@pytest.mark.parametrize("item", ["ada@lender.example", "ada@lender.example:boss", ":manager", "ada@lender.example:"])
def test_half_a_list_lets_nobody_in(item: str) -> None:
    with pytest.raises(AccessProblem, match="ROLES holds"):
        configured_roles(f"bob@lender.example:manager,{item}")
