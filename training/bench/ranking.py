"""Ranking: the candidates by business cost per client, everything chosen on other folds than those that report it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from app.scoring.champion import probability
from app.scoring.policy import cheapest_threshold, cost_curve
from training.bench.trials import Bench, Floats, Trial
from training.model.cross_validation import fit_calibration
from training.model.evaluate import measures

RESAMPLES = 20  # of the recommended threshold: a hundred sets of parameters need no more; the champion has 200


@dataclass(frozen=True)
class Entry:
    """One candidate under one strategy.

    Attributes:
        measures: figures out of fold; parameters, calibration and threshold of each fold chosen on the others. Empty
            when every trial failed.
        trials: how many sets of parameters were tried.
        fit_seconds: time of one fit, the mean over trials and folds.
        failure: why it has no figures, or why one of its trials has none.
    """

    candidate: str
    strategy: str
    measures: Mapping[str, float]
    trials: int
    fit_seconds: float
    failure: str = ""


@dataclass(frozen=True)
class Refit:
    """The set of parameters that is best by one measure.

    Attributes:
        by: the measure.
        measures: its figures out of fold, the calibration and threshold of each fold chosen on the others.
    """

    by: str
    candidate: str
    strategy: str
    trial: Trial
    measures: Mapping[str, float]


# What "best" may mean -> how large it is in the figures of one set of parameters.
BEST_BY: Mapping[str, Callable[[Mapping[str, float]], float]] = MappingProxyType(
    {
        "AUC": lambda figures: figures["auc"],
        "F-beta(2)": lambda figures: figures["f_beta_2"],
        "recall": lambda figures: figures["recall"],
        "specificity": lambda figures: figures["specificity"],
        "cost": lambda figures: -figures["cost_per_client"],
    }
)


def rank(entries: Iterable[Entry]) -> list[Entry]:
    """Cheapest first, then by name; what failed comes last."""
    return sorted(
        entries,
        key=lambda entry: (entry.measures.get("cost_per_client", np.inf), entry.candidate, entry.strategy),
    )


def judge(bench: Bench, candidate: str, strategy: str, trials: tuple[Trial, ...], weight: float) -> Entry:
    """The figures of one candidate under one strategy."""
    done = [trial for trial in trials if not trial.failure]
    failure = next((trial.failure for trial in trials if trial.failure), "")
    if not done:
        return Entry(candidate, strategy, {}, len(trials), 0.0, failure)
    figures = _measured(bench, done, weight)
    return Entry(candidate, strategy, figures, len(trials), float(np.mean([t.fit_seconds for t in done])), failure)


def refits(bench: Bench, trials: Mapping[tuple[str, str], tuple[Trial, ...]], weight: float) -> list[Refit]:
    """The best set of parameters by each measure of ``BEST_BY``, but for the dummy, which accepts everyone."""
    measured = [
        (candidate, strategy, trial, _measured(bench, [trial], weight))
        for (candidate, strategy), tried in trials.items()
        for trial in tried
        if candidate != "dummy" and not trial.failure
    ]
    best = {name: max(measured, key=lambda one: size(one[3])) for name, size in BEST_BY.items() if measured}
    return [Refit(name, *one) for name, one in best.items()]


def _measured(bench: Bench, trials: list[Trial], weight: float) -> dict[str, float]:
    chance, threshold = np.empty(len(bench.outcome)), np.empty(len(bench.outcome))
    for number in range(bench.fold.max() + 1):
        held_out = bench.fold == number
        others, outcome = ~held_out, bench.outcome[~held_out]
        chosen = (
            min(trials, key=lambda trial: _cheapest(trial.raw[others], outcome, weight)) if trials[1:] else trials[0]
        )
        calibration = fit_calibration(chosen.raw[others], outcome)
        known = probability(calibration.log_odds(chosen.raw[others]))
        chance[held_out] = probability(calibration.log_odds(chosen.raw[held_out]))
        threshold[held_out] = cheapest_threshold(known, outcome, weight, bench.seed, RESAMPLES)
    return measures(chance, bench.outcome, threshold, weight)


def _cheapest(raw: Floats, outcome: Floats, weight: float) -> float:
    """Cost at the best threshold: only the order of the clients counts, so no calibration is needed."""
    return float(cost_curve(probability(raw), outcome, weight).cost.min())
