"""A month of work on the demonstration's files: each file a life, told in the order of the clock.

Everything is recorded by the methods that record real work, so whatever may not happen does not; only the clock is
another one. The same seed and the same end tell the same month.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, time, timedelta
from heapq import heappop, heappush
from itertools import count
from pathlib import Path
from typing import Any

from sqlalchemy import Engine

from app.demonstration import people
from app.language.words import LANGUAGES, words_in
from app.scoring.case.actors import MANAGERS as ANY_MANAGER
from app.scoring.case.actors import Actor, Addressee
from app.scoring.case.dossier import Dossier, Terms
from app.scoring.case.events import Event, Ruling
from app.scoring.case.state import Ruled
from app.scoring.decision import Decision
from app.scoring.policy import Authority, Policy
from app.scoring.what_if.counterfactual import what_would_it_take
from app.scoring.what_if.simulation import simulate
from app.settings import Contact
from app.store.cases.cases import Cases, Judgement
from app.store.incidents import Incidents, Report
from app.store.policies import RECOMMENDATION, PolicyHistory
from app.store.portfolio import Portfolio
from app.store.proposals import Draft
from app.store.questions import answers, rows_of
from app.store.records import application_form
from app.store.suspensions import Suspensions
from app.ui.customer.letter import answer_of, dated, letters
from app.ui.loaders import ClientFile
from app.ui.shell.frame import BRAND
from app.ui.shell.sign_in import DEMONSTRATION

SEED, DAYS, FILES = 20, 30, 75
ENDING, UNFINISHED, UNSIGNED = 6, 9, 2
"""Days before the end from which files are left waiting; how many wait for somebody, and for a signature."""
OPENS, CLOSES = time(7, 30), time(16, 30)
"""Office hours, UTC."""
AUTHORITY = Authority(officer_amount=900_000.0, override_amount=500_000.0, override_points=10.0)
SUSPENDED_AFTER, LIFTED_AFTER = 17 * 24.0, 9.0
"""Hours after the month began, and hours of work in which the advice stays suspended."""
Life = Iterator[float]
"""What happens, and the hours of the clock that pass in between."""
Decide = Callable[[Actor, Judgement, Dossier], Event]


@dataclass
class Month:
    """The month as it is told.

    Attributes:
        until: its end.
        now: what the clock says.
    """

    opened: Portfolio
    engine: Engine
    archive: Path
    contact: Contact
    until: datetime
    seed: int = SEED
    now: datetime = field(init=False)

    def __post_init__(self) -> None:
        self.now = self.until - timedelta(days=DAYS)
        self.draws = random.Random(self.seed)
        self.cases = Cases.open(self.engine, self.archive, clock=lambda: self.now)
        self.policies = PolicyHistory.open(self.engine)
        self.suspensions = Suspensions.open(self.engine)
        self.incidents = Incidents.open(self.engine)
        self.version = self.opened.champion.version

    def tell(self) -> None:
        """Record everything, in the order of the clock."""
        order, lives = count(), list[tuple[datetime, int, Life]]()
        for hours, life in self._lives():
            heappush(lives, (self._at_work(self.now + timedelta(hours=hours)), next(order), life))
        while lives and lives[0][0] < self.until:
            self.now, _, life = heappop(lives)
            passing = next(life, None)
            if passing is not None:
                heappush(lives, (self._at_work(self.now + timedelta(hours=passing)), next(order), life))

    def _lives(self) -> Iterator[tuple[float, Life]]:
        yield 0.0, self._policy()
        yield SUSPENDED_AFTER, self._suspension()
        finished, unfinished, risky = self._clients()
        for client in finished:
            yield self.draws.uniform(12.0, 24.0 * (DAYS - 1)), self._file(client)
        for place, client in enumerate(unfinished):
            to = (ANY_MANAGER, Addressee(DEMONSTRATION["officer"]), None)[place % 3]
            yield 24.0 * (DAYS - ENDING) + place, self._waiting(client, to)
        for client in risky:
            yield 24.0 * (DAYS - ENDING), self._unsigned(client)

    def _at_work(self, at: datetime) -> datetime:
        """The moment itself, or one soon after the office opens next."""
        if at.weekday() < 5 and OPENS <= at.time() < CLOSES:
            return at
        day = at.date() if at.weekday() < 5 and at.time() < OPENS else at.date() + timedelta(days=1)
        while day.weekday() >= 5:
            day += timedelta(days=1)
        return datetime.combine(day, OPENS, UTC) + timedelta(minutes=self.draws.uniform(1.0, 90.0))

    def _clients(self) -> tuple[list[int], list[int], list[int]]:
        """Files of the whole month; files that wait for somebody at its end; files that want a second signature."""
        policy = self.opened.champion.recommended
        rows = answers(f"SELECT SK_ID_CURR, points FROM {rows_of(self.opened.folder)} ORDER BY 1", [])
        near = [client for client, points in rows if abs(points - policy.threshold_points) <= policy.grey_zone_points]
        far = sorted({client for client, _ in rows} - set(near))
        grey = self.draws.sample(near, min(len(near), FILES * 2 // 5))
        others = self.draws.sample(far, min(len(far), FILES + UNFINISHED - len(grey)))
        taken, width = {*grey, *others}, policy.grey_zone_points + (AUTHORITY.override_points or 0.0)
        risky = [client for client, points in rows if points < policy.threshold_points - width and client not in taken]
        return grey + others[UNFINISHED:], others[:UNFINISHED], self.draws.sample(risky, min(len(risky), UNSIGNED))

    def _policy(self) -> Life:
        proposer, other = people.MANAGERS
        policy = replace(self.opened.champion.recommended, authority=AUTHORITY)
        drafted = Draft(policy, 1_000.0 * policy.missed_default_weight, 1_000.0, self.version)
        kept = self.policies.propose(drafted, proposer.name, people.PROPOSED, self.version, self.now)
        yield 2.0
        self.policies.activate(kept.number, other.name, RECOMMENDATION, self.version, self.now)

    def _suspension(self) -> Life:
        first, second = people.MANAGERS
        stop = self.suspensions.suspend(first, people.SUSPENDED, at=self.now)
        yield 0.6
        report = Report(*people.INCIDENT, suspension=stop.number)
        incident = self.incidents.report(report, first, self.now)
        yield LIFTED_AFTER
        self.suspensions.lift(stop.number, second, people.LIFTED, self.now)
        yield 20.0
        ending = Report(*people.CLOSING_INCIDENT, about=incident.number, suspension=stop.number)
        self.incidents.report(ending, second, self.now)

    def _file(self, client: int) -> Life:
        self.cases.receive(client, people.RECEPTION)
        worker = self.draws.choice(people.OFFICERS)
        yield self.draws.uniform(1.0, 30.0)
        self.cases.claim(client, worker)
        yield self.draws.uniform(0.05, 0.5)
        view = yield from self._look(client, worker)
        if self._happens(0.13):
            worker = yield from self._refer(client, worker)
        yield from self._rule(client, worker, view)
        yield from self._issue(client)
        if self._happens(0.12):
            yield from self._review(client)
        elif self._happens(0.05):
            yield self.draws.uniform(2.0, 30.0)
            yield from self._correct(client)
        elif self._happens(0.4):
            yield self.draws.uniform(24.0, 120.0)
            self.cases.close(client, worker, self.draws.choice(people.CLOSED))

    def _waiting(self, client: int, to: Addressee | None) -> Life:
        """Referred, and not taken yet; without an addressee, a review that nobody has taken."""
        worker = self.draws.choice(people.OFFICERS)
        self.cases.receive(client, people.RECEPTION)
        self.cases.claim(client, worker)
        self.cases.view(client, worker)
        yield self.draws.uniform(0.2, 2.0)
        if to is not None:
            said = ("missing",), self.draws.choice(people.REFERRED)
            self.cases.refer(client, worker, to, said, self._advice(client))
            return
        yield from self._rule(client, worker)
        yield from self._issue(client)
        yield self.draws.uniform(1.0, 5.0)
        if self.cases.state(client).letter is not None:
            self.cases.ask_review(client, self.draws.choice(people.ASKED), people.REACH)

    def _unsigned(self, client: int) -> Life:
        """Accepted far below the threshold, and not signed by a manager yet."""
        worker = self.draws.choice(people.OFFICERS)
        self.cases.receive(client, people.RECEPTION)
        self.cases.claim(client, worker)
        self.cases.view(client, worker)
        yield self.draws.uniform(0.2, 2.0)
        self._decide(client, worker, "accept", self.cases.decide)

    def _look(self, client: int, worker: Actor) -> Generator[float, None, Ruling | None]:
        """See the advice; nearly half say first what they think."""
        view: Ruling | None = None
        advice = self._advice(client)
        if advice is not None and self._happens(0.45):
            view = self._turned(advice) if self._happens(0.35) else _as_advised(advice)
            self.cases.first_view(client, worker, view)
            yield self.draws.uniform(0.02, 0.1)
        self.cases.view(client, worker)
        yield self.draws.uniform(0.1, 1.0)
        return view

    def _refer(self, client: int, worker: Actor) -> Generator[float, None, Actor]:
        colleagues = [each for each in people.OFFICERS if each != worker]
        taker = self.draws.choice([*colleagues, *people.MANAGERS])
        to = ANY_MANAGER if taker.role == "manager" else Addressee(taker.name)
        said = ("missing",), self.draws.choice(people.REFERRED)
        self.cases.refer(client, worker, to, said, self._advice(client))
        yield self.draws.uniform(1.0, 20.0)
        self.cases.claim(client, taker)
        yield self.draws.uniform(0.1, 0.6)
        self.cases.view(client, taker)
        yield self.draws.uniform(0.1, 0.8)
        return taker

    def _rule(self, client: int, worker: Actor, view: Ruling | None = None) -> Life:
        """Decide, and once more for as long as a second signature is refused."""
        event = self._decide(client, worker, self._choice(client, worker, view), self.cases.decide)
        while event.facts.second:
            signed = yield from self._sign(client)
            if signed:
                return
            yield self.draws.uniform(1.0, 10.0)
            advice = self._advice(client)
            again: Ruling = "refuse" if advice is None else _as_advised(advice)
            event = self._decide(client, worker, again, self.cases.decide)

    def _choice(self, client: int, worker: Actor, view: Ruling | None) -> Ruling:
        advice = self._advice(client)
        if advice is None:
            return "accept" if self._happens(0.6) else "refuse"
        if view is not None and view != advice.outcome:
            return view if self._happens(0.45) else _as_advised(advice)
        if self._happens(people.OVERRIDING.get(worker, 0.1)):
            return self._turned(advice)
        return "other" if advice.outcome == "refuse" and self._happens(0.4) else _as_advised(advice)

    def _decide(self, client: int, actor: Actor, ruling: Ruling, decide: Decide, comment: str = "") -> Event:
        policy, advice = self._in_force(), self._advice(client)
        terms = None
        if ruling == "other":
            advice, terms = self._other_loan(client, policy)
            ruling = "other" if terms else "refuse"
        rests_on = self.cases.dossier(self.opened, client, policy, advice, terms)
        return decide(actor, self._judgement(ruling, advice, comment), rests_on)

    def _judgement(self, ruling: Ruling, advice: Decision | None, comment: str) -> Judgement:
        draws = self.draws
        if comment:
            return Judgement(ruling, ("income", "correction"), comment)
        if advice is None:
            return Judgement(ruling, ("income", "burden"), people.ON_DOCUMENTS)
        if ruling == "other":
            return Judgement(ruling, ("burden",), people.OTHER_LOAN)
        if ruling != advice.outcome:
            words = people.ACCEPTED_AGAINST if ruling == "accept" else people.REFUSED_AGAINST
            reason = "income" if ruling == "accept" else draws.choice(("fraud", "debts"))
            return Judgement(ruling, (reason,), draws.choice(words))
        return Judgement(
            ruling, ("score", *draws.sample(("burden", "history", "debts"), 1)), draws.choice(people.FOLLOWED)
        )

    def _other_loan(self, client: int, policy: Policy) -> tuple[Decision | None, Terms | None]:
        """The nearest loan the policy accepts, and the advice on it; the one asked for where there is none."""
        form, row = application_form(self.opened.folder, client), self.opened.client(client).features
        champion, population = self.opened.champion, self.opened.population
        found = what_would_it_take(form, row, champion, policy, population).offers
        if not found:
            return self._advice(client), None
        offer = found[0]
        advice = simulate(client, form, row, offer.edits, champion, policy, population).after
        return advice, Terms(offer.amount, float(round(offer.months)), offer.annuity)

    def _sign(self, client: int, willing: bool = False) -> Generator[float, None, bool]:
        """Sign, or refuse to; whether the decision needs no other one."""
        yield self.draws.uniform(0.5, 8.0)
        state = self.cases.state(client)
        signers = [each for each in people.MANAGERS if not state.has_decided(each)]
        if not signers:
            return True  # it goes on waiting
        if willing or self._happens(0.8):
            self.cases.countersign(client, self.draws.choice(signers), self.draws.choice(people.SIGNED))
            return True
        self.cases.decline(client, self.draws.choice(signers), people.NOT_SIGNED)
        return False

    def _issue(self, client: int) -> Life:
        yield self.draws.uniform(0.5, 12.0)
        case = self.cases.case(client)
        if not case.state.letter_owed or case.state.in_force is None:
            return
        policy = self._in_force()
        row, advice = self.opened.client(client), self.opened.decide(client, policy)
        file = ClientFile(row, advice, frozenset(self.opened.champion.features))
        answer = answer_of(case, file)
        assert answer is not None
        change = None
        if answer.ruling == "refuse":
            form = application_form(self.opened.folder, client)
            change = what_would_it_take(form, row.features, self.opened.champion, policy, self.opened.population)
        letter = letters(answer, file, self.opened.population, change, self.contact, BRAND, demo=True)
        self.cases.issue_letter(client, case.state.in_force.by, self._dated(letter))

    def _dated(self, letter: dict[str, Any]) -> dict[str, Any]:
        return {name: {**letter[name], "dated": dated(self.now.date(), words_in(name))} for name in LANGUAGES}

    def _review(self, client: int) -> Life:
        yield self.draws.uniform(30.0, 150.0)
        state = self.cases.state(client)
        if state.letter is None or state.in_force is None:
            return
        self.cases.ask_review(client, self.draws.choice(people.ASKED), people.REACH)
        yield self.draws.uniform(4.0, 60.0)
        fresh = [each for each in people.OFFICERS if not state.has_decided(each)]
        reviewer = self.draws.choice(fresh)
        if self._happens(0.4):
            self.cases.assign_review(client, people.MANAGERS[0], Addressee(reviewer.name))
        else:
            self.cases.claim_review(client, reviewer)
        yield self.draws.uniform(1.0, 20.0)
        ruling, comment = self._reviewed(state.in_force)
        event = self._decide(client, reviewer, ruling, self.cases.review, comment)
        if event.facts.second:
            yield from self._sign(client, willing=True)
        yield from self._issue(client)

    def _reviewed(self, before: Ruled) -> tuple[Ruling, str]:
        if before.ruling == "refuse" and self._happens(0.5):
            return "accept", people.REVERSED
        return ("refuse" if before.ruling == "refuse" else "accept"), people.UPHELD

    def _correct(self, client: int) -> Life:
        ruled = self.cases.state(client).in_force
        if ruled is None:
            return
        turned: Ruling = "accept" if ruled.ruling == "refuse" else "refuse"
        event = self._decide(client, ruled.by, turned, self.cases.correct, people.CORRECTED)
        if event.facts.second:
            yield from self._sign(client, willing=True)
        yield from self._issue(client)

    def _advice(self, client: int) -> Decision | None:
        if self.suspensions.in_force(self.version) is not None:
            return None
        return self.opened.decide(client, self._in_force())

    def _in_force(self) -> Policy:
        return self.policies.decides(self.opened.champion)

    def _happens(self, often: float) -> bool:
        return self.draws.random() < often

    def _turned(self, advice: Decision) -> Ruling:
        return "accept" if advice.outcome == "refuse" else "refuse"


def _as_advised(advice: Decision) -> Ruling:
    return "refuse" if advice.outcome == "refuse" else "accept"
