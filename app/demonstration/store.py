"""The store of the demonstration: told its past while it is empty, emptied to start again; no other store ever is."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Engine, func, inspect, select
from sqlalchemy.exc import SQLAlchemyError

from app.demonstration.past import SEED, Month
from app.scoring.problems import StoreProblem
from app.settings import Contact
from app.store.cases.cases import Cases, unreadable
from app.store.chain import CHAIN, METADATA, writing
from app.store.database import cause_of, reading
from app.store.portfolio import Portfolio
from app.store.revision import VERSION_TABLE, migrate

VOUCHED = "person"
"""Column of a table that names people as whoever vouches for them does."""


def tell_past(
    engine: Engine,
    opened: Portfolio,
    archive: Path,
    contact: Contact,
    seed: int = SEED,
    until: datetime | None = None,
) -> int:
    """Record a month of invented work in an empty store; returns how many links of the chain that are.

    Args:
        archive: where champions that dossiers need are kept.
        contact: what letters name.
        until: end of the month; now unless said.

    Raises:
        StoreProblem: the portfolio is not the demonstration, or the store holds something.
    """
    check_demonstration(opened)
    Cases.open(engine, archive)
    if kept := links(engine):
        raise StoreProblem(
            "The store holds {count} entries of the chain already.",
            "The demonstration’s past is told to an empty store.",
            "To empty the demonstration’s store first: python -m app.demonstration start-again.",
            count=kept,
        )
    Month(opened, engine, archive, contact, until or datetime.now(UTC), seed).tell()
    return links(engine)


def start_again(engine: Engine, opened: Portfolio, signed: bool) -> None:
    """Empty the demonstration's store, for good.

    Args:
        signed: whether its chain is signed with a key.

    Raises:
        StoreProblem: the portfolio is not the demonstration, the chain is signed, somebody who signed in wrote in it,
            or it cannot be emptied.
    """
    check_demonstration(opened)
    if signed:
        raise StoreProblem(
            "EVIDENCE_KEY is set: the store is signed evidence.",
            "Only the demonstration’s store is emptied, which nobody signs.",
            "Use another STORE_URL for the demonstration.",
        )
    try:
        with writing(engine) as connection:
            there = set(inspect(connection).get_table_names())
            tables = [table for table in METADATA.sorted_tables if table.name in there and VOUCHED in table.c]
            for table in tables:
                if connection.execute(select(table.c[VOUCHED]).where(table.c[VOUCHED] != "").limit(1)).first():
                    raise StoreProblem(
                        "Somebody who signed in has written in this store.",
                        "Only the demonstration’s store is emptied, where nobody signs in.",
                        "Use another STORE_URL for the demonstration.",
                    )
            METADATA.drop_all(connection)
            connection.exec_driver_sql(f"DROP TABLE IF EXISTS {VERSION_TABLE}")
    except SQLAlchemyError as error:
        raise StoreProblem(
            "The demonstration’s store cannot be emptied: {cause}.",
            "It is emptied wholly, or not at all.",
            "Stop the desk, then try again.",
            cause=cause_of(error),
        ) from error
    migrate(engine)


def check_demonstration(opened: Portfolio) -> None:
    """Raise StoreProblem unless the clients of a portfolio are made up."""
    if not opened.manifest.get("demo"):
        raise StoreProblem(
            "The portfolio that is served is not the demonstration.",
            "A past is invented, and a store emptied, for made-up clients only.",
            "Name the demonstration’s portfolio with --portfolio, and its store with --url.",
        )


def is_untold(engine: Engine, opened: Portfolio) -> bool:
    """Whether this is the demonstration's, and nothing is in its store; StoreProblem where that cannot be read."""
    if not opened.manifest.get("demo"):
        return False
    with reading(engine, unreadable) as connection:
        return not inspect(connection).has_table(CHAIN.name) or not connection.execute(select(CHAIN).limit(1)).first()


def links(engine: Engine) -> int:
    """How many links the chain has."""
    with engine.connect() as connection:
        return connection.execute(select(func.count()).select_from(CHAIN)).scalar_one()
