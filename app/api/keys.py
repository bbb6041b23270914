"""API keys: only their hashes are configured, each with the role it opens.

``python -m app.api.keys NAME ROLE`` makes one: the key to hand over, and the line for ``API_KEYS``.
"""

from __future__ import annotations

import argparse
import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass
from typing import Literal, get_args

from app.scoring.problems import Problem

Role = Literal["scoring", "monitoring", "data_scientist", "revoked"]
ROLES: tuple[Role, ...] = get_args(Role)
_LINE = re.compile(rf"[\w.-]{{1,40}}:({'|'.join(ROLES)}):[0-9a-f]{{64}}")


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks: the name of a key, and what it may do."""

    name: str
    role: Role


# On the demonstration there is nobody to protect, and no key to ask for.
ANYONE = Caller("anyone", "data_scientist")


@dataclass(frozen=True)
class Keys:
    """The configured keys by their hash."""

    callers: dict[str, Caller]

    @classmethod
    def of(cls, configured: str) -> Keys:
        """Keys of ``name:role:hash`` items, separated by blanks or commas.

        Raises:
            Problem: an item is not of that form.
        """
        callers = {}
        for item in re.split(r"[\s,]+", configured.strip()) if configured.strip() else ():
            if not _LINE.fullmatch(item):
                raise Problem(
                    "API_KEYS holds an item that is no key.",
                    "Each is name:role:hash, separated by blanks.",
                    "Make one with: python -m app.api.keys NAME ROLE",
                )
            name, role, digest = item.split(":")
            callers[digest] = Caller(name, role)  # type: ignore[arg-type]
        return cls(callers)

    def caller(self, key: str) -> Caller | None:
        """Whose key it is; every hash is compared, in constant time, so that the time taken tells nothing."""
        digest = hash_of_key(key)
        found = None
        for known, caller in self.callers.items():
            if hmac.compare_digest(known, digest):
                found = caller
        return found


def hash_of_key(key: str) -> str:
    """SHA-256 of a key. Keys are 256 random bits: unlike a password's, their hash needs no slowing down."""
    return hashlib.sha256(key.encode()).hexdigest()


def main() -> None:
    """``python -m app.api.keys NAME ROLE``."""
    parser = argparse.ArgumentParser(description="Make an API key.")
    parser.add_argument("name", help="who will call: letters, digits, dot, dash")
    parser.add_argument("role", choices=[role for role in ROLES if role != "revoked"])
    arguments = parser.parse_args()
    key = secrets.token_urlsafe(32)
    line = f"{arguments.name}:{arguments.role}:{hash_of_key(key)}"
    Keys.of(line)
    print(f"Give the caller, once:  {key}\nAdd to API_KEYS:        {line}")


if __name__ == "__main__":
    main()
