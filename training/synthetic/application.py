"""The application file: raw columns to freely varying ones and back, so that impossible rows cannot be drawn."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from app.scoring.schema.keys import CLIENT
from training.synthetic.marginal import to_grain

NOT_EMPLOYED_DAYS = 365_243  # the raw files' mark for "never employed or retired"
NOT_EMPLOYED = ("Pensioner", "Unemployed")
WITH_PARTNER = ("Married", "Civil marriage")
ADULT_DAYS = 18 * 365

COUNTS = ("BUREAU_COUNT", "PREVIOUS_COUNT")  # rows of history, drawn with the application they belong to
DERIVED = ("AMT_CREDIT", "AMT_ANNUITY", "CNT_FAM_MEMBERS", "FLAG_EMP_PHONE")

PARENTS = {
    "AMT_GOODS_PRICE": "NAME_CONTRACT_TYPE",
    "CREDIT_TO_GOODS": "NAME_CONTRACT_TYPE",
    "CREDIT_TO_ANNUITY": "NAME_CONTRACT_TYPE",
    "GOODS_PROVIDED": "NAME_CONTRACT_TYPE",
    "FLAG_DOCUMENT_3": "NAME_CONTRACT_TYPE",
    "DAYS_BIRTH": "NAME_INCOME_TYPE",
    "DAYS_EMPLOYED": "NAME_INCOME_TYPE",
    "FLAG_DOCUMENT_6": "NAME_INCOME_TYPE",
    "OCCUPATION_TYPE": "NAME_INCOME_TYPE",
    "ORGANIZATION_TYPE": "NAME_INCOME_TYPE",
    "OWN_CAR_AGE": "FLAG_OWN_CAR",
}


def free_columns(raw: pd.DataFrame) -> pd.DataFrame:
    """Raw application rows with what follows from other columns replaced by ratios; history counts are kept.

    Args:
        raw: the file's columns (TARGET and SK_ID_CURR are dropped), and ``COUNTS`` where they are known.
    """
    goods = raw["AMT_GOODS_PRICE"].fillna(raw["AMT_CREDIT"])
    free = raw.drop(columns=[CLIENT, "TARGET", *DERIVED], errors="ignore").assign(
        AMT_GOODS_PRICE=goods,
        GOODS_PROVIDED=raw["AMT_GOODS_PRICE"].notna().astype(float),
        CREDIT_TO_GOODS=raw["AMT_CREDIT"] / goods,
        CREDIT_TO_ANNUITY=raw["AMT_CREDIT"] / raw["AMT_ANNUITY"],
        DAYS_EMPLOYED=raw["DAYS_EMPLOYED"].where(raw["DAYS_EMPLOYED"] != NOT_EMPLOYED_DAYS),
    )
    return free.astype(dict.fromkeys(free.select_dtypes("number"), float)).copy()


def raw_columns(free: pd.DataFrame, columns: list[str]) -> pd.DataFrame:
    """The file's ``columns`` from freely drawn ones, in the raw forms: sentinels, flags, money, whole days."""
    credit = to_grain(free["AMT_GOODS_PRICE"].to_numpy() * free["CREDIT_TO_GOODS"].to_numpy(), 4.5)
    employed = ~free["NAME_INCOME_TYPE"].isin(NOT_EMPLOYED).to_numpy()
    partner = free["NAME_FAMILY_STATUS"].isin(WITH_PARTNER).to_numpy()
    derived: dict[str, Any] = {
        "AMT_CREDIT": credit,
        "AMT_ANNUITY": to_grain(credit / free["CREDIT_TO_ANNUITY"].to_numpy(), 4.5),
        "AMT_GOODS_PRICE": free["AMT_GOODS_PRICE"].where(free["GOODS_PROVIDED"] == 1),
        "CNT_FAM_MEMBERS": free["CNT_CHILDREN"] + 1 + partner,
        "FLAG_EMP_PHONE": employed.astype(float),
        "DAYS_EMPLOYED": np.where(employed, _in_adult_life(free), NOT_EMPLOYED_DAYS),
        "ORGANIZATION_TYPE": np.where(employed, free["ORGANIZATION_TYPE"].fillna("XNA"), "XNA"),
        "OCCUPATION_TYPE": np.where(employed, free["OCCUPATION_TYPE"], None),
        "OWN_CAR_AGE": free["OWN_CAR_AGE"].where(free["FLAG_OWN_CAR"] == "Y"),
    } | _social_circle(free)
    return free.assign(**derived)[columns]


def _in_adult_life(free: pd.DataFrame) -> np.ndarray[Any, Any]:
    """No one was employed before the age of 18."""
    days_employed: np.ndarray[Any, Any] = np.maximum(
        free["DAYS_EMPLOYED"].to_numpy(), np.minimum(free["DAYS_BIRTH"].to_numpy() + ADULT_DAYS, 0)
    )
    return days_employed


def _social_circle(free: pd.DataFrame) -> dict[str, Any]:
    """Acquaintances in default are some of those observed; those late by 60 days some of those late by 30."""
    observed = free["OBS_30_CNT_SOCIAL_CIRCLE"]
    late = np.minimum(free["DEF_30_CNT_SOCIAL_CIRCLE"], observed)
    return {
        "OBS_60_CNT_SOCIAL_CIRCLE": np.minimum(free["OBS_60_CNT_SOCIAL_CIRCLE"], observed),
        "DEF_30_CNT_SOCIAL_CIRCLE": late,
        "DEF_60_CNT_SOCIAL_CIRCLE": np.minimum(free["DEF_60_CNT_SOCIAL_CIRCLE"], late),
    }
