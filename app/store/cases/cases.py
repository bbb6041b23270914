"""Recording what happens to files: each event once, after the one its actor saw, in one transaction with all it brings.

A decision is recorded once: its event, what it says (which can be erased), its entry in the decision journal and where
the file stands now are written together, or nothing is.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Engine

from app.scoring.budget import Budget
from app.scoring.case.actors import Actor, Addressee
from app.scoring.case.authority import needs_second_signature
from app.scoring.case.dossier import Dossier, Terms
from app.scoring.case.events import Event, Facts, Kind, Ruling
from app.scoring.case.state import CaseState, state_of
from app.scoring.decision import Decision
from app.scoring.policy import Policy
from app.scoring.problems import CaseProblem, StoreProblem
from app.scoring.verdict import Choice
from app.store import champions
from app.store.cases.contents import Content, read_contents
from app.store.cases.dossiers import as_content, dossier_of
from app.store.cases.recording import Draft, record, unwritable, written
from app.store.cases.rows import event_by_attempt, events_of
from app.store.database import cause_of, is_plain, reading
from app.store.heads import Heads
from app.store.journal import LONGEST_COMMENT, Verdict, check, facts_of
from app.store.portfolio import Portfolio
from app.store.revision import open_store
from app.store.suspensions import Suspensions

LONGEST_REVIEW, LONGEST_REACH = 4_000, 320
"""Characters of what a customer says who asks for a review, and of how to reach them."""
CUSTOMER = Actor("customer", "customer")
"""Whoever holds a customer's link."""


def now() -> datetime:
    """What time it is."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Judgement:
    """What somebody decides.

    Attributes:
        ruling: accept, refuse, or accept the other loan of the dossier's ``terms``.
        reasons: codes of ``REASON_CODES``, at least one.
        comment: free text; mandatory against the advice.
    """

    ruling: Ruling
    reasons: tuple[str, ...]
    comment: str = ""


@dataclass(frozen=True, slots=True)
class Case:
    """A file with everything that happened to it.

    Attributes:
        events: in order.
        contents: number of each event that has a content -> that; what was erased is left out.
    """

    client: int
    state: CaseState
    events: tuple[Event, ...]
    contents: Mapping[int, Content]

    @property
    def link_series(self) -> int:
        """How often the customer's links were withdrawn: one made before the last time opens nothing."""
        return sum(event.kind == "links_revoked" for event in self.events)


@dataclass(frozen=True)
class Cases:
    """Files in a database. Safe to share between threads and processes.

    Attributes:
        archive: where champions that dossiers need are kept.
        review_days: within how many days a review is answered.
        heads: what each event is signed with; None where nothing is.
        clock: what time it is; another one tells the demonstration's past.
    """

    engine: Engine
    archive: Path
    review_days: int = 30
    heads: Heads | None = None
    clock: Callable[[], datetime] = now
    _suspensions: Suspensions = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_suspensions", Suspensions(self.engine, heads=self.heads))

    @classmethod
    def open(
        cls,
        engine: Engine,
        archive: Path,
        review_days: int = 30,
        heads: Heads | None = None,
        clock: Callable[[], datetime] = now,
    ) -> Cases:
        """The files of a database (``database.connect``), made when it is not there yet.

        Raises:
            StoreProblem: the database is away, read-only or full.
        """
        open_store(engine, unwritable)
        return cls(engine, archive, review_days, heads, clock)

    def case(self, client: int) -> Case:
        """A file with its history.

        Raises:
            StoreProblem: the database cannot be read.
            BrokenEvidence: what an event says is not as it was written.
        """
        with reading(self.engine, unreadable) as connection:
            events = events_of(connection, client)
            return Case(client, state_of(events), tuple(events), read_contents(connection, events))

    def state(self, client: int) -> CaseState:
        """Where a file stands; StoreProblem where that cannot be read."""
        with reading(self.engine, unreadable) as connection:
            return state_of(events_of(connection, client))

    def receive(self, client: int, actor: Actor, at: datetime | None = None, attempt: str | None = None) -> Event:
        """An application arrived."""
        return self._record(Draft(client, "received", actor, attempt=attempt, at=at))

    def claim(self, client: int, actor: Actor, seen: int | None = None, attempt: str | None = None) -> Event:
        """Take a file to work on it. Every method here raises as this one.

        Args:
            seen: ``CaseState.changed`` as the page showed it; None where it does not matter.
            attempt: key of the attempt: the same sent again is the event it was, recorded once.

        Raises:
            CaseProblem: it cannot be done to the file as it stands, or by whom it was tried; says who and when.
            StoreProblem: the database is locked, full, read-only or away; nothing is written.
        """
        return self._record(Draft(client, "claimed", actor, seen=seen, attempt=attempt))

    def release(self, client: int, actor: Actor, seen: int | None = None, attempt: str | None = None) -> Event:
        """Give a file, or a review, back."""
        return self._record(Draft(client, "released", actor, seen=seen, attempt=attempt))

    def view(self, client: int, actor: Actor) -> Event | None:
        """The advice is shown to somebody; recorded once a person and application, None where it was before."""
        state = self.state(client)
        if state.has_seen(actor):
            return None
        return self._record(Draft(client, "viewed", actor))

    def first_view(
        self, client: int, actor: Actor, ruling: Ruling, comment: str = "", attempt: str | None = None
    ) -> Event:
        """What somebody thinks before the advice is shown to them."""
        _check_text(comment, LONGEST_COMMENT)
        facts = Facts(ruling=ruling)
        return self._record(Draft(client, "first_view", actor, facts, {"comment": comment.strip()}, attempt=attempt))

    def refer(
        self,
        client: int,
        actor: Actor,
        to: Addressee,
        judgement: tuple[tuple[str, ...], str],
        advice: Decision | None,
        seen: int | None = None,
        attempt: str | None = None,
    ) -> Event:
        """Give a file to a colleague, or to the managers.

        Args:
            judgement: codes of reasons, one at least, and a comment.
            advice: on the loan asked for; None while it is suspended.
        """
        reasons, comment = judgement
        verdict = Verdict(actor.name, "refer", reasons, comment, actor.person)
        draft = Draft(client, "referred", actor, Facts(to=to), _said(reasons, comment), seen, attempt)
        return self._record(self._entered(draft, verdict, advice))

    def decide(
        self, actor: Actor, judgement: Judgement, dossier: Dossier, seen: int | None = None, attempt: str | None = None
    ) -> Event:
        """Decide on the file of a dossier; whether a second signature is wanted follows from its policy.

        Raises:
            VerdictProblem: the judgement lacks something, or another one was recorded by this attempt.
            AdviceSuspended: the advice of the dossier was suspended meanwhile.
        """
        return self._decided("decided", actor, judgement, dossier, seen, attempt)

    def review(
        self, actor: Actor, judgement: Judgement, dossier: Dossier, seen: int | None = None, attempt: str | None = None
    ) -> Event:
        """Decide again, as the customer asked, by somebody who did not decide; raises as ``decide``."""
        return self._decided("reviewed", actor, judgement, dossier, seen, attempt)

    def correct(
        self, actor: Actor, judgement: Judgement, dossier: Dossier, seen: int | None = None, attempt: str | None = None
    ) -> Event:
        """Put a decision right, by who took it or a manager; a letter is owed again. Raises as ``decide``."""
        return self._decided("corrected", actor, judgement, dossier, seen, attempt)

    def countersign(
        self, client: int, actor: Actor, comment: str = "", seen: int | None = None, attempt: str | None = None
    ) -> Event:
        """Sign a decision that waits for a second signature."""
        _check_text(comment, LONGEST_COMMENT)
        content = {"comment": comment.strip()}
        return self._record(Draft(client, "countersigned", actor, content=content, seen=seen, attempt=attempt))

    def decline(
        self, client: int, actor: Actor, comment: str, seen: int | None = None, attempt: str | None = None
    ) -> Event:
        """Refuse one's signature, and say why: the file goes back to who decided."""
        _check_text(comment, LONGEST_COMMENT, needed=True)
        content = {"comment": comment.strip()}
        return self._record(Draft(client, "not_countersigned", actor, content=content, seen=seen, attempt=attempt))

    def issue_letter(
        self,
        client: int,
        actor: Actor,
        letter: Mapping[str, Any],
        seen: int | None = None,
        attempt: str | None = None,
    ) -> Event:
        """Issue the customer's letter on the decision in force.

        Args:
            letter: its words as the customer reads them, as JSON can hold them; kept with the event.
        """
        content = {"letter": dict(letter)}
        return self._record(Draft(client, "letter_issued", actor, content=content, seen=seen, attempt=attempt))

    def revoke_links(self, client: int, actor: Actor, attempt: str | None = None) -> Event:
        """Withdraw every link to the customer's screen that was made so far."""
        return self._record(Draft(client, "links_revoked", actor, attempt=attempt))

    def ask_review(
        self, client: int, words: str, reach: str, actor: Actor = CUSTOMER, attempt: str | None = None
    ) -> Event:
        """A customer asks for a review by a person; its receipt is the number of the event, its deadline ``facts.due``.

        Args:
            words: what they say, at most ``LONGEST_REVIEW`` characters.
            reach: how to reach them, at most ``LONGEST_REACH``.
        """
        _check_text(words, LONGEST_REVIEW, needed=True)
        _check_text(reach, LONGEST_REACH, needed=True)
        due = written(self.clock() + timedelta(days=self.review_days))
        content = {"words": words.strip(), "reach": reach.strip()}
        return self._record(Draft(client, "review_asked", actor, Facts(due=due), content, attempt=attempt))

    def assign_review(
        self, client: int, actor: Actor, to: Addressee, seen: int | None = None, attempt: str | None = None
    ) -> Event:
        """A manager gives a review to somebody who did not decide."""
        return self._record(Draft(client, "review_assigned", actor, Facts(to=to), None, seen, attempt))

    def claim_review(self, client: int, actor: Actor, seen: int | None = None, attempt: str | None = None) -> Event:
        """Take a review that nobody has."""
        return self._record(Draft(client, "review_claimed", actor, seen=seen, attempt=attempt))

    def close(
        self, client: int, actor: Actor, comment: str, seen: int | None = None, attempt: str | None = None
    ) -> Event:
        """Close a file: the letter is issued, or the customer withdrew."""
        _check_text(comment, LONGEST_COMMENT, needed=True)
        content = {"comment": comment.strip()}
        return self._record(Draft(client, "closed", actor, content=content, seen=seen, attempt=attempt))

    def dossier(
        self,
        opened: Portfolio,
        client: int,
        policy: Policy,
        advice: Decision | None,
        terms: Terms | None = None,
        budget: Budget | None = None,
    ) -> Dossier:
        """What a decision on a client rests on; the champion that gave the advice is archived for it.

        Args:
            advice: on the loan that is decided upon, as the page showed it; None while it is suspended.
            terms: the other loan, where it is one: ``advice`` is then that of ``Simulation.after``.
            budget: of the household, as it was filled in.

        Raises:
            UnknownClient: the portfolio has no such client.
            CaseProblem: the advice is another model's than the portfolio's.
            StoreProblem: the champion cannot be archived.
        """
        if advice is not None and advice.model_version != opened.champion.version:
            raise CaseProblem(
                "The advice is of model {old}, and model {served} is served now.",
                "A decision counts on the advice that was seen.",
                "Read the advice again, then decide.",
                old=advice.model_version,
                served=opened.champion.version,
            )
        address = "" if advice is None else champions.archive(opened.champion, self.archive)
        return dossier_of(opened, client, policy, advice, address, terms, budget)

    def _decided(
        self, kind: Kind, actor: Actor, judgement: Judgement, dossier: Dossier, seen: int | None, attempt: str | None
    ) -> Event:
        advice, terms = dossier.advice, dossier.terms
        if (judgement.ruling == "other") != (terms is not None):
            raise CaseProblem(
                "The decision and the loan it is about do not fit together.",
                "Another loan is accepted with its amount, months and monthly payment; nothing else has them.",
                "Choose the other loan again.",
            )
        second = needs_second_signature(judgement.ruling, advice, dossier.amount, dossier.policy, actor.role)
        choice: Choice = "refuse" if judgement.ruling == "refuse" else "accept"
        verdict = Verdict(actor.name, choice, judgement.reasons, judgement.comment, actor.person)
        frozen = as_content(dossier)
        content = {**_said(judgement.reasons, judgement.comment), "terms": frozen["terms"], "dossier": frozen}
        facts = Facts(ruling=judgement.ruling, second=second, champion=dossier.champion)
        draft = Draft(dossier.client, kind, actor, facts, content, seen, attempt)
        return self._record(self._entered(draft, verdict, advice))

    def _entered(self, draft: Draft, verdict: Verdict, advice: Decision | None) -> Draft:
        """With its entry in the journal, which judges the advice: where there was none, there is nothing to enter."""
        check(verdict, advice)
        if advice is None:
            return draft
        known = draft.attempt is not None and self._known(draft.attempt)
        if not known:
            self._suspensions.check(advice.model_version)
        return replace(draft, entry=facts_of(replace(verdict, comment=""), advice, self.clock(), draft.attempt))

    def _known(self, attempt: str) -> bool:
        with reading(self.engine, unreadable) as connection:
            return event_by_attempt(connection, attempt) is not None

    def _record(self, draft: Draft) -> Event:
        return record(self.engine, self.heads, replace(draft, at=draft.at or self.clock()))


def _said(reasons: tuple[str, ...], comment: str) -> dict[str, Any]:
    return {"reasons": list(reasons), "comment": comment.strip()}


def _check_text(text: str, longest: int, needed: bool = False) -> None:
    if len(text) > longest or not is_plain(text) or (needed and not text.strip()):
        raise CaseProblem(
            "The text has {length} characters.",
            "It may have {longest}, of plain text; where it says why, it is not empty.",
            "Write it, or shorten it: nothing was recorded, what you typed is still there.",
            length=len(text.strip()),
            longest=longest,
        )


def unreadable(error: Exception) -> StoreProblem:
    """What is told when files cannot be read."""
    return StoreProblem(
        "The files’ histories cannot be read: {cause}.",
        "They are read from the store database.",
        "Try again in a moment; if it lasts, check the store database.",
        cause=cause_of(error),
    )
