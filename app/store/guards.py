"""Guards in the database itself: what a table holds is neither changed, nor deleted, nor replaced.

SQLite's ``INSERT OR REPLACE`` deletes what is in its way without asking a trigger, unless the connection that writes
has ``recursive_triggers`` on, which is a stranger's to choose. So an insert that meets a taken key is refused too.
Whoever owns the database can take a guard away: ``check`` tells, and the chain tells what was done meanwhile.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import Connection, UniqueConstraint, text
from sqlalchemy.schema import Table

from app.scoring.problems import BrokenEvidence

Keys = Sequence[tuple[str, ...]]
"""Columns that no two rows share, a tuple for each such rule."""


def keys_of(table: Table) -> Keys:
    """The primary key of a table, and what else is unique."""
    alone = [(column.name,) for column in table.columns if column.primary_key or column.unique]
    together = [tuple(rule.columns.keys()) for rule in table.constraints if isinstance(rule, UniqueConstraint)]
    return list(dict.fromkeys([*alone, *sorted(together)]))


def on_sqlite(table: str, keys: Keys) -> Mapping[str, str]:
    """Name and text of each trigger of a table."""
    refusal = f"BEGIN SELECT RAISE(ABORT, '{table} is append-only.'); END"
    taken = " OR ".join("(" + " AND ".join(f"{name} = NEW.{name}" for name in key) + ")" for key in keys)
    when = {
        f"{table}_no_update": f"BEFORE UPDATE ON {table}",
        f"{table}_no_delete": f"BEFORE DELETE ON {table}",
        f"{table}_no_replace": f"BEFORE INSERT ON {table} WHEN EXISTS (SELECT 1 FROM {table} WHERE {taken})",
    }
    return {name: f"CREATE TRIGGER {name} {moment} {refusal}" for name, moment in when.items()}


def _on_postgresql(table: str) -> Sequence[str]:
    # ALWAYS: a session that calls itself a replica is refused as well.
    return (
        f"CREATE OR REPLACE FUNCTION {table}_refuse() RETURNS trigger LANGUAGE plpgsql AS $${_body(table)}$$",
        f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
        f"FOR EACH STATEMENT EXECUTE FUNCTION {table}_refuse()",
        f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_append_only",
    )


def _body(table: str) -> str:
    return f" BEGIN RAISE EXCEPTION '{table} is append-only.'; END "


def install(connection: Connection, table: str, keys: Keys) -> None:
    """Guard a table, in place of what guarded it before."""
    if connection.dialect.name == "sqlite":
        for name, statement in on_sqlite(table, keys).items():
            connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS {name}")
            connection.exec_driver_sql(statement)
        return
    connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS {table}_append_only ON {table}")
    for statement in _on_postgresql(table):
        connection.exec_driver_sql(statement)


def check(connection: Connection, tables: Sequence[Table]) -> None:
    """Raise BrokenEvidence where a table is not guarded as it should be, or bears a trigger of somebody else."""
    for table in tables:
        if not _is_guarded(connection, table):
            raise BrokenEvidence(
                "The table {table} is not guarded against change as it should be.",
                "Triggers of the database refuse every change of what was written, and no other trigger is there.",
                "Find out who changed them; compare with a backup, then restore it.",
                table=table.name,
            )


def _is_guarded(connection: Connection, table: Table) -> bool:
    if connection.dialect.name == "sqlite":
        found = connection.execute(_SQLITE, {"table": table.name}).all()
        return {name: text for name, text in found} == on_sqlite(table.name, keys_of(table))  # noqa: C416
    return connection.execute(_POSTGRESQL, {"table": table.name}).all() == [
        (f"{table.name}_append_only", "A", _WHEN, _body(table.name))
    ]


_SQLITE = text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND lower(tbl_name) = :table")
_POSTGRESQL = text(
    "SELECT tgname, tgenabled::text, tgtype, prosrc FROM pg_trigger JOIN pg_proc ON pg_proc.oid = tgfoid "
    "WHERE tgrelid = to_regclass(:table) AND NOT tgisinternal"
)
_WHEN = 2 | 8 | 16 | 32
"""PostgreSQL's bits: before, and once a statement, a DELETE, an UPDATE or a TRUNCATE."""
