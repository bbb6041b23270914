"""Every page of the desk: its script, its name, who may open it. A page that is not in a role's list is not routed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import streamlit as st

from app.ui.words import Words, mark

Role = Literal["officer", "manager", "data scientist"]
ROLES: tuple[Role, ...] = ("officer", "manager", "data scientist")


@dataclass(frozen=True, slots=True)
class DeskPage:
    """One page.

    Attributes:
        script: file name in ``pages/`` without its ending; also its address, but for the first page.
        title: in English, to be translated.
        roles: who may open it.
        about_client: whether it answers for one client, so that the client picker stands above it.
    """

    script: str
    title: str
    roles: tuple[Role, ...] = ROLES
    about_client: bool = True


PAGES = (
    DeskPage("client", mark("Client file")),
    DeskPage("api_console", mark("API console"), ("data scientist",)),
)
"""The first one opens at the desk's own address."""


def navigation(words: Words, role: Role | None = None) -> tuple[st.Page, DeskPage]:
    """Show the menu; returns the page that the address asks for, and what it is.

    Args:
        role: whose pages are routed; everyone's when None.
    """
    allowed = {page.script: page for page in PAGES if role is None or role in page.roles}
    routed = {
        script: st.Page(f"../pages/{script}.py", title=words.say(page.title), default=page is PAGES[0])
        for script, page in allowed.items()
    }
    chosen = st.navigation(list(routed.values()), position="top")
    return chosen, next(page for script, page in allowed.items() if routed[script] == chosen)
