"""A store with something in each table, and the ways somebody who owns the database changes it."""

from __future__ import annotations

from dataclasses import astuple
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, select, text

from app.scoring.case.actors import Actor
from app.store.access import Access, AccessLog
from app.store.cases.cases import Cases
from app.store.chain import CHAIN, FIRST, Link, digest, key_of
from app.store.heads import Heads
from app.store.incidents import Incidents, Report
from app.store.journal import Journal
from app.store.policies import RECOMMENDATION, PolicyHistory
from app.store.proof import TABLES
from app.store.suspensions import EVERY_MODEL, Suspensions
from tests.store.proposals import MODEL, draft
from tests.store.verdicts import CHECKED, decision

START = datetime(2026, 11, 2, 8, 30, tzinfo=UTC)


def access(place: int) -> Access:
    """Client 100,001 + place, seen a minute later each."""
    at = START + timedelta(minutes=place)
    return Access(at, "Ada", "officer", "page client", 100_001 + place, MODEL, "0" * 16)


def write_all(engine: Engine, heads: Heads | None = None) -> None:
    """Eight decisions, two activated policies and one that waits, nine accesses in three transactions; then three
    events of files, two suspensions that were lifted and two reports of incidents, and a proposal that was rejected."""
    journal, log = Journal.open(engine, heads), AccessLog.open(engine, heads)
    history = PolicyHistory.open(engine, heads=heads)
    for place in range(8):
        attempt = f"attempt {place}" if place % 2 else None
        journal.record(CHECKED, decision(100_001 + place), START + timedelta(hours=place), attempt)
        if place % 3 == 0:
            log.write([access(place + more) for more in range(3)])
    for place, threshold in enumerate((0.08, 0.09, 0.07)):
        number = history.propose(draft(threshold), "Ada", "Fewer defaults wanted.", MODEL, START).number
        if place < 2:
            history.activate(number, "Bea", RECOMMENDATION + place, MODEL, START)
    _write_files(engine, heads)
    refused = history.propose(draft(0.3), "Ada", "More loans wanted.", MODEL, START).number
    history.reject(refused, "Bea", "Too many defaults.", START)


def _write_files(engine: Engine, heads: Heads | None) -> None:
    cases = Cases.open(engine, Path("nowhere"), heads=heads)
    for place in range(3):
        cases.receive(200_001 + place, Actor("Ada", "officer"), START + timedelta(hours=place))
    stops, incidents = Suspensions.open(engine, heads=heads), Incidents.open(engine, heads)
    for version in (MODEL, EVERY_MODEL):
        stop = stops.suspend(Actor("Max", "manager"), "Probabilities jumped.", version, START)
        report = Report("They jumped.", "Three files.", "The advice was suspended.", suspension=stop.number)
        incidents.report(report, Actor("Max", "manager"), START)
        stops.lift(stop.number, Actor("Mia", "manager"), "Mended.", START)


def tamper(engine: Engine, *statements: str | tuple[str, tuple[Any, ...]]) -> None:
    """Change the database as its owner can: past the guards, which are back afterwards.

    Args:
        statements: SQL, or SQL and its values.
    """
    with engine.begin() as connection:
        dropped = _without_guards(connection)
        for statement in statements:
            connection.exec_driver_sql(*([statement] if isinstance(statement, str) else statement))
        for guard in dropped:
            connection.exec_driver_sql(guard)


def _without_guards(connection) -> list[str]:
    if connection.dialect.name == "sqlite":
        asked = text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
        triggers = connection.execute(asked).all()
        for name, _ in triggers:
            connection.exec_driver_sql(f"DROP TRIGGER {name}")
        return [sql for _, sql in triggers]
    names = [table.name for table in (*TABLES, CHAIN)]
    for name in names:
        connection.exec_driver_sql(f"ALTER TABLE {name} DISABLE TRIGGER ALL")
    return [f"ALTER TABLE {name} ENABLE ALWAYS TRIGGER {name}_append_only" for name in names]


def write_chain_anew(engine: Engine) -> None:
    """Make every link good again for the rows as they are now: whoever knows the recipe can."""
    tamper(engine, *_links_anew(engine))


def _links_anew(engine: Engine) -> list[str]:
    previous, statements, before = FIRST, ["DELETE FROM evidence_chain"], dict.fromkeys((t.name for t in TABLES), 0)
    tables = {table.name: table for table in TABLES}
    with engine.connect() as connection:
        links = [Link(*row) for row in connection.execute(select(CHAIN).order_by(CHAIN.c.number))]
        for number, link in enumerate(links, 1):
            key = key_of(tables[link.kept_in])
            asked = f"SELECT * FROM {link.kept_in} WHERE {key} > {before[link.kept_in]} AND {key} <= {link.up_to}"
            rows = connection.execute(text(f"{asked} ORDER BY {key}")).mappings().all()
            before[link.kept_in] = link.up_to
            forged = Link(number, link.kept_in, link.up_to, digest(rows), previous, "").made_good()
            previous = forged.hash
            statements.append(f"INSERT INTO evidence_chain VALUES {astuple(forged)}")
    return statements
