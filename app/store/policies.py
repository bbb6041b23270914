"""The policy with its history: one person proposes, another activates, and every entry stays as it was written.

A proposal may end otherwise: another manager rejects it, or who proposed it withdraws it. Of two people who end one, or
of one who ends it and one who activates it, the first wins and the other is told. An activation names the one it
replaces, and the database takes one successor of each: of two people who activate at once, one wins as well. The newest
is the one of the highest number, whatever the clocks say.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Engine, Select, Table, func, select

from app.scoring.case.actors import same_person
from app.scoring.champion import Champion
from app.scoring.policy import Policy
from app.scoring.problems import PolicyProblem, StoreProblem
from app.store.chain import write_linked, writing
from app.store.database import cause_of, follow, reading
from app.store.heads import Heads
from app.store.policy_evidence import Seen, check_history
from app.store.policy_tables import (
    ACTIVATED,
    ACTIVATIONS,
    ALL,
    ENDINGS,
    LIMITS_OF_A_LOAN,
    PROPOSALS,
    drafted,
    proposal_of,
)
from app.store.proposals import Draft, EndKind, Proposal, check, check_model, check_name, check_reason, check_waits
from app.store.revision import open_store

RECOMMENDATION = 0
"""What the first activation of a model replaces: the champion's own recommendation."""


@dataclass(frozen=True)
class PolicyHistory:
    """The history in a database. Safe to share between threads and processes.

    Attributes:
        four_eyes: whether whoever proposed a policy may not activate it.
        heads: what each proposal, activation and ending is signed with; None where nothing is.
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
            **drafted(draft),
            "reason": reason.strip(),
            "person": person,
        }
        return proposal_of(follow(lambda: self._append(PROPOSALS, facts), _unwritable))

    def activate(
        self, number: int, who: str, seen: int, served: str, at: datetime | None = None, person: str = ""
    ) -> Proposal:
        """Put a proposal in force; returns it with its activation.

        Args:
            seen: number of the activation in force as ``who`` saw it; ``RECOMMENDATION`` when it was the champion's.
            served: version of the champion that is served now.
            at, person: as for a proposal.

        Raises:
            PolicyProblem: it is unknown, for a superseded model, already activated, rejected or withdrawn, the same
                person's, or somebody activated another since.
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
            # What is in force is read first: whoever activates this very proposal meanwhile is then seen to have done
            # that, and not to have activated another.
            newest = self.in_force(served)
            self._check_activation(self._proposed(number), newest, who, person, seen, served)
            self._append(ACTIVATIONS, facts, number)

        follow(write, _unwritable)
        return self._proposed(number)

    def reject(self, number: int, who: str, reason: str, at: datetime | None = None, person: str = "") -> Proposal:
        """End somebody else's proposal without activating it; returns it with its ending.

        Raises:
            PolicyProblem: it is unknown, no longer waits, is their own, or they say no reason.
            StoreProblem: the database is locked, full, read-only or away; nothing is written.
        """
        return self._end("rejected", number, who, reason, at, person)

    def withdraw(self, number: int, who: str, reason: str, at: datetime | None = None, person: str = "") -> Proposal:
        """Take one's own proposal back; as ``reject``, but for who may."""
        return self._end("withdrawn", number, who, reason, at, person)

    def _end(self, kind: EndKind, number: int, who: str, reason: str, at: datetime | None, person: str) -> Proposal:
        check_name(who, person)
        check_reason(reason)
        facts = {"at": _written(at), "who": who.strip(), "person": person, "proposal": number}

        def write() -> None:
            proposal = self._proposed(number)
            check_waits(proposal)
            if same_person((who, person), (proposal.who, proposal.person)) != (kind == "withdrawn"):
                raise PolicyProblem(
                    "{who} proposed this policy.",
                    "Whoever proposed it withdraws it, and another manager rejects it.",
                    "Withdraw your own proposals, reject those of others.",
                    who=proposal.who,
                )
            self._append(ENDINGS, {**facts, "kind": kind, "reason": reason.strip()}, number)

        follow(write, _unwritable)
        return self._proposed(number)

    def _check_activation(
        self, proposal: Proposal, newest: Proposal | None, who: str, person: str, seen: int, served: str
    ) -> None:
        check_name(who, person)
        check_model(proposal.draft, served)
        check_waits(proposal)
        if self.four_eyes and same_person((who, person), (proposal.who, proposal.person)):
            raise PolicyProblem(
                "{who} proposed this policy.",
                "Another person activates it: two pairs of eyes see each change.",
                "Ask another manager to activate it.",
                who=proposal.who,
            )
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
        of_model = ACTIVATED.where(ACTIVATIONS.c.model_version == model_version)
        found = self._read(of_model.order_by(ACTIVATIONS.c.number.desc()).limit(1), onwards=True)
        return found[0] if found else None

    def decides(self, champion: Champion) -> Policy:
        """The policy a champion decides by: the one activated last for it, else what it recommends.

        What one person may decide alone, what a payment may take of an income and what is to be left to live on is no
        matter of the model: a champion without a policy of its own has the limits that were activated last.

        Raises:
            StoreProblem: the database cannot be read: the threshold may have changed.
            BrokenEvidence: it has changed by another road than an activation.
        """
        active = self.in_force(champion.version)
        if active:
            return active.draft.policy
        newest = self._read(ACTIVATED.order_by(ACTIVATIONS.c.number.desc()).limit(1))
        if not newest:
            return champion.recommended
        last = newest[0].draft.policy
        kept = {name: getattr(last, name) for name in ("authority", *LIMITS_OF_A_LOAN)}
        return replace(champion.recommended, **kept)

    def history(self, limit: int = 100) -> tuple[Proposal, ...]:
        """Proposals, the newest first, activated, ended or waiting.

        Raises:
            StoreProblem: the database cannot be read.
            BrokenEvidence: what is read, or the history around it, is not as it was written.
        """
        return self._read(ALL.order_by(PROPOSALS.c.number.desc()).limit(limit), endings=True)

    def waiting(self, model_version: str) -> tuple[Proposal, ...]:
        """Proposals for a model that are neither activated, nor rejected, nor withdrawn, the newest first; raises as
        ``history``."""
        waits = ALL.where(
            PROPOSALS.c.model_version == model_version, ACTIVATIONS.c.number.is_(None), ENDINGS.c.number.is_(None)
        )
        return self._read(waits.order_by(PROPOSALS.c.number.desc()), endings=True)

    def _proposed(self, number: int) -> Proposal:
        found = self._read(ALL.where(PROPOSALS.c.number == number), endings=True)
        if not found:
            raise PolicyProblem(
                "There is no proposal {number}.",
                "What is activated was proposed before.",
                "Choose a proposal of the list.",
                number=number,
            )
        return found[0]

    def _read(self, asked: Select[Any], onwards: bool = False, endings: bool = False) -> tuple[Proposal, ...]:
        with reading(self.engine, _unreadable) as connection:
            found = tuple(proposal_of(dict(row)) for row in connection.execute(asked).mappings())
            check_history(connection, PROPOSALS, [each.number for each in found], self._seen)
            activated = [each.activation for each in found if each.activation]
            check_history(connection, ACTIVATIONS, activated, self._seen, onwards)
            if endings:  # every one: what names another proposal now is not read, and matters
                check_history(connection, ENDINGS, [], self._seen, onwards=True)
        if self.heads:
            self.heads.check(self.engine)
        return found

    def _append(self, table: Table, facts: dict[str, Any], waits: int | None = None) -> dict[str, Any]:
        """Write a row; ``waits`` is a proposal that must still wait now that nobody else writes."""
        with writing(self.engine) as connection:
            if waits is not None:
                _check_still_waits(connection, waits)
            last = connection.execute(select(func.max(table.c.number))).scalar() or 0
            row = {"number": last + 1, **facts}
            added = write_linked(connection, table, [row])
        if self.heads:
            self.heads.keep(added, self.engine)
        return row


def _check_still_waits(connection: Connection, number: int) -> None:
    check_waits(proposal_of(dict(connection.execute(ALL.where(PROPOSALS.c.number == number)).mappings().one())))


def _written(at: datetime | None) -> str:
    return (at or datetime.now(UTC)).astimezone(UTC).isoformat(timespec="microseconds")


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
