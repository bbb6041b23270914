"""What a threshold is judged on: the clients whose outcome is known, scored by a model that never saw them.

The clients a threshold is *chosen on* are never those it is *reported on*. Reported on are the clients the champion
itself never saw, training's untouched split: their out-of-fold probability is the champion's own, to the last bit. Of a
portfolio whose labelled clients are all strangers to the champion, a fixed tenth by client number is kept apart.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray

from app.scoring.audit.discrimination import CALIBRATION_BINS, LIFT_BINS, Bins, Separation, equal_bins, separation
from app.scoring.audit.fairness import Attribute
from app.scoring.audit.swap_set import Ranking
from app.scoring.audit.thresholds import Thresholds
from app.scoring.policy import Floats
from app.scoring.problems import QuestionProblem
from app.scoring.schema.keys import CLIENT
from app.store.portfolio import Portfolio

CATEGORIES = ("gender", "family_status", "income_type")
READ = (CLIENT, "defaulted", "probability", "out_of_fold_probability", "age", *CATEGORIES)
AGE_LIMITS = (30.0, 40.0, 50.0, 60.0)
AGE_BANDS = ("-30", "30-40", "40-50", "50-60", "60-")
"""Years: from the first, and below the second."""
KEPT_APART = 10
FEWEST_REPORTED = 100


@dataclass(frozen=True)
class Evidence:
    """Everything the threshold pages ask of one release, sorted once; read-only, safe to share between threads.

    Attributes:
        chosen_on: thresholds of the clients a threshold is chosen on.
        reported_on: of the clients kept from every choice; None when they are too few to tell anything.
        separation, calibration, deciles: of the clients it is chosen on.
        attributes: their groups, for fairness.
        ranking: everyone by the probability the pages decide on, labelled or not.
    """

    chosen_on: Thresholds
    reported_on: Thresholds | None
    separation: Separation
    calibration: Bins
    deciles: Bins
    attributes: tuple[Attribute, ...]
    ranking: Ranking


def read_evidence(portfolio: Portfolio) -> Evidence:
    """Read the columns it takes from the release's rows.

    Raises:
        QuestionProblem: no labelled client has a probability from a model that never saw it.
    """
    # Not through the dataset layer: its threads would hold a copy of every column.
    table = pq.ParquetFile(portfolio.folder / "clients.parquet").read(list(READ))
    own, honest, defaulted = (_numbers(table, name) for name in ("probability", "out_of_fold_probability", "defaulted"))
    clients = table[CLIENT].to_numpy()
    ranking = Ranking.of(clients, own, np.where(np.isnan(honest), own, honest), defaulted)
    labelled = ~np.isnan(defaulted) & ~np.isnan(honest)
    if not labelled.any():
        raise QuestionProblem(
            "None of the {clients} clients has both a known outcome and a probability from a model that never saw it.",
            "A threshold is judged on clients the model did not learn from.",
            "Publish labelled clients, with --unseen if the champion was not trained on them.",
            clients=portfolio.size,
        )
    apart = labelled & _apart(clients, own == honest, labelled)
    chosen = labelled & ~apart
    probability, outcome = honest[chosen], defaulted[chosen]
    thresholds = Thresholds.of(probability, outcome)
    return Evidence(
        chosen_on=thresholds,
        reported_on=_reported(honest[apart], defaulted[apart]),
        separation=separation(thresholds),
        calibration=equal_bins(probability, outcome, CALIBRATION_BINS),
        deciles=equal_bins(probability, outcome, LIFT_BINS),
        attributes=tuple(
            Attribute.of(name, names, group[chosen], probability, outcome) for name, names, group in _groups(table)
        ),
        ranking=ranking,
    )


def _numbers(table: pa.Table, name: str) -> Floats:
    numbers: Floats = pc.cast(table[name], pa.float64()).to_numpy()
    return numbers


def _apart(clients: NDArray[np.int64], unseen: NDArray[np.bool_], labelled: NDArray[np.bool_]) -> NDArray[np.bool_]:
    return clients % KEPT_APART == 0 if unseen[labelled].all() else unseen


def _reported(probability: Floats, defaulted: Floats) -> Thresholds | None:
    enough = len(defaulted) >= FEWEST_REPORTED and 0 < defaulted.sum() < len(defaulted)
    return Thresholds.of(probability, defaulted) if enough else None


def _groups(table: pa.Table) -> list[tuple[str, tuple[str, ...], NDArray[np.int_]]]:
    """Of each attribute: its name, the names of its groups, each client's group; negative when not provided."""
    age = _numbers(table, "age")
    bands = np.where(np.isnan(age), -1, np.searchsorted(AGE_LIMITS, age, side="right"))
    return [_category(table, "gender"), ("age", AGE_BANDS, bands), *(_category(table, name) for name in CATEGORIES[1:])]


def _category(table: pa.Table, name: str) -> tuple[str, tuple[str, ...], NDArray[np.int_]]:
    codes = table[name].combine_chunks().dictionary_encode()
    position = pc.fill_null(codes.indices, -1).to_numpy(zero_copy_only=False)
    names = codes.dictionary.to_pylist()
    largest_first = np.argsort(-np.bincount(position[position >= 0], minlength=len(names)), kind="stable")
    rank = np.empty(len(names) + 1, dtype=int)
    rank[largest_first], rank[-1] = np.arange(len(names)), -1
    return name, tuple(names[place] for place in largest_first), rank[position]
