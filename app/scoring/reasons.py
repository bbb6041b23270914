"""The few reasons that tell most about a decision: what speaks for the client, what against."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from app.scoring.decision import Contribution, Decision, Value
from app.scoring.features import by_name
from app.scoring.features.lineage import reads
from app.scoring.population import Population

MOST = 4
LEAST_POINTS = 0.5
"""A smaller effect would be shown as 0 points."""

Position = Literal["missing", "above", "below", "typical", "other"]


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason.

    Attributes:
        feature: feature name.
        value: the client's; None when not provided.
        typical: the population's median or most frequent value; None when never provided.
        position: where the value is against the typical one; "other" for a category that is not the most frequent.
        points: effect in points; positive speaks for the client.
    """

    feature: str
    value: Value
    typical: Value
    position: Position
    points: float


@dataclass(frozen=True, slots=True)
class Reasons:
    """At most ``MOST`` each, the strongest first."""

    for_client: tuple[Reason, ...]
    against_client: tuple[Reason, ...]


def reasons(decision: Decision, population: Population, most: int = MOST) -> Reasons:
    """The strongest reasons on either side, never a protected attribute.

    A feature is passed over when stronger reasons of its side already told all it reads: four averages of the external
    scores are one reason, not four.

    Args:
        decision: of the client, contributions largest first.
        population: distribution of each feature, for the typical values.
        most: how many on either side.
    """
    told = [each for each in decision.contributions if not by_name[each.feature].protected]
    helping = [each for each in told if each.points >= LEAST_POINTS]
    hurting = [each for each in told if each.points <= -LEAST_POINTS]
    return Reasons(*(tuple(_reason(each, population) for each in _distinct(side, most)) for side in (helping, hurting)))


def _distinct(contributions: list[Contribution], most: int) -> list[Contribution]:
    chosen: list[Contribution] = []
    covered: set[str] = set()
    for contribution in contributions:
        read = reads().get(contribution.feature, frozenset({contribution.feature}))
        if len(chosen) < most and not read <= covered:
            chosen.append(contribution)
            covered |= read
    return chosen


def _reason(contribution: Contribution, population: Population) -> Reason:
    typical = population[contribution.feature].typical
    return Reason(
        feature=contribution.feature,
        value=contribution.value,
        typical=typical,
        position=_position(contribution.value, typical),
        points=contribution.points,
    )


def _position(value: Value, typical: Value) -> Position:
    if value is None:
        return "missing"
    if value == typical:
        return "typical"
    if isinstance(value, str) or isinstance(typical, str) or typical is None:
        return "other"
    return "above" if value > typical else "below"
