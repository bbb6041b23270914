"""The policy with its history: one person proposes, another activates, and every entry stays as it was written.

An activation names the one it replaces, and the database takes one successor of each: of two people who activate at
once, one wins and the other is told. The newest is the one of the highest number, whatever the clocks say.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    Double,
    Engine,
    MetaData,
    Select,
    String,
    Table,
    Text,
    UniqueConstraint,
    func,
    insert,
    select,
)

from app.scoring.champion import Champion
from app.scoring.policy import Policy
from app.scoring.problems import PolicyProblem, StoreProblem
from app.store.database import append_only, cause_of, follow, lasting, make_tables, reading
from app.store.proposals import Draft, Proposal, check, check_model, check_name, same_person

RECOMMENDATION = 0
"""What the first activation of a model replaces: the champion's own recommendation."""

_METADATA = MetaData()
PROPOSALS = Table(
    "policy_proposals",
    _METADATA,
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("at", String(32), nullable=False),
    Column("who", String(120), nullable=False),
    Column("model_version", String(40), nullable=False),
    Column("threshold", Double, nullable=False),
    Column("grey_zone_points", Double, nullable=False),
    Column("missed_default_weight", Double, nullable=False),
    Column("average_loss", Double, nullable=False),
    Column("margin", Double, nullable=False),
    Column("reason", Text, nullable=False),
)
ACTIVATIONS = Table(
    "policy_activations",
    _METADATA,
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("at", String(32), nullable=False),
    Column("who", String(120), nullable=False),
    Column("model_version", String(40), nullable=False),
    Column("proposal", BigInteger, nullable=False, unique=True),
    Column("replaces", BigInteger, nullable=False),
    UniqueConstraint("model_version", "replaces"),
)
for _table in (PROPOSALS, ACTIVATIONS):
    append_only(_table, "The history of policies is append-only.")


@dataclass(frozen=True)
class PolicyHistory:
    """The history in a database. Safe to share between threads and processes.

    Attributes:
        four_eyes: whether whoever proposed a policy may not activate it.
    """

    engine: Engine
    four_eyes: bool = True

    @classmethod
    def open(cls, engine: Engine, four_eyes: bool = True) -> PolicyHistory:
        """The history of a database (``database.connect``), made when it is not there yet.

        Raises:
            StoreProblem: the database is away, read-only or full.
        """
        make_tables(_METADATA, engine, _unwritable)
        return cls(engine, four_eyes)

    def propose(self, draft: Draft, who: str, reason: str, served: str, at: datetime | None = None) -> Proposal:
        """Append a proposal; returns it as it is kept.

        Args:
            served: version of the champion that is served now.
            at: when, with its time zone; now when omitted.

        Raises:
            PolicyProblem: the draft lacks something, or was made for another model than the one served.
            StoreProblem: the database is locked, full, read-only or away; nothing is written.
        """
        check(draft, who, reason)
        check_model(draft, served)
        facts = {
            "at": _written(at), "who": who.strip(), "model_version": draft.model_version,
            "threshold": draft.policy.threshold, "grey_zone_points": draft.policy.grey_zone_points,
            "missed_default_weight": draft.policy.missed_default_weight, "average_loss": draft.average_loss,
            "margin": draft.margin, "reason": reason.strip(),
        }  # fmt: skip
        return _proposal(follow(lambda: self._append(PROPOSALS, facts), _unwritable))

    def activate(self, number: int, who: str, seen: int, served: str, at: datetime | None = None) -> Proposal:
        """Put a proposal in force; returns it with its activation.

        Args:
            seen: number of the activation in force as ``who`` saw it; ``RECOMMENDATION`` when it was the champion's.
            served: version of the champion that is served now.

        Raises:
            PolicyProblem: it is unknown, for a superseded model, already activated, the same person's, or somebody
                activated another since.
            StoreProblem: the database is locked, full, read-only or away; nothing is written.
        """
        facts = {
            "at": _written(at), "who": who.strip(), "model_version": served, "proposal": number, "replaces": seen,
        }  # fmt: skip

        def write() -> None:
            self._check_activation(self._proposed(number), who, seen, served)  # where somebody was first: says who
            self._append(ACTIVATIONS, facts)

        follow(write, _unwritable)
        return self._proposed(number)

    def _check_activation(self, proposal: Proposal, who: str, seen: int, served: str) -> None:
        check_name(who)
        check_model(proposal.draft, served)
        if proposal.activated_by is not None:
            raise PolicyProblem(
                "{who} has activated this proposal already.", "A proposal is activated once.",
                "To come back to an earlier policy, propose it again.", who=proposal.activated_by,
            )  # fmt: skip
        if self.four_eyes and same_person(who, proposal.who):
            raise PolicyProblem(
                "{who} proposed this policy.", "Another person activates it: two pairs of eyes see each change.",
                "Ask another manager to activate it.", who=proposal.who,
            )  # fmt: skip
        newest = self.in_force(served)
        if newest is not None and newest.activation != seen:
            raise PolicyProblem(
                "{who} activated another policy meanwhile: proposal {number}.",
                "What is activated replaces what one has seen.", "Look at the policy in force, then decide again.",
                who=newest.activated_by, number=newest.number,
            )  # fmt: skip

    def in_force(self, model_version: str) -> Proposal | None:
        """The policy activated last for a model, in one read; None while the champion's recommendation is in force.

        Raises:
            StoreProblem: the database cannot be read.
        """
        of_model = _JOINED.where(ACTIVATIONS.c.model_version == model_version)
        found = self._read(of_model.order_by(ACTIVATIONS.c.number.desc()).limit(1))
        return found[0] if found else None

    def decides(self, champion: Champion) -> Policy:
        """The policy a champion decides by: the one activated last for it, else what it recommends.

        Raises:
            StoreProblem: the database cannot be read: the threshold may have changed.
        """
        active = self.in_force(champion.version)
        return active.draft.policy if active else champion.recommended

    def history(self, limit: int = 100) -> tuple[Proposal, ...]:
        """Proposals, the newest first, activated or not.

        Raises:
            StoreProblem: the database cannot be read.
        """
        return self._read(_ALL.order_by(PROPOSALS.c.number.desc()).limit(limit))

    def _proposed(self, number: int) -> Proposal:
        found = self._read(_ALL.where(PROPOSALS.c.number == number))
        if not found:
            raise PolicyProblem(
                "There is no proposal {number}.", "What is activated was proposed before.",
                "Choose a proposal of the list.", number=number,
            )  # fmt: skip
        return found[0]

    def _read(self, asked: Select[Any]) -> tuple[Proposal, ...]:
        with reading(self.engine, _unreadable) as connection:
            return tuple(_proposal(dict(row)) for row in connection.execute(asked).mappings())

    def _append(self, table: Table, facts: dict[str, Any]) -> dict[str, Any]:
        with lasting(self.engine) as connection:
            last = connection.execute(select(func.max(table.c.number))).scalar() or 0
            row = {"number": last + 1, **facts}
            connection.execute(insert(table), row)
        return row


_ACTIVATION = (
    ACTIVATIONS.c.number.label("activation"),
    ACTIVATIONS.c.who.label("activated_by"),
    ACTIVATIONS.c.at.label("activated_at"),
)
_SAME = PROPOSALS.c.number == ACTIVATIONS.c.proposal
_JOINED = select(PROPOSALS, *_ACTIVATION).join(ACTIVATIONS, _SAME)
_ALL = select(PROPOSALS, *_ACTIVATION).outerjoin(ACTIVATIONS, _SAME)
_DRAFTED = ("threshold", "grey_zone_points", "missed_default_weight")


def _written(at: datetime | None) -> str:
    return (at or datetime.now(UTC)).astimezone(UTC).isoformat(timespec="microseconds")


def _proposal(row: dict[str, Any]) -> Proposal:
    policy = Policy(**{name: row.pop(name) for name in _DRAFTED})
    draft = Draft(policy, row.pop("average_loss"), row.pop("margin"), row.pop("model_version"))
    return Proposal(draft=draft, **row)


def _unwritable(error: Exception) -> StoreProblem:
    return StoreProblem(
        "The policy cannot be written: {cause}.", "A policy counts once it is in the store; nothing was changed.",
        "Try again in a moment; if it lasts, check the store database.", cause=cause_of(error),
    )  # fmt: skip


def _unreadable(error: Exception) -> StoreProblem:
    return StoreProblem(
        "The policy in force cannot be read: {cause}.", "Nothing is decided on a threshold that may have changed.",
        "Try again in a moment; if it lasts, check the store database.", cause=cause_of(error),
    )  # fmt: skip
