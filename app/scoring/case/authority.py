"""When a decision wants a second signature: what the policy that two managers signed says about it."""

from __future__ import annotations

from typing import Literal

from app.scoring.case.events import Ruling
from app.scoring.decision import Decision
from app.scoring.policy import Policy

Limit = Literal["officer_amount", "override_amount", "override_points"]
"""The limit of ``Authority`` that a decision goes beyond."""


def limits_passed(
    ruling: Ruling, decision: Decision | None, amount: float | None, policy: Policy, role: str = "officer"
) -> tuple[Limit, ...]:
    """The limits a decision goes beyond, each of which wants a second signature.

    Args:
        decision: the advice on the loan that is decided upon; where another loan is accepted, on that one. None where
            there was none: nothing goes against it then.
        amount: of that loan; None where it is not known, which is beyond every limit.
        role: of who decides: an officer's amount binds no manager.
    """
    if ruling == "refuse":
        return ()
    authority = policy.authority
    passed: list[Limit] = []
    alone = None if role == "manager" else authority.officer_amount
    if alone is not None and (amount is None or amount > alone):
        passed.append("officer_amount")
    if decision is not None and decision.outcome == "refuse":
        if authority.override_amount is not None and (amount is None or amount >= authority.override_amount):
            passed.append("override_amount")
        if authority.override_points is not None and -decision.distance >= authority.override_points:
            passed.append("override_points")
    return tuple(passed)


def needs_second_signature(
    ruling: Ruling, decision: Decision | None, amount: float | None, policy: Policy, role: str = "officer"
) -> bool:
    """Whether a decision counts only once another person signed it; arguments as ``limits_passed``."""
    return bool(limits_passed(ruling, decision, amount, policy, role))
