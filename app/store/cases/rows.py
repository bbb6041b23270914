"""Events as rows of the database, and back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import groupby
from typing import Any, cast

from pydantic import TypeAdapter
from sqlalchemy import Connection, func, select

from app.scoring.case.actors import Actor, ActorRole
from app.scoring.case.events import Event, Facts, Kind
from app.store.cases.tables import CASE_EVENTS

_FACTS = TypeAdapter(Facts)
ROWS_AT_ONCE = 1_000


def event_of(row: Mapping[Any, Any]) -> Event:
    """An event as its row says it; ValueError where that makes no sense."""
    actor = Actor(row["who"], cast(ActorRole, row["role"]), row["person"])
    fixed = row["number"], row["at"], row["client"], cast(Kind, row["kind"]), actor
    return Event(*fixed, _FACTS.validate_json(row["facts"]), row["follows"], row["attempt"], row["payload"])


def row_of(event: Event) -> dict[str, Any]:
    """The row an event is kept as."""
    return {
        "number": event.number,
        "at": event.at,
        "client": event.client,
        "kind": event.kind,
        "who": event.actor.name.strip(),
        "person": event.actor.person,
        "role": event.actor.role,
        "facts": _FACTS.dump_json(event.facts, exclude_defaults=True).decode(),
        "follows": event.follows,
        "attempt": event.attempt,
        "payload": event.payload,
    }


def events_of(connection: Connection, client: int) -> list[Event]:
    """What happened to one file, in order."""
    asked = select(CASE_EVENTS).where(CASE_EVENTS.c.client == client).order_by(CASE_EVENTS.c.number)
    return [event_of(row) for row in connection.execute(asked).mappings()]


def event_by_attempt(connection: Connection, attempt: str) -> Event | None:
    """What was recorded by an attempt; None where nothing was."""
    asked = select(CASE_EVENTS).where(CASE_EVENTS.c.attempt == attempt)
    row = connection.execute(asked).mappings().one_or_none()
    return event_of(row) if row else None


def newest_number(connection: Connection) -> int:
    """Number of the newest event of all; 0 where there is none."""
    return connection.execute(select(func.max(CASE_EVENTS.c.number))).scalar() or 0


def files(connection: Connection) -> Iterator[tuple[int, list[Event]]]:
    """Each file that something happened to, with its events in order."""
    asked = select(CASE_EVENTS).order_by(CASE_EVENTS.c.client, CASE_EVENTS.c.number)
    rows = connection.execute(asked, execution_options={"yield_per": ROWS_AT_ONCE}).mappings()
    for client, of_client in groupby(rows, key=lambda row: int(row["client"])):
        yield client, [event_of(row) for row in of_client]
