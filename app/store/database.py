"""The store's database: SQLite by default, PostgreSQL by URL."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sqlalchemy import Engine, create_engine, event, make_url

PATIENCE_SECONDS = 2


def connect(url: str) -> Engine:
    """The engine of a database URL.

    Args:
        url: as SQLAlchemy reads it; ``postgres://``, which hosts hand out, is PostgreSQL too.
    """
    known = make_url(url.replace("postgres://", "postgresql://", 1))
    if known.get_backend_name() == "postgresql":
        driven = known.set(drivername="postgresql+psycopg")
        return create_engine(driven, pool_pre_ping=True, connect_args={"connect_timeout": PATIENCE_SECONDS})
    if known.database and known.database != ":memory:":
        Path(known.database).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(known, connect_args={"timeout": PATIENCE_SECONDS})
    event.listen(engine, "connect", _share)
    return engine


def _share(connection: Any, _: object) -> None:
    # Readers never wait for a writer, several processes may write, and a killed one loses nothing; no fsync a row.
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = NORMAL")
