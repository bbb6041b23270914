"""What may happen next to a file, and to whom it falls. What may not is a sentence that says who and when."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from app.scoring.case.actors import STAFF, Actor
from app.scoring.case.events import DECIDING, RULINGS, Event, Kind, moment
from app.scoring.case.state import CaseState, Status
from app.scoring.problems import CaseProblem

Check = Callable[[CaseState, Event], None]
ANYWHERE: tuple[Status, ...] = ("to do", "claimed", "referred", "second signature", "decided", "review", "closed")
OPEN: tuple[Status, ...] = ("to do", "claimed", "referred")
ADDRESSED: tuple[Kind, ...] = ("referred", "review_assigned")


@dataclass(frozen=True, slots=True)
class Transition:
    """When something may happen, and by whom.

    Attributes:
        roles: who may.
        statuses: from where.
        check: what else must hold; raises CaseProblem.
    """

    roles: tuple[str, ...]
    statuses: tuple[Status, ...]
    check: Check


def allowed(state: CaseState, event: Event, seen: int | None = None) -> None:
    """Raise CaseProblem unless an event may follow in a state.

    Args:
        event: not recorded yet.
        seen: ``CaseState.changed`` as its actor saw it; None where it does not matter.
    """
    transition = TRANSITIONS[event.kind]
    _check_actor(event.actor, transition)
    if state.erased and event.kind != "received":
        raise CaseProblem(
            "Nothing is held of this file any more.",
            "It was erased; what was erased does not come back.",
            "Start a new application for this client.",
        )
    if event.kind in DECIDING:
        _check_ruling(event)
    if event.kind in ADDRESSED:
        _check_addressee(event)
    if seen not in (None, state.changed):
        _refuse_another_s(state, event)
        raise _faster(state)
    if state.status not in transition.statuses:
        _refuse_another_s(state, event)
        raise _misplaced(state)
    transition.check(state, event)


def may(state: CaseState, kind: Kind, actor: Actor) -> bool:
    """Whether a page may offer this to somebody; what only the event itself tells is not asked.

    The kinds that name another person or a ruling are asked with none: "referred", "review_assigned", and decisions.
    """
    transition = TRANSITIONS[kind]
    event = Event(0, "", 0, kind, actor)
    try:
        _check_actor(actor, transition)
        if state.status in transition.statuses and (kind == "received" or not state.erased):
            transition.check(state, event)
            return True
    except CaseProblem:
        pass
    return False


def _check_actor(actor: Actor, transition: Transition) -> None:
    if not actor.name.strip():
        raise CaseProblem("Nobody is named.", "What is done to a file bears the name of who does it.", "Sign in first.")
    if actor.role not in transition.roles:
        raise CaseProblem(
            "This is not done in the role “{role}”.",
            "Each role does its own work.",
            "Ask the person who runs this desk.",
            role=actor.role,
        )


def _check_ruling(event: Event) -> None:
    if event.facts.ruling not in RULINGS:
        raise CaseProblem(
            "No decision is chosen.",
            "A decision accepts, accepts another loan, or refuses.",
            "Choose one of the three.",
        )


def _check_addressee(event: Event) -> None:
    to = event.facts.to
    if to is None or (event.kind == "review_assigned" and not to.name.strip()):
        raise CaseProblem(
            "Nobody is chosen to have the file.",
            "A file is given to a colleague, or referred to the managers.",
            "Choose one of the list.",
        )


def _faster(state: CaseState) -> CaseProblem:
    return CaseProblem(
        "{who} did something with this file meanwhile, at {when}.",
        "One acts knowing what was done: nothing was recorded, what you typed is still there.",
        "Look at the file again, then repeat what you did if it is still right.",
        who=state.changed_by.name if state.changed_by else "",
        when=moment(state.changed_at),
    )


def _refuse_another_s(state: CaseState, event: Event) -> None:
    """Say who has the file, or decided it, where that is why nothing can be done."""
    if event.kind in ("viewed", "erased", "received", "review_asked", "links_revoked"):
        return
    if state.status in ("claimed", "review") and state.holder and not state.holder.is_same(event.actor):
        raise _held(state, state.holder)
    ruled = state.proposed or state.in_force
    if event.kind in ("claimed", "referred", "decided", "first_view") and ruled and not ruled.by.is_same(event.actor):
        raise CaseProblem(
            "{who} has decided this file, at {when}.",
            "A file is decided by one person: nothing was recorded, what you typed is still there.",
            "Read that decision, and go on to the next file.",
            who=ruled.by.name,
            when=moment(ruled.at),
        )


def _held(state: CaseState, holder: Actor) -> CaseProblem:
    return CaseProblem(
        "{who} has had this file since {when}.",
        "A file is decided by one person: nothing was recorded, what you typed is still there.",
        "Choose another file, or ask {who} or a manager to release it.",
        who=holder.name,
        when=moment(state.since),
    )


def _misplaced(state: CaseState) -> CaseProblem:
    return CaseProblem(
        "This cannot be done now: the state of the file is “{status}”, since {when}.",
        "Each step follows the one before (docs/case_file.md).",
        "Look at the file again; its page offers what can be done.",
        status=state.status,
        when=moment(state.since),
    )


def _check_mine(state: CaseState, event: Event) -> None:
    """Nobody else holds it; and where it was referred, it was so to whom acts, or by them, or they manage."""
    if state.status == "claimed" and state.holder and not state.holder.is_same(event.actor):
        raise _held(state, state.holder)
    if state.status == "referred" and not _may_take(state, event.actor):
        assert state.referred_by is not None and state.referred_to is not None
        raise CaseProblem(
            "{who} referred this file to {to}, at {when}.",
            "A referred file is for whom it was referred to, or a manager.",
            "Choose another file.",
            who=state.referred_by.name,
            to=state.referred_to.name or "the managers",
            when=moment(state.since),
        )


def _may_take(state: CaseState, actor: Actor) -> bool:
    by_me = state.referred_by is not None and state.referred_by.is_same(actor)
    return by_me or actor.role == "manager" or (state.referred_to is not None and state.referred_to.includes(actor))


def _check_first(state: CaseState, event: Event) -> None:
    _check_mine(state, event)
    if state.has_seen(event.actor):
        raise CaseProblem(
            "You have seen the advice on this file already.",
            "A first view is recorded before, and once.",
            "Go on to the decision.",
        )


def _check_referral(state: CaseState, event: Event) -> None:
    _check_mine(state, event)
    if event.facts.to is not None and event.facts.to.name and event.actor.is_same(event.facts.to):
        raise CaseProblem(
            "The file would be referred to you.", "A file is referred to somebody else.", "Choose a colleague."
        )


def _check_release(state: CaseState, event: Event) -> None:
    if state.holder is None:
        raise _misplaced(state)
    if event.actor.role != "manager" and not state.holder.is_same(event.actor):
        raise _held(state, state.holder)


def _check_second(state: CaseState, event: Event) -> None:
    if state.has_decided(event.actor):
        raise CaseProblem(
            "{who} has decided or signed on this file already.",
            "A second signature is another person’s: two pairs of eyes see the decision.",
            "Ask another manager to sign.",
            who=event.actor.name,
        )


def _check_letter(state: CaseState, event: Event) -> None:
    if state.letter is not None:
        raise CaseProblem(
            "The letter on this decision has been issued already.",
            "Each decision has one letter, which stays as it was issued.",
            "Open the letter as it was issued.",
        )


def _check_answered(state: CaseState, event: Event) -> None:
    if state.letter is None:
        raise CaseProblem(
            "No letter has been issued on this decision yet.",
            "This follows the customer’s letter.",
            "Issue the letter first.",
        )


def _check_reviewer(state: CaseState, event: Event) -> None:
    if state.holder and not state.holder.is_same(event.actor):
        raise _held(state, state.holder)
    _check_did_not_decide(state, event.actor)


def _check_assignment(state: CaseState, event: Event) -> None:
    if event.facts.to and event.facts.to.name:
        _check_did_not_decide(state, Actor(event.facts.to.name, event.facts.to.role, event.facts.to.person))


def _check_did_not_decide(state: CaseState, actor: Actor) -> None:
    if state.has_decided(actor):
        raise CaseProblem(
            "{who} has decided or signed on this file already.",
            "A review goes to somebody who did not decide.",
            "Leave it to a colleague, or ask a manager to give it to one.",
            who=actor.name,
        )


def _check_correction(state: CaseState, event: Event) -> None:
    ruled = state.proposed or state.in_force
    own = ruled is not None and ruled.by.is_same(event.actor)
    if not own and (state.proposed or event.actor.role != "manager"):
        assert ruled is not None
        raise CaseProblem(
            "{who} has decided this file, at {when}.",
            "A decision is corrected by who took it, or by a manager once it counts.",
            "Ask {who} or a manager to correct it.",
            who=ruled.by.name,
            when=moment(ruled.at),
        )


def _check_closing(state: CaseState, event: Event) -> None:
    if state.status == "decided":
        return _check_answered(state, event)
    return _check_mine(state, event)


def _check_new(state: CaseState, event: Event) -> None:
    if state.status == "to do" and state.changed:
        raise _misplaced(state)


def _nothing(state: CaseState, event: Event) -> None:
    pass


TRANSITIONS: Mapping[Kind, Transition] = {
    "received": Transition((*STAFF, "operator"), ("to do", "closed"), _check_new),
    "claimed": Transition(STAFF, ("to do", "referred"), _check_mine),
    "released": Transition(STAFF, ("claimed", "review"), _check_release),
    "viewed": Transition(STAFF, ANYWHERE, _nothing),
    "first_view": Transition(STAFF, OPEN, _check_first),
    "referred": Transition(STAFF, OPEN, _check_referral),
    "decided": Transition(STAFF, OPEN, _check_mine),
    "countersigned": Transition(("manager",), ("second signature",), _check_second),
    "not_countersigned": Transition(("manager",), ("second signature",), _check_second),
    "letter_issued": Transition(STAFF, ("decided",), _check_letter),
    "review_asked": Transition((*STAFF, "customer"), ("decided", "closed"), _check_answered),
    "review_assigned": Transition(("manager",), ("review",), _check_assignment),
    "review_claimed": Transition(STAFF, ("review",), _check_reviewer),
    "reviewed": Transition(STAFF, ("review",), _check_reviewer),
    "corrected": Transition(STAFF, ("decided", "second signature"), _check_correction),
    "links_revoked": Transition(STAFF, ANYWHERE, _nothing),
    "closed": Transition(STAFF, (*OPEN, "decided"), _check_closing),
    "erased": Transition(("operator",), ANYWHERE, _nothing),
}
"""Kind of event -> who may, from where, and what else must hold."""
