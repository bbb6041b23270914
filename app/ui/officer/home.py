"""The officer's home: what they have in hand, what was referred to them, reviews due, what they opened last; then what
comes next in the queue."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import streamlit as st

from app.language.verdicts import zone_of
from app.language.words import Words, mark
from app.store.cases.queue import View, Waiting, counts, next_after, queue
from app.ui.kit.components import show_note
from app.ui.kit.markup import element
from app.ui.kit.plain_text import plain
from app.ui.loaders import cases, policy_in_force, portfolio
from app.ui.officer.queue import NOTHING, line
from app.ui.officer.recent_files import recent
from app.ui.shell.access_record import record_list
from app.ui.shell.advice import showing
from app.ui.shell.frame import link_to, open_file
from app.ui.shell.sign_in import Person, drawn_for

LINES = 4
HELD: dict[View, str] = {
    "mine": mark("In hand"),
    "referred": mark("Referred to you"),
    "review": mark("Reviews due"),
}
AHEAD: View = "to do"


def show_home(words: Words) -> None:
    """The answer, the next file, then each list that holds one."""
    person = drawn_for()
    opened, policy, views = portfolio(), policy_in_force(), (*HELD, AHEAD)
    found = {view: queue(cases().engine, opened, policy, view, person.actor, LINES) for view in views}
    listed = [each.client for shown in found.values() for each in shown]
    record_list(person, "home", listed, opened.champion.version)
    counted = counts(cases().engine, person.actor, tuple(HELD))
    st.title(words.say("What is waiting for you?"), anchor=False)
    st.html(element("p", answer(counted, words), class_="lead"))
    _show_next(person, words)
    _show_recent(words)
    for view, name in HELD.items():
        if counted[view]:
            title = words.say("{name} ({count})", name=words.say(name), count=words.number(counted[view]))
            _show_list(view, title, found[view], words)
    _show_list(AHEAD, words.say("Next in the queue"), found[AHEAD], words)
    if not found[AHEAD]:
        st.html(element("p", words.say(NOTHING[AHEAD]), class_="quality"))
    link_to("queue", words)


def answer(counted: dict[View, int], words: Words) -> str:
    """How much waits, of what kind."""
    if not any(counted.values()):
        return words.say("Nothing is waiting for you. Take the next file of the queue.")
    told = (
        words.plural("{count} file in hand", "{count} files in hand", counted["mine"]),
        words.plural("{count} referred to you", "{count} referred to you", counted["referred"]),
        words.plural("{count} review to answer", "{count} reviews to answer", counted["review"]),
    )
    return words.say(
        "{files}.", files=words.enumeration([each for each, n in zip(told, counted.values(), strict=True) if n])
    )


def _show_next(person: Person, words: Words) -> None:
    """The next file of the queue, or any file."""
    with st.container(key="ways", horizontal=True, vertical_alignment="center"):
        opened = portfolio()
        how: dict[str, Any] = {"icon": ":material/skip_next:", "type": "primary", "shortcut": "Alt+N"}
        if st.button(words.say("Next to review"), key="next", **how):
            after = next(iter(recent()), None)
            following = next_after(cases().engine, opened, policy_in_force(), person.actor, after)
            if following is not None:
                open_file(following)
            show_note(words.say("Nothing is left to do."))
        if st.button(words.say("Random client"), icon=":material/casino:", key="random"):
            open_file(opened.random_client())


def _show_recent(words: Words) -> None:
    if not recent():
        return
    with st.container(key="recent_files", horizontal=True, vertical_alignment="center"):
        st.html(element("p", words.say("Opened last"), class_="quality"), width="content")
        for client in recent():
            if st.button(plain(words.say("Client {client}", client=client)), key=f"again_{client}", type="tertiary"):
                open_file(client)


def _show_list(view: View, title: str, shown: tuple[Waiting, ...], words: Words) -> None:
    """Its first files, each a way to it."""
    st.header(plain(title), anchor=False)
    name, zone, now = view.replace(" ", "_"), zone_of(st.context.timezone), datetime.now(UTC)
    with st.container(key=f"held_{name}", gap=None):
        for each in shown:
            with st.container(key=f"held_{name}_{each.client}", horizontal=True, vertical_alignment="center"):
                label = words.say("Client {client}", client=each.client)
                if st.button(plain(label), key=f"home_{name}_{each.client}", type="tertiary"):
                    open_file(each.client)
                st.html(line(each, showing(), zone, now, words))
