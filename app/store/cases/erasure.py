"""Taking what files say out of the store for good: what is too old, or what one person has a right to have erased.

The event that erased says which, who and why, and stays; so do the moments, names and hashes of all that was done.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Connection, Engine, select
from sqlalchemy.exc import SQLAlchemyError

from app.scoring.case.actors import Actor
from app.scoring.case.events import Event, Facts
from app.scoring.case.state import after, state_of
from app.scoring.case.transitions import allowed
from app.scoring.problems import CaseProblem, StoreProblem
from app.store.cases.contents import erase_contents
from app.store.cases.rows import event_of, events_of, files, newest_number, row_of
from app.store.cases.standing import write_state
from app.store.cases.tables import CASE_EVENTS, CASE_PAYLOADS
from app.store.chain import write_linked, writing
from app.store.database import cause_of, follow, is_plain, reading
from app.store.drafts import forget_drafts_of
from app.store.heads import Heads

LONGEST_WHY = 400


@dataclass(frozen=True, slots=True)
class Held:
    """Contents of a file that may be erased.

    Attributes:
        numbers: of their events, in order.
        oldest, newest: when the first and the last was written.
        whole: whether the file holds nothing else.
    """

    client: int
    numbers: tuple[int, ...]
    oldest: str
    newest: str
    whole: bool


def held(engine: Engine, before: datetime | None = None, client: int | None = None) -> tuple[Held, ...]:
    """What is held of files: of all, or of one; all of it, or what was written before a moment.

    Raises:
        StoreProblem: the database cannot be read.
    """
    with reading(engine, _unusable) as connection:
        kept = set(connection.execute(select(CASE_PAYLOADS.c.number)).scalars())
        of_all = files(connection) if client is None else [(client, events_of(connection, client))]
        found = (_held(number, events, kept, before) for number, events in of_all)
        return tuple(each for each in found if each is not None)


def _held(client: int, events: list[Event], kept: set[int], before: datetime | None) -> Held | None:
    limit = before.astimezone(UTC).isoformat(timespec="microseconds") if before else "~"
    still = [event for event in events if event.number in kept]
    old = [event for event in still if event.at < limit]
    if not old:
        return None
    whole = len(old) == len(still) and all(event.at < limit for event in events)
    return Held(client, tuple(event.number for event in old), old[0].at, old[-1].at, whole)


def erase(engine: Engine, what: Held, why: str, actor: Actor, heads: Heads | None = None) -> Event:
    """Erase contents of a file; returns the event that says so.

    Args:
        why: kept for good, so it names nobody.

    Raises:
        CaseProblem: it says no reason.
        StoreProblem: the database is locked, full, read-only or away; nothing is erased.
    """
    if not why.strip() or len(why) > LONGEST_WHY or not is_plain(why):
        raise CaseProblem(
            "No reason is given, or one of more than {longest} characters.",
            "What is erased is erased for a reason, which is kept.",
            "Say in a sentence why, and name nobody in it.",
            longest=LONGEST_WHY,
        )
    facts = Facts(why=why.strip(), numbers=what.numbers, whole=what.whole)
    event = follow(lambda: _append(engine, what.client, facts, actor, heads), _unusable)
    _empty_the_log(engine)
    return event


def _append(engine: Engine, client: int, facts: Facts, actor: Actor, heads: Heads | None) -> Event:
    with writing(engine) as connection:
        state = state_of(events_of(connection, client))
        at = max(datetime.now(UTC).isoformat(timespec="microseconds"), state.at)
        event = Event(newest_number(connection) + 1, at, client, "erased", actor, facts, state.last)
        allowed(state, event)
        added = write_linked(connection, CASE_EVENTS, [row_of(event)])
        erase_contents(connection, facts.numbers)
        if facts.whole:
            forget_drafts_of(connection, client)
        write_state(connection, client, after(state, event))
    if heads:
        heads.keep(added, engine)
    return event


def _empty_the_log(engine: Engine) -> None:
    """SQLite's log beside the file holds the pages of before until it is emptied; a reader may delay that."""
    if engine.dialect.name != "sqlite":
        return
    try:
        with engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    except SQLAlchemyError:
        return


def needed_champions(connection: Connection) -> Mapping[str, int]:
    """Address of each archived champion -> how many dossiers that are still held need it."""
    joined = CASE_EVENTS.join(CASE_PAYLOADS, CASE_EVENTS.c.number == CASE_PAYLOADS.c.number)
    found: dict[str, int] = {}
    for row in connection.execute(select(CASE_EVENTS).select_from(joined)).mappings():
        if address := event_of(row).facts.champion:
            found[address] = found.get(address, 0) + 1
    return found


def _unusable(error: Exception) -> StoreProblem:
    return StoreProblem(
        "What is held of files cannot be read or erased: {cause}.",
        "It is erased wholly, or not at all.",
        "Try again in a moment; if it lasts, check the store database.",
        cause=cause_of(error),
    )
