"""The stop switch: managers suspend the advice, others of them lift that, and incidents are kept beside it.

All of it is evidence: append-only, and in the one chain.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import BigInteger, Column, Connection, Engine, Select, String, Table, Text, func, or_, select

from app.scoring.case.actors import Actor
from app.scoring.case.events import moment
from app.scoring.problems import AdviceSuspended, StoreProblem, SuspensionProblem
from app.store.chain import METADATA, write_linked, writing
from app.store.database import LONGEST_NAME, LONGEST_PERSON, cause_of, follow, is_plain, reading
from app.store.heads import Heads
from app.store.policy_evidence import Seen, check_history
from app.store.revision import open_store

LONGEST_TEXT = 2_000
EVERY_MODEL = ""
"""Version of a suspension that holds for every model."""

SUSPENSIONS = Table(
    "suspensions",
    METADATA,
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("at", String(32), nullable=False),
    Column("who", String(LONGEST_NAME), nullable=False),
    Column("person", String(LONGEST_PERSON), nullable=False, server_default=""),
    Column("model_version", String(40), nullable=False),
    Column("reason", Text, nullable=False),
)
LIFTINGS = Table(
    "suspension_liftings",
    METADATA,
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("at", String(32), nullable=False),
    Column("who", String(LONGEST_NAME), nullable=False),
    Column("person", String(LONGEST_PERSON), nullable=False, server_default=""),
    Column("suspension", BigInteger, nullable=False, unique=True),
    Column("reason", Text, nullable=False),
)


@dataclass(frozen=True, slots=True)
class Suspension:
    """The advice, suspended.

    Attributes:
        number: from 1, without gaps.
        at: UTC, ISO 8601.
        by: who suspended it, for ``reason``.
        model_version: of the model whose advice it is; ``EVERY_MODEL`` for all.
        lifted_by, lifted_at, lifted_for: who lifted it, when and why; None while it is in force.
    """

    number: int
    at: str
    by: Actor
    model_version: str
    reason: str
    lifted_by: Actor | None = None
    lifted_at: str | None = None
    lifted_for: str | None = None


@dataclass(frozen=True)
class Suspensions:
    """Suspensions in a database. Safe to share between threads and processes.

    Attributes:
        four_eyes: whether whoever suspended the advice may not lift that.
        heads: what each is signed with; None where nothing is.
    """

    engine: Engine
    four_eyes: bool = True
    heads: Heads | None = None
    _seen: Seen = field(init=False, repr=False, compare=False, default_factory=Seen)

    @classmethod
    def open(cls, engine: Engine, four_eyes: bool = True, heads: Heads | None = None) -> Suspensions:
        """Those of a database, made when it is not there yet.

        Raises:
            StoreProblem: the database is away, read-only or full.
        """
        open_store(engine, _unwritable)
        return cls(engine, four_eyes, heads)

    def suspend(
        self, by: Actor, reason: str, model_version: str = EVERY_MODEL, at: datetime | None = None
    ) -> Suspension:
        """Suspend the advice of every model, or of one.

        Raises:
            SuspensionProblem: they do not manage, or say no reason.
            StoreProblem: the database is locked, full, read-only or away; nothing is written.
        """
        check_said(by, reason)
        facts = {**_by(by, at), "model_version": model_version, "reason": reason.strip()}
        row = follow(lambda: self._append(SUSPENSIONS, facts), _unwritable)
        return self._one(row["number"])

    def lift(self, number: int, by: Actor, reason: str, at: datetime | None = None) -> Suspension:
        """Take a suspension back.

        Raises:
            SuspensionProblem: it is unknown or lifted already, they suspended it themselves, do not manage, or say no
                reason.
            StoreProblem: as for ``suspend``.
        """
        check_said(by, reason)

        def write() -> None:
            self._check_lifting(self._one(number), by)
            self._append(LIFTINGS, {**_by(by, at), "suspension": number, "reason": reason.strip()})

        follow(write, _unwritable)
        return self._one(number)

    def _check_lifting(self, known: Suspension, by: Actor) -> None:
        if known.lifted_by is not None:
            raise SuspensionProblem(
                "{who} has lifted this suspension already.",
                "A suspension is lifted once.",
                "Look at what is in force now.",
                who=known.lifted_by.name,
            )
        if self.four_eyes and by.is_same(known.by):
            raise SuspensionProblem(
                "{who} suspended the advice.",
                "Another manager takes that back: two pairs of eyes see it.",
                "Ask another manager to lift it.",
                who=known.by.name,
            )

    def in_force(self, model_version: str) -> Suspension | None:
        """The oldest suspension that holds for a model, in one read; None while its advice is given.

        Raises:
            StoreProblem: the database cannot be read: it may be suspended.
        """
        for_it = or_(SUSPENSIONS.c.model_version == model_version, SUSPENSIONS.c.model_version == EVERY_MODEL)
        found = self._read(_JOINED.where(for_it, LIFTINGS.c.number.is_(None)).order_by(SUSPENSIONS.c.number).limit(1))
        return found[0] if found else None

    def check(self, model_version: str) -> None:
        """Raise AdviceSuspended where the advice of a model is suspended."""
        if suspended := self.in_force(model_version):
            raise told(suspended)

    def history(self, limit: int = 100) -> tuple[Suspension, ...]:
        """Suspensions, the newest first, lifted or not.

        Raises:
            StoreProblem: the database cannot be read.
        """
        return self._read(_JOINED.order_by(SUSPENSIONS.c.number.desc()).limit(limit))

    def _one(self, number: int) -> Suspension:
        found = self._read(_JOINED.where(SUSPENSIONS.c.number == number))
        if not found:
            raise SuspensionProblem(
                "There is no suspension {number}.",
                "What is lifted was suspended before.",
                "Choose a suspension of the list.",
                number=number,
            )
        return found[0]

    def _read(self, asked: Select[Any]) -> tuple[Suspension, ...]:
        with reading(self.engine, _unreadable) as connection:
            rows = [dict(row) for row in connection.execute(asked).mappings()]
            # Every one: what names another model or suspension now is not read, and matters.
            check_history(connection, SUSPENSIONS, [], self._seen, onwards=True)
            check_history(connection, LIFTINGS, [], self._seen, onwards=True)
        if self.heads:
            self.heads.check(self.engine)
        return tuple(_suspension(row) for row in rows)

    def _append(self, table: Table, facts: dict[str, Any]) -> dict[str, Any]:
        with writing(self.engine) as connection:
            row = numbered(connection, table, facts)
            added = write_linked(connection, table, [row])
        if self.heads:
            self.heads.keep(added, self.engine)
        return row


_SAME = SUSPENSIONS.c.number == LIFTINGS.c.suspension
_LIFTED = (
    LIFTINGS.c.who.label("lifted_by"),
    LIFTINGS.c.person.label("lifted_person"),
    LIFTINGS.c.at.label("lifted_at"),
    LIFTINGS.c.reason.label("lifted_for"),
)
_JOINED = select(SUSPENSIONS, *_LIFTED).outerjoin(LIFTINGS, _SAME)


def told(suspended: Suspension) -> AdviceSuspended:
    """What is said wherever advice was asked for."""
    return AdviceSuspended(
        "The advice has been suspended by {who}, since {when}: {reason}",
        "Until that is lifted people decide without it, and nothing is scored.",
        "Decide on the documents, or ask a manager.",
        who=suspended.by.name,
        when=moment(suspended.at),
        reason=suspended.reason,
    )


def check_said(by: Actor, text: str) -> None:
    """Raise SuspensionProblem unless a manager says something that every database can hold."""
    if by.role != "manager" or not by.name.strip():
        raise SuspensionProblem(
            "This is for managers.", "Each role does its own work.", "Ask the person who runs this desk."
        )
    if not text.strip() or len(text) > LONGEST_TEXT or not is_plain(text + by.name + by.person):
        raise SuspensionProblem(
            "The text has {length} characters.",
            "It says in a few sentences what happened or why, of at most {longest} characters.",
            "Write it, or shorten it.",
            length=len(text.strip()),
            longest=LONGEST_TEXT,
        )


def _by(by: Actor, at: datetime | None) -> dict[str, str]:
    moment = (at or datetime.now(UTC)).astimezone(UTC).isoformat(timespec="microseconds")
    return {"at": moment, "who": by.name.strip(), "person": by.person}


def numbered(connection: Connection, table: Table, facts: dict[str, Any]) -> dict[str, Any]:
    """A row with the table's next number."""
    return {"number": (connection.execute(select(func.max(table.c.number))).scalar() or 0) + 1, **facts}


def _suspension(row: dict[str, Any]) -> Suspension:
    lifted = row["lifted_by"]
    return Suspension(
        row["number"],
        row["at"],
        Actor(row["who"], "manager", row["person"]),
        row["model_version"],
        row["reason"],
        Actor(lifted, "manager", row["lifted_person"]) if lifted else None,
        row["lifted_at"],
        row["lifted_for"],
    )


def _unwritable(error: Exception) -> StoreProblem:
    return StoreProblem(
        "The suspension cannot be written: {cause}.",
        "It counts once it is in the store; nothing was changed.",
        "Try again in a moment; if it lasts, check the store database.",
        cause=cause_of(error),
    )


def _unreadable(error: Exception) -> StoreProblem:
    return StoreProblem(
        "Whether the advice is suspended cannot be read: {cause}.",
        "No advice is given that may have been stopped.",
        "Try again in a moment; if it lasts, check the store database.",
        cause=cause_of(error),
    )
