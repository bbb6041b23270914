"""The exported champion: verifies its folder, scores by feature name, explains in points.

A champion folder is an MLflow model folder plus ``registered.json`` and ``SHA256SUMS``:
the booster as LightGBM text, never a pickle. What was learnt from the population (categories, calibration) is in
``champion.json``; what was measured is in ``card.json``; what the population looked like in ``reference.json``.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import lightgbm as lgb
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from app.scoring.decision import Contribution, Decision, Value
from app.scoring.points import FACTOR, points_from_log_odds
from app.scoring.policy import Policy
from app.scoring.problems import ModelProblem
from app.scoring.recommendation import Recommendation, of_card

Floats = NDArray[np.float64]
Row = Mapping[str, Value]

SUMS = "SHA256SUMS"
LEAST_LOG_ODDS = -700.0
"""Below it the exponential of the opposite is no double any more; the probability is 1e-304 there."""
RETRAIN = "Restore the folder from the repository, or train again: make train DATA=folder."


@dataclass(frozen=True, slots=True)
class Calibration:
    """Platt's scaling: log-odds of default are ``slope * raw + intercept``.

    Linear in the booster's log-odds, so that contributions stay exactly additive (Platt, 1999).
    """

    slope: float
    intercept: float

    def log_odds(self, raw: Floats) -> Floats:
        """Calibrated log-odds of default of the booster's raw log-odds."""
        return self.slope * raw + self.intercept


@dataclass(frozen=True)
class Champion:
    """A loaded champion. Immutable, safe to share between threads.

    Attributes:
        version: registry version and the first digits of the booster's hash, e.g. ``"3-1f0c9a2b"``.
        features: names of the model inputs, in the booster's order.
        categories: for each categorical input its known values; the position is the code the booster saw.
        calibration: turns raw log-odds into calibrated ones.
        recommended: the policy training recommends; the active one is the store's.
    """

    folder: Path
    version: str
    features: tuple[str, ...]
    categories: Mapping[str, tuple[str, ...]]
    calibration: Calibration
    recommended: Policy
    booster: lgb.Booster

    @classmethod
    def load(cls, folder: Path) -> Champion:
        """Read and verify a champion folder.

        Raises:
            ModelProblem: a file is missing or altered, or the booster is of another feature list.
        """
        sums = verify(folder)
        declared = _json(folder / "artifacts" / "champion.json")
        booster = lgb.Booster(model_file=str(folder / "artifacts" / "booster.txt"))
        if booster.feature_name() != declared["features"]:
            raise ModelProblem(
                "The booster in {folder} was trained on another feature list than champion.json declares.",
                "Both must name the same inputs in the same order.",
                RETRAIN,
                folder=folder,
            )
        return cls(
            folder=folder,
            version=_version(folder, sums),
            features=tuple(declared["features"]),
            categories={name: tuple(values) for name, values in declared["categories"].items()},
            calibration=Calibration(**declared["calibration"]),
            recommended=Policy(**declared["policy"]),
            booster=booster,
        )

    @property
    def card(self) -> dict[str, Any]:
        """What was measured in training, as ``card.json`` has it."""
        return _json(self.folder / "artifacts" / "card.json")

    @cached_property
    def recommendation(self) -> Recommendation | None:
        """Why training recommends its threshold; None where its card does not say."""
        return of_card(self.card)

    @property
    def average_points(self) -> float:
        """Points of the average client: where every explanation starts."""
        return float(self._contributions(np.full((1, len(self.features)), np.nan))[0, -1])

    def matrix(self, rows: pd.DataFrame) -> Floats:
        """Rows as the booster reads them: by name, categories as codes, unseen or missing as NaN; (n, inputs)."""
        return encode(rows, self.features, self.categories)

    def log_odds(self, rows: pd.DataFrame) -> Floats:
        """Calibrated log-odds of default, one per row."""
        return self.calibration.log_odds(self._predict(self.matrix(rows)))

    def probabilities(self, rows: pd.DataFrame) -> Floats:
        """Calibrated probability of default, one per row."""
        return probability(self.log_odds(rows))

    def alternatives(self, row: Row, revised: Mapping[str, Sequence[Value]]) -> Floats:
        """Calibrated probability of default of one client's row with other values of some features; (n,).

        Args:
            revised: feature name -> n values; features that are no input count for nothing.
        """
        count = len(next(iter(revised.values())))
        inputs = np.repeat(encode_row(row, self.features, self.categories), count, axis=0)
        changed = tuple(name for name in self.features if name in revised)
        places = [self.features.index(name) for name in changed]
        values = pd.DataFrame({name: revised[name] for name in changed}, index=range(count))
        inputs[:, places] = encode(values, changed, self.categories)
        return probability(self.calibration.log_odds(self._predict(inputs)))

    def contributions(self, rows: pd.DataFrame) -> Floats:
        """Effect of every input in points against the average client; (n, inputs). Positive helps.

        Shapley values of the tree ensemble (Lundberg et al., "From local explanations to global understanding with
        explainable AI for trees", Nature Machine Intelligence, 2020), exactly additive on the points scale.
        """
        return self._contributions(self.matrix(rows))[:, :-1]

    def decide(self, client: int, row: Row, policy: Policy) -> Decision:
        """One client's decision under a policy, with its contributions."""
        inputs = encode_row(row, self.features, self.categories)
        log_odds = self.calibration.log_odds(self._predict(inputs))
        points = float(points_from_log_odds(log_odds)[0])
        chance = float(probability(log_odds)[0])
        effects = self._contributions(inputs)[0]
        return Decision(
            client=client,
            probability=chance,
            points=points,
            threshold=policy.threshold,
            threshold_points=policy.threshold_points,
            grey_zone_points=policy.grey_zone_points,
            outcome=policy.outcome(chance),
            band=policy.band(chance, points),
            average_points=float(effects[-1]),
            contributions=self._ranked(row, effects),
            model_version=self.version,
        )

    def _ranked(self, row: Row, effects: Floats) -> tuple[Contribution, ...]:
        order = np.argsort(-np.abs(effects[:-1]), kind="stable")
        return tuple(Contribution(self.features[i], row[self.features[i]], float(effects[i])) for i in order)

    def _predict(self, inputs: Floats) -> Floats:
        return self._ask(inputs, raw_score=True)

    def _ask(self, inputs: Floats, **what: bool) -> Floats:
        # One row is 8 times faster without waking a thread pool; the bits do not depend on the number of threads.
        return np.asarray(self.booster.predict(inputs, num_threads=1 if len(inputs) == 1 else 0, **what))

    def _contributions(self, inputs: Floats) -> Floats:
        """Points of every input and, last, of the average client; (n, inputs + 1)."""
        raw = self._ask(inputs, pred_contrib=True)
        effects = -FACTOR * self.calibration.slope * raw
        effects[:, -1] = points_from_log_odds(self.calibration.log_odds(raw[:, -1]))
        return effects


def probability(log_odds: Floats) -> Floats:
    """Probability of default of log-odds, elementwise, to the same bits on every machine.

    The exponential is the C library's: numpy's own differs in the last bit with the processor's vector instructions,
    and a release scored on one machine must be what its champion says on another.
    """
    bounded = np.maximum(log_odds, LEAST_LOG_ODDS)
    return 1.0 / (1.0 + np.fromiter(map(math.exp, (-bounded).tolist()), np.float64, len(bounded)))


def encode(rows: pd.DataFrame, features: tuple[str, ...], categories: Mapping[str, tuple[str, ...]]) -> Floats:
    """Feature rows as doubles; (n, features). Raises ModelProblem when a feature is absent from ``rows``."""
    missing = [name for name in features if name not in rows.columns]
    if missing:
        raise ModelProblem(
            "The rows lack {count} inputs of the model, first {first}.",
            "Every input must be there, null if unknown.",
            "Build the rows with this version's build_features.",
            count=len(missing),
            first=missing[0],
        )
    columns = np.empty((len(rows), len(features)))
    for position, name in enumerate(features):
        column = rows[name]
        codes = categories.get(name)
        columns[:, position] = column.map(_code_of(codes)) if codes is not None else column.astype("float64")
    return columns


def encode_row(row: Row, features: tuple[str, ...], categories: Mapping[str, tuple[str, ...]]) -> Floats:
    """One feature row as doubles; (1, features). Same rules as ``encode``."""
    try:
        return np.array([[_encode_value(row[name], categories.get(name)) for name in features]])
    except KeyError as error:
        raise ModelProblem(
            "The row lacks the input {first}.",
            "Every input must be there, null if unknown.",
            "Build the row with this version's build_features.",
            first=error.args[0],
        ) from error


def _encode_value(value: Value, codes: tuple[str, ...] | None) -> float:
    if value is None:
        return np.nan
    if codes is None:
        return float(value)
    return float(codes.index(value)) if value in codes else np.nan


def _code_of(codes: tuple[str, ...]) -> dict[str, float]:
    return {value: float(code) for code, value in enumerate(codes)}


def version_of(folder: Path) -> str:
    """The version of the champion in a folder, as its list says it, without reading the champion.

    Raises:
        ModelProblem: there is no such list.
    """
    return _version(folder, _listed(folder))


def _version(folder: Path, sums: Mapping[str, str]) -> str:
    return f"{_json(folder / 'registered.json')['version']}-{sums['artifacts/booster.txt'][:8]}"


def _listed(folder: Path) -> dict[str, str]:
    try:
        listed = (folder / SUMS).read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise ModelProblem(
            "{folder} holds no champion: {file} is missing.",
            "A champion folder lists the hash of each of its files.",
            RETRAIN,
            folder=folder,
            file=SUMS,
        ) from error
    return {name: digest for digest, name in (line.split("  ", 1) for line in listed)}


def verify(folder: Path) -> dict[str, str]:
    """Check every file of a champion folder against its ``SHA256SUMS``; returns file -> hash.

    Raises:
        ModelProblem: the folder or a file is missing, or a file was altered.
    """
    sums = _listed(folder)
    for name, digest in sums.items():
        path = folder / name
        if not path.is_file() or hash_of(path) != digest:
            raise ModelProblem(
                "{file} of the champion in {folder} is missing or altered.",
                "Its hash must be the one listed in {sums}.",
                RETRAIN,
                file=name,
                folder=folder,
                sums=SUMS,
            )
    return sums


def write_sums(folder: Path) -> None:
    """List the SHA-256 of every file of ``folder`` in ``SHA256SUMS``, the format ``sha256sum -c`` reads."""
    files = sorted(path for path in folder.rglob("*") if path.is_file() and path.name != SUMS)
    lines = [f"{hash_of(path)}  {path.relative_to(folder).as_posix()}" for path in files]
    (folder / SUMS).write_text("\n".join(lines) + "\n", encoding="utf-8")


def hash_of(path: Path) -> str:
    """SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _json(path: Path) -> dict[str, Any]:
    held: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return held
