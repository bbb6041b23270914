"""Named tables and views of a connection, DuckDB's or Spark's, made from queries compiled once.

What is asked of a raw table depends on its schema only, and Ibis takes longer to compile a query of 122 columns than
DuckDB to run it on a few rows. So queries are compiled over stand-in tables and run on the actual ones: opening one
client's rows takes a tenth of a second instead of two.
"""

from __future__ import annotations

from typing import Any, Literal

import ibis
import ibis.expr.operations as ops
from ibis.util import gen_name


def stand_in(name: str, types: ibis.Schema) -> ibis.Table:
    """A table of these types to write a query over; ``ask`` and ``create`` put the actual one in its place."""
    return ibis.table(types, name=f"@{name}")


def compiled(query: ibis.Table, engine: str = "duckdb") -> str:
    """The query's text for an engine (the name of an Ibis backend), still naming its stand-ins."""
    return str(ibis.to_sql(query, dialect=engine))


def ask(connection: ibis.BaseBackend, query: str, **tables: ibis.Table) -> dict[str, Any]:
    """The only row of a compiled query's answer."""
    answer = connection.raw_sql(_put_in_place(query, tables))
    if connection.name == "pyspark":
        return dict(answer.first().asDict())
    names = [column[0] for column in answer.description]
    (row,) = answer.fetchall()
    return dict(zip(names, row, strict=True))


def create(
    connection: ibis.BaseBackend,
    form: Literal["TABLE", "TEMP TABLE", "TEMP VIEW"],
    stem: str,
    query: str,
    types: ibis.Schema,
    **tables: ibis.Table,
) -> ibis.Table:
    """A new table or view of the connection, under a name of its own that starts with ``stem``."""
    name = gen_name(stem)
    connection.raw_sql(f"CREATE {form} {name} AS {_put_in_place(query, tables)}")
    # what connection.table(name) gives, without asking the engine for the types again
    return ops.DatabaseTable(name, schema=types, source=connection, namespace=ops.Namespace()).to_expr()


def _put_in_place(query: str, tables: dict[str, ibis.Table]) -> str:
    for name, table in tables.items():
        for quote in ('"', "`"):
            query = query.replace(f"{quote}@{name}{quote}", f"{quote}{table.get_name()}{quote}")
    return query
