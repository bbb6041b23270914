"""A Gaussian copula over mixed columns: numbers, levels, and which values are missing together.

Each column, and each pattern of missing values, has one latent normal score. Distributions may depend on the level of
a parent column (the amounts of a revolving loan are not those of a cash loan).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import ndtr

from training.synthetic import marginal
from training.synthetic.correlation import nearest
from training.synthetic.marginal import Marginal

ALL = ""  # the parent level of a column without parent

Scores = NDArray[np.floating]


@dataclass(frozen=True)
class Copula:
    """Joint distribution of the columns of one frame.

    Attributes:
        parents: column -> the text column on whose level its distribution depends.
        marginals: column -> parent level -> distribution of provided values.
        absence: pattern -> (its columns, parent level -> share missing).
        latents: names of the latent scores: columns, then "absence of <pattern>".
        correlation: latent correlations, in the order of ``latents``.
    """

    parents: dict[str, str]
    marginals: dict[str, dict[str, Marginal]]
    absence: dict[str, tuple[list[str], dict[str, float]]]
    latents: list[str]
    correlation: NDArray[np.float64]

    @cached_property
    def root(self) -> NDArray[np.float64]:
        """Cholesky factor of the correlation."""
        return np.asarray(np.linalg.cholesky(self.correlation), np.float64)

    def latent_scores(self, rows: int, generator: np.random.Generator) -> Scores:
        """Correlated standard normal scores, shape (rows, latents)."""
        return generator.standard_normal((rows, len(self.latents)), np.float32) @ self.root.T.astype(np.float32)

    def draw(self, scores: Scores, given: dict[str, NDArray[Any]] | None = None) -> pd.DataFrame:
        """The rows that latent ``scores`` stand for; None or NaN where a value is missing; ``given`` columns stay."""
        uniform = pd.DataFrame(ndtr(scores), columns=self.latents)
        drawn: dict[str, NDArray[Any]] = dict(given or {})
        places: dict[str, dict[str, Any]] = {"": {ALL: slice(None)}}
        for column in sorted(self.marginals.keys() - drawn.keys(), key=lambda name: (name in self.parents, name)):
            parent = self.parents.get(column, "")
            if parent not in places:
                places[parent] = pd.Series(drawn[parent]).groupby(drawn[parent]).indices
            drawn[column] = self._values(column, uniform[column].to_numpy(), places[parent])
        for pattern, (columns, shares) in self.absence.items():
            place = places[self.parents.get(pattern, "")]
            missing = _below(uniform[f"absence of {pattern}"].to_numpy(), shares, place)
            for column in columns:
                drawn[column] = np.where(missing, np.nan, drawn[column])
        return pd.DataFrame({column: drawn[column] for column in self.marginals})

    def _values(self, column: str, uniform: Scores, places: dict[str, Any]) -> NDArray[Any]:
        text = next(iter(self.marginals[column].values())).is_text
        values = np.full(len(uniform), np.nan, dtype=object if text else float)
        for level, place in places.items():
            if level in self.marginals[column]:
                values[place] = self.marginals[column][level].draw(uniform[place])
        return values

    def facts(self) -> dict[str, Any]:
        """Plain values for the profile; ``from_facts`` reads them."""
        lower = self.correlation[np.tril_indices(len(self.latents), -1)]
        return {
            "parents": self.parents,
            "marginals": {c: {k: m.facts() for k, m in by.items()} for c, by in self.marginals.items()},
            "absence": {p: [c, {k: round(s, 5) for k, s in shares.items()}] for p, (c, shares) in self.absence.items()},
            "correlation": [round(1000 * value) for value in lower.tolist()],
        }


def from_facts(facts: dict[str, Any]) -> Copula:
    """What ``Copula.facts`` wrote."""
    marginals = {c: {k: marginal.from_facts(m) for k, m in by.items()} for c, by in facts["marginals"].items()}
    latents = [*marginals, *(f"absence of {pattern}" for pattern in facts["absence"])]
    correlation = np.eye(len(latents))
    correlation[np.tril_indices(len(latents), -1)] = np.array(facts["correlation"]) / 1000
    correlation = correlation + correlation.T - np.eye(len(latents))
    absence = {p: (columns, shares) for p, (columns, shares) in facts["absence"].items()}
    return Copula(facts["parents"], marginals, absence, latents, nearest(correlation))


def _below(uniform: Scores, shares: dict[str, float], places: dict[str, Any]) -> NDArray[np.bool_]:
    missing = np.zeros(len(uniform), bool)
    for level, place in places.items():
        missing[place] = uniform[place] < shares.get(level, 0.0)
    return missing
