"""The second signature: a manager who did not decide signs a decision, or says why not."""

from __future__ import annotations

import streamlit as st

from app.language.words import Words
from app.scoring.case.events import Event
from app.store.journal import LONGEST_COMMENT
from app.ui.kit.error_boundary import error_boundary
from app.ui.kit.plain_text import plain
from app.ui.loaders import cases, portfolio
from app.ui.officer.two_voices import Told
from app.ui.shell.acting import acting_as, clicked, note_click

SIGN = "sign"


def show_signature_form(told: Told, attempt: str, words: Words) -> None:
    """A comment, needed to refuse; then the two ways."""
    case = told.case
    st.header(words.say("Do you sign this decision?"), anchor=False)
    with st.container(border=True):
        st.text_area(
            words.say("Comment, needed to refuse the signature"),
            key=f"comment_{attempt}",
            max_chars=LONGEST_COMMENT,
            persist_state="session",
        )
        with st.container(horizontal=True):
            for signs, label in ((True, words.say("Sign the decision")), (False, words.say("Refuse the signature"))):
                st.button(
                    plain(label),
                    type="primary" if signs else "secondary",
                    key=f"{'countersign' if signs else 'decline'}_{attempt}_{case.state.changed}",
                    on_click=note_click,
                    args=(SIGN, case.client, attempt, signs, case.state.changed),
                )


def sign_what_was_clicked_on(words: Words) -> Event | None:
    """Before the page is drawn; None where nothing is recorded."""
    asked = clicked(SIGN)
    if asked is None:
        return None
    client, attempt, signs, seen = asked
    with error_boundary(words), acting_as(portfolio(), "manager") as person:
        comment = st.session_state.get(f"comment_{attempt}") or ""
        if signs:
            return cases().countersign(client, person.actor, comment, seen, attempt)
        return cases().decline(client, person.actor, comment, seen, attempt)
    return None
