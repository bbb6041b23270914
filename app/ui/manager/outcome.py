"""What a manager's click did or why it did nothing: kept while the page is drawn anew, told once."""

from __future__ import annotations

import streamlit as st

from app.language.words import Words
from app.scoring.problems import Problem
from app.ui.kit.error_boundary import error_boundary
from app.ui.kit.icons import icon
from app.ui.kit.markup import element

OUTCOME = "outcome_of"


def keep_outcome(page: str, outcome: str | Problem) -> None:
    """Keep what a click on a page did, in words, or the problem that kept it from doing it."""
    st.session_state[OUTCOME] = page, outcome


def show_outcome(page: str, words: Words) -> None:
    """Tell it, once, on the page it was done on."""
    kept_for, outcome = st.session_state.pop(OUTCOME, ("", ""))
    if kept_for != page:
        return
    if isinstance(outcome, Problem):
        with error_boundary(words):
            raise outcome
        return
    st.html(element("p", icon("accept"), outcome, class_="note recorded", role="status"))


def empty_texts(*keys: str) -> None:
    """Empty fields, as what was typed in them is recorded: set, not forgotten, so that the browser hears of it."""
    for key in keys:
        st.session_state[key] = ""
