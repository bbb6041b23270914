"""Past comparisons as a line, and Evidently's report of the one that is shown."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import streamlit as st

from app.language.words import Words, mark
from app.scoring.drift import Drift
from app.scoring.problems import DriftProblem
from app.settings import settings
from app.store.drift_runs import read_packed_report, read_report, report_size, runs
from app.ui.charts.drift_history import drift_history
from app.ui.charts.style import STILL
from app.ui.data_scientist.drift_result import HISTORY, read
from app.ui.data_scientist.drift_words import VERDICTS, dated, index, sizes
from app.ui.kit.components import palette, show_table
from app.ui.kit.plain_text import plain
from app.ui.kit.sandbox import show_sandboxed
from app.ui.loaders import portfolio
from app.ui.shell.export import Export, show_export

MEGABYTE = 1_000_000


def show_history(words: Words) -> None:
    """The score's index at each comparison of the model in service."""
    st.header(words.say("And before?"), anchor=False)
    made = _history(settings().portfolio, portfolio().champion.version)
    if len(made) < 2:
        st.markdown(words.say("One comparison so far: the next ones will draw a line here."))
        return
    st.markdown(words.say("The index of the score at each comparison with the model in service."))
    dates = [dated(drift.run, words) for drift in made]
    chart = drift_history(made, [date.split(",")[0] for date in dates], words, palette())
    heads = words.say("Comparison"), words.say("Clients"), words.say("Index of the score"), words.say("Verdict")
    table = [
        (date, words.number(drift.current.clients), index(drift.score.psi, words), words.say(VERDICTS[drift.signal]))
        for date, drift in zip(dates, made, strict=True)
    ]
    alternative = words.labelled(words.say("Index of the score"), "; ".join(" ".join(row) for row in table))
    st.plotly_chart(chart, theme=None, config=STILL, key="drift_history", alt=alternative)
    with st.expander(words.say("The figures as a table"), key="drift_figures_history"):
        show_table(words.say("Comparisons"), heads, table[::-1])
    st.caption(plain(words.say("Model {version}", version=made[-1].model_version)))


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
        return
    st.markdown(
        words.say(
            "The same two populations as Evidently shows them, in English. It leaves missing values out: a source that "
            "fails shows above and not there."
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
    st.caption(plain(sizes(drift, words)))
