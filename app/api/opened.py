"""A release and the policy that answers are given under."""

from __future__ import annotations

from dataclasses import dataclass

from app.scoring.policy import Policy
from app.store.portfolio import Portfolio


@dataclass(frozen=True, slots=True)
class Opened:
    """One release with the policy in force: everything an answer is made of."""

    portfolio: Portfolio
    policy: Policy
