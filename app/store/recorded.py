"""What people recorded about files, newest first: events with the journal's entries they belong to, and entries alone.

An entry of before events has none, or one that names it; either way it is one line.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from heapq import merge
from itertools import islice
from typing import Any, Literal

from sqlalchemy import Connection, Engine, Select, func, or_, select, union

from app.scoring.case.actors import Addressee
from app.scoring.case.events import Event
from app.scoring.points import points_from_probability
from app.scoring.policy import Policy
from app.store.cases.cases import unreadable
from app.store.cases.contents import hash_of_content
from app.store.cases.rows import ROWS_AT_ONCE, event_of
from app.store.cases.tables import CASE_EVENTS, CASE_PAYLOADS
from app.store.database import reading
from app.store.journal import JOURNAL

Zone = Literal["grey", "clear"]
REFERRED, DECIDED = "referred", "decided"


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which lines are asked for.

    Attributes:
        who: name; empty for everybody.
        since, before: bounds of the moment, UTC, ISO 8601: at or after the one, before the other; empty for none.
        kinds: of events; empty for all.
        zone: of the advice it was done on; what has no advice is in none. None for all.
    """

    who: str = ""
    since: str = ""
    before: str = ""
    kinds: tuple[str, ...] = ()
    zone: Zone | None = None


@dataclass(frozen=True, slots=True)
class Recorded:
    """Something somebody did with a file.

    Attributes:
        event, entry: their numbers; None where it has none.
        at: UTC, ISO 8601.
        kind: of the event; of an entry alone "decided" or "referred".
        ruling: accept, refuse or other; empty where nothing is ruled.
        to: whom the file was given to.
        reasons, comment: what was said; of a request for a review, the customer's words.
        erased, altered: whether that was erased, or is not as it was written.
        advice, model_version, threshold, probability, hash: of the entry; None where it has none.
        zone: whether the advice lay in the grey zone.
    """

    event: int | None
    entry: int | None
    at: str
    who: str
    role: str
    client: int
    kind: str
    ruling: str = ""
    to: Addressee | None = None
    reasons: tuple[str, ...] = ()
    comment: str = ""
    erased: bool = False
    altered: bool = False
    advice: str | None = None
    model_version: str | None = None
    threshold: float | None = None
    probability: float | None = None
    hash: str | None = None
    zone: Zone | None = None

    @property
    def against_the_model(self) -> bool:
        """Whether it decides against the advice; another loan is accepted on its own advice."""
        chosen = "accept" if self.ruling == "other" else self.ruling
        return self.advice is not None and self.kind != REFERRED and chosen != self.advice


def people(engine: Engine) -> tuple[str, ...]:
    """Names of everybody who recorded something, in order."""
    named = union(select(CASE_EVENTS.c.who), select(JOURNAL.c.officer))
    with reading(engine, unreadable) as connection:
        return tuple(sorted({name for (name,) in connection.execute(named)}, key=str.casefold))


def last_numbers(engine: Engine) -> tuple[int, int]:
    """Numbers of the newest event and of the newest entry; 0 where there is none."""
    with reading(engine, unreadable) as connection:
        event, entry = (
            connection.execute(select(func.max(table.c.number))).scalar() for table in (CASE_EVENTS, JOURNAL)
        )
    return event or 0, entry or 0


def newest(engine: Engine, wanted: Wanted, grey_zone_points: float, limit: int) -> tuple[Recorded, ...]:
    """The newest lines that are wanted, at most ``limit``.

    Args:
        grey_zone_points: width of the zone that is told apart: the journal keeps thresholds, not their grey zones.

    Raises:
        StoreProblem: the database cannot be read.
    """
    with reading(engine, unreadable) as connection:
        lines = _lines(connection, wanted, grey_zone_points)
        return tuple(islice((line for line in lines if _is_wanted(line, wanted)), limit))


def _lines(connection: Connection, wanted: Wanted, width: float) -> Iterator[Recorded]:
    # In a list: of the time before events there are at most as many as a store of then held.
    alone = {row["number"]: row for row in connection.execute(_alone(wanted)).mappings()}
    named: set[int] = set()
    rows = connection.execute(_events(wanted), execution_options={"yield_per": ROWS_AT_ONCE}).mappings()
    events = (_with_entry(row, alone, named, width) for row in rows)
    entries = (_entry_alone(row, width) for row in alone.values())
    for line in merge(events, entries, key=lambda each: each.at, reverse=True):
        if line.event is not None or line.entry not in named:
            yield line


def _is_wanted(line: Recorded, wanted: Wanted) -> bool:
    return (not wanted.kinds or line.kind in wanted.kinds) and wanted.zone in (None, line.zone)


_ENTRY = (
    JOURNAL.c.number.label("entry"),
    JOURNAL.c.choice,
    JOURNAL.c.reasons,
    JOURNAL.c.advice,
    JOURNAL.c.model_version,
    JOURNAL.c.threshold,
    JOURNAL.c.probability,
    JOURNAL.c.hash,
)


def _events(wanted: Wanted) -> Select[Any]:
    asked = (
        select(CASE_EVENTS, CASE_PAYLOADS.c.content, *_ENTRY)
        .outerjoin(CASE_PAYLOADS, CASE_EVENTS.c.number == CASE_PAYLOADS.c.number)
        .outerjoin(JOURNAL, CASE_EVENTS.c.number == JOURNAL.c.event)
    )
    if wanted.kinds:
        asked = asked.where(CASE_EVENTS.c.kind.in_(wanted.kinds))
    if wanted.zone:
        asked = asked.where(or_(JOURNAL.c.number.is_not(None), CASE_EVENTS.c.facts.contains('"entry"')))
    return _within(asked, CASE_EVENTS.c.who, CASE_EVENTS.c.at, wanted).order_by(CASE_EVENTS.c.number.desc())


def _alone(wanted: Wanted) -> Select[Any]:
    asked = select(JOURNAL).where(JOURNAL.c.event.is_(None))
    return _within(asked, JOURNAL.c.officer, JOURNAL.c.at, wanted).order_by(JOURNAL.c.number.desc())


def _within(asked: Select[Any], who: Any, at: Any, wanted: Wanted) -> Select[Any]:
    if wanted.who:
        asked = asked.where(who == wanted.who)
    if wanted.since:
        asked = asked.where(at >= wanted.since)
    return asked.where(at < wanted.before) if wanted.before else asked


def _with_entry(row: Any, alone: dict[int, Any], named: set[int], width: float) -> Recorded:
    event = event_of(row)
    entry = dict(row)
    if row["entry"] is None and event.facts.entry in alone:  # it was made an event when events came
        named.add(event.facts.entry)
        entry = {**alone[event.facts.entry], "entry": event.facts.entry}
    return _recorded(event, row["content"], entry, width)


def _recorded(event: Event, content: str | None, entry: dict[str, Any], width: float) -> Recorded:
    said = json.loads(content) if content else {}
    return Recorded(
        event.number,
        event.facts.entry if entry["entry"] is None else entry["entry"],
        event.at,
        event.actor.name,
        event.actor.role,
        event.client,
        event.kind,
        event.facts.ruling or "",
        event.facts.to,
        tuple(said.get("reasons") or json.loads(entry["reasons"] or "[]")),
        said.get("comment") or said.get("words") or entry.get("comment") or "",
        erased=event.payload is not None and content is None,
        altered=content is not None and hash_of_content(content) != event.payload,
        **_advised(entry, width),
    )


def _entry_alone(row: Any, width: float) -> Recorded:
    choice, kind = row["choice"], REFERRED if row["choice"] == "refer" else DECIDED
    done = None, row["number"], row["at"], row["officer"], "", row["client"], kind
    ruling = "" if kind == REFERRED else choice
    reasons = tuple(json.loads(row["reasons"]))
    return Recorded(*done, ruling, None, reasons, row["comment"], **_advised(row, width))


def _advised(entry: Any, width: float) -> dict[str, Any]:
    facts = {name: entry[name] for name in ("advice", "model_version", "threshold", "probability", "hash")}
    if facts["threshold"] is None:
        return facts
    band = Policy(facts["threshold"], width).band(facts["probability"], points_from_probability(facts["probability"]))
    return {**facts, "zone": "grey" if band == "review" else "clear"}
