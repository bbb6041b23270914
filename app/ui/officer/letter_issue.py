"""The customer's letter on a decision: issued once, in its words of today, and kept as issued."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import streamlit as st

from app.language.words import Words
from app.scoring.case.events import Event
from app.scoring.case.transitions import may
from app.store.cases.cases import Case
from app.ui.kit.error_boundary import error_boundary
from app.ui.loaders import ClientFile, cases, portfolio
from app.ui.officer.two_voices import Told
from app.ui.shell.acting import acting_as, clicked, note_click

ISSUE = "issue_letter"
Write = Callable[[Case, ClientFile], Mapping[str, Any]]
"""Writes the letter on the decision of a file, in every language."""


def show_letter_owed(told: Told, words: Words) -> None:
    """Where the customer is still to be told: the button that issues their letter."""
    case = told.case
    if not (case.state.letter_owed and may(case.state, "letter_issued", told.me)):
        return
    st.header(words.say("The letter to the customer"), anchor=False)
    st.markdown(words.say("The decision counts. Once issued, the letter stays as it is, and the customer may answer."))
    st.button(
        words.say("Issue the letter"),
        type="primary",
        icon=":material/mail:",
        key=f"issue_{case.client}_{case.state.changed}",
        on_click=note_click,
        args=(ISSUE, case.client, case.state.changed),
    )


def issue_what_was_clicked_on(file: ClientFile, told: Told, write_letter: Write, words: Words) -> Event | None:
    """Before the page is drawn; None where no letter is issued."""
    asked = clicked(ISSUE)
    if asked is None or asked[0] != told.case.client:
        return None
    with error_boundary(words), acting_as(portfolio(), "officer", "manager") as person:
        return cases().issue_letter(told.case.client, person.actor, write_letter(told.case, file), asked[1])
    return None
