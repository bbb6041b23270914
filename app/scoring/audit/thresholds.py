"""What each threshold does to clients whose outcome is known, exact at every threshold, and how sure that is.

The clients are sorted once; a threshold is then one binary search. The band comes from the client bootstrap (Efron and
Tibshirani, *An Introduction to the Bootstrap*, 1993, ch. 13): drawing clients with replacement makes the counts between
thresholds multinomial, so the counts are drawn, which is the same distribution and does not grow with the clients.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from app.scoring.policy import Floats, check_weight, cost_curve
from app.scoring.problems import QuestionProblem

LARGEST_DRAWN = 0.5
DRAWN = np.linspace(0.0, LARGEST_DRAWN, 201)
"""Thresholds at which the curve is drawn: a point every other pixel. No figure is read off it."""
ACCEPTANCE_OF_TABLE = (0.50, 0.55, 0.60, 0.65, 0.70, 0.75, 0.80, 0.85, 0.90, 0.95)
RESAMPLES, SEED = 400, 20180517
CONFIDENCE = 0.95
TAILS = [(1 - CONFIDENCE) / 2, (1 + CONFIDENCE) / 2]


@dataclass(frozen=True, slots=True)
class Consequences:
    """What one threshold does. The four counts are of clients, and sum to all of them.

    Attributes:
        threshold: probability at or above which a client is refused.
        kept_good_clients: accepted, repay.
        missed_defaults: accepted, default.
        lost_good_clients: refused, would have repaid.
        avoided_defaults: refused, would have defaulted.
    """

    threshold: float
    kept_good_clients: int
    missed_defaults: int
    lost_good_clients: int
    avoided_defaults: int

    @property
    def accepted(self) -> int:
        """How many are accepted."""
        return self.kept_good_clients + self.missed_defaults

    @property
    def clients(self) -> int:
        """How many there are."""
        return self.accepted + self.lost_good_clients + self.avoided_defaults

    @property
    def acceptance_rate(self) -> float:
        """Share accepted."""
        return self.accepted / self.clients

    @property
    def default_rate_accepted(self) -> float | None:
        """Share of the accepted who default; None when nobody is accepted."""
        return self.missed_defaults / self.accepted if self.accepted else None

    def cost(self, missed_default_weight: float) -> float:
        """Business cost per client: correct decisions cost nothing."""
        return (missed_default_weight * self.missed_defaults + self.lost_good_clients) / self.clients

    def result(self, average_loss: float, margin: float) -> float:
        """Money the accepted loans leave: a margin for each one repaid, less a loss for each one that is not."""
        return margin * self.kept_good_clients - average_loss * self.missed_defaults


@dataclass(frozen=True)
class Thresholds:
    """Every threshold for one set of clients. Arrays are read-only; safe to share between threads.

    Attributes:
        probability: distinct probabilities, ascending.
        threshold: thresholds that separate two neighbours of them, ascending; one more than ``probability``.
        missed_defaults, lost_good_clients: counts at each of ``threshold``.
    """

    probability: Floats
    threshold: Floats
    missed_defaults: Floats
    lost_good_clients: Floats

    @classmethod
    def of(cls, probability: Floats, defaulted: Floats) -> Thresholds:
        """Sort clients by their probability from a model that never saw them.

        Args:
            probability: strictly between 0 and 1.
            defaulted: 1 where the client did not repay, 0 where they did.

        Raises:
            QuestionProblem: nobody there defaulted, or everybody did.
        """
        if not 0 < np.sum(defaulted) < len(defaulted):
            raise QuestionProblem(
                "Of {clients} clients whose outcome is known, {defaults} defaulted.",
                "A threshold is judged on clients of both outcomes.",
                "Publish clients of both outcomes.",
                clients=len(defaulted),
                defaults=int(np.sum(defaulted)),
            )
        curve = cost_curve(probability, defaulted)
        arrays = np.unique(probability), curve.threshold, curve.missed_defaults, curve.lost_good_clients
        for array in arrays:
            array.setflags(write=False)
        return cls(*arrays)

    @property
    def clients(self) -> int:
        """How many clients."""
        return self.good_clients + self.defaults

    @property
    def good_clients(self) -> int:
        """How many repay."""
        return int(self.lost_good_clients[0])

    @property
    def defaults(self) -> int:
        """How many do not."""
        return int(self.missed_defaults[-1])

    def at(self, threshold: float) -> Consequences:
        """What any threshold does, exactly."""
        position = int(np.searchsorted(self.probability, threshold))
        missed, lost = int(self.missed_defaults[position]), int(self.lost_good_clients[position])
        return Consequences(threshold, self.good_clients - lost, missed, lost, self.defaults - missed)

    def cost(self, missed_default_weight: float) -> Floats:
        """Business cost per client at each of ``threshold``."""
        check_weight(missed_default_weight)
        return (missed_default_weight * self.missed_defaults + self.lost_good_clients) / self.clients

    def cheapest(self, missed_default_weight: float) -> float:
        """The threshold of least cost, of all there are; the lowest one among equals."""
        return float(self.threshold[np.argmin(self.cost(missed_default_weight))])

    def accepting(self, rate: float) -> float:
        """The threshold whose acceptance rate is closest to ``rate``: clients of one probability stay together."""
        accepted = self.missed_defaults + self.good_clients - self.lost_good_clients
        wanted = rate * self.clients
        above = min(int(np.searchsorted(accepted, wanted)), len(accepted) - 1)
        nearest = min((max(above - 1, 0), above), key=lambda position: abs(accepted[position] - wanted))
        return float(self.threshold[nearest])

    def table(self) -> tuple[Consequences, ...]:
        """Ten thresholds, by acceptance rate, most severe first."""
        return tuple(self.at(self.accepting(rate)) for rate in ACCEPTANCE_OF_TABLE)

    def drawn_cost(self, missed_default_weight: float) -> Floats:
        """Cost at each of ``DRAWN``."""
        return self.cost(missed_default_weight)[np.searchsorted(self.probability, DRAWN)]

    def cost_band(self, missed_default_weight: float) -> tuple[Floats, Floats]:
        """Lower and upper limit of the cost at each of ``DRAWN``."""
        low, high = np.quantile(self._resampled_cost(missed_default_weight), TAILS, axis=0)
        return low, high

    def cheapest_between(self, missed_default_weight: float) -> tuple[float, float, float]:
        """Interval, to the step of ``DRAWN``, and median of the cheapest threshold over the resamples."""
        cheapest = DRAWN[np.argmin(self._resampled_cost(missed_default_weight), axis=1)]
        low, high = np.quantile(cheapest, TAILS)
        return float(low), float(high), float(np.median(cheapest))

    def _resampled_cost(self, missed_default_weight: float) -> Floats:
        check_weight(missed_default_weight)
        missed, lost = self._resampled
        return (missed_default_weight * missed + lost) / self.clients

    @cached_property
    def _resampled(self) -> tuple[Floats, Floats]:
        """Bootstrap counts at ``DRAWN``, (RESAMPLES, len(DRAWN)) each; drawn once."""
        position = np.searchsorted(self.probability, DRAWN)
        return _resampled(self.missed_defaults, self.lost_good_clients, position)


def _resampled(missed: Floats, lost: Floats, position: NDArray[np.int_]) -> tuple[Floats, Floats]:
    bad = np.diff(missed[position], append=missed[-1], prepend=0.0)
    good = -np.diff(lost[position], append=0.0, prepend=lost[0])
    cells = np.concatenate([bad, good])
    clients = cells.sum()
    drawn = np.random.default_rng(SEED).multinomial(int(clients), cells / clients, RESAMPLES)
    drawn_bad, drawn_good = drawn[:, : len(bad)], drawn[:, len(bad) :]
    drawn_missed = np.cumsum(drawn_bad, axis=1)[:, :-1]
    drawn_lost = drawn_good.sum(axis=1, keepdims=True) - np.cumsum(drawn_good, axis=1)[:, :-1]
    return drawn_missed.astype("float64"), drawn_lost.astype("float64")
