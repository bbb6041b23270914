"""Signed heads: where the chain of evidence stood, written outside the database with a key it does not hold.

Whoever owns the database can write a whole chain anew, or cut its end: both agree with themselves. Neither agrees with
a head that was signed before. One line of JSON a head; the file belongs where the database's owner cannot write.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Engine, select

from app.scoring.problems import AccessProblem, BrokenEvidence, StoreProblem
from app.settings import Settings
from app.store.chain import CHAIN, Link
from app.store.database import reading

EVERY = 100
"""Links between two heads, at most, while accesses alone are written; everything rarer is signed at once."""
SHORTEST_KEY = 32
LAST_BYTES = 4_096
"""The end of the file that holds its last line."""
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Heads:
    """The file and what it is signed with.

    Attributes:
        file: made when it is not there; only ever added to.
        key: a secret of at least 32 characters.
    """

    file: Path
    key: str = field(repr=False)

    @classmethod
    def of(cls, chosen: Settings) -> Heads | None:
        """What an installation signs with; None where no key is set.

        Raises:
            AccessProblem: the key is short enough to be guessed.
        """
        if not chosen.evidence_key:
            return None
        if len(chosen.evidence_key) < SHORTEST_KEY:
            raise AccessProblem(
                "EVIDENCE_KEY has {length} characters.",
                "It has {shortest} at least, drawn at random.",
                'Make one with: python -c "import secrets; print(secrets.token_hex(32))"',
                length=len(chosen.evidence_key),
                shortest=SHORTEST_KEY,
            )
        return cls(chosen.evidence_file, chosen.evidence_key)

    def keep(self, link: Link, engine: Engine) -> None:
        """Sign a link that was just written. What stops it is logged: the row itself is safely kept by then."""
        try:
            self.sign(link.number, link.hash, engine)
        except (StoreProblem, OSError) as error:
            log.error("no head of the evidence is signed: %s", error)

    def sign(self, number: int, chained: str, engine: Engine) -> None:
        """Add a head, unless the chain lacks the one signed last: what was forged is not signed.

        Args:
            number, chained: of the link, and its hash.

        Raises:
            BrokenEvidence: the chain lacks that one.
            OSError: the file cannot be written.
        """
        self.check(engine)
        facts: dict[str, object] = {"at": datetime.now(UTC).isoformat(), "number": number, "hash": chained}
        line = json.dumps({**facts, "signature": self._signature(facts)}) + "\n"
        with self.file.open("a", encoding="ascii") as file:
            file.write(line)

    def check(self, engine: Engine) -> None:
        """Raise BrokenEvidence where the chain lacks the head signed last."""
        signed = self._last()
        if signed is None:
            return
        asked = select(CHAIN.c.hash).where(CHAIN.c.number == signed[0])
        with reading(engine, _unreadable) as connection:
            found = connection.execute(asked).scalar_one_or_none()
        if found != signed[1]:
            raise lacking(signed[0])

    def all(self, first: bool = False) -> Mapping[int, str]:
        """Number of each signed link and its hash.

        Args:
            first: whether there may be no file: nothing was signed yet.

        Raises:
            BrokenEvidence: the file is not there, or a line of it is not signed with the key.
        """
        if first and not self.file.exists():
            return {}
        if not self.file.is_file():
            raise BrokenEvidence(
                "There are no signed heads at {file}.",
                "With EVIDENCE_KEY set, the store is held against heads.",
                "Restore the file; or, if nothing was ever signed, run: python -m app.store verify --first-heads.",
                file=self.file,
            )
        with self.file.open("rb") as file:
            return dict(self._read(line) for line in file)

    def _last(self) -> tuple[int, str] | None:
        if not self.file.is_file():
            return None
        with self.file.open("rb") as file:
            file.seek(max(0, self.file.stat().st_size - LAST_BYTES))
            lines = file.read().splitlines()
        return self._read(lines[-1]) if lines else None

    def _read(self, line: bytes) -> tuple[int, str]:
        try:
            facts = json.loads(line)
            signature = facts.pop("signature")
            if hmac.compare_digest(signature, self._signature(facts)):
                return facts["number"], facts["hash"]
        except (ValueError, KeyError, TypeError, AttributeError):
            pass
        raise BrokenEvidence(
            "{file} holds “{line}”, which is no head signed with EVIDENCE_KEY.",
            "Heads are signed when they are written, and never changed.",
            "Set the key they were signed with, or restore the file.",
            file=self.file,
            line=line[:60].decode("ascii", "replace").strip(),
        )

    def _signature(self, facts: Mapping[str, object]) -> str:
        told = json.dumps(facts, sort_keys=True).encode()
        return hmac.new(self.key.encode(), told, hashlib.sha256).hexdigest()


def lacking(number: int) -> BrokenEvidence:
    """What is told where the chain lacks a signed head."""
    return BrokenEvidence(
        "Link {number} of the chain of evidence was signed, and is missing or another one now.",
        "A chain whose end was cut, or that was written anew, lacks what was signed before.",
        "Keep the database as it is, and compare it with the last backup.",
        number=number,
    )


def _unreadable(error: Exception) -> StoreProblem:
    return StoreProblem("The chain of evidence cannot be read.", "Heads are held against it.", "Try again in a moment.")
