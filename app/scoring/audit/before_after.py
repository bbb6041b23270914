"""What a policy is expected to do to everyone, and whom another one in its place would advise otherwise."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.scoring.audit.swap_set import Ranking
from app.scoring.points import points_from_log_odds
from app.scoring.policy import Policy

Clients = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Expected:
    """What a threshold is expected to do to everyone, outcomes known or not.

    Attributes:
        applications: of how many.
        accepted: those under the threshold.
        missed_defaults: of those accepted, how many are expected not to repay.
        lost_good_clients: of those refused, how many would have repaid.
    """

    applications: int
    accepted: int
    missed_defaults: float
    lost_good_clients: float

    @classmethod
    def of(cls, ranking: Ranking, threshold: float) -> Expected:
        """By one binary search."""
        place, everyone = int(np.searchsorted(ranking.probability, threshold)), len(ranking.clients)
        missed, all_defaults = float(ranking.expected[place]), float(ranking.expected[-1])
        return cls(everyone, place, missed, everyone - place - (all_defaults - missed))

    @property
    def acceptance_rate(self) -> float:
        """Share accepted."""
        return self.accepted / self.applications

    def cost(self, missed_default_weight: float) -> float:
        """Business cost per client: correct decisions cost nothing."""
        return (missed_default_weight * self.missed_defaults + self.lost_good_clients) / self.applications

    def result(self, average_loss: float, margin: float) -> float:
        """Money the accepted loans are expected to leave."""
        return margin * (self.accepted - self.missed_defaults) - average_loss * self.missed_defaults


@dataclass(frozen=True, slots=True)
class Changes:
    """Whom another policy advises otherwise, by client number; who changes sides may enter or leave the zone as well.

    Attributes:
        refused: accepted by the score before, refused after.
        accepted: the other way round.
        to_review: outside the grey zone before, in it after.
        from_review: the other way round.
    """

    refused: Clients
    accepted: Clients
    to_review: Clients
    from_review: Clients

    @classmethod
    def between(cls, ranking: Ranking, now: Policy, then: Policy) -> Changes:
        """Of everyone, when ``then`` takes the place of ``now``."""
        chance = ranking.probability
        points = points_from_log_odds(np.log(chance / (1.0 - chance)))
        before, after = (chance >= policy.threshold for policy in (now, then))
        zone, next_zone = (np.abs(points - each.threshold_points) <= each.grey_zone_points for each in (now, then))
        masks = after & ~before, before & ~after, next_zone & ~zone, zone & ~next_zone
        return cls(*(ranking.clients[mask] for mask in masks))
