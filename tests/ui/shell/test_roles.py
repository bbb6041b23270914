"""Who may do what, from configuration and the claims of an identity token."""

from __future__ import annotations

import pytest

from app.scoring.problems import AccessProblem
from app.ui.shell.roles import configured_roles, roles_of

KNOWN = configured_roles("Ada@lender.example:officer,\n bob@lender.example : manager, credit-science:data_scientist")


def test_an_address_is_found_without_regard_to_case() -> None:
    assert roles_of({"email": "ADA@lender.example"}, KNOWN, "") == ("officer",)
    assert roles_of({"email": "bob@lender.example", "email_verified": True}, KNOWN, "") == ("manager",)


def test_nobody_else_has_a_role() -> None:
    for claims in ({}, {"email": "eve@lender.example"}, {"email": ""}, {"name": "Ada@lender.example"}):
        assert roles_of(claims, KNOWN, "") == ()
    assert roles_of({"email": "ada@lender.example"}, configured_roles(""), "") == ()


def test_an_address_that_the_provider_did_not_verify_opens_nothing() -> None:
    assert roles_of({"email": "ada@lender.example", "email_verified": False}, KNOWN, "") == ()


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
