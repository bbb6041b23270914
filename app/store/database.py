"""The store's database: SQLite by default, PostgreSQL by URL; what its journals have in common."""

from __future__ import annotations

import random
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import DisconnectionError, IntegrityError, SQLAlchemyError

from app.scoring.problems import StoreProblem
from app.store.patience import LOCK_SECONDS, POOL_SECONDS

Kept = TypeVar("Kept")
Told = Callable[[Exception], StoreProblem]
"""Puts a fault of the database into words."""

LONGEST_NAME = 320
"""Characters of an e-mail address, at most."""
LONGEST_PERSON = 512
"""Characters of ``issuer|subject``, either of which has 255 at most."""

ATTEMPTS = 60
CAUSES = {
    "readonly": "it is read-only",
    "read-only": "it is read-only",
    "permission": "it is read-only",
    "full": "the disk is full",
    "no space": "the disk is full",
    "locked": "it is locked",
    "lock timeout": "it is locked",
    "statement timeout": "it does not answer in time",
    "wait timeout": "it does not answer in time",
    "not a database": "it is not a journal",
    "malformed": "it is damaged",
    "no such table": "it is not there",
    "unable to open": "it is not there",
}
"""What a database's message means, by a word of it."""
UNKNOWN_CAUSE = "the database does not answer"


def connect(url: str, hurried: bool = True) -> Engine:
    """The engine of a database URL. Nobody waits for its connections and locks longer than seconds.

    Args:
        url: as SQLAlchemy reads it; ``postgres://``, which hosts hand out, is PostgreSQL too.
        hurried: whether each statement is bound in time as well, where the database knows such a bound.
    """
    known = make_url(url.replace("postgres://", "postgresql://", 1))
    if known.get_backend_name() == "postgresql":
        from app.store.postgresql import engine_of  # its driver is loaded where it is asked for only

        return engine_of(known, hurried)
    if not known.database or known.database == ":memory:":
        return _sharing(create_engine(known))
    Path(known.database).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(known, pool_timeout=POOL_SECONDS, connect_args={"timeout": LOCK_SECONDS})
    event.listen(engine, "checkout", _leaving_a_lost_file(Path(known.database)))
    event.listen(_sharing(engine), "connect", _keeping_to_oneself(Path(known.database)))
    return engine


def _sharing(engine: Engine) -> Engine:
    event.listen(engine, "connect", _share)
    return engine


def _share(connection: Any, _: object) -> None:
    # Readers never wait for a writer, several processes may write, and a killed one loses nothing; no fsync a row.
    _log_ahead(connection, time.monotonic() + LOCK_SECONDS)
    connection.execute("PRAGMA synchronous = NORMAL")
    # Else what a REPLACE deletes passes by the triggers that refuse it.
    connection.execute("PRAGMA recursive_triggers = ON")


def _log_ahead(connection: Any, until: float) -> None:
    try:
        connection.execute("PRAGMA journal_mode = WAL")
    except sqlite3.OperationalError as error:
        # Of two that make the file at once SQLite refuses one here without waiting for the other.
        if "locked" not in str(error) or time.monotonic() > until:
            raise
        time.sleep(0.01)
        _log_ahead(connection, until)


def _keeping_to_oneself(file: Path) -> Callable[[Any, Any], None]:
    """What makes a store its owner's alone, before a row is in it."""
    files = [file, *(file.with_name(f"{file.name}-{beside}") for beside in ("wal", "shm"))]

    def keep(_: Any, __: Any) -> None:
        for each in files:
            with suppress(OSError):  # not there, another's, or on a disk that is only read
                if each.stat().st_mode & 0o077:
                    each.chmod(0o600)

    return keep


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
