"""What is declared of every feature: the words, the unit and the rules that pages, training and audits follow."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["number", "flag", "category"]
Unit = Literal["", "money", "years", "months", "days", "share", "ratio", "count", "score", "index"]


@dataclass(frozen=True, slots=True)
class Direction:
    """Which way a feature may move the probability of default: +1 raises it, -1 lowers it; and the reason."""

    sign: Literal[-1, 1]
    reason: str


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
        expected: direction of the effect on the probability of default, held in training; None without a claim.
        withheld: why it is offered to no new model, though older ones may read it; empty for what is offered.
    """

    name: str
    label: str
    unit: Unit
    kind: Kind
    source: str
    protected: bool = False
    expected: Direction | None = None
    withheld: str = ""

    @property
    def direction(self) -> Literal[-1, 0, 1]:
        """The expected sign, as a monotone constraint; 0 without a claim."""
        return self.expected.sign if self.expected else 0
