"""What a model is worth on clients whose outcome is not known yet, from its calibrated probabilities alone.

A client with probability p of default is p of a default and 1 - p of a good client: costs and ordered pairs are counted
in these fractions (confidence-based performance estimation: Białek, Kuberski, Perrakis and Bifet, "Estimating Model
Performance Under Covariate Shift Without Labels", 2024, arXiv:2401.08348). That holds when who applies has changed, and
fails when the same client has become riskier: only labels tell that.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from app.scoring.drift import Expected, Performance, Realised
from app.scoring.policy import Policy, cost_at
from training.model.evaluate import calibration_error

DRAWS = 200
SEED = 20180517

Floats = NDArray[np.float64]


def performance(probability: Floats, defaulted: Floats, policy: Policy) -> Performance:
    """Expected performance of everyone, and the realised one where outcomes are known.

    Args:
        probability: calibrated probability of default of each client; (n,).
        defaulted: 1, 0, or NaN where the outcome is unknown; (n,).
    """
    known = ~np.isnan(defaulted)
    found = realised(probability[known], defaulted[known], policy) if known.any() else None
    return Performance(expected(probability, policy), found)


def expected(probability: Floats, policy: Policy) -> Expected:
    """AUC and cost per client to expect, with the range that ``DRAWS`` draws of the outcomes give."""
    place = places(probability)
    auc, cost = auc_of(place, probability), _cost(probability, probability, policy)
    random = np.random.default_rng(SEED)
    outcomes = ((random.random(len(probability)) < probability).astype("float64") for _ in range(DRAWS))
    drawn = np.array([(auc_of(place, outcome), _cost(probability, outcome, policy)) for outcome in outcomes])
    low, high = np.nanquantile(drawn, [0.025, 0.975], axis=0)
    return Expected(auc, float(low[0]), float(high[0]), cost, float(low[1]), float(high[1]))


def realised(probability: Floats, defaulted: Floats, policy: Policy) -> Realised:
    """The same from known outcomes; no AUC where they are all the same."""
    auc = auc_of(places(probability), defaulted)
    return Realised(
        clients=len(defaulted),
        default_rate=float(defaulted.mean()),
        auc=None if np.isnan(auc) else auc,
        cost=_cost(probability, defaulted, policy),
        calibration_error=calibration_error(probability, defaulted),
    )


def _cost(probability: Floats, defaulted: Floats, policy: Policy) -> float:
    return cost_at(probability, defaulted, policy.threshold, policy.missed_default_weight)


def places(probability: Floats) -> NDArray[np.int_]:
    """Rank of each probability among the distinct ones."""
    return np.unique(probability, return_inverse=True)[1]


def auc_of(place: NDArray[np.int_], defaulted: Floats) -> float:
    """Share of the pairs of a default and a good client that the places order rightly, ties by half.

    ``defaulted`` may be fractions of a default; nobody is paired with themselves. NaN where there is no such pair.
    """
    bad, good = np.bincount(place, weights=defaulted), np.bincount(place, weights=1 - defaulted)
    oneself = float(np.sum(defaulted * (1 - defaulted)))
    below = np.cumsum(good) - good
    right = float(np.sum(bad * (below + good / 2))) - oneself / 2
    pairs = float(bad.sum() * good.sum()) - oneself
    return right / pairs if pairs > 0 else float("nan")
