"""Why training recommends its threshold: what the card says of it, for those who are to set another."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

BREAK_EVEN, CHEAPEST = "break-even", "cheapest"


@dataclass(frozen=True, slots=True)
class Recommendation:
    """The threshold that is recommended, and why it is that one.

    Attributes:
        rule: "break-even", or "cheapest" where outcomes reject it.
        threshold: what the rule comes to.
        break_even: ``1 / (1 + weight)``.
        cheapest: the cheapest threshold of the clients who chose everything, out of fold.
        cheapest_between: the lowest and the highest threshold that the folds chose, over all their drawings.
        saved: cost per client at the break-even threshold less that at the cheapest one of the other folds, and its
            95 % interval; above 0 where searching for a threshold pays.
        drawings: how often the folds were drawn.
    """

    rule: str
    threshold: float
    break_even: float
    cheapest: float
    cheapest_between: tuple[float, float]
    saved: tuple[float, float, float]
    drawings: int


def of_card(card: Mapping[str, Any]) -> Recommendation | None:
    """What a card says of it; None of a card from before it was asked."""
    told = card["policy"].get("recommendation")
    if told is None:
        return None
    between, saved = tuple(told["cheapest_between"]), tuple(told["saved"])
    return Recommendation(**{**told, "cheapest_between": between, "saved": saved})
