"""One column's distribution as an aggregate fact: level shares, or a grid of rounded quantiles."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

FEWEST = 5  # a level held by fewer clients is merged: no fact may point at a person
MOST_LEVELS = 120  # a numeric column with more distinct values is kept as a grid
MOST_POINTS = 999  # quantiles 0.1 % .. 99.9 %
ROWS_PER_POINT = 10  # a small group gets a coarser grid, so that no point is one row's value
GRAINS = (4500.0, 2250.0, 450.0, 45.0, 4.5, 1.0, 0.5, 0.1, 0.01, 1e-3, 1e-4, 1e-5, 1e-6)
SIGNIFICANT = 5  # digits kept of a grid point


@dataclass(frozen=True, slots=True)
class Levels:
    """Shares of ordered levels; numbers, or text in which "" means not provided."""

    values: tuple[Any, ...]
    shares: tuple[float, ...]

    @property
    def is_text(self) -> bool:
        return isinstance(self.values[0], str)

    def draw(self, uniform: NDArray[np.floating]) -> NDArray[Any]:
        """Level at each cumulative share of ``uniform``, same shape."""
        edges = np.cumsum(self.shares)[:-1] / np.sum(self.shares)
        values = np.array([None if v == "" else v for v in self.values], dtype=object if self.is_text else float)
        return values[np.searchsorted(edges, uniform, side="right")]

    def facts(self) -> dict[str, Any]:
        return {"levels": list(self.values), "shares": [round(share, 5) for share in self.shares]}


@dataclass(frozen=True, slots=True)
class Grid:
    """Equally spaced quantiles, straight between two points, rounded to ``grain`` as the raw files are."""

    points: tuple[float, ...]
    grain: float

    @property
    def is_text(self) -> bool:
        return False

    def draw(self, uniform: NDArray[np.floating]) -> NDArray[Any]:
        """Value at each probability of ``uniform``, same shape."""
        probabilities = np.arange(1, len(self.points) + 1) / (len(self.points) + 1)
        return to_grain(np.interp(uniform, probabilities, self.points), self.grain)

    def facts(self) -> dict[str, Any]:
        return {"grid": list(self.points), "grain": self.grain}


Marginal = Levels | Grid


def to_grain(values: NDArray[np.floating], grain: float) -> NDArray[Any]:
    """``values`` rounded to multiples of ``grain``, without binary dust."""
    decimals = max(0, -int(np.floor(np.log10(grain))) + 2)
    return np.round(np.round(np.asarray(values, float) / grain) * grain, decimals) + 0.0


def grain_of(values: NDArray[np.floating]) -> float:
    """The coarsest grain of which nine values in ten are multiples, and that rounds hardly any value to 0."""
    smallest = np.quantile(np.abs(values[values != 0]), 0.001) if np.any(values != 0) else 1.0
    for grain in GRAINS:
        quotients = values / grain
        whole = np.abs(quotients - np.round(quotients)) < 1e-8 * (1 + np.abs(quotients))
        if grain <= smallest and whole.mean() >= 0.9:
            return grain
    return GRAINS[-1]


def estimate(values: pd.Series, order: list[Any] | None = None, clients: pd.Series | None = None) -> Marginal:
    """The distribution of one column's provided values.

    Args:
        values: one per row; ``clients`` says whose row it is, where a client may have several.
        order: ranks the levels of a text column.
    """
    provided = values.dropna()
    counts = provided.value_counts().sort_index()
    if order is None and (len(counts) > MOST_LEVELS or counts.median() < FEWEST):
        return _grid(provided.to_numpy(float))
    held_by = counts if clients is None else clients[provided.index].groupby(provided).nunique()
    levels = counts.index if order is None else [level for level in order if level in counts.index]
    return _levels(counts, list(levels), held_by)


def from_facts(facts: dict[str, Any]) -> Marginal:
    """What ``Marginal.facts`` wrote."""
    if "levels" in facts:
        return Levels(tuple(facts["levels"]), tuple(facts["shares"]))
    return Grid(tuple(facts["grid"]), facts["grain"])


def _levels(counts: pd.Series, order: list[Any], held_by: pd.Series) -> Levels:
    """Rare levels join the nearest kept number, or the most frequent text."""
    kept = [level for level in order if held_by[level] >= FEWEST] or [counts.idxmax()]
    totals = {level: float(counts[level]) for level in kept}
    for level in order:
        if level not in totals:
            totals[_nearest(level, kept, counts)] += counts[level]
    return Levels(
        tuple(v if isinstance(v, str) else float(v) for v in kept), tuple(totals[k] / counts.sum() for k in kept)
    )


def _nearest(level: Any, kept: list[Any], counts: pd.Series) -> Any:
    if isinstance(level, str):
        return max(kept, key=lambda other: counts[other])
    return min(kept, key=lambda other: abs(other - level))


def _grid(values: NDArray[np.floating]) -> Grid:
    size = int(np.clip(len(values) // ROWS_PER_POINT, 1, MOST_POINTS))
    points = np.quantile(values, np.arange(1, size + 1) / (size + 1), method="inverted_cdf" if size > 1 else "linear")
    return Grid(tuple(float(f"{point:.{SIGNIFICANT}g}") for point in points), grain_of(values))
