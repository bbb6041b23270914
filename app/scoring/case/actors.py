"""Who does something to a file, and whom it can be referred to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

ActorRole = Literal["officer", "manager", "customer", "operator", ""]
"""An operator runs a command beside the store; nobody's role is known in events from before roles were kept."""
STAFF = ("officer", "manager")


@dataclass(frozen=True, slots=True)
class Actor:
    """Who does something.

    Attributes:
        name: what it is recorded under.
        role: what they work as at that moment.
        person: who they are to whoever vouches for them, ``issuer|subject``; empty where nobody does.
    """

    name: str
    role: ActorRole
    person: str = ""

    def is_same(self, other: Actor | Addressee) -> bool:
        """Whether both are one person."""
        return same_person((self.name, self.person), (other.name, other.person))


@dataclass(frozen=True, slots=True)
class Addressee:
    """Whom a file is given to.

    Attributes:
        name: what they are recorded under; empty for whoever manages.
        person: ``issuer|subject`` where it is known.
        role: their role; "manager" without a name is any manager.
    """

    name: str = ""
    person: str = ""
    role: ActorRole = "officer"

    def includes(self, actor: Actor) -> bool:
        """Whether somebody is meant; where nobody was named, everybody is."""
        if self.name or self.person:
            return actor.is_same(self)
        return self.role != "manager" or actor.role == "manager"


MANAGERS = Addressee(role="manager")
ANYBODY = Addressee(role="")
"""Whom files of before were referred to: nobody was named."""


def same_person(one: tuple[str, str], other: tuple[str, str]) -> bool:
    """Whether two are one person: by ``issuer|subject`` where both are known by it, else by name, however written.

    Args:
        one, other: name and ``issuer|subject`` of each, the latter empty where nobody vouches for them.
    """
    (name, person), (other_name, other_person) = one, other
    if person and other_person:
        return person == other_person
    return name.strip().casefold() == other_name.strip().casefold()


def colleagues(configured: Mapping[str, str], known: Iterable[Actor], me: Actor) -> tuple[Addressee, ...]:
    """Whom ``me`` can refer a file to, by name; the managers together come first.

    Args:
        configured: e-mail address -> role, as the setting of roles gives them; a group's claim is nobody by name.
        known: who did something before: they are known by ``issuer|subject`` too. Who has lost their role, where
            roles are configured by address, is left out.
    """
    addresses = {name.casefold(): _role(role) for name, role in configured.items() if "@" in name}
    found = {name: Addressee(name, role=role) for name, role in addresses.items()}
    for actor in known:
        name = actor.name.strip().casefold()
        listed = name in addresses or not addresses or "@" not in name
        if actor.role in STAFF and name and listed:
            found[name] = Addressee(actor.name, actor.person, addresses.get(name, actor.role))
    others = [each for each in found.values() if each.role in STAFF and not me.is_same(each)]
    return (MANAGERS, *sorted(others, key=lambda each: each.name.casefold()))


def _role(name: str) -> ActorRole:
    return "officer" if name == "officer" else "manager" if name == "manager" else ""
