"""What the claims of an identity token prove: who somebody is, and which e-mail address is theirs."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from typing import Any

LONGEST = 255
"""Characters of an issuer or a subject (OpenID Connect Core 1.0, section 2)."""


def identity_of(claims: Mapping[str, Any]) -> str:
    """``issuer|subject``: what one provider gives one person and never another; empty when the token lacks either."""
    issuer, subject = (_text(claims.get(name)) for name in ("iss", "sub"))
    return f"{issuer}|{subject}" if issuer and subject and "|" not in issuer else ""


def address_of(claims: Mapping[str, Any]) -> str:
    """The e-mail address in its one form; empty unless the provider verified it, which ``True`` alone says."""
    address = one_form(_text(claims.get("email")))
    return address if "@" in address and claims.get("email_verified") is True else ""


def made_at(claims: Mapping[str, Any]) -> float:
    """When the token was made, in seconds since 1970; 0 where it does not say."""
    return _moment(claims.get("iat"))


def signed_in_at(claims: Mapping[str, Any]) -> float:
    """When the person themselves signed in last, where the provider says; else when it made the token."""
    return _moment(claims.get("auth_time")) or made_at(claims)


def _moment(value: object) -> float:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else 0.0


def one_form(text: str) -> str:
    """Text as it is compared, without regard to case; empty when a letter only looks like one of ASCII."""
    if any(not letter.isascii() and _folded(letter).isascii() for letter in text):  # the kelvin sign folds to a k
        return ""
    return _folded(text)


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()


def _text(value: object) -> str:
    return value if isinstance(value, str) and len(value) <= LONGEST and value.isprintable() else ""
