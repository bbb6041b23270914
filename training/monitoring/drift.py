"""Drift: compare a current population with the champion's frozen reference, write what was found, say what to do.

``python -m training drift`` leaves with 0 when the population is stable, 1 when someone should investigate, 3 when
someone should act, 2 when the input is at fault and 70 when the program is. Outcomes of nobody here are an input at
fault that stops nothing: the comparison is made and kept, and 2 is left with only where its signal is "stable".
``make`` leaves with 2 whenever a command does not leave with 0: schedule the verb itself.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import mlflow
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from app.command import BAD_INPUT
from app.scoring.champion import probability
from app.scoring.drift import Check, Drift, Performance, Stability, ranked
from app.scoring.features import by_name
from app.scoring.points import points_from_log_odds
from app.scoring.policy import Policy
from app.scoring.population import Population, read_population
from app.scoring.problems import DriftProblem, ModelProblem
from app.settings import settings
from app.store.database import connect
from app.store.drift_runs import write_run
from app.store.effects import importance
from app.store.heads import Heads
from app.store.policies import PolicyHistory
from app.store.portfolio import Portfolio
from training.monitoring import checks
from training.monitoring.current_population import CurrentPopulation, read_current_population
from training.monitoring.expected_performance import performance
from training.monitoring.psi import FAMILIES, overall, stability
from training.monitoring.segments import SEGMENTS, ScoredClients, drift_by_segment, score_reference
from training.places import Places
from training.registry import mlflow_registry

LOG = logging.getLogger("training")
EXIT_CODES = {"stable": 0, "investigate": 1, "act": 3}
EXPERIMENT = "drift"


def exit_code(found: Drift) -> int:
    """Of its signal; never that of "stable" where outcomes were given and could not be held against anything."""
    return EXIT_CODES[found.signal] or (BAD_INPUT if found.outcomes_of_nobody else 0)


def compare(opened: Portfolio, current: CurrentPopulation, policy: Policy, at: datetime) -> Drift:
    """Compare with the reference of the champion that ``opened`` serves, at the threshold of ``policy``.

    Raises:
        ModelProblem: the champion's reference lacks one of its inputs.
        DriftProblem: the portfolio has no labelled client.
    """
    profile, left_out = reference_of(opened)
    known = labelled(opened, ["defaulted", "probability", "out_of_fold_probability", *SEGMENTS])
    out_of_fold = bool(known.out_of_fold_probability.notna().any())
    known = known.dropna(subset=["out_of_fold_probability"]) if out_of_fold else known
    chance = (known.out_of_fold_probability if out_of_fold else known.probability).to_numpy()
    before = ScoredClients(known[list(SEGMENTS)], chance, points_from_log_odds(np.log(chance / (1 - chance))))
    log_odds = opened.champion.log_odds(current.rows)
    now = ScoredClients(current.rows[list(SEGMENTS)], probability(log_odds), points_from_log_odds(log_odds))
    features = drift_of_features(profile, current.rows, shares(importance(opened.folder)))
    score = stability(score_reference(before.points), pd.Series(now.points), FAMILIES * checks.SCORES)
    made = _checks(checks.Known(chance, known.defaulted.to_numpy(dtype="float64")), now.probability, current, policy)
    return Drift(
        run=f"{at:%Y%m%dT%H%M%SZ}",
        at=at.isoformat(timespec="seconds"),
        model_version=opened.champion.version,
        release=opened.release,
        threshold=policy.threshold,
        missed_default_weight=policy.missed_default_weight,
        reference_clients=sum(next(iter(profile.values())).clients),
        out_of_fold=out_of_fold,
        reference=before.scored(policy),
        current=now.scored(policy),
        score=score,
        features=features,
        segments=drift_by_segment(before, now, policy),
        on_reference=performance(chance, known.defaulted.to_numpy(dtype="float64"), policy),
        on_current=_with(current.strangers, performance(now.probability, current.defaulted.to_numpy(), policy)),
        notices=(*current.notices, *left_out),
        signal=overall(score, features, made),
        checks=made,
        outcomes_given=current.outcomes_given,
    )


def _checks(
    reference: checks.Known, now: NDArray[np.float64], current: CurrentPopulation, policy: Policy
) -> tuple[Check, ...]:
    """Of the scores of everyone, and of the outcomes that are known."""
    told = current.defaulted.to_numpy(dtype="float64")
    known = ~np.isnan(told)
    outcomes = checks.of_outcomes(reference, checks.Known(now[known], told[known]), policy) if known.any() else ()
    return *checks.of_scores(reference.probability, now, policy), *outcomes


def reference_of(opened: Portfolio) -> tuple[Population, tuple[str, ...]]:
    """The frozen profile of the population the served champion learnt from, and what could not be compared with it.

    Only features that both the profile and this version know are compared: one declared since has no reference yet.

    Raises:
        ModelProblem: an input of the champion has no reference.
    """
    profile = read_population(opened.champion.folder / "artifacts" / "reference.json")
    missing = [name for name in opened.champion.features if name not in profile]
    if missing:
        raise ModelProblem(
            "The reference of model {version} lacks {count} of its own inputs, first {first}.",
            "A population is compared with the reference of the model in service, feature by feature.",
            "Train again: make train DATA=folder.",
            version=opened.champion.version,
            count=len(missing),
            first=missing[0],
        )
    known = {name: profile[name] for name in by_name if name in profile}
    return known, tuple(_left_out(set(by_name) ^ set(profile), opened.champion.version))


def _left_out(features: set[str], version: str) -> Iterator[str]:
    if features:
        named = ", ".join(sorted(features))
        yield f"Not compared, since only one of model {version} and this version knows them: {named}."


def drift_of_features(profile: Population, rows: pd.DataFrame, weights: dict[str, float]) -> tuple[Stability, ...]:
    """Every feature against its reference, ranked; ``weights``: share of all effects by model input."""
    return ranked(
        [
            stability(known, rows[name], FAMILIES * len(profile), weights.get(name, 0.0))
            for name, known in profile.items()
        ]
    )


def shares(effects: dict[str, float]) -> dict[str, float]:
    """Each input's part of all effects."""
    whole = sum(effects.values())
    return {name: effect / whole for name, effect in effects.items()}


def labelled(opened: Portfolio, columns: list[str] | None = None) -> pd.DataFrame:
    """Rows of the served clients whose outcome is known.

    Raises:
        DriftProblem: there is none.
    """
    known = [("population", "==", "labelled")]
    rows = pd.read_parquet(opened.folder / "clients.parquet", columns=columns, filters=known)
    if rows.empty:
        raise DriftProblem(
            "The portfolio {release} holds no labelled client.",
            "The score's reference is that of labelled clients.",
            "Publish the labelled clients too: make train DATA=folder.",
            release=opened.release,
        )
    return rows


def _with(strangers: int, measured: Performance) -> Performance:
    found = measured.realised
    return replace(measured, realised=replace(found, strangers=strangers)) if found else measured


def run(folder: Path, places: Places, url: str, labels: Path | None = None, with_report: bool = True) -> Drift:
    """Compare at the policy in force, write the run under the portfolio and log it to MLflow."""
    opened = Portfolio.open(places.portfolio)
    policy = PolicyHistory.open(connect(url), heads=Heads.of(settings())).decides(opened.champion)
    current = read_current_population(folder, labels)
    started = time.perf_counter()
    drift = compare(opened, current, policy, datetime.now(UTC))
    LOG.info("compared %s clients in %.1f s", f"{len(current.rows):,}", time.perf_counter() - started)
    report = None
    if with_report:
        from training.monitoring.evidently_report import write_report  # 10 seconds of imports, for this report only

        report = partial(write_report, labelled(opened), current.rows)
    written = write_run(places.portfolio, drift, report)
    _track(drift, written, places.store)
    return drift


def _track(drift: Drift, folder: Path, store: Path) -> None:
    mlflow_registry.connect(store, EXPERIMENT)
    with mlflow_registry.answering(), mlflow.start_run(run_name=drift.run):
        mlflow.set_tags({"model_version": drift.model_version, "release": drift.release, "signal": drift.signal})
        mlflow.set_tags({f"signal_{each.measure}": each.signal for each in drift.checks})
        mlflow.log_metrics(_metrics(drift))
        mlflow.log_artifacts(str(folder))


def _metrics(drift: Drift) -> dict[str, float]:
    found = {
        "score_psi": drift.score.psi,
        "weighted_psi": sum(each.importance * each.psi for each in drift.features),
        "drifting_inputs": len(drift.drifting),
        "clients": drift.current.clients,
        "acceptance_rate": drift.current.acceptance_rate,
        "mean_probability": drift.current.mean_probability,
        "expected_auc": drift.on_current.expected.auc,
        "expected_cost": drift.on_current.expected.cost,
    }
    for each in drift.checks:
        told = {"expected": each.expected, "low": each.low, "high": each.high, "today": each.found}
        found |= {f"{each.measure}_{name}": value for name, value in told.items()}
    realised = drift.on_current.realised
    if realised:
        found |= {"realised_cost": realised.cost, "realised_default_rate": realised.default_rate}
    if realised and realised.auc is not None:
        found["realised_auc"] = realised.auc
    return found
