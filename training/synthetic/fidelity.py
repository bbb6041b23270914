"""How close synthetic application rows are to real ones, or to the facts kept of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from app.scoring.schema.keys import CLIENT
from training.synthetic.correlation import pairwise
from training.synthetic.marginal import Marginal

POINTS = 1_000  # equally weighted values that stand for a distribution kept as facts


@dataclass(frozen=True)
class Facts:
    """One file's distributions.

    Attributes:
        numbers: column -> sorted provided values, equally weighted.
        missing: column -> share of rows without value, for numeric columns.
        levels: text column -> share of each level, "" for missing.
        correlations: Spearman, pairwise complete, numeric columns.
    """

    numbers: dict[str, NDArray[np.float64]]
    missing: dict[str, float]
    levels: dict[str, dict[str, float]]
    correlations: pd.DataFrame


@dataclass(frozen=True, slots=True)
class Fidelity:
    """Distances between two files; 0 is equal, 1 disjoint.

    Attributes:
        ks: numeric column -> Kolmogorov-Smirnov distance of provided values.
        total_variation: text column -> half the summed differences of level shares.
        missing: numeric column -> difference of missing shares.
        correlation_error: mean absolute difference of rank correlations over pairs of numeric columns.
    """

    ks: dict[str, float]
    total_variation: dict[str, float]
    missing: dict[str, float]
    correlation_error: float

    @property
    def median_ks(self) -> float:
        return float(np.median(list(self.ks.values())))

    @property
    def median_total_variation(self) -> float:
        return float(np.median(list(self.total_variation.values())))


def facts_of(frame: pd.DataFrame) -> Facts:
    """The distributions of a frame of raw application rows, identifiers left out."""
    frame = frame.drop(columns=CLIENT, errors="ignore")
    numeric = frame.select_dtypes("number").astype(float)
    text = frame.drop(columns=numeric.columns)
    return Facts(
        {name: np.sort(numeric[name].dropna().to_numpy()) for name in numeric},
        {name: float(numeric[name].isna().mean()) for name in numeric},
        {name: text[name].fillna("").value_counts(normalize=True).to_dict() for name in text},
        spearman(numeric),
    )


def facts_from(marginals: Mapping[str, Marginal], missing: dict[str, float], correlations: pd.DataFrame) -> Facts:
    """The distributions a profile keeps of the real file."""
    uniform = (np.arange(POINTS) + 0.5) / POINTS
    drawn = {name: marginal.draw(uniform) for name, marginal in marginals.items()}
    numbers = {name: np.sort(values) for name, values in drawn.items() if values.dtype != object}
    levels = {
        name: dict(zip(marginals[name].values, marginals[name].shares, strict=True))  # type: ignore[union-attr]
        for name in drawn
        if name not in numbers
    }
    return Facts(numbers, missing, levels, correlations)


def fidelity(real: pd.DataFrame | Facts, synthetic: pd.DataFrame | Facts) -> Fidelity:
    """Distances between real and synthetic application rows over the columns both have."""
    first, second = (side if isinstance(side, Facts) else facts_of(side) for side in (real, synthetic))
    shared = [name for name in first.correlations if name in second.correlations]
    pairs = np.tril_indices(len(shared), -1)
    gaps = (first.correlations.loc[shared, shared] - second.correlations.loc[shared, shared]).to_numpy()[pairs]
    return Fidelity(
        {name: ks(first.numbers[name], second.numbers[name]) for name in first.numbers if name in second.numbers},
        {name: variation(first.levels[name], second.levels[name]) for name in first.levels if name in second.levels},
        {name: abs(first.missing[name] - second.missing[name]) for name in first.missing if name in second.missing},
        float(np.nanmean(np.abs(gaps))),
    )


def ks(first: NDArray[np.float64], second: NDArray[np.float64]) -> float:
    """Largest gap between two empirical distribution functions of sorted values."""
    values = np.unique(np.concatenate([first, second]))
    below = (np.searchsorted(side, values, side="right") / max(len(side), 1) for side in (first, second))
    return float(np.max(np.abs(next(below) - next(below)), initial=0.0))


def variation(first: dict[str, float], second: dict[str, float]) -> float:
    """Total variation distance between two sets of level shares."""
    return sum(abs(first.get(level, 0.0) - second.get(level, 0.0)) for level in first.keys() | second.keys()) / 2


def spearman(numeric: pd.DataFrame) -> pd.DataFrame:
    """Spearman correlations over complete pairs, ranks taken per column; NaN where a column does not vary."""
    return pd.DataFrame(pairwise(numeric.rank().to_numpy(float)), numeric.columns, numeric.columns)
