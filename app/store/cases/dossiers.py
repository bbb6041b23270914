"""Dossiers from what is served, and as JSON; the champion that scored one is archived with it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import TypeAdapter, ValidationError

from app.scoring.budget import Budget, Reckoning, reckon
from app.scoring.case.dossier import Dossier, Terms
from app.scoring.charges import Charges
from app.scoring.decision import Decision
from app.scoring.policy import Policy
from app.scoring.problems import BrokenEvidence, PortfolioProblem
from app.store.portfolio import Portfolio
from app.store.records import application_form

_DOSSIER = TypeAdapter(Dossier)
_BUDGET: TypeAdapter[Reckoning | None] = TypeAdapter(Reckoning | None)
AMOUNT = "credit"
"""The feature that is the amount of the loan."""


def dossier_of(
    opened: Portfolio,
    client: int,
    policy: Policy,
    advice: Decision | None,
    champion: str,
    terms: Terms | None = None,
    budget: Budget | None = None,
) -> Dossier:
    """What a decision on a client of a portfolio rests on.

    Args:
        advice: on the loan that is decided upon, as the page showed it; None while it is suspended.
        champion: address of the archived champion that gave it.
        terms: the other loan, where it is one: ``advice`` is then that of ``Simulation.after``.
        budget: as it was filled in; reckoned with the loan that is decided upon.

    Raises:
        UnknownClient: the portfolio has no such client.
    """
    row = opened.client(client).features
    asked = row.get(AMOUNT)
    amount = terms.amount if terms else None if asked is None else float(asked)
    payment = terms.payment if terms else Charges.of(row).payment
    reckoned = reckon(budget, payment, policy.left_per_person) if budget else None
    form = _application(opened, client)
    return Dossier(client, form, advice, policy, opened.release, champion, amount, terms, reckoned)


def _application(opened: Portfolio, client: int) -> Mapping[str, Any]:
    try:
        return application_form(opened.folder, client)
    except PortfolioProblem:  # published without raw rows
        return {}


def as_content(dossier: Dossier) -> dict[str, Any]:
    """A dossier as JSON keeps it, every number to the last digit."""
    written: dict[str, Any] = _DOSSIER.dump_python(dossier, mode="json")
    return written


def from_content(content: Mapping[str, Any]) -> Dossier:
    """A dossier as it was kept.

    Raises:
        BrokenEvidence: it is none.
    """
    try:
        return _DOSSIER.validate_python(content)
    except ValidationError as error:
        raise _unreadable() from error


def budget_in(content: Mapping[str, Any]) -> Reckoning | None:
    """The budget of the dossier that an event's content holds; None where it has none.

    Raises:
        BrokenEvidence: it is none.
    """
    try:
        return _BUDGET.validate_python((content.get("dossier") or {}).get("budget"))
    except ValidationError as error:
        raise _unreadable() from error


def _unreadable() -> BrokenEvidence:
    return BrokenEvidence(
        "A dossier cannot be read.",
        "It holds what its decision rested on.",
        "Keep the database as it is, and compare it with the last backup.",
    )
