"""Recording one event of a file with all it brings: what it says, its entry in the journal, where the file stands now.

In one transaction, after the file's event before, once an attempt; or nothing of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Engine

from app.scoring.case.actors import Actor
from app.scoring.case.events import NOTHING_MORE, Event, Facts, Kind
from app.scoring.case.state import after, state_of
from app.scoring.case.transitions import allowed
from app.scoring.problems import CaseProblem, StoreProblem
from app.store.cases.contents import Content, read_contents, sealed, write_content
from app.store.cases.rows import event_by_attempt, events_of, newest_number, row_of
from app.store.cases.standing import write_state
from app.store.cases.tables import CASE_EVENTS
from app.store.chain import Link, write_linked, writing
from app.store.database import cause_of, follow, is_plain
from app.store.heads import Heads
from app.store.journal import next_number, write_entry

SAID = ("comment", "reasons", "words", "reach", "terms", "why", "letter")
"""What of a content people said or chose: by it, what is sent again is told from something else."""


@dataclass(frozen=True, slots=True)
class Draft:
    """An event that is to be recorded.

    Attributes:
        content: what it says beside its facts; None where it says nothing.
        seen: ``CaseState.changed`` as its actor saw it; None where it does not matter.
        attempt: key of the attempt to record it.
        at: when; now where it is None.
        entry: what its entry in the journal says; None where it has none.
    """

    client: int
    kind: Kind
    actor: Actor
    facts: Facts = NOTHING_MORE
    content: Content | None = None
    seen: int | None = None
    attempt: str | None = None
    at: datetime | None = None
    entry: Mapping[str, Any] | None = None


def record(engine: Engine, heads: Heads | None, draft: Draft) -> Event:
    """Record an event; returns it as it is kept.

    Raises:
        CaseProblem: it cannot be done to the file as it stands, or something else was recorded by its attempt.
        StoreProblem: the database is locked, full, read-only or away; nothing is written.
    """
    _check_name(draft.actor)
    text, payload = sealed(draft.content) if draft.content is not None else (None, None)
    return follow(lambda: _append(engine, heads, draft, text, payload), unwritable)


def _append(engine: Engine, heads: Heads | None, draft: Draft, text: str | None, payload: str | None) -> Event:
    with writing(engine) as connection:
        if known := draft.attempt and event_by_attempt(connection, draft.attempt):
            return _same(known, draft, read_contents(connection, [known]))
        state = state_of(events_of(connection, draft.client))
        event = Event(
            newest_number(connection) + 1,
            # A clock that goes backwards: no event is before the one it follows, and the number says the order.
            max(written(draft.at or datetime.now(UTC)), state.at),
            draft.client,
            draft.kind,
            draft.actor,
            replace(draft.facts, entry=next_number(connection) if draft.entry else None),
            state.last,
            draft.attempt,
            payload,
        )
        allowed(state, event, draft.seen)
        added = _write(connection, event, text, draft.entry)
        write_state(connection, event.client, after(state, event))
    if heads:
        heads.keep(added, engine)
    return event


def _write(connection: Connection, event: Event, text: str | None, entry: Mapping[str, Any] | None) -> Link:
    added = write_linked(connection, CASE_EVENTS, [row_of(event)])
    if text is not None:
        write_content(connection, event.number, text)
    if entry is not None:
        _, added = write_entry(connection, {**entry, "at": event.at, "event": event.number})
    return added


def written(at: datetime) -> str:
    """A moment as events hold it."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def _check_name(actor: Actor) -> None:
    if not is_plain(actor.name + actor.person):
        raise CaseProblem("Nobody is named.", "What is done to a file bears the name of who does it.", "Sign in first.")


def _same(known: Event, draft: Draft, contents: Mapping[int, Content]) -> Event:
    """The event that was recorded by an attempt, unless something else is sent by it now."""
    alike = (known.client, known.kind) == (draft.client, draft.kind) and known.actor.is_same(draft.actor)
    chosen = (known.facts.ruling, known.facts.to) == (draft.facts.ruling, draft.facts.to)
    kept, sent = contents.get(known.number), draft.content or {}
    said = kept is None or all(kept.get(name) == sent.get(name) for name in SAID)
    if not (alike and chosen and said):
        raise CaseProblem(
            "By this form something was recorded already, and it says something else.",
            "A form that was sent is recorded once.",
            "Look at the history of the file; where it is not what you decide, decide again.",
        )
    return known


def unwritable(error: Exception) -> StoreProblem:
    """What is told when files cannot be written."""
    return StoreProblem(
        "What is done to the file cannot be written: {cause}.",
        "It counts once it is there, and once only, however often it is sent.",
        "Send it again in a moment; if it lasts, check the store database.",
        cause=cause_of(error),
    )
