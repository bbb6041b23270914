"""Rows of a history table: each client's rows resemble each other and follow the client's risk."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import ndtr

from training.synthetic import copula, estimation
from training.synthetic.copula import Copula
from training.synthetic.marginal import Levels

GROUP = "GROUP"  # what kind of row it is: every other column's distribution depends on it
FEWEST_ROWS = 60  # a rarer group is left out
LEAST_SHARING = 0.02
HISTORY_WEIGHT = 3.0  # a sample of a few hundred defaults, each loading shrunk, shows this part of what histories tell
MOST_EXPLAINED = 0.8  # of a client effect by risk; the rest stays the client's own

Groups = NDArray[Any]
Settle = Callable[[Groups], Groups]


@dataclass(frozen=True, slots=True)
class Risk:
    """What drives default, one value per client, each of mean 0 and variance 1.

    Attributes:
        known: what the application shows of it, from the scorecard.
        hidden: what it does not show; history does, in part.
    """

    known: NDArray[np.float64]
    hidden: NDArray[np.float64]

    def effect(self, on_known: Any, on_hidden: Any, noise: NDArray[np.floating]) -> NDArray[np.float64]:
        """A standard normal client effect, shape of ``noise`` (clients,) or (clients, latents)."""
        shape = (-1, *([1] * (noise.ndim - 1)))
        rest = np.sqrt(1 - np.square(on_known) - np.square(on_hidden))
        effect: NDArray[np.float64] = (
            on_known * self.known.reshape(shape) + on_hidden * self.hidden.reshape(shape) + rest * noise
        )
        return effect


@dataclass(frozen=True)
class RowModel:
    """A copula of rows with client effects.

    Attributes:
        copula: joint distribution of one row's columns; each but ``GROUP`` depends on ``GROUP``.
        sharing: latent -> share of its variance that is the client's (intraclass correlation).
        on_known, on_hidden: loadings of the client effect of each latent on the client's risk.
    """

    copula: Copula
    sharing: NDArray[np.float64]
    on_known: NDArray[np.float64]
    on_hidden: NDArray[np.float64]

    def draw(
        self, owner: NDArray[np.intp], risk: Risk, generator: np.random.Generator, settle: Settle | None = None
    ) -> pd.DataFrame:
        """One row per entry of ``owner`` (position of the client in ``risk``); ``settle`` may change groups."""
        noise = self.copula.latent_scores(len(risk.known), generator)
        client = risk.effect(self.on_known, self.on_hidden, noise)
        own = self.copula.latent_scores(len(owner), generator)
        scores = np.sqrt(self.sharing) * client[owner] + np.sqrt(1 - self.sharing) * own
        groups = self.groups.draw(ndtr(scores[:, self.copula.latents.index(GROUP)]))
        return self.copula.draw(scores, {GROUP: settle(groups) if settle else groups})

    @property
    def groups(self) -> Levels:
        """Shares of the kinds of row."""
        shares = self.copula.marginals[GROUP][copula.ALL]
        assert isinstance(shares, Levels)
        return shares

    def facts(self) -> dict[str, Any]:
        """Plain values for the profile; ``from_facts`` reads them."""
        loadings = {"sharing": self.sharing, "on_known": self.on_known, "on_hidden": self.on_hidden}
        return {"copula": self.copula.facts()} | {name: np.round(v, 3).tolist() for name, v in loadings.items()}


def from_facts(facts: dict[str, Any]) -> RowModel:
    """What ``RowModel.facts`` wrote."""
    loadings = [np.array(facts[name]) for name in ("sharing", "on_known", "on_hidden")]
    return RowModel(copula.from_facts(facts["copula"]), *loadings)


def fit(frame: pd.DataFrame, owner: pd.Series, clients: pd.DataFrame) -> RowModel:
    """The model of one table's rows.

    Args:
        frame: free columns with ``GROUP``; ``owner``: SK_ID_CURR of each row.
        clients: by SK_ID_CURR: ``target`` (NaN when unlabelled), ``known`` (standardised scorecard log-odds),
            ``surprise`` (outcome minus scorecard probability) and, everywhere equal, ``hidden_covariance``: the
            covariance of hidden risk with the outcome.
    """
    common = frame[GROUP].map(frame[GROUP].value_counts()) >= FEWEST_ROWS
    frame, owner = frame[common].reset_index(drop=True), owner[common].reset_index(drop=True)
    parents = {column: GROUP for column in frame if column != GROUP}
    model = estimation.fit(frame, parents, owner.map(clients["target"]), owner)
    scores = estimation.row_scores(model, frame)
    sharing = np.array([intraclass(scores[latent], owner) for latent in model.latents])
    pairs = [
        loadings(scores[latent], owner, clients, share) for latent, share in zip(model.latents, sharing, strict=True)
    ]
    on_known, on_hidden = np.array(pairs).T
    return RowModel(model, sharing, on_known, on_hidden)


def intraclass(scores: pd.Series, owner: pd.Series) -> float:
    """Mean correlation of two rows of one client."""
    values = (scores - scores.mean()) / scores.std() if scores.std() > 0 else scores * np.nan
    groups = values.dropna().groupby(owner)
    size, total, squares = groups.size(), groups.sum(), (values.dropna() ** 2).groupby(owner).sum()
    several = size >= 2
    if several.sum() < 30:
        return LEAST_SHARING
    between = ((total**2 - squares) / (size - 1).clip(lower=1))[several].sum() / size[several].sum()
    return float(np.clip(between, LEAST_SHARING, 0.9))


def loadings(scores: pd.Series, owner: pd.Series, clients: pd.DataFrame, sharing: float) -> tuple[float, float]:
    """Of one latent's client effect: on known risk; on hidden risk, shrunk by one standard error, then weighted."""
    means = scores.groupby(owner).mean().dropna()
    facts = clients.reindex(means.index)
    if len(means) < 100 or means.std() == 0 or sharing <= LEAST_SHARING:
        return 0.0, 0.0
    on_known = float((means * facts["known"]).mean() / np.sqrt(sharing))
    product = ((means - means.mean()) * facts["surprise"]).dropna()
    scale = np.sqrt(sharing) * float(facts["hidden_covariance"].mean())
    raw, error = product.mean() / scale, product.std() / np.sqrt(len(product)) / scale
    on_hidden = HISTORY_WEIGHT * float(np.sign(raw) * max(abs(raw) - error, 0.0)) if len(product) else 0.0
    size = on_known**2 + on_hidden**2
    shrink = np.sqrt(MOST_EXPLAINED / size) if size > MOST_EXPLAINED else 1.0
    return on_known * shrink, on_hidden * shrink
