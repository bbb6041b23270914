"""How well probabilities separate those who default from those who repay: the curves a threshold is chosen on.

All are read off one sort of the clients; a long curve is thinned for drawing, its figure is not.
Areas and distances: Fawcett, "An introduction to ROC analysis", *Pattern Recognition Letters* 27 (2006).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.scoring.audit.intervals import wilson
from app.scoring.audit.thresholds import Thresholds
from app.scoring.policy import Floats

DRAWN_POINTS = 240
CALIBRATION_BINS = 20
LIFT_BINS = 10


@dataclass(frozen=True, slots=True)
class Separation:
    """Shares at rising thresholds, the riskiest refused first.

    Attributes:
        threshold: probability at or above which a client is refused, descending from 1.
        refused: share of all clients refused.
        caught: share of the defaults refused ("recall"; the height of the ROC and of the cumulative gains).
        lost: share of the good clients refused.
        precision: share of the refused who would have defaulted; 1 where nobody is refused.
        auc: exact area under the ROC curve.
        average_precision: exact area under the precision-recall curve, by steps.
        ks: largest distance between ``caught`` and ``lost`` (Kolmogorov-Smirnov).
        ks_threshold: where it is reached.
        default_rate: of everyone: what precision would be by chance.
    """

    threshold: Floats
    refused: Floats
    caught: Floats
    lost: Floats
    precision: Floats
    auc: float
    average_precision: float
    ks: float
    ks_threshold: float
    default_rate: float


@dataclass(frozen=True, slots=True)
class Bins:
    """Bins of equally many clients, lowest risk first.

    Attributes:
        clients: size of each.
        expected: mean probability of default.
        observed: share who defaulted, with its interval ``low`` to ``high``.
        lift: share who defaulted against everyone's.
    """

    clients: Floats
    expected: Floats
    observed: Floats
    low: Floats
    high: Floats
    lift: Floats


def separation(thresholds: Thresholds) -> Separation:
    """Every curve of separation, with its exact figure."""
    missed, lost_clients = thresholds.missed_defaults[::-1], thresholds.lost_good_clients[::-1]
    caught = (thresholds.defaults - missed) / thresholds.defaults
    lost = lost_clients / thresholds.good_clients
    refused = thresholds.defaults - missed + lost_clients
    precision = np.divide(thresholds.defaults - missed, refused, out=np.ones_like(refused), where=refused > 0)
    best = int(np.argmax(caught - lost))
    drawn = _thinned(len(caught))
    return Separation(
        threshold=thresholds.threshold[::-1][drawn],
        refused=(refused / thresholds.clients)[drawn],
        caught=caught[drawn],
        lost=lost[drawn],
        precision=precision[drawn],
        auc=float(np.trapezoid(caught, lost)),
        average_precision=float(np.sum(np.diff(caught) * precision[1:])),
        ks=float(caught[best] - lost[best]),
        ks_threshold=float(thresholds.threshold[::-1][best]),
        default_rate=thresholds.defaults / thresholds.clients,
    )


def _thinned(length: int) -> NDArray[np.int_]:
    return np.unique(np.linspace(0, length - 1, min(length, DRAWN_POINTS)).round().astype(int))


def equal_bins(probability: Floats, defaulted: Floats, bins: int) -> Bins:
    """Clients in bins of equal count by their probability; fewer bins than asked when there are fewer clients."""
    order = np.argsort(probability, kind="stable")
    starts = np.unique(np.linspace(0, len(order), min(bins, len(order)) + 1).round().astype(int))[:-1]
    clients = np.diff(np.append(starts, len(order))).astype("float64")
    expected = np.add.reduceat(probability[order], starts) / clients
    defaults = np.add.reduceat(np.asarray(defaulted, dtype="float64")[order], starts)
    low, high = wilson(defaults, clients)
    lift = defaults / clients / (defaults.sum() / clients.sum())
    return Bins(clients, expected, defaults / clients, low, high, lift)


def calibration_error(bins: Bins) -> float:
    """Mean distance between expected and observed (Naeini et al., AAAI 2015)."""
    return float(np.average(np.abs(bins.expected - bins.observed), weights=bins.clients))
