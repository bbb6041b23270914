"""The decision journal: what a person decided about a client, when, on which advice. Append-only and chained.

Each entry holds the SHA-256 of itself and of the entry before it, so that no entry can be changed, removed or put in
between without every later one telling (Haber and Stornetta, "How to time-stamp a digital document", 1991). The
database refuses UPDATE and DELETE by triggers, and takes only one follower of each entry: of two writers at once, one
tries again. It takes each attempt once: what is sent again because nobody answered is the entry it was.

An entry is one of a file's events as the model's advice is judged by it: both are written in one transaction
(``app.store.cases``), and each names the other. The comment lies with the event's contents, where it can be erased.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import BigInteger, Column, Connection, Double, Engine, String, Table, Text, select

from app.scoring.decision import Decision
from app.scoring.problems import BrokenJournal, StoreProblem, VerdictProblem
from app.scoring.verdict import CHOICES, REASON_CODES, Choice
from app.store.cases.contents import hash_of_content
from app.store.cases.tables import CASE_EVENTS, CASE_PAYLOADS, LONGEST_ATTEMPT
from app.store.chain import FIRST, METADATA, Link, Row, write_linked, writing
from app.store.database import LONGEST_NAME, LONGEST_PERSON, cause_of, follow, is_plain, reading
from app.store.heads import Heads
from app.store.revision import open_store

LONGEST_COMMENT = 2_000

JOURNAL = Table(
    "decision_journal",
    METADATA,
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("at", String(32), nullable=False),
    Column("officer", String(LONGEST_NAME), nullable=False),
    Column("client", BigInteger, nullable=False, index=True),
    Column("choice", String(8), nullable=False),
    Column("reasons", Text, nullable=False),
    Column("comment", Text, nullable=False),
    Column("advice", String(8), nullable=False),
    Column("model_version", String(40), nullable=False),
    Column("threshold", Double, nullable=False),
    Column("probability", Double, nullable=False),
    Column("previous", String(64), nullable=False, unique=True),
    Column("hash", String(64), nullable=False, unique=True),
    Column("person", String(LONGEST_PERSON), nullable=False, server_default=""),
    Column("attempt", String(LONGEST_ATTEMPT), unique=True, index=True),
    Column("event", BigInteger, unique=True, index=True),
)
ADDED = ("person", "attempt", "event")
"""Columns that came later: where they are empty, an entry has the hash it had before."""
VERDICT = ("client", "officer", "person", "choice", "reasons", "comment")
"""What makes an entry the same decision."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a person decides.

    Attributes:
        officer: who decides.
        choice: accept, refuse, or refer to a colleague.
        reasons: codes of ``REASON_CODES``, at least one.
        comment: free text; mandatory when the choice goes against the model.
        person: who the officer is to whoever vouches for them, ``issuer|subject``; empty where nobody does.
    """

    officer: str
    choice: Choice
    reasons: tuple[str, ...]
    comment: str = ""
    person: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the journal.

    Attributes:
        number: from 1, without gaps.
        at: UTC, ISO 8601.
        officer, client, choice, reasons, comment: the verdict.
        advice: what the policy said: "accept" or "refuse".
        model_version, threshold, probability: what the advice rested on.
        previous: hash of the entry before; ``FIRST`` for the first.
        hash: SHA-256 of all of the above, and of what follows where it is known.
        person: as in the verdict; empty in entries from before persons were kept.
        attempt: key of the attempt to record it; None where it had none.
        event: number of the file's event it belongs to, which holds the comment; None in entries from before.
        erased: whether the comment was erased.
        altered: whether the comment is another one than the event's hash says.
    """

    number: int
    at: str
    officer: str
    client: int
    choice: str
    reasons: tuple[str, ...]
    comment: str
    advice: str
    model_version: str
    threshold: float
    probability: float
    previous: str
    hash: str
    person: str = ""
    attempt: str | None = None
    event: int | None = None
    erased: bool = False
    altered: bool = False

    @property
    def against_the_model(self) -> bool:
        """Whether the officer overrode the advice; referring never does."""
        return self.choice != "refer" and self.choice != self.advice

    @property
    def intact(self) -> bool:
        """Whether it still agrees with its own hash; only ``Journal.verify`` proves its place in the chain."""
        row = {**asdict(self), "reasons": json.dumps(list(self.reasons))}
        if self.event is not None:
            row["comment"] = ""
        del row["erased"], row["altered"]
        return not self.altered and self.hash == _hash(row)


@dataclass(frozen=True, slots=True)
class Head:
    """The end of a proven chain; note ``hash`` elsewhere, and a shortened journal is found out too."""

    entries: int
    hash: str


def check(verdict: Verdict, decision: Decision | None) -> None:
    """Raise VerdictProblem when the verdict lacks what the journal must hold.

    Args:
        decision: the advice; None where there was none: nothing goes against it then.
    """
    if verdict.choice not in CHOICES:
        raise VerdictProblem(
            "“{choice}” is no decision.",
            "A decision accepts, refuses or refers.",
            "Choose one of the three.",
            choice=verdict.choice,
        )
    if not verdict.officer.strip():
        raise VerdictProblem("Nobody is named.", "A decision bears the name of who takes it.", "Sign in first.")
    unknown = [code for code in verdict.reasons if code not in REASON_CODES]
    if unknown or not verdict.reasons:
        raise VerdictProblem(
            "No known reason is given.", "A decision has one reason at least, from the list.", "Choose a reason."
        )
    if len(verdict.comment) > LONGEST_COMMENT or not is_plain(verdict.comment + verdict.officer + verdict.person):
        raise VerdictProblem(
            "The comment has {length} characters.",
            "It may have {longest}, of plain text.",
            "Shorten it.",
            length=len(verdict.comment),
            longest=LONGEST_COMMENT,
        )
    if decision and verdict.choice not in ("refer", decision.outcome) and not verdict.comment.strip():
        raise VerdictProblem(
            "The decision goes against the model and says nothing why.",
            "An override is explained in words.",
            "Write a comment.",
        )


@dataclass(frozen=True)
class Journal:
    """The journal in a database. Safe to share between threads and processes.

    Attributes:
        heads: what each entry is signed with; None where nothing is.
    """

    engine: Engine
    heads: Heads | None = None

    @classmethod
    def open(cls, engine: Engine, heads: Heads | None = None) -> Journal:
        """The journal of a database (``database.connect``), made when it is not there yet.

        Raises:
            StoreProblem: the database is away, read-only or full.
        """
        open_store(engine, _unwritable)
        return cls(engine, heads)

    def record(
        self, verdict: Verdict, decision: Decision, at: datetime | None = None, attempt: str | None = None
    ) -> Entry:
        """Append a verdict on a decision; returns the entry as it is kept.

        Args:
            at: when, with its time zone; now when omitted.
            attempt: key of the attempt: the same verdict sent by it again is the entry it was, recorded once.

        Raises:
            VerdictProblem: the verdict lacks something, or another one was recorded by this attempt.
            StoreProblem: the database is locked, full, read-only or away; nothing is written. Where it stopped to
                answer, it may be all the same: by the same attempt it can be sent again.
        """
        check(verdict, decision)
        facts = facts_of(verdict, decision, at or datetime.now(UTC), attempt)
        return follow(lambda: self._append(facts), _unwritable)

    def _append(self, facts: dict[str, Any]) -> Entry:
        with writing(self.engine) as connection:
            if known := _recorded_by(facts["attempt"], connection):
                return _same(known, facts)
            row, added = write_entry(connection, facts)
        if self.heads:
            self.heads.keep(added, self.engine)
        return _entry(row)

    def entries(self, client: int | None = None, limit: int = 100) -> tuple[Entry, ...]:
        """The newest entries first, of one client or of all.

        Raises:
            StoreProblem: the database cannot be read.
        """
        asked = _READ.order_by(JOURNAL.c.number.desc()).limit(limit)
        if client is not None:
            asked = asked.where(JOURNAL.c.client == client)
        with reading(self.engine, unreadable) as connection:
            return tuple(_entry(dict(row)) for row in connection.execute(asked).mappings())

    def verify(self, head: str | None = None) -> Head:
        """Prove that every entry is as it was written, where it was written.

        Args:
            head: hash that an earlier proof ended on; it must still be in the chain.

        Raises:
            BrokenJournal: names the first entry that is not.
            StoreProblem: the database cannot be read.
        """
        return prove(self._rows(), head)

    def _rows(self) -> Iterator[dict[str, Any]]:
        with reading(self.engine, unreadable) as connection:
            found = connection.execution_options(yield_per=1_000).execute(select(JOURNAL).order_by(JOURNAL.c.number))
            yield from (dict(row) for row in found.mappings())


def facts_of(verdict: Verdict, decision: Decision, at: datetime, attempt: str | None) -> dict[str, Any]:
    """What an entry says, by the names of its columns, but for its place in the journal."""
    return {
        "at": at.astimezone(UTC).isoformat(timespec="microseconds"),
        "officer": verdict.officer.strip(),
        "client": decision.client,
        "choice": verdict.choice,
        "reasons": json.dumps(list(verdict.reasons)),
        "comment": verdict.comment.strip(),
        "advice": decision.outcome,
        "model_version": decision.model_version,
        "threshold": decision.threshold,
        "probability": decision.probability,
        "person": verdict.person,
        "attempt": attempt,
    }


def next_number(connection: Connection) -> int:
    """Number of the entry that is written next, within ``writing``."""
    last = connection.execute(_LAST).one_or_none()
    return last.number + 1 if last else 1


def write_entry(connection: Connection, facts: dict[str, Any]) -> tuple[dict[str, Any], Link]:
    """Append an entry, within ``writing``; returns it as it is kept, and the link that covers it."""
    number, previous = connection.execute(_LAST).one_or_none() or (0, FIRST)
    row = {"number": number + 1, **facts, "previous": previous}
    row["hash"] = _hash(row)
    return row, write_linked(connection, JOURNAL, [row])


def prove(rows: Iterable[Row], head: str | None = None) -> Head:
    """As ``Journal.verify``, of the rows of a journal in order."""
    number, previous, met = 0, FIRST, head in (None, FIRST)
    for row in rows:
        number += 1
        if row["number"] != number or row["previous"] != previous or row["hash"] != _hash(row):
            raise _broken(number)
        previous = row["hash"]
        met = met or previous == head
    if not met:
        raise _broken(number + 1)
    return Head(number, previous)


_READ = (
    select(JOURNAL, CASE_PAYLOADS.c.content, CASE_EVENTS.c.payload)
    .outerjoin(CASE_EVENTS, JOURNAL.c.event == CASE_EVENTS.c.number)
    .outerjoin(CASE_PAYLOADS, JOURNAL.c.event == CASE_PAYLOADS.c.number)
)
_LAST = select(JOURNAL.c.number, JOURNAL.c.hash).order_by(JOURNAL.c.number.desc()).limit(1)


def _recorded_by(attempt: str | None, connection: Connection) -> Row | None:
    if attempt is None:
        return None
    return connection.execute(select(JOURNAL).where(JOURNAL.c.attempt == attempt)).mappings().one_or_none()


def _same(known: Row, facts: Row) -> Entry:
    """The entry that was recorded by an attempt, unless something else is sent by it now."""
    if any(known[name] != facts[name] for name in VERDICT):
        raise VerdictProblem(
            "By this form entry {number} was recorded already, and it says something else.",
            "A form that was sent is recorded once.",
            "Read that entry below; where it is not what you decide, record another decision.",
            number=known["number"],
        )
    return _entry(dict(known))


def _hash(row: Row) -> str:
    left_out = {"hash", *(name for name in ADDED if not row.get(name))}
    facts = {name: value for name, value in row.items() if name not in left_out}
    return hashlib.sha256(json.dumps(facts, sort_keys=True, default=bytes.hex).encode()).hexdigest()


def _entry(row: dict[str, Any]) -> Entry:
    content, payload = row.pop("content", None), row.pop("payload", None)
    said: dict[str, Any] = {"reasons": tuple(json.loads(row["reasons"]))}
    if row.get("event") is not None and content is None:
        said["erased"] = True
    elif content is not None:
        said |= {"comment": json.loads(content)["comment"], "altered": hash_of_content(content) != payload}
    return Entry(**{**row, **said})


def _broken(number: int) -> BrokenJournal:
    return BrokenJournal(
        "Entry {number} of the decision journal is missing, or not as it was written.",
        "Each entry holds the hash of the one before it.",
        "Keep the database as it is, and compare it with the last backup from this entry on.",
        number=number,
    )


def _unwritable(error: Exception) -> StoreProblem:
    return StoreProblem(
        "The decision journal cannot be written: {cause}.",
        "A decision counts once it is there, and once only, however often it is sent.",
        "Send it again in a moment; if it lasts, check the store database.",
        cause=cause_of(error),
    )


def unreadable(error: Exception) -> StoreProblem:
    """What is told when the journal cannot be read."""
    return StoreProblem(
        "The decision journal cannot be read: {cause}.",
        "Decisions are read from the store database.",
        "Try again in a moment; if it lasts, check the store database.",
        cause=cause_of(error),
    )
