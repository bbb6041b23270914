"""Loans at other lenders (bureau) and their monthly states (bureau_balance)."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from app.scoring.schema.keys import CLIENT
from training.synthetic.marginal import to_grain
from training.synthetic.rows import GROUP, Risk, RowModel
from training.synthetic.steps import steps

FIRST_LOAN = 5_000_001  # SK_ID_BUREAU starts here in the real files
MONTH = 30.4375
STATES = np.array(["0", "1", "2", "3", "4", "5", "C", "X"])
CLOSED, UNKNOWN = 6, 7
LATENESS_STEP = 0.6  # log-odds of falling behind in a month, per standard deviation of lateness
PLAIN = ["CREDIT_CURRENCY", "DAYS_CREDIT", "CREDIT_DAY_OVERDUE", "AMT_CREDIT_MAX_OVERDUE", "CNT_CREDIT_PROLONG"]
PLAIN += ["AMT_CREDIT_SUM", "AMT_CREDIT_SUM_LIMIT", "AMT_CREDIT_SUM_OVERDUE", "AMT_ANNUITY"]


def free_columns(bureau: pd.DataFrame) -> pd.DataFrame:
    """Raw bureau rows as kinds, durations and shares that may vary freely."""
    age = -bureau["DAYS_CREDIT"].where(bureau["DAYS_CREDIT"] < 0)
    total = bureau["AMT_CREDIT_SUM"].where(bureau["AMT_CREDIT_SUM"] > 0)
    debt = (bureau["AMT_CREDIT_SUM_DEBT"] / total).where(total.notna(), bureau["AMT_CREDIT_SUM_DEBT"] * 0)
    return bureau[PLAIN].assign(
        **{GROUP: bureau["CREDIT_TYPE"] + "|" + bureau["CREDIT_ACTIVE"]},
        PLANNED_DAYS=bureau["DAYS_CREDIT_ENDDATE"] - bureau["DAYS_CREDIT"],
        CLOSED_AFTER=((bureau["DAYS_ENDDATE_FACT"] - bureau["DAYS_CREDIT"]) / age).clip(0, 1),
        UPDATED_AFTER=((bureau["DAYS_CREDIT_UPDATE"] - bureau["DAYS_CREDIT"]) / age).clip(0, 1),
        DEBT_SHARE=debt,
    )


def draw_bureau(
    model: RowModel, counts: NDArray[np.integer], risk: Risk, generator: np.random.Generator
) -> tuple[NDArray[np.intp], pd.DataFrame]:
    """Owner (client position) and raw columns, without ids, of ``counts`` loans per client; newest last."""
    owner, _ = steps(counts)
    free = model.draw(owner, risk, generator)
    kind = free[GROUP].str.split("|", expand=True).reindex(columns=[0, 1])
    age = -free["DAYS_CREDIT"]
    frame = free[PLAIN].assign(
        CREDIT_TYPE=kind[0],
        CREDIT_ACTIVE=kind[1],
        DAYS_CREDIT_ENDDATE=free["DAYS_CREDIT"] + free["PLANNED_DAYS"],
        DAYS_ENDDATE_FACT=np.round(free["DAYS_CREDIT"] + age * free["CLOSED_AFTER"]).clip(upper=-1),
        DAYS_CREDIT_UPDATE=np.round(free["DAYS_CREDIT"] + age * free["UPDATED_AFTER"]),
        AMT_CREDIT_SUM_DEBT=to_grain((free["AMT_CREDIT_SUM"] * free["DEBT_SHARE"]).to_numpy(), 4.5),
    )
    order = np.lexsort((frame["DAYS_CREDIT"].to_numpy(), owner))
    return owner[order], frame.iloc[order].reset_index(drop=True)


def balance_facts(bureau: pd.DataFrame, balance: pd.DataFrame, labelled: set[int]) -> dict[str, Any]:
    """Aggregate facts of bureau_balance: who has it, how loans start, how states follow each other."""
    covered = bureau["SK_ID_BUREAU"].isin(balance["SK_ID_BUREAU"].unique())
    by_client = covered.groupby(bureau[CLIENT]).mean() > 0.5
    is_labelled = by_client.index.isin(list(labelled))
    ends = bureau.set_index("SK_ID_BUREAU")["DAYS_ENDDATE_FACT"]
    history = balance.sort_values(["SK_ID_BUREAU", "MONTHS_BALANCE"])
    ended = history["MONTHS_BALANCE"] * MONTH > history["SK_ID_BUREAU"].map(ends)
    shown = (history["STATUS"][ended] == "C").mean()
    history = history[~ended]
    state = pd.Categorical(history["STATUS"], STATES).codes.astype(int)
    same = history["SK_ID_BUREAU"].to_numpy()[1:] == history["SK_ID_BUREAU"].to_numpy()[:-1]
    pairs = np.bincount(state[:-1][same] * len(STATES) + state[1:][same], minlength=len(STATES) ** 2)
    moves = pairs.reshape(len(STATES), -1) + 0.5 * np.eye(len(STATES))
    first = np.bincount(state[np.r_[True, ~same]], minlength=len(STATES))
    return {
        "covered_labelled": round(float(by_client[is_labelled].mean()), 4),
        "covered_current": round(float(by_client[~is_labelled].mean()), 4),
        "first": np.round(first / first.sum(), 4).tolist(),
        "moves": np.round(moves / moves.sum(axis=1, keepdims=True), 4).tolist(),
        "closed_shown": round(float(shown), 4),
    }


def draw_balance(
    facts: dict[str, Any],
    bureau: pd.DataFrame,
    covered: NDArray[np.bool_],
    lateness: NDArray[np.float64],
    generator: np.random.Generator,
) -> tuple[NDArray[np.intp], NDArray[np.int64], NDArray[np.intp]]:
    """Monthly states, oldest first: position of the loan in ``bureau``, month (0 is the application's), state code.

    Args:
        covered: per loan, whether the bureau reports months; ``lateness``: per loan, its client's.
    """
    loans = np.flatnonzero(covered)
    days = bureau["DAYS_CREDIT"].to_numpy()[loans]
    first = np.maximum(np.floor(days / MONTH).astype(int) + 1, -96)
    length = 1 - np.minimum(first, 0)
    end = np.floor(bureau["DAYS_ENDDATE_FACT"].to_numpy(float)[loans] / MONTH) - first
    ended = np.where(np.isnan(end), 1_000, np.maximum(end, 0))
    after: NDArray[Any] = np.where(generator.random(len(loans)) < facts["closed_shown"], CLOSED, UNKNOWN)
    paths = _paths(facts, length, lateness[loans], generator)
    sequence, step = steps(length)
    state = np.where(step > ended[sequence], after[sequence], paths[step, sequence])
    return loans[sequence], (first[sequence] + step).astype(np.int64), state


def _paths(
    facts: dict[str, Any], length: NDArray[Any], lateness: NDArray[np.float64], generator: np.random.Generator
) -> NDArray[np.int8]:
    """State codes, shape (longest, loans): a Markov chain whose late moves weigh more for late payers."""
    edges = np.cumsum(facts["moves"], axis=1)
    state: NDArray[Any] = np.searchsorted(np.cumsum(facts["first"]), generator.random(len(length)) * 0.9999)
    paths = np.zeros((int(length.max(initial=1)), len(length)), np.int8)
    strength = np.exp(LATENESS_STEP * lateness - LATENESS_STEP**2 / 2)
    for step in range(len(paths)):
        paths[step] = state
        uniform = generator.random((len(length), 1))
        drawn = (uniform > edges[state]).sum(axis=1).clip(max=len(STATES) - 1)
        late = (drawn >= 1) & (drawn <= 5) & (state == 0)
        extra = (state == 0) & (drawn == 0) & (generator.random(len(length)) < 0.018 * (strength - 1))
        drawn = np.where(late & (generator.random(len(length)) > strength), 0, np.where(extra, 1, drawn))
        state = drawn
    return paths
