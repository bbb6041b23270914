"""Checks: today's figures beside what was expected of them, with what chance leaves.

Two are of the scores: mean probability and acceptance, against the reference's. Four are of known outcomes: default
rate, AUC, cost and calibration. What to expect of these follows from the calibrated probabilities
(``expected_performance``), corrected by what the same expectation missed on the reference, whose outcomes are known: a
model that is a little off since its training is not one that has drifted. What chance leaves is drawn: outcomes of
today and of the reference from their probabilities, ``DRAWS`` times; a limit is one of the draws (Barnard, Journal of
the Royal Statistical Society B 25, 1963: exact whatever the sample size), at the level that ``FALSE_ALARMS`` leaves
each of the checks.

Calibration is compared tenth by tenth of the scores, with its sign: what defaults beyond what was announced, today's
against the reference's. The calibration error itself cannot be corrected so: it is a sum of absolute values, to which
the reference's own chance adds, and a model that was a little off alarms as soon as many outcomes are known.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri
from scipy.stats import rankdata

from app.scoring.drift import SIGNALS, Check, Measure, Signal
from app.scoring.policy import Policy
from training.model.evaluate import CALIBRATION_BINS
from training.monitoring.expected_performance import SEED
from training.monitoring.psi import FALSE_ALARMS, FAMILIES

Floats = NDArray[np.float64]

DRAWS = 999
SCORES, OUTCOMES = 3, 4
"""Checks in a family: index, mean and acceptance of the score; default rate, AUC, cost and calibration."""
FEWEST_KNOWN = 100
"""Known outcomes under which none of them is checked: chance leaves almost any."""


@dataclass(frozen=True, slots=True)
class Band:
    """How far a figure may be from what was expected before someone should investigate, and act.

    Attributes:
        relative: whether these are shares of what was expected.
        worse: the only direction that counts; 0 for both.
    """

    investigate: float
    act: float
    relative: bool
    worse: Literal[-1, 0, 1]


BANDS: dict[Measure, Band] = {
    "mean_probability": Band(0.05, 0.25, True, 0),
    "acceptance": Band(0.02, 0.06, False, 0),
    "default_rate": Band(0.05, 0.25, True, 0),
    "auc": Band(0.01, 0.03, False, -1),
    "cost": Band(0.03, 0.10, True, 1),
    "calibration": Band(0.005, 0.02, False, 1),
}


@dataclass(frozen=True)
class Known:
    """Clients whose outcome is known: calibrated probability of each, and 1 where they did not repay."""

    probability: Floats
    defaulted: Floats


def of_scores(reference: Floats, current: Floats, policy: Policy) -> tuple[Check, ...]:
    """Mean probability and acceptance of today against the reference's; one probability a client."""
    far = float(ndtri(1 - FALSE_ALARMS / FAMILIES / SCORES / 2))
    before, now = ((side < policy.threshold).astype("float64") for side in (reference, current))
    return _of_means("mean_probability", reference, current, far), _of_means("acceptance", before, now, far)


def _of_means(measure: Measure, before: Floats, now: Floats, far: float) -> Check:
    expected, found = float(before.mean()), float(now.mean())
    # Of one population as long as there is no drift: the larger side says best how much it scatters.
    spread = float(before.std()) if len(before) >= len(now) else float(now.std())
    chance = far * spread * float(np.sqrt(1 / len(before) + 1 / len(now)))
    return _check(measure, len(now), expected, (expected - chance, expected + chance), found)


def of_outcomes(reference: Known, current: Known, policy: Policy) -> tuple[Check, ...]:
    """Default rate, AUC, cost and calibration of today; none of too few, no AUC of outcomes that are all the same."""
    if len(current.defaulted) < FEWEST_KNOWN:
        return ()
    random = np.random.default_rng(SEED)
    then, now = (announced(side.probability, policy, random) for side in (reference, current))
    return against(then, reference.defaulted, now, current.defaulted)


def against(then: Announced, defaulted_then: Floats, now: Announced, defaulted: Floats) -> tuple[Check, ...]:
    """The same from what the probabilities of both sides announce, which outcomes do not change."""
    expected, found = now.expected + then.figures.of(defaulted_then) - then.expected, now.figures.of(defaulted)
    chance = (now.draws - now.expected) - (then.draws - then.expected)
    told = [*zip(_Figures.MEASURES, expected.tolist(), found.tolist(), chance.T, strict=False)]
    bins = slice(len(told), None)
    apart, drawn_apart = np.abs(found - expected)[bins].sum(), np.abs(chance[:, bins]).sum(axis=1)
    told.append(("calibration", float(drawn_apart.mean()), float(apart), drawn_apart - drawn_apart.mean()))
    return tuple(
        _check(measure, len(defaulted), one, _limits(measure, one, drawn), value)
        for measure, one, value, drawn in told
        if np.isfinite(one) and np.isfinite(value)
    )


def _limits(measure: Measure, expected: float, drawn: Floats) -> tuple[float, float]:
    """What chance leaves around ``expected``; where one direction only is worse, the whole level lies there."""
    drawn = np.sort(drawn[np.isfinite(drawn)])
    sides = 1 if BANDS[measure].worse else 2
    outside = max(1, int(FALSE_ALARMS / FAMILIES / OUTCOMES / sides * (len(drawn) + 1)))
    return expected + float(drawn[outside - 1]), expected + float(drawn[-outside])


def _check(measure: Measure, clients: int, expected: float, limits: tuple[float, float], found: float) -> Check:
    return Check(measure, clients, expected, *limits, found, signal_of(measure, expected, limits, found))


def signal_of(measure: Measure, expected: float, limits: tuple[float, float], found: float) -> Signal:
    """What the band of a figure says; "stable" within what chance leaves."""
    band, (low, high) = BANDS[measure], limits
    if low <= found <= high or (found - expected) * band.worse < 0:
        return "stable"
    far = abs(found - expected) / (max(expected, 1e-9) if band.relative else 1.0)
    return SIGNALS[(far >= band.investigate) + (far >= band.act)]


class _Figures:
    """The figures of one set of clients, for as many outcomes as one likes: what only their scores say is kept.

    Clients are ordered by their probability: those of a bin and those refused are then neighbours, and the places of
    the few who default say everything.
    """

    MEASURES: tuple[Measure, ...] = ("default_rate", "auc", "cost")

    def __init__(self, probability: Floats, policy: Policy) -> None:
        self.order = np.argsort(probability, kind="stable")
        self.probability, self.weight = probability[self.order], policy.missed_default_weight
        self.accepted = int(np.searchsorted(self.probability, policy.threshold))
        self.rank = rankdata(self.probability)
        self.edges = np.cumsum([0, *(len(part) for part in np.array_split(self.order, CALIBRATION_BINS))])
        self.announced = np.diff(np.concatenate([[0.0], np.cumsum(self.probability)])[self.edges])

    def of(self, defaulted: Floats) -> Floats:
        """One figure per measure, then, per bin, how many more default than announced, as a share of all clients.

        Args:
            defaulted: 0 or 1, in the order the probabilities were given in.
        """
        return self._of_places(np.flatnonzero(defaulted[self.order]))

    def drawn(self, random: np.random.Generator) -> Floats:
        """The same of one draw of the outcomes."""
        return self._of_places(np.flatnonzero(random.random(len(self.probability)) < self.probability))

    def _of_places(self, defaults: NDArray[np.intp]) -> Floats:
        """Of the places that those who default have in the order."""
        clients, bad = len(self.probability), len(defaults)
        missed = int(np.searchsorted(defaults, self.accepted))
        cost = self.weight * missed + (clients - self.accepted) - (bad - missed)
        off = np.diff(np.searchsorted(defaults, self.edges)) - self.announced
        pairs = bad * (clients - bad)
        auc = (self.rank[defaults].sum() - bad * (bad + 1) / 2) / pairs if pairs else np.nan  # Mann and Whitney, 1947
        return np.array([bad / clients, auc, cost / clients, *(off / clients)])


@dataclass(frozen=True)
class Announced:
    """What the probabilities of some clients announce of their figures.

    Attributes:
        expected: one per measure and bin; (measures + bins,).
        draws: the same of ``DRAWS`` draws of the outcomes; (draws, measures + bins).
    """

    figures: _Figures
    expected: Floats
    draws: Floats


def announced(probability: Floats, policy: Policy, random: np.random.Generator) -> Announced:
    """Draw the outcomes of clients with these probabilities."""
    figures = _Figures(probability, policy)
    draws = np.array([figures.drawn(random) for _ in range(DRAWS)])
    return Announced(figures, np.nanmean(draws, axis=0), draws)
