"""Which histories can happen: the rules against a naive reading of the whole list, for every order of short lists."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import product

import pytest

from app.scoring.case.actors import MANAGERS, Actor, Addressee
from app.scoring.case.events import KINDS, Event, Facts
from app.scoring.case.state import UNTOUCHED, after, state_of
from app.scoring.case.transitions import TRANSITIONS, allowed, may
from app.scoring.problems import CaseProblem

START = datetime(2026, 11, 2, 8, 30, tzinfo=UTC)
ADA, BEA = Actor("Ada", "officer"), Actor("Bea", "officer")
MAX, MIA = Actor("Max", "manager", "https://id|1"), Actor("Mia", "manager", "https://id|2")
CUSTOMER, OPERATOR = Actor("customer’s link", "customer"), Actor("retention", "operator")
TO_BEA = Addressee("bea ")


def event(kind, actor, number=0, **facts):
    return Event(number, (START + timedelta(hours=number)).isoformat(), 7, kind, actor, Facts(**facts), number - 1)


STEPS = [
    event("received", OPERATOR),
    event("claimed", ADA),
    event("claimed", BEA),
    event("claimed", MAX),
    event("released", ADA),
    event("released", MAX),
    event("viewed", ADA),
    event("first_view", ADA, ruling="accept"),
    event("referred", ADA, to=TO_BEA),
    event("referred", BEA, to=MANAGERS),
    event("decided", ADA, ruling="accept"),
    event("decided", ADA, ruling="accept", second=True),
    event("decided", MAX, ruling="refuse"),
    event("countersigned", MAX),
    event("countersigned", MIA),
    event("not_countersigned", MIA),
    event("letter_issued", ADA),
    event("links_revoked", BEA),
    event("review_asked", CUSTOMER, due="2026-12-02"),
    event("review_assigned", MAX, to=TO_BEA),
    event("review_claimed", BEA),
    event("review_claimed", MIA),
    event("reviewed", BEA, ruling="accept"),
    event("reviewed", MIA, ruling="accept", second=True),
    event("corrected", ADA, ruling="refuse"),
    event("corrected", MIA, ruling="refuse"),
    event("closed", ADA),
    event("erased", OPERATOR, whole=True),
]


def takes(state, step):
    try:
        allowed(state, step)
    except CaseProblem:
        return False
    return True


class Naive:
    """What may follow a list of steps, read off the list each time: no state is kept."""

    def __init__(self, past):
        ends = [place for place, step in enumerate(past) if step.kind == "received" or step.kind == "erased"]
        self.gone = bool(ends) and past[ends[-1]].kind == "erased"
        self.past = past[ends[-1] + 1 :] if ends else past
        self.moves = [step for step in self.past if step.kind not in ("viewed", "first_view", "links_revoked")]
        self.new = not ends and not self.moves
        # Looks at what was published, before its arrival was recorded.
        looks = past[: ends[-1]] if len(ends) == 1 else []
        self.looks = [] if any(step.kind not in ("viewed", "first_view", "links_revoked") for step in looks) else looks

    def last(self, *kinds):
        return next((step for step in reversed(self.moves) if step.kind in kinds), None)

    def since(self, step, *kinds):
        """Whether one of these kinds came after a step."""
        place = len(self.moves) - 1 - self.moves[::-1].index(step)
        return any(later.kind in kinds for later in self.moves[place + 1 :])

    @property
    def signing(self):
        """The decision that waits for a signature."""
        ruled = self.last("decided", "reviewed", "corrected")
        waits = ruled and ruled.facts.second and not self.since(ruled, "countersigned", "not_countersigned")
        return ruled if waits else None

    @property
    def counts(self):
        """The decision in force, with those that were refused a signature left out."""
        found = None
        for place, step in enumerate(self.moves):
            if step.kind in ("decided", "reviewed", "corrected"):
                answer = next(
                    (
                        later
                        for later in self.moves[place + 1 :]
                        if later.kind in ("countersigned", "not_countersigned", "corrected")
                    ),
                    None,
                )
                if not step.facts.second or (answer is not None and answer.kind == "countersigned"):
                    found = step
        return found

    @property
    def settled_at(self):
        """Place of the move by which the decision in force came to count."""
        place = None
        for here, step in enumerate(self.moves):
            if step.kind == "countersigned" or (
                step.kind in ("decided", "reviewed", "corrected") and not step.facts.second
            ):
                place = here
        return place

    @property
    def answered(self):
        place = self.settled_at
        return place is not None and any(step.kind == "letter_issued" for step in self.moves[place:])

    @property
    def review(self):
        asked = self.last("review_asked")
        if asked is None:
            return None
        place = len(self.moves) - 1 - self.moves[::-1].index(asked)
        return asked if self.settled_at is None or self.settled_at < place else None

    @property
    def closed(self):
        return bool(self.moves) and self.moves[-1].kind == "closed"

    @property
    def took_part(self):
        deciding = ("countersigned", "decided", "reviewed", "corrected")
        return {
            step.actor.name
            for place, step in enumerate(self.moves)
            if step.kind in deciding and not self.was_refused_in_review(place)
        }

    def was_refused_in_review(self, place):
        """Whether a review's decision was refused its signature: its reviewer looks again."""
        step = self.moves[place]
        fate = next(
            (
                later.kind
                for later in self.moves[place + 1 :]
                if later.kind in ("countersigned", "not_countersigned")
                or (later.kind == "corrected" and not later.facts.second)
            ),
            None,
        )
        before = Naive([])
        before.moves = self.moves[:place]
        return bool(step.facts.second and fate == "not_countersigned" and before.review)

    @property
    def reviewer(self):
        """Who has the review."""
        place = self.moves.index(self.review)
        for step in reversed(self.moves[place:]):
            if step.kind == "released":
                return None
            if step.kind in ("review_claimed", "reviewed"):
                return step.actor.name
            if step.kind == "review_assigned":
                return step.facts.to.name.strip().title()
        return None

    @property
    def holder(self):
        """Who has a file that is still to be decided."""
        for step in reversed(self.moves):
            if step.kind in ("released", "referred"):
                return None
            if step.kind in ("claimed", "decided"):
                return step.actor.name
        return None

    def mine(self, actor):
        """Whether a file that is open is for somebody to work on."""
        if self.holder:
            return self.holder == actor.name
        referral = self.last("referred")
        if referral is None or actor.role == "manager" or actor.name == referral.actor.name:
            return True
        return referral.facts.to.name.strip().title() == actor.name

    def takes(self, step):
        kind, actor = step.kind, step.actor
        if self.gone:
            return kind == "received"
        undecided = self.counts is None and not self.signing and not self.closed
        counts = self.counts is not None and not self.signing and not self.review and not self.closed
        review = self.review is not None and not self.signing and not self.closed
        match kind:
            case "received":
                return self.new or self.closed
            case "viewed" | "erased" | "links_revoked":
                return True
            case "claimed":
                return undecided and self.holder is None and self.mine(actor)
            case "released" if review:
                return self.reviewer is not None and (actor.role == "manager" or self.reviewer == actor.name)
            case "released":
                return undecided and self.holder is not None and (actor.role == "manager" or self.holder == actor.name)
            case "first_view":
                seen = {each.actor.name for each in [*self.looks, *self.past] if each.kind in ("viewed", "first_view")}
                return undecided and self.mine(actor) and actor.name not in seen
            case "referred" | "decided":
                return undecided and self.mine(actor)
            case "countersigned" | "not_countersigned":
                return self.signing is not None and actor.name not in self.took_part
            case "letter_issued":
                return counts and not self.answered
            case "review_asked":
                return self.counts is not None and self.answered and (counts or self.closed)
            case "review_assigned":
                return review and step.facts.to.name.strip().title() not in self.took_part
            case "review_claimed" | "reviewed":
                return review and actor.name not in self.took_part and self.reviewer in (None, actor.name)
            case "corrected" if self.signing:
                return self.signing.actor.name == actor.name
            case "corrected":
                return counts and (actor.role == "manager" or self.counts.actor.name == actor.name)
            case "closed":
                return (undecided and self.mine(actor)) or (counts and self.answered)


LONGEST, MOST = 7, 1_500


def test_every_order_of_a_short_list_is_taken_or_refused_as_the_naive_reading_says():
    histories, met = [((), UNTOUCHED)], set()
    for length in range(LONGEST):
        longer = []
        for past, state in histories:
            naive = Naive(list(past))
            for step in STEPS:
                expected = naive.takes(step)
                assert takes(state, step) == expected, ([(e.kind, e.actor.name) for e in past], step)
                if expected:
                    numbered = event(step.kind, step.actor, length + 1)
                    numbered = replace(numbered, facts=step.facts)
                    longer.append(((*past, numbered), after(state, numbered)))
                    met.add(step.kind)
        # All orders of three; of the longer ones a few thousand, evenly drawn.
        histories = longer if length < 2 else longer[:: max(1, len(longer) // MOST)]
    assert met == set(KINDS)


def test_a_story_to_its_end():
    steps = [
        event("received", OPERATOR),
        event("claimed", ADA),
        event("first_view", ADA, ruling="refuse"),
        event("viewed", ADA),
        event("decided", ADA, ruling="accept", second=True),
        event("not_countersigned", MIA),
        event("decided", ADA, ruling="other", second=True),
        event("countersigned", MIA),
        event("letter_issued", ADA),
        event("review_asked", CUSTOMER, due="2026-12-02"),
        event("review_claimed", BEA),
        event("reviewed", BEA, ruling="accept", second=True),
        event("countersigned", MAX),
        event("letter_issued", BEA),
        event("closed", BEA),
    ]
    past, state = [], UNTOUCHED
    for number, step in enumerate(steps, 1):
        assert Naive(past).takes(step), step
        allowed(state, step)
        past.append(replace(step, number=number))
        state = after(state, past[-1])
    assert state == state_of(past) and state.status == "closed" and state.in_force.by == BEA
    assert state.in_force.countersigned_by == MAX and state.letter == 14


def test_a_correction_that_is_not_signed_leaves_what_counted():
    steps = [
        event("decided", ADA, 1, ruling="accept"),
        event("letter_issued", ADA, 2),
        event("corrected", ADA, 3, ruling="other", second=True),
        event("not_countersigned", MIA, 4),
    ]
    state = state_of(steps)
    assert (state.status, state.in_force.event, state.letter, state.proposed) == ("decided", 1, 2, None)
    assert not state.letter_owed and state.holder is None


def test_a_review_that_is_not_signed_goes_back_to_its_reviewer():
    steps = [
        event("decided", ADA, 1, ruling="refuse"),
        event("letter_issued", ADA, 2),
        event("review_asked", CUSTOMER, 3, due="2026-12-02"),
        event("reviewed", BEA, 4, ruling="accept", second=True),
        event("not_countersigned", MIA, 5),
    ]
    state = state_of(steps)
    assert (state.status, state.holder, state.due, state.in_force.by) == ("review", BEA, "2026-12-02", ADA)


def told(state, step, seen=None):
    with pytest.raises(CaseProblem) as problem:
        allowed(state, step, seen)
    return str(problem.value)


def test_the_second_officer_is_told_who_and_when():
    claimed = state_of([event("claimed", ADA, 1)])
    when = datetime.fromisoformat(event("claimed", ADA, 1).at)
    for kind in ("claimed", "decided", "referred"):
        step = event(kind, BEA, ruling="accept", to=MANAGERS)
        assert told(claimed, step).startswith(f"Ada has had this file since {when}.")
    decided = after(claimed, event("decided", ADA, 2, ruling="refuse"))
    assert told(decided, event("decided", BEA, ruling="accept")).startswith("Ada has decided this file, at ")
    assert "decided" in told(decided, event("decided", ADA, ruling="accept"))


def test_who_acts_on_what_they_saw_is_told_who_was_faster_and_a_look_is_nobody_s_hurry():
    seen = state_of([event("claimed", ADA, 1)])
    looked = after(seen, event("viewed", MAX, 2))
    allowed(looked, event("decided", ADA, ruling="accept"), seen.changed)
    released = after(looked, event("released", MAX, 3))
    assert told(released, event("decided", ADA, ruling="accept"), seen.changed).startswith("Max did something")
    taken = after(released, event("claimed", BEA, 4))
    assert told(taken, event("decided", ADA, ruling="accept"), seen.changed).startswith("Bea has had this file since")


def test_four_eyes_compares_persons_and_not_how_names_are_written():
    waiting = state_of([event("decided", MAX, 1, ruling="accept", second=True)])
    assert "signed on this file already" in told(waiting, event("countersigned", replace(MAX, name="M. Max")))
    allowed(waiting, event("countersigned", replace(MIA, name="Max")))
    nameless = replace(MAX, person="")
    assert "already" in told(
        state_of([event("decided", nameless, 1, ruling="accept", second=True)]),
        event("countersigned", replace(MAX, name=" MAX ")),
    )


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_has_its_rule_and_somebody_nobody_knows_may_nothing(kind):
    assert TRANSITIONS[kind].roles and TRANSITIONS[kind].statuses
    step = event(kind, Actor(" ", "officer"), ruling="accept", to=MANAGERS)
    assert told(UNTOUCHED, step).startswith("Nobody is named.")
    assert "role" in told(UNTOUCHED, replace(step, actor=Actor("Eve", "data scientist")))


def test_what_a_page_may_offer_is_what_is_taken():
    for past in product(STEPS, repeat=2):
        state, whole = UNTOUCHED, True
        for number, step in enumerate(past, 1):
            if not takes(state, step):
                whole = False
                break
            state = after(state, replace(step, number=number))
        if whole:
            for step in STEPS:
                if step.kind != "review_assigned":
                    assert may(state, step.kind, step.actor) == takes(state, step), (past, step)


def test_what_a_decision_a_referral_and_an_assignment_lack_is_said():
    assert "No decision is chosen" in told(UNTOUCHED, event("decided", ADA))
    assert "Nobody is chosen" in told(UNTOUCHED, event("referred", ADA))
    assert "referred to you" in told(UNTOUCHED, event("referred", BEA, to=TO_BEA))


def test_a_review_whose_signature_was_refused_goes_back_to_its_reviewer():
    steps = [
        event("decided", ADA, 1, ruling="refuse"),
        event("letter_issued", ADA, 2),
        event("review_asked", CUSTOMER, 3, due="2026-12-02"),
        event("reviewed", BEA, 4, ruling="accept", second=True),
        event("not_countersigned", MIA, 5),
    ]
    state = state_of(steps)
    assert (state.status, state.holder) == ("review", BEA)
    assert takes(state, event("reviewed", BEA, ruling="refuse"))
    assert not takes(state, event("reviewed", ADA, ruling="refuse"))
