"""Which roles an identity opens, by its verified e-mail address or by a claim of its token."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.language.words import mark
from app.scoring.problems import AccessProblem
from app.ui.shell.claims import address_of, one_form
from app.ui.shell.navigation import ROLES, Role


def configured_roles(configured: str) -> Mapping[str, Role]:
    """E-mail address or claim value, in the form they are compared in -> role.

    Args:
        configured: ``name:role`` items, separated by commas; ``data_scientist`` and ``data scientist`` are the same.

    Raises:
        AccessProblem: an item is not of that form. Nobody is let in by half a list.
    """
    found: dict[str, Role] = {}
    for item in filter(None, (item.strip() for item in configured.replace("\n", ",").split(","))):
        name, _, written = item.rpartition(":")
        compared = one_form(name.strip())
        role = next((role for role in ROLES if role == written.strip().replace("_", " ")), None)
        if not compared or role is None:
            raise AccessProblem(
                mark("ROLES holds “{item}”."),
                mark("Each item is an e-mail address or a claim’s value, a colon and a role."),
                mark("Correct the setting: officer, manager and data_scientist are the roles."),
                item=item[:80],
            )
        found[compared] = role
    return found


def roles_of(claims: Mapping[str, Any], configured: Mapping[str, Role], role_claim: str) -> tuple[Role, ...]:
    """Roles of who bears the claims of an identity token, in the order of ``ROLES``; empty when they have none.

    Args:
        role_claim: the claim that holds a role, a configured value or a list of either; none when empty.
    """
    named = claims.get(role_claim) if role_claim else None
    values = [one_form(str(value)) for value in (named if isinstance(named, list | tuple) else [named]) if value]
    # A group may bear any name: one that reads like an address never opens what belongs to that address.
    opened = {configured.get(value, value.replace("_", " ")) for value in values if "@" not in value}
    opened.add(configured.get(address_of(claims), ""))
    return tuple(role for role in ROLES if role in opened)
