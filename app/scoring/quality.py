"""What in a client's file deserves a second look before trusting the score: missing, or unlike anyone's."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from app.scoring.champion import Row
from app.scoring.decision import Value
from app.scoring.features import by_name
from app.scoring.population import Distribution, Population

RARELY_MISSING = 0.25
"""A value most clients provide; what half of them lack is no fault of this file."""
FAR = 3.0
"""How many times the width of the population's middle 80 % beyond it a value is unusual."""


@dataclass(frozen=True, slots=True)
class Remark:
    """One remark on the data.

    Attributes:
        feature: feature name.
        what: "missing"; "unusual" for a value far outside the usual range; "unseen" for one beyond what any client had,
            or a category none has.
        value: the client's; None when missing.
        low, high: the usual range, where the population's middle 80 % lies; None for a category.
    """

    feature: str
    what: Literal["missing", "unusual", "unseen"]
    value: Value
    low: float | None
    high: float | None


def remarks(row: Row, population: Population, features: Iterable[str]) -> tuple[Remark, ...]:
    """Remarks on the chosen features of a client, in their order.

    Args:
        row: the client's feature row.
        features: names of those worth a remark, for instance the model's inputs.
    """
    found = (_remark(name, row[name], population[name]) for name in features)
    return tuple(remark for remark in found if remark)


def _remark(name: str, value: Value, known: Distribution) -> Remark | None:
    low, high = (known.edges[0], known.edges[-1]) if known.edges else (None, None)
    if value is None:
        missing = known.clients[-1] / max(1, sum(known.clients))
        return Remark(name, "missing", None, low, high) if missing <= RARELY_MISSING or _external(name) else None
    if isinstance(value, str):
        return None if value in known.categories else Remark(name, "unseen", value, None, None)
    if known.low is None or known.high is None or not known.low <= value <= known.high:
        return Remark(name, "unseen", value, low, high)
    if by_name[name].kind == "number" and low is not None and high is not None and high > low:
        reach = FAR * (high - low)
        if not low - reach <= value <= high + reach:
            return Remark(name, "unusual", value, low, high)
    return None


def _external(name: str) -> bool:
    # Half of the clients have no first external score, and yet nothing matters more to the score.
    return by_name[name].unit == "score" and name.removeprefix("external_score_").isdigit()
