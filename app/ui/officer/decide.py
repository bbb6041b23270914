"""A person decides: the form, the journal it is written to, and what was decided before."""

from __future__ import annotations

import streamlit as st

from app.language.verdicts import choice_in_words, reason
from app.language.words import Words, mark
from app.scoring.problems import VerdictProblem
from app.scoring.verdict import CHOICES, REASON_CODES
from app.store.journal import LONGEST_COMMENT, Entry, Verdict
from app.ui.kit.error_boundary import error_boundary
from app.ui.kit.icons import icon
from app.ui.kit.markup import element
from app.ui.kit.plain_text import plain, visible
from app.ui.loaders import ClientFile, journal, portfolio
from app.ui.officer.attempt import attempt_on
from app.ui.officer.decision_history import show_decision_history
from app.ui.officer.decision_summary import show_answer
from app.ui.officer.seen_advice import Seen, check_seen
from app.ui.shell.acting import acting_as, clicked, note_click
from app.ui.shell.drafts import what_is_typed_stays
from app.ui.shell.sign_in import Person

DECIDE = "decide"


def show_decide(file: ClientFile, words: Words) -> None:
    """The advice, the form, the decisions before."""
    decision = file.decision
    st.title(plain(words.say("What do you decide for client {client}?", client=decision.client)), anchor=False)
    show_answer(decision, words)
    with error_boundary(words), what_is_typed_stays():
        # Read first: while the journal cannot be read, nothing can be decided.
        past = journal().entries(client=decision.client)
        recorded = _record_what_was_clicked_on(Seen(decision, past), words)
        if recorded:
            past = journal().entries(client=decision.client)
            _show_recorded(recorded, words)
        _show_form(Seen(decision, past), attempt_on(decision.client, past, recorded), words)
        show_decision_history(past, words)


def _show_recorded(entry: Entry, words: Words) -> None:
    text = words.say("Recorded: entry {number} of the decision journal.", number=words.number(entry.number))
    st.html(element("p", icon("accept"), text, class_="note recorded", role="status"))


def _show_form(shown: Seen, attempt: str, words: Words) -> None:
    # Named after the attempt: once it is recorded this form is gone, and a second click on it decides nothing.
    with st.form(f"decide_{attempt}"):
        st.radio(
            words.say("Your decision"),
            CHOICES,
            index=None,
            key=f"choice_{attempt}",
            horizontal=True,
            format_func=lambda each: plain(choice_in_words(each, words)),
        )
        st.multiselect(
            words.say("Reasons, one at least"),
            list(REASON_CODES),
            key=f"reasons_{attempt}",
            format_func=lambda code: visible(reason(code, words)),
            placeholder=words.say("Choose a reason"),
        )
        st.text_area(
            plain(
                words.say(
                    "Comment, needed to go against the model ({advice})",
                    advice=choice_in_words(shown.decision.outcome, words),
                )
            ),
            key=f"comment_{attempt}",
            max_chars=LONGEST_COMMENT,
        )
        st.form_submit_button(
            words.say("Record the decision"),
            type="primary",
            # Named after what is shown too: a click on the button of another advice is none on this one.
            key=f"record_{attempt}_{shown.name}",
            on_click=note_click,
            args=(DECIDE, attempt, shown),
        )


def _record_what_was_clicked_on(now: Seen, words: Words) -> Entry | None:
    """Before the form is drawn, and by what the page showed when it was clicked on; None where nothing is recorded."""
    asked = clicked(DECIDE)
    if asked is None:
        return None
    attempt, seen = asked
    with error_boundary(words), acting_as(portfolio(), "officer") as person:
        verdict = _verdict(attempt, person)
        check_seen(seen, now, attempt, words)
        return journal().record(verdict, now.decision, attempt=attempt)
    return None


def _verdict(attempt: str, person: Person) -> Verdict:
    choice, reasons, comment = (
        st.session_state.get(f"{field}_{attempt}") for field in ("choice", "reasons", "comment")
    )
    if choice is None:
        raise VerdictProblem(
            mark("No decision is chosen."),
            mark("A decision accepts, refuses or refers."),
            mark("Choose one of the three."),
        )
    return Verdict(person.name, choice, tuple(reasons or ()), comment or "", person.identity)
