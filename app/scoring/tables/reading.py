"""One raw table brought into the engine with the declared types: numbers and ids as DOUBLE, categories as text.

A CSV file is parsed once, without guessing, into a table of the connection; Parquet stays a view. Ids come as DOUBLE
because the engine would silently round "1.5" to a BIGINT; the checks refuse such an id before it is cast.
"""

from __future__ import annotations

import csv
import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

import duckdb
import ibis
import pyarrow as pa
from ibis.util import gen_name

from app.scoring.engine import compiled, create
from app.scoring.schema import Column, TableSchema
from app.scoring.tables.faults import Notice, notice, stop
from app.scoring.tables.sources import Source, plain_csv, unharmed

Read = tuple[ibis.Table, tuple[Notice, ...]]
NULLS = ("", "NA", "NaN", "nan")
_NUMERIC, _TEXT = "DOUBLE", "VARCHAR"
_LONGEST_LINE = 1 << 20
_LINE_END = re.compile(rb"\r\n|\n|\r")  # the last of them: of old Macs


def read_source(schema: TableSchema, source: Source, connection: ibis.BaseBackend) -> Read:
    """The raw table (declared columns only) and a notice of the ignored columns.

    Raises:
        TableProblem: damaged file, missing column, or a value that is not a number where one is declared.
    """
    if source.path.suffix == ".parquet":
        return _read_parquet(schema, source, connection)
    with plain_csv(source) as path:
        return _read_csv(schema, path, source.label, connection)


def _read_csv(schema: TableSchema, path: Path, label: str, connection: ibis.BaseBackend) -> Read:
    header = _header(path, label)
    notices = _check_names(schema, header, label)
    types = dict.fromkeys(header, _TEXT)
    types |= {column.name: _TEXT if column.kind == "category" else _NUMERIC for column in schema.columns}
    columns = ", ".join(f'"{name}"' for name in schema.names)
    for encoding in ("utf-8", "latin-1"):
        scan = _scan(path, types, encoding)
        try:
            query = f"SELECT {columns} FROM {scan}"
            return create(connection, "TABLE", schema.name, query, schema.raw_types), notices
        except duckdb.Error as fault:
            if encoding == "utf-8" and "not utf-8" in str(fault):
                continue
            _explain_refusal(_scan(path, types, encoding, ", store_rejects=true, rejects_limit=1000"), label)
            with unharmed(label):
                raise
    raise AssertionError("latin-1 decodes any byte")


def _scan(path: Path, types: Mapping[str, str], encoding: str, more: str = "") -> str:
    columns = ", ".join(f"{_quoted(name)}: '{kind}'" for name, kind in types.items())
    nulls = ", ".join(_quoted(text) for text in NULLS)
    return (
        f"read_csv({_quoted(str(path))}, columns={{{columns}}}, encoding='{encoding}', auto_detect=false, header=true,"
        f""" delim=',', quote='"', escape='"', nullstr=[{nulls}]{more})"""
    )


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _header(path: Path, label: str) -> list[str]:
    with path.open("rb") as file:
        start = file.read(_LONGEST_LINE)
        file.seek(max(0, path.stat().st_size - _LONGEST_LINE))
        end = file.read()
    if b"\0" in start:
        raise stop("binary", file=label)
    if len(end) == _LONGEST_LINE and not _LINE_END.search(end):
        # The engine would leave such a line out without a word.
        raise stop("endless line", file=label, size=f"{_LONGEST_LINE >> 20} MB")
    line = _LINE_END.split(start, maxsplit=1)[0]
    try:
        text = line.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = line.decode("latin-1")
    if not text:
        raise stop("no header", file=label)
    names = next(csv.reader([text]))
    return [name or f"(unnamed {position})" for position, name in enumerate(names, start=1)]


def _check_names(schema: TableSchema, names: Sequence[str], label: str) -> tuple[Notice, ...]:
    for name in schema.names:
        if name not in names:
            raise stop("column missing", file=label, column=name, table=schema.name, count=len(schema.columns))
    times = Counter(name.casefold() for name in names)  # the engine compares column names without their case
    for name in names:
        if times[name.casefold()] > 1:
            raise stop("column twice", file=label, column=name)
    extra = [name for name in names if name not in schema.names]
    if not extra:
        return ()
    return (notice("extra columns", schema.name, None, len(extra), file=label, value=", ".join(extra)),)


def _explain_refusal(rejecting_scan: str, label: str) -> None:
    """Parse again, slowly and in order, for the line and value the engine refused."""
    with duckdb.connect(config={"threads": 1}) as engine:
        try:
            engine.execute(f"SELECT count(columns(*)) FROM {rejecting_scan}").fetchall()  # count(*) converts nothing
        except duckdb.Error:
            return
        found = engine.execute(
            "SELECT line, column_name, column_idx, error_type::VARCHAR, csv_line, error_message"
            " FROM reject_errors ORDER BY line, column_idx LIMIT 1"
        ).fetchone()
    if not found:
        return
    line, column, position, kind, text, message = found
    if kind != "CAST":
        raise stop("broken line", file=label, line=line, cause=message.splitlines()[0].rstrip("."))
    value = next(csv.reader([text]))[position - 1]
    raise stop("not a number", file=label, line=f", line {line}", column=column, value=value, expected="numbers")


def _read_parquet(schema: TableSchema, source: Source, connection: ibis.BaseBackend) -> Read:
    path = source.path
    parts = sorted(path.glob("**/*.parquet")) if path.is_dir() else [path]
    if not parts:
        raise stop("damaged", file=source.label, cause="it has no .parquet part")
    with unharmed(source.label):
        view = connection.read_parquet(
            [str(part) for part in parts], table_name=gen_name("parquet"), union_by_name=True
        )
        return read_view(schema, view, source.label, connection)


def read_view(schema: TableSchema, view: ibis.Table, label: str, connection: ibis.BaseBackend) -> Read:
    """The raw table of columns of whatever types an engine found in a file, as ``read_source`` gives it.

    Raises:
        TableProblem: a column is missing or there twice, or holds text where a number is declared.
    """
    notices = _check_names(schema, view.columns, label)
    _check_numbers(schema, view, label)
    typed = view.select(**{column.name: _typed(view[column.name], column) for column in schema.columns})
    query = compiled(typed, connection.name)
    return create(connection, "TEMP VIEW", schema.name, query, schema.raw_types), notices


def _typed(values: ibis.Column, column: Column) -> ibis.Column:
    if column.kind != "category" and _is_numeric(values):
        return values.cast("float64")
    text = values.cast("string")
    text = text.isin(NULLS).ifelse(ibis.null("string"), text)
    return text if column.kind == "category" else text.try_cast("float64")


def _is_numeric(values: ibis.Column) -> bool:
    return bool(values.type().is_numeric() or values.type().is_boolean())


def _check_numbers(schema: TableSchema, view: ibis.Table, label: str) -> None:
    declared = (view[column.name] for column in schema.columns if column.kind != "category")
    as_text = [values for values in declared if not _is_numeric(values)]
    if not as_text:
        return
    wrong = view.aggregate(**{values.get_name(): _no_number(values.cast("string")) for values in as_text})
    for name, value in wrong.to_pyarrow().to_pylist()[0].items():
        if value is not None:
            raise stop("not a number", file=label, line="", column=name, value=value, expected="numbers")


def _no_number(text: ibis.Column) -> ibis.Scalar:
    return text.min(where=text.notin(NULLS) & text.try_cast("float64").isnull())


def read_rows(schema: TableSchema, rows: Sequence[Mapping[str, object]], connection: ibis.BaseBackend) -> Read:
    """The raw table from rows in memory, as ``read_source`` gives it; a temporary table of the connection.

    Raises:
        TableProblem: a row lacks a column, or holds something that is not a number where one is declared.
    """
    label = f"rows of {schema.name}"
    names = list(dict.fromkeys(name for row in rows for name in row))
    notices = _check_names(schema, names, label) if rows else ()
    arrays = pa.table({column.name: _array(column, rows, schema, label) for column in schema.columns})
    given = gen_name("rows")
    connection.con.register(given, arrays)
    try:
        return create(connection, "TEMP TABLE", schema.name, f'FROM "{given}"', schema.raw_types), notices
    finally:
        connection.con.unregister(given)


def _array(column: Column, rows: Sequence[Mapping[str, object]], schema: TableSchema, label: str) -> pa.Array:
    if any(column.name not in row for row in rows):
        raise stop("column missing", file=label, column=column.name, table=schema.name, count=len(schema.columns))
    values = [None if row[column.name] in NULLS else row[column.name] for row in rows]
    if column.kind == "category":
        return pa.array([None if value is None else str(value) for value in values], pa.string())
    return pa.array([_number(value, column, label, place) for place, value in enumerate(values, start=1)], pa.float64())


def _number(value: object, column: Column, label: str, place: int) -> float | None:
    try:
        number = math.nan if value is None else float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        raise stop(
            "not a number", file=label, line=f", row {place}", column=column.name, value=value, expected="numbers"
        ) from None
    return None if math.isnan(number) else number
