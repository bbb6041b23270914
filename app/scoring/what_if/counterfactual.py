"""What would it take: the nearest loans that the policy accepts, or that none does.

Every candidate is scored, in one batch: nothing is interpolated and the score need not be monotone. Only the loan
changes, never the applicant: smaller amounts in round sums, longer durations in whole months, within what is lent and
what the model has seen. So no offer raises the monthly payment, and none takes more of the income than the policy lets
it. And an offer holds: whoever asks for less still, or for longer still, is not refused again.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from app.scoring.champion import Champion, Floats, Row
from app.scoring.decision import Band
from app.scoring.points import points_from_probability
from app.scoring.policy import Policy
from app.scoring.population import Population
from app.scoring.what_if.revision import Form, revised_features
from app.scoring.what_if.simulation import LONGEST_MONTHS, MONEY, Edits, edited_columns

Lever = Literal["credit", "duration"]
LEVERS: tuple[Lever, ...] = get_args(Lever)
"""Moved one at a time; both at once where neither does by itself."""
NEAREST = 3
"""At most so many offers."""
SMALLEST_SHARE = 0.1
"""A loan below a tenth of what is asked for is another need, not the same one."""
STEPS, STEPS_TOGETHER = 120, 24
"""At most so many candidates a lever: by itself, and beside another."""
BETWEEN = 400
"""Loans from an offer to the end of the search that are scored once more, in steps no candidate has."""
LOAN_COLUMNS = (MONEY["credit"], MONEY["annuity"])
"""Raw columns that differ from one candidate to the next."""

Loan = Mapping[str, float]
"""Levers moved, by name -> value."""
Held = NDArray[np.bool_]


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
        changes: what changes, one or two levers; the monthly payment follows.
        amount: what is lent, in money.
        months: for how long, without interest.
        annuity: monthly payment.
        probability: of default with the offer.
        band: "accept", or "review" where it lies close to the threshold.
        down_payment: what of the price of the goods the loan no longer covers, in money; 0 where it still does.
    """

    changes: tuple[Change, ...]
    amount: float
    months: float
    annuity: float
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
        offers: the nearest accepted loan of each lever that holds, or the nearest of both together where neither does
            by itself; nearest first, at most ``NEAREST``. Empty while ``accepted`` is false: no such loan.
        tried: number of candidates scored.
    """

    accepted: bool
    offers: tuple[Offer, ...]
    tried: int


@dataclass(frozen=True)
class _Request:
    """What is asked for, and by what it is judged."""

    asked: Mapping[Lever, float]
    form: Form
    features: Row
    champion: Champion
    policy: Policy

    @property
    def largest_payment(self) -> float:
        """No more than what is asked for, nor than the policy lets a payment take of the income."""
        asked, income = self.form["AMT_ANNUITY"], self.form["AMT_INCOME_TOTAL"]
        return min(float(asked or 0.0), self.policy.largest_payment(float(income or 0.0)))

    def nearest(self, *grids: Mapping[Lever, Sequence[float]]) -> tuple[list[Offer], int]:
        """The first loans of each grid that can be offered and hold; and how many were scored.

        Args:
            grids: values of each lever that is moved, going away from what is asked for.
        """
        loans: list[Loan] = [
            dict(zip(grid, values, strict=True)) for grid in grids for values in product(*grid.values())
        ]
        if not loans:
            return [], 0
        scored, paid, within = self._score(loans)
        shapes = [tuple(map(len, grid.values())) for grid in grids]
        parts = np.split(within, np.cumsum([math.prod(shape) for shape in shapes])[:-1])
        first = np.concatenate([_first_that_hold(*each).ravel() for each in zip(parts, shapes, strict=True)])
        places = np.flatnonzero(first).tolist()
        return [self._offer(loans[each], float(scored[each]), float(paid[each])) for each in places], len(loans)

    def holding(self, offers: Sequence[Offer], ends: Mapping[Lever, Sequence[float]]) -> list[Offer]:
        """Those that hold between the candidates too, on the straight road to the last of each lever."""
        if not offers:
            return []
        loans: list[Loan] = []
        for offer in offers:
            roads = [np.linspace(change.after, ends[change.lever][-1], BETWEEN).tolist() for change in offer.changes]
            loans += [dict(zip(offer.levers, values, strict=True)) for values in zip(*roads, strict=True)]
        *_, within = self._score(loans)
        return [offer for offer, each in zip(offers, within.reshape(-1, BETWEEN), strict=True) if each.all()]

    def _score(self, loans: Sequence[Loan]) -> tuple[Floats, Floats, Held]:
        """Probability and monthly payment of each loan, and whether it can be offered."""
        edits = [edited_columns(self.form, Edits(loan)) for loan in loans]
        columns = {name: [edit.get(name, self.form[name]) for edit in edits] for name in LOAN_COLUMNS}
        scored = self.champion.alternatives(self.features, revised_features(self.form, self.features, columns))
        paid = np.array(columns["AMT_ANNUITY"], dtype="float64")
        return scored, paid, (scored < self.policy.threshold) & (paid <= self.largest_payment)

    def _offer(self, loan: Loan, probability: float, annuity: float) -> Offer:
        changes = tuple(Change(lever, self.asked[lever], loan[lever]) for lever in LEVERS if lever in loan)
        amount, months = (loan.get(lever, self.asked[lever]) for lever in LEVERS)
        band = self.policy.band(probability, points_from_probability(probability))
        short = max(float(self.form["AMT_GOODS_PRICE"] or 0.0) - amount, 0.0)
        return Offer(changes, amount, months, annuity, probability, band, short)


def what_would_it_take(
    form: Form, features: Row, champion: Champion, policy: Policy, population: Population
) -> Counterfactual:
    """Score every candidate of either lever at once, of both together where neither does, and keep the nearest.

    Args:
        form: the stored raw application columns.
        features: the stored feature row.
        population: bounds amounts and durations to those the model has seen.
    """
    before = float(champion.alternatives(features, {"credit": [features["credit"]]})[0])
    if policy.outcome(before) == "accept":
        return Counterfactual(True, (), 0)
    asked = {lever: value for lever in LEVERS if (value := asked_for(form, lever)) is not None}
    if len(asked) < len(LEVERS):
        return Counterfactual(False, (), 0)
    request = _Request(asked, form, features, champion, policy)
    candidates = {lever: list(_candidates(lever, asked[lever], population)) for lever in LEVERS}
    found, tried = request.nearest(*({lever: values} for lever, values in candidates.items()))
    offers = request.holding(found, candidates)
    if not offers:
        found, more = request.nearest({lever: _fewer(values) for lever, values in candidates.items()})
        offers, tried = request.holding(found, candidates), tried + more
    return Counterfactual(False, tuple(sorted(offers, key=lambda offer: offer.distance)[:NEAREST]), tried)


def _first_that_hold(within: Held, shape: tuple[int, ...]) -> Held:
    """Where a grid begins to hold: all further on are within, and one step back along any lever that is not so."""
    holds = within.reshape(shape)
    for axis in range(holds.ndim):
        holds = np.flip(np.logical_and.accumulate(np.flip(holds, axis), axis), axis)
    first = holds.copy()
    for axis in range(holds.ndim):
        first &= np.diff(holds, axis=axis, prepend=False)
    return first


def _fewer(values: Sequence[float]) -> Sequence[float]:
    """Evenly, with the last: a loan holds up to there."""
    return values[:: -max(1, math.ceil(len(values) / STEPS_TOGETHER))][::-1]


def asked_for(form: Form, lever: Lever) -> float | None:
    """The value of a lever on the form: money, or months; None when unknown."""
    credit, annuity = form["AMT_CREDIT"], form["AMT_ANNUITY"]
    if lever == "duration":
        return float(credit) / float(annuity) if credit and annuity else None
    return float(credit) if credit else None


def _candidates(lever: Lever, asked: float, population: Population) -> Iterator[float]:
    """Values of a lever, going away from what is asked for: less to lend, longer to pay."""
    if lever == "duration":
        # Shorter ones may score better, and cost more a month.
        months = (float(value) for value in range(1, int(LONGEST_MONTHS) + 1))
        yield from (value for value in months if value > asked and _seen("credit_to_annuity", value, population))
    else:
        sums = reversed(round_sums(SMALLEST_SHARE * asked, asked))
        yield from (value for value in sums if value < asked and _seen("credit", value, population))


def _seen(feature: str, value: float, population: Population) -> bool:
    low, high = population[feature].low, population[feature].high
    return low is not None and high is not None and low <= value <= high


def round_sums(low: float, high: float) -> list[float]:
    """Round sums from ``low`` to ``high``, at most ``STEPS``: multiples of 1, 2 or 5 times a power of ten."""
    smallest = (high - low) / STEPS
    magnitude = 10.0 ** math.floor(math.log10(smallest))
    step = next(times * magnitude for times in (1, 2, 5, 10) if times * magnitude >= smallest)
    return [float(count * step) for count in range(math.ceil(low / step), math.floor(high / step) + 1) if count]
