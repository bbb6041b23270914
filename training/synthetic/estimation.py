"""Fits a copula to real rows.

Latent correlations are fitted by simulation, because ties, levels and missing values weaken what ranks show of them.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import ndtri
from scipy.stats import rankdata

from training.synthetic import marginal
from training.synthetic.copula import ALL, Copula, Scores
from training.synthetic.correlation import nearest, pairwise
from training.synthetic.marginal import Marginal

ROUNDS = 5  # of fitting by simulation; the mean error halves in each of the first ones
SIMULATED = 30_000


def fit(
    frame: pd.DataFrame,
    parents: dict[str, str],
    ranking: pd.Series,
    clients: pd.Series | None = None,
    unobserved: Collection[str] = (),
) -> Copula:
    """The copula of ``frame``.

    Args:
        frame: one row per client or loan; text and float columns.
        parents: column -> text column of ``frame``, itself without parent, on which its distribution depends.
        ranking: one number per row (the outcome); text levels are ordered by its mean, so that order carries risk.
        clients: whose each row is, where a client may have several.
        unobserved: columns whose empty values were not looked up, rather than missing: they are drawn for everyone.
    """
    frame = frame.assign(**{column: frame[column].fillna("") for column in frame if _is_text(frame[column])})
    patterns = _patterns(frame.drop(columns=list(unobserved)))
    parents = parents | {pattern: parents[pattern] for pattern in patterns if pattern in parents}
    marginals = {column: _by_level(frame, column, parents, ranking, clients) for column in frame}
    absence = {p: (columns, _shares(frame, p, parents)) for p, columns in patterns.items()}
    latents = [*frame.columns, *(f"absence of {pattern}" for pattern in absence)]
    wanted = _known(_scores(frame, parents, patterns, marginals))
    shape = Copula(parents, marginals, absence, latents, nearest(wanted))
    return _by_simulation(shape, wanted, patterns, np.random.default_rng(0))


def row_scores(copula: Copula, frame: pd.DataFrame) -> pd.DataFrame:
    """Normal scores of real rows, one column per latent; NaN where the value is missing."""
    frame = frame.assign(**{column: frame[column].fillna("") for column in frame if _is_text(frame[column])})
    patterns = {pattern: columns for pattern, (columns, _) in copula.absence.items()}
    scores = _scores(frame, copula.parents, patterns, copula.marginals)
    return pd.DataFrame(scores, columns=copula.latents, index=frame.index)


def _by_simulation(shape: Copula, wanted: Scores, patterns: dict[str, list[str]], generator: Any) -> Copula:
    latent, noise = wanted.copy(), generator.standard_normal((SIMULATED, len(wanted)))
    for _ in range(ROUNDS):
        copula = Copula(shape.parents, shape.marginals, shape.absence, shape.latents, nearest(latent))
        drawn = copula.draw(noise @ copula.root.T)
        drawn = drawn.assign(**{column: drawn[column].fillna("") for column in drawn if _is_text(drawn[column])})
        reached = _known(_scores(drawn, shape.parents, patterns, shape.marginals))
        latent = np.clip(latent + (wanted - reached), -0.999, 0.999)
    return Copula(shape.parents, shape.marginals, shape.absence, shape.latents, nearest(latent))


def _is_text(values: pd.Series) -> bool:
    return not pd.api.types.is_numeric_dtype(values)


def _patterns(frame: pd.DataFrame) -> dict[str, list[str]]:
    """Numeric columns missing in the same rows, under the name of the first."""
    patterns: dict[str, list[str]] = {}
    for column in frame.columns[frame.isna().any()]:
        missing = frame[column].isna()
        same = [p for p in patterns if (frame[p].isna() != missing).mean() < 5e-4]
        patterns.setdefault(same[0] if same else column, []).append(column)
    return patterns


def _levels_of(frame: pd.DataFrame, column: str, parents: dict[str, str]) -> pd.Series:
    return frame[parents[column]] if column in parents else pd.Series(ALL, index=frame.index)


def _by_level(
    frame: pd.DataFrame, column: str, parents: dict[str, str], ranking: pd.Series, clients: pd.Series | None
) -> dict[str, Marginal]:
    order = None
    if _is_text(frame[column]):
        mean, count = ranking.groupby(frame[column]).mean(), ranking.groupby(frame[column]).count()
        smooth = (mean.fillna(0) * count + ranking.mean() * 50) / (count + 50)
        order = list(smooth.sort_values().index)
    provided = frame[column].dropna()
    groups = provided.groupby(_levels_of(frame, column, parents)[provided.index])
    held_by = pd.Series(frame.index, frame.index) if clients is None else clients
    return {
        str(level): marginal.estimate(values, order, clients)
        for level, values in groups
        if held_by[values.index].nunique() >= marginal.FEWEST
    }


def _shares(frame: pd.DataFrame, pattern: str, parents: dict[str, str]) -> dict[str, float]:
    missing = frame[pattern].isna().groupby(_levels_of(frame, pattern, parents)).mean()
    return {str(level): float(share) for level, share in missing.items()}


def _scores(
    frame: pd.DataFrame,
    parents: dict[str, str],
    patterns: dict[str, list[str]],
    marginals: dict[str, dict[str, Marginal]],
) -> Scores:
    columns = [_column_scores(frame, column, parents, marginals[column]) for column in frame]
    for pattern in patterns:
        provided = frame[pattern].notna().astype(float)
        columns.append(_ranked(provided, _levels_of(frame, pattern, parents)))
    return np.column_stack(columns)


def _column_scores(frame: pd.DataFrame, column: str, parents: dict[str, str], by_level: dict[str, Marginal]) -> Scores:
    values = frame[column]
    if _is_text(values):
        order = {level: place for place, level in enumerate(_text_order(by_level))}
        values = values.map(order).astype(float)
    return _ranked(values, _levels_of(frame, column, parents))


def _text_order(by_level: dict[str, Marginal]) -> list[str]:
    """One order of all levels that agrees with the order inside every parent level."""
    largest = max(by_level.values(), key=lambda m: len(m.values))  # type: ignore[union-attr]
    order = list(largest.values)  # type: ignore[union-attr]
    for other in by_level.values():
        order += [value for value in other.values if value not in order]  # type: ignore[union-attr]
    return order


def _ranked(values: pd.Series, levels: pd.Series) -> Scores:
    """Normal scores of mid-ranks inside each parent level; a level where everything is equal says nothing."""
    scores = np.full(len(values), np.nan)
    numbers = values.to_numpy(float)
    for places in pd.Series(np.arange(len(values))).groupby(levels.to_numpy()).indices.values():
        known = places[~np.isnan(numbers[places])]
        if len(known) and np.ptp(numbers[known]) > 0:
            scores[known] = ndtri((rankdata(numbers[known]) - 0.5) / len(known))
    return scores


def _known(scores: Scores) -> NDArray[np.float64]:
    """Pairwise correlations, 0 where nothing is known of a pair."""
    correlation = np.nan_to_num(pairwise(scores))
    np.fill_diagonal(correlation, 1.0)
    return correlation
