"""The customer's letter on a decision: issued once, in its words of today, and kept as issued."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import streamlit as st

from app.language.words import LANGUAGES, Language, Words
from app.scoring.case.events import Event
from app.scoring.case.transitions import may
from app.ui.kit.error_boundary import error_boundary
from app.ui.kit.plain_text import plain
from app.ui.loaders import cases, portfolio
from app.ui.officer.two_voices import Told
from app.ui.shell.acting import acting_as, clicked, note_click

ISSUE = "issue_letter"
Write = Callable[[Language], Mapping[str, Any]]
"""Writes the letter in a language."""
NAMES: dict[Language, str] = {"en": "English", "fr": "Français"}


def show_letter_owed(told: Told, words: Words) -> None:
    """Where the customer is still to be told: the language of the letter, and the button that issues it."""
    case = told.case
    if not (case.state.letter_owed and may(case.state, "letter_issued", told.me)):
        return
    st.header(words.say("The letter to the customer"), anchor=False)
    st.markdown(words.say("The decision counts. Once issued, the letter stays as it is, and the customer may answer."))
    with st.container(key="letter_to_issue", horizontal=True, vertical_alignment="bottom"):
        st.radio(
            words.say("Language of the letter"),
            LANGUAGES,
            LANGUAGES.index(words.language),
            key=f"letter_language_{case.client}",
            horizontal=True,
            format_func=lambda each: plain(NAMES[each]),
        )
        st.button(
            words.say("Issue the letter"),
            type="primary",
            icon=":material/mail:",
            key=f"issue_{case.client}_{case.state.changed}",
            on_click=note_click,
            args=(ISSUE, case.client, case.state.changed),
        )


def issue_what_was_clicked_on(write: Write, words: Words) -> Event | None:
    """Before the page is drawn; None where no letter is issued."""
    asked = clicked(ISSUE)
    if asked is None:
        return None
    client, seen = asked
    with error_boundary(words), acting_as(portfolio(), "officer", "manager") as person:
        language: Language = st.session_state.get(f"letter_language_{client}", words.language)
        return cases().issue_letter(client, person.actor, write(language), seen)
    return None
