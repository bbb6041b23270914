"""Whoever acts is asked again at that moment: who they are, whether their sign-in lives, which role they have now.

Streamlit runs a widget's callback before the script, and so before whoever is there is asked anything. A callback
therefore only notes a click; the page takes it up.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import streamlit as st

from app.language.words import mark
from app.scoring.problems import AccessProblem
from app.settings import settings
from app.store.portfolio import Portfolio
from app.ui.shell.navigation import Role, is_by_link
from app.ui.shell.sign_in import Person, is_recent, person_here

CLICKED = "clicked"


@contextmanager
def acting_as(opened: Portfolio, *roles: Role, recently: bool = False) -> Iterator[Person]:
    """Who acts in the block: whatever is written or handed out stands in such a block, and bears their name.

    Args:
        roles: those that may; the person must work in one of them now.
        recently: whether they must have signed in within ``SIGN_IN_MINUTES``: what changes the desk for everybody asks.

    Raises:
        AccessProblem: a customer's link, a sign-in that has ended, a role that was taken away, a sign-in too long ago.
    """
    person = _asked_again(opened, roles)
    if recently and not is_recent():
        raise AccessProblem(
            mark("You signed in more than {minutes} minutes ago: nothing was done."),
            mark("What changes the desk for everybody asks for a recent sign-in."),
            mark("Sign in again with the button on this page, then do it once more."),
            minutes=settings().sign_in_minutes,
        )
    yield person


def _asked_again(opened: Portfolio, roles: tuple[Role, ...]) -> Person:
    if is_by_link():
        raise AccessProblem(
            mark("A customer’s link records nothing."),
            mark("It opens one letter, to be read."),
            mark("Open the desk at its own address."),
        )
    person = person_here(opened)
    if person is None:
        raise AccessProblem(
            mark("Your sign-in has expired: nothing was done."),
            mark("What is done here bears a name."),
            mark("Sign in again, then do it once more."),
        )
    if person.role not in roles:
        raise AccessProblem(
            mark("You no longer have the role for this: nothing was done."),
            mark("Each role does its own work."),
            mark("Ask the person who runs this desk."),
        )
    return person


def note_click(action: str, *seen: Any) -> None:
    """Callback of a button: what was clicked on, and what stood there; nothing is done yet."""
    st.session_state[CLICKED] = action, seen


def clicked(action: str) -> tuple[Any, ...] | None:
    """What stood there when this was clicked on, told once; None when it was not."""
    noted: tuple[str, tuple[Any, ...]] = st.session_state.get(CLICKED, ("", ()))
    if noted[0] != action:
        return None
    forget_click()
    return noted[1]


def forget_click() -> None:
    """Forget a click that no page took up: it must not act once the page opens again."""
    st.session_state.pop(CLICKED, None)
