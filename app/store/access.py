"""The access log: who saw which client's score, when, by which model. Written, never changed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import BigInteger, Column, DateTime, Engine, Integer, String, Table, func, select
from sqlalchemy.exc import SQLAlchemyError

from app.scoring.problems import StoreProblem
from app.store.chain import METADATA, lock_for_writing, write_linked, writing
from app.store.database import LONGEST_NAME, LONGEST_PERSON, cause_of, reading
from app.store.heads import EVERY, Heads
from app.store.revision import open_store

ACCESS_LOG = Table(
    "access_log",
    METADATA,
    Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("who", String(LONGEST_NAME), nullable=False),
    Column("role", String(40), nullable=False),
    Column("what", String(80), nullable=False),
    Column("client", BigInteger, nullable=False, index=True),
    Column("model_version", String(40), nullable=False),
    Column("request", String(64), nullable=False),
    Column("person", String(LONGEST_PERSON), nullable=False, server_default=""),
)


OPENED, LIST = "page", "list"
"""How the words begin that say what showed a client: a page on their file, or a list of many."""


@dataclass(frozen=True, slots=True)
class Access:
    """One client's score seen once.

    Attributes:
        at: when, with its time zone.
        who: name of the person or of the key.
        role: what they are entitled to.
        what: page or operation, e.g. ``"POST /predict"``.
        client: SK_ID_CURR.
        model_version: version of the champion that answered.
        request: id of the request or session.
        person: who that is to whoever vouches for them, ``issuer|subject``; empty where nobody does.
    """

    at: datetime
    who: str
    role: str
    what: str
    client: int
    model_version: str
    request: str
    person: str = ""


_FIELDS = tuple(field.name for field in fields(Access))


@dataclass(frozen=True)
class AccessLog:
    """The log in a database. Safe to share between threads and processes.

    Attributes:
        heads: what every so many links of the chain are signed with; None where nothing is.
    """

    engine: Engine
    heads: Heads | None = None

    @classmethod
    def open(cls, engine: Engine, heads: Heads | None = None) -> AccessLog:
        """The log of a database, made when it is not there yet.

        Raises:
            StoreProblem: the database cannot be written.
        """
        open_store(engine, _unwritable)
        return cls(engine, heads)

    def write(self, accesses: Sequence[Access]) -> None:
        """Write all or none of the accesses, in one transaction; of none, see that they could be.

        Raises:
            StoreProblem: the database is locked, full, read-only or away.
        """
        rows = [_row(access) for access in accesses]
        try:
            with writing(self.engine, lasting=False) as connection:
                if not rows:
                    lock_for_writing(connection, ACCESS_LOG)
                    return
                last = connection.execute(_NEWEST).scalar() or 0
                numbered = [{"id": last + place, **row} for place, row in enumerate(rows, 1)]
                added = write_linked(connection, ACCESS_LOG, numbered)
        except SQLAlchemyError as error:
            raise _unwritable(error) from error
        if self.heads and added.number % EVERY == 0:
            self.heads.keep(added, self.engine)

    def newest(self, asked: Asked, most: int) -> tuple[Access, ...]:
        """The newest accesses that are asked for, newest first.

        Raises:
            StoreProblem: the database cannot be read.
        """
        found = select(ACCESS_LOG).order_by(ACCESS_LOG.c.id.desc()).limit(NEWEST).subquery()
        wanted = select(*(found.c[name] for name in _FIELDS)).order_by(found.c.id.desc()).limit(most)
        if asked.who:
            wanted = wanted.where(found.c.who == asked.who)
        if asked.client is not None:
            wanted = wanted.where(found.c.client == asked.client)
        if asked.since is not None:
            wanted = wanted.where(found.c.at >= asked.since.astimezone(UTC))
        with reading(self.engine, _unreadable) as connection:
            return tuple(_read(row) for row in connection.execute(wanted).mappings())

    def of(self, client: int) -> Iterable[Access]:
        """Every access to one client, oldest first."""
        asked = select(ACCESS_LOG).where(ACCESS_LOG.c.client == client).order_by(ACCESS_LOG.c.id)
        with self.engine.connect() as connection:
            rows = connection.execute(asked).mappings().all()
        return [Access(**{name: value for name, value in row.items() if name != "id"}) for row in rows]


@dataclass(frozen=True, slots=True)
class Asked:
    """Which accesses: all where nothing is said.

    Attributes:
        who: the name they are logged under.
        client: SK_ID_CURR.
        since: the first moment, with its time zone.
    """

    who: str = ""
    client: int | None = None
    since: datetime | None = None


NEWEST = 200_000
"""Accesses that are looked through, so that the answer takes no longer where millions are kept."""


def _read(row: Mapping[Any, Any]) -> Access:
    at: datetime = row["at"]
    return Access(**{**row, "at": at if at.tzinfo else at.replace(tzinfo=UTC)})  # SQLite keeps no time zone


def _row(access: Access) -> dict[str, Any]:
    return {name: getattr(access, name) for name in _FIELDS} | {"at": access.at.astimezone(UTC)}


_NEWEST = select(func.max(ACCESS_LOG.c.id))


def _unwritable(error: Exception) -> StoreProblem:
    return StoreProblem(
        "The access log cannot be written.",
        "A score is only shown when the access to it was logged.",
        "Try again in a moment; if it lasts, check the store database.",
        cause=type(error).__name__,
    )


def _unreadable(error: Exception) -> StoreProblem:
    return StoreProblem(
        "The access log cannot be read: {cause}.",
        "Who saw whom is read from the store database.",
        "Try again in a moment; if it lasts, check the store database.",
        cause=cause_of(error),
    )
