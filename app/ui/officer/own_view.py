"""First one's own view: where it is asked for, an officer says what they think before the advice is shown."""

from __future__ import annotations

import streamlit as st

from app.language.cases import ruling_in_words
from app.language.words import Words, mark
from app.scoring.case.events import Ruling
from app.scoring.problems import CaseProblem
from app.store.cases.cases import Case
from app.store.journal import LONGEST_COMMENT
from app.ui.kit.error_boundary import error_boundary
from app.ui.kit.kept_choice import choose_one, chosen, empty
from app.ui.loaders import cases, portfolio
from app.ui.shell.acting import acting_as, clicked, note_click

OWN_VIEW = "own_view"
VIEWS: tuple[Ruling, ...] = ("accept", "refuse")


def show_own_view(case: Case, words: Words) -> None:
    """The form; the advice is shown once it is recorded."""
    client = case.client
    with st.container(border=True):
        st.markdown(words.say("Say first what you think of this file: the model’s advice is shown afterwards."))
        choose_one(
            words.say("Your own view"),
            VIEWS,
            f"own_view_choice_{client}",
            lambda each: ruling_in_words(each, words),
            first=False,
        )
        st.text_area(
            words.say("Comment, if you like"),
            key=f"own_view_comment_{client}",
            max_chars=LONGEST_COMMENT,
            persist_state="session",
        )
        st.button(
            words.say("Record my view"),
            type="primary",
            key=f"view_first_{client}",
            on_click=note_click,
            args=(OWN_VIEW, client),
        )


def record_own_view(client: int, words: Words) -> None:
    """Before the page is drawn, so that it shows the advice."""
    asked = clicked(OWN_VIEW)
    if asked != (client,):
        return
    with error_boundary(words), acting_as(portfolio(), "officer", "manager") as person:
        ruling = chosen(f"own_view_choice_{client}", VIEWS)
        if ruling is None:
            raise CaseProblem(
                mark("No view is chosen."),
                mark("What you think is kept beside what the model advises."),
                mark("Choose one of the two."),
            )
        comment = st.session_state.get(f"own_view_comment_{client}") or ""
        cases().first_view(client, person.actor, ruling, comment)
        empty(f"own_view_choice_{client}")
        st.session_state.pop(f"own_view_comment_{client}", None)
