"""How one model input moves the score from one value to the next, over a fixed sample of clients.

A dependence plot of Shapley values (Lundberg et al., "From local explanations to global understanding with explainable
AI for trees", Nature Machine Intelligence, 2020): one point per client, its value against its own effect.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean, quantiles

from app.scoring.decision import Value
from app.scoring.features import by_name

PARTS = 5
FEW = 8
"""A number with no more distinct values than this is told value by value."""


@dataclass(frozen=True, slots=True)
class Dependence:
    """Values and effects of one model input, aligned, one pair per client of the sample.

    Attributes:
        feature: feature name.
        values: None where not provided.
        points: effect on the score; positive helps.
    """

    feature: str
    values: tuple[Value, ...]
    points: tuple[float, ...]

    @property
    def by_value(self) -> bool:
        """Whether its values are told one by one: a category, a flag, a number with few values."""
        distinct = {value for value in self.values if value is not None}
        return by_name[self.feature].kind != "number" or len(distinct) <= FEW


@dataclass(frozen=True, slots=True)
class Part:
    """The clients of the sample whose value is one of those from ``low`` to ``high``.

    Attributes:
        low, high: first and last value, equal for a single one; None for the clients who provided none.
        points: effect of each, ascending.
    """

    low: Value
    high: Value
    points: tuple[float, ...]

    @property
    def average(self) -> float:
        """Mean effect in points."""
        return fmean(self.points)


def parts(dependence: Dependence) -> tuple[Part, ...]:
    """The sample cut by value, the clients without one last.

    Single values are ordered from the most helpful to the least for a category, ascending otherwise; many numbers are
    cut into fifths, fewer where their borders coincide.
    """
    known = [
        (value, points) for value, points in zip(dependence.values, dependence.points, strict=True) if value is not None
    ]
    missing = [points for value, points in zip(dependence.values, dependence.points, strict=True) if value is None]
    cut = _by_value(dependence.feature, known) if dependence.by_value else _fifths(known)
    return (*cut, *([Part(None, None, tuple(sorted(missing)))] if missing else []))


def _by_value(feature: str, known: Sequence[tuple[Value, float]]) -> list[Part]:
    effects: dict[Value, list[float]] = defaultdict(list)
    for value, points in known:
        effects[value].append(points)
    found = [Part(value, value, tuple(sorted(points))) for value, points in effects.items()]
    if by_name[feature].kind == "category":
        return sorted(found, key=lambda part: (-part.average, str(part.low)))
    return sorted(found, key=lambda part: part.low)  # type: ignore[arg-type, return-value]


def _fifths(known: Sequence[tuple[Value, float]]) -> list[Part]:
    numbers = sorted((float(value), points) for value, points in known if value is not None)
    borders = sorted({*quantiles([value for value, _ in numbers], n=PARTS, method="inclusive")})
    groups: list[list[tuple[float, float]]] = [[] for _ in range(len(borders) + 1)]
    for value, points in numbers:
        groups[sum(value >= border for border in borders)].append((value, points))
    filled = [group for group in groups if group]
    return [Part(group[0][0], group[-1][0], tuple(sorted(points for _, points in group))) for group in filled]
