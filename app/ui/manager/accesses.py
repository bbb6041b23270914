"""The page of accesses: who saw which client's file, what of it is unusual, and the log itself."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta, tzinfo

import streamlit as st

from app.language.verdicts import when, zone_of
from app.language.words import Words, mark
from app.scoring.audit.unusual_reading import FIRST_HOUR, LAST_HOUR, Reading, Unusual, unusual
from app.store.access import LIST, NEWEST, OPENED, Access, Asked
from app.store.portfolio import parse_client
from app.ui.kit.components import show_table
from app.ui.kit.error_boundary import error_boundary
from app.ui.kit.icons import icon
from app.ui.kit.markup import element
from app.ui.kit.plain_text import visible
from app.ui.kit.spreadsheet import csv_text
from app.ui.loaders import access_log
from app.ui.shell.export import Export, show_export
from app.ui.shell.navigation import PAGES

DAYS, LISTED, TOLD = 7, 50, 20
PERSON, OF_CLIENT = "accesses_of", "accesses_to"
SAID = {
    "many files": mark("{when}: {who} opened {count} files, far more than people do in a day."),
    "many listed": mark("{when}: lists showed {who} {count} clients."),
    "late": mark("{when}: {who} opened {count} files before {first} or after {last} o’clock."),
    "many readers": mark("{when}: {count} people opened the file of client {client}."),
}
ACCESSES = Export("accesses", mark("Download the accesses"), "accesses.csv", "text/csv", ("manager",))


def show_accesses(words: Words) -> None:
    """What is unusual first; then the log, by person or by client."""
    zone = zone_of(st.context.timezone)
    st.title(words.say("Who saw which file?"), anchor=False)
    since = datetime.now(UTC) - timedelta(days=DAYS)
    seen = [access for access in access_log().newest(Asked(since=since), NEWEST) if is_of_the_desk(access)]
    found = unusual(readings(seen, zone))
    st.html(element("p", answer(seen, found, words), class_="lead"))
    _show_unusual(found, words)
    with error_boundary(words):
        asked = _ask(sorted({access.who for access in seen}), words)
        _show_log(access_log().newest(asked, LISTED), zone, words)
        show_export(ACCESSES, lambda: as_csv(access_log().newest(asked, NEWEST)), words, lambda: _clients(asked))


def is_of_the_desk(access: Access) -> bool:
    """Whether a person saw it at the desk: keys of the API read by the thousand, customers read their own letter."""
    return access.role != "customer" and access.what.startswith((OPENED, LIST))


def readings(accesses: Iterable[Access], zone: tzinfo) -> Iterable[Reading]:
    """Accesses as they are looked through for what is unusual, in the office's time."""
    for each in accesses:
        yield Reading(each.who, each.client, each.at.astimezone(zone), each.what.startswith(LIST))


def answer(seen: Sequence[Access], found: Sequence[Unusual], words: Words) -> str:
    """How much was read in a week, and how much of it is unusual."""
    if not seen:
        return words.say("Nobody opened a file in the last {days} days.", days=DAYS)
    people = words.plural("{count} person", "{count} people", len({access.who for access in seen}))
    files = words.plural("{count} file", "{count} files", len({access.client for access in seen}))
    told = words.say("Nothing is unusual.")
    if found:
        told = words.plural("{count} thing is unusual.", "{count} things are unusual.", len(found))
    read = words.say(
        "In the last {days} days, {people} saw something of {files}.", days=DAYS, people=people, files=files
    )
    return f"{read} {told}"


def _show_unusual(found: Sequence[Unusual], words: Words) -> None:
    if not found:
        return
    st.header(words.say("To ask about"), anchor=False)
    lines = (element("li", icon("alert"), in_words(each, words)) for each in found[:TOLD])
    st.html(element("ul", *lines, class_="unusual"))
    st.caption(words.say("Nobody is accused: each of these has good reasons at times."))


def in_words(each: Unusual, words: Words) -> str:
    """Something unusual, as a sentence."""
    return words.say(
        SAID[each.kind],
        when=words.day(each.day),
        who=each.who,
        count=words.number(each.count),
        client=each.client,
        first=FIRST_HOUR,
        last=LAST_HOUR,
    )


def _ask(people: Sequence[str], words: Words) -> Asked:
    st.header(words.say("The log"), anchor=False)
    first, second = st.columns(2, gap="medium")
    with first:
        who = st.selectbox(
            words.say("Person"),
            people,
            index=None,
            key=PERSON,
            placeholder=words.say("Everybody"),
            format_func=lambda who: visible(who),
        )
    with second:
        typed = st.text_input(words.say("Client number"), key=OF_CLIENT, autocomplete="off", max_chars=40).strip()
    return Asked(who or "", parse_client(typed) if typed else None)


def _show_log(accesses: Sequence[Access], zone: tzinfo, words: Words) -> None:
    if not accesses:
        st.markdown(words.say("No access is logged for this."))
        return
    heads = (words.say("When"), words.say("Person"), words.say("Client"), words.say("Seen on"))
    with st.container(key="wide_words"):
        show_table(words.say("The newest first"), heads, [_line(each, zone, words) for each in accesses])


def _clients(asked: Asked) -> list[int]:
    return sorted({access.client for access in access_log().newest(asked, NEWEST)})


def _line(access: Access, zone: tzinfo, words: Words) -> tuple[str, ...]:
    return when(access.at.isoformat(), zone, words), access.who, str(access.client), seen_on(access.what, words)


def seen_on(what: str, words: Words) -> str:
    """What showed a client, by the name people know it by."""
    kind, _, name = what.partition(" ")
    title = next((words.say(page.title) for page in PAGES if page.script == name), name)
    if kind == LIST:
        return words.say("List: {title}", title=title)
    return title if kind == OPENED else words.say("API: {operation}", operation=what)


def as_csv(accesses: Iterable[Access]) -> str:
    """Accesses as a file, one a line."""
    header = ("at", "who", "role", "what", "client", "model_version", "request", "person")
    return csv_text(header, ([each.at.isoformat(), *(getattr(each, name) for name in header[1:])] for each in accesses))
