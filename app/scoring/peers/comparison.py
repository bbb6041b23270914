"""One client among others: place, histogram by outcome, observed default rate with its uncertainty."""

from __future__ import annotations

import math
from dataclasses import dataclass

from app.scoring.decision import Value
from app.scoring.features import by_name
from app.scoring.population import Distribution, Population

SMALLEST_GROUP = 50
"""Clients of known outcome under which a default rate says more about chance than about the group."""
Z_95 = 1.959963984540054


@dataclass(frozen=True, slots=True)
class Outcomes:
    """Clients by what became of their loan.

    Attributes:
        repaid: known to have repaid.
        defaulted: known not to have repaid.
        unknown: no outcome yet.
    """

    repaid: int = 0
    defaulted: int = 0
    unknown: int = 0

    @property
    def clients(self) -> int:
        """All of them."""
        return self.repaid + self.defaulted + self.unknown

    @property
    def known(self) -> int:
        """Those of known outcome."""
        return self.repaid + self.defaulted

    @property
    def rate(self) -> Rate | None:
        """Observed default rate; None when fewer than ``SMALLEST_GROUP`` outcomes are known."""
        return observed_rate(self.defaulted, self.known) if self.known >= SMALLEST_GROUP else None

    def __add__(self, other: Outcomes) -> Outcomes:
        return Outcomes(self.repaid + other.repaid, self.defaulted + other.defaulted, self.unknown + other.unknown)


@dataclass(frozen=True, slots=True)
class Rate:
    """A share observed among some clients, with its 95 % interval."""

    value: float
    low: float
    high: float


def observed_rate(defaults: int, clients: int) -> Rate:
    """Share of defaults with Wilson's score interval, which holds for small counts and shares near 0.

    (Wilson, "Probable inference, the law of succession, and statistical inference", JASA 22, 1927.)

    Args:
        defaults: between 0 and ``clients``.
        clients: at least 1.
    """
    share = defaults / clients
    spread = Z_95**2 / clients
    centre = (share + spread / 2) / (1 + spread)
    half = Z_95 / (1 + spread) * math.sqrt(share * (1 - share) / clients + spread / (4 * clients))
    return Rate(share, max(0.0, centre - half), min(1.0, centre + half))


@dataclass(frozen=True, slots=True)
class Axis:
    """How the values of one feature are laid out in bins, and where the client is.

    Attributes:
        feature: feature name.
        edges: borders of the bins of a number, ascending, one more than there are bins; the first and last bin also
            hold what lies beyond them. A value on a border belongs to the bin above it. Empty for a category.
        categories: values of a category. Empty for a number.
        value: the client's; None when not provided.
        bin: position of the client's value; None when not provided, or a category no client has.
        below, above: whether some clients' numbers lie before the first border, or beyond the last one.
    """

    feature: str
    edges: tuple[float, ...]
    categories: tuple[str, ...]
    value: Value
    bin: int | None
    below: bool = False
    above: bool = False

    @property
    def bins(self) -> int:
        """Number of bins; missing values are in none."""
        return len(self.categories) or max(0, len(self.edges) - 1)

    @property
    def width(self) -> float:
        """Width of a bin of a number."""
        return self.edges[1] - self.edges[0]

    def joined(self, by: int) -> Axis:
        """So many neighbouring bins made one; those left over at the end fill one that is as wide as the others."""
        if by == 1 or not self.edges:
            return self
        edges = tuple(self.edges[0] + self.width * by * place for place in range(math.ceil(self.bins / by) + 1))
        place = None if self.bin is None else self.bin // by
        return Axis(self.feature, edges, (), self.value, place, self.below, self.above)


def axis_of(feature: str, value: Value, population: Population, bins: int) -> Axis:
    """Lay out a feature: a category by its values, a number in at most ``bins`` bins of equal width.

    The bins cover the population's middle 80 % and half as much again on either side, no farther than values go: a few
    huge incomes would otherwise press everyone into one bin. What is counted gets whole-number bins.
    """
    known = population[feature]
    if by_name[feature].kind == "category":
        categories = known.categories
        return Axis(feature, (), categories, value, categories.index(value) if value in categories else None)
    edges = _edges(known, bins, by_name[feature].unit == "count")
    below = known.low is not None and known.low < edges[0]
    above = known.high is not None and known.high > edges[-1]
    return Axis(feature, edges, (), value, _bin_of(value, edges), below, above)


def _edges(known: Distribution, bins: int, whole: bool) -> tuple[float, ...]:
    if known.low is None or known.high is None:
        return (0.0, 1.0)
    middle = known.edges[-1] - known.edges[0]
    low, high = max(known.low, known.edges[0] - middle / 2), min(known.high, known.edges[-1] + middle / 2)
    if whole or middle == 0.0:
        low, high = math.floor(low), math.floor(high) + 1
        width = math.ceil((high - low) / bins)
        return tuple(float(edge) for edge in range(low, high + width, width))
    return tuple(low + (high - low) * place / bins for place in range(bins + 1))


def _bin_of(value: Value, edges: tuple[float, ...]) -> int | None:
    if value is None or isinstance(value, str):
        return None
    place = math.floor((value - edges[0]) / (edges[1] - edges[0]))
    return min(max(place, 0), len(edges) - 2)


@dataclass(frozen=True, slots=True)
class Spread:
    """One feature over one set of clients.

    Attributes:
        bins: outcomes in each bin of the axis.
        missing: outcomes of those for whom the feature is not provided.
        percentile: share in 0..1 of the provided values below the client's, half of the equal ones counted; None for a
            category, a missing value, or where nobody has one.
        same: share of the provided values equal to the client's; None as above, but told for a category.
    """

    bins: tuple[Outcomes, ...]
    missing: Outcomes
    percentile: float | None
    same: float | None

    @property
    def outcomes(self) -> Outcomes:
        """All clients of the set."""
        return sum(self.bins, self.missing)

    @property
    def too_small(self) -> bool:
        """Whether too few outcomes are known for a default rate."""
        return self.outcomes.known < SMALLEST_GROUP

    def joined(self, by: int) -> Spread:
        """The same with so many neighbouring bins made one."""
        starts = range(0, len(self.bins), by)
        bins = tuple(sum(self.bins[start : start + by], Outcomes()) for start in starts)
        return Spread(bins, self.missing, self.percentile, self.same)


FEWEST_BINS, MOST_BINS = 5, 24
"""Fewer show no shape; more cannot be told apart."""
JOINED = (1, 2, 3, 4, 6)
"""How many bins can be made one, so that the others stay as wide."""


def bins_for(clients: int) -> int:
    """How many bins show the shape of so many clients rather than their chance.

    Freedman and Diaconis ("On the histogram as a density estimator", 1981) make a bin as wide as twice the distance
    between the quartiles over the cube root of the number. An axis spans twice the middle 80 %, which of a bell is 3.8
    times that distance.
    """
    return min(max(round(1.9 * math.cbrt(clients)), FEWEST_BINS), MOST_BINS)


def to_join(axis: Axis, clients: int) -> int:
    """How many bins of an axis are to be made one for so many clients; names and flags stay apart."""
    if by_name[axis.feature].kind != "number":
        return 1
    wanted = bins_for(clients)
    return min(JOINED, key=lambda by: abs(math.ceil(axis.bins / by) - wanted))


@dataclass(frozen=True, slots=True)
class Comparison:
    """The client's place on one feature among everyone and within a chosen group."""

    axis: Axis
    everyone: Spread
    group: Spread

    def joined(self, by: int) -> Comparison:
        """The same with so many neighbouring bins made one."""
        return Comparison(self.axis.joined(by), self.everyone.joined(by), self.group.joined(by))


@dataclass(frozen=True, slots=True)
class Fate:
    """What the policy says to a set of clients, and what became of them.

    Attributes:
        accepted: how many it clearly accepts.
        outcomes: how the loans ended.
    """

    accepted: int
    outcomes: Outcomes

    @property
    def clients(self) -> int:
        """All of them."""
        return self.outcomes.clients


@dataclass(frozen=True, slots=True)
class Crossing:
    """Two features at once over one group.

    Attributes:
        cells: (bin of the first, bin of the second) -> outcomes; empty cells are left out.
        missing: outcomes of the group's clients for whom either feature is not provided.
    """

    first: Axis
    second: Axis
    cells: dict[tuple[int, int], Outcomes]
    missing: Outcomes
