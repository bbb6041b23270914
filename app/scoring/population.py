"""How a feature is spread over a population, by outcome: the reference of drift, the typical values of pages."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from app.scoring.decision import Value
from app.scoring.features.feature import Feature

BINS = 10

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Distribution:
    """One feature over one population.

    Attributes:
        feature: feature name.
        edges: inner borders of the bins of a number, ascending: those of ``deciles`` or ``separated_deciles``. A value
            equal to a border belongs to the bin above it. Empty for a category.
        categories: values of a category, most frequent first. Empty for a number.
        clients: count per bin or category, then the count of missing values: one entry more than there are bins.
        repaid: of these, those known to have repaid.
        defaulted: of these, those known not to have repaid.
        typical: median of a number, most frequent value of a category; None when never provided.
        low: smallest value seen; None for a category.
        high: largest value seen; None for a category.
    """

    feature: str
    edges: tuple[float, ...]
    categories: tuple[str, ...]
    clients: tuple[int, ...]
    repaid: tuple[int, ...]
    defaulted: tuple[int, ...]
    typical: Value
    low: float | None
    high: float | None


Population = Mapping[str, Distribution]


def deciles(values: Floats) -> Floats:
    """Borders that leave a tenth of the values in each bin, fewer where they coincide."""
    return np.unique(_deciles(values))


def separated_deciles(values: Floats) -> Floats:
    """Deciles, and a border just above each value that several of them share.

    Otherwise a flag that 3 % bear has one bin for everyone, and no drift of it is ever seen.
    """
    found = _deciles(values)
    shared = np.unique(found[1:][found[1:] == found[:-1]])
    distinct = np.unique(values)
    above = np.searchsorted(distinct, shared, side="right")
    return np.unique(np.concatenate([found, distinct[above[above < len(distinct)]]]))


def _deciles(values: Floats) -> Floats:
    return np.quantile(values, np.arange(1, BINS) / BINS) if values.size else np.array([])


def summarise(
    rows: pd.DataFrame,
    defaulted: pd.Series,
    features: Iterable[Feature],
    borders: Callable[[Floats], Floats] = deciles,
) -> dict[str, Distribution]:
    """Distribution of every feature over ``rows``.

    Args:
        rows: one row per client, a column per feature.
        defaulted: 1, 0 or missing where the outcome is unknown; aligned with ``rows``.
        borders: of the bins of a number, from its known values.
    """
    outcome = defaulted.to_numpy(dtype="float64", na_value=np.nan)
    summarised = {}
    for feature in features:
        column = rows[feature.name]
        if feature.kind == "category":
            summarised[feature.name] = _of_category(feature.name, column, outcome)
        else:
            summarised[feature.name] = of_number(feature.name, column, outcome, borders)
    return summarised


def of_number(name: str, column: pd.Series, outcome: np.ndarray, borders: Callable[[Floats], Floats]) -> Distribution:
    values = column.to_numpy(dtype="float64", na_value=np.nan)
    known = values[~np.isnan(values)]
    edges = borders(known)
    position = np.where(np.isnan(values), len(edges) + 1, np.searchsorted(edges, values, side="right"))
    return Distribution(
        feature=name,
        edges=tuple(edges.tolist()),
        categories=(),
        **_counts(position, outcome, len(edges) + 2),
        typical=float(np.median(known)) if known.size else None,
        low=float(known.min()) if known.size else None,
        high=float(known.max()) if known.size else None,
    )


def _of_category(name: str, column: pd.Series, outcome: np.ndarray) -> Distribution:
    categories = ordered_categories(column)
    code = {value: position for position, value in enumerate(categories)}
    position = column.map(code).fillna(len(categories)).to_numpy(dtype="int64")
    return Distribution(
        feature=name,
        edges=(),
        categories=categories,
        **_counts(position, outcome, len(categories) + 1),
        typical=categories[0] if categories else None,
        low=None,
        high=None,
    )


def ordered_categories(column: pd.Series) -> tuple[str, ...]:
    """Values of a categorical column, most frequent first, then by name: never by outcome."""
    counts = column.dropna().value_counts()
    return tuple(sorted(counts.index, key=lambda value: (-counts[value], value)))


def _counts(position: np.ndarray, outcome: np.ndarray, bins: int) -> dict[str, tuple[int, ...]]:
    groups = {"clients": position, "repaid": position[outcome == 0], "defaulted": position[outcome == 1]}
    return {name: tuple(np.bincount(group, minlength=bins).tolist()) for name, group in groups.items()}


def write_population(population: Population, path: Path) -> None:
    """Write as JSON, one entry per feature, the same bytes for the same population."""
    entries = {name: asdict(distribution) for name, distribution in population.items()}
    path.write_text(json.dumps(entries, indent=None, separators=(",", ":")), encoding="utf-8")


def read_population(path: Path) -> dict[str, Distribution]:
    """Read what ``write_population`` wrote."""
    entries = json.loads(path.read_text(encoding="utf-8"))
    return {name: _distribution(entry) for name, entry in entries.items()}


def _distribution(entry: dict[str, Any]) -> Distribution:
    fields: dict[str, Any] = {key: tuple(value) if isinstance(value, list) else value for key, value in entry.items()}
    return Distribution(**fields)
