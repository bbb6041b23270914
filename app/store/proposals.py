"""A policy somebody drafts, then proposes, and what it must hold before the history takes it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

from app.scoring.policy import Policy
from app.scoring.problems import PolicyProblem
from app.store.database import is_plain

LONGEST_REASON = 2_000
LARGEST_AMOUNT = 1e9
EndKind = Literal["rejected", "withdrawn"]
"""By another manager, or by who proposed it."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A policy somebody thinks of.

    Attributes:
        policy: threshold, grey zone and weight of a missed default.
        average_loss: money lost when an accepted loan is not repaid.
        margin: money earned when it is.
        model_version: of the champion whose probabilities it was thought of for.
    """

    policy: Policy
    average_loss: float
    margin: float
    model_version: str


@dataclass(frozen=True, slots=True)
class Ending:
    """How a proposal ended that was not activated.

    Attributes:
        number: from 1, without gaps.
        at: UTC, ISO 8601.
        who: who ended it, for ``reason``.
        person: ``issuer|subject``; empty where nobody vouches for them.
    """

    number: int
    kind: EndKind
    at: str
    who: str
    reason: str
    person: str = ""


@dataclass(frozen=True, slots=True)
class Proposal:
    """A draft somebody proposed.

    Attributes:
        number: from 1, without gaps.
        at: UTC, ISO 8601.
        who: who proposed it, for ``reason``.
        activation: number of its activation, by ``activated_by`` at ``activated_at``; None while it is not activated.
        person, activated_person: who they are to whoever vouches for them, ``issuer|subject``; empty where nobody does.
        ending: how it ended without being activated; None while it waits, or is activated.
    """

    number: int
    at: str
    who: str
    draft: Draft
    reason: str
    activation: int | None = None
    activated_by: str | None = None
    activated_at: str | None = None
    person: str = ""
    activated_person: str | None = None
    ending: Ending | None = None


def check(draft: Draft, who: str, reason: str, person: str = "") -> None:
    """Raise PolicyProblem when a proposal lacks what the history must hold."""
    check_name(who, person)
    for amount in (draft.average_loss, draft.margin):
        check_amount(amount)
    check_reason(reason)


def check_amount(amount: float) -> None:
    """Raise PolicyProblem unless it can be an average loss or margin."""
    if not (0.0 <= amount <= LARGEST_AMOUNT and math.isfinite(amount)):
        raise PolicyProblem(
            "An amount of {amount} is given.",
            "The average loss and the margin are amounts of 0 or more.",
            "Correct the amount.",
            amount=amount,
        )


def check_reason(reason: str) -> None:
    """Raise PolicyProblem unless it says why, in words that every database can hold."""
    if not reason.strip() or len(reason) > LONGEST_REASON or not is_plain(reason):
        raise PolicyProblem(
            "The reason has {length} characters.",
            "A policy is proposed, rejected or withdrawn for a reason, of at most {longest} characters.",
            "Say in a sentence why.",
            length=len(reason.strip()),
            longest=LONGEST_REASON,
        )


def check_waits(proposal: Proposal) -> None:
    """Raise PolicyProblem when a proposal no longer waits for a second person."""
    if proposal.activated_by is not None:
        raise PolicyProblem(
            "{who} has activated this proposal already.",
            "A proposal is activated, rejected or withdrawn once.",
            "To come back to an earlier policy, propose it again.",
            who=proposal.activated_by,
        )
    if proposal.ending is None:
        return
    if proposal.ending.kind == "rejected":
        raise PolicyProblem(
            "{who} has rejected this proposal already.",
            "A proposal is activated, rejected or withdrawn once.",
            "Read the reason in the history; propose it again if it should be looked at anew.",
            who=proposal.ending.who,
        )
    raise PolicyProblem(
        "{who} has withdrawn this proposal already.",
        "A proposal is activated, rejected or withdrawn once.",
        "Read the reason in the history; propose it again if it should be looked at anew.",
        who=proposal.ending.who,
    )


def check_name(who: str, person: str = "") -> None:
    """Raise PolicyProblem when nobody is named."""
    if not who.strip() or not is_plain(who + person):
        raise PolicyProblem("Nobody is named.", "A policy bears the names of who decides it.", "Sign in first.")


def check_model(draft: Draft, served: str) -> None:
    """Raise PolicyProblem when the draft was made for another model than the one served."""
    if draft.model_version != served:
        raise PolicyProblem(
            "The policy was made for model {old}, and model {served} is served now.",
            "A threshold belongs to the model whose probabilities it divides.",
            "Look at the thresholds of the new model, and propose again.",
            old=draft.model_version,
            served=served,
        )
