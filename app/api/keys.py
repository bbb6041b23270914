"""API keys: only their hashes are configured, each with the role it opens.

``python -m app.api.keys NAME ROLE`` makes one: the key to hand over, and the line for ``API_KEYS``.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Literal, cast, get_args

import typer

from app import command
from app.scoring.problems import Problem, StoreProblem

Role = Literal["scoring", "monitoring", "data_scientist", "revoked"]
ROLES: tuple[Role, ...] = get_args(Role)
AGAIN_SECONDS = 1.0
"""How often the file of keys is looked at."""
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
            Problem: an item is not of that form, or a key is listed for two callers or roles.
        """
        callers: dict[str, Caller] = {}
        for item in re.split(r"[\s,]+", configured.strip()) if configured.strip() else ():
            if not _LINE.fullmatch(item):
                raise Problem(
                    "API_KEYS holds an item that is no key.",
                    "Each is name:role:hash, separated by blanks.",
                    "Make one with: python -m app.api.keys NAME ROLE",
                )
            name, role, digest = item.split(":")
            caller = Caller(name, cast(Role, role))
            known = callers.get(digest, caller)
            if "revoked" in (known.role, role):  # wherever that stands in the list: it does not come back
                callers[digest] = known if known.role == "revoked" else caller
            elif known != caller:
                raise Problem(
                    "API_KEYS lists one key as {first} and as {second}.",
                    "A key is one caller's, with one role.",
                    "Take one of the two out, or make a second key with: python -m app.api.keys NAME ROLE",
                    first=f"{known.name}:{known.role}",
                    second=f"{name}:{role}",
                )
            else:
                callers[digest] = caller
        return cls(callers)

    def caller(self, key: str) -> Caller | None:
        """Whose key it is; every hash is compared, in constant time, so that the time taken tells nothing."""
        digest = hash_of_key(key)
        found = None
        for known, caller in self.callers.items():
            if hmac.compare_digest(known, digest):
                found = caller
        return found


@dataclass
class KeyList:
    """The keys as they are configured now.

    Attributes:
        configured: items of ``API_KEYS``, known for good.
        file: of more of them, an item a line; read again once it changed. What is taken out or revoked there counts
            within ``AGAIN_SECONDS``.
    """

    configured: str
    file: Path | None = None
    _state: tuple[int, int] | None = field(default=None, init=False)
    _next_look: float = field(default=0.0, init=False)
    _keys: Keys | None = field(default=None, init=False)

    def now(self) -> Keys:
        """The keys.

        Raises:
            StoreProblem: the file cannot be read, or holds an item that is no key; nobody is let in by an older list.
            Problem: ``API_KEYS`` does.
        """
        if self._keys is None or (self.file and time.monotonic() >= self._next_look):
            self._look()
        assert self._keys is not None
        return self._keys

    def _look(self) -> None:
        if self.file is None:
            self._keys = Keys.of(self.configured)
            return
        try:
            found = self.file.stat()
            state = found.st_mtime_ns, found.st_size
            if self._keys is None or state != self._state:
                self._keys = Keys.of(f"{self.configured} {self.file.read_text(encoding='utf-8')}")
        except (OSError, UnicodeDecodeError, Problem) as error:
            self._keys = None
            raise StoreProblem(
                "The file that API_KEYS_FILE names cannot be read, or holds an item that is no key.",
                "Who may call is read from it again each time it changes.",
                "Put it right: name:role:hash, separated by blanks.",
            ) from error
        self._state, self._next_look = state, time.monotonic() + AGAIN_SECONDS


def hash_of_key(key: str) -> str:
    """SHA-256 of a key. Keys are 256 random bits: unlike a password's, their hash needs no slowing down."""
    return hashlib.sha256(key.encode()).hexdigest()


def make(
    name: Annotated[str, typer.Argument(help="Who will call: letters, digits, dot, dash.")],
    role: Annotated[Literal["scoring", "monitoring", "data_scientist"], typer.Argument(help="What the key opens.")],
) -> None:
    """Make an API key: says it, to hand over, and the line for API_KEYS."""
    key = secrets.token_urlsafe(32)
    line = f"{name}:{role}:{hash_of_key(key)}"
    Keys.of(line)
    print(f"Give the caller, once:  {key}\nAdd to API_KEYS:        {line}")


if __name__ == "__main__":
    command.run_alone(make, "python -m app.api.keys")
