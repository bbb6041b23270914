"""Business cost and the policy that follows from it.

A missed default (accepted, not repaid) costs ``missed_default_weight`` lost good clients (refused, would have repaid);
correct decisions cost nothing. With calibrated probabilities the cheapest threshold is ``1 / (1 + weight)`` (Elkan,
"The Foundations of Cost-Sensitive Learning", IJCAI 2001), whatever the clients: the one that was cheapest for some of
them also follows their chance.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.scoring.decision import Band, Outcome
from app.scoring.points import points_from_probability
from app.scoring.problems import PolicyProblem

MISSED_DEFAULT_WEIGHT = 10.0
GREY_ZONE_POINTS = 5.0
PAYMENT_TO_INCOME = 0.35
"""The ceiling of the French supervisor (HCSF, decision D-HCSF-2021-7) for all payments of who borrows for a home, and
the yardstick of lenders elsewhere. The form knows this loan's payment only: a lender may want less."""

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class CostCurve:
    """The exact consequences of every threshold that separates two observed clients; all arrays have one entry each.

    Attributes:
        threshold: ascending; a client is refused when its probability is at or above it. The last one accepts everyone.
        cost: missed defaults times their weight plus lost good clients, per client.
        missed_defaults: number accepted who default.
        lost_good_clients: number refused who repay.
        acceptance_rate: share accepted.
    """

    threshold: Floats
    cost: Floats
    missed_defaults: Floats
    lost_good_clients: Floats
    acceptance_rate: Floats

    @property
    def cheapest(self) -> int:
        """Index of the threshold of least cost; the lowest one among equals."""
        return int(np.argmin(self.cost))


def cost_curve(
    probability: Floats,
    defaulted: NDArray[np.int_] | Floats,
    missed_default_weight: float = MISSED_DEFAULT_WEIGHT,
    clients: Floats | None = None,
) -> CostCurve:
    """Cost at every threshold that changes a decision, by one sort.

    Args:
        probability: probability of default of each client, strictly between 0 and 1.
        defaulted: 1 where the client did not repay, 0 where they did.
        missed_default_weight: cost of a missed default in lost good clients; above 0.
        clients: how often each client counts (bootstrap); once when omitted.
    """
    check_weight(missed_default_weight)
    counts = np.ones_like(probability) if clients is None else clients
    distinct, position = np.unique(probability, return_inverse=True)
    bad = np.bincount(position, weights=counts * defaulted, minlength=len(distinct))
    good = np.bincount(position, weights=counts * (1 - defaulted), minlength=len(distinct))
    missed = np.concatenate([[0.0], np.cumsum(bad)])
    lost = good.sum() - np.concatenate([[0.0], np.cumsum(good)])
    total = counts.sum()
    return CostCurve(
        threshold=_between(distinct),
        cost=(missed_default_weight * missed + lost) / total,
        missed_defaults=missed,
        lost_good_clients=lost,
        acceptance_rate=(missed + good.sum() - lost) / total,
    )


def check_weight(missed_default_weight: float) -> None:
    """Raise PolicyProblem unless the weight is a positive, finite number."""
    if not 0 < missed_default_weight < math.inf:
        raise PolicyProblem(
            "The weight of a missed default is {weight}.",
            "It must be above 0.",
            "Set a positive weight.",
            weight=missed_default_weight,
        )


def check_payment_to_income(share: float | None) -> None:
    """Raise PolicyProblem unless it is none, or a share of the income."""
    if share is not None and not 0.0 < share <= 1.0:
        raise PolicyProblem(
            "A largest payment of {share} of income is given.",
            "It is above 0 and at most all of the income, or without limit.",
            "Correct the share.",
            share=share,
        )


def check_left_per_person(amount: float | None) -> None:
    """Raise PolicyProblem unless it is none, or an amount."""
    if amount is not None and not 0.0 <= amount < math.inf:
        raise PolicyProblem(
            "{amount} left per person is given.",
            "What is to be left to live on is 0 or more a month, or without limit.",
            "Correct the amount.",
            amount=amount,
        )


def _between(distinct: Floats) -> Floats:
    """Thresholds half-way between neighbours, so that no observed client lies on one; 0 refuses all, 1 accepts all."""
    below, above = distinct[:-1], distinct[1:]
    middle = (below + above) / 2
    # Between two adjacent doubles there is no middle: it rounds to one of them, and only the upper one separates.
    return np.concatenate([[0.0], np.where(middle > below, middle, above), [1.0]])


def cost_at(probability: Floats, defaulted: Floats, threshold: float | Floats, missed_default_weight: float) -> float:
    """Mean business cost per client at one threshold (or one threshold per client)."""
    return float(np.mean(cost_of_each(probability, defaulted, threshold, missed_default_weight)))


def cost_of_each(
    probability: Floats, defaulted: Floats, threshold: float | Floats, missed_default_weight: float
) -> Floats:
    """Business cost of each client."""
    return np.where(probability >= threshold, 1.0 - defaulted, missed_default_weight * defaulted)


def break_even_threshold(missed_default_weight: float) -> float:
    """Probability of default at which accepting and refusing are expected to cost the same."""
    check_weight(missed_default_weight)
    return 1.0 / (1.0 + missed_default_weight)


def cheapest_threshold(
    probability: Floats, defaulted: Floats, missed_default_weight: float, seed: int, resamples: int = 200
) -> float:
    """Median over bootstrap resamples of the cheapest threshold: the bare minimum jumps with a handful of clients."""
    draws = np.random.default_rng(seed)
    clients = len(probability)
    cheapest = []
    for _ in range(resamples):
        counts = np.bincount(draws.integers(0, clients, clients), minlength=clients).astype(float)
        curve = cost_curve(probability, defaulted, missed_default_weight, counts)
        cheapest.append(curve.threshold[curve.cheapest])
    return float(np.median(cheapest))


@dataclass(frozen=True, slots=True)
class Authority:
    """What one person may decide alone; None is without limit, as in every policy from before.

    Attributes:
        officer_amount: loan up to which an officer accepts alone, in money.
        override_amount: loan from which accepting against the advice wants a second signature, in money.
        override_points: points below the threshold from which it does, whatever the loan.
    """

    officer_amount: float | None = None
    override_amount: float | None = None
    override_points: float | None = None

    def __post_init__(self) -> None:
        for limit in (self.officer_amount, self.override_amount, self.override_points):
            if limit is not None and not 0.0 <= limit < math.inf:
                raise PolicyProblem(
                    "A limit of {limit} is given.",
                    "A limit of what one person decides alone is 0 or more, or none.",
                    "Correct the limit.",
                    limit=limit,
                )


NO_LIMIT = Authority()


@dataclass(frozen=True, slots=True)
class Policy:
    """What the lender decided to do with probabilities.

    Attributes:
        threshold: probability of default at or above which an application is refused, strictly between 0 and 1.
        grey_zone_points: half-width in points of the zone around the threshold where a person must look first.
        missed_default_weight: cost of a missed default, in lost good clients.
        authority: what one person may decide alone.
        payment_to_income: largest monthly payment of a loan that is offered, as a share of the monthly income; None is
            without limit, as in every policy from before.
        left_per_person: what a budget is to leave per person a month, in money; less is said, and refuses nothing. None
            is without limit, as in every policy from before.
    """

    threshold: float
    grey_zone_points: float = GREY_ZONE_POINTS
    missed_default_weight: float = MISSED_DEFAULT_WEIGHT
    authority: Authority = NO_LIMIT
    payment_to_income: float | None = PAYMENT_TO_INCOME
    left_per_person: float | None = None

    def __post_init__(self) -> None:
        if not 0.0 < self.threshold < 1.0:
            raise PolicyProblem(
                "The threshold is {threshold}.",
                "It must lie strictly between 0 and 1.",
                "Choose another threshold.",
                threshold=self.threshold,
            )
        check_weight(self.missed_default_weight)
        if not 0.0 <= self.grey_zone_points < math.inf:
            raise PolicyProblem(
                "The grey zone is {width} points wide.",
                "It cannot be negative.",
                "Set 0 or more.",
                width=self.grey_zone_points,
            )
        check_payment_to_income(self.payment_to_income)
        check_left_per_person(self.left_per_person)

    @property
    def threshold_points(self) -> float:
        """The threshold on the points scale."""
        return points_from_probability(self.threshold)

    def largest_payment(self, income: float) -> float:
        """What a loan that is offered may cost a month, at most."""
        return math.inf if self.payment_to_income is None else self.payment_to_income * income

    def outcome(self, probability: float) -> Outcome:
        """Refuse at or above the threshold."""
        return "refuse" if probability >= self.threshold else "accept"

    def band(self, probability: float, points: float) -> Band:
        """The outcome, or "review" within the grey zone."""
        return "review" if abs(points - self.threshold_points) <= self.grey_zone_points else self.outcome(probability)
