"""What a model is worth on rows that chose nothing about it: discrimination, calibration, business cost."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import average_precision_score, brier_score_loss, log_loss, roc_auc_score, roc_curve

from app.scoring.policy import cost_at
from training.model.seed import SEED

Floats = NDArray[np.float64]

CALIBRATION_BINS = 20
LEAK_AUC = 0.806
"""The winner of 7,176 had 0.8057 on these tables: above it, something of the outcome is in the features."""


def measures(probability: Floats, defaulted: Floats, threshold: float | Floats, weight: float) -> dict[str, float]:
    """Every figure of the card for one set of clients.

    Args:
        probability: probability of default of each client.
        defaulted: 1 where the client did not repay.
        threshold: one for all, or one per client when each was chosen without that client.
        weight: cost of a missed default in lost good clients.
    """
    refused = probability >= threshold
    caught, missed = float(np.sum(defaulted[refused])), float(np.sum(defaulted[~refused]))
    lost, served = float(np.sum(1 - defaulted[refused])), float(np.sum(1 - defaulted[~refused]))
    return {
        "clients": float(len(defaulted)),
        "default_rate": float(np.mean(defaulted)),
        "auc": float(roc_auc_score(defaulted, probability)),
        "gini": float(2 * roc_auc_score(defaulted, probability) - 1),
        "ks": kolmogorov_smirnov(probability, defaulted),
        "average_precision": float(average_precision_score(defaulted, probability)),
        "brier": float(brier_score_loss(defaulted, probability)),
        "log_loss": float(log_loss(defaulted, probability)),
        "calibration_error": calibration_error(probability, defaulted),
        "cost_per_client": cost_at(probability, defaulted, threshold, weight),
        "accuracy": (caught + served) / len(defaulted),
        "f1": f_beta(caught, missed, lost, 1.0),
        "f_beta_2": f_beta(caught, missed, lost, 2.0),
        "recall": caught / (caught + missed),
        "specificity": served / (served + lost),
        "acceptance_rate": float(np.mean(~refused)),
        "default_rate_accepted": float(np.mean(defaulted[~refused])) if (~refused).any() else 0.0,
        "missed_defaults": missed,
        "lost_good_clients": lost,
    }


def f_beta(caught: float, missed: float, lost: float, beta: float) -> float:
    """Mean of precision and recall, recall counting ``beta`` times as much (van Rijsbergen, 1979); 0 of nobody caught.

    Args:
        caught: defaults refused.
        missed: defaults accepted.
        lost: good clients refused.
    """
    weighted = (1 + beta**2) * caught
    return weighted / (weighted + beta**2 * missed + lost) if caught else 0.0


def suspected_leaks(measured: Mapping[str, Any], limit: float = LEAK_AUC) -> Iterator[str]:
    """A sentence where an AUC is too good to be true.

    The untouched split is small: it raises the alarm only when its whole interval lies above the limit.

    Args:
        measured: the card's "measures".
    """
    out_of_fold, untouched = (measured[rows]["auc"] for rows in ("out_of_fold", "untouched"))
    if out_of_fold > limit:
        yield f"AUC out of fold is {out_of_fold:.4f}, above {limit}: suspect a leak of the outcome."
    if measured["intervals_95"]["untouched"]["auc"][0] > limit:
        yield f"AUC untouched is {untouched:.4f}, its whole interval above {limit}: suspect a leak of the outcome."


def kolmogorov_smirnov(probability: Floats, defaulted: Floats) -> float:
    """Largest distance between the score distributions of those who default and those who repay."""
    lost_good, caught_bad, _ = roc_curve(defaulted, probability)
    return float(np.max(caught_bad - lost_good))


def reliability(probability: Floats, defaulted: Floats, bins: int = CALIBRATION_BINS) -> tuple[Floats, Floats, Floats]:
    """Mean probability, observed default rate and size of bins of equally many clients, lowest risk first."""
    groups = np.array_split(np.argsort(probability, kind="stable"), bins)
    groups = [group for group in groups if len(group)]
    expected = np.array([probability[group].mean() for group in groups])
    observed = np.array([defaulted[group].mean() for group in groups])
    return expected, observed, np.array([float(len(group)) for group in groups])


def calibration_error(probability: Floats, defaulted: Floats, bins: int = CALIBRATION_BINS) -> float:
    """Expected calibration error: mean distance between probability and observed rate over equal-count bins.

    Naeini et al., "Obtaining Well Calibrated Probabilities Using Bayesian Binning", AAAI 2015.
    """
    expected, observed, clients = reliability(probability, defaulted, bins)
    return float(np.average(np.abs(expected - observed), weights=clients))


def interval(
    probability: Floats, defaulted: Floats, threshold: float | Floats, weight: float, seed: int, resamples: int = 200
) -> dict[str, tuple[float, float]]:
    """95 % bootstrap intervals of AUC and cost per client."""
    draws = np.random.default_rng(seed)
    limits = np.broadcast_to(np.asarray(threshold, dtype="float64"), probability.shape)
    samples = []
    for _ in range(resamples):
        rows = draws.integers(0, len(defaulted), len(defaulted))
        if 0 < defaulted[rows].sum() < len(rows):
            cost = cost_at(probability[rows], defaulted[rows], limits[rows], weight)
            samples.append((roc_auc_score(defaulted[rows], probability[rows]), cost))
    low, high = np.quantile(np.array(samples), [0.025, 0.975], axis=0)
    return {"auc": (float(low[0]), float(high[0])), "cost_per_client": (float(low[1]), float(high[1]))}


def paired_interval(difference: Floats, resamples: int = 1_000) -> tuple[float, float, float]:
    """Mean of a difference that each client has, and its 95 % bootstrap interval."""
    draws, clients = np.random.default_rng(SEED), len(difference)
    means = [difference[draws.integers(0, clients, clients)].mean() for _ in range(resamples)]
    low, high = np.quantile(means, [0.025, 0.975])
    return float(difference.mean()), float(low), float(high)
