"""An additive weight-of-evidence scorecard: the outcome of a synthetic client is drawn from it.

Each variable is cut into bins; a bin's weight of evidence is ln(share of bads / share of goods) in it, and a logistic
regression weighs the variables (Siddiqi, *Credit Risk Scorecards*, 2006, ch. 6).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from app.scoring.schema.keys import CLIENT

BINS = 20
VARIABLES = 45
FEWEST = 50  # clients a text level needs for a bin of its own
PRIOR = 25.0  # clients of average risk added to each bin
SCORES = ["EXT_SOURCE_1", "EXT_SOURCE_2", "EXT_SOURCE_3"]


@dataclass(frozen=True, slots=True)
class Bins:
    """Log-odds of each bin of one variable; the last is for missing values and unseen levels.

    Attributes:
        cuts: increasing upper bounds of numeric bins, or the text levels.
        log_odds: one per bin, one more for missing.
    """

    cuts: tuple[Any, ...]
    log_odds: tuple[float, ...]

    def score(self, values: pd.Series) -> NDArray[np.float64]:
        return np.array(self.log_odds)[place(values, self.cuts)]


@dataclass(frozen=True, slots=True)
class Scorecard:
    """Variable -> bins, and the log-odds of a client whose every bin is worth 0."""

    intercept: float
    bins: dict[str, Bins]

    def log_odds(self, application: pd.DataFrame) -> NDArray[np.float64]:
        """Log-odds of default of raw application rows, shape (rows,)."""
        values = variables(application)
        scores = [bins.score(values[name]) for name, bins in self.bins.items()]
        score: NDArray[np.float64] = self.intercept + np.sum(scores, axis=0)
        return score

    def facts(self) -> dict[str, Any]:
        bins = {name: [list(b.cuts), [round(v, 4) for v in b.log_odds]] for name, b in self.bins.items()}
        return {"intercept": self.intercept, "bins": bins}


def from_facts(facts: dict[str, Any]) -> Scorecard:
    """What ``Scorecard.facts`` wrote."""
    bins = {name: Bins(tuple(cuts), tuple(log_odds)) for name, (cuts, log_odds) in facts["bins"].items()}
    return Scorecard(facts["intercept"], bins)


def variables(application: pd.DataFrame) -> pd.DataFrame:
    """Raw columns and the ratios a credit analyst would look at."""
    a = application
    employed = a["DAYS_EMPLOYED"].where(a["DAYS_EMPLOYED"] <= 0)
    scores = a[SCORES]
    ratios = {
        "DAYS_EMPLOYED": employed,
        "SCORE_MEAN": scores.mean(axis=1),
        "SCORE_LOWEST": scores.min(axis=1),
        "SCORE_HIGHEST": scores.max(axis=1),
        "SCORE_2_BY_3": a["EXT_SOURCE_2"] * a["EXT_SOURCE_3"],
        "SCORE_COUNT": scores.notna().sum(axis=1).astype(float),
        "CREDIT_TO_ANNUITY": a["AMT_CREDIT"] / a["AMT_ANNUITY"],
        "CREDIT_TO_GOODS": a["AMT_CREDIT"] / a["AMT_GOODS_PRICE"],
        "CREDIT_TO_INCOME": a["AMT_CREDIT"] / a["AMT_INCOME_TOTAL"],
        "ANNUITY_TO_INCOME": a["AMT_ANNUITY"] / a["AMT_INCOME_TOTAL"],
        "GOODS_TO_INCOME": a["AMT_GOODS_PRICE"] / a["AMT_INCOME_TOTAL"],
        "INCOME_PER_PERSON": a["AMT_INCOME_TOTAL"] / a["CNT_FAM_MEMBERS"],
        "EMPLOYED_TO_AGE": employed / a["DAYS_BIRTH"],
        "CAR_TO_AGE": a["OWN_CAR_AGE"] / a["DAYS_BIRTH"],
        "REGISTRATION_TO_AGE": a["DAYS_REGISTRATION"] / a["DAYS_BIRTH"],
        "ID_TO_AGE": a["DAYS_ID_PUBLISH"] / a["DAYS_BIRTH"],
        "PHONE_TO_EMPLOYED": a["DAYS_LAST_PHONE_CHANGE"] / employed,
        "DOCUMENTS": a.filter(like="FLAG_DOCUMENT").sum(axis=1).astype(float),
    }
    others = a.drop(columns=[CLIENT, "TARGET", "DAYS_EMPLOYED"], errors="ignore")
    return pd.concat([others, pd.DataFrame(ratios, index=a.index)], axis=1)


def fit(application: pd.DataFrame, target: pd.Series, most: int = VARIABLES) -> Scorecard:
    """The scorecard of the ``most`` variables of highest information value."""
    from sklearn.linear_model import LogisticRegression

    values = variables(application)
    cuts = {name: cut(values[name]) for name in values}
    woe = {name: evidence(values[name], cuts[name], target) for name in values if cuts[name]}
    strongest = sorted(woe, key=lambda name: -information(values[name], cuts[name], woe[name], target))[:most]
    design = np.column_stack([woe[name][place(values[name], cuts[name])] for name in strongest])
    model = LogisticRegression(C=0.02, max_iter=500).fit(design, target)
    bins = {
        name: Bins(cuts[name], tuple(float(weight * value) for value in woe[name]))
        for name, weight in zip(strongest, model.coef_[0], strict=True)
    }
    return Scorecard(round(float(model.intercept_[0]), 4), bins)


def cut(values: pd.Series) -> tuple[Any, ...]:
    """Bounds of about equally filled bins, or the frequent levels of text."""
    if not pd.api.types.is_numeric_dtype(values):
        counts = values.value_counts()
        return tuple(counts.index[counts >= FEWEST])
    bounds = np.unique(np.nanquantile(values.replace([np.inf, -np.inf], np.nan), np.arange(1, BINS) / BINS))
    return tuple(float(f"{bound:.5g}") for bound in bounds)


def place(values: pd.Series, cuts: tuple[Any, ...]) -> NDArray[np.intp]:
    """Bin number of each value; missing and unseen go to the last."""
    if cuts and isinstance(cuts[0], str):
        codes = pd.Index(cuts).get_indexer(values)
        return np.where(codes < 0, len(cuts), codes)
    numbers = values.to_numpy(float)
    return np.where(np.isnan(numbers), len(cuts) + 1, np.searchsorted(np.array(cuts, float), numbers, side="left"))


def evidence(values: pd.Series, cuts: tuple[Any, ...], target: pd.Series) -> NDArray[np.float64]:
    """Smoothed weight of evidence of each bin, missing last."""
    places, size = place(values, cuts), len(cuts) + (1 if cuts and isinstance(cuts[0], str) else 2)
    rate = float(target.mean())
    bads = np.bincount(places, weights=target, minlength=size) + PRIOR * rate
    goods = np.bincount(places, weights=1 - target, minlength=size) + PRIOR * (1 - rate)
    evidence_of_each: NDArray[np.float64] = np.log(bads / goods) - np.log(rate / (1 - rate))
    return evidence_of_each


def information(values: pd.Series, cuts: tuple[Any, ...], woe: NDArray[np.float64], target: pd.Series) -> float:
    """Information value: how far the goods' and the bads' shares of the bins lie apart."""
    places = place(values, cuts)
    bads = np.bincount(places, weights=target, minlength=len(woe)) / target.sum()
    goods = np.bincount(places, weights=1 - target, minlength=len(woe)) / (1 - target).sum()
    return float(((bads - goods) * woe).sum())
