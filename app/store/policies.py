"""The policy with its history: one person proposes, another activates, and every entry stays as it was written.

An activation names the one it replaces, and the database takes one successor of each: of two people who activate at
once, one wins and the other is told. The newest is the one of the highest number, whatever the clocks say.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    Double,
    Engine,
    Select,
    String,
    Table,
    Text,
    UniqueConstraint,
    func,
    select,
)

from app.scoring.case.actors import same_person
from app.scoring.champion import Champion
from app.scoring.policy import Authority, Policy
from app.scoring.problems import PolicyProblem, StoreProblem
from app.store.chain import METADATA, write_linked, writing
from app.store.database import LONGEST_NAME, LONGEST_PERSON, cause_of, follow, reading
from app.store.heads import Heads
from app.store.policy_evidence import Seen, check_history
from app.store.proposals import Draft, Proposal, check, check_model, check_name
from app.store.revision import open_store

RECOMMENDATION = 0
"""What the first activation of a model replaces: the champion's own recommendation."""

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


@dataclass(frozen=True)
class PolicyHistory:
    """The history in a database. Safe to share between threads and processes.

    Attributes:
        four_eyes: whether whoever proposed a policy may not activate it.
        heads: what each proposal and activation is signed with; None where nothing is.
    """

    engine: Engine
    four_eyes: bool = True
    heads: Heads | None = None
    _seen: Seen = field(init=False, repr=False, compare=False, default_factory=Seen)

    @classmethod
    def open(cls, engine: Engine, four_eyes: bool = True, heads: Heads | None = None) -> PolicyHistory:
        """The history of a database (``database.connect``), made when it is not there yet.

        Raises:
            StoreProblem: the database is away, read-only or full.
        """
        open_store(engine, _unwritable)
        return cls(engine, four_eyes, heads)

    def propose(
        self, draft: Draft, who: str, reason: str, served: str, at: datetime | None = None, person: str = ""
    ) -> Proposal:
        """Append a proposal; returns it as it is kept.

        Args:
            served: version of the champion that is served now.
            at: when, with its time zone; now when omitted.
            person: who that is to whoever vouches for them, ``issuer|subject``; empty where nobody does.

        Raises:
            PolicyProblem: the draft lacks something, or was made for another model than the one served.
            StoreProblem: the database is locked, full, read-only or away; nothing is written.
        """
        check(draft, who, reason, person)
        check_model(draft, served)
        facts = {
            "at": _written(at),
            "who": who.strip(),
            "model_version": draft.model_version,
            **{name: getattr(draft.policy, name) + 0.0 for name in _DRAFTED},  # a float, and no negative zero:
            "average_loss": draft.average_loss + 0.0,
            "margin": draft.margin + 0.0,  # the chain holds what is read back
            **_limits(draft.policy),
            "reason": reason.strip(),
            "person": person,
        }
        return _proposal(follow(lambda: self._append(PROPOSALS, facts), _unwritable))

    def activate(
        self, number: int, who: str, seen: int, served: str, at: datetime | None = None, person: str = ""
    ) -> Proposal:
        """Put a proposal in force; returns it with its activation.

        Args:
            seen: number of the activation in force as ``who`` saw it; ``RECOMMENDATION`` when it was the champion's.
            served: version of the champion that is served now.
            at, person: as for a proposal.

        Raises:
            PolicyProblem: it is unknown, for a superseded model, already activated, the same person's, or somebody
                activated another since.
            StoreProblem: the database is locked, full, read-only or away; nothing is written.
        """
        facts = {
            "at": _written(at),
            "who": who.strip(),
            "model_version": served,
            "proposal": number,
            "replaces": seen,
            "person": person,
        }

        def write() -> None:
            # Where somebody was first: says who.
            self._check_activation(self._proposed(number), who, person, seen, served)
            self._append(ACTIVATIONS, facts)

        follow(write, _unwritable)
        return self._proposed(number)

    def _check_activation(self, proposal: Proposal, who: str, person: str, seen: int, served: str) -> None:
        check_name(who, person)
        check_model(proposal.draft, served)
        if proposal.activated_by is not None:
            raise PolicyProblem(
                "{who} has activated this proposal already.",
                "A proposal is activated once.",
                "To come back to an earlier policy, propose it again.",
                who=proposal.activated_by,
            )
        if self.four_eyes and same_person((who, person), (proposal.who, proposal.person)):
            raise PolicyProblem(
                "{who} proposed this policy.",
                "Another person activates it: two pairs of eyes see each change.",
                "Ask another manager to activate it.",
                who=proposal.who,
            )
        newest = self.in_force(served)
        if newest is not None and newest.activation != seen:
            raise PolicyProblem(
                "{who} activated another policy meanwhile: proposal {number}.",
                "What is activated replaces what one has seen.",
                "Look at the policy in force, then decide again.",
                who=newest.activated_by,
                number=newest.number,
            )

    def in_force(self, model_version: str) -> Proposal | None:
        """The policy activated last for a model, in one read; None while the champion's recommendation is in force.

        Raises:
            StoreProblem: the database cannot be read.
            BrokenEvidence: what is read, or the history around it, is not as it was written.
        """
        of_model = _JOINED.where(ACTIVATIONS.c.model_version == model_version)
        found = self._read(of_model.order_by(ACTIVATIONS.c.number.desc()).limit(1), onwards=True)
        return found[0] if found else None

    def decides(self, champion: Champion) -> Policy:
        """The policy a champion decides by: the one activated last for it, else what it recommends.

        What one person may decide alone, and what a payment may take of an income, is no matter of the model: a
        champion without a policy of its own has the limits that were activated last.

        Raises:
            StoreProblem: the database cannot be read: the threshold may have changed.
            BrokenEvidence: it has changed by another road than an activation.
        """
        active = self.in_force(champion.version)
        if active:
            return active.draft.policy
        newest = self._read(_JOINED.order_by(ACTIVATIONS.c.number.desc()).limit(1))
        if not newest:
            return champion.recommended
        last = newest[0].draft.policy
        return replace(champion.recommended, authority=last.authority, payment_to_income=last.payment_to_income)

    def history(self, limit: int = 100) -> tuple[Proposal, ...]:
        """Proposals, the newest first, activated or not.

        Raises:
            StoreProblem: the database cannot be read.
            BrokenEvidence: what is read, or the history around it, is not as it was written.
        """
        return self._read(_ALL.order_by(PROPOSALS.c.number.desc()).limit(limit))

    def _proposed(self, number: int) -> Proposal:
        found = self._read(_ALL.where(PROPOSALS.c.number == number))
        if not found:
            raise PolicyProblem(
                "There is no proposal {number}.",
                "What is activated was proposed before.",
                "Choose a proposal of the list.",
                number=number,
            )
        return found[0]

    def _read(self, asked: Select[Any], onwards: bool = False) -> tuple[Proposal, ...]:
        with reading(self.engine, _unreadable) as connection:
            found = tuple(_proposal(dict(row)) for row in connection.execute(asked).mappings())
            check_history(connection, PROPOSALS, [each.number for each in found], self._seen)
            activated = [each.activation for each in found if each.activation]
            check_history(connection, ACTIVATIONS, activated, self._seen, onwards)
        if self.heads:
            self.heads.check(self.engine)
        return found

    def _append(self, table: Table, facts: dict[str, Any]) -> dict[str, Any]:
        with writing(self.engine) as connection:
            last = connection.execute(select(func.max(table.c.number))).scalar() or 0
            row = {"number": last + 1, **facts}
            added = write_linked(connection, table, [row])
        if self.heads:
            self.heads.keep(added, self.engine)
        return row


_ACTIVATION = (
    ACTIVATIONS.c.number.label("activation"),
    ACTIVATIONS.c.who.label("activated_by"),
    ACTIVATIONS.c.at.label("activated_at"),
    ACTIVATIONS.c.person.label("activated_person"),
)
_SAME = PROPOSALS.c.number == ACTIVATIONS.c.proposal
_JOINED = select(PROPOSALS, *_ACTIVATION).join(ACTIVATIONS, _SAME)
_ALL = select(PROPOSALS, *_ACTIVATION).outerjoin(ACTIVATIONS, _SAME)
_DRAFTED = ("threshold", "grey_zone_points", "missed_default_weight")
_LIMITS = ("officer_amount", "override_amount", "override_points")


def _limits(policy: Policy) -> dict[str, float | None]:
    given = {name: getattr(policy.authority, name) for name in _LIMITS}
    given["payment_to_income"] = policy.payment_to_income
    return {name: None if limit is None else limit + 0.0 for name, limit in given.items()}


def _written(at: datetime | None) -> str:
    return (at or datetime.now(UTC)).astimezone(UTC).isoformat(timespec="microseconds")


def _proposal(row: dict[str, Any]) -> Proposal:
    authority = Authority(**{name: row.pop(name) for name in _LIMITS})
    drafted = {name: row.pop(name) for name in (*_DRAFTED, "payment_to_income")}
    policy = Policy(**drafted, authority=authority)
    draft = Draft(policy, row.pop("average_loss"), row.pop("margin"), row.pop("model_version"))
    return Proposal(draft=draft, **row)


def _unwritable(error: Exception) -> StoreProblem:
    return StoreProblem(
        "The policy cannot be written: {cause}.",
        "A policy counts once it is in the store; nothing was changed.",
        "Try again in a moment; if it lasts, check the store database.",
        cause=cause_of(error),
    )


def _unreadable(error: Exception) -> StoreProblem:
    return StoreProblem(
        "The policy in force cannot be read: {cause}.",
        "Nothing is decided on a threshold that may have changed.",
        "Try again in a moment; if it lasts, check the store database.",
        cause=cause_of(error),
    )
