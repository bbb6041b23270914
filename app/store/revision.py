"""Which revision a store is at: a new one is made at the newest, an older or a newer one is refused until it is brought
here. Asked once an engine."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from urllib.parse import quote
from weakref import WeakSet

from sqlalchemy import Connection, Engine, create_engine, inspect, make_url, text
from sqlalchemy.exc import SQLAlchemyError

from app.scoring.problems import StoreProblem
from app.store.cases import standing
from app.store.chain import writing
from app.store.database import Told, cause_of, connect

REVISIONS = ("0001", "0002", "0003", "0004", "0005", "0006", "0007", "0008", "0009")
"""As in ``migrations/versions``, oldest first."""
NEWEST = REVISIONS[-1]
VERSION_TABLE = "store_revision"
"""Not alembic's own name for it: MLflow may live in the same PostgreSQL database and has one."""
FROM_BEFORE = frozenset({"decision_journal", "policy_proposals", "policy_activations", "access_log"})
MIGRATIONS = Path(__file__).parent / "migrations"

_at_newest: WeakSet[Engine] = WeakSet()


def open_store(engine: Engine, problem: Told) -> None:
    """See that the store is at the newest revision; make it where there is none.

    Args:
        problem: tells a database that is away, read-only or full.

    Raises:
        StoreProblem: it is of an older or a newer version of this program, or the database does not answer.
    """
    if engine in _at_newest:
        return
    try:
        with engine.connect() as connection:
            revision = revision_of(connection)
        if revision is None:
            _upgrade(engine)
    except (SQLAlchemyError, sqlite3.Error) as error:
        raise problem(error) from error
    if revision is not None:
        check(revision)
    _at_newest.add(engine)


def revision_of(connection: Connection) -> str | None:
    """The revision of a store; empty where its tables are from before revisions, None where there is no store."""
    tables = set(inspect(connection).get_table_names())
    if VERSION_TABLE in tables:
        return str(connection.execute(text(f"SELECT version_num FROM {VERSION_TABLE}")).scalar_one())
    return "" if tables & FROM_BEFORE else None


def check(revision: str) -> None:
    """Raise StoreProblem unless a store's revision is the newest."""
    if revision == NEWEST:
        return
    if revision in ("", *REVISIONS):
        raise StoreProblem(
            "The store was written by an older version of this program: its revision is {revision}, not {newest}.",
            "Evidence is brought to a newer form when somebody asks for it, never on the side.",
            "Back it up, then run: python -m app.store migrate.",
            revision=revision or "0000",
            newest=NEWEST,
        )
    raise StoreProblem(
        "The store was written by a newer version of this program: its revision is {revision}, and {newest} is known.",
        "What is not known is not touched.",
        "Start the newer version, or restore the backup from before its migration.",
        revision=revision,
        newest=NEWEST,
    )


def existing(url: str) -> Engine:
    """The engine of a store that is there, for a verb that reads or rewrites all of it, however long that takes.

    Nothing is made, and nothing of a file that is no store is changed.

    Raises:
        StoreProblem: there is no store.
    """
    peek = _reader(url)
    try:
        with peek.connect() as connection:
            found = revision_of(connection)
    except (SQLAlchemyError, sqlite3.Error) as error:
        raise _absent(url, cause_of(error)) from error
    finally:
        peek.dispose()
    if found is None:
        raise _absent(url, "it holds none of the tables")
    return connect(url, hurried=False)


def _reader(url: str) -> Engine:
    known = make_url(url)
    if known.get_backend_name() != "sqlite":
        return connect(url)
    file = Path(known.database or "")
    if not file.is_file():
        raise _absent(url, "no file is there")
    return create_engine(f"sqlite:///file:{quote(str(file.resolve()))}?mode=ro&uri=true")


def migrate(engine: Engine) -> tuple[str, str]:
    """Bring a store to the newest revision, wholly or not at all; returns its revision before and after.

    Raises:
        StoreProblem: it is of a newer version, or cannot be written.
        BrokenJournal: a decision is not as it was written.
    """
    try:
        with engine.connect() as connection:
            before = revision_of(connection) or ""
        if before not in ("", *REVISIONS):
            check(before)
        _upgrade(engine)
    except (SQLAlchemyError, sqlite3.Error) as error:
        raise StoreProblem(
            "The store cannot be brought to revision {newest}: {cause}.",
            "It is brought there wholly, or not at all.",
            "Nothing was changed; mend the cause, then try again.",
            newest=NEWEST,
            cause=cause_of(error),
        ) from error
    return before, NEWEST


def _upgrade(engine: Engine, revision: str = "head") -> None:
    # Imported here: it takes half a second, and a store is made once.
    from alembic import command
    from alembic.config import Config

    with writing(engine) as connection:
        config = Config(attributes={"connection": connection, "version_table": VERSION_TABLE})
        config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
        command.upgrade(config, revision)
        if revision == "head":
            standing.rebuild(connection)


def _absent(url: str, cause: str) -> StoreProblem:
    return StoreProblem(
        "There is no store at {url}: {cause}.",
        "A store that is proven or brought to a newer form is there already.",
        "Check the address, in STORE_URL or --url.",
        url=make_url(url).render_as_string(),
        cause=cause,
    )
