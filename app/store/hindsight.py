"""Who was right: decisions, advice and first views beside what became of the loan, where the release knows it.

And whether who said first what they thought went over to the advice once it was shown.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Engine, select

from app.scoring.case.actors import Actor
from app.scoring.case.events import DECIDING, Event
from app.scoring.schema.keys import CLIENT
from app.store.agreement import NEWEST
from app.store.cases.cases import unreadable
from app.store.cases.rows import event_of
from app.store.cases.tables import CASE_EVENTS
from app.store.database import reading
from app.store.journal import JOURNAL
from app.store.questions import answers, rows_of


@dataclass(frozen=True, slots=True)
class Judged:
    """A decision on an advice, or a first view and the advice that followed.

    Attributes:
        said: accept or refuse.
        advice: of the model, the same.
    """

    client: int
    said: str
    advice: str


@dataclass(frozen=True, slots=True)
class Right:
    """How often something was right.

    Attributes:
        right: a refusal of a loan that was not repaid, or an acceptance of one that was.
        known: of how many it is known.
    """

    right: int = 0
    known: int = 0


@dataclass(frozen=True, slots=True)
class Minds:
    """First views whose officer decided afterwards, counted.

    Attributes:
        agreed: it was what the model advised.
        towards: it was not, and the decision was.
        kept: it was not, and neither was the decision.
        away: it was, and the decision was not.
    """

    agreed: int = 0
    towards: int = 0
    kept: int = 0
    away: int = 0

    @property
    def apart(self) -> int:
        """First views against the advice."""
        return self.towards + self.kept


@dataclass(frozen=True, slots=True)
class Hindsight:
    """What is known afterwards.

    Attributes:
        followed: decisions as advised.
        accepted_against, refused_against: decisions against the advice.
        advice: the advice where people decided against it.
        first_views: what people thought first.
    """

    minds: Minds
    followed: Right
    accepted_against: Right
    refused_against: Right
    advice: Right
    first_views: Right


def hindsight(engine: Engine, release: Path) -> Hindsight:
    """Read the newest decisions and all first views beside the outcomes a release knows.

    Raises:
        StoreProblem: the database cannot be read.
    """
    with reading(engine, unreadable) as connection:
        decided = _decided(list(connection.execute(_DECISIONS)))
        asked = select(CASE_EVENTS).where(CASE_EVENTS.c.kind.in_(("first_view", *DECIDING)))
        events = [event_of(row) for row in connection.execute(asked.order_by(CASE_EVENTS.c.number)).mappings()]
        advised = {number: advice for number, advice in connection.execute(_ADVICE)}  # noqa: C416  rows, no pairs
    others = {event.facts.entry for event in events if event.facts.ruling == "other"}
    judged = {number: each for number, each in decided.items() if number not in others}
    views = list(_views(events, advised))
    first = [Judged(view.client, view.said, view.advice) for view, _ in views]
    known = outcomes_of(release, {each.client for each in (*judged.values(), *first)})
    against = [each for each in judged.values() if each.said != each.advice]
    return Hindsight(
        _minds(views),
        _right((each for each in judged.values() if each.said == each.advice), known),
        _right((each for each in against if each.said == "accept"), known),
        _right((each for each in against if each.said == "refuse"), known),
        _right((Judged(each.client, each.advice, each.advice) for each in against), known),
        _right(first, known),
    )


def outcomes_of(release: Path, clients: Iterable[int]) -> Mapping[int, bool]:
    """Client -> whether the loan was not repaid, of those whose outcome the release knows."""
    query = f"SELECT {CLIENT}, defaulted FROM {rows_of(release)} WHERE {CLIENT} IN (SELECT unnest(?::BIGINT[]))"
    found = answers(f"{query} AND defaulted IS NOT NULL", [sorted(clients)])
    return {client: bool(defaulted) for client, defaulted in found}


_DECISIONS = (
    select(JOURNAL.c.number, JOURNAL.c.client, JOURNAL.c.choice, JOURNAL.c.advice)
    .where(JOURNAL.c.choice != "refer")
    .order_by(JOURNAL.c.number.desc())
    .limit(NEWEST)
)
_ADVICE = select(JOURNAL.c.number, JOURNAL.c.advice).where(JOURNAL.c.event.is_not(None))


def _decided(rows: Iterable[tuple[int, int, str, str]]) -> dict[int, Judged]:
    return {number: Judged(client, choice, advice) for number, client, choice, advice in rows}


def _views(events: Iterable[Event], advised: Mapping[int, str]) -> Iterable[tuple[Judged, str]]:
    """Each first view that its officer decided after, on an advice that is known, with that decision."""
    waiting: dict[int, list[tuple[Actor, str]]] = defaultdict(list)
    for event in events:
        if event.kind == "first_view":
            waiting[event.client].append((event.actor, _plain(event.facts.ruling)))
            continue
        advice = advised.get(event.facts.entry or 0)
        for actor, said in [each for each in waiting[event.client] if each[0].is_same(event.actor)]:
            waiting[event.client].remove((actor, said))
            if advice is not None and event.facts.ruling != "other":
                yield Judged(event.client, said, advice), _plain(event.facts.ruling)


def _plain(ruling: str | None) -> str:
    return "refuse" if ruling == "refuse" else "accept"


def _minds(views: Iterable[tuple[Judged, str]]) -> Minds:
    counted = {"agreed": 0, "towards": 0, "kept": 0, "away": 0}
    for first, then in views:
        if first.said == first.advice:
            counted["agreed" if then == first.advice else "away"] += 1
        else:
            counted["towards" if then == first.advice else "kept"] += 1
    return Minds(**counted)


def _right(judged: Iterable[Judged], known: Mapping[int, bool]) -> Right:
    told = [(each.said == "refuse") == known[each.client] for each in judged if each.client in known]
    return Right(sum(told), len(told))
