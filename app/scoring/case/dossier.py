"""What a decision rested on, frozen when it was taken: enough to score it again, to the last digit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.scoring.budget import Reckoning, reckon
from app.scoring.champion import Champion
from app.scoring.decision import Decision
from app.scoring.policy import Policy
from app.scoring.problems import CaseProblem

LARGEST_AMOUNT = 1e9
LONGEST_MONTHS = 600.0


@dataclass(frozen=True, slots=True)
class Terms:
    """A loan.

    Attributes:
        amount: of the loan, in money.
        months: how long it is repaid.
        payment: a month, in money.
    """

    amount: float
    months: float
    payment: float

    def __post_init__(self) -> None:
        for value, most in (
            (self.amount, LARGEST_AMOUNT),
            (self.months, LONGEST_MONTHS),
            (self.payment, LARGEST_AMOUNT),
        ):
            if not 0.0 < value <= most:
                raise CaseProblem(
                    "The other loan has a value of {value}.",
                    "Amount, months and monthly payment are above 0 and at most {most}.",
                    "Correct the loan.",
                    value=value,
                    most=most,
                )


@dataclass(frozen=True, slots=True)
class Dossier:
    """What one decision rested on.

    Attributes:
        client: SK_ID_CURR.
        application: raw columns as stored; empty where the release has none.
        advice: of the model on the loan that is decided upon, with the value of every input and every contribution;
            None where it was suspended.
        policy: that the advice follows.
        release: of the portfolio.
        champion: address of the archived champion (``store.champions``); empty without advice.
        amount: of the loan that is decided upon, in money; None where it is not known.
        terms: the other loan that is decided upon; None where it is the one asked for.
        budget: of the household with that loan, as it was filled in; None where it was not. The advice never read it.
    """

    client: int
    application: Mapping[str, Any]
    advice: Decision | None
    policy: Policy
    release: str
    champion: str = ""
    amount: float | None = None
    terms: Terms | None = None
    budget: Reckoning | None = None


def differences(dossier: Dossier, champion: Champion) -> tuple[str, ...]:
    """Score a dossier again; names of what is not the same to the last digit, of ``Decision``, of inputs, "budget".

    Raises:
        CaseProblem: there was no advice.
        ModelProblem: the champion reads an input that the dossier lacks.
    """
    then = dossier.advice
    if then is None:
        raise CaseProblem(
            "There was no advice on this decision.", "It was suspended, and people decided without it.", ""
        )
    inputs = {each.feature: each.value for each in then.contributions}
    now = champion.decide(then.client, inputs, dossier.policy)
    unlike = [
        name for name in Decision.__slots__ if name != "contributions" and getattr(then, name) != getattr(now, name)
    ]
    before = {each.feature: each for each in then.contributions}
    after = {each.feature: each for each in now.contributions}
    unlike += [name for name in {**before, **after} if before.get(name) != after.get(name)]
    return *unlike, *([] if dossier.budget == _reckoned_again(dossier.budget) else ["budget"])


def _reckoned_again(budget: Reckoning | None) -> Reckoning | None:
    return budget and reckon(budget.budget, budget.payment, budget.least)
