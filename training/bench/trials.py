"""Trials: one candidate under one imbalance strategy, every set of parameters scored out of fold on the same folds."""

from __future__ import annotations

import json
import os
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import optuna
import pandas as pd
from imblearn.pipeline import Pipeline
from lightgbm.basic import LightGBMError
from numpy.typing import NDArray
from optuna.trial import TrialState
from sklearn.base import clone
from sklearn.exceptions import ConvergenceWarning
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import ParameterGrid
from sklearn.utils.parallel import Parallel, delayed

from training.bench.candidates import Candidate, Parameters, pipeline

Floats = NDArray[np.float64]
Folds = NDArray[np.int_]
# What a candidate may fail by; anything else is a fault of the bench and stops it.
FAILURES = (ConvergenceWarning, ValueError, ArithmeticError, MemoryError, LightGBMError)
SMALLEST = 1e-6  # probability of a leaf without defaults: its log-odds are infinite


@dataclass(frozen=True)
class Trial:
    """One set of parameters.

    Attributes:
        raw: log-odds or margin of each client, from a pipeline that never saw it; empty when it failed.
        fit_seconds: time of one fit, the mean over the folds.
        failure: why there is nothing; empty when there is.
    """

    parameters: Parameters
    raw: Floats
    fit_seconds: float
    failure: str = ""


@dataclass(frozen=True)
class Bench:
    """What every candidate is tried on.

    Attributes:
        rows: feature rows, a column per input.
        outcome: 1 where the client did not repay.
        fold: number of the fold that holds each client out.
    """

    rows: pd.DataFrame
    outcome: Floats
    fold: Folds
    seed: int


def try_out(bench: Bench, candidate: Candidate, strategy: str) -> tuple[Trial, ...]:
    """Every trial of a candidate under a strategy: its grid, or what Optuna proposes."""
    with tempfile.TemporaryDirectory() as memory:

        def score(parameters: Parameters) -> Trial:
            untrained = pipeline(candidate, strategy, list(bench.rows), parameters, bench.seed, memory)
            return _score(bench, untrained, parameters)

        if candidate.draw is None:
            return tuple(score(parameters) for parameters in ParameterGrid(dict(candidate.grid)))
        return tuple(_proposed(candidate, bench, score))


def _proposed(candidate: Candidate, bench: Bench, score: Callable[[Parameters], Trial]) -> Iterator[Trial]:
    """Optuna's proposals, steered by AUC: cost is too rough a surface at so few trials."""
    assert candidate.draw is not None
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    study = optuna.create_study(direction="maximize", sampler=optuna.samplers.TPESampler(seed=bench.seed))
    for _ in range(candidate.trials):
        asked = study.ask()
        trial = score(candidate.draw(asked))
        if trial.failure:
            study.tell(asked, state=TrialState.FAIL)
        else:
            study.tell(asked, roc_auc_score(bench.outcome, trial.raw))
        yield trial


def _score(bench: Bench, untrained: Pipeline, parameters: Parameters) -> Trial:
    folds = [bench.fold == number for number in range(bench.fold.max() + 1)]
    raw = np.empty(len(bench.outcome))
    try:
        answers = Parallel(n_jobs=os.cpu_count())(
            delayed(_score_fold)(
                clone(untrained), bench.rows[~held_out], bench.outcome[~held_out], bench.rows[held_out]
            )
            for held_out in folds
        )
    except FAILURES as failure:
        return Trial(parameters, np.empty(0), 0.0, f"{type(failure).__name__}: {failure}".splitlines()[0])
    for held_out, (scores, _) in zip(folds, answers, strict=True):
        raw[held_out] = scores
    return Trial(parameters, raw, float(np.mean([seconds for _, seconds in answers])))


def _score_fold(
    untrained: Pipeline, rows: pd.DataFrame, outcome: Floats, held_out: pd.DataFrame
) -> tuple[Floats, float]:
    began = time.perf_counter()
    fitted = fit(untrained, rows, outcome)
    return raw_score(fitted, held_out), time.perf_counter() - began


def fit(untrained: Pipeline, rows: pd.DataFrame, outcome: Floats) -> Pipeline:
    """Fit; a model that does not converge raises ConvergenceWarning."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        warnings.simplefilter("error", ConvergenceWarning)
        return untrained.fit(rows, outcome)


def raw_score(fitted: Pipeline, rows: pd.DataFrame) -> Floats:
    """Margin or log-odds of default: what Platt's scaling takes."""
    if hasattr(fitted, "decision_function"):
        return np.asarray(fitted.decision_function(rows), dtype="float64")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # LightGBM counts the names of a matrix the pipeline handed it without
        chance = np.clip(fitted.predict_proba(rows)[:, 1], SMALLEST, 1 - SMALLEST)
    log_odds: Floats = np.log(chance / (1 - chance))
    return log_odds


def write_trials(trials: tuple[Trial, ...], path: Path) -> None:
    """Write beside and swap in: after a kill a file is whole or not there."""
    facts = [
        {"parameters": trial.parameters, "fit_seconds": trial.fit_seconds, "failure": trial.failure} for trial in trials
    ]
    coming = path.with_suffix(".part")
    with coming.open("wb") as file:
        scores: dict[str, Any] = {f"raw_{place}": trial.raw for place, trial in enumerate(trials)}
        np.savez_compressed(file, facts=np.array(json.dumps(facts)), **scores)
    coming.replace(path)


def read_trials(path: Path) -> tuple[Trial, ...]:
    """Read what ``write_trials`` wrote."""
    with np.load(path, allow_pickle=False) as stored:
        facts: list[dict[str, Any]] = json.loads(str(stored["facts"]))
        return tuple(Trial(raw=stored[f"raw_{place}"], **fact) for place, fact in enumerate(facts))
