"""Where a file stands: a function of its events and of nothing else."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import reduce
from typing import Literal

from app.scoring.case.actors import ANYBODY, Actor, Addressee
from app.scoring.case.events import DECIDING, LOOKING, Event, Ruling

Status = Literal["to do", "claimed", "referred", "second signature", "decided", "review", "closed"]


@dataclass(frozen=True, slots=True)
class Ruled:
    """A decision.

    Attributes:
        event: number of the event that took it.
        entry: its number in the decision journal; None where it has none.
        second: whether it wants, or wanted, a second signature.
    """

    event: int
    ruling: Ruling
    by: Actor
    at: str
    second: bool
    entry: int | None
    countersigned_by: Actor | None = None


@dataclass(frozen=True, slots=True)
class CaseState:
    """Where a file stands.

    Attributes:
        status: "to do" is nobody's, "claimed" the ``holder``'s, "referred" waits for ``referred_to``, "second
            signature" for a manager who did not decide; in "review" the customer asked for one.
        last, at: number of the event it follows from, and when that was; 0 and empty while nothing happened.
        changed, changed_at, changed_by: the same of the last one that was no mere look. Whoever acts names the number
            they saw: if it is another one now, somebody was faster.
        since: since when it has this status.
        received: when the application arrived; empty where that is not known.
        holder: who works on it; of a review, who took or was given it.
        in_force: the decision that counts.
        proposed: the one that waits for a second signature.
        letter: number of the event that issued the letter on ``in_force``; None while it is owed, or nothing is.
        review_asked: number of the event that asked for the review that is open; its receipt.
        due: until when that is to be answered.
        decided_by: everybody who decided or signed, since the application arrived: none of them may review.
        saw: who saw the advice, or recorded a first view, since then.
        erased: whether nothing is held of it any more.
    """

    status: Status = "to do"
    last: int = 0
    at: str = ""
    changed: int = 0
    changed_at: str = ""
    changed_by: Actor | None = None
    since: str = ""
    received: str = ""
    holder: Actor | None = None
    referred_by: Actor | None = None
    referred_to: Addressee | None = None
    in_force: Ruled | None = None
    proposed: Ruled | None = None
    letter: int | None = None
    review_asked: int | None = None
    due: str = ""
    decided_by: tuple[Actor, ...] = ()
    saw: tuple[Actor, ...] = ()
    erased: bool = False

    @property
    def letter_owed(self) -> bool:
        """Whether the customer is still to be told what was decided."""
        return self.status == "decided" and self.letter is None

    def has_decided(self, actor: Actor | Addressee) -> bool:
        """Whether somebody decided or signed since the application arrived."""
        return any(each.is_same(actor) for each in self.decided_by)

    def has_seen(self, actor: Actor) -> bool:
        """Whether somebody saw the advice, or said what they think, since then."""
        return any(each.is_same(actor) for each in self.saw)


UNTOUCHED = CaseState()


def state_of(events: Iterable[Event]) -> CaseState:
    """Where a file stands after its events, in the order of their numbers, whatever their clocks say."""
    return reduce(after, events, UNTOUCHED)


def after(state: CaseState, event: Event) -> CaseState:
    """Where it stands after one more event; total: what was recorded is taken as it is (``transitions`` refuses)."""
    now = replace(_changed(state, event), last=event.number, at=event.at)
    if event.kind in LOOKING:
        return now
    since = now.since if now.status == state.status and state.changed else event.at
    return replace(now, changed=event.number, changed_at=event.at, changed_by=event.actor, since=since)


def _changed(state: CaseState, event: Event) -> CaseState:
    actor = event.actor
    match event.kind:
        case "received":
            # Who looked at what was published saw the advice on this application.
            saw = state.saw if state.status == "to do" else ()
            return CaseState(received=event.at, since=event.at, saw=saw)
        case "claimed":
            return replace(state, status="claimed", holder=actor)
        case "released":
            return _released(state)
        case "viewed" | "first_view":
            return state if state.has_seen(actor) else replace(state, saw=(*state.saw, actor))
        case "referred":
            to = event.facts.to or ANYBODY
            return replace(state, status="referred", holder=None, referred_by=actor, referred_to=to)
        case "decided" | "reviewed" | "corrected":
            return _ruled(state, event)
        case "countersigned":
            return _countersigned(state, actor)
        case "not_countersigned":
            return _not_countersigned(state)
        case "links_revoked":
            return state
        case "letter_issued":
            return replace(state, letter=event.number)
        case "review_asked":
            return replace(state, status="review", holder=None, review_asked=event.number, due=event.facts.due or "")
        case "review_assigned":
            return replace(state, holder=_given(event.facts.to))
        case "review_claimed":
            return replace(state, holder=actor)
        case "closed":
            return replace(state, status="closed", holder=None, referred_to=None, referred_by=None)
        case "erased":
            return CaseState("closed", since=event.at, erased=True) if event.facts.whole else state


def _released(state: CaseState) -> CaseState:
    if state.status == "review":
        return replace(state, holder=None)
    return replace(state, status="referred" if state.referred_to else "to do", holder=None)


def _given(to: Addressee | None) -> Actor | None:
    return Actor(to.name, to.role, to.person) if to else None


def _ruled(state: CaseState, event: Event) -> CaseState:
    assert event.kind in DECIDING
    facts = event.facts
    ruled = Ruled(event.number, facts.ruling or "refuse", event.actor, event.at, facts.second, facts.entry)
    decided_by = state.decided_by if state.has_decided(event.actor) else (*state.decided_by, event.actor)
    known = replace(state, holder=event.actor, referred_to=None, referred_by=None, decided_by=decided_by)
    if facts.second:
        return replace(known, status="second signature", proposed=ruled)
    return _in_force(known, ruled)


def _in_force(state: CaseState, ruled: Ruled) -> CaseState:
    return replace(
        state,
        status="decided",
        holder=None,
        in_force=ruled,
        proposed=None,
        letter=None,
        review_asked=None,
        due="",
    )


def _countersigned(state: CaseState, actor: Actor) -> CaseState:
    if state.proposed is None:
        return state
    signed = replace(state.proposed, countersigned_by=actor)
    decided_by = state.decided_by if state.has_decided(actor) else (*state.decided_by, actor)
    return _in_force(replace(state, decided_by=decided_by), signed)


def _not_countersigned(state: CaseState) -> CaseState:
    """Back to who decided: a review stays one, and a correction leaves what was in force."""
    if state.review_asked is not None:
        # Nothing of theirs counts: they may look again, as somebody who did not decide.
        others = tuple(
            each for each in state.decided_by if state.proposed is None or not each.is_same(state.proposed.by)
        )
        return replace(state, status="review", proposed=None, decided_by=others)
    if state.in_force is not None:
        return replace(state, status="decided", proposed=None, holder=None)
    return replace(state, status="claimed", proposed=None)
