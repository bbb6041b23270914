"""What somebody is typing and has not recorded: kept for them alone, for some days, so that a reload loses nothing.

No evidence: it is in no chain, is written over, and goes with the file it is about.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    Connection,
    Engine,
    Index,
    String,
    Table,
    Text,
    delete,
    insert,
    select,
)

from app.scoring.problems import StoreProblem
from app.store.chain import METADATA
from app.store.database import cause_of, follow, is_plain, reading
from app.store.revision import open_store

DAYS, MOST, LONGEST = 14, 60, 20_000
"""For how long, how many of one person, of how many characters."""

DRAFTS = Table(
    "drafts",
    METADATA,
    Column("owner", String(64), primary_key=True),
    Column("subject", String(80), primary_key=True),
    Column("at", String(32), nullable=False),
    Column("client", BigInteger),
    Column("content", Text, nullable=False),
    Index("ix_drafts_client", "client"),
    Index("ix_drafts_at", "at"),
)
"""Owner and subject -> what is typed. The owner is a hash: the table names nobody."""


@dataclass(frozen=True, slots=True)
class About:
    """Whose draft it is, and of what.

    Attributes:
        owner: who types, as nobody else can say it: ``issuer|subject``, or a secret of their browser.
        subject: the page, and the client it is about.
        client: that client; None where it is about none.
    """

    owner: str
    subject: str
    client: int | None = None

    @property
    def key(self) -> str:
        """What the table knows the owner by."""
        return hashlib.sha256(f"draft of {self.owner}".encode()).hexdigest()


@dataclass(frozen=True)
class Drafts:
    """Drafts in a database. Safe to share between threads and processes."""

    engine: Engine

    @classmethod
    def open(cls, engine: Engine) -> Drafts:
        """Those of a database, made when it is not there yet.

        Raises:
            StoreProblem: the database is away, read-only or full.
        """
        open_store(engine, _unusable)
        return cls(engine)

    def read_draft(self, about: About) -> str | None:
        """What its owner typed; None where that is nothing, or too long ago.

        Raises:
            StoreProblem: the database cannot be read.
        """
        asked = select(DRAFTS.c.content).where(*_is(about), DRAFTS.c.at >= _before(datetime.now(UTC)))
        with reading(self.engine, _unusable) as connection:
            return connection.execute(asked).scalar()

    def save_draft(self, about: About, content: str | None, at: datetime | None = None) -> bool:
        """Keep what is typed in place of what was; forget it where that is nothing. Returns whether it is kept.

        What is too long, or no text of every database, is not kept; nor is anything older than ``DAYS``, or more than
        ``MOST`` of one person.

        Raises:
            StoreProblem: the database is locked, full, read-only or away; what was kept before still is.
        """
        fits = content is not None and len(content) <= LONGEST and is_plain(content)
        now = (at or datetime.now(UTC)).astimezone(UTC)

        def write() -> None:
            with self.engine.begin() as connection:
                _forget(connection, *_is(about))
                _forget(connection, DRAFTS.c.at < _before(now))
                if fits:
                    _forget_all_but_the_newest(connection, about)
                    row = {"owner": about.key, "subject": about.subject, "client": about.client, "content": content}
                    connection.execute(insert(DRAFTS), {**row, "at": _written(now)})

        follow(write, _unusable)
        return fits


def forget_drafts_of(connection: Connection, client: int) -> int:
    """Take everybody's drafts about a client out of the database; returns how many there were."""
    return _forget(connection, DRAFTS.c.client == client)


def drafts_about(connection: Connection, client: int) -> list[dict[str, str]]:
    """What anybody is typing about a client, and when; not who."""
    asked = select(DRAFTS.c.subject, DRAFTS.c.at, DRAFTS.c.content).where(DRAFTS.c.client == client)
    return [dict(row) for row in connection.execute(asked.order_by(DRAFTS.c.at)).mappings()]


def _forget_all_but_the_newest(connection: Connection, about: About) -> None:
    mine = select(DRAFTS.c.subject).where(DRAFTS.c.owner == about.key).order_by(DRAFTS.c.at.desc()).offset(MOST - 1)
    older: Iterable[str] = connection.execute(mine).scalars().all()
    _forget(connection, DRAFTS.c.owner == about.key, DRAFTS.c.subject.in_(older))


def _forget(connection: Connection, *which: ColumnElement[bool]) -> int:
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("PRAGMA secure_delete = ON")  # else the words stay in pages that count as free
    return connection.execute(delete(DRAFTS).where(*which)).rowcount


def _is(about: About) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return DRAFTS.c.owner == about.key, DRAFTS.c.subject == about.subject


def _before(now: datetime) -> str:
    return _written(now - timedelta(days=DAYS))


def _written(at: datetime) -> str:
    return at.isoformat(timespec="microseconds")


def _unusable(error: Exception) -> StoreProblem:
    return StoreProblem(
        "What is typed cannot be kept: {cause}.",
        "It is kept beside what is recorded, so that a reload loses nothing.",
        "Go on, and record it before you leave the page.",
        cause=cause_of(error),
    )
