"""Earlier applications to this lender and the schedules of the approved ones."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from training.synthetic.marginal import Levels, to_grain
from training.synthetic.rows import GROUP, Risk, RowModel
from training.synthetic.steps import steps

FIRST_APPLICATION = 1_000_001  # SK_ID_PREV starts here in the real files
NO_DAY = 365_243.0
OLDEST_DAY = -2_922
MONTH = 30.4375
CONTRACTS = {"Cash": "Cash loans", "POS": "Consumer loans", "Card": "Revolving loans"}
APPROVED = {("POS", "Cash"): 0.985, ("Card",): 0.30}  # share of clients with earlier applications who hold one
SCHEDULE = ["DAYS_FIRST_DRAWING", "DAYS_FIRST_DUE", "DAYS_LAST_DUE_1ST_VERSION", "DAYS_LAST_DUE", "DAYS_TERMINATION"]
PLAIN = """NAME_PORTFOLIO NAME_PRODUCT_TYPE NAME_YIELD_GROUP CHANNEL_TYPE NAME_PAYMENT_TYPE CODE_REJECT_REASON
 NAME_CLIENT_TYPE NAME_GOODS_CATEGORY NAME_SELLER_INDUSTRY NAME_CASH_LOAN_PURPOSE NAME_TYPE_SUITE
 WEEKDAY_APPR_PROCESS_START FLAG_LAST_APPL_PER_CONTRACT NFLAG_LAST_APPL_IN_DAY HOUR_APPR_PROCESS_START
 SELLERPLACE_AREA DAYS_DECISION CNT_PAYMENT AMT_GOODS_PRICE RATE_INTEREST_PRIMARY RATE_INTEREST_PRIVILEGED""".split()


def free_columns(previous: pd.DataFrame) -> pd.DataFrame:
    """Raw rows as kinds, ratios and durations that may vary freely."""
    p = previous.assign(**{day: previous[day].where(previous[day] != NO_DAY) for day in SCHEDULE})
    goods = p["AMT_GOODS_PRICE"].where(p["AMT_GOODS_PRICE"] > 0)
    credit = p["AMT_CREDIT"].where(p["AMT_CREDIT"] > 0)
    planned = p["DAYS_LAST_DUE_1ST_VERSION"] - p["DAYS_FIRST_DUE"]
    return p[PLAIN].assign(
        **{GROUP: p["PRODUCT_COMBINATION"] + "|" + p["NAME_CONTRACT_STATUS"]},
        CREDIT_TO_GOODS=(p["AMT_CREDIT"] / goods),
        CREDIT_ALONE=p["AMT_CREDIT"].where(goods.isna()),
        COST=p["AMT_ANNUITY"] * _periods(p["CNT_PAYMENT"]) / credit,
        DOWN_SHARE=p["AMT_DOWN_PAYMENT"] / goods,
        SCHEDULED=previous["DAYS_TERMINATION"].notna().astype(float),
        INSURED=p["NFLAG_INSURED_ON_APPROVAL"],
        DRAWING_AFTER=p["DAYS_FIRST_DRAWING"] - p["DAYS_DECISION"],
        DUE_AFTER=p["DAYS_FIRST_DUE"] - p["DAYS_DECISION"],
        REPAID_SHARE=((p["DAYS_LAST_DUE"] - p["DAYS_FIRST_DUE"]) / planned.where(planned > 0)).clip(0, 1),
        TERMINATED_AFTER=p["DAYS_TERMINATION"] - p["DAYS_LAST_DUE"],
    )


def draw_previous(
    model: RowModel,
    counts: NDArray[np.integer],
    risk: Risk,
    card_months: Any,
    generator: np.random.Generator,
) -> tuple[NDArray[np.intp], pd.DataFrame]:
    """Owner (client position) and raw columns, without ids, of ``counts`` applications per client; newest last.

    ``card_months``: distribution of the months a card has been open, which dates an approved card's decision.
    """
    owner, _ = steps(counts)
    free = model.draw(owner, risk, generator, lambda groups: _settle(model.groups, owner, groups, generator))
    kind = free[GROUP].str.split("|", expand=True).reindex(columns=[0, 1])
    contract = kind[0].str.split(" ").str[0].map(CONTRACTS)
    card = ((contract == "Revolving loans") & (kind[1] == "Approved")).to_numpy()
    opened = -np.round((card_months.draw(generator.random(len(free))) + generator.random(len(free))) * MONTH)
    days = np.where(card, np.clip(opened, OLDEST_DAY, -32), free["DAYS_DECISION"])
    frame = free[PLAIN].assign(
        NAME_CONTRACT_TYPE=contract,
        NAME_CONTRACT_STATUS=kind[1],
        PRODUCT_COMBINATION=kind[0],
        DAYS_DECISION=days,
        **_amounts(free),
    )
    frame = frame.assign(**_schedule(frame, free, card), NFLAG_INSURED_ON_APPROVAL=free["INSURED"])
    frame.loc[frame["DAYS_TERMINATION"].isna(), "NFLAG_INSURED_ON_APPROVAL"] = np.nan
    order = np.lexsort((days, owner))
    return owner[order], frame.iloc[order].reset_index(drop=True)


def _settle(
    shares: Levels, owner: NDArray[np.intp], groups: NDArray[Any], generator: np.random.Generator
) -> NDArray[Any]:
    """Groups such that as many clients as really do have an approved loan, and an approved card.

    A client's rows resemble each other, so that some draw neither; one of their rows then becomes one.
    """
    groups, clients = groups.copy(), len(np.unique(owner))
    for products, wanted in APPROVED.items():
        kinds = np.array([g for g in shares.values if g.startswith(products) and g.endswith("|Approved")], object)
        weights = np.array([shares.shares[shares.values.index(kind)] for kind in kinds])
        holders = np.unique(owner[np.isin(groups, kinds)])
        chance = np.clip((wanted * clients - len(holders)) / max(clients - len(holders), 1), 0, 1)
        rows = np.flatnonzero(~np.isin(owner, holders) & ~np.char.endswith(groups.astype(str), "|Approved"))
        rows = rows[np.unique(owner[rows], return_index=True)[1]]
        rows = rows[generator.random(len(rows)) < chance]
        groups[rows] = generator.choice(kinds, len(rows), p=weights / weights.sum())
    return groups


def cards(previous: pd.DataFrame) -> NDArray[np.intp]:
    """Positions of approved cards."""
    approved = previous["NAME_CONTRACT_STATUS"] == "Approved"
    return np.flatnonzero(approved & (previous["NAME_CONTRACT_TYPE"] == "Revolving loans"))


def _amounts(free: pd.DataFrame) -> dict[str, Any]:
    goods = free["AMT_GOODS_PRICE"]
    credit = to_grain(np.where(goods.isna(), free["CREDIT_ALONE"].fillna(0), goods * free["CREDIT_TO_GOODS"]), 4.5)
    down = to_grain((free["DOWN_SHARE"] * goods).to_numpy(), 4.5)
    return {
        "AMT_APPLICATION": goods.fillna(0.0),
        "AMT_CREDIT": credit,
        "AMT_ANNUITY": to_grain((free["COST"] * credit / _periods(free["CNT_PAYMENT"])).to_numpy(), 0.045),
        "AMT_DOWN_PAYMENT": down,
        "RATE_DOWN_PAYMENT": np.round(1.0889 * down / np.maximum(credit + down, 1), 4),
    }


def _schedule(frame: pd.DataFrame, free: pd.DataFrame, card: NDArray[np.bool_]) -> dict[str, Any]:
    """Days of an approved loan's life; what has not happened at the application is ``NO_DAY``."""
    decided, count = frame["DAYS_DECISION"], frame["CNT_PAYMENT"].fillna(0)
    due = decided + np.where(card, np.nan, free["DUE_AFTER"].fillna(30))
    due = due.where(due < 0)
    planned = 30 * (count - 1).clip(lower=0)
    end = np.round(due + planned * free["REPAID_SHARE"].fillna(1))
    end = end.where(end < -1)
    terminated = end + free["TERMINATED_AFTER"].fillna(6).clip(lower=1)
    days = {
        "DAYS_FIRST_DRAWING": decided + free["DRAWING_AFTER"].where(card | free["DRAWING_AFTER"].lt(0)),
        "DAYS_FIRST_DUE": due,
        "DAYS_LAST_DUE_1ST_VERSION": due + planned.where(~card),
        "DAYS_LAST_DUE": end,
        "DAYS_TERMINATION": terminated.where(terminated < 0),
    }
    days["DAYS_FIRST_DRAWING"] = days["DAYS_FIRST_DRAWING"].where(days["DAYS_FIRST_DRAWING"] < 0)
    scheduled = (free["SCHEDULED"] == 1) & (frame["NAME_CONTRACT_STATUS"] == "Approved")
    return {name: values.fillna(NO_DAY).where(scheduled) for name, values in days.items()}


def _periods(count: pd.Series) -> pd.Series:
    """Months over which the annuity is counted: the term, or 20 for a card, whose instalment is a twentieth."""
    return count.where(count > 0, 20.0)
