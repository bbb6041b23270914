"""The raw tables, opened and checked against the schema: columns keep their names, sentinels become NULL."""

from __future__ import annotations

import weakref
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import ibis

from app.scoring.engine import compiled, create, stand_in
from app.scoring.schema import APPLICATIONS, HISTORIES, TABLES
from app.scoring.schema.keys import CLIENT
from app.scoring.tables.checks import check_and_clean, check_unique, find_orphans
from app.scoring.tables.faults import Notice, notice, stop
from app.scoring.tables.reading import read_rows, read_source
from app.scoring.tables.scratch import Scratch
from app.scoring.tables.sources import find_sources, room_for, unharmed

_LABEL_TYPES = ibis.schema({CLIENT: "int64", "TARGET": "int64"})
_ENGINE_TYPES = {"int64": "BIGINT", "float64": "DOUBLE", "string": "STRING"}
_ENGINE_MEMORY = "1700MB"  # leaves the process under 2 GB on 57 million rows; the rest spills to the temporary folder

Row = Mapping[str, object]
Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Tables:
    """The checked tables as Ibis expressions of one connection; a connection serves one thread.

    Attributes:
        application: one row per client of both files, without TARGET, with POPULATION = "labelled" | "current".
        labels: SK_ID_CURR, TARGET (int64, 0 or 1) of the labelled clients.
        absent: names in ``schema.TABLES`` of tables that were not there; their expressions are empty tables.
        notices: what was found and tolerated.
        connection: the Ibis backend that holds the tables.
    """

    application: ibis.Table
    labels: ibis.Table
    bureau: ibis.Table
    bureau_balance: ibis.Table
    previous_application: ibis.Table
    pos_cash_balance: ibis.Table
    credit_card_balance: ibis.Table
    installments_payments: ibis.Table
    absent: tuple[str, ...]
    notices: tuple[Notice, ...]
    connection: ibis.BaseBackend

    def require_labels(self) -> ibis.Table:
        """``labels``, fit for training.

        Raises:
            TableProblem: application_train is absent, or TARGET has one class only.
        """
        target = self.labels.TARGET
        found = self.labels.aggregate(count=target.count(), low=target.min(), high=target.max())
        count, low, high = found.to_pyarrow().to_pylist()[0].values()
        if not count:
            raise stop("no labels")
        if low == high:
            raise stop("one class", file="application_train", value=low, count=count)
        return self.labels


def open_tables(folder: Path, connection: ibis.BaseBackend | None = None, progress: Progress | None = None) -> Tables:
    """Open the folder's tables: CSV, CSV.gz, Parquet, or inside a zip.

    Args:
        folder: holds application_train or application_test; the six history tables are optional.
        connection: DuckDB backend to load into; by default a database file in a temporary folder, removed at exit.
        progress: told, in a sentence, which table is being read.

    Raises:
        TableProblem: the tables cannot be read as the schema declares them.
    """
    sources = find_sources(Path(folder))
    if not any(name in sources for name in APPLICATIONS):
        raise stop("no application", folder=str(folder))
    connection = connection or _database_in_temporary_folder()
    raw: dict[str, ibis.Table] = {}
    notices: list[Notice] = []
    for name, source in ((name, sources[name]) for name in TABLES if name in sources):
        if progress:
            progress(f"Reading {name} from {source.label}{room_for(source)}")
        raw[name], found = read_source(TABLES[name], source, connection)
        notices += found
    return assemble(raw, {name: source.label for name, source in sources.items()}, notices, connection)


def tables_from_rows(rows: Mapping[str, Sequence[Row]], connection: ibis.BaseBackend | None = None) -> Tables:
    """The same tables from rows in memory, under the same checks: a what-if, a new application, a test.

    Args:
        rows: table name -> rows with every raw column (None when unknown); a table left out is absent.
        connection: DuckDB backend; the rows live in its temporary tables. By default one of its own, in memory.

    Raises:
        TableProblem: as ``open_tables``.
    """
    if not any(name in rows for name in APPLICATIONS):
        raise stop("no application", folder="The rows given")
    connection = connection or ibis.duckdb.connect()
    raw: dict[str, ibis.Table] = {}
    notices: list[Notice] = []
    for name in (name for name in TABLES if name in rows):
        raw[name], found = read_rows(TABLES[name], rows[name], connection)
        notices += found
    return assemble(raw, {name: f"rows of {name}" for name in raw}, notices, connection)


def empty_tables(connection: ibis.BaseBackend | None = None) -> Tables:
    """All tables without a row: what an expression over tables looks like before there are any."""
    connection = connection or ibis.duckdb.connect()
    return _tables({name: _empty(name, connection) for name in TABLES}, (), connection)


def _empty(name: str, connection: ibis.BaseBackend) -> ibis.Table:
    columns = ", ".join(
        f"CAST(NULL AS {_ENGINE_TYPES[column.dtype]}) AS {column.name}" for column in TABLES[name].columns
    )
    return create(connection, "TEMP VIEW", name, f"SELECT {columns} LIMIT 0", TABLES[name].types)


def _database_in_temporary_folder() -> ibis.BaseBackend:
    scratch = Scratch()
    file = scratch.folder / "tables.duckdb"
    connection = ibis.duckdb.connect(file, memory_limit=_ENGINE_MEMORY, temp_directory=str(scratch.folder))
    weakref.finalize(connection, scratch.remove)
    return connection


def assemble(
    raw: Mapping[str, ibis.Table], origins: Mapping[str, str], notices: Sequence[Notice], connection: ibis.BaseBackend
) -> Tables:
    """The tables checked, cleaned and put together.

    Args:
        raw: table name -> the table as ``schema.raw_types`` has it.
        origins: table name -> how people are told of its file.
        notices: what reading them found and tolerated.
        connection: DuckDB or Spark backend that holds them.

    Raises:
        TableProblem: a table does not hold what the schema declares.
    """
    told = list(notices)
    absent = tuple(name for name in TABLES if name not in raw)
    tables = {name: _empty(name, connection) for name in absent}
    told += (notice("absent", name) for name in absent)
    for name, table in raw.items():
        with unharmed(origins[name]):
            tables[name], found = check_and_clean(table, TABLES[name], origins[name], connection)
        told += found
    opened = _tables(tables, absent, connection)
    parents = {**tables, "application": opened.application}
    _check_keys(parents, origins, connection)
    for name in (name for name in HISTORIES if name in raw):
        told += find_orphans(TABLES[name], parents, origins[name], connection)
    return replace(opened, notices=tuple(told))


def _check_keys(tables: Mapping[str, ibis.Table], origins: Mapping[str, str], connection: ibis.BaseBackend) -> None:
    files = " and ".join(origins[name] for name in APPLICATIONS if name in origins)
    if not check_unique(tables["application"], CLIENT, files, connection):
        raise stop("no clients", file=files)
    for name in (name for name in HISTORIES if name in origins):
        for column in TABLES[name].columns:
            if column.unique:
                check_unique(tables[name], column.name, origins[name], connection)


def _tables(tables: Mapping[str, ibis.Table], absent: tuple[str, ...], connection: ibis.BaseBackend) -> Tables:
    types = ibis.schema({**TABLES["application_test"].types, "POPULATION": "string"})
    train, test = (tables[name] for name in APPLICATIONS)
    return Tables(
        application=create(
            connection, "TEMP VIEW", "application", _application_query(connection.name), types, train=train, test=test
        ),
        labels=create(connection, "TEMP VIEW", "labels", _labels_query(connection.name), _LABEL_TYPES, train=train),
        **{name.lower(): tables[name] for name in HISTORIES},
        absent=absent,
        notices=(),
        connection=connection,
    )


@cache
def _application_query(engine: str) -> str:
    train, test = (stand_in(name, TABLES[f"application_{name}"].types) for name in ("train", "test"))
    labelled = train.drop("TARGET").mutate(POPULATION=ibis.literal("labelled"))
    return compiled(labelled.union(test.mutate(POPULATION=ibis.literal("current"))), engine)


@cache
def _labels_query(engine: str) -> str:
    train = stand_in("train", TABLES["application_train"].types)
    return compiled(train.select(CLIENT, TARGET=train.TARGET.cast("int64")), engine)
