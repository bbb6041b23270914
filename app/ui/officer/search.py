"""What a file can be found by, and in which order files come: each choice once, with its words and its meaning."""

from __future__ import annotations

import math
from dataclasses import dataclass

from app.language.words import Words, mark
from app.scoring.peers.peer_group import Between, Conditions, OneOf, at_distance, in_band
from app.scoring.policy import Policy

ANY = "any"
ANSWERS = {
    ANY: mark("Any answer"),
    "accept": mark("Accept"),
    "review": mark("To review"),
    "refuse": mark("Refuse"),
}
AGES: dict[str, tuple[float | None, float | None]] = {
    ANY: (None, None),
    "under-30": (None, 30),
    "30-39": (30, 40),
    "40-49": (40, 50),
    "50-59": (50, 60),
    "from-60": (60, None),
}
"""Age band -> from, and up to but without."""
ORDERS: dict[str, tuple[str, str | None, bool]] = {
    "queue": (mark("Nearest to the threshold first"), None, False),
    "points-up": (mark("Fewest points first"), "points", False),
    "points-down": (mark("Most points first"), "points", True),
    "amount-down": (mark("Largest loan first"), "credit", True),
    "amount-up": (mark("Smallest loan first"), "credit", False),
    "income-up": (mark("Lowest income first"), "income", False),
    "income-down": (mark("Highest income first"), "income", True),
    "age-up": (mark("Youngest first"), "age", False),
    "age-down": (mark("Oldest first"), "age", True),
}
"""Order -> its name, the column it sorts by (none for the work queue), whether the largest comes first."""
BY_ADVICE = ("queue", "points-up", "points-down")
"""Orders that tell something of the advice."""
MOST_MONEY = 100_000_000
MOST_POINTS = 1_000


@dataclass(frozen=True, slots=True)
class Search:
    """What is asked for; every part that is ``ANY`` or None leaves its side open.

    Attributes:
        answer: key of ``ANSWERS``.
        income_type: a source of income, as the table writes it.
        age: key of ``AGES``.
        smallest, largest: loan amount, money.
        within: at most so many points from the threshold, on either side.
        order: key of ``ORDERS``.
    """

    answer: str = ANY
    income_type: str = ANY
    age: str = ANY
    smallest: float | None = None
    largest: float | None = None
    within: float | None = None
    order: str = "queue"

    def conditions(self, policy: Policy) -> Conditions:
        """The same as conditions on columns."""
        asked = []
        if self.answer != ANY:
            asked.append(in_band(self.answer, policy))  # type: ignore[arg-type]
        if self.within is not None:
            asked.append(at_distance(-self.within, self.within, policy))
        if self.age != ANY:
            low, high = AGES[self.age]
            asked.append(Between("age", low, None if high is None else math.nextafter(high, 0.0)))
        if self.smallest is not None or self.largest is not None:
            asked.append(Between("credit", self.smallest, self.largest))
        if self.income_type != ANY:
            asked.append(OneOf("income_type", (self.income_type,)))
        return tuple(asked)


def age_in_words(band: str, words: Words) -> str:
    """An age band as people say it."""
    low, high = AGES[band]
    if low is None and high is None:
        return words.say("Any age")
    if low is None:
        return words.say("Under {age} years", age=high)
    if high is None:
        return words.say("{age} years and over", age=low)
    return words.say("{low} to {high} years", low=low, high=high - 1)
