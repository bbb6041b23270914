"""The queue: which files wait, for whom, how long; one indexed query, whatever the portfolio's size.

Files that nothing happened to are in no table of ours: they are to do, in the order the portfolio gives them.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from heapq import merge
from itertools import chain, islice
from typing import Literal

from sqlalchemy import Engine, select

from app.scoring.case.actors import Actor
from app.scoring.case.state import UNTOUCHED, CaseState, Status
from app.scoring.decision import Band
from app.scoring.points import points_from_probability
from app.scoring.policy import Policy
from app.scoring.problems import UnknownClient
from app.scoring.schema.keys import CLIENT
from app.store.cases.cases import unreadable
from app.store.cases.standing import state_in
from app.store.cases.tables import CASE_STATES
from app.store.database import reading
from app.store.portfolio import Portfolio

View = Literal["to do", "mine", "referred", "second signature", "review", "decided"]
VIEWS: tuple[View, ...] = ("to do", "mine", "referred", "second signature", "review", "decided")
BANDS: tuple[Band, ...] = ("review", "refuse", "accept")
"""Bands as they stand in the queue: what a person must look at comes first."""
STATUSES: dict[View, tuple[Status, ...]] = {
    "mine": ("claimed", "review"),
    "referred": ("referred",),
    "second signature": ("second signature",),
    "review": ("review",),
    "decided": ("decided", "closed"),
}
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
        return tuple(islice(_to_do(engine, opened, policy), offset, offset + limit))
    found = [(client, state) for client, state in _standing(engine, view) if _is_in(view, state, actor)]
    if view == "decided":
        return tuple(_waiting(opened, policy, *each) for each in found[offset : offset + limit])
    waiting = [_waiting(opened, policy, client, state) for client, state in found]
    return tuple(sorted(waiting, key=_place if view != "review" else _deadline)[offset : offset + limit])


def counts(engine: Engine, actor: Actor) -> dict[View, int]:
    """How many files each view has for one person, in one query; "to do" and "decided" are not counted."""
    asked = select(CASE_STATES.c.client, CASE_STATES.c.state).where(CASE_STATES.c.status.in_(_OPEN))
    found = dict.fromkeys(("mine", "referred", "second signature", "review"), 0)
    with reading(engine, unreadable) as connection:
        for row in connection.execute(asked):
            state = state_in(row)
            for view in found:
                found[view] += state.status in STATUSES[view] and _is_in(view, state, actor)  # type: ignore[index, arg-type]
    return found  # type: ignore[return-value]


def waiting_for(engine: Engine, actor: Actor) -> int:
    """How many files wait for one person: referred to them, theirs to sign, or a review they may take or have."""
    found = counts(engine, actor)
    return found["referred"] + found["second signature"] + found["review"]


_OPEN: tuple[Status, ...] = ("claimed", "referred", "second signature", "review")


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


def _waiting(opened: Portfolio, policy: Policy, client: int, state: CaseState) -> Waiting:
    try:
        probability = opened.client(client).probability
    except UnknownClient:
        return Waiting(client, state, state.since, state.due, None, None)
    points = points_from_probability(probability)
    since = state.received if state.status == "to do" else state.since
    return Waiting(client, state, since, state.due, points, policy.band(probability, points))


def _place(waiting: Waiting) -> tuple[int, str, int]:
    return (BANDS.index(waiting.band) if waiting.band else len(BANDS), waiting.since or "~", waiting.client)


def _deadline(waiting: Waiting) -> tuple[str, int]:
    return waiting.due, waiting.client


def _to_do(engine: Engine, opened: Portfolio, policy: Policy) -> Iterator[Waiting]:
    """Dated files of the grey zone, its others, then the dated files of the other bands, then everybody else."""
    touched = _touched(engine)
    again = [(client, state) for client, state in touched.items() if state.status == "to do"]
    dated = [_waiting(opened, policy, client, state) for client, state in again if state.received]
    first = sorted((each for each in dated if each.band == "review"), key=_place)
    second = sorted((each for each in dated if each.band != "review"), key=_place)
    others = _nearest_first(opened, policy, {client for client, state in touched.items() if not _is_undated(state)})
    yielded_second = False
    yield from first
    for client, points, band in others:
        if band != "review" and not yielded_second:
            yielded_second = True
            yield from second
        yield Waiting(client, touched.get(client, UNTOUCHED), "", "", points, band)
    if not yielded_second:
        yield from second


def _is_undated(state: CaseState) -> bool:
    return state.status == "to do" and not state.received


def _touched(engine: Engine) -> dict[int, CaseState]:
    """Every file that something happened to, with its state where it is to do again."""
    asked = select(CASE_STATES.c.client, CASE_STATES.c.status, CASE_STATES.c.state)
    with reading(engine, unreadable) as connection:
        found = connection.execute(asked).all()
    return {row.client: state_in(row) if row.status == "to do" else CaseState(row.status) for row in found}


def _nearest_first(opened: Portfolio, policy: Policy, left_out: Collection[int]) -> Iterator[tuple[int, float, Band]]:
    """Clients of the portfolio, the nearest to the threshold first; read as far as they are asked for."""
    threshold = policy.threshold_points
    with opened.engine.connect() as connection:
        held = connection.connection.driver_connection
        assert isinstance(held, sqlite3.Connection)
        # Along the index of points, both ways at once: nobody reads everybody to show fifty.
        select_ = f"SELECT {CLIENT}, points, probability FROM clients WHERE points"
        above = held.execute(f"{select_} >= ? ORDER BY points, {CLIENT}", [threshold])
        below = held.execute(f"{select_} < ? ORDER BY points DESC, {CLIENT}", [threshold])
        for client, points, probability in merge(above, below, key=lambda row: (abs(row[1] - threshold), row[0])):
            if client not in left_out:
                yield client, points, policy.band(probability, points)


def next_to_do(engine: Engine, opened: Portfolio, policy: Policy, actor: Actor, skip: Iterable[int] = ()) -> int | None:
    """The file to go on with: one's own, then what is referred to one, then the first to do; None where none is left.

    Args:
        skip: clients not to give, such as the one just decided.
    """
    left_out = set(skip)
    own = (each for view in VIEWS[1:3] for each in queue(engine, opened, policy, view, actor))
    following = chain(own, _to_do(engine, opened, policy))
    return next((each.client for each in following if each.client not in left_out), None)
