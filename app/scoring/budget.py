"""A household's budget as an officer fills it in: what is left a month, now, with the loan, and if things get worse.

Part of the dossier that a decision rests on. No model reads it, and no limit of it refuses by itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from app.scoring.problems import CaseProblem

INCOME_DROP, PAYMENT_RISE = 0.2, 0.1
"""What may get worse: by how much income falls, by how much the payment rises."""
LARGEST_AMOUNT = 1e7
"""A month, in money."""
MOST_PEOPLE = 30

Situation = Literal["now", "with the loan", "less income", "higher payment"]


@dataclass(frozen=True, slots=True)
class Budget:
    """Amounts a month, in money.

    Attributes:
        income: of the household.
        rent: or what the home costs otherwise.
        other_loans: payments on all loans but the one asked for.
        maintenance: paid to somebody who lives elsewhere.
        people: to feed, the client included.
    """

    income: float
    rent: float
    other_loans: float
    maintenance: float
    people: int

    def __post_init__(self) -> None:
        for value in (self.income, self.rent, self.other_loans, self.maintenance):
            if not 0.0 <= value <= LARGEST_AMOUNT:
                raise CaseProblem(
                    "The budget has an amount of {value}.",
                    "Each amount is 0 or more, and at most {most} a month.",
                    "Correct the budget.",
                    value=value,
                    most=LARGEST_AMOUNT,
                )
        if not 1 <= self.people <= MOST_PEOPLE:
            raise CaseProblem(
                "The budget feeds {people} people.",
                "It feeds the client, and {most} people at most.",
                "Correct the budget.",
                people=self.people,
                most=MOST_PEOPLE,
            )

    @property
    def spent(self) -> float:
        """Rent, other loans and maintenance."""
        return self.rent + self.other_loans + self.maintenance


@dataclass(frozen=True, slots=True)
class Left:
    """What is left to live on in one situation, a month.

    Attributes:
        payment: of the loan; 0 without it.
        amount: what is left; negative where it is not enough.
    """

    situation: Situation
    income: float
    payment: float
    amount: float
    per_person: float


@dataclass(frozen=True, slots=True)
class Reckoning:
    """A budget with what follows from it.

    Attributes:
        payment: of the loan it was reckoned with; None where that is not known: only "now" can be told.
        least: what the policy wants left per person; None where it says nothing.
        left: one for each situation, "now" first.
    """

    budget: Budget
    payment: float | None
    least: float | None
    left: tuple[Left, ...]

    @property
    def below(self) -> tuple[Left, ...]:
        """Situations that leave less per person than the policy wants."""
        return () if self.least is None else tuple(each for each in self.left if each.per_person < self.least)

    def at(self, situation: Situation) -> Left | None:
        """One situation; None where it could not be reckoned."""
        return next((each for each in self.left if each.situation == situation), None)


def reckon(budget: Budget, payment: float | None, least: float | None = None) -> Reckoning:
    """What is left in each situation; with the loan, either the income falls or the payment rises, not both.

    Args:
        payment: of the loan, a month.
        least: what the policy wants left per person a month.
    """
    found = [_left("now", budget, budget.income, 0.0)]
    if payment is not None:
        found += [
            _left("with the loan", budget, budget.income, payment),
            _left("less income", budget, budget.income * (1.0 - INCOME_DROP), payment),
            _left("higher payment", budget, budget.income, payment * (1.0 + PAYMENT_RISE)),
        ]
    return Reckoning(budget, payment, least, tuple(found))


def _left(situation: Situation, budget: Budget, income: float, payment: float) -> Left:
    amount = income - budget.spent - payment
    return Left(situation, income, payment, amount, amount / budget.people)
