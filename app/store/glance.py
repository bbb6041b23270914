"""The portfolio at a glance: how many applications a policy accepts, and what is lent and lost with them."""

from __future__ import annotations

from dataclasses import dataclass

from app.scoring.policy import Policy
from app.store.portfolio import Portfolio
from app.store.questions import answers, rows_of


@dataclass(frozen=True, slots=True)
class Glance:
    """Everyone of a release under one policy, by the score alone.

    Attributes:
        applications: of how many.
        accepted: those under the threshold; some of them stand in the grey zone too.
        grey: those so near the threshold that a person decides.
        lent: money asked for by those accepted.
        defaults: how many of those accepted are expected not to repay.
        at_risk: money asked for by them, each loan by its own probability.
    """

    applications: int
    accepted: int
    grey: int
    lent: float
    defaults: float
    at_risk: float


_ASKED = """
SELECT count(*), count(*) FILTER (WHERE probability < $threshold),
  count(*) FILTER (WHERE points BETWEEN $low AND $high),
  coalesce(sum(credit) FILTER (WHERE probability < $threshold), 0),
  coalesce(sum(probability) FILTER (WHERE probability < $threshold), 0),
  coalesce(sum(probability * credit) FILTER (WHERE probability < $threshold), 0)
FROM """


def glance(portfolio: Portfolio, policy: Policy) -> Glance:
    """Count them."""
    at, zone = policy.threshold_points, policy.grey_zone_points
    asked = {"threshold": policy.threshold, "low": at - zone, "high": at + zone}
    return Glance(*answers(_ASKED + rows_of(portfolio.folder), asked)[0])
