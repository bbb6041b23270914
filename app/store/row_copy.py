"""Every row of evidence from one database into another, SQLite or PostgreSQL: the chain's digests stay the same."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Engine, func, insert, inspect, select

from app.scoring.problems import BackupProblem, StoreProblem
from app.store.cases.tables import BESIDE
from app.store.chain import CHAIN, key_of, writing
from app.store.database import cause_of
from app.store.proof import ROWS_AT_ONCE, TABLES, snapshot
from app.store.revision import open_store

ALL = (*TABLES, *BESIDE, CHAIN)


def copy_rows(source: Engine, target: Engine) -> None:
    """Copy one moment of a store at the newest revision into one that is empty, wholly or not at all.

    Raises:
        BackupProblem: the other one holds rows.
        StoreProblem: one of the two cannot be used, or is of another revision.
        SQLAlchemyError: reading or writing failed.
    """
    open_store(source, _unusable)
    open_store(target, _unusable)
    with snapshot(source) as reading, writing(target) as connection:
        check_empty(connection)
        for table in ALL:
            asked = select(table).order_by(table.c[key_of(table)])
            found = reading.execute(asked, execution_options={"yield_per": ROWS_AT_ONCE}).mappings()
            for rows in found.partitions():
                connection.execute(insert(table), [_in_utc(row) for row in rows])


def check_empty(connection: Connection) -> None:
    """Raise BackupProblem where a store holds a row already."""
    there = inspect(connection).get_table_names()
    for table in ALL:
        if table.name in there and connection.execute(select(func.count()).select_from(table)).scalar_one():
            raise BackupProblem(
                "The store holds rows already: the table {table} is not empty.",
                "A back-up is restored where nothing is, and never over anything.",
                "Name an empty database by STORE_URL or --url.",
                table=table.name,
            )


def _in_utc(row: Mapping[Any, Any]) -> dict[str, Any]:
    # SQLite keeps no time zone beside a moment, and every moment in UTC.
    return {
        name: (value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC))
        if isinstance(value, datetime)
        else value
        for name, value in row.items()
    }


def _unusable(error: Exception) -> StoreProblem:
    return StoreProblem(
        "The store cannot be copied: {cause}.",
        "Every row is copied, or none.",
        "Mend the cause, then try again.",
        cause=cause_of(error),
    )
