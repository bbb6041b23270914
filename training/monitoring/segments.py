"""Drift by segment: the clients who share one value of a category, then and now."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from app.scoring.drift import Scored, Segment
from app.scoring.policy import Policy
from app.scoring.population import Distribution, of_number, separated_deciles
from training.monitoring.psi import stability

SEGMENTS = ("contract_type", "income_type", "education", "gender")
"""What a lender steers by, and what the law asks about; the model may not read them all."""
SMALLEST_SEGMENT = 200
"""Clients on either side under which the score's deciles hold too few."""
SCORE = "points"

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class ScoredClients:
    """Scored clients.

    Attributes:
        segments: a column per feature of ``SEGMENTS``.
        probability, points: one per client.
    """

    segments: pd.DataFrame
    probability: Floats
    points: Floats

    def scored(self, policy: Policy) -> Scored:
        """What the model says of them."""
        accepted = self.probability < policy.threshold
        return Scored(len(self.probability), float(self.probability.mean()), float(accepted.mean()))

    def of(self, feature: str, value: str) -> ScoredClients:
        """Those who share a value."""
        inside = (self.segments[feature] == value).to_numpy(dtype=bool, na_value=False)
        return ScoredClients(self.segments[inside], self.probability[inside], self.points[inside])


def score_reference(points: Floats) -> Distribution:
    """The score's own distribution, by which its drift is measured."""
    return of_number(SCORE, pd.Series(points), np.full(len(points), np.nan), separated_deciles)


def drift_by_segment(reference: ScoredClients, current: ScoredClients, policy: Policy) -> tuple[Segment, ...]:
    """Each segment with enough clients on both sides, most clients today first within a feature."""
    pairs = list(_pairs(reference, current))
    return tuple(_segment(feature, value, before, now, policy, len(pairs)) for feature, value, before, now in pairs)


def _pairs(reference: ScoredClients, current: ScoredClients) -> Iterator[tuple[str, str, ScoredClients, ScoredClients]]:
    for feature in SEGMENTS:
        for value in current.segments[feature].value_counts().index:
            before, now = reference.of(feature, value), current.of(feature, value)
            if min(len(before.points), len(now.points)) >= SMALLEST_SEGMENT:
                yield feature, value, before, now


def _segment(
    feature: str, value: str, before: ScoredClients, now: ScoredClients, policy: Policy, compared: int
) -> Segment:
    moved = stability(score_reference(before.points), pd.Series(now.points), compared)
    return Segment(
        feature=feature,
        value=value,
        reference=before.scored(policy),
        current=now.scored(policy),
        psi=moved.psi,
        low=moved.low,
        high=moved.high,
        chance=moved.chance,
        signal=moved.signal,
    )
