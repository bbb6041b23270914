"""The committed statistical profile: everything the generator knows of real clients, and no row of theirs."""

from __future__ import annotations

import gzip
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from training.synthetic import copula, fidelity, marginal, rows, scorecard
from training.synthetic.copula import Copula
from training.synthetic.fidelity import Facts
from training.synthetic.rows import RowModel
from training.synthetic.scorecard import Scorecard

PROFILE = Path(__file__).with_name("profile.json.gz")


@dataclass(frozen=True)
class Outcome:
    """How log-odds of default follow from known and hidden risk, both of mean 0 and variance 1.

    Attributes:
        mean, spread: of the scorecard's log-odds over synthetic clients.
        intercept, on_known, on_hidden: ``logit p = intercept + on_known * known + on_hidden * hidden``.
    """

    mean: float
    spread: float
    intercept: float
    on_known: float
    on_hidden: float


@dataclass(frozen=True)
class Habits:
    """Loadings of client habits on known and hidden risk: how late payments are, how far a card is used."""

    lateness: tuple[float, float]
    use: tuple[float, float]


@dataclass(frozen=True)
class Profile:
    """What is kept of the real tables.

    Attributes:
        application: free columns of the application and the counts of history rows.
        facts: distributions and rank correlations of the raw application columns, TARGET included.
        scorecard, outcome: where the outcome comes from.
        bureau, previous: rows of the two tables that carry history.
        habits: of clients; balances, instalments, cards: aggregate facts of the monthly tables.
    """

    application: Copula
    facts: Facts
    scorecard: Scorecard
    outcome: Outcome
    bureau: RowModel
    previous: RowModel
    habits: Habits
    bureau_balance: dict[str, Any]
    pos_cash: dict[str, Any]
    credit_card: dict[str, Any]


def save(path: Path, parts: dict[str, Any]) -> None:
    """Writes ``parts`` (plain values) as gzipped JSON with the same bytes each time."""
    text = json.dumps(parts, separators=(",", ":"), allow_nan=False)
    path.write_bytes(gzip.compress(text.encode(), 9, mtime=0))


def load(path: Path = PROFILE) -> Profile:
    """The profile that ``training.synthetic.estimate_profile`` wrote."""
    parts = json.loads(gzip.decompress(path.read_bytes()))
    return Profile(
        copula.from_facts(parts["application"]),
        facts_from(parts["facts"]),
        scorecard.from_facts(parts["scorecard"]),
        Outcome(**parts["outcome"]),
        rows.from_facts(parts["bureau"]),
        rows.from_facts(parts["previous"]),
        Habits(**{name: tuple(value) for name, value in parts["habits"].items()}),
        parts["bureau_balance"],
        parts["pos_cash"],
        parts["credit_card"],
    )


def facts_of(raw: pd.DataFrame) -> dict[str, Any]:
    """Plain values of the raw application's distributions and rank correlations."""
    known = fidelity.facts_of(raw)
    text = {name: list(shares) for name, shares in known.levels.items()}
    marginals = {name: marginal.estimate(raw[name]) for name in known.numbers}
    marginals |= {name: marginal.estimate(raw[name].fillna(""), order) for name, order in text.items()}
    lower = known.correlations.to_numpy()[np.tril_indices(len(known.correlations), -1)]
    return {
        "marginals": {name: value.facts() for name, value in marginals.items()},
        "missing": {name: round(share, 5) for name, share in known.missing.items()},
        "correlated": list(known.correlations),
        "correlations": [None if np.isnan(value) else round(1000 * value) for value in lower.tolist()],
    }


def facts_from(parts: dict[str, Any]) -> Facts:
    """What ``facts_of`` wrote."""
    names = parts["correlated"]
    matrix = np.eye(len(names))
    lower = np.array([np.nan if value is None else value / 1000 for value in parts["correlations"]])
    matrix[np.tril_indices(len(names), -1)] = lower
    matrix.T[np.tril_indices(len(names), -1)] = lower
    marginals = {name: marginal.from_facts(value) for name, value in parts["marginals"].items()}
    return fidelity.facts_from(marginals, parts["missing"], pd.DataFrame(matrix, names, names))
