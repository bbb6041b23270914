"""Whether officers follow the model: decisions of the journal counted by officer, by reason and by band."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from sqlalchemy import select

from app.scoring.decision import Band
from app.scoring.points import points_from_probability
from app.scoring.policy import Policy
from app.store.database import reading
from app.store.journal import JOURNAL, Journal, unreadable

Name = TypeVar("Name", bound=str)

NEWEST = 100_000
"""Entries that are counted."""


@dataclass(frozen=True, slots=True)
class Tally:
    """Decisions counted.

    Attributes:
        followed: as the model advised.
        accepted_against, refused_against: against its advice.
        referred: to a colleague, neither with nor against it.
    """

    followed: int = 0
    accepted_against: int = 0
    refused_against: int = 0
    referred: int = 0

    @property
    def overridden(self) -> int:
        """Against the model."""
        return self.accepted_against + self.refused_against

    @property
    def decided(self) -> int:
        """Accepted or refused."""
        return self.followed + self.overridden

    @property
    def override_rate(self) -> float | None:
        """Share of the decided that went against the model; None when nothing was decided."""
        return self.overridden / self.decided if self.decided else None

    def __add__(self, other: Tally) -> Tally:
        return Tally(*(getattr(self, name) + getattr(other, name) for name in Tally.__slots__))


@dataclass(frozen=True, slots=True)
class Agreement:
    """Decisions of the journal, counted.

    Attributes:
        by_officer: by who decided.
        by_reason: by each reason given; a decision of two reasons counts under both.
        by_band: by what the advice was; "review" within the grey zone.
    """

    everyone: Tally
    by_officer: Mapping[str, Tally]
    by_reason: Mapping[str, Tally]
    by_band: Mapping[Band, Tally]


_COLUMNS = (
    JOURNAL.c.officer,
    JOURNAL.c.choice,
    JOURNAL.c.advice,
    JOURNAL.c.reasons,
    JOURNAL.c.threshold,
    JOURNAL.c.probability,
)


def agreement(journal: Journal, grey_zone_points: float) -> Agreement:
    """Count the newest decisions.

    Args:
        grey_zone_points: width of the zone that is told apart: the journal keeps thresholds, not their grey zones.

    Raises:
        StoreProblem: the database cannot be read.
    """
    asked = select(*_COLUMNS).order_by(JOURNAL.c.number.desc()).limit(NEWEST)
    with reading(journal.engine, unreadable) as connection:
        counted = [
            (_tally(choice, advice), officer, json.loads(reasons), _band(probability, threshold, grey_zone_points))
            for officer, choice, advice, reasons, threshold, probability in connection.execute(asked)
        ]
    return Agreement(
        everyone=sum((tally for tally, *_ in counted), Tally()),
        by_officer=_summed((officer, tally) for tally, officer, _, _ in counted),
        by_reason=_summed((reason, tally) for tally, _, reasons, _ in counted for reason in reasons),
        by_band=_summed((band, tally) for tally, _, _, band in counted),
    )


def _tally(choice: str, advice: str) -> Tally:
    if choice == "refer":
        return Tally(referred=1)
    if choice == advice:
        return Tally(followed=1)
    return Tally(accepted_against=1) if choice == "accept" else Tally(refused_against=1)


def _band(probability: float, threshold: float, grey_zone_points: float) -> Band:
    return Policy(threshold, grey_zone_points).band(probability, points_from_probability(probability))


def _summed(counted: Iterable[tuple[Name, Tally]]) -> dict[Name, Tally]:
    """Tallies by name, the most decisions first."""
    sums: dict[Name, Tally] = {}
    for name, tally in counted:
        sums[name] = sums.get(name, Tally()) + tally
    return dict(sorted(sums.items(), key=lambda each: -each[1].decided))
