"""Challenger and champion on the same clients, none of whom either learnt from."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from app.scoring.audit.fairness import Attribute, Audit
from app.scoring.champion import Champion
from app.scoring.policy import Floats
from app.store.evidence import AGE_BANDS, AGE_LIMITS
from training.model.evaluate import calibration_error, measures, paired_interval
from training.model.seed import SEED


@dataclass(frozen=True)
class Side:
    """One model on the compared clients, at its own recommended threshold.

    Attributes:
        version: registry version and booster, e.g. ``"3-1f0c9a2b"``.
        measures: figures of ``evaluate.measures``, both at the challenger's weight of a missed default.
        audits: by gender and by age band.
    """

    version: str
    probability: Floats
    refused: np.ndarray
    measures: dict[str, float]
    audits: tuple[Audit, ...]


@dataclass(frozen=True)
class Swapped:
    """Clients whom the two decide differently, in one direction."""

    clients: int
    defaults: int


@dataclass(frozen=True)
class Challenge:
    """What promoting the challenger would change; figures are None where there are no clients of both outcomes.

    Attributes:
        clients, defaults: compared.
        contested: whether there is a champion.
        calibration_limit: error that a perfectly calibrated model of these probabilities exceeds in 1 of 40 samples.
        cost_difference: challenger minus champion, per client, with its paired 95 % bootstrap interval.
        accepted, refused: whom only the challenger accepts, and whom only it refuses.
    """

    clients: int
    defaults: int
    contested: bool
    challenger: Side | None = None
    calibration_limit: float | None = None
    champion: Side | None = None
    cost_difference: tuple[float, float, float] | None = None
    accepted: Swapped | None = None
    refused: Swapped | None = None


def compare(challenger: Champion, champion: Champion | None, rows: pd.DataFrame, labels: pd.Series) -> Challenge:
    """Both on clients new to both.

    Args:
        champion: None where there is none yet: then the challenger is measured alone.
        rows: feature rows, SK_ID_CURR index.
        labels: 1 where the client did not repay; same index.
    """
    defaulted, weight = labels.to_numpy(dtype="float64"), challenger.recommended.missed_default_weight
    counted = Challenge(len(defaulted), int(defaulted.sum()), champion is not None)
    if not 0 < counted.defaults < counted.clients:
        return counted
    new = _side(challenger, rows, defaulted, weight)
    alone = replace(counted, challenger=new, calibration_limit=calibration_limit(new.probability))
    if champion is None:
        return alone
    old = _side(champion, rows, defaulted, weight)
    return replace(
        alone,
        champion=old,
        cost_difference=paired_interval(_costs(new, defaulted, weight) - _costs(old, defaulted, weight)),
        accepted=_swapped(~new.refused & old.refused, defaulted),
        refused=_swapped(new.refused & ~old.refused, defaulted),
    )


def calibration_limit(probability: Floats) -> float:
    """The calibration error that chance alone stays below in 39 of 40 samples of these clients.

    Few clients scatter even around true probabilities; a fixed bound would refuse every model tried on few.
    """
    draws = np.random.default_rng(SEED)
    errors = [calibration_error(probability, draws.binomial(1, probability).astype(float)) for _ in range(200)]
    return float(np.quantile(errors, 0.975))


def _side(model: Champion, rows: pd.DataFrame, defaulted: Floats, weight: float) -> Side:
    probability, threshold = model.probabilities(rows), model.recommended.threshold
    return Side(
        version=model.version,
        probability=probability,
        refused=probability >= threshold,
        measures=measures(probability, defaulted, threshold, weight),
        audits=tuple(
            Attribute.of(name, names, group, probability, defaulted).audit(threshold)
            for name, names, group in _groups(rows)
        ),
    )


def _groups(rows: pd.DataFrame) -> list[tuple[str, tuple[str, ...], np.ndarray]]:
    """Of each attribute: its name, its groups, and each client's group; negative when not provided."""
    gender, age = pd.Categorical(rows["gender"]), rows["age"].to_numpy(dtype="float64")
    bands = np.where(np.isnan(age), -1, np.searchsorted(AGE_LIMITS, age, side="right"))
    return [("gender", tuple(gender.categories), np.asarray(gender.codes, dtype=int)), ("age", AGE_BANDS, bands)]


def _costs(side: Side, defaulted: Floats, weight: float) -> Floats:
    return np.where(side.refused, 1.0 - defaulted, weight * defaulted)


def _swapped(chosen: np.ndarray, defaulted: Floats) -> Swapped:
    return Swapped(int(chosen.sum()), int(defaulted[chosen].sum()))
