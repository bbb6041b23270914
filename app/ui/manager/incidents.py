"""The register of incidents: how many there are, reporting one, and what was reported, to read and to take away."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, tzinfo
from typing import Any

import streamlit as st

from app.language.verdicts import when, zone_of
from app.language.words import Words, mark
from app.scoring.problems import Problem
from app.settings import settings
from app.store.drift_runs import runs
from app.store.incidents import Incident, Report
from app.store.suspensions import LONGEST_TEXT
from app.ui.kit.components import show_table
from app.ui.kit.kept_choice import choose, chosen, empty
from app.ui.kit.markup import element
from app.ui.kit.plain_text import plain
from app.ui.kit.spreadsheet import csv_text
from app.ui.loaders import incidents, policies, portfolio, suspensions
from app.ui.manager.outcome import empty_texts, keep_outcome, show_outcome
from app.ui.shell.acting import acting_as, clicked, note_click
from app.ui.shell.export import Export, show_export
from app.ui.shell.sign_in import choose_manager

PAGE, SHOWN, NEWEST, OFFERED = "incidents", 50, 10_000, 100
REPORT = "report"
TYPED = "incident_"
"""How the key of each field begins."""
SAID = {
    "what": mark("What happened"),
    "whom": mark("Whom it touched, and how many; no client is named"),
    "done": mark("What was done"),
}
LINKED = {
    "about": mark("Goes on with"),
    "suspension": mark("Suspension"),
    "drift_run": mark("Comparison of clients"),
    "activation": mark("Policy change"),
}
INCIDENTS = Export("incidents", mark("Download the register"), "incidents.csv", "text/csv", ("manager",))


def show_incidents(words: Words) -> None:
    """The answer, what was reported, the form, the file to take away."""
    zone = zone_of(st.context.timezone)
    _report_what_was_clicked_on(words)
    st.title(words.say("What went wrong, and what was done?"), anchor=False)
    known = incidents().register(SHOWN)
    st.html(element("p", answer(known, zone, words), class_="lead"))
    show_outcome(PAGE, words)
    choose_manager(portfolio(), words)
    _show_register(known, zone, words)
    _show_form(known, zone, words)
    if known:
        show_export(INCIDENTS, lambda: as_csv(incidents().register(NEWEST)), words)


def answer(known: Sequence[Incident], zone: tzinfo, words: Words) -> str:
    """The newest incident."""
    if not known:
        return words.say("No incident is reported.")
    newest = known[0]
    return words.say(
        "The newest, reported by {who} on {when}: {what}",
        who=newest.by.name,
        when=when(newest.at, zone, words),
        what=newest.report.what,
    )


def _show_register(known: Sequence[Incident], zone: tzinfo, words: Words) -> None:
    if not known:
        return
    st.header(words.say("The register"), anchor=False)
    heads = (
        words.say("Incident"),
        words.say("Reported"),
        words.say("What happened"),
        words.say("Whom it touched"),
        words.say("What was done"),
        words.say("Belongs to"),
    )
    with st.container(key="wide_words"):
        show_table(words.say("The newest first"), heads, [_line(each, zone, words) for each in known])


def _line(incident: Incident, zone: tzinfo, words: Words) -> tuple[str, ...]:
    report = incident.report
    return (
        words.number(incident.number),
        f"{incident.by.name}, {when(incident.at, zone, words)}",
        report.what,
        report.whom,
        report.done,
        belongs_to(report, words),
    )


def belongs_to(report: Report, words: Words) -> str:
    """What in the store an incident belongs to."""
    told = []
    if report.about is not None:
        told.append(words.say("incident {number}", number=words.number(report.about)))
    if report.suspension is not None:
        told.append(words.say("suspension {number}", number=words.number(report.suspension)))
    if report.drift_run:
        told.append(words.say("comparison of {when}", when=run_in_words(report.drift_run, words)))
    if report.activation is not None:
        told.append(words.say("policy change {number}", number=words.number(report.activation)))
    return " · ".join(told) or words.say("none")


def _show_form(known: Sequence[Incident], zone: tzinfo, words: Words) -> None:
    st.header(words.say("Report an incident"), anchor=False)
    for name, label in SAID.items():
        st.text_area(
            plain(words.say(label)), key=f"{TYPED}{name}", max_chars=LONGEST_TEXT, height=100, persist_state="session"
        )
    offered = {name: options for name, options in _offered(known, zone, words).items() if options}
    if offered:
        st.markdown(words.say("What it belongs to, where that is known:"))
        for column, (name, options) in zip(st.columns(len(offered), gap="medium"), offered.items(), strict=True):
            with column:
                choose(
                    words.say(LINKED[name]),
                    list(options),
                    f"{TYPED}{name}",
                    options.__getitem__,
                    nothing=words.say("none"),
                )
    st.button(
        words.say("Report it"),
        key="report_incident",
        type="primary",
        on_click=note_click,
        args=(REPORT, {name: tuple(options) for name, options in offered.items()}),
    )


def _offered(known: Sequence[Incident], zone: tzinfo, words: Words) -> dict[str, dict[Any, str]]:
    """What an incident can belong to: by what it is kept under, how people know it."""
    of_store = "{number}: {when}"
    activated = [each for each in policies().history(OFFERED) if each.activation is not None]
    return {
        "about": {each.number: _short(f"{words.number(each.number)}: {each.report.what}") for each in known},
        "suspension": {
            each.number: of_store.format(number=words.number(each.number), when=when(each.at, zone, words))
            for each in suspensions().history(OFFERED)
        },
        "drift_run": {run: run_in_words(run, words) for run in runs(settings().portfolio)[::-1][:OFFERED]},
        "activation": {
            each.activation: of_store.format(
                number=words.number(each.activation or 0), when=when(each.activated_at or "", zone, words)
            )
            for each in activated
        },
    }


def run_in_words(run: str, words: Words) -> str:
    """When a comparison of clients was made, from its name; the name where it says none."""
    try:
        return words.moment(datetime.strptime(run[:16] + "+0000", "%Y%m%dT%H%M%SZ%z")) + " UTC"
    except ValueError:
        return run


def _short(text: str) -> str:
    return text if len(text) <= 60 else f"{text[:59]}…"


def _report_what_was_clicked_on(words: Words) -> None:
    """Before the page is drawn: the register then holds it."""
    asked = clicked(REPORT)
    if asked is None:
        return
    said: dict[str, Any] = {name: st.session_state.get(f"{TYPED}{name}") or "" for name in SAID}
    said |= {name: chosen(f"{TYPED}{name}", options) for name, options in asked[0].items()}
    try:
        with acting_as(portfolio(), "manager") as person:
            kept = incidents().report(Report(**said), person.actor)
        empty_texts(*(f"{TYPED}{name}" for name in SAID))
        for name in asked[0]:
            empty(f"{TYPED}{name}")
        keep_outcome(PAGE, words.say("Incident {number} is in the register.", number=words.number(kept.number)))
    except Problem as problem:
        keep_outcome(PAGE, problem)


def as_csv(known: Iterable[Incident]) -> str:
    """The register as a file, a report a line."""
    header = ("incident", "at", "who", "what", "whom", "done", "about", "suspension", "drift_run", "activation")
    return csv_text(
        header,
        ([each.number, each.at, each.by.name, *(getattr(each.report, name) for name in header[3:])] for each in known),
    )
