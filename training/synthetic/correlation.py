"""Correlations of columns that are empty here and there."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

FEWEST_PAIRS = 200  # below it a correlation says nothing


def pairwise(scores: NDArray[Any]) -> NDArray[np.float64]:
    """Correlations of the columns of ``scores`` over complete pairs; NaN where one does not vary or pairs are few."""
    known = ~np.isnan(scores)
    mask = known.astype(float)
    centre = np.where(known, scores, 0.0).sum(axis=0) / np.maximum(mask.sum(axis=0), 1)
    filled = np.where(known, scores - centre, 0.0)
    pairs = mask.T @ mask
    safe = np.maximum(pairs, 1)
    means = filled.T @ mask / safe
    covariance = filled.T @ filled / safe - means * means.T
    variance = (filled**2).T @ mask / safe - means**2
    with np.errstate(invalid="ignore", divide="ignore"):
        correlation = covariance / np.sqrt(variance * variance.T)
    correlation[(pairs < FEWEST_PAIRS) | ~np.isfinite(correlation)] = np.nan
    clipped: NDArray[np.float64] = np.clip(correlation, -1, 1)
    return clipped


def nearest(matrix: NDArray[Any]) -> NDArray[np.float64]:
    """A positive definite correlation matrix close to ``matrix``: small eigenvalues raised, diagonal restored."""
    for _ in range(20):
        values, vectors = np.linalg.eigh((matrix + matrix.T) / 2)
        matrix = (vectors * np.maximum(values, 2e-4)) @ vectors.T
        scale = np.sqrt(np.diag(matrix))
        matrix = matrix / np.outer(scale, scale)
    return matrix
