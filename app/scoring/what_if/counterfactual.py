"""What would it take: the smallest feasible change of the loan that the policy accepts, or that none does.

Every candidate is scored, in one batch: nothing is interpolated and the score need not be monotone. Only the loan
changes, never the applicant: smaller amounts in round sums, longer durations in whole months, cheaper goods, within
what is lent and what the model has seen. So no offer raises the monthly payment. And an offer holds: whoever asks for
less still, or for longer still, is not refused again.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Literal

import numpy as np

from app.scoring.champion import Champion, Floats, Row
from app.scoring.decision import Band
from app.scoring.points import points_from_probability
from app.scoring.policy import Policy
from app.scoring.population import Population
from app.scoring.what_if.revision import Form, probabilities, revised_features
from app.scoring.what_if.simulation import LONGEST_MONTHS, Edits, edited_columns

Lever = Literal["credit", "duration", "goods_price"]
LEVERS: tuple[Lever, ...] = ("credit", "duration", "goods_price")
TOGETHER: tuple[Lever, Lever] = ("credit", "duration")
"""Tried at once where neither does by itself."""
SMALLEST_SHARE = 0.1
"""A loan below a tenth of what is asked for is another need, not the same one."""
STEPS, STEPS_TOGETHER = 120, 24
"""At most so many candidates a lever: by itself, and beside another."""


@dataclass(frozen=True, slots=True)
class Change:
    """One lever moved.

    Attributes:
        before: the value asked for: money, or months.
        after: the value offered.
    """

    lever: Lever
    before: float
    after: float

    @property
    def share(self) -> float:
        """Relative change; negative for less."""
        return self.after / self.before - 1.0


@dataclass(frozen=True, slots=True)
class Offer:
    """A loan the policy accepts.

    Attributes:
        changes: what changes, one or two levers; everything else stays, but for the monthly payment, which follows
            amount and duration.
        annuity: monthly payment of the offer; None when not known.
        probability: of default with the offer.
        band: "accept", or "review" where it lies close to the threshold.
        down_payment: what of the price of the goods the loan no longer covers, in money; 0 where it still does.
    """

    changes: tuple[Change, ...]
    annuity: float | None
    probability: float
    band: Band = "accept"
    down_payment: float = 0.0

    @property
    def levers(self) -> tuple[Lever, ...]:
        """What changes."""
        return tuple(change.lever for change in self.changes)

    @property
    def distance(self) -> float:
        """How far it is from what was asked for: relative changes added up."""
        return sum(abs(change.share) for change in self.changes)

    @property
    def amounts(self) -> dict[str, float]:
        """Name of an amount -> its value in the offer."""
        return {change.lever: change.after for change in self.changes}

    @property
    def edits(self) -> Edits:
        """The offer as edits of a simulation."""
        return Edits(self.amounts)


@dataclass(frozen=True, slots=True)
class Counterfactual:
    """The answer to "what would it take?".

    Attributes:
        accepted: whether the policy accepts the loan as asked for; then nothing needs to change.
        offers: the smallest change of each lever that is accepted and holds, smallest first; where no lever does by
            itself, the smallest of amount and duration together. Empty while ``accepted`` is false: no such loan.
        tried: number of candidates scored.
    """

    accepted: bool
    offers: tuple[Offer, ...]
    tried: int


@dataclass(frozen=True)
class _Request:
    """What is asked for, and by what it is judged."""

    form: Form
    features: Row
    champion: Champion
    policy: Policy

    def score(self, loans: Sequence[Mapping[str, float]]) -> tuple[Floats, list[float | None]]:
        """Probability of each loan, and its monthly payment."""
        edits = [edited_columns(self.form, Edits(loan)) for loan in loans]
        columns = {name for edited in edits for name in edited}
        alternatives = {name: [edited.get(name, self.form[name]) for edited in edits] for name in sorted(columns)}
        scored = probabilities(self.champion, self.features, revised_features(self.form, self.features, alternatives))
        paid = alternatives.get("AMT_ANNUITY", [self.form["AMT_ANNUITY"]] * len(loans))
        return scored, [None if each is None else float(each) for each in paid]

    def offer(self, loan: Mapping[str, float], probability: float, annuity: float | None) -> Offer:
        """What is offered."""
        changes = tuple(
            Change(lever, before, loan[lever])
            for lever in LEVERS
            if lever in loan and (before := asked_for(self.form, lever)) is not None
        )
        price = loan.get("goods_price", asked_for(self.form, "goods_price"))
        amount = loan.get("credit", asked_for(self.form, "credit"))
        short = 0.0 if price is None or amount is None else max(price - amount, 0.0)
        band = self.policy.band(probability, points_from_probability(probability))
        return Offer(changes, annuity, probability, band, short)


def what_would_it_take(
    form: Form, features: Row, champion: Champion, policy: Policy, population: Population
) -> Counterfactual:
    """Score every candidate of every lever at once and keep the nearest accepted one of each that holds.

    Args:
        form: the stored raw application columns.
        features: the stored feature row.
        population: bounds the durations to those the model has seen.
    """
    asked = float(probabilities(champion, features, {"credit": [features["credit"]]})[0])
    if policy.outcome(asked) == "accept":
        return Counterfactual(True, (), 0)
    request = _Request(form, features, champion, policy)
    alone = [(lever, value) for lever in LEVERS for value in _candidates(lever, form, population)]
    if not alone:
        return Counterfactual(False, (), 0)
    loans: list[dict[str, float]] = [{lever: value} for lever, value in alone]
    scored, paid = request.score(loans)
    accepted = [policy.outcome(each) == "accept" for each in scored.tolist()]
    found = []
    for lever in LEVERS:
        places = [place for place, (each, _) in enumerate(alone) if each == lever]
        nearest = _nearest_that_holds([accepted[place] for place in places])
        if nearest is not None:
            found.append(places[nearest])
    offers = [request.offer(loans[place], float(scored[place]), paid[place]) for place in found]
    tried = len(alone)
    if not offers:
        offers, more = _together(request, population)
        tried += more
    return Counterfactual(False, tuple(sorted(offers, key=lambda offer: offer.distance)), tried)


def _nearest_that_holds(accepted: Sequence[bool]) -> int | None:
    """Place of the first of a direction from which on all are accepted; candidates go away from what was asked for."""
    refused = [place for place, each in enumerate(accepted) if not each]
    first = refused[-1] + 1 if refused else 0
    return first if first < len(accepted) else None


def _together(request: _Request, population: Population) -> tuple[list[Offer], int]:
    """The nearest smaller and longer loan from which on all are accepted; and how many were tried."""
    smaller, longer = (_fewer(_candidates(lever, request.form, population)) for lever in TOGETHER)
    if not smaller or not longer:
        return [], 0
    loans: list[dict[str, float]] = [dict(zip(TOGETHER, pair, strict=True)) for pair in product(smaller, longer)]
    scored, paid = request.score(loans)
    accepted = (scored < request.policy.threshold).reshape(len(smaller), len(longer))
    from_here = np.logical_and.accumulate(accepted[::-1, ::-1], axis=0)
    holds = np.logical_and.accumulate(from_here, axis=1)[::-1, ::-1].ravel()
    offers = [
        request.offer(loans[place], float(scored[place]), paid[place]) for place in np.flatnonzero(holds).tolist()
    ]
    return [min(offers, key=lambda offer: offer.distance)] if offers else [], len(loans)


def _fewer(values: Iterable[float]) -> list[float]:
    kept = list(values)
    return kept[:: max(1, math.ceil(len(kept) / STEPS_TOGETHER))]


def asked_for(form: Form, lever: Lever) -> float | None:
    """The value of a lever on the form: money, or months; None when unknown."""
    credit, annuity, price = form["AMT_CREDIT"], form["AMT_ANNUITY"], form["AMT_GOODS_PRICE"]
    if lever == "duration":
        return float(credit) / float(annuity) if credit and annuity else None
    value = credit if lever == "credit" else price
    return float(value) if value else None


def _candidates(lever: Lever, form: Form, population: Population) -> Iterator[float]:
    """Values of a lever, going away from what is asked for: less to lend, longer to pay, cheaper goods."""
    asked = asked_for(form, lever)
    if asked is None:
        return
    if lever == "duration":
        # Shorter ones may score better, and cost more a month.
        months = (float(value) for value in range(1, int(LONGEST_MONTHS) + 1))
        yield from (value for value in months if value > asked and _seen("credit_to_annuity", value, population))
    else:
        # Dearer goods may score better for the same loan, but nobody should be told to buy them.
        sums = reversed(round_sums(SMALLEST_SHARE * asked, asked))
        yield from (value for value in sums if value < asked and _seen(lever, value, population))


def _seen(feature: str, value: float, population: Population) -> bool:
    low, high = population[feature].low, population[feature].high
    return low is not None and high is not None and low <= value <= high


def round_sums(low: float, high: float) -> list[float]:
    """Round sums from ``low`` to ``high``, at most ``STEPS``: multiples of 1, 2 or 5 times a power of ten."""
    smallest = (high - low) / STEPS
    magnitude = 10.0 ** math.floor(math.log10(smallest))
    step = next(times * magnitude for times in (1, 2, 5, 10) if times * magnitude >= smallest)
    return [float(count * step) for count in range(math.ceil(low / step), math.floor(high / step) + 1) if count]
