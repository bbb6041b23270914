"""What surrounds every page: language, client picker, demonstration notice, footer."""

from __future__ import annotations

from typing import NoReturn

import streamlit as st

from app.language.verdicts import when, zone_of
from app.language.words import LANGUAGES, Words, language_of, words_in
from app.scoring.problems import UnknownClient
from app.store.cases.queue import next_after
from app.store.portfolio import Portfolio, parse_client
from app.ui.kit.components import FAVICON, show_note
from app.ui.kit.icons import icon
from app.ui.kit.markup import Markup, element
from app.ui.kit.plain_text import plain
from app.ui.loaders import cases, policy_in_force, suspensions
from app.ui.shell.navigation import PAGES
from app.ui.shell.sign_in import drawn_for

BRAND = "Prêt à dépenser"
LANGUAGE, CLIENT = "lang", "client"
"""Parameters of the page's address, and keys of the widgets bound to them."""


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


def open_file(client: int) -> NoReturn:
    """Go to a client's file, from a page without the picker, which binds the number's parameter to itself."""
    st.session_state[CLIENT] = str(client)
    st.switch_page("../pages/client.py", query_params={CLIENT: str(client)})


def link_to(script: str, words: Words) -> None:
    """A link to another page: the client and the language, bound to the frame's widgets, go along."""
    title = next(words.say(page.title) for page in PAGES if page.script == script)
    st.page_link(f"../pages/{script}.py", label=plain(title), icon=":material/arrow_forward:")


def name_tab(title: str = "") -> None:
    """What the browser's tab says."""
    st.set_page_config(page_title=f"{title} · {BRAND}" if title else BRAND, page_icon=str(FAVICON), layout="wide")


def brand(words: Words) -> Markup:
    """Whose desk this is."""
    name, desk = element("strong", BRAND), element("span", words.say("Credit decisions"))
    return element("p", name, desk, class_="brand")


def show_language_switch() -> None:
    """Starts with the address's language, else the browser's."""
    if LANGUAGE not in st.session_state and st.query_params.get(LANGUAGE) not in LANGUAGES:
        st.session_state[LANGUAGE] = language_of(st.context.locale)
    # The address holds an option as it is shown, so codes are shown.
    st.segmented_control(
        "Language / Langue", LANGUAGES, key=LANGUAGE, bind="query-params", required=True, label_visibility="collapsed"
    )


def declare_language(words: Words) -> None:
    """Tell screen readers and hyphenation which language the page speaks: Streamlit says English."""
    st.html(f"<script>document.documentElement.lang='{words.language}'</script>", unsafe_allow_javascript=True)


def show_picker(opened: Portfolio, words: Words) -> None:
    """Find a client by number, at random, or the next one of the queue."""
    with st.container(key="picker", horizontal=True, vertical_alignment="bottom"):
        field = st.container(width=260)
        anyone = st.button(words.say("Random client"), icon=":material/casino:", key="random")
        next_one = st.button(words.say("Next to review"), icon=":material/skip_next:", key="next")
    if anyone:
        st.session_state[CLIENT] = str(opened.random_client())
    elif next_one:
        _go_to_next(opened, words)
    field.text_input(words.say("Client number"), key=CLIENT, bind="query-params", autocomplete="off", max_chars=40)


def _go_to_next(opened: Portfolio, words: Words) -> None:
    try:
        current = chosen_client()
    except UnknownClient:
        current = None
    following = next_after(cases().engine, opened, policy_in_force(), drawn_for().actor, current)
    if following is None:
        show_note(words.say("Nothing is left to do."))
    else:
        st.session_state[CLIENT] = str(following)


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
    """What answers here."""
    model = words.say("Model {version}", version=opened.champion.version)
    clients = words.plural("{count} client", "{count} clients", opened.size)
    st.html(element("footer", f"{model} · {clients}"))
