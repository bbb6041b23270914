"""Consumer and cash loans as they were paid: monthly balances (POS_CASH_balance) and instalments_payments.

The real sample has no instalments: they follow from the loan's terms, and the constants below say how people pay
(about one instalment in twelve is late, a few per cent are paid in two parts).
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from training.synthetic import marginal
from training.synthetic.marginal import Marginal, to_grain
from training.synthetic.previous_application import MONTH, NO_DAY
from training.synthetic.steps import steps

OLDEST_MONTH = -96
LATE_SHARE, LATE_STEP = 0.075, 0.75  # of instalments; log-odds per standard deviation of lateness
SPLIT_SHARE = 0.05  # paid in two parts
EARLY_DAYS, LATE_DAYS = 9.5, 9.0  # means of how long before or after the due day
STATUS = np.array(["Active", "Completed", "Signed"])
COMPLETED, SIGNED = 1, 2
SIGNED_SHARE = 0.085


def facts_of_balances(balance: pd.DataFrame) -> dict[str, Any]:
    """Aggregate facts of POS_CASH_balance: how often, and by how many days, rows are past due."""
    late = balance["SK_DPD_DEF"] > 0
    return {
        "late": round(float(late.mean()), 5),
        "days": marginal.estimate(balance["SK_DPD_DEF"][late & (balance["SK_DPD_DEF"] <= 120)]).facts(),
        "arrears": round(float((balance["SK_DPD"] > balance["SK_DPD_DEF"]).mean()), 5),
        "unstated": round(float(balance["CNT_INSTALMENT"].isna().mean()), 5),
    }


def loans_with_schedule(previous: pd.DataFrame) -> NDArray[np.intp]:
    """Positions of approved consumer and cash loans whose first instalment fell due before the application."""
    due = previous["DAYS_FIRST_DUE"]
    return np.flatnonzero((previous["NAME_CONTRACT_TYPE"] != "Revolving loans") & due.notna() & (due != NO_DAY))


def draw_balances(
    facts: dict[str, Any], loans: pd.DataFrame, lateness: NDArray[np.float64], generator: np.random.Generator
) -> tuple[NDArray[np.intp], pd.DataFrame]:
    """Position in ``loans`` and raw columns, without ids, of each monthly balance; oldest month first.

    Args:
        loans: rows of previous_application from ``loans_with_schedule``; ``lateness``: of each loan's client.
    """
    first, last, closed = _months(loans)
    sequence, step = steps(last - first + 1)
    final = closed[sequence] & (step == (last - first)[sequence])
    term = np.maximum(loans["CNT_PAYMENT"].fillna(12).to_numpy()[sequence], 1)
    future = np.where(final, 0, np.maximum(term - step, 0))
    signed = (step == 0) & ~final & (generator.random(len(step)) < SIGNED_SHARE)
    past_due = _past_due(facts, lateness[sequence], generator)
    unstated = generator.random(len(step)) < facts["unstated"]
    rows = {
        "MONTHS_BALANCE": first[sequence] + step,
        "CNT_INSTALMENT": np.where(unstated, np.nan, np.where(final, np.minimum(term, np.maximum(step, 1)), term)),
        "CNT_INSTALMENT_FUTURE": np.where(unstated, np.nan, future),
        "NAME_CONTRACT_STATUS": pd.Categorical.from_codes(
            np.where(final, COMPLETED, np.where(signed, SIGNED, 0)), STATUS
        ),
        "SK_DPD": np.where(final, 0, past_due[0]),
        "SK_DPD_DEF": np.where(final, 0, past_due[1]),
    }
    return sequence, pd.DataFrame(rows)


def draw_payments(
    loans: pd.DataFrame, lateness: NDArray[np.float64], generator: np.random.Generator
) -> tuple[NDArray[np.intp], pd.DataFrame]:
    """Position in ``loans`` and raw columns, without ids, of each payment of an instalment; oldest first."""
    due, term = loans["DAYS_FIRST_DUE"].to_numpy(), np.maximum(loans["CNT_PAYMENT"].fillna(12).to_numpy(), 1)
    end = loans["DAYS_LAST_DUE"].replace(NO_DAY, -1).to_numpy()
    paid = np.clip(np.floor((np.minimum(end, -1) - due) / 30) + 1, 1, term).astype(int)
    sequence, number = steps(paid)
    ended_early = (loans["DAYS_LAST_DUE"].to_numpy() != NO_DAY) & (paid < term)
    rest = ended_early[sequence] & (number == paid[sequence] - 1)
    annuity = loans["AMT_ANNUITY"].fillna(0).to_numpy()[sequence]
    left = (term - paid)[sequence]
    rows = pd.DataFrame(
        {
            "NUM_INSTALMENT_VERSION": np.where(rest, 2.0, 1.0),
            "NUM_INSTALMENT_NUMBER": number + 1,
            "DAYS_INSTALMENT": due[sequence] + 30 * number,
            "AMT_INSTALMENT": np.where(rest, to_grain(annuity * (1 + 0.85 * left), 0.045), annuity),
        }
    )
    late = _entry(rows, lateness[sequence], generator)
    return _in_parts(sequence, rows, late, lateness[sequence], generator)


def _months(loans: pd.DataFrame) -> tuple[NDArray[Any], NDArray[Any], NDArray[np.bool_]]:
    """First and last month shown, and whether the loan ended before the application."""
    end = loans["DAYS_LAST_DUE"].to_numpy()
    closed = end != NO_DAY
    last = np.where(closed, np.floor(end / MONTH) + 1, -1).clip(OLDEST_MONTH, -1)
    first = np.minimum(np.floor(loans["DAYS_FIRST_DUE"].to_numpy() / MONTH) - 1, last).clip(OLDEST_MONTH)
    return first.astype(int), last.astype(int), closed


def _past_due(
    facts: dict[str, Any], lateness: NDArray[np.float64], generator: np.random.Generator
) -> tuple[NDArray[Any], NDArray[Any]]:
    """Days past due, without and with tolerance of small debts."""
    days: Marginal = marginal.from_facts(facts["days"])
    strength = np.exp(lateness - 0.5)
    uniform = generator.random((2, len(lateness)))
    late = uniform[0] < facts["late"] * strength
    tolerated = ~late & (uniform[0] < (facts["late"] + facts["arrears"]) * strength)
    amount = np.zeros(len(lateness), np.int64)
    either = late | tolerated
    amount[either] = np.maximum(days.draw(uniform[1][either]), 1)
    return amount, np.where(late, amount, 0)


def _entry(rows: pd.DataFrame, lateness: NDArray[np.float64], generator: np.random.Generator) -> NDArray[np.bool_]:
    """Adds the day of payment; says which are late. Nothing is paid after the application."""
    strength = np.exp(LATE_STEP * lateness - LATE_STEP**2 / 2)
    late = generator.random(len(rows)) < np.minimum(LATE_SHARE * strength, 0.9)
    away = np.floor(generator.standard_exponential(len(rows)) * np.where(late, LATE_DAYS, EARLY_DAYS)) + late
    rows["DAYS_ENTRY_PAYMENT"] = np.minimum(rows["DAYS_INSTALMENT"] + np.where(late, away, -away), -1)
    return late


def _in_parts(
    sequence: NDArray[np.intp],
    rows: pd.DataFrame,
    late: NDArray[np.bool_],
    lateness: NDArray[np.float64],
    generator: np.random.Generator,
) -> tuple[NDArray[np.intp], pd.DataFrame]:
    """Some pay in two parts; of those who are late, some leave the second part unpaid."""
    uniform = generator.random((3, len(rows)))
    split = uniform[0] < np.minimum(SPLIT_SHARE * np.exp(0.5 * lateness - 0.125), 0.5)
    amount = rows["AMT_INSTALMENT"].to_numpy()
    first = np.where(split, to_grain(amount * (0.1 + 0.8 * uniform[1]), 0.045), amount)
    rows = rows.assign(AMT_PAYMENT=first)
    second = split & ~(late & (uniform[2] < 0.35))
    others = rows[second].assign(AMT_PAYMENT=np.round(amount - first, 3)[second])
    others["DAYS_ENTRY_PAYMENT"] = np.minimum(others["DAYS_ENTRY_PAYMENT"] + np.floor(10 * uniform[1][second]), -1)
    order = np.argsort(np.concatenate([np.arange(len(rows)), np.flatnonzero(second)]), kind="stable")
    both = pd.concat([rows, others], ignore_index=True)
    return np.concatenate([sequence, sequence[second]])[order], both.iloc[order].reset_index(drop=True)
