"""Some clients with everything the eight tables say of them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import expit

from app.scoring.schema import TABLES
from app.scoring.schema.keys import CLIENT
from training.synthetic import application, bureau, credit_card, instalments, marginal, previous_application
from training.synthetic.profile import Profile
from training.synthetic.rows import Risk

RAW_COLUMNS = [name for name in TABLES["application_test"].names if name != CLIENT]

Frames = dict[str, pd.DataFrame]


def draw_clients(
    profile: Profile,
    ids: NDArray[np.int64],
    labelled: NDArray[np.bool_],
    first_loan: int,
    first_application: int,
    generator: np.random.Generator,
) -> Frames:
    """Rows of each raw table, by name, sorted by id.

    Args:
        ids: SK_ID_CURR; ``labelled``: who is in application_train.
        first_loan, first_application: SK_ID_BUREAU and SK_ID_PREV to count from.
    """
    free = profile.application.draw(profile.application.latent_scores(len(ids), generator))
    raw = application.raw_columns(free, RAW_COLUMNS)
    risk, target = _outcome(profile, raw, generator)
    raw = pd.concat([pd.DataFrame({CLIENT: ids, "TARGET": target}), raw], axis=1)
    lateness, use = (
        risk.effect(*loadings, generator.standard_normal(len(ids)))
        for loadings in (profile.habits.lateness, profile.habits.use)
    )
    counts = [free[name].to_numpy().astype(int) for name in application.COUNTS]
    return {
        "application_train": raw[labelled],
        "application_test": raw[~labelled],
        **_elsewhere(profile, ids, labelled, counts[0], risk, lateness, first_loan, generator),
        **_here(profile, ids, counts[1], risk, lateness, use, first_application, generator),
    }


def _outcome(profile: Profile, raw: pd.DataFrame, generator: np.random.Generator) -> tuple[Risk, NDArray[np.int64]]:
    outcome = profile.outcome
    known = (profile.scorecard.log_odds(raw) - outcome.mean) / outcome.spread
    risk = Risk(known, generator.standard_normal(len(raw)))
    probability = expit(outcome.intercept + outcome.on_known * risk.known + outcome.on_hidden * risk.hidden)
    return risk, (generator.random(len(raw)) < probability).astype(np.int64)


def _elsewhere(
    profile: Profile,
    ids: NDArray[np.int64],
    labelled: NDArray[np.bool_],
    counts: NDArray[np.integer],
    risk: Risk,
    lateness: NDArray[np.float64],
    first_loan: int,
    generator: np.random.Generator,
) -> Frames:
    facts = profile.bureau_balance
    owner, loans = bureau.draw_bureau(profile.bureau, counts, risk, generator)
    loans = loans.assign(SK_ID_CURR=ids[owner], SK_ID_BUREAU=first_loan + np.arange(len(loans)))
    share = np.where(labelled, facts["covered_labelled"], facts["covered_current"])
    covered = (generator.random(len(ids)) < share)[owner]
    loan, month, state = bureau.draw_balance(facts, loans, covered, lateness[owner], generator)
    balance = pd.DataFrame(
        {
            "SK_ID_BUREAU": loans["SK_ID_BUREAU"].to_numpy()[loan],
            "MONTHS_BALANCE": month,
            "STATUS": pd.Categorical.from_codes(state, bureau.STATES),
        }
    )
    return {"bureau": loans, "bureau_balance": balance}


def _here(
    profile: Profile,
    ids: NDArray[np.int64],
    counts: NDArray[np.integer],
    risk: Risk,
    lateness: NDArray[np.float64],
    use: NDArray[np.float64],
    first_application: int,
    generator: np.random.Generator,
) -> Frames:
    months = marginal.from_facts(profile.credit_card["months"])
    owner, previous = previous_application.draw_previous(profile.previous, counts, risk, months, generator)
    previous = previous.assign(SK_ID_CURR=ids[owner], SK_ID_PREV=first_application + np.arange(len(previous)))
    paid = instalments.loans_with_schedule(previous)
    loans, late = previous.iloc[paid].reset_index(drop=True), lateness[owner[paid]]
    cards = previous_application.cards(previous)
    card, card_owner = previous.iloc[cards].reset_index(drop=True), owner[cards]
    balances = credit_card.draw_cards(profile.credit_card, card, use[card_owner], lateness[card_owner], generator)
    payments = [
        _named(loans, *instalments.draw_payments(loans, late, generator)),
        _named(card, *credit_card.draw_payments(*balances, generator)),
    ]
    return {
        "previous_application": previous,
        "POS_CASH_balance": _named(loans, *instalments.draw_balances(profile.pos_cash, loans, late, generator)),
        "installments_payments": pd.concat(payments).sort_values("SK_ID_PREV", kind="stable"),
        "credit_card_balance": _named(card, *balances),
    }


def _named(loans: pd.DataFrame, place: NDArray[Any], rows: pd.DataFrame) -> pd.DataFrame:
    """``rows`` with the ids of the loans they belong to."""
    return rows.assign(**{name: loans[name].to_numpy()[place] for name in ("SK_ID_PREV", CLIENT)})
