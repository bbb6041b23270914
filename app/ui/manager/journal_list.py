"""Of the journal page: what was recorded about files, by person, date, kind and zone; to open, to take away."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time, timedelta, tzinfo

import streamlit as st

from app.language.cases import EVENTS, MANAGERS, event_in_words, ruling_in_words
from app.language.verdicts import choice_in_words, reason, when, zone_of
from app.language.words import Words, mark
from app.scoring.case.events import DECIDING
from app.store.agreement import NEWEST
from app.store.recorded import Recorded, Wanted, Zone, newest, people
from app.ui.kit.kept_choice import choose
from app.ui.kit.markup import Markup, element
from app.ui.kit.plain_text import plain
from app.ui.kit.spreadsheet import csv_text
from app.ui.loaders import journal, policy_in_force, portfolio
from app.ui.shell.access_record import record_list
from app.ui.shell.export import Export, show_export
from app.ui.shell.frame import open_file
from app.ui.shell.sign_in import person_here

LISTED = 50
RULED = "ruled"
JUDGING = (*DECIDING, "referred", "countersigned", "not_countersigned")
"""Kinds that are shown unless others are asked for: by these a file is decided."""
KINDS = {RULED: mark("Decisions, referrals, signatures"), "": mark("Everything"), **EVENTS}
ZONES: dict[Zone, str] = {"grey": mark("In the grey zone"), "clear": mark("Outside the grey zone")}
DECISIONS = Export("decisions", mark("Download the list"), "journal.csv", "text/csv", ("manager",))
HEADER = (
    *("event", "entry", "at", "who", "role", "client", "what", "decision", "given_to", "advice", "against_the_model"),
    *("zone", "reasons", "comment", "model_version", "threshold", "probability", "hash"),
)


def show_list(words: Words) -> None:
    """What is asked for, the newest of it, the file that holds all of it."""
    zone = zone_of(st.context.timezone)
    st.header(words.say("What was recorded"), anchor=False)
    wanted = _ask(zone, words)
    found = _read(wanted, LISTED + 1)
    st.html(element("p", counted(found, words), class_="quality", role="status"))
    person, shown = person_here(portfolio()), found[:LISTED]
    if person is not None:
        record_list(person, "journal", (line.client for line in shown), portfolio().champion.version)
    with st.container(key="files", gap=None):
        for place, line in enumerate(shown):
            _show_line(place, line, zone, words)
    show_export(DECISIONS, lambda: as_csv(_read(wanted, NEWEST)), words, lambda: _clients(wanted))


def _read(wanted: Wanted, limit: int) -> tuple[Recorded, ...]:
    return newest(journal().engine, wanted, policy_in_force().grey_zone_points, limit)


def _clients(wanted: Wanted) -> list[int]:
    return sorted({line.client for line in _read(wanted, NEWEST)})


def counted(found: Sequence[Recorded], words: Words) -> str:
    """How much there is."""
    if not found:
        return words.say("Nothing of this is recorded.")
    if len(found) > LISTED:
        return words.say("The newest {count} are listed; the export holds all of them.", count=words.number(LISTED))
    return words.plural("{count} line, the newest first.", "{count} lines, the newest first.", len(found))


def _ask(zone: tzinfo, words: Words) -> Wanted:
    who_column, kind_column, zone_column, since_column, until_column = st.columns([3, 3, 3, 2, 2], gap="small")
    with who_column:
        known, everybody = people(journal().engine), words.say("Everybody")
        who = choose(words.say("Person"), known, "journal_who", lambda each: str(each), nothing=everybody)
    with kind_column:
        kind = choose(words.say("What"), tuple(KINDS), "journal_kind", lambda each: words.say(KINDS[each]), RULED)
    with zone_column:
        any_advice = words.say("Any, or none")
        advised = choose(
            words.say("Advice"), tuple(ZONES), "journal_zone", lambda each: words.say(ZONES[each]), nothing=any_advice
        )
    with since_column:
        since = st.date_input(words.say("From"), value=None, key="journal_since", format="DD/MM/YYYY")
    with until_column:
        until = st.date_input(words.say("To"), value=None, key="journal_until", format="DD/MM/YYYY")
    kinds = JUDGING if kind == RULED else (kind,) if kind else ()
    return Wanted(who or "", _start(since, zone), _start(until, zone, 1), kinds, advised)


def _start(day: date | None, zone: tzinfo, after: int = 0) -> str:
    """When a day starts for the reader, or one so many days after it, as moments are kept; empty for none."""
    if day is None:
        return ""
    start = datetime.combine(day + timedelta(days=after), time.min, zone)
    return start.astimezone(UTC).isoformat(timespec="microseconds")


def _show_line(place: int, line: Recorded, zone: tzinfo, words: Words) -> None:
    with st.container(key=f"file_{place}", horizontal=True, vertical_alignment="center"):
        # Named after the line: a click on one that another has taken the place of opens nothing.
        key = f"open_{line.event}_{line.entry}"
        if st.button(plain(words.say("Client {client}", client=line.client)), key=key, type="tertiary"):
            open_file(line.client)
        st.html(summary(line, zone, words))


def summary(line: Recorded, zone: tzinfo, words: Words) -> Markup:
    """One line: when, by whom, what, on which advice, for which reasons, in which words."""
    cells = (
        (words.say("When"), when(line.at, zone, words)),
        (words.say("By"), line.who),
        (words.say("What"), what(line, words)),
        (words.say("Advice"), advice(line, words)),
        (words.say("Reasons"), " · ".join(reason(code, words) for code in line.reasons)),
        (words.say("Comment"), comment(line, words)),
    )
    return element("dl", *(element("div", element("dt", name), element("dd", said)) for name, said in cells),
                   class_="line recorded-line")  # fmt: skip


def what(line: Recorded, words: Words) -> str:
    """What was done, and what it says."""
    told = event_in_words(line.kind, words)
    if line.ruling:
        ruled = ruling_in_words(line.ruling, words)
        if line.against_the_model:
            ruled = words.say("{choice}, against the model", choice=ruled)
        told = words.labelled(told, ruled)
    if line.to is not None:
        told = words.say("{what}, to {who}", what=told, who=line.to.name or words.say(MANAGERS))
    return told if line.entry is None else words.say("{what} (entry {number})", what=told, number=line.entry)


def advice(line: Recorded, words: Words) -> str:
    """The advice, and whether it lay in the grey zone."""
    if line.advice is None:
        return words.say("none")
    told = choice_in_words(line.advice, words)
    return words.say("{advice}, in the grey zone", advice=told) if line.zone == "grey" else told


def comment(line: Recorded, words: Words) -> str:
    """What was said, or what became of it."""
    if line.erased:
        return words.say("erased")
    if line.altered:
        return words.say("not as it was written")
    return line.comment


def as_csv(lines: Iterable[Recorded]) -> str:
    """The list as a file."""
    return csv_text(HEADER, (_cells(line) for line in lines))


def _cells(line: Recorded) -> tuple[object, ...]:
    to = "" if line.to is None else line.to.name or line.to.role
    said = "" if line.altered else line.comment
    return (line.event, line.entry, line.at, line.who, line.role, line.client, line.kind, line.ruling, to, line.advice,
            int(line.against_the_model), line.zone, " ".join(line.reasons), said, line.model_version, line.threshold,
            line.probability, line.hash)  # fmt: skip
