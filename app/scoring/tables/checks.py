"""What the schema demands of a raw table, asked in a few aggregates: never a loop over rows.

pandera 0.35 has an Ibis back end and was tried: it collects every failing row into memory and repeats each in its
message (285,392 rows for one unknown status of a 1.2-million-row table), so it can neither count what is tolerated nor
stand 27 million rows. Plain Ibis aggregates count and keep one example.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from functools import cache

import ibis

from app.scoring.engine import ask, compiled, create, stand_in
from app.scoring.schema import APPLICATIONS, TABLES, Column, TableSchema
from app.scoring.schema.bounds import HIGHEST_ID, bounds
from app.scoring.tables.faults import Notice, notice, stop

Found = Mapping[str, object]


def check_and_clean(
    table: ibis.Table, schema: TableSchema, label: str, connection: ibis.BaseBackend
) -> tuple[ibis.Table, tuple[Notice, ...]]:
    """The raw table as a view of the declared types, NULL for every sentinel and every number that
    is none, or that no application could bear; and what was tolerated.

    Args:
        table: ids, numbers and flags as float64, categories as text.
        schema: what it is declared to hold.
        label: the file, for people.
        connection: where the table is, and the view will be.

    Raises:
        TableProblem: an id that is empty, not whole or out of range, or a TARGET outside {0, 1}.
    """
    answer = ask(connection, _measures_query(schema.name, connection.name), raw=table)
    notices: list[Notice] = []
    for column in schema.columns:
        found = {name.split()[1]: value for name, value in answer.items() if name.split()[0] == column.name}
        if column.kind == "id":
            _refuse_id(column, found, label)
        if column.name == "TARGET":
            _refuse_target(found, label)
        notices += _tolerate(schema.name, column, found, label)
    strange = frozenset(name.split()[0] for name, value in answer.items() if name.endswith(" strange") and value)
    for name in sorted(strange):
        found = ask(connection, _strange_query(schema.name, name, connection.name), raw=table)
        notices += _tell_strange(schema, name, found, label)
    query = _clean_query(schema.name, strange, connection.name)
    view = create(connection, "TEMP VIEW", schema.name, query, schema.types, raw=table)
    return view, tuple(notices)


@cache
def _measures_query(name: str, engine: str) -> str:
    raw = stand_in("raw", TABLES[name].raw_types)
    measures = {
        f"{column.name} {measure}": value
        for column in TABLES[name].columns
        for measure, value in _measures(raw[column.name], column, _bounds(TABLES[name], column))
    }
    return compiled(raw.aggregate(**measures), engine)


def _bounds(schema: TableSchema, column: Column) -> tuple[float, float] | None:
    return bounds(column) if schema.name in APPLICATIONS else None


def _measures(
    values: ibis.Column, column: Column, within: tuple[float, float] | None
) -> Iterator[tuple[str, ibis.Scalar]]:
    if not column.nullable:
        yield "empty", values.isnull().sum()
    if column.kind == "id":
        yield "broken", values.min(where=_outside(values, 1, HIGHEST_ID) | (values != values.floor()))
        return
    if column.numeric:
        yield "strange", _strange(values, column, within).sum()
    if column.values:
        unknown = values.notin([*column.values, *column.sentinels])
        if column.numeric:
            unknown &= ~_not_finite(values)
        yield "unknown", unknown.sum()
        yield "example", values.min(where=unknown)


def _strange(values: ibis.Column, column: Column, within: tuple[float, float] | None) -> ibis.Column:
    """Not finite, or no number an application could bear."""
    if within is None:
        return _not_finite(values)
    return _outside(values, *within) & values.notin(column.sentinels) if column.sentinels else _outside(values, *within)


def _outside(values: ibis.Column, low: float, high: float) -> ibis.Column:
    return (values < low) | (values > high)


def _not_finite(values: ibis.Column) -> ibis.Column:
    # Not isinf(), which Ibis 12 compiles to FALSE for Spark. Both engines put NaN above every number.
    return values.abs() > sys.float_info.max


def _refuse_id(column: Column, found: Found, label: str) -> None:
    if found["broken"] is not None:
        raise stop(
            "not a number",
            file=label,
            line="",
            column=column.name,
            value=found["broken"],
            expected=f"whole numbers from 1 to {HIGHEST_ID:,}",
        )
    if found["empty"]:
        raise stop("no id", file=label, column=column.name, count=found["empty"])


def _refuse_target(found: Found, label: str) -> None:
    for measure, value in (("unknown", found["example"]), ("strange", "no number"), ("empty", "nothing")):
        if found[measure]:
            raise stop("target", file=label, value=value, count=found[measure])


def _tolerate(table: str, column: Column, found: Found, label: str) -> Iterator[Notice]:
    for measure, finding in (("empty", "empty"), ("unknown", "unknown value")):
        count = found.get(measure)
        if isinstance(count, int) and count:
            yield notice(finding, table, column.name, count, file=label, value=found.get("example"))


@cache
def _strange_query(name: str, column: str, engine: str) -> str:
    raw = stand_in("raw", TABLES[name].raw_types)
    values, declared = raw[column], TABLES[name][column]
    outside = _strange(values, declared, _bounds(TABLES[name], declared)) & ~_not_finite(values)
    infinite = (_not_finite(values) & ~values.isnan()).sum()
    return compiled(raw.aggregate(infinite=infinite, outside=outside.sum(), example=values.min(where=outside)), engine)


def _tell_strange(schema: TableSchema, column: str, found: Found, label: str) -> Iterator[Notice]:
    if isinstance(infinite := found["infinite"], int) and infinite:
        yield notice("infinite", schema.name, column, infinite, file=label)
    within = _bounds(schema, schema[column])
    if within and isinstance(outside := found["outside"], int) and outside:
        low, high = within
        told = {"value": found["example"], "low": f"{low:,.0f}", "high": f"{high:,.0f}"}
        yield notice("outside", schema.name, column, outside, file=label, **told)


@cache
def _clean_query(name: str, strange: frozenset[str], engine: str) -> str:
    raw = stand_in("raw", TABLES[name].raw_types)
    schema = TABLES[name]
    cleaned = {c.name: _clean(raw[c.name], c, _bounds(schema, c), strange=c.name in strange) for c in schema.columns}
    return compiled(raw.select(**cleaned), engine)


def _clean(values: ibis.Column, column: Column, within: tuple[float, float] | None, strange: bool) -> ibis.Column:
    if column.kind == "id":
        return values.cast("int64")
    if strange:
        values = _strange(values, column, within).ifelse(ibis.null("float64"), values)
    for sentinel in column.sentinels:
        values = values.nullif(sentinel)
    return values


def check_unique(table: ibis.Table, column: str, label: str, connection: ibis.BaseBackend) -> int:
    """How many rows there are.

    Raises:
        TableProblem: some ids are there more than once; names how many and the smallest.
    """
    answer = ask(connection, _distinct_query(column, connection.name), rows=table)
    if answer["count"] != answer["distinct"]:
        repeated = ask(connection, _repeated_query(column, connection.name), rows=table)
        raise stop("duplicates", file=label, column=column, count=repeated["count"], value=repeated["first"])
    return int(answer["count"])


@cache
def _distinct_query(column: str, engine: str) -> str:
    rows = stand_in("rows", ibis.schema({column: "int64"}))
    return compiled(rows.aggregate(count=rows.count(), distinct=rows[column].nunique()), engine)


@cache
def _repeated_query(column: str, engine: str) -> str:
    rows = stand_in("rows", ibis.schema({column: "int64"}))
    repeated = rows.group_by(column).having(rows.count() > 1).agg(times=rows.count())
    return compiled(repeated.aggregate(count=repeated.count(), first=repeated[column].min()), engine)


def find_orphans(
    schema: TableSchema, tables: Mapping[str, ibis.Table], label: str, connection: ibis.BaseBackend
) -> Iterator[Notice]:
    """A notice for each foreign key of a history table that names rows its parent lacks."""
    for column in schema.columns:
        if column.parent:
            child, parent = tables[schema.name], tables[column.parent]
            count = ask(connection, _orphans_query(column.name, connection.name), child=child, parent=parent)["count"]
            if count:
                yield notice("orphans", schema.name, column.name, count, file=label, parent=column.parent)


@cache
def _orphans_query(column: str, engine: str) -> str:
    child, parent = (stand_in(name, ibis.schema({column: "int64"})) for name in ("child", "parent"))
    orphans = child.anti_join(parent, column)
    return compiled(orphans.aggregate(count=orphans.count()), engine)
