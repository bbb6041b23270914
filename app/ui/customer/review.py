"""The customer's right to a person's second look: asked in their words, with a receipt and a date for the answer."""

from __future__ import annotations

from uuid import uuid4

import streamlit as st

from app.language.words import Words, mark
from app.scoring.case.events import Event
from app.scoring.case.state import CaseState
from app.scoring.case.transitions import may
from app.scoring.problems import CaseProblem
from app.store.cases.cases import CUSTOMER, LONGEST_REACH, Case
from app.ui.customer.signed_link import as_customer
from app.ui.kit.error_boundary import error_boundary
from app.ui.kit.markup import element
from app.ui.kit.plain_text import plain
from app.ui.loaders import cases
from app.ui.shell.acting import clicked, note_click

ASK = "ask review"
WORDS, REACH, ATTEMPT = "review_words", "review_reach", "review_attempt"


def record_what_was_asked(words: Words) -> Event | None:
    """Record the review that was just asked for; a sentence where it cannot be, and what was typed stays."""
    asked = clicked(ASK)
    if asked is None:
        return None
    told, reach = (str(st.session_state.get(field) or "") for field in (WORDS, REACH))
    with error_boundary(words), as_customer() as case:
        if not may(case.state, "review_asked", CUSTOMER):
            return None  # asked already in another window: its receipt is shown
        if not told.strip() or not reach.strip():
            raise CaseProblem(
                mark("Something is missing: nothing was sent."),
                mark("We need your words, and a way to reach you."),
                mark("Fill in both fields, then send them again."),
            )
        event = cases().ask_review(case.client, told, reach, attempt=asked[0])
        for field in (WORDS, REACH, ATTEMPT):
            st.session_state.pop(field, None)
        return event
    return None


def show_review(case: Case, words: Words) -> None:
    """The receipt of a review that is open, or the form that asks for one, once there is a letter."""
    with st.container(key="review"):
        if case.state.status == "review":
            st.html(element("p", receipt(case.state, case, words), class_="note recorded", role="status"))
        elif may(case.state, "review_asked", CUSTOMER):
            _show_form(words)


def receipt(state: CaseState, case: Case, words: Words) -> str:
    """When it was asked, its number, until when it is answered."""
    asked = next(event for event in case.events if event.number == state.review_asked)
    return words.say(
        "You asked us on {date} to look again. Your receipt is number {number}. A person who did not decide will answer"
        " by {due}.",
        date=words.day_of(asked.at),
        number=str(asked.number),
        due=words.day_of(state.due),
    )


def _show_form(words: Words) -> None:
    st.header(words.say("Ask a person to look again"), anchor=False)
    st.markdown(plain(words.say("Somebody who did not decide looks at your file again, and writes to you.")))
    attempt = st.session_state.setdefault(ATTEMPT, uuid4().hex)
    with st.form("review_form"):
        st.text_area(words.say("What should we look at again?"), key=WORDS)
        st.text_input(
            words.say("How can we reach you? A telephone number or an address."), key=REACH, max_chars=LONGEST_REACH
        )
        st.form_submit_button(words.say("Send"), type="primary", on_click=note_click, args=(ASK, attempt))
