"""The form by which a person decides, decides again or refers a file, and what is recorded by it."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from app.language.cases import ruling_in_words
from app.language.verdicts import choice_in_words, reason
from app.language.words import Words, mark
from app.scoring.case.actors import Addressee, colleagues
from app.scoring.case.authority import Limit, limits_passed
from app.scoring.case.events import RULINGS, Event, Kind, Ruling
from app.scoring.case.transitions import may
from app.scoring.policy import Policy
from app.scoring.problems import CaseProblem, VerdictProblem
from app.scoring.verdict import REASON_CODES
from app.settings import listed_roles
from app.store.cases.cases import Judgement
from app.store.cases.people import known_staff
from app.store.journal import LONGEST_COMMENT
from app.ui.kit.components import show_note
from app.ui.kit.error_boundary import error_boundary
from app.ui.kit.kept_choice import choose, choose_one, chosen
from app.ui.kit.markup import element
from app.ui.kit.plain_text import plain
from app.ui.loaders import ClientFile, cases, policy_in_force, portfolio
from app.ui.officer.budget import forget_budget, show_budget_line, typed_budget
from app.ui.officer.decision_summary import show_answer_line
from app.ui.officer.other_loan import Loan, choose_other_loan, loan_asked_for, other_loan
from app.ui.officer.seen_advice import Seen, check_seen
from app.ui.officer.standing import addressee_in_words
from app.ui.officer.two_voices import Told
from app.ui.shell.acting import acting_as, clicked, note_click
from app.ui.shell.roles import configured_roles

DECIDE, REFER, OTHER = "decide", "refer", "other"
RECORD = {
    "decided": mark("Record the decision"),
    "reviewed": mark("Record the decision on the review"),
    "corrected": mark("Record the correction"),
}
"""What is recorded -> what the button says."""
LIMITS: dict[Limit, str] = {
    "officer_amount": mark("an officer accepts up to {limit} alone"),
    "override_amount": mark("from {limit} on, two people accept against the advice"),
    "override_points": mark("from {limit} points below the threshold on, two people accept against the advice"),
}


@dataclass(frozen=True, slots=True)
class Typed:
    """What the form holds.

    Attributes:
        choice: a ruling, "refer", or None while nothing is chosen.
    """

    choice: str | None
    reasons: tuple[str, ...]
    comment: str
    to: Addressee | None

    @classmethod
    def by(cls, attempt: str) -> Typed:
        """What is typed for an attempt."""
        held = st.session_state
        reasons = tuple(code for code in REASON_CODES if held.get(f"reason_{code}_{attempt}"))
        comment = held.get(f"comment_{attempt}") or ""
        to = held.get(f"addressee_{attempt}")
        choice = chosen(f"choice_{attempt}", (*RULINGS, REFER))
        return cls(choice, reasons, comment, to if isinstance(to, Addressee) else None)

    @property
    def ruling(self) -> Ruling:
        """What is decided, where the file is not referred."""
        found = next((each for each in RULINGS if each == self.choice), None)
        if found is None:
            raise VerdictProblem(
                mark("No decision is chosen."),
                mark("A decision accepts, refuses or refers."),
                mark("Choose one of them."),
            )
        return found

    @property
    def addressee(self) -> Addressee:
        """Whom the file is referred to."""
        if self.to is None:
            raise CaseProblem(
                mark("Nobody is chosen to have the file."),
                mark("A file is given to a colleague, or referred to the managers."),
                mark("Choose one of the list."),
            )
        return self.to


def show_verdict_form(file: ClientFile, told: Told, kind: Kind, attempt: str, words: Words) -> None:
    """What is decided, on which loan or to whom; then why, and the button that records it."""
    choice = _choose(told, kind, attempt, words)
    loan: Loan | None = loan_asked_for(file, told.advice)
    if choice == OTHER:
        loan = _show_other_loan(file, told, attempt, words)
    elif choice == REFER:
        _choose_addressee(told, attempt, words)
    if loan and choice in RULINGS:
        _show_limits(choice, loan, told, words)
    if loan:
        show_budget_line(file, told.case, loan.payment, words)
    seen = Seen(loan.advice if loan else None, told.case.state.changed)
    # No form of Streamlit's: what is typed there is lost on another page. Each field is named after the attempt: once
    # it is recorded they are gone, and a second click on the button decides nothing.
    with st.container(border=True):
        _ask_why(loan, attempt, words)
        st.button(
            words.say(RECORD[kind]),
            type="primary",
            # Named after what is shown too: a click on the button of another advice is none on this one.
            key=f"record_{attempt}_{kind}_{seen.name}",
            on_click=note_click,
            args=(DECIDE, attempt, kind, seen),
        )


def _choose(told: Told, kind: Kind, attempt: str, words: Words) -> str | None:
    refers = kind == "decided" and may(told.case.state, "referred", told.me)
    offered = (*RULINGS, REFER) if refers else RULINGS
    choice: str | None = choose_one(
        words.say("Your decision"),
        offered,
        f"choice_{attempt}",
        lambda each: words.say("Refer") if each == REFER else ruling_in_words(each, words),
        first=False,
    )
    return choice


def _show_other_loan(file: ClientFile, told: Told, attempt: str, words: Words) -> Loan | None:
    with error_boundary(words):
        choose_other_loan(file, attempt, words)
        loan = other_loan(file, told.advice is not None, attempt)
        if loan.advice:
            st.html(element("p", words.say("The model’s advice on this loan"), class_="voice"))
            show_answer_line(loan.advice, words)
        return loan
    return None


def _choose_addressee(told: Told, attempt: str, words: Words) -> None:
    listed = configured_roles(listed_roles())
    offered = colleagues(listed, known_staff(cases().engine), told.me)
    key = f"addressee_{attempt}"
    choose(words.say("To whom"), offered, key, lambda each: addressee_in_words(each, words), offered[0])


def _show_limits(choice: Ruling, loan: Loan, told: Told, words: Words) -> None:
    policy = policy_in_force()
    passed = limits_passed(choice, loan.advice, loan.amount, policy, told.me.role)
    if passed:
        why = words.enumeration([limit_in_words(each, policy, words) for each in passed])
        show_note(words.say("This decision counts once a manager has signed it too: {why}.", why=why))


def limit_in_words(limit: Limit, policy: Policy, words: Words) -> str:
    """What the policy says that asks for a second signature."""
    value = getattr(policy.authority, limit) or 0.0
    return words.say(LIMITS[limit], limit=words.points(value) if limit == "override_points" else words.money(value))


def _ask_why(loan: Loan | None, attempt: str, words: Words) -> None:
    st.html(element("p", words.say("Reasons, one at least")))
    columns = st.columns(2)
    for place, code in enumerate(REASON_CODES):
        columns[place % 2].checkbox(plain(reason(code, words)), key=f"reason_{code}_{attempt}", persist_state="session")
    advice = loan.advice if loan else None
    label = words.say("Comment")
    if advice:
        model = choice_in_words(advice.outcome, words)
        label = words.say("Comment, needed to go against the model ({advice})", advice=model)
    st.text_area(plain(label), key=f"comment_{attempt}", max_chars=LONGEST_COMMENT, persist_state="session")


def record_what_was_clicked_on(file: ClientFile, told: Told, words: Words) -> Event | None:
    """Before the form is drawn, and by what the page showed when it was clicked on; None where nothing is recorded."""
    asked = clicked(DECIDE)
    if asked is None:
        return None
    attempt, kind, seen = asked
    with error_boundary(words), acting_as(portfolio(), "officer", "manager") as person:
        typed = Typed.by(attempt)
        loan = _loan_decided_upon(file, told, typed, attempt)
        if attempt not in {event.attempt for event in told.case.events}:
            check_seen(seen, Seen(loan.advice, seen.changed), words)
        if typed.choice == REFER:
            judged = typed.reasons, typed.comment
            to = typed.addressee
            return cases().refer(file.client.client, person.actor, to, judged, loan.advice, seen.changed, attempt)
        judgement = Judgement(typed.ruling, typed.reasons, typed.comment)
        policy = policy_in_force()
        budget = typed_budget(file, told.case)
        dossier = cases().dossier(portfolio(), file.client.client, policy, loan.advice, loan.terms, budget)
        if kind == "reviewed":
            event = cases().review(person.actor, judgement, dossier, seen.changed, attempt)
        elif kind == "corrected":
            event = cases().correct(person.actor, judgement, dossier, seen.changed, attempt)
        else:
            event = cases().decide(person.actor, judgement, dossier, seen.changed, attempt)
        forget_budget(file.client.client)
        return event
    return None


def _loan_decided_upon(file: ClientFile, told: Told, typed: Typed, attempt: str) -> Loan:
    if typed.choice == OTHER:
        return other_loan(file, told.advice is not None, attempt)
    return loan_asked_for(file, told.advice)
