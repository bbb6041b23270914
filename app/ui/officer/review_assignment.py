"""A manager gives a review to somebody who did not decide."""

from __future__ import annotations

import streamlit as st

from app.language.words import Words, mark
from app.scoring.case.actors import Addressee, colleagues
from app.scoring.case.events import Event
from app.scoring.case.transitions import may
from app.scoring.problems import CaseProblem
from app.settings import listed_roles
from app.store.cases.people import known_staff
from app.ui.kit.components import show_note
from app.ui.kit.error_boundary import error_boundary
from app.ui.kit.kept_choice import choose
from app.ui.loaders import cases, portfolio
from app.ui.officer.standing import addressee_in_words
from app.ui.officer.two_voices import Told
from app.ui.shell.acting import acting_as, clicked, note_click
from app.ui.shell.roles import configured_roles

ASSIGN, REVIEWER = "assign_review", "reviewer_"


def show_review_assignment(told: Told, words: Words) -> None:
    """Whom it is given to, and the button."""
    state, client = told.case.state, told.case.client
    if not may(state, "review_assigned", told.me):
        return
    known = colleagues(configured_roles(listed_roles()), known_staff(cases().engine), told.me)
    offered = [each for each in known if each.name and not state.has_decided(each)]
    with st.expander(words.say("Give the review to somebody"), expanded=state.holder is None):
        if not offered:
            show_note(words.say("Nobody else is known here who did not decide."))
            return
        choose(
            words.say("To whom"),
            offered,
            f"{REVIEWER}{client}",
            lambda each: addressee_in_words(each, words),
            nothing=words.say("Choose a colleague"),
        )
        st.button(
            words.say("Give the review"),
            key=f"assign_{client}_{state.changed}",
            icon=":material/forward:",
            on_click=note_click,
            args=(ASSIGN, client, state.changed),
        )


def assign_what_was_clicked_on(words: Words) -> Event | None:
    """Before the page is drawn; None where nothing is given."""
    asked = clicked(ASSIGN)
    if asked is None:
        return None
    client, seen = asked
    with error_boundary(words), acting_as(portfolio(), "manager") as person:
        to = st.session_state.get(f"{REVIEWER}{client}")
        if not isinstance(to, Addressee):
            raise CaseProblem(
                mark("Nobody is chosen to have the file."),
                mark("A file is given to a colleague, or referred to the managers."),
                mark("Choose one of the list."),
            )
        return cases().assign_review(client, person.actor, to, seen)
    return None
