"""Every page of the desk: its script, its name, who may open it. A page that is not in a role's list is not routed."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType
from typing import Any, Literal, NoReturn

import streamlit as st

from app.language.words import Words, mark
from app.scoring.problems import AccessProblem

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
    DeskPage("queue", mark("Queue"), ("officer", "manager"), about_client=False),
    DeskPage("find", mark("Find a file"), about_client=False),
    DeskPage("why", mark("Why this result?")),
    DeskPage("compare", mark("Compare"), ("officer", "manager")),
    DeskPage("simulate", mark("Simulate"), ("officer", "manager")),
    DeskPage("decide", mark("Decision"), ("officer", "manager")),
    DeskPage("new_applicant", mark("New applicant"), ("officer",), about_client=False),
    DeskPage("threshold", mark("Threshold"), ("manager", "data scientist"), about_client=False),
    DeskPage("fairness", mark("Fairness"), ("manager", "data scientist"), about_client=False),
    DeskPage("policy", mark("Policy"), ("manager",), about_client=False),
    DeskPage("journal", mark("Journal"), ("manager",), about_client=False),
    DeskPage("stop_switch", mark("Stop switch"), ("manager",), about_client=False),
    DeskPage("incidents", mark("Incidents"), ("manager",), about_client=False),
    DeskPage("accesses", mark("Accesses"), ("manager",), about_client=False),
    DeskPage("drift", mark("Drift"), ("manager", "data scientist"), about_client=False),
    DeskPage("api_console", mark("API console"), ("data scientist",)),
    DeskPage("data_protection", mark("Data protection"), about_client=False),
)
"""The first one opens at the desk's own address."""
HOME = "first.page"
"""What Streamlit knows the first page by: no address bears it, and its script's name stays free for one that does."""
BY_LINK = (
    DeskPage("customer", mark("Your loan request"), (), about_client=False),
    DeskPage("data_protection", mark("Data protection"), (), about_client=False),
)
"""What a customer's link opens, in no role."""
LINK = "letter"
"""Parameter of the address that bears such a link."""
NOTHING: Mapping[str, int] = MappingProxyType({})


def navigation(words: Words, role: Role, waiting: Mapping[str, int] = NOTHING) -> tuple[st.Page, DeskPage]:
    """Show the menu; returns the page that the address asks for, and what it is.

    Args:
        role: whose pages are routed. At the address of any other stands a sentence.
        waiting: script of a page -> how much waits there, which the menu says.
    """
    return _routed(tuple(page for page in PAGES if role in page.roles), words, "top", waiting)


def navigation_by_link(words: Words) -> tuple[st.Page, DeskPage]:
    """The pages of a customer's link, without a menu."""
    return _routed(BY_LINK, words, "hidden")


def is_by_link() -> bool:
    """Whether the address bears a customer's link."""
    return LINK in st.query_params


def close(show: Callable[[], None], title: str) -> None:
    """Show one thing at whichever address, and route no page."""
    asked = [st.Page(show, title=title, url_path=address())] if address() else []
    st.navigation([st.Page(show, title=title, url_path=HOME, default=True), *asked], position="hidden").run()


def address() -> str:
    """Script name of the page the address asks for; empty at the desk's own address."""
    last = (st.context.url or "").partition("://")[2].partition("/")[2].rstrip("/").rpartition("/")[2]
    return last if re.fullmatch(r"[\w-]{1,40}", last) else ""


def _routed(
    allowed: tuple[DeskPage, ...],
    words: Words,
    position: Literal["top", "hidden"],
    waiting: Mapping[str, int] = NOTHING,
) -> tuple[st.Page, DeskPage]:
    first, *others = allowed
    routed = [(_route(first, words, url_path=HOME, default=True), first)]
    routed += [(_route(page, words, waiting.get(page.script, 0)), page) for page in others]
    asked = address()
    if asked == first.script:  # the first page stands at the desk's own address, and under its own name too
        routed.append((_route(first, words, visibility="hidden"), first))
    elif asked and asked not in {page.script for page in others}:
        elsewhere = DeskPage(asked, mark("No such page"), (), about_client=False)
        refusal = st.Page(
            partial(_refuse, asked, words), title=words.say(elsewhere.title), url_path=asked, visibility="hidden"
        )
        routed.append((refusal, elsewhere))
    chosen = st.navigation([route for route, _ in routed], position=position)
    return chosen, next(page for route, page in routed if route == chosen)


def _route(page: DeskPage, words: Words, waiting: int = 0, **how: Any) -> st.Page:
    title = words.say(page.title)
    if waiting:
        title = words.say("{name} ({count})", name=title, count=words.number(waiting))
    return st.Page(f"../pages/{page.script}.py", title=title, **how)


def _refuse(asked: str, words: Words) -> NoReturn:
    titles = {page.script: words.say(page.title) for page in (*PAGES, *BY_LINK)}
    raise AccessProblem(
        mark("The page “{page}” is not open to you."),
        mark("Each role opens its own pages."),
        mark("Choose a page of the menu; if you need this one, ask the person who runs the desk."),
        page=titles.get(asked, asked),
    )
