"""A group of clients, said as conditions on their columns or as the nearest neighbours of one of them."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TypeAlias

from app.scoring.decision import Band, Outcome
from app.scoring.policy import Policy


@dataclass(frozen=True, slots=True)
class Between:
    """Clients whose column lies within the bounds, both included; None leaves a side open, missing values are out.

    Attributes:
        column: a feature that is a number or flag, or one of "points", "probability", "SK_ID_CURR".
    """

    column: str
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class OneOf:
    """Clients whose column holds one of the values; None among them stands for "not provided".

    Attributes:
        column: a feature that is a category, or "population" ("labelled", "current").
    """

    column: str
    values: tuple[str | None, ...]


Condition: TypeAlias = Between | OneOf
Conditions: TypeAlias = tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Neighbours:
    """The clients nearest to one client on chosen features, that client left out.

    The distance is the sum over the features of: for a number the difference in units of the population's middle 80 %,
    at most 1; for a category 1 if it is another one; 1 where one of the two is missing.

    Attributes:
        client: SK_ID_CURR of the one in the middle.
        features: at least one.
        size: how many, ties broken by SK_ID_CURR.
    """

    client: int
    features: tuple[str, ...]
    size: int = 500


@dataclass(frozen=True, slots=True)
class Members:
    """The clients of these numbers, as once found: asking who is near anew takes longer than all else."""

    clients: tuple[int, ...]


Group: TypeAlias = Conditions | Neighbours | Members
EVERYONE: Conditions = ()


def decided(outcome: Outcome, policy: Policy) -> Condition:
    """Clients whom the policy accepts, or refuses."""
    if outcome == "refuse":
        return Between("probability", low=policy.threshold)
    return Between("probability", high=math.nextafter(policy.threshold, 0.0))


def at_distance(low: float | None, high: float | None, policy: Policy) -> Condition:
    """Clients so many points above the threshold, negative below it."""
    bounds = (None if bound is None else policy.threshold_points + bound for bound in (low, high))
    return Between("points", *bounds)


def in_band(band: Band, policy: Policy) -> Condition:
    """Clients whom the policy clearly accepts, clearly refuses, or leaves to a person ("review")."""
    low = policy.threshold_points - policy.grey_zone_points
    high = policy.threshold_points + policy.grey_zone_points
    if band == "review":
        return Between("points", low, high)
    if band == "refuse":
        return Between("points", high=math.nextafter(low, -math.inf))
    return Between("points", low=math.nextafter(high, math.inf))
