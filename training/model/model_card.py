"""The model card: what it is for, what it learnt from, what it reaches, what it must not be used for.

Mitchell et al., "Model Cards for Model Reporting", FAT* 2019. Only facts that the same run would find again: dates and
registry numbers are in ``registered.json``, so that two runs of one recipe write the same card.
"""

from __future__ import annotations

import platform
import subprocess
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from importlib.metadata import version
from typing import Any

import numpy as np

from app.scoring.features import FEATURES
from training.model.evaluate import suspected_leaks
from training.model.examine import Examined
from training.model.train import Trained

REPEATED = ("auc", "cost_per_client", "calibration_error", "acceptance_rate")
LIBRARIES = ("lightgbm", "numpy", "pandas", "scikit-learn", "ibis-framework", "duckdb", "mlflow")

WHO_WINS = (
    "Threshold and weight are what training recommends, the desk's policy until it activates one of its own: "
    "then that policy decides, at its own weight, and this one recommends."
)


@dataclass(frozen=True)
class Provenance:
    """Where a training run's data came from.

    Attributes:
        data_hash: of the labelled feature rows and outcomes.
        synthetic: True for the demonstration data.
        absent: names of the optional tables that were not there.
        notices: sentences about what was found and tolerated in the raw tables.
    """

    data_hash: str
    synthetic: bool
    absent: tuple[str, ...]
    notices: tuple[str, ...]


def write_card(trained: Trained, provenance: Provenance, examined: Examined) -> dict[str, Any]:
    """The card as plain JSON values; ``training/README.md`` says what each key holds."""
    measured = {"out_of_fold": trained.out_of_fold_measures, "untouched": trained.untouched_measures}
    return {
        "purpose": "Probability that an applicant for a consumer loan will have serious payment difficulties, to help "
        "a loan officer decide and explain. A person decides.",
        "not_for": "Deciding without a person, marketing, or populations unlike the one it learnt from.",
        "data": _data(trained, provenance),
        "recipe": _recipe(trained),
        "policy": {
            "recommended_threshold": trained.policy.threshold,
            "missed_default_weight": trained.policy.missed_default_weight,
            "recommendation": asdict(trained.recommendation),
            "who_wins": WHO_WINS,
        },
        "protected": {
            "excluded": [each.name for each in FEATURES if each.protected and each.name not in trained.recipe.inputs],
            "price_of_excluding": examined.price_of_excluding,
        },
        "selection": {
            "considered": len(trained.considered),
            "kept": len(trained.recipe.inputs),
            "kept_by_fold": list(trained.fold_inputs),
            "steps": [asdict(step) for step in trained.selection.steps],
            "price_of_selecting": examined.price_of_selecting,
        },
        "measures": {
            **measured,
            "repeated": _repeated(trained),
            "training_auc": trained.training_auc,
            "train_to_validation_gap": trained.training_auc - trained.out_of_fold_measures["auc"],
            "intervals_95": trained.intervals,
            "slices": examined.slices,
        },
        "importance": [asdict(one) for one in examined.importance],
        "alarms": list(suspected_leaks({**measured, "intervals_95": trained.intervals})),
    }


def _repeated(trained: Trained) -> dict[str, Any]:
    """What repeats: figures of one drawing of the folds are one draw."""
    drawings = trained.repeated_measures
    found: dict[str, Any] = {"drawings": len(drawings)}
    for name in REPEATED:
        of_each = np.array([each[name] for each in drawings])
        spread = float(of_each.std(ddof=1)) if len(drawings) > 1 else None
        found[name] = {"mean": float(of_each.mean()), "spread": spread, "of_each": of_each.tolist()}
    return found


def _data(trained: Trained, provenance: Provenance) -> dict[str, Any]:
    return {
        "hash": provenance.data_hash,
        "synthetic": provenance.synthetic,
        "labelled_clients": len(trained.out_of_fold),
        "untouched_clients": len(trained.untouched),
        "absent_tables": list(provenance.absent),
        "always_missing_inputs": _unused(trained.recipe.inputs, provenance.absent),
        "notices": list(provenance.notices),
        "unknowable": "The tables carry no application dates: no vintage analysis, no out-of-time test.",
    }


def _recipe(trained: Trained) -> dict[str, Any]:
    recipe = trained.recipe
    return {
        "seed": recipe.seed,
        "folds": recipe.folds,
        "repeats": recipe.repeats,
        "trees": trained.rounds,
        "inputs": len(recipe.inputs),
        "monotone": recipe.monotone,
        "parameters": recipe.parameters,
        "git_revision": git_revision(),
        "python": platform.python_version(),
        "libraries": {name: version(name) for name in LIBRARIES},
    }


def git_revision() -> str:
    """Commit of the working tree, "-dirty" when it differs; "unknown" outside a checkout."""
    try:
        told = subprocess.run(["git", "describe", "--always", "--dirty", "--abbrev=12"], capture_output=True, text=True)
    except OSError:
        return "unknown"
    return told.stdout.strip() or "unknown"


def _unused(inputs: Sequence[str], absent: tuple[str, ...]) -> list[str]:
    return [feature.name for feature in FEATURES if feature.name in inputs and feature.source in absent]
