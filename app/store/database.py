"""The store's database: SQLite by default, PostgreSQL by URL; what its journals have in common."""

from __future__ import annotations

import random
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import DisconnectionError, IntegrityError, SQLAlchemyError

from app.scoring.problems import StoreProblem

Kept = TypeVar("Kept")
Told = Callable[[Exception], StoreProblem]
"""Puts a fault of the database into words."""

LONGEST_NAME = 320
"""Characters of an e-mail address, at most."""
LONGEST_PERSON = 512
"""Characters of ``issuer|subject``, either of which has 255 at most."""

PATIENCE_SECONDS = 2
ATTEMPTS = 60
CAUSES = {
    "readonly": "it is read-only",
    "read-only": "it is read-only",
    "permission": "it is read-only",
    "full": "the disk is full",
    "no space": "the disk is full",
    "locked": "it is locked",
    "not a database": "it is not a journal",
    "malformed": "it is damaged",
    "no such table": "it is not there",
    "unable to open": "it is not there",
}
"""What a database's message means, by a word of it."""
UNKNOWN_CAUSE = "the database does not answer"


def connect(url: str) -> Engine:
    """The engine of a database URL.

    Args:
        url: as SQLAlchemy reads it; ``postgres://``, which hosts hand out, is PostgreSQL too.
    """
    known = make_url(url.replace("postgres://", "postgresql://", 1))
    if known.get_backend_name() == "postgresql":
        driven = known.set(drivername="postgresql+psycopg")
        return create_engine(driven, pool_pre_ping=True, connect_args={"connect_timeout": PATIENCE_SECONDS})
    if known.database and known.database != ":memory:":
        Path(known.database).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(known, connect_args={"timeout": PATIENCE_SECONDS})
    event.listen(engine, "connect", _share)
    if known.database and known.database != ":memory:":
        event.listen(engine, "checkout", _leaving_a_lost_file(Path(known.database)))
    return engine


def _share(connection: Any, _: object) -> None:
    # Readers never wait for a writer, several processes may write, and a killed one loses nothing; no fsync a row.
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = NORMAL")
    # Else what a REPLACE deletes passes by the triggers that refuse it.
    connection.execute("PRAGMA recursive_triggers = ON")


def _leaving_a_lost_file(file: Path) -> Callable[[Any, Any, Any], None]:
    """A check of each connection taken from the pool."""

    def check(_: Any, record: Any, __: Any) -> None:
        # An open connection outlives its file: what it wrote after a removal or a restore would be nowhere.
        known = file.stat().st_ino if file.exists() else None
        if record.info.setdefault("file", known) != known:
            raise DisconnectionError

    return check


@contextmanager
def reading(engine: Engine, problem: Told) -> Iterator[Connection]:
    """A connection to read by; ``problem`` tells what cannot be read, a value that makes no sense too."""
    try:
        with engine.connect() as connection:
            yield connection
    except (SQLAlchemyError, sqlite3.Error, ValueError) as error:
        raise problem(error) from error


def follow(write: Callable[[], Kept], problem: Told) -> Kept:
    """What ``write`` returns once no other writer was first: whoever was is followed, and ``write`` called again."""
    try:
        for attempt in range(ATTEMPTS):
            try:
                return write()
            except IntegrityError:
                time.sleep(random.uniform(0, 0.002 * (attempt + 1)))
    except (SQLAlchemyError, sqlite3.Error) as error:
        raise problem(error) from error
    raise problem(TimeoutError())


def is_plain(text: str) -> bool:
    """Whether every database can hold the text: no null character, no half of a surrogate pair."""
    return "\x00" not in text and not any("\ud800" <= character <= "\udfff" for character in text)


def cause_of(error: Exception) -> str:
    """The kind of fault in words; the database's own message may quote an entry."""
    told = str(getattr(error, "orig", error)).lower()
    return next((words for sign, words in CAUSES.items() if sign in told), UNKNOWN_CAUSE)
