"""The tables of the policy's history, and a proposal as their rows say it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, Column, Double, String, Table, Text, UniqueConstraint, select

from app.scoring.policy import Authority, Policy
from app.store.chain import METADATA
from app.store.database import LONGEST_NAME, LONGEST_PERSON
from app.store.proposals import Draft, Ending, Proposal

PROPOSALS = Table(
    "policy_proposals",
    METADATA,
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("at", String(32), nullable=False),
    Column("who", String(LONGEST_NAME), nullable=False),
    Column("model_version", String(40), nullable=False),
    Column("threshold", Double, nullable=False),
    Column("grey_zone_points", Double, nullable=False),
    Column("missed_default_weight", Double, nullable=False),
    Column("average_loss", Double, nullable=False),
    Column("margin", Double, nullable=False),
    Column("reason", Text, nullable=False),
    Column("person", String(LONGEST_PERSON), nullable=False, server_default=""),
    Column("officer_amount", Double),
    Column("override_amount", Double),
    Column("override_points", Double),
    Column("payment_to_income", Double),
    Column("left_per_person", Double),
)
ACTIVATIONS = Table(
    "policy_activations",
    METADATA,
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("at", String(32), nullable=False),
    Column("who", String(LONGEST_NAME), nullable=False),
    Column("model_version", String(40), nullable=False),
    Column("proposal", BigInteger, nullable=False, unique=True),
    Column("replaces", BigInteger, nullable=False),
    Column("person", String(LONGEST_PERSON), nullable=False, server_default=""),
    UniqueConstraint("model_version", "replaces"),
)
ENDINGS = Table(
    "policy_endings",
    METADATA,
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("at", String(32), nullable=False),
    Column("who", String(LONGEST_NAME), nullable=False),
    Column("person", String(LONGEST_PERSON), nullable=False, server_default=""),
    Column("proposal", BigInteger, nullable=False, unique=True),
    Column("kind", String(12), nullable=False),
    Column("reason", Text, nullable=False),
)
"""Proposals that were rejected or withdrawn."""

_ACTIVATION = (
    ACTIVATIONS.c.number.label("activation"),
    ACTIVATIONS.c.who.label("activated_by"),
    ACTIVATIONS.c.at.label("activated_at"),
    ACTIVATIONS.c.person.label("activated_person"),
)
_ENDED = ("number", "kind", "at", "who", "reason", "person")
_ENDING = tuple(ENDINGS.c[name].label(f"ended_{name}") for name in _ENDED)
_SAME = PROPOSALS.c.number == ACTIVATIONS.c.proposal
ACTIVATED = select(PROPOSALS, *_ACTIVATION).join(ACTIVATIONS, _SAME)
"""Activated proposals."""
ALL = (
    select(PROPOSALS, *_ACTIVATION, *_ENDING)
    .outerjoin(ACTIVATIONS, _SAME)
    .outerjoin(ENDINGS, PROPOSALS.c.number == ENDINGS.c.proposal)
)
"""Every proposal, with its activation or its ending."""
_DRAFTED = ("threshold", "grey_zone_points", "missed_default_weight")
LIMITS_OF_A_LOAN = ("payment_to_income", "left_per_person")
"""Limits of the policy itself, whatever one person may decide."""
_LIMITS = ("officer_amount", "override_amount", "override_points")


def drafted(draft: Draft) -> dict[str, Any]:
    """A draft as its columns."""
    return {
        "model_version": draft.model_version,
        **{name: getattr(draft.policy, name) + 0.0 for name in _DRAFTED},  # a float, and no negative zero:
        "average_loss": draft.average_loss + 0.0,
        "margin": draft.margin + 0.0,  # the chain holds what is read back
        **_limits(draft.policy),
    }


def proposal_of(row: dict[str, Any]) -> Proposal:
    """A proposal as its row says, which is used up."""
    authority = Authority(**{name: row.pop(name) for name in _LIMITS})
    named = {name: row.pop(name) for name in (*_DRAFTED, *LIMITS_OF_A_LOAN)}
    draft = Draft(
        Policy(**named, authority=authority), row.pop("average_loss"), row.pop("margin"), row.pop("model_version")
    )
    ended = {name: row.pop(f"ended_{name}", None) for name in _ENDED}
    return Proposal(draft=draft, **row, ending=None if ended["number"] is None else Ending(**ended))


def _limits(policy: Policy) -> dict[str, float | None]:
    given = {name: getattr(policy.authority, name) for name in _LIMITS}
    given |= {name: getattr(policy, name) for name in LIMITS_OF_A_LOAN}
    return {name: None if limit is None else limit + 0.0 for name, limit in given.items()}
