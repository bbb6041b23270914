"""What surrounds every page: language, search, demonstration notice, footer."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Any, NoReturn
from urllib.parse import urlencode

import streamlit as st
from streamlit.errors import StreamlitAPIException

from app.language.verdicts import when, zone_of
from app.language.words import LANGUAGES, Words, language_of, words_in
from app.store.portfolio import Portfolio, parse_client
from app.ui.kit.clicks import asking_link, listen
from app.ui.kit.components import FAVICON, show_note
from app.ui.kit.icons import icon
from app.ui.kit.markup import Markup, element
from app.ui.kit.plain_text import plain
from app.ui.loaders import suspensions
from app.ui.shell.navigation import PAGES

BRAND = "Prêt à dépenser"
LANGUAGE, CLIENT = "lang", "client"
"""Parameters of the page's address, and keys of the widgets that show them."""
SEARCHED, SPOKEN = "searched_client", "spoken"
FILE = "file "
"""How a click asks for a file."""
CLICKED = "clicked_file"
"""Where its number lies until the next run."""


def reader() -> Words:
    """Words of the language this reader chose."""
    return words_in(st.session_state[LANGUAGE])


def chosen_client() -> int | None:
    """The client asked for; None when none is.

    Raises:
        UnknownClient: what was typed or linked to is no client number.
    """
    typed = st.session_state.get(CLIENT, "").strip()
    return parse_client(typed) if typed else None


def asked_client() -> int:
    """The client of a page that answers for one; without one, it leads home."""
    client = chosen_client()
    return go_home() if client is None else client


def open_file(client: int) -> NoReturn:
    """Go to a client's file, from a page whose search does not bind the number's parameter to itself.

    The address then bears the number. While the search of a file left just now still holds it, Streamlit lets nobody
    else write it, and says so by an exception; that search then takes the number over. In a session that has met no
    file yet there is none to do so.
    """
    st.session_state[CLIENT] = str(client)
    with suppress(StreamlitAPIException):
        st.switch_page("../pages/client.py", query_params={CLIENT: str(client)})
    # By its own name: at the desk's own address, that names nobody now, stands another page.
    st.switch_page(st.Page("../pages/client.py"), query_params={})


def file_link(client: int, words: Words) -> Markup:
    """A link to a client's file, in a table: ``files_open_by_click`` follows it."""
    address = f"client?{urlencode({CLIENT: client, LANGUAGE: words.language})}"
    return asking_link(str(client), address, f"{FILE}{client}")


def files_open_by_click(otherwise: Callable[[str], None] | None = None) -> None:
    """Have the links to files in this page's tables followed.

    Args:
        otherwise: what is done with anything else that a table asks for.
    """

    def take(asked: str) -> None:
        if asked.startswith(FILE):
            st.session_state[CLICKED] = asked.removeprefix(FILE)
        elif otherwise:
            otherwise(asked)

    listen(take)


def open_clicked_file() -> None:
    """Go to the file whose link was just clicked on, before anything of another one is drawn or logged.

    Raises:
        UnknownClient: it is no client's number.
    """
    if clicked := st.session_state.pop(CLICKED, ""):
        open_file(parse_client(clicked))


def link_to(script: str, words: Words, icon: str = ":material/arrow_forward:") -> None:
    """A link to another page: the client and the language, bound to the frame's widgets, go along."""
    title = next(words.say(page.title) for page in PAGES if page.script == script)
    st.page_link(f"../pages/{script}.py", label=plain(title), icon=icon or None)


def name_tab(title: str = "") -> None:
    """What the browser's tab says."""
    st.set_page_config(page_title=f"{title} · {BRAND}" if title else BRAND, page_icon=str(FAVICON), layout="wide")


def brand(words: Words) -> Markup:
    """Whose desk this is."""
    return element("p", element("strong", BRAND), class_="brand", title=words.say("Credit decisions"))


def show_language_switch() -> None:
    """Starts with the address's language, else the browser's; the address keeps it over a reload."""
    if LANGUAGE not in st.session_state:
        asked = st.query_params.get(LANGUAGE, st.session_state.get(SPOKEN))
        st.session_state[LANGUAGE] = asked if asked in LANGUAGES else language_of(st.context.locale)
    chosen = st.segmented_control(
        "Language / Langue", LANGUAGES, key=LANGUAGE, required=True, label_visibility="collapsed"
    )
    st.session_state[SPOKEN] = chosen
    if chosen and st.query_params.get(LANGUAGE) != chosen:
        st.query_params[LANGUAGE] = chosen


def declare_language(words: Words) -> None:
    """Tell screen readers and hyphenation which language the page speaks: Streamlit says English."""
    st.html(f"<script>document.documentElement.lang='{words.language}'</script>", unsafe_allow_javascript=True)


def show_search(opened: Portfolio, about_client: bool, words: Words) -> None:
    """Find a client by number, from whichever page: on a client's page the number stands in the address.

    Raises:
        UnknownClient: what is typed on another page is no client's number.
    """
    how: dict[str, Any] = {"autocomplete": "off", "max_chars": 40, "label_visibility": "collapsed"}
    how["placeholder"] = words.say("Client number  /")
    if about_client:
        st.text_input(words.say("Client number"), key=CLIENT, bind="query-params", **how)
        return
    typed = st.text_input(words.say("Client number"), key=SEARCHED, **how)
    if typed.strip():
        open_file(opened.client(parse_client(typed)).client)


def show_demonstration(opened: Portfolio, words: Words) -> None:
    """Say plainly that nobody here is real, when nobody is."""
    if opened.manifest.get("demo"):
        show_note(words.say("Demonstration: synthetic clients, no real person."), "demonstration")


def show_suspension(opened: Portfolio, words: Words) -> None:
    """Say on every page of the staff that the model's advice is suspended, since when and why, while it is.

    Raises:
        StoreProblem: that cannot be read: the advice may be suspended.
    """
    stopped = suspensions().in_force(opened.champion.version)
    if stopped is None:
        return
    told = words.say(
        "The advice has been suspended by {who}, since {when}: {reason}",
        who=stopped.by.name,
        when=when(stopped.at, zone_of(st.context.timezone), words),
        reason=stopped.reason,
    )
    rule = words.say("Until that is lifted people decide without it, and nothing is scored.")
    sentences = element("span", element("strong", told), " ", rule)
    st.html(element("p", icon("alert"), sentences, class_="note suspended", role="status"))


def show_footer(opened: Portfolio, words: Words) -> None:
    """What answers here, and what is kept of whom."""
    model = words.say("Model {version}", version=opened.champion.version)
    clients = words.plural("{count} client", "{count} clients", opened.size)
    with st.container(key="foot", horizontal=True, vertical_alignment="center"):
        st.html(element("footer", f"{model} · {clients}"))
        link_to("data_protection", words, icon="")


def go_home() -> NoReturn:
    """Go to the home of whoever is here: a page about a client has nothing to say without one."""
    st.switch_page("../pages/home.py", query_params={})
