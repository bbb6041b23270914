"""Every page of the desk: its script, its name, who may open it. A page that is not in a role's list is not routed."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
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
        about_client: whether it answers for one client: what is searched for is then shown on it.
        short: its name on a tab, where the title is too long for one.
    """

    script: str
    title: str
    roles: tuple[Role, ...] = ROLES
    about_client: bool = True
    short: str = ""

    @property
    def tab(self) -> str:
        """Its name on a tab or in the menu, in English."""
        return self.short or self.title


PAGES = (
    DeskPage("home", mark("Home"), about_client=False),
    DeskPage("client", mark("Client file"), short=mark("File")),
    DeskPage("queue", mark("Queue"), ("officer", "manager"), about_client=False, short=mark("To do")),
    DeskPage("find", mark("Find a file"), about_client=False, short=mark("Find")),
    DeskPage("why", mark("Why this result?"), short=mark("Why?")),
    DeskPage("compare", mark("Compare"), ("officer", "manager")),
    DeskPage("simulate", mark("Simulate"), ("officer", "manager")),
    DeskPage("decide", mark("Decision"), ("officer", "manager"), short=mark("Decide")),
    DeskPage("new_applicant", mark("New applicant"), ("officer",), about_client=False, short=mark("New")),
    DeskPage("threshold", mark("Threshold"), ("manager", "data scientist"), about_client=False),
    DeskPage("fairness", mark("Fairness"), ("manager", "data scientist"), about_client=False),
    DeskPage("policy", mark("Policy"), ("manager",), about_client=False),
    DeskPage("journal", mark("Journal"), ("manager",), about_client=False),
    DeskPage("stop_switch", mark("Stop switch"), ("manager",), about_client=False),
    DeskPage("incidents", mark("Incidents"), ("manager",), about_client=False),
    DeskPage("accesses", mark("Accesses"), ("manager",), about_client=False),
    DeskPage("model", mark("Model"), ("manager",), about_client=False),
    DeskPage("drift", mark("Drift"), ("manager", "data scientist"), about_client=False),
    DeskPage("api_console", mark("API console"), ("data scientist",)),
    DeskPage("data_protection", mark("Data protection"), about_client=False),
)
"""The first one opens at the desk's own address, unless that names a client."""
FILE = ("client", "why", "compare", "simulate", "decide")
"""The tabs of one client's file."""
MENU = (
    (mark("Home"), ("home",)),
    (mark("Files"), ("queue", "find", "new_applicant")),
    (mark("Threshold and policy"), ("threshold", "fairness", "policy", "drift")),
    (mark("Oversight"), ("journal", "stop_switch", "incidents", "accesses", "model")),
    (mark("API console"), ("api_console",)),
)
"""Sections of the menu, each with its pages; the first that a role has is where the section leads."""
FEW = 6
HOME = "first.page"
"""What Streamlit knows the first page by: no address bears it, and its script's name stays free for one that does."""
BY_LINK = (
    DeskPage("customer", mark("Your loan request"), (), about_client=False),
    DeskPage("data_protection", mark("Data protection"), (), about_client=False),
)
"""What a customer's link opens, in no role."""
LINK = "letter"
"""Parameter of the address that bears such a link."""


def navigation(words: Words, role: Role, changed: bool = False) -> tuple[st.Page, DeskPage]:
    """The page that the address asks for, and what it is. The menu is the frame's.

    Args:
        role: whose pages are routed. At the address of any other stands a sentence.
        changed: whether they took this role just now: a page that it has not then leads to its home.
    """
    return _routed(tuple(page for page in PAGES if role in page.roles), words, changed)


def sections(role: Role) -> list[tuple[str, tuple[DeskPage, ...]]]:
    """The role's menu: the name of each section and the pages it holds; who has few pages has each in the menu."""
    open_to = {page.script: page for page in PAGES if role in page.roles}
    held = [(name, tuple(open_to[script] for script in scripts if script in open_to)) for name, scripts in MENU]
    flat = [page for _, pages in held for page in pages]
    if len(flat) <= FEW:
        return [(page.tab, (page,)) for page in flat]
    return [(name if len(pages) > 1 else pages[0].tab, pages) for name, pages in held if pages]


def may_open(script: str, role: str) -> bool:
    """Whether a role opens a page."""
    return any(page.script == script and role in page.roles for page in PAGES)


def tabs(role: Role, script: str) -> tuple[DeskPage, ...]:
    """What stands beside a page: the tabs of the client's file, or the section's pages; nothing where it is alone."""
    groups = [tuple(page for page in PAGES if page.script in FILE and role in page.roles)]
    groups += [pages for _, pages in sections(role)]
    return next((group for group in groups if len(group) > 1 and script in {page.script for page in group}), ())


def navigation_by_link(words: Words) -> tuple[st.Page, DeskPage]:
    """The pages of a customer's link, without a menu."""
    return _routed(BY_LINK, words)


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


def _routed(allowed: tuple[DeskPage, ...], words: Words, changed: bool = False) -> tuple[st.Page, DeskPage]:
    first, *others = _first_for_address(allowed)
    routed = [(_route(first, words, url_path=HOME, default=True), first)]
    routed += [(_route(page, words), page) for page in (*others, first)]  # which page is first changes: names stay
    asked = address()
    if asked and asked not in {page.script for page in allowed}:
        elsewhere = DeskPage(asked, mark("No such page"), (), about_client=False)
        refusal = st.Page(partial(_refuse, asked, words), title=words.say(elsewhere.title), url_path=asked)
        routed.append((refusal, elsewhere))
    chosen = st.navigation([route for route, _ in routed], position="hidden")
    about = next(page for route, page in routed if route == chosen)
    if changed and not about.roles and asked in {page.script for page in PAGES}:
        st.switch_page(routed[0][0], query_params={})
    return chosen, about


def _first_for_address(allowed: tuple[DeskPage, ...]) -> tuple[DeskPage, ...]:
    """The desk's own address opens the file of the client it names, if any; home then stands under its own name."""
    named = st.query_params.get("client", "").strip()
    return tuple(sorted(allowed, key=lambda page: page.script != "client")) if named else allowed


def _route(page: DeskPage, words: Words, **how: Any) -> st.Page:
    return st.Page(f"../pages/{page.script}.py", title=words.say(page.title), **how)


def _refuse(asked: str, words: Words) -> NoReturn:
    titles = {page.script: words.say(page.title) for page in (*PAGES, *BY_LINK)}
    raise AccessProblem(
        mark("The page “{page}” is not open to you."),
        mark("Each role opens its own pages."),
        mark("Choose a page of the menu; if you need this one, ask the person who runs the desk."),
        page=titles.get(asked, asked),
    )
