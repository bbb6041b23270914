"""Taking a file or a review to work on it, and giving it back."""

from __future__ import annotations

import streamlit as st

from app.language.words import Words, mark
from app.scoring.case.actors import Actor
from app.scoring.case.events import Event, Kind
from app.scoring.case.state import CaseState
from app.scoring.case.transitions import may
from app.ui.kit.error_boundary import error_boundary
from app.ui.kit.plain_text import plain
from app.ui.loaders import cases, portfolio
from app.ui.shell.acting import acting_as, clicked, note_click

HOLD = "hold"
STEPS: dict[Kind, tuple[str, str]] = {
    "claimed": (mark("Take the file"), ":material/front_hand:"),
    "review_claimed": (mark("Take the review"), ":material/front_hand:"),
    "released": (mark("Give it back"), ":material/undo:"),
}
"""What may be done -> what its button says, and its icon."""


def show_steps(client: int, state: CaseState, me: Actor, words: Words, steps: tuple[Kind, ...] = tuple(STEPS)) -> None:
    """A button for each of the steps that may be taken now."""
    for step in steps:
        if may(state, step, me):
            label, sign = STEPS[step]
            st.button(
                plain(words.say(label)),
                icon=sign,
                key=f"{step}_{client}_{state.changed}",
                on_click=note_click,
                args=(HOLD, step, client, state.changed),
            )


def take_or_give_back(words: Words) -> Event | None:
    """Do what was clicked on, before the page is drawn; None where nothing was, or it could not be done."""
    asked = clicked(HOLD)
    if asked is None:
        return None
    step, client, seen = asked
    with error_boundary(words), acting_as(portfolio(), "officer", "manager") as person:
        if step == "claimed":
            return cases().claim(client, person.actor, seen)
        if step == "review_claimed":
            return cases().claim_review(client, person.actor, seen)
        return cases().release(client, person.actor, seen)
    return None
