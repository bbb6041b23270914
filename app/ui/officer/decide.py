"""A person decides: what the file's state offers to who is here, and what was decided before."""

from __future__ import annotations

import streamlit as st

from app.language.cases import event_in_words
from app.language.words import Words
from app.scoring.case.events import Event
from app.scoring.case.transitions import may
from app.store.cases.queue import next_to_do
from app.ui.kit.components import card, definitions, show_note
from app.ui.kit.error_boundary import error_boundary
from app.ui.kit.icons import icon
from app.ui.kit.markup import element
from app.ui.kit.plain_text import plain
from app.ui.loaders import ClientFile, cases, journal, policy_in_force, portfolio
from app.ui.officer.attempt import attempt_on, typed_for
from app.ui.officer.beginning_end import begin_or_end_what_was_clicked_on, show_beginning_and_end
from app.ui.officer.decision_summary import show_answer
from app.ui.officer.file_history import show_file_history
from app.ui.officer.holding import show_steps, take_or_give_back
from app.ui.officer.letter_issue import Write, issue_what_was_clicked_on, show_letter_owed
from app.ui.officer.own_view import record_own_view
from app.ui.officer.review_assignment import assign_what_was_clicked_on, show_review_assignment
from app.ui.officer.second_signature import show_signature_form, sign_what_was_clicked_on
from app.ui.officer.two_voices import Told, show_told, tell
from app.ui.officer.verdict_form import record_what_was_clicked_on, show_verdict_form
from app.ui.shell.drafts import what_is_typed_stays
from app.ui.shell.frame import CLIENT
from app.ui.shell.sign_in import choose_manager


def show_decide(file: ClientFile, write_letter: Write, words: Words) -> None:
    """Where the file stands, what was decided and advised, what may be done now, what happened before."""
    client = file.client.client
    st.title(plain(words.say("What do you decide for client {client}?", client=client)), anchor=False)
    # What is said of a step stands beside its button, wherever the reader has scrolled to.
    top, steps, form, refused = (st.container() for _ in range(4))
    with error_boundary(words), what_is_typed_stays():
        record_own_view(client, words)
        # Read first: while the file cannot be read, nothing can be decided.
        told = tell(file)
        with steps:
            recorded = take_or_give_back(words)
        with refused:
            recorded = recorded or _record_what_was_clicked_on(file, told, write_letter, words)
        if recorded:
            told = tell(file)
        with top:
            show_told(told, words, line=False)
            if told.advice:
                show_answer(told.advice, words, second=told.is_decided)
        with steps:
            _show_steps(told, recorded, words)
        if not told.own_view_first:
            with form:
                _show_what_may_be_done(file, told, attempt_on(client, told.case.events, recorded), words)
                show_review_assignment(told, words)
                show_beginning_and_end(told, words)
        # A file without a decision has nothing in the journal: it opens though that cannot be read.
        decided = any(event.facts.entry for event in told.case.events)
        show_file_history(told.case, journal().entries(client=client) if decided else (), words)


def _record_what_was_clicked_on(file: ClientFile, told: Told, write_letter: Write, words: Words) -> Event | None:
    return (
        record_what_was_clicked_on(file, told, words)
        or sign_what_was_clicked_on(words)
        or issue_what_was_clicked_on(file, told, write_letter, words)
        or assign_what_was_clicked_on(words)
        or begin_or_end_what_was_clicked_on(words)
    )


def _recorded(event: Event, words: Words) -> str:
    if event.facts.second:
        return words.say("Recorded. The decision counts once a manager has signed it too.")
    if event.facts.entry:
        return words.say("Recorded: entry {number} of the decision journal.", number=words.number(event.facts.entry))
    return words.say("Recorded: {event}.", event=event_in_words(event.kind, words))


def _show_steps(told: Told, recorded: Event | None, words: Words) -> None:
    """What was recorded; taking the file or giving it back, and the next one to do: a click or a key away."""
    case = told.case
    if recorded:
        st.html(element("p", icon("accept"), _recorded(recorded, words), class_="note recorded", role="status"))
    policy, opened = policy_in_force(), portfolio()
    with st.container(key="steps", horizontal=True):
        show_steps(case.client, case.state, told.me, words)
        following = next_to_do(cases().engine, opened, policy, told.me, skip=(case.client,))
        if following is not None:
            st.button(
                words.say("Next file"),
                icon=":material/skip_next:",
                key="next_file",
                shortcut="Alt+N",
                on_click=_open,
                args=(following,),
            )


def _open(client: int) -> None:
    st.session_state[CLIENT] = str(client)


def _show_what_may_be_done(file: ClientFile, told: Told, attempt: str, words: Words) -> None:
    state = told.case.state
    if state.status == "second signature" and told.me.role == "manager":
        choose_manager(portfolio(), words)
    if may(state, "countersigned", told.me):
        show_signature_form(told, attempt, words)
    show_letter_owed(told, words)
    if may(state, "reviewed", told.me):
        _show_review(told, words)
        show_verdict_form(file, told, "reviewed", attempt, words)
    elif may(state, "corrected", told.me):
        with st.expander(words.say("Correct the decision"), expanded=bool(typed_for(attempt))):
            show_verdict_form(file, told, "corrected", attempt, words)
    elif may(state, "decided", told.me) or typed_for(attempt):
        # What was typed stays, even where a colleague was faster.
        show_verdict_form(file, told, "decided", attempt, words)
    elif not told.me.name:
        show_note(words.say("Nobody is named. What is done to a file bears the name of who does it. Sign in first."))


def _show_review(told: Told, words: Words) -> None:
    """What the customer says who asked for the review."""
    said = told.case.contents.get(told.case.state.review_asked or 0, {})
    named = {"words": words.say("In their words"), "reach": words.say("To reach them")}
    rows = [(name, str(said[key])) for key, name in named.items() if said.get(key)]
    st.html(card(words.say("The customer asks for a review by a person"), definitions(rows)))
