"""Frozen answers that cross from the scoring centre to whoever shows them. One object per question a page asks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Outcome = Literal["accept", "refuse"]
Band = Literal["accept", "review", "refuse"]
Value = float | str | None


@dataclass(frozen=True, slots=True)
class Contribution:
    """What one feature does to one client's score.

    Attributes:
        feature: feature name of ``features.FEATURES``.
        value: the client's value; None when not provided.
        points: effect in points against the average client; positive helps the client.
    """

    feature: str
    value: Value
    points: float


@dataclass(frozen=True, slots=True)
class Decision:
    """Where one client stands under one policy.

    Attributes:
        client: SK_ID_CURR.
        probability: calibrated probability of default, in (0, 1).
        points: the same on the points scale; ``average_points`` plus every contribution.
        threshold: probability at or above which the policy refuses.
        threshold_points: the threshold on the points scale.
        grey_zone_points: half-width of the zone around the threshold in which a person must look.
        outcome: what the policy says: refuse when ``probability >= threshold``.
        band: outcome, or "review" inside the grey zone.
        average_points: where the waterfall starts: the average client of the training population.
        contributions: one for each model input, largest absolute effect first.
        model_version: version of the champion that scored.
    """

    client: int
    probability: float
    points: float
    threshold: float
    threshold_points: float
    grey_zone_points: float
    outcome: Outcome
    band: Band
    average_points: float
    contributions: tuple[Contribution, ...]
    model_version: str

    @property
    def distance(self) -> float:
        """Points above the threshold; negative when below it."""
        return self.points - self.threshold_points
