"""Who somebody is to the provider that vouches for them, and which address is theirs."""

from __future__ import annotations

import pytest

from app.ui.shell.claims import LONGEST, address_of, identity_of, made_at, signed_in_at

ISSUER = "https://provider.example"


def test_a_person_is_issuer_and_subject_whatever_else_the_token_says() -> None:
    claims = {"iss": ISSUER, "sub": "248289761001"}
    assert identity_of(claims) == "https://provider.example|248289761001"
    assert identity_of({**claims, "email": "bob@lender.example", "name": "Bob"}) == identity_of(claims)
    assert identity_of({**claims, "iss": "https://other.example"}) != identity_of(claims)
    assert identity_of({**claims, "sub": "248289761002"}) != identity_of(claims)


@pytest.mark.parametrize("claims", [
    {}, {"iss": ISSUER}, {"sub": "1"}, {"iss": ISSUER, "sub": ""}, {"iss": ISSUER, "sub": 7}, {"iss": None, "sub": "1"},
    {"iss": "a|b", "sub": "c"}, {"iss": ISSUER, "sub": "x" * (LONGEST + 1)}, {"iss": ISSUER, "sub": "line\nend"},
], ids=str)  # fmt: skip
def test_a_token_that_does_not_say_who_it_is_for_is_for_nobody(claims: dict[str, object]) -> None:
    assert identity_of(claims) == ""


def test_an_address_is_somebodys_once_it_is_verified() -> None:
    assert address_of({"email": "Bob@Lender.example", "email_verified": True}) == "bob@lender.example"
    for said in (False, None, "true", "false", 1, 0):
        assert address_of({"email": "bob@lender.example", "email_verified": said}) == ""
    assert address_of({"email": "bob@lender.example"}) == ""


@pytest.mark.parametrize(
    "address", ["\u212aim@lender.example", "no address", "", None, 7, "a" * 300 + "@lender.example"]
)
def test_what_is_no_address_is_none(address: object) -> None:
    assert address_of({"email": address, "email_verified": True}) == ""


def test_a_sign_in_is_as_old_as_the_person_s_own_and_unknown_is_long_ago() -> None:
    assert (
        signed_in_at({"iat": 1_000, "auth_time": 400}) == 400.0 and made_at({"iat": 1_000, "auth_time": 400}) == 1_000.0
    )
    assert signed_in_at({"iat": 1_000}) == 1_000.0
    for said in ({}, {"iat": "1000"}, {"iat": True}, {"iat": None}):
        assert signed_in_at(said) == 0.0
