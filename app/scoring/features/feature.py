"""What is declared of every feature: the words, the unit and the rules that pages, training and audits follow."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["number", "flag", "category"]
Unit = Literal["", "money", "years", "months", "days", "share", "ratio", "count", "score", "index"]


@dataclass(frozen=True, slots=True)
class Feature:
    """One column of the feature row.

    Attributes:
        name: column name, lower snake case, unique over all tables.
        label: English noun phrase a customer would understand, no abbreviation, no column name.
        unit: how a value is written. "share" is a fraction of 1 shown as a percentage that stays within 0..100 %;
            "ratio" is a fraction of 1 that may exceed it, shown as a percentage too; "score" is an external score in
            0..1; "index" is a unitless rating; "" goes with kind "category" and "flag".
        kind: "number" (float, null when unknown), "flag" (1.0, 0.0 or null), "category" (text or null).
        source: raw table the value comes from, as named in ``schema.TABLES``; "application" for both application files.
        protected: the value is, or is derived from, gender, age, family status or children: audited, never a model
            input by default.
        direction: expected sign of the effect on the probability of default: +1 raises it, -1 lowers it, 0 no claim.
            Used as a monotone constraint.
    """

    name: str
    label: str
    unit: Unit
    kind: Kind
    source: str
    protected: bool = False
    direction: Literal[-1, 0, 1] = 0
