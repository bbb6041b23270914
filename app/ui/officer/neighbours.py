"""The nearest clients, one a row: their file, what is advised, what a person decided, what became of the loan."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st

from app.language.cases import ruling_in_words
from app.language.features import label, value_in_words
from app.language.verdicts import VERDICTS
from app.language.words import Words
from app.scoring.case.state import UNTOUCHED, CaseState
from app.scoring.decision import Value
from app.scoring.peers.nearness import Near
from app.store.cases.queue import states_of
from app.store.neighbours import Neighbour, neighbours
from app.ui.kit.components import Head, show_table
from app.ui.kit.icons import icon
from app.ui.kit.markup import Markup, element
from app.ui.kit.plain_text import plain
from app.ui.loaders import ClientFile, cases, policy_in_force, portfolio
from app.ui.shell.access_record import record_list
from app.ui.shell.advice import WHY_HIDDEN, Showing, showing
from app.ui.shell.frame import file_link, files_open_by_click
from app.ui.shell.navigation import may_open
from app.ui.shell.sign_in import drawn_for


def show_nearest(file: ClientFile, near: Sequence[Near], words: Words) -> None:
    """The list; that each of them was shown is written down first, and no file is opened by it."""
    opened, person, shown = portfolio(), drawn_for(), showing()
    found = neighbours(opened, near, policy_in_force())
    record_list(person, "compare", (each.client for each in found), opened.champion.version)
    files_open_by_click()
    st.header(plain(words.say("The nearest clients, one by one")), anchor=False)
    states = states_of(cases().engine, [each.client for each in found])
    heads = (
        words.say("Client"),
        Head(words.say("Advice today"), text=True),
        words.say("Points"),
        Head(words.say("Decided by a person"), text=True),
        Head(words.say("Outcome"), text=True),
        words.say("Alike"),
        Head(words.say("What differs most"), text=True),
    )
    links = may_open("client", person.role)
    rows = [row(each, states.get(each.client, UNTOUCHED), file.client.features, shown, links, words) for each in found]
    with st.container(key="wide_nearest"):
        show_table(words.say("The nearest first; alike: 100% where nothing the model reads differs."), heads, rows)


def row(
    each: Neighbour, state: CaseState, own: Mapping[str, Value], shown: Showing, links: bool, words: Words
) -> tuple[str, ...]:
    """A client near another one, whose features are ``own``; nothing of an advice that may not be shown.

    Args:
        links: whether their file may be opened.
    """
    hidden = shown.hidden(each.client, each.band, state)
    advice = words.say(WHY_HIDDEN[hidden]) if hidden else _verdict(each.band, words.say(VERDICTS[each.band]))
    return (
        file_link(each.client, words) if links else str(each.client),
        advice,
        "" if hidden else words.points(each.points),
        decided(state, words),
        became(each.defaulted, words),
        words.percent(1 - each.distance),
        words.enumeration([apart(name, value, own[name], words) for name, value in each.apart.items()]),
    )


def _verdict(tone: str, said: str) -> Markup:
    return element("span", icon(tone), said, class_=f"verdict {tone}")


def decided(state: CaseState, words: Words) -> str:
    """What a person decided, also where it does not count yet."""
    if state.in_force:
        return ruling_in_words(state.in_force.ruling, words)
    if state.proposed:
        ruling = ruling_in_words(state.proposed.ruling, words)
        return words.say("{ruling}, not signed yet", ruling=ruling)
    return words.say("not decided")


def became(defaulted: bool | None, words: Words) -> str:
    """How the loan ended, where the release knows it."""
    if defaulted is None:
        return words.say("Not known yet")
    return words.say("Not repaid") if defaulted else words.say("Repaid")


def apart(name: str, value: Value, own: Value, words: Words) -> str:
    """An item on which two clients differ: theirs, then this client's."""
    return words.say(
        "{item}: {theirs} (this client: {own})",
        item=label(name, words),
        theirs=value_in_words(name, value, words),
        own=value_in_words(name, own, words),
    )
