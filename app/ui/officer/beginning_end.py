"""The two ends of a file: that an application arrived, and that the file is closed."""

from __future__ import annotations

import streamlit as st

from app.language.words import Words
from app.scoring.case.events import Event
from app.scoring.case.transitions import may
from app.store.journal import LONGEST_COMMENT
from app.ui.kit.error_boundary import error_boundary
from app.ui.loaders import cases, portfolio
from app.ui.officer.two_voices import Told
from app.ui.shell.acting import acting_as, clicked, note_click

RECEIVE, CLOSE, WHY = "receive", "close", "comment_closing_"


def show_beginning_and_end(told: Told, words: Words) -> None:
    """What of the two may be done now: folded in, as it is seldom."""
    arrives, ends = (may(told.case.state, kind, told.me) for kind in ("received", "closed"))
    if arrives or ends:
        with st.expander(words.say("Arrival and closing"), expanded=told.case.state.status == "closed"):
            if arrives:
                _show_arrival(told, words)
            if ends:
                _show_closing(told, words)


def _show_arrival(told: Told, words: Words) -> None:
    case = told.case
    if case.events:
        st.markdown(words.say("A new application begins the file anew: it is to do, whatever was decided before."))
    else:
        st.markdown(words.say("From its arrival on, a file waits with its date."))
    st.button(
        words.say("The application has arrived"),
        key=f"receive_{case.client}_{case.state.changed}",
        icon=":material/inbox:",
        on_click=note_click,
        args=(RECEIVE, case.client),
    )


def _show_closing(told: Told, words: Words) -> None:
    case = told.case
    st.text_area(
        words.say("Why the file is closed, needed"),
        key=f"{WHY}{case.client}",
        max_chars=LONGEST_COMMENT,
        height=80,
        persist_state="session",
    )
    st.button(
        words.say("Close the file"),
        key=f"close_{case.client}_{case.state.changed}",
        icon=":material/archive:",
        on_click=note_click,
        args=(CLOSE, case.client, case.state.changed),
    )


def begin_or_end_what_was_clicked_on(words: Words) -> Event | None:
    """Before the page is drawn; None where nothing is recorded."""
    if asked := clicked(RECEIVE):
        with error_boundary(words), acting_as(portfolio(), "officer", "manager") as person:
            return cases().receive(asked[0], person.actor)
    if asked := clicked(CLOSE):
        client, seen = asked
        with error_boundary(words), acting_as(portfolio(), "officer", "manager") as person:
            closed = cases().close(client, person.actor, st.session_state.get(f"{WHY}{client}") or "", seen)
            st.session_state.pop(f"{WHY}{client}", None)
            return closed
    return None
