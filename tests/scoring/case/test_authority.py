"""When a decision wants a second signature, limit by limit."""

from dataclasses import replace

import pytest

from app.scoring.case.authority import limits_passed, needs_second_signature
from app.scoring.points import points_from_probability
from app.scoring.policy import Authority, Policy
from app.scoring.problems import PolicyProblem
from tests.store.verdicts import decision

ADVICE = {
    outcome: replace(
        decision(),
        probability=p,
        points=points_from_probability(p),
        threshold_points=points_from_probability(0.09),
        outcome=outcome,
    )
    for outcome, p in (("refuse", 0.2), ("accept", 0.02))
}
BELOW = -ADVICE["refuse"].distance


@pytest.mark.parametrize(
    ("limits", "ruling", "advice", "amount", "role", "passed"),
    [
        ({}, "accept", "refuse", 1e9, "officer", ()),
        ({"officer_amount": 100.0}, "accept", "accept", 100.0, "officer", ()),
        ({"officer_amount": 100.0}, "accept", "accept", 100.01, "officer", ("officer_amount",)),
        ({"officer_amount": 100.0}, "other", "accept", 101.0, "officer", ("officer_amount",)),
        ({"officer_amount": 100.0}, "accept", "accept", None, "officer", ("officer_amount",)),
        ({"officer_amount": 100.0}, "accept", "accept", 101.0, "manager", ()),
        ({"officer_amount": 100.0}, "refuse", "accept", 101.0, "officer", ()),
        ({"override_amount": 100.0}, "accept", "refuse", 100.0, "manager", ("override_amount",)),
        ({"override_amount": 100.0}, "accept", "refuse", 99.0, "officer", ()),
        ({"override_amount": 100.0}, "accept", "accept", 200.0, "officer", ()),
        ({"override_amount": 100.0}, "accept", None, 200.0, "officer", ()),
        ({"override_points": BELOW}, "accept", "refuse", 1.0, "officer", ("override_points",)),
        ({"override_points": BELOW + 0.1}, "accept", "refuse", 1.0, "officer", ()),
        ({"override_points": 0.0}, "refuse", "accept", 1.0, "officer", ()),
    ],
)
def test_each_limit(limits, ruling, advice, amount, role, passed):
    asked = ruling, ADVICE.get(advice), amount, Policy(0.09, authority=Authority(**limits)), role
    assert limits_passed(*asked) == passed and needs_second_signature(*asked) == bool(passed)


@pytest.mark.parametrize("limit", [-1.0, float("nan"), float("inf")])
def test_a_limit_is_an_amount(limit):
    with pytest.raises(PolicyProblem, match="A limit of"):
        Authority(officer_amount=limit)
