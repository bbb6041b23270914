"""One chain over everything that is evidence: decisions, proposals, activations, accesses, in the order written.

A link covers the rows of one table that came since that table's link before: one row, or what one transaction wrote. It
holds their digest and the hash of the link before it, whatever table that was about. So no row can be changed, taken
out or put in, and no table emptied, without the rest of the chain telling; ``app.store.proof`` reads it so.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import BigInteger, Column, Connection, Engine, MetaData, String, Table, UniqueConstraint, insert, select
from sqlalchemy.exc import IntegrityError

from app.scoring.problems import BrokenEvidence

FIRST = "0" * 64
"""What the first entry of a chain follows."""
LOCK = 5_417_903_216
"""PostgreSQL's number of the lock a writer holds; no other program's, one hopes: it would only wait."""
Row = Mapping[Any, Any]

METADATA = MetaData()
"""Every table of the store's evidence."""
CHAIN = Table(
    "evidence_chain",
    METADATA,
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("kept_in", String(40), nullable=False),
    Column("up_to", BigInteger, nullable=False),
    Column("digest", String(64), nullable=False),
    Column("previous", String(64), nullable=False, unique=True),
    Column("hash", String(64), nullable=False, unique=True),
    UniqueConstraint("kept_in", "up_to"),
)


@dataclass(frozen=True, slots=True)
class Link:
    """One link of the chain.

    Attributes:
        number: from 1, without gaps.
        kept_in: name of the table whose rows it covers.
        up_to: key of the last row it covers; the first is the one after the table's link before.
        digest: of those rows.
        previous: hash of the link before; ``FIRST`` for the first.
        hash: SHA-256 of all of the above.
    """

    number: int
    kept_in: str
    up_to: int
    digest: str
    previous: str
    hash: str

    @property
    def intact(self) -> bool:
        """Whether it still agrees with its own hash."""
        return self.hash == self.made_good().hash

    def made_good(self) -> Link:
        """The same with the hash that agrees with it."""
        return replace(self, hash=_sha256([self.number, self.kept_in, self.up_to, self.digest, self.previous]))


def digest(rows: Iterable[Row]) -> str:
    """SHA-256 over the SHA-256 of each row, in order.

    What is empty is left out of a row: a column that comes later changes the digest of no row from before.
    """
    return hashlib.sha256(b"".join(_hashed(row) for row in rows)).hexdigest()


def _hashed(row: Row) -> bytes:
    facts = {name: value for name, value in row.items() if value is not None and value != ""}
    return hashlib.sha256(_written(facts).encode()).digest()


def _in_words(value: object) -> str:
    if isinstance(value, datetime):
        return value.astimezone(UTC).replace(tzinfo=None).isoformat(" ", "microseconds")  # as SQLite keeps it
    # SQLite keeps bytes where a text should be, if somebody puts them there: they agree with no text.
    return bytes.hex(value)  # type: ignore[arg-type]  # of anything else a TypeError


def _sha256(facts: Sequence[object]) -> str:
    return hashlib.sha256(_written(facts).encode()).hexdigest()


_written = json.JSONEncoder(sort_keys=True, default=_in_words).encode


@contextmanager
def writing(engine: Engine, lasting: bool = True) -> Iterator[Connection]:
    """A transaction that is alone in adding to the chain.

    Args:
        lasting: whether it outlives a power cut once it is committed.
    """
    with engine.begin() as connection:
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql(f"PRAGMA synchronous = {'FULL' if lasting else 'NORMAL'}")
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        else:
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({LOCK})")
        yield connection


def lock_for_writing(connection: Connection, table: Table) -> None:
    """Take what writing a row of a table takes, within ``writing``; SQLite has taken all of it by then."""
    if connection.dialect.name != "sqlite":
        connection.exec_driver_sql(f"LOCK TABLE {table.name}, {CHAIN.name} IN ROW EXCLUSIVE MODE")


def write_linked(connection: Connection, table: Table, rows: Sequence[dict[str, Any]]) -> Link:
    """Write rows and the link that covers them, within ``writing``.

    Args:
        rows: at least one, with their keys, each above every key of the table.

    Raises:
        BrokenEvidence: rows of the table were cut.
    """
    connection.execute(insert(table), rows)
    return link(connection, table.name, rows[-1][key_of(table)], digest(rows))


def link(connection: Connection, kept_in: str, up_to: int, rows_digest: str) -> Link:
    """Write the link that covers a table's rows up to a key, within ``writing``.

    Raises:
        BrokenEvidence: the chain covers that key already.
    """
    last = connection.execute(_LAST).one_or_none()
    number, previous = (last.number, last.hash) if last else (0, FIRST)
    added = Link(number + 1, kept_in, up_to, rows_digest, previous, hash="").made_good()
    try:
        connection.execute(insert(CHAIN), {name: getattr(added, name) for name in Link.__slots__})
    except IntegrityError as error:  # nobody else writes meanwhile: the rows or the links were cut before
        raise BrokenEvidence(
            "The table {table} holds less than the chain of evidence says.",
            "Nothing is written after what is missing.",
            "Restore the store from a backup; python -m app.store verify says what is missing.",
            table=kept_in,
        ) from error
    return added


def key_of(table: Table) -> str:
    """Name of the column that numbers a table's rows."""
    return next(iter(table.primary_key.columns)).name


_LAST = select(CHAIN.c.number, CHAIN.c.hash).order_by(CHAIN.c.number.desc()).limit(1)
