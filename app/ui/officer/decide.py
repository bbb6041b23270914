"""A person decides: the form, the journal it is written to, and what was decided before."""

from __future__ import annotations

import streamlit as st

from app.language.verdicts import choice_in_words, reason
from app.language.words import Words
from app.scoring.decision import Decision
from app.scoring.verdict import CHOICES, REASON_CODES, Choice
from app.store.journal import LONGEST_COMMENT, Verdict
from app.ui.kit.components import show_alert
from app.ui.kit.error_boundary import error_boundary
from app.ui.kit.icons import icon
from app.ui.kit.markup import element
from app.ui.kit.plain_text import plain, visible
from app.ui.loaders import ClientFile, journal, portfolio
from app.ui.officer.decision_history import show_decision_history
from app.ui.officer.decision_summary import show_answer
from app.ui.shell.acting import acting_as

RECORDED = "recorded"


def show_decide(file: ClientFile, words: Words) -> None:
    """The advice, the form, the decisions before."""
    decision = file.decision
    st.title(plain(words.say("What do you decide for client {client}?", client=decision.client)), anchor=False)
    show_answer(decision, words)
    with error_boundary(words):
        # Read first: while the journal cannot be read, nothing can be decided.
        past = journal().entries(client=decision.client)
        _show_recorded(words)
        _show_form(decision, past[0].number if past else 0, words)
        show_decision_history(past, words)


def _show_recorded(words: Words) -> None:
    number = st.session_state.pop(RECORDED, None)
    if number is not None:
        text = words.say("Recorded: entry {number} of the decision journal.", number=words.number(number))
        st.html(element("p", icon("accept"), text, class_="note recorded", role="status"))


def _show_form(decision: Decision, last: int, words: Words) -> None:
    # Named after the last entry: once one more is recorded this form is gone, and a second click on it decides nothing.
    name = f"{decision.client}_{last}"
    with st.form(f"decide_{name}"):
        choice = st.radio(
            words.say("Your decision"),
            CHOICES,
            index=None,
            key=f"choice_{name}",
            horizontal=True,
            format_func=lambda each: plain(choice_in_words(each, words)),
        )
        reasons = st.multiselect(
            words.say("Reasons, one at least"),
            list(REASON_CODES),
            key=f"reasons_{name}",
            format_func=lambda code: visible(reason(code, words)),
            placeholder=words.say("Choose a reason"),
        )
        comment = st.text_area(
            plain(
                words.say(
                    "Comment, needed to go against the model ({advice})",
                    advice=choice_in_words(decision.outcome, words),
                )
            ),
            key=f"comment_{name}",
            max_chars=LONGEST_COMMENT,
        )
        sent = st.form_submit_button(words.say("Record the decision"), type="primary", key=f"record_{name}")
    if sent:
        with error_boundary(words):
            _record(choice, tuple(reasons), comment, decision, words)


def _record(choice: Choice | None, reasons: tuple[str, ...], comment: str, decision: Decision, words: Words) -> None:
    if choice is None:
        show_alert(
            words.say("No decision is chosen."),
            words.say("A decision accepts, refuses or refers."),
            words.say("Choose one of the three."),
        )
        return
    with acting_as(portfolio(), "officer") as person:
        verdict = Verdict(person.name, choice, reasons, comment, person.identity)
        st.session_state[RECORDED] = journal().record(verdict, decision).number
    st.rerun()
