"""Decisions made up for the tests of what is said and shown."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from app.scoring.decision import Contribution, Decision, Value
from app.scoring.points import points_from_probability
from app.scoring.policy import Policy

EFFECTS: tuple[tuple[str, Value, float], ...] = (
    ("external_score_3", 0.23, -17.2),
    ("external_score_2", None, -9.1),
    ("annuity_to_income", 0.3138, -6.2),
    ("education", "Higher education", 5.4),
    ("years_employed", 7.25, 4.1),
    ("credit_over_goods", 45_000.0, -3.6),
    ("document_3", 1.0, -3.0),
    ("bureau_active_debt_to_credit", 1.21, -2.2),
    ("owns_car", 0.0, 1.5),
    ("car_age", None, -0.7),
    ("work_phone", 1.0, 0.0),
)


def _decide(probability: float = 0.14, threshold: float = 0.091, grey_zone: float = 5.0) -> Decision:
    policy = Policy(threshold, grey_zone)
    points = points_from_probability(probability)
    return Decision(
        client=100_002,
        probability=probability,
        points=points,
        threshold=threshold,
        threshold_points=policy.threshold_points,
        grey_zone_points=grey_zone,
        outcome=policy.outcome(probability),
        band=policy.band(probability, points),
        average_points=points - sum(effect for _, _, effect in EFFECTS),
        contributions=tuple(Contribution(*effect) for effect in EFFECTS),
        model_version="1-0123abcd",
    )


@pytest.fixture
def decision() -> Callable[..., Decision]:
    """Makes a decision whose contributions add up to its points."""
    return _decide
