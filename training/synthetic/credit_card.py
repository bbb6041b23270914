"""Monthly balances of credit cards: unused, or used along a path that drifts around the client's habit."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import ndtr

from training.synthetic import marginal
from training.synthetic.marginal import to_grain
from training.synthetic.previous_application import MONTH
from training.synthetic.steps import steps

OLDEST_MONTH = -96
HABIT = 0.6  # share of the variance of a card's use that is the client's and does not change
MEMORY = 0.93  # correlation of the rest from one month to the next
DRAWING_SHARE = 0.2  # of months of used cards with a drawing
CLOSING_SHARE = 0.36
UNUSED_KNOWN = 0.4  # of months of unused cards that show drawings as 0 rather than empty
MINIMUM = 0.05  # share of the limit to be paid each month on a balance
NAMES = ("AMT_DRAWINGS_ATM_CURRENT", "AMT_DRAWINGS_OTHER_CURRENT", "AMT_DRAWINGS_POS_CURRENT")
STATUS = np.array(["Active", "Completed"])


def facts_of_cards(balance: pd.DataFrame) -> dict[str, Any]:
    """Aggregate facts of credit_card_balance: length, limits, use, drawings, payments, days past due."""
    months = -balance.groupby("SK_ID_PREV")["MONTHS_BALANCE"].min()
    card = balance.groupby("SK_ID_PREV")
    used_card = balance["SK_ID_PREV"].map(card["AMT_BALANCE"].max()) > 0
    used, limit = balance[used_card], balance["AMT_CREDIT_LIMIT_ACTUAL"].where(balance["AMT_CREDIT_LIMIT_ACTUAL"] > 0)
    drawn = (used["AMT_DRAWINGS_CURRENT"] / limit[used_card])[used["AMT_DRAWINGS_CURRENT"] > 0]
    paid = (used["AMT_PAYMENT_CURRENT"] / used["AMT_INST_MIN_REGULARITY"])[used["AMT_INST_MIN_REGULARITY"] > 0]
    return {
        "months": marginal.estimate(months).facts(),
        "limit": marginal.estimate(card["AMT_CREDIT_LIMIT_ACTUAL"].max().astype(float)).facts(),
        "unused": round(float(1 - used_card.groupby(balance["SK_ID_PREV"]).first().mean()), 4),
        "use": marginal.estimate((used["AMT_BALANCE"].clip(lower=0) / limit[used_card]).clip(upper=1.3)).facts(),
        "drawing": marginal.estimate(drawn.clip(upper=1)).facts(),
        "payment": marginal.estimate(paid.clip(upper=10)).facts(),
        "small_payment": marginal.estimate(used["AMT_PAYMENT_CURRENT"][used["AMT_INST_MIN_REGULARITY"] == 0]).facts(),
        "late": round(float((balance["SK_DPD_DEF"] > 0).mean()), 5),
        "days": marginal.estimate(balance["SK_DPD_DEF"][balance["SK_DPD_DEF"] > 0].clip(upper=30)).facts(),
    }


def draw_cards(
    facts: dict[str, Any],
    cards: pd.DataFrame,
    use: NDArray[np.float64],
    lateness: NDArray[np.float64],
    generator: np.random.Generator,
) -> tuple[NDArray[np.intp], pd.DataFrame]:
    """Position in ``cards`` and raw columns, without ids, of each monthly balance; oldest month first.

    Args:
        cards: approved revolving rows of previous_application; ``use``, ``lateness``: of each card's client.
    """
    first = np.maximum(np.floor(cards["DAYS_DECISION"].to_numpy() / MONTH).astype(int) + 1, OLDEST_MONTH)
    sequence, step = steps(np.maximum(-first, 1))
    in_use = generator.random(len(cards)) < 1 - facts["unused"]
    limit = _limits(facts, cards, generator)[sequence] * _open(-first, sequence, step, generator)
    share = _use(facts, use, sequence, step, generator) * in_use[sequence]
    balance = to_grain(share * limit, 0.045)
    frame = _money(facts, balance, limit, in_use[sequence], step, generator)
    late = frame["AMT_BALANCE"].gt(0) & (
        generator.random(len(step)) < 2 * facts["late"] * np.exp(lateness - 0.5)[sequence]
    )
    days = np.where(late, np.maximum(marginal.from_facts(facts["days"]).draw(generator.random(len(step))), 1), 0)
    done = (generator.random(len(cards)) < 0.1)[sequence] & (first[sequence] + step >= -3) & (balance == 0)
    return sequence, frame.assign(
        MONTHS_BALANCE=np.minimum(first[sequence] + step, -1),
        NAME_CONTRACT_STATUS=pd.Categorical.from_codes(done.astype(int), STATUS),
        SK_DPD=days.astype(np.int64),
        SK_DPD_DEF=days.astype(np.int64),
    )


def draw_payments(
    sequence: NDArray[np.intp], balances: pd.DataFrame, generator: np.random.Generator
) -> tuple[NDArray[np.intp], pd.DataFrame]:
    """Card payments as installments_payments shows them, version 0: one to three a month with a payment."""
    paid = np.flatnonzero(balances["AMT_PAYMENT_CURRENT"].to_numpy() > 0)
    month, _ = steps(generator.integers(1, 4, len(paid)))
    row = balances.iloc[paid[month]].reset_index(drop=True)
    parts = np.bincount(month)[month] if len(month) else month
    day = np.round(row["MONTHS_BALANCE"] * MONTH)
    late = row["SK_DPD"].to_numpy()
    rows = {
        "NUM_INSTALMENT_VERSION": 0.0,
        "NUM_INSTALMENT_NUMBER": row["CNT_INSTALMENT_MATURE_CUM"].fillna(0).clip(lower=1),
        "DAYS_INSTALMENT": day,
        "DAYS_ENTRY_PAYMENT": np.minimum(day - np.floor(8 * generator.random(len(row))) + late, -1),
        "AMT_INSTALMENT": to_grain((row["AMT_INST_MIN_REGULARITY"].fillna(0) / parts).to_numpy(), 0.045),
        "AMT_PAYMENT": to_grain((row["AMT_PAYMENT_CURRENT"] / parts).to_numpy(), 0.045),
    }
    return sequence[paid[month]], pd.DataFrame(rows)


def _open(lengths: Any, sequence: Any, step: Any, generator: np.random.Generator) -> NDArray[np.bool_]:
    """Some cards lose their limit on the way."""
    closes = np.where(generator.random(len(lengths)) < CLOSING_SHARE, generator.random(len(lengths)) * lengths, np.inf)
    is_open: NDArray[np.bool_] = step <= closes[sequence]
    return is_open


def _limits(facts: dict[str, Any], cards: pd.DataFrame, generator: np.random.Generator) -> NDArray[np.int64]:
    """The credit granted, or a limit of the real distribution where none is written."""
    drawn = marginal.from_facts(facts["limit"]).draw(generator.random(len(cards)))
    granted = cards["AMT_CREDIT"].to_numpy()
    return np.round(np.where(granted > 0, granted, drawn) / 4500).astype(np.int64) * 4500


def _use(
    facts: dict[str, Any], habit: NDArray[np.float64], sequence: Any, step: Any, generator: np.random.Generator
) -> NDArray[np.float64]:
    """Balance as a share of the limit: a path of normal scores through the real distribution of use."""
    longest = int(step.max(initial=0)) + 1
    path = np.empty((longest, len(habit)))
    path[0] = generator.standard_normal(len(habit))
    for month in range(1, longest):
        path[month] = MEMORY * path[month - 1] + np.sqrt(1 - MEMORY**2) * generator.standard_normal(len(habit))
    scores = np.sqrt(HABIT) * habit[sequence] + np.sqrt(1 - HABIT) * path[step, sequence]
    use: NDArray[np.float64] = np.maximum(marginal.from_facts(facts["use"]).draw(ndtr(scores)), 0)
    return use


def _money(
    facts: dict[str, Any], balance: Any, limit: Any, in_use: Any, step: Any, generator: np.random.Generator
) -> pd.DataFrame:
    uniform = generator.random((4, len(step)))
    before = np.where(step > 0, np.r_[0.0, balance[:-1]], 0.0)
    draws = in_use & ((uniform[0] < DRAWING_SHARE) | (balance > 1.1 * before + 1))
    wanted = marginal.from_facts(facts["drawing"]).draw(uniform[1]) * limit
    drawn = to_grain(np.where(draws, np.maximum(wanted, balance - before), 0.0), 0.045)
    cash = draws & (uniform[2] < 0.61)
    times = np.where(draws, np.ceil(uniform[3] ** 3 * 12), 0)
    known = in_use | (uniform[0] < UNUSED_KNOWN)
    minimum = to_grain(np.where(before > 0, np.minimum(MINIMUM * limit, before), 0.0), 2.25)
    paid = to_grain(minimum * marginal.from_facts(facts["payment"]).draw(uniform[3]), 0.045)
    small = np.where(minimum > 0, paid, marginal.from_facts(facts["small_payment"]).draw(uniform[1]))
    unstated = (balance == 0) & (uniform[2] < 0.11)
    principal = to_grain(balance * (0.98 - 0.06 * uniform[2]), 0.045)
    amounts = dict(zip(NAMES, (np.where(cash, drawn, 0), 0 * drawn, np.where(cash, 0, drawn)), strict=True))
    counts = dict(zip(NAMES, (np.where(cash, times, 0), 0 * times, np.where(cash, 0, times)), strict=True))
    due = pd.Series((minimum > 0).astype(int)).groupby(np.cumsum(step == 0)).cumsum().to_numpy(float)
    return pd.DataFrame(
        {
            "AMT_BALANCE": balance,
            "AMT_CREDIT_LIMIT_ACTUAL": limit,
            "AMT_DRAWINGS_CURRENT": drawn,
            **{name: np.where(known, value, np.nan) for name, value in amounts.items()},
            **{name.replace("AMT", "CNT"): np.where(known, value, np.nan) for name, value in counts.items()},
            "CNT_DRAWINGS_CURRENT": times.astype(np.int64),
            "AMT_INST_MIN_REGULARITY": np.where(unstated, np.nan, minimum),
            "AMT_PAYMENT_CURRENT": np.where(known, small, np.nan),
            "AMT_PAYMENT_TOTAL_CURRENT": paid,
            "AMT_RECEIVABLE_PRINCIPAL": principal,
            "AMT_RECIVABLE": balance,
            "AMT_TOTAL_RECEIVABLE": balance,
            "CNT_INSTALMENT_MATURE_CUM": np.where(unstated, np.nan, due),
        }
    )
