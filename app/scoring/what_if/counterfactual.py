"""What would it take: the smallest feasible change of the loan that the policy accepts, or that none does.

Every candidate is scored, in one batch: nothing is interpolated and the score need not be monotone. Only the loan
changes, never the applicant: amounts in round sums, durations in whole months, within what is lent and what the model
has seen.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from app.scoring.champion import Champion, Floats, Row
from app.scoring.policy import Policy
from app.scoring.population import Population
from app.scoring.what_if.revision import Form, probabilities, revised_features
from app.scoring.what_if.simulation import LONGEST_MONTHS, Edits, edited_columns

Lever = Literal["credit", "duration", "goods_price"]
LEVERS: tuple[Lever, ...] = ("credit", "duration", "goods_price")
SMALLEST_SHARE = 0.1
"""A loan below a tenth of what is asked for is another need, not the same one."""
STEPS = 120
"""At most so many candidates a lever."""


@dataclass(frozen=True, slots=True)
class Offer:
    """A loan the policy accepts.

    Attributes:
        lever: what changes; everything else stays, but for the monthly payment, which follows amount and duration.
        before: the value asked for: money, or months.
        after: the value that is accepted.
        annuity: monthly payment of the offer; None when not known.
        probability: of default with the offer.
    """

    lever: Lever
    before: float
    after: float
    annuity: float | None
    probability: float

    @property
    def change(self) -> float:
        """Relative change; negative for less."""
        return self.after / self.before - 1.0

    @property
    def edits(self) -> Edits:
        """The offer as edits of a simulation."""
        return Edits({self.lever: self.after})


@dataclass(frozen=True, slots=True)
class Counterfactual:
    """The answer to "what would it take?".

    Attributes:
        accepted: whether the policy accepts the loan as asked for; then nothing needs to change.
        offers: the smallest accepted change of each lever that has one, smallest first. Empty while ``accepted`` is
            false: no change of amount, duration or price alone is accepted.
        tried: number of candidates scored.
    """

    accepted: bool
    offers: tuple[Offer, ...]
    tried: int


def what_would_it_take(
    form: Form, features: Row, champion: Champion, policy: Policy, population: Population
) -> Counterfactual:
    """Score every candidate of every lever at once and keep the nearest accepted one of each.

    Args:
        form: the stored raw application columns.
        features: the stored feature row.
        population: bounds the durations to those the model has seen.
    """
    asked = float(probabilities(champion, features, {"credit": [features["credit"]]})[0])
    if policy.outcome(asked) == "accept":
        return Counterfactual(True, (), 0)
    tried = list(_candidates(form, population))
    if not tried:
        return Counterfactual(False, (), 0)
    edits = [edited_columns(form, Edits({lever: value})) for lever, value in tried]
    columns = {name for edited in edits for name in edited}
    alternatives = {name: [edited.get(name, form[name]) for edited in edits] for name in sorted(columns)}
    scored = probabilities(champion, features, revised_features(form, features, alternatives))
    offers = [offer for lever in LEVERS if (offer := _nearest(lever, form, tried, alternatives, scored, policy))]
    return Counterfactual(False, tuple(sorted(offers, key=lambda offer: abs(offer.change))), len(tried))


def asked_for(form: Form, lever: Lever) -> float | None:
    """The value of a lever on the form: money, or months; None when unknown."""
    credit, annuity, price = form["AMT_CREDIT"], form["AMT_ANNUITY"], form["AMT_GOODS_PRICE"]
    if lever == "duration":
        return float(credit) / float(annuity) if credit and annuity else None
    value = credit if lever == "credit" else price
    return float(value) if value else None


def _candidates(form: Form, population: Population) -> Iterator[tuple[Lever, float]]:
    credit, months, price = (asked_for(form, lever) for lever in LEVERS)
    if credit is not None:
        for value in round_sums(SMALLEST_SHARE * credit, credit):
            if value < credit and _seen("credit", value, population):
                yield "credit", value
    if months is not None:
        for value in range(1, int(LONGEST_MONTHS) + 1):
            if value != months and _seen("credit_to_annuity", value, population):
                yield "duration", float(value)
    if price is not None:
        # Only cheaper goods: dearer ones may score better for the same loan, but nobody should be told to buy them.
        for value in round_sums(SMALLEST_SHARE * price, price):
            if value < price and _seen("goods_price", value, population):
                yield "goods_price", value


def _seen(feature: str, value: float, population: Population) -> bool:
    low, high = population[feature].low, population[feature].high
    return low is not None and high is not None and low <= value <= high


def round_sums(low: float, high: float) -> list[float]:
    """Round sums from ``low`` to ``high``, at most ``STEPS``: multiples of 1, 2 or 5 times a power of ten."""
    smallest = (high - low) / STEPS
    magnitude = 10.0 ** math.floor(math.log10(smallest))
    step = next(times * magnitude for times in (1, 2, 5, 10) if times * magnitude >= smallest)
    return [float(count * step) for count in range(math.ceil(low / step), math.floor(high / step) + 1) if count]


def _nearest(
    lever: Lever,
    form: Form,
    tried: list[tuple[Lever, float]],
    alternatives: dict[str, list[Any]],
    scored: Floats,
    policy: Policy,
) -> Offer | None:
    before = asked_for(form, lever)
    accepted = [
        place
        for place, (tried_lever, _) in enumerate(tried)
        if tried_lever == lever and policy.outcome(scored[place]) == "accept"
    ]
    if before is None or not accepted:
        return None
    place = min(accepted, key=lambda place: abs(tried[place][1] - before))
    annuity = alternatives.get("AMT_ANNUITY", [form["AMT_ANNUITY"]] * len(tried))[place]
    return Offer(lever, before, tried[place][1], annuity, float(scored[place]))
