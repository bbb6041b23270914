"""The queue: which files wait, for whom, how long; one indexed query, whatever the portfolio's size.

Files that nothing happened to are in no table of ours: they are to do, in the order the portfolio gives them.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence, Set
from dataclasses import dataclass, field
from heapq import merge
from itertools import chain, islice
from threading import Lock
from typing import Literal
from weakref import WeakKeyDictionary

from sqlalchemy import Engine, select

from app.scoring.case.actors import Actor
from app.scoring.case.state import UNTOUCHED, CaseState, Status
from app.scoring.decision import Band
from app.scoring.points import probability_from_points
from app.scoring.policy import Policy
from app.scoring.schema.keys import CLIENT
from app.store.cases.cases import unreadable
from app.store.cases.rows import newest_number
from app.store.cases.standing import state_in
from app.store.cases.tables import CASE_EVENTS, CASE_STATES
from app.store.database import reading
from app.store.portfolio import Portfolio
from app.store.scores import Score, scores_of

View = Literal["to do", "mine", "referred", "second signature", "review", "decided"]
VIEWS: tuple[View, ...] = ("to do", "mine", "referred", "second signature", "review", "decided")
BANDS: tuple[Band, ...] = ("review", "refuse", "accept")
"""Bands as they stand in the queue: what a person must look at comes first."""
STATUSES: dict[View, tuple[Status, ...]] = {
    "to do": ("to do",),
    "mine": ("claimed", "review"),
    "referred": ("referred",),
    "second signature": ("second signature",),
    "review": ("review",),
    "decided": ("decided", "closed"),
}
ENDED = STATUSES["decided"]
LOOKED_AT = 500
"""Files of the queue among which the one that follows is looked for."""
MOST = 2_000
"""Files of one view that are looked at: who has more waiting needs more people, not a longer list."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A file of the queue.

    Attributes:
        since: since when it waits, UTC, ISO 8601; empty where nobody knows: it was published with the others.
        due: until when it is to be answered; empty where nothing says so.
        band: of the advice now; None where the portfolio no longer has the client.
    """

    client: int
    state: CaseState
    since: str
    due: str
    points: float | None
    band: Band | None


def queue(
    engine: Engine, opened: Portfolio, policy: Policy, view: View, actor: Actor, limit: int = 50, offset: int = 0
) -> tuple[Waiting, ...]:
    """A page of a view of the queue, for one person.

    By band, the grey zone first, and the oldest first within; reviews by their deadline, what is decided the newest
    first. "to do" has the files whose arrival is dated first, then all others, the nearest to the threshold first.

    Args:
        engine: of the store.

    Raises:
        StoreProblem: the store cannot be read.
    """
    if view == "to do":
        shown = islice(_to_do(engine, opened, policy), offset, offset + limit)
        return tuple(_waiting(opened, policy, [(each.client, each.state) for each in shown]))
    found = [(client, state) for client, state in _standing(engine, view) if _is_in(view, state, actor)]
    if view == "decided":
        return tuple(_waiting(opened, policy, found[offset : offset + limit]))
    ordered = sorted(_waiting(opened, policy, found), key=_place if view != "review" else _deadline)
    return tuple(ordered[offset : offset + limit])


def states_of(engine: Engine, clients: Sequence[int]) -> dict[int, CaseState]:
    """Where some files stand, in one query; those that nothing happened to are left out.

    Raises:
        StoreProblem: the store cannot be read.
    """
    asked = select(CASE_STATES.c.client, CASE_STATES.c.state).where(CASE_STATES.c.client.in_(clients))
    with reading(engine, unreadable) as connection:
        return {row.client: state_in(row) for row in connection.execute(asked)}


def counts(engine: Engine, actor: Actor, views: tuple[View, ...] = VIEWS[1:5]) -> dict[View, int]:
    """How many files some views have for one person, in one query; "to do" and "decided" are not counted."""
    wanted = {status for view in views for status in STATUSES[view]}
    asked = select(CASE_STATES.c.state).where(CASE_STATES.c.status.in_(wanted))
    with reading(engine, unreadable) as connection:
        states = [state_in(row) for row in connection.execute(asked)]
    return {
        view: sum(state.status in STATUSES[view] and _is_in(view, state, actor) for state in states) for view in views
    }


def waiting_for(engine: Engine, actor: Actor) -> int:
    """How many files wait for one person: referred to them, theirs to sign, or a review they may take or have."""
    return sum(counts(engine, actor, VIEWS[2:5] if actor.role == "manager" else ("referred", "review")).values())


def _is_in(view: View, state: CaseState, actor: Actor) -> bool:
    match view:
        case "mine":
            return state.holder is not None and state.holder.is_same(actor)
        case "referred":
            return (
                state.referred_to is not None and state.referred_to.includes(actor) and not _referred_it(state, actor)
            )
        case "second signature":
            return actor.role == "manager" and not state.has_decided(actor)
        case "review":
            return not state.has_decided(actor) and (state.holder is None or state.holder.is_same(actor))
        case _:
            return True


def _referred_it(state: CaseState, actor: Actor) -> bool:
    return state.referred_by is not None and state.referred_by.is_same(actor)


def _standing(engine: Engine, view: View) -> list[tuple[int, CaseState]]:
    since = CASE_STATES.c.since.desc() if view == "decided" else CASE_STATES.c.since
    asked = select(CASE_STATES.c.client, CASE_STATES.c.state).where(CASE_STATES.c.status.in_(STATUSES[view]))
    with reading(engine, unreadable) as connection:
        return [(row.client, state_in(row)) for row in connection.execute(asked.order_by(since).limit(MOST))]


def _waiting(opened: Portfolio, policy: Policy, found: Sequence[tuple[int, CaseState]]) -> list[Waiting]:
    scores = scores_of(opened, [client for client, _ in found])
    return [_with_band(client, state, scores.get(client), policy) for client, state in found]


def _with_band(client: int, state: CaseState, score: Score | None, policy: Policy) -> Waiting:
    since = state.received if state.status == "to do" else state.since
    if score is None:  # the portfolio no longer has the client
        return Waiting(client, state, since, state.due, None, None)
    return Waiting(client, state, since, state.due, score.points, policy.band(score.probability, score.points))


def _place(waiting: Waiting) -> tuple[int, str, int]:
    return (BANDS.index(waiting.band) if waiting.band else len(BANDS), waiting.since or "~", waiting.client)


def _deadline(waiting: Waiting) -> tuple[str, int]:
    return waiting.due, waiting.client


def _to_do(engine: Engine, opened: Portfolio, policy: Policy) -> Iterator[Waiting]:
    """Dated files of the grey zone, its others, then the dated files of the other bands, then everybody else."""
    again = _standing(engine, "to do")
    dated = sorted(_waiting(opened, policy, [each for each in again if each[1].received]), key=_place)
    undated = {client: state for client, state in again if not state.received}
    later = [each for each in dated if each.band != "review"]
    yield from (each for each in dated if each.band == "review")
    known = {each.client for each in dated}
    for client, points, band in _nearest_first(opened, policy, _no_longer_to_do(engine)):
        if client in known:
            continue
        if band != "review":
            yield from later
            later = []
        yield Waiting(client, undated.get(client, UNTOUCHED), "", "", points, band)
    yield from later


@dataclass
class _Touched:
    """Files that something happened to, as this process saw them last: only what changed since is read again.

    Attributes:
        clients: those that are no longer to do.
        ended: those that are decided or closed.
    """

    newest: int = 0
    clients: set[int] = field(default_factory=set)
    ended: set[int] = field(default_factory=set)
    reading: Lock = field(default_factory=Lock)


_touched: WeakKeyDictionary[Engine, _Touched] = WeakKeyDictionary()


def ended(engine: Engine) -> Set[int]:
    """Clients whose file is decided or closed; every other one's is open.

    Raises:
        StoreProblem: the store cannot be read.
    """
    return _seen(engine).ended


def _no_longer_to_do(engine: Engine) -> Set[int]:
    """Every file that something happened to, but for those that are to do again."""
    return _seen(engine).clients


def _seen(engine: Engine) -> _Touched:
    seen = _touched.setdefault(engine, _Touched())
    with seen.reading, reading(engine, unreadable) as connection:
        newest = newest_number(connection)
        if newest < seen.newest:  # another store took its place
            seen.newest, seen.clients, seen.ended = 0, set(), set()
        if newest != seen.newest:
            changed = select(CASE_EVENTS.c.client).where(CASE_EVENTS.c.number > seen.newest)
            asked = select(CASE_STATES.c.client, CASE_STATES.c.status)
            known = connection.execute(asked.where(CASE_STATES.c.client.in_(changed)) if seen.newest else asked).all()
            moved = {client for client, _ in known}
            to_do = {client for client, status in known if status == "to do"}
            # Other sets: one that is being gone through by another thread stays as it is.
            seen.clients = (seen.clients | moved) - to_do
            seen.ended = (seen.ended - moved) | {client for client, status in known if status in ENDED}
            seen.newest = newest
        return seen


def _nearest_first(opened: Portfolio, policy: Policy, left_out: Set[int]) -> Iterator[tuple[int, float, Band]]:
    """Clients of the portfolio, the nearest to the threshold first; read as far as they are asked for."""
    threshold = policy.threshold_points
    with opened.engine.connect() as connection:
        held = connection.connection.driver_connection
        assert isinstance(held, sqlite3.Connection)
        # Along the index of points, both ways at once: nobody reads everybody to show fifty.
        asked = f"SELECT {CLIENT}, points FROM clients WHERE points"
        above = held.execute(f"{asked} >= ? ORDER BY points, {CLIENT}", [threshold])
        below = held.execute(f"{asked} < ? ORDER BY points DESC, {CLIENT} DESC", [threshold])
        left = ((row for row in side if row[0] not in left_out) for side in (above, below))
        for client, points in merge(*left, key=lambda row: abs(row[1] - threshold)):
            yield client, points, policy.band(probability_from_points(points), points)


def next_to_do(engine: Engine, opened: Portfolio, policy: Policy, actor: Actor, skip: Iterable[int] = ()) -> int | None:
    """The file to go on with: one's own, then what is referred to one, then the first to do; None where none is left.

    Args:
        skip: clients not to give, such as the one just decided.
    """
    left_out = set(skip)
    following = _following(engine, opened, policy, actor)
    return next((client for client in following if client not in left_out), None)


def next_after(engine: Engine, opened: Portfolio, policy: Policy, actor: Actor, client: int | None) -> int | None:
    """The file that follows another one in the same order; the first one after the last, or where it is not among them.

    Only as many are looked at as anybody goes through by hand.
    """
    ahead = list(islice(_following(engine, opened, policy, actor), LOOKED_AT))
    place = ahead.index(client) + 1 if client in ahead else 0
    return ahead[place % len(ahead)] if ahead else None


def _following(engine: Engine, opened: Portfolio, policy: Policy, actor: Actor) -> Iterator[int]:
    own = (each for view in VIEWS[1:3] for each in queue(engine, opened, policy, view, actor))
    return (each.client for each in chain(own, _to_do(engine, opened, policy)))
