"""What happened when: past comparisons in a row; and Evidently's report of the one that is shown."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import streamlit as st

from app.language.words import Words, mark
from app.scoring.drift import Drift
from app.scoring.problems import DriftProblem
from app.settings import settings
from app.store.drift_runs import read_packed_report, read_report, report_size, runs
from app.ui.charts.drift_history import drift_history, weight
from app.ui.charts.style import STILL
from app.ui.data_scientist.drift_result import HISTORY, TONES, read
from app.ui.data_scientist.drift_words import VERDICTS, briefly_dated, dated, index, most_of_all
from app.ui.kit.components import palette, show_table
from app.ui.kit.icons import icon
from app.ui.kit.markup import Markup, element
from app.ui.kit.plain_text import plain
from app.ui.kit.sandbox import show_sandboxed
from app.ui.loaders import portfolio
from app.ui.shell.export import Export, show_export

MEGABYTE = 1_000_000
TOLD = 4
"""Comparisons that were not stable and are told in a sentence, the latest."""


def show_history(chosen: Drift, words: Words) -> None:
    """What each comparison with the model in service found, and in a sentence when something moved."""
    made = _history(settings().portfolio, portfolio().champion.version)
    if len(made) < 2:
        st.header(words.say("And before?"), anchor=False)
        st.markdown(words.say("One comparison so far: the next ones will stand beside it here."))
        return
    st.header(plain(_finding(made, words)), anchor=False)
    story, picture = st.columns([5, 6], gap="large")
    with story:
        moved = [drift for drift in made if drift.signal != "stable"][-TOLD:]
        if moved:
            st.html(element("ul", *(_moment(drift, words) for drift in moved), class_="remarks moments"))
        st.markdown(words.say("Share of the score’s effects that items have which moved, comparison by comparison."))
    with picture:
        _show_chart(made, chosen, words)


def _finding(made: list[Drift], words: Words) -> str:
    moved, compared = sum(drift.signal != "stable" for drift in made), words.number(len(made))
    if not moved:
        return words.say("All of the last {compared} comparisons were stable.", compared=compared)
    return words.plural(
        "Of the last {compared} comparisons, {count} was not stable.",
        "Of the last {compared} comparisons, {count} were not stable.",
        moved,
        compared=compared,
    )


def _moment(drift: Drift, words: Words) -> Markup:
    when, what = words.day_of(drift.at), most_of_all(drift, words)
    said = words.labelled(words.say(VERDICTS[drift.signal]), what)
    return element(
        "li", icon(TONES[drift.signal]), element("span", element("strong", when), " ", said), class_=TONES[drift.signal]
    )


def _show_chart(made: list[Drift], chosen: Drift, words: Words) -> None:
    verdicts = {signal: words.say(said) for signal, said in VERDICTS.items()}
    dates = [briefly_dated(drift.run, words) for drift in made]
    chart = drift_history(made, dates, chosen.run, verdicts, words, palette())
    heads = (
        words.say("Comparison"),
        words.say("Clients"),
        words.say("Effects of what moved"),
        words.say("Index of the score"),
        words.say("Verdict"),
    )
    table = [
        (
            dated(drift.run, words),
            words.number(drift.current.clients),
            words.percent(weight(drift)),
            index(drift.score.psi, words),
            words.say(VERDICTS[drift.signal]),
        )
        for drift in made
    ]
    alternative = words.labelled(words.say("Effects of what moved"), "; ".join(" ".join(row) for row in table))
    st.plotly_chart(chart, theme=None, config=STILL, key="drift_history", alt=alternative)
    with st.expander(words.say("The figures as a table"), key="drift_figures_history"):
        show_table(words.say("Comparisons"), heads, table[::-1])


def _history(root: Path, version: str) -> list[Drift]:
    read = (_readable(root, run) for run in runs(root)[-HISTORY:])
    return [drift for drift in read if drift and drift.model_version == version]


def _readable(root: Path, run: str) -> Drift | None:
    """A run, None when another version of the desk wrote it: one old record must not hide the others."""
    try:
        return read(root, run)
    except DriftProblem:
        return None


def show_report(drift: Drift, words: Words) -> None:
    """Evidently's report, sent only to those who ask."""
    root = settings().portfolio
    size = report_size(root, drift.run)
    st.header(words.say("Evidently’s report"), anchor=False)
    if size is None:
        st.markdown(words.say("This comparison was made without it."))
        kept = [dated(run, words) for run in runs(root)[-HISTORY:] if report_size(root, run)]
        if kept:
            st.markdown(plain(words.say("It is there for: {dates}.", dates=words.enumeration(kept))))
        return
    st.markdown(
        words.say(
            "The same two populations as Evidently shows them, in English. It calls the whole drifted once half of the "
            "columns are, however much they weigh, and leaves missing values out: a source that fails shows above and "
            "not there."
        )
    )
    megabytes = words.number(size / MEGABYTE)
    with st.container(horizontal=True, vertical_alignment="center"):
        name = f"evidently-{drift.run}.html"
        whole = Export("report", mark("Download the report"), name, "text/html", ("manager", "data scientist"))
        show_export(whole, partial(read_report, root, drift.run), words)
        shown = st.toggle(plain(words.say("Show it here ({size} MB)", size=megabytes)), key="show_report")
    if shown:
        # It draws what applicants wrote: not with this desk's rights.
        show_sandboxed(read_packed_report(root, drift.run), words.say("Evidently’s report"), 800)
