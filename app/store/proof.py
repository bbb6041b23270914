"""The whole of the evidence proven: every row, every link, every guard, every signed head."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import Connection, Engine, RowMapping, Table, literal_column, select
from sqlalchemy.exc import SQLAlchemyError

from app.scoring.problems import BrokenEvidence, StoreProblem
from app.store import guards
from app.store.access import ACCESS_LOG
from app.store.cases import contents, standing
from app.store.cases.contents import Erased
from app.store.cases.tables import CASE_EVENTS
from app.store.chain import CHAIN, FIRST, Link, digest, key_of
from app.store.database import cause_of
from app.store.heads import Heads, lacking
from app.store.incidents import INCIDENTS
from app.store.journal import JOURNAL, prove
from app.store.policy_tables import ACTIVATIONS, ENDINGS, PROPOSALS
from app.store.suspensions import LIFTINGS, SUSPENSIONS

TABLES = (JOURNAL, PROPOSALS, ACTIVATIONS, ENDINGS, ACCESS_LOG, CASE_EVENTS, SUSPENSIONS, LIFTINGS, INCIDENTS)
ROWS_AT_ONCE = 1_000


@dataclass(frozen=True, slots=True)
class Proof:
    """What was proven.

    Attributes:
        rows: table -> how many it holds.
        links: of the chain.
        hash: of the last; ``FIRST`` where nothing was written yet.
        heads: signed ones that the chain was held against; None where no key is set.
        erased: contents of events that were erased, by whom and why.
    """

    rows: Mapping[str, int]
    links: int
    hash: str
    heads: int | None
    erased: tuple[Erased, ...] = ()


@dataclass
class _Rows:
    """The rows of a table, in order, taken as far as each link reaches."""

    found: Iterator[RowMapping]
    key: str
    taken: int = 0
    ahead: RowMapping | None = field(init=False)

    def __post_init__(self) -> None:
        self.ahead = next(self.found, None)

    def up_to(self, last: int) -> Iterator[RowMapping]:
        while self.ahead is not None and self.ahead[self.key] <= last:
            yield self.ahead
            self.taken, self.ahead = self.taken + 1, next(self.found, None)


def prove_evidence(engine: Engine, heads: Heads | None = None, first: bool = False) -> Proof:
    """Prove that every row of evidence is as it was written, where it was written, and that none is missing.

    Args:
        first: whether there may be no file of heads: nothing was signed yet.

    Raises:
        BrokenEvidence: names what is not.
        BrokenJournal: names the decision that is not.
        StoreProblem: the database cannot be read.
    """
    # Before the rows: what is signed meanwhile is in none of those that are read here.
    signed = dict(heads.all(first)) if heads else {}
    try:
        with snapshot(engine) as connection:
            guards.check(connection, (*TABLES, CHAIN))
            prove(_raw(connection, JOURNAL))
            proof = _prove_chain(connection, signed, heads is not None)
            erased = contents.check(connection)
            standing.check(connection)
            return replace(proof, erased=erased)
    except (SQLAlchemyError, sqlite3.Error) as error:
        raise StoreProblem(
            "The evidence cannot be read: {cause}.",
            "All of it is read to prove it.",
            "Try again in a moment; if it lasts, check the store database.",
            cause=cause_of(error),
        ) from error


@contextmanager
def snapshot(engine: Engine) -> Iterator[Connection]:
    """One moment of the database, whatever is written meanwhile."""
    with engine.connect() as connection:
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql("BEGIN")
        else:
            connection = connection.execution_options(isolation_level="REPEATABLE READ")
        yield connection


def _prove_chain(connection: Connection, signed: dict[int, str], signs: bool) -> Proof:
    kept = {table.name: _Rows(_raw(connection, table), key_of(table)) for table in TABLES}
    number, previous, heads = 0, FIRST, len(signed)
    for row in _raw(connection, CHAIN):
        number += 1
        link = Link(**row)
        if link.number != number or link.previous != previous or not link.intact:
            raise _broken(CHAIN.name, number)
        if link.kept_in not in kept or not _covers(link, kept[link.kept_in]):
            raise _broken(link.kept_in, link.up_to)
        previous = link.hash
        if signed.pop(number, previous) != previous:
            raise lacking(number)
    _check_nothing_left(kept, signed)
    return Proof({name: rows.taken for name, rows in kept.items()}, number, previous, heads if signs else None)


def _covers(link: Link, rows: _Rows) -> bool:
    try:
        return link.digest == digest(rows.up_to(link.up_to))
    except TypeError:  # a value of a kind that is never written, in SQLite, which takes any
        return False


def _check_nothing_left(kept: Mapping[str, _Rows], signed: Mapping[int, str]) -> None:
    for name, rows in kept.items():
        if rows.ahead is not None:
            raise _broken(name, rows.ahead[rows.key])
    if signed:
        raise lacking(min(signed))


def _raw(connection: Connection, table: Table) -> Iterator[RowMapping]:
    """Every row as the database keeps it, by key: no type of ours may read two values as one."""
    asked: Any = select(literal_column("*")).select_from(table).order_by(table.c[key_of(table)])
    yield from connection.execute(asked, execution_options={"yield_per": ROWS_AT_ONCE}).mappings()


def _broken(table: str, number: int) -> BrokenEvidence:
    return BrokenEvidence(
        "Row {number} of {table}, or one just before it, is missing, or not as it was written.",
        "Each link of the chain of evidence holds the digest of the rows it covers and the hash of the link before.",
        "Keep the database as it is, and compare it with the last backup from this row on.",
        number=number,
        table=table,
    )
