"""Estimates the statistical profile of real tables: aggregate facts, no rows.

One folder holds the largest labelled application file; another, relational, a sample of clients with their complete
bureau, bureau_balance, previous_application, POS_CASH_balance and credit_card_balance rows.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from scipy.special import expit, ndtri
from scipy.stats import rankdata

from app.scoring.schema.keys import CLIENT
from training.synthetic import (
    application,
    bureau,
    credit_card,
    estimation,
    instalments,
    previous_application,
    profile,
    rows,
    scorecard,
)
from training.synthetic.copula import Copula
from training.synthetic.profile import Outcome
from training.synthetic.scorecard import Scorecard

DEFAULT_RATE = 0.0807  # of the 307,511 labelled clients of the public data
ON_HIDDEN = 0.95  # log-odds per standard deviation; with rows.HISTORY_WEIGHT, histories lift the AUC by about 0.03
SIMULATED = 100_000
ATTENUATION = 0.346  # (16 sqrt(3) / (15 pi))^2: a logit averaged over normal noise (Zeger et al., 1988)

Say = Callable[[str], None]


def estimate(labelled: pd.DataFrame, tables: dict[str, pd.DataFrame], say: Say = print) -> dict[str, Any]:
    """The profile's parts as plain values.

    Args:
        labelled: application_train; ``tables``: raw tables of the relational sample by name, read in full.
    """
    target, columns = labelled["TARGET"], [c for c in labelled if c not in (CLIENT, "TARGET")]
    say("scorecard of the outcome")
    card = scorecard.fit(labelled, target)
    say("joint distribution of the application")
    free = application.free_columns(_with_counts(labelled, tables))
    joint = estimation.fit(free, application.PARENTS, target, unobserved=application.COUNTS)
    outcome = _outcome(joint, card, columns, float(np.std(card.log_odds(labelled))))
    clients = _clients(tables, card, outcome)
    say("joint distribution of bureau rows")
    loans = tables["bureau"]
    bureau_rows = rows.fit(bureau.free_columns(loans), loans[CLIENT], clients)
    say("joint distribution of earlier applications")
    earlier = tables["previous_application"].dropna(subset="PRODUCT_COMBINATION").reset_index(drop=True)
    previous_rows = rows.fit(previous_application.free_columns(earlier), earlier[CLIENT], clients)
    say("monthly tables")
    known = set(tables["application_train"][CLIENT])
    return {
        "application": joint.facts(),
        "facts": profile.facts_of(labelled.drop(columns=CLIENT)),
        "scorecard": card.facts(),
        "outcome": {name: round(float(getattr(outcome, name)), 4) for name in outcome.__dataclass_fields__},
        "bureau": bureau_rows.facts(),
        "previous": previous_rows.facts(),
        "habits": _habits(tables, clients),
        "bureau_balance": bureau.balance_facts(loans, tables["bureau_balance"], known),
        "pos_cash": instalments.facts_of_balances(tables["POS_CASH_balance"]),
        "credit_card": credit_card.facts_of_cards(tables["credit_card_balance"]),
    }


def _with_counts(labelled: pd.DataFrame, tables: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """Adds each client's number of history rows where the relational sample knows it."""
    known = labelled[CLIENT].isin(tables["application_train"][CLIENT])
    counted = {}
    for name, table in zip(application.COUNTS, ("bureau", "previous_application"), strict=True):
        counts = tables[table].groupby(CLIENT).size()
        counted[name] = labelled[CLIENT].map(counts).fillna(0).where(known)
    return labelled.assign(**counted)


def _outcome(joint: Copula, card: Scorecard, columns: list[str], spread: float) -> Outcome:
    """Log-odds spread as widely over synthetic clients as over real ones, at the public default rate."""
    generator = np.random.default_rng(0)
    free = joint.draw(joint.latent_scores(SIMULATED, generator))
    log_odds = card.log_odds(application.raw_columns(free, columns))
    known = (log_odds - log_odds.mean()) / log_odds.std()
    slope = spread * np.sqrt(1 + ATTENUATION * ON_HIDDEN**2)
    noise = ON_HIDDEN * generator.standard_normal(SIMULATED)
    low, high = -10.0, 5.0
    while high - low > 1e-6:
        middle = (low + high) / 2
        low, high = (middle, high) if expit(middle + slope * known + noise).mean() < DEFAULT_RATE else (low, middle)
    return Outcome(log_odds.mean(), log_odds.std(), middle, slope, ON_HIDDEN)


def _clients(tables: dict[str, pd.DataFrame], card: Scorecard, outcome: Outcome) -> pd.DataFrame:
    """What ``rows.fit`` wants to know of each client of the relational sample."""
    both = pd.concat([tables["application_train"], tables["application_test"]], ignore_index=True)
    log_odds = card.log_odds(both)
    probability = expit(log_odds)
    return pd.DataFrame(
        {
            "target": both["TARGET"].to_numpy(float),
            "known": (log_odds - log_odds.mean()) / log_odds.std(),
            "surprise": both["TARGET"].to_numpy(float) - probability,
            "hidden_covariance": outcome.on_hidden * float(np.mean(probability * (1 - probability))),
        },
        index=both[CLIENT],
    )


def _habits(tables: dict[str, pd.DataFrame], clients: pd.DataFrame) -> dict[str, list[float]]:
    pos, card = tables["POS_CASH_balance"], tables["credit_card_balance"]
    late = (pos["SK_DPD_DEF"] > 0).groupby(pos[CLIENT]).mean()
    limit = card["AMT_CREDIT_LIMIT_ACTUAL"].where(card["AMT_CREDIT_LIMIT_ACTUAL"] > 0)
    use = (card["AMT_BALANCE"] / limit).groupby(card[CLIENT]).mean().dropna()
    pairs = {"lateness": late, "use": use}
    return {name: _loading(values, clients) for name, values in pairs.items()}


def _loading(habit: pd.Series, clients: pd.DataFrame) -> list[float]:
    scores = pd.Series(ndtri((rankdata(habit) - 0.5) / len(habit)), habit.index)
    scores = (scores - scores.mean()) / scores.std()
    measured = rows.loadings(scores, pd.Series(scores.index, scores.index), clients, sharing=0.5)
    return [round(value, 3) for value in measured]


def _read(folder: Path, names: list[str]) -> dict[str, pd.DataFrame]:
    return {name: _objects(pd.read_csv(folder / f"{name}.csv")) for name in names}


def _objects(frame: pd.DataFrame) -> pd.DataFrame:
    text = frame.select_dtypes(exclude="number").columns
    return frame.astype(dict.fromkeys(text, object)).copy()


def estimate_profile(application_folder: Path, relational: Path, out: Path) -> None:
    """Estimate from two folders of CSV files, as the module says, and write the profile."""
    names = "application_train application_test bureau bureau_balance previous_application POS_CASH_balance"
    tables = _read(relational, [*names.split(), "credit_card_balance"])
    labelled = _read(application_folder, ["application_train"])["application_train"]
    profile.save(out, estimate(labelled, tables))
