"""Inspection of the raw tables, exact on every row: what is there, what is missing, what is odd, which keys hold.

The tables are taken as the files have them: sentinels that stand for missing are counted, not yet cleaned.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import ibis
import pandas as pd

from app.scoring.schema import APPLICATIONS, TABLES, Column
from app.scoring.tables.faults import stop
from app.scoring.tables.reading import read_source
from app.scoring.tables.sources import find_sources

ENGINE_MEMORY = "3GB"
AMOUNTS = "AMT_"
EXTREME = 10
"""Times the 99th percentile of an amount."""
TARGET = "TARGET"


@dataclass(frozen=True)
class ColumnFacts:
    """One raw column; ``missing`` counts empty values, ``values`` the distinct others."""

    name: str
    kind: str
    missing: int
    values: int


@dataclass(frozen=True)
class Anomaly:
    """Values that are there and cannot be meant: how many rows hold them."""

    table: str
    column: str
    finding: str
    rows: int


@dataclass(frozen=True)
class KeyFacts:
    """A key or reference: rows that break it."""

    table: str
    column: str
    rule: str
    broken: int


@dataclass(frozen=True)
class TableFacts:
    """One raw table."""

    name: str
    rows: int
    duplicates: int
    columns: tuple[ColumnFacts, ...]


@dataclass(frozen=True)
class Inspection:
    """What was found in a folder.

    Attributes:
        absent: names of the tables that are not there.
        outcomes: clients by TARGET; empty without application_train.
    """

    tables: tuple[TableFacts, ...]
    absent: tuple[str, ...]
    outcomes: Mapping[int, int]
    anomalies: tuple[Anomaly, ...]
    keys: tuple[KeyFacts, ...]


@dataclass(frozen=True)
class RawTables:
    """The raw tables of a folder, loaded once."""

    connection: ibis.BaseBackend
    tables: Mapping[str, ibis.Table] = field(default_factory=dict)

    def ask(self, query: str) -> list[tuple[Any, ...]]:
        """Every row of a query's answer."""
        rows: list[tuple[Any, ...]] = self.connection.raw_sql(query).fetchall()
        return rows


@contextmanager
def open_raw(folder: Path) -> Iterator[RawTables]:
    """The tables as the files have them, in a database that lives until the exit.

    Raises:
        TableProblem: no application table, or a file that cannot be read as the schema declares it.
    """
    sources = find_sources(folder)
    if not any(name in sources for name in APPLICATIONS):
        raise stop("no application", folder=str(folder))
    with tempfile.TemporaryDirectory() as scratch:
        file = Path(scratch) / "raw.duckdb"
        connection = ibis.duckdb.connect(file, memory_limit=ENGINE_MEMORY, temp_directory=scratch)
        present = [name for name in TABLES if name in sources]
        tables = {name: read_source(TABLES[name], sources[name], connection)[0] for name in present}
        yield RawTables(connection, tables)
        connection.disconnect()


def inspect(raw: RawTables) -> Inspection:
    """Everything about the tables that can be counted."""
    return Inspection(
        tables=tuple(_table(raw, name) for name in raw.tables),
        absent=tuple(name for name in TABLES if name not in raw.tables),
        outcomes=_outcomes(raw),
        anomalies=tuple(found for name in raw.tables for found in _anomalies(raw, name)),
        keys=tuple(found for name in raw.tables for found in _keys(raw, name)),
    )


def sample(raw: RawTables, clients: int) -> pd.DataFrame:
    """Rows of application_train, or of application_test without it: the same at every call, at most ``clients``."""
    name = APPLICATIONS[0] if APPLICATIONS[0] in raw.tables else APPLICATIONS[1]
    query = f"SELECT * FROM {_of(raw, name)} ORDER BY hash(SK_ID_CURR), SK_ID_CURR LIMIT {clients}"
    return raw.connection.raw_sql(query).df()


def _of(raw: RawTables, name: str) -> str:
    return str(raw.tables[name].get_name())


def _table(raw: RawTables, name: str) -> TableFacts:
    table, columns = _of(raw, name), TABLES[name].columns
    counted = ", ".join(f'count("{c.name}"), count(DISTINCT "{c.name}")' for c in columns)
    ((rows, distinct, *counts),) = raw.ask(f"SELECT count(*), count(DISTINCT hash({table})), {counted} FROM {table}")
    found = zip(columns, counts[::2], counts[1::2], strict=True)
    facts = tuple(ColumnFacts(c.name, c.kind, rows - filled, values) for c, filled, values in found)
    return TableFacts(name, rows, rows - distinct, facts)


def _outcomes(raw: RawTables) -> dict[int, int]:
    if APPLICATIONS[0] not in raw.tables:
        return {}
    query = (
        f"SELECT {TARGET}, count(*) FROM {_of(raw, APPLICATIONS[0])} WHERE {TARGET} IS NOT NULL GROUP BY 1 ORDER BY 1"
    )
    return {int(outcome): clients for outcome, clients in raw.ask(query)}


def _anomalies(raw: RawTables, name: str) -> Iterator[Anomaly]:
    """Sentinels that mean missing, values outside the declared ones, and amounts out of all proportion."""
    columns = [column for column in TABLES[name].columns if column.kind != "id"]
    asked = [(column, *one) for column in columns for one in _suspicions(column)]
    if not asked:
        return
    counts = raw.ask(f"SELECT {', '.join(f'count(*) FILTER ({rule})' for _, _, rule in asked)} FROM {_of(raw, name)}")[
        0
    ]
    for (column, finding, _), rows in zip(asked, counts, strict=True):
        if rows:
            yield Anomaly(name, column.name, finding, rows)
    yield from _extremes(raw, name, [column.name for column in columns if column.name.startswith(AMOUNTS)])


def _suspicions(column: Column) -> Iterator[tuple[str, str]]:
    """What a column may hold that it should not, and the condition that finds it."""
    quoted = f'"{column.name}"'
    for sentinel in column.sentinels:
        shown = f"{sentinel:g}" if isinstance(sentinel, float) else sentinel
        yield f"{shown} stands for missing", f"{quoted} = {_literal(sentinel)}"
    if column.values:
        allowed = ", ".join(_literal(value) for value in (*column.values, *column.sentinels))
        yield "a value that is not declared", f"{quoted} IS NOT NULL AND {quoted} NOT IN ({allowed})"


def _literal(value: Any) -> str:
    return "'" + value.replace("'", "''") + "'" if isinstance(value, str) else repr(float(value))


def _extremes(raw: RawTables, name: str, amounts: list[str]) -> Iterator[Anomaly]:
    if not amounts:
        return
    table = _of(raw, name)
    limits = raw.ask(f"SELECT {', '.join(f'quantile_cont({_q(one)}, 0.99)' for one in amounts)} FROM {table}")[0]
    known = [(one, EXTREME * limit) for one, limit in zip(amounts, limits, strict=True) if limit]
    if not known:
        return
    asked = ", ".join(f"count(*) FILTER ({_q(one)} > {limit!r}), max({_q(one)})" for one, limit in known)
    counts = raw.ask(f"SELECT {asked} FROM {table}")[0]
    for (one, limit), rows, highest in zip(known, counts[::2], counts[1::2], strict=True):
        if rows:
            yield Anomaly(
                name, one, f"above {limit:,.0f}, {EXTREME} times the 99th percentile; up to {highest:,.0f}", rows
            )


def _q(name: str) -> str:
    return f'"{name}"'


def _keys(raw: RawTables, name: str) -> Iterator[KeyFacts]:
    for column in TABLES[name].columns:
        if column.unique:
            query = f"SELECT count({_q(column.name)}) - count(DISTINCT {_q(column.name)}) FROM {_of(raw, name)}"
            yield KeyFacts(name, column.name, "names one row", raw.ask(query)[0][0])
        if column.parent and (parents := _parents(raw, column)):
            query = f"SELECT count(*) FROM {_of(raw, name)} WHERE {_q(column.name)} NOT IN ({parents})"
            yield KeyFacts(name, column.name, f"names a row of {column.parent}", raw.ask(query)[0][0])


def _parents(raw: RawTables, column: Column) -> str:
    """Keys of the parent's rows, as the IN of a query has it; empty when the parent is absent."""
    names = APPLICATIONS if column.parent == "application" else (column.parent,)
    found = [name for name in names if name in raw.tables]
    return " UNION ALL ".join(f"SELECT {_q(column.name)} FROM {_of(raw, str(name))}" for name in found)
