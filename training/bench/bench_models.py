"""The bench: every candidate under every imbalance strategy, ranked by business cost (``make bench-models``).

What is finished is kept: a bench that was killed goes on where it stopped, and another weight of a missed default is
answered from what is there, since thresholds are chosen from the kept scores.
"""

from __future__ import annotations

import hashlib
import inspect
import json
import logging
import time
from collections.abc import Iterable
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path

import pandas as pd
from sklearn.model_selection import train_test_split
from tqdm import tqdm
from tqdm.contrib.logging import logging_redirect_tqdm

from training.bench import candidates, ranking, trials
from training.bench.candidates import CANDIDATES, Candidate
from training.bench.report import LIBRARIES, Comparison, log
from training.bench.trials import Bench, Trial, read_trials, try_out, write_trials
from training.features.rows import data_hash, read_data
from training.model.cross_validation import fold_of_each, split
from training.model.recipe import Recipe
from training.registry import mlflow_registry

LOG = logging.getLogger("training")
EXPERIMENT = "model-bench"
QUICK_CLIENTS = 6_000
Tried = dict[tuple[str, str], tuple[Trial, ...]]


def compare(
    data: Path, store: Path, recipe: Recipe, quick: bool = False, chosen: Iterable[Candidate] = CANDIDATES
) -> Comparison:
    """Try every candidate on the clients of a folder, on the folds that training uses, and log the comparison.

    Args:
        store: where MLflow's store is and, under ``bench``, the trials that are finished.
        quick: a sample of the clients and the first set of parameters only.

    Raises:
        TableProblem: the tables cannot be read, or there are too few clients of either outcome for the folds.
    """
    rows, labels = _read(data)
    found = data_hash(rows, labels)
    bench = _bench(rows, labels, recipe, quick)
    tried = _try_all(bench, found, [_first_only(one) for one in chosen] if quick else list(chosen), store / "bench")
    LOG.info("ranking %d trials", sum(map(len, tried.values())))
    entries = ranking.rank(ranking.judge(bench, *key, trials, recipe.weight) for key, trials in tried.items())
    best = ranking.refits(bench, tried, recipe.weight)
    comparison = Comparison(found, len(bench.outcome), recipe.seed, recipe.weight, tuple(entries), tuple(best))
    mlflow_registry.connect(store, EXPERIMENT)
    log(comparison, bench)
    return comparison


def _read(folder: Path) -> tuple[pd.DataFrame, pd.Series]:
    with read_data(folder) as data:
        rows, labels = data.labelled()
        return rows[list(data.inputs)], labels


def _bench(rows: pd.DataFrame, labels: pd.Series, recipe: Recipe, quick: bool) -> Bench:
    seen, _ = split(labels, recipe)
    if quick and len(seen) > QUICK_CLIENTS:
        outcome = labels.iloc[seen]
        seen, _ = train_test_split(seen, train_size=QUICK_CLIENTS, stratify=outcome, random_state=recipe.seed)
    rows, outcome = rows.iloc[seen], labels.iloc[seen].to_numpy(dtype="float64")
    return Bench(rows, outcome, fold_of_each(outcome, recipe), recipe.seed)


def _first_only(candidate: Candidate) -> Candidate:
    grid = {name: tuple(values)[:1] for name, values in candidate.grid.items()}
    return replace(candidate, grid=grid, trials=min(candidate.trials, 1))


def _try_all(bench: Bench, found: str, chosen: list[Candidate], folder: Path) -> Tried:
    """Trials of each candidate and strategy: read where they are finished, made and kept where not."""
    folder.mkdir(parents=True, exist_ok=True)
    tried: Tried = {}
    cells = [(candidate, strategy) for candidate in chosen for strategy in candidate.strategies]
    with logging_redirect_tqdm(), tqdm(cells, unit="pair") as bar:
        for candidate, strategy in bar:
            bar.set_description(f"{candidate.name}, {strategy}")
            path = folder / f"{_key(bench, found, candidate, strategy)}.npz"
            began = time.perf_counter()
            if not path.exists():
                write_trials(try_out(bench, candidate, strategy), path)
            tried[candidate.name, strategy] = read_trials(path)
            LOG.info("%s, %s: %.0f s", candidate.name, strategy, time.perf_counter() - began)
    return tried


def _key(bench: Bench, found: str, candidate: Candidate, strategy: str) -> str:
    """Names a finished pair by what its trials depend on: data, clients, folds, seed, parameters, code, versions."""
    clients = hashlib.sha256(bench.rows.index.to_numpy(dtype="int64").tobytes() + bench.fold.tobytes()).hexdigest()
    code = [inspect.getsource(module) for module in (candidates, trials)]
    versions = [version(name) for name in LIBRARIES]
    facts = [found, clients, bench.seed, candidate.name, strategy, dict(candidate.grid), candidate.trials]
    digest = hashlib.sha256(json.dumps([*facts, *code, *versions]).encode()).hexdigest()
    return f"{candidate.name} {strategy} {digest[:12]}".replace(" ", "-")
