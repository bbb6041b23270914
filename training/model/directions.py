"""Directions against outcomes: does what a feature is expected to do agree with who repaid?

A direction is declared for its reason (``app/scoring/features/directions.py``). It stays while outcomes do not
contradict it beyond chance; alone, a feature may differ from what it does beside the others.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.stats import norm

from app.scoring.audit.thresholds import CONFIDENCE
from app.scoring.features import FEATURES, Feature

TABLE = "directions"
SIGNS = {-1: "lowers", 1: "raises"}
FEWEST = 50
"""Clients with a value under which nothing is said."""


@dataclass(frozen=True, slots=True)
class Found:
    """What outcomes say of one direction.

    Attributes:
        clients: how many with a value and a known outcome.
        correlation: Spearman's, of the value with not repaying; None where there are too few clients or one value.
        low, high: its 95 % interval.
    """

    feature: Feature
    clients: int
    correlation: float | None = None
    low: float = -1.0
    high: float = 1.0

    @property
    def verdict(self) -> str:
        """Whether outcomes agree beyond chance, contradict beyond chance, or neither."""
        if self.correlation is None:
            return "no data"
        if self.low <= 0 <= self.high:
            return "within chance"
        return "agrees" if self.correlation * self.feature.direction > 0 else "contradicts"


def directions(data: Iterable[tuple[pd.DataFrame, pd.Series]]) -> Iterator[Found]:
    """Every declared direction, on the data that know the feature of most clients.

    Args:
        data: feature rows and outcomes, SK_ID_CURR index; several where no folder has every table.
    """
    held = list(data)
    for feature in (each for each in FEATURES if each.direction):
        yield max((against_outcomes(feature, *each) for each in held), key=lambda found: found.clients)


def against_outcomes(feature: Feature, rows: pd.DataFrame, labels: pd.Series) -> Found:
    """One direction on one set of clients; the interval by Fisher's transformation (1915)."""
    known = rows[feature.name].dropna()
    if len(known) < FEWEST or known.nunique() < 2:
        return Found(feature, len(known))
    correlation = float(known.rank().corr(labels.loc[known.index].rank()))
    reach = float(norm.ppf((1 + CONFIDENCE) / 2)) / np.sqrt(len(known) - 3)
    low, high = np.tanh(np.arctanh(correlation) + np.array([-reach, reach]))
    return Found(feature, len(known), correlation, float(low), float(high))


def table(found: Iterable[Found]) -> str:
    """In Markdown."""
    lines = [
        "| feature | expected to | reason | clients | correlation with not repaying | outcomes |",
        "|---|---|---|---:|---:|---|",
    ]
    return "\n".join([*lines, *(_line(each) for each in found)]) + "\n"


def _line(each: Found) -> str:
    feature = each.feature
    shown = "" if each.correlation is None else f"{each.correlation:+.3f} ({each.low:+.3f} to {each.high:+.3f})"
    reason = feature.expected.reason if feature.expected else ""
    effect = f"{SIGNS[feature.direction]} the risk"
    return f"| {feature.label} | {effect} | {reason} | {each.clients:,} | {shown} | {each.verdict} |"
