"""The two charts of a decision: where it stands, and why."""

from __future__ import annotations

import streamlit as st

from app.scoring.decision import Decision
from app.ui.answer import VERDICTS, distance
from app.ui.charts.gauge import gauge
from app.ui.charts.style import STILL
from app.ui.charts.waterfall import waterfall
from app.ui.components import palette, show_table
from app.ui.explanation import Step, finding, spoken, steps
from app.ui.words import Words


def show_gauge(decision: Decision, words: Words) -> None:
    """The points scale with the active threshold and this client's mark."""
    spoken_gauge = words.say(
        "Points scale. {distance} Answer: {verdict}.",
        distance=distance(decision, words), verdict=words.say(VERDICTS[decision.band]),
    )  # fmt: skip
    st.plotly_chart(gauge(decision, words, palette()), theme=None, config=STILL, key="gauge", alt=spoken_gauge)


def show_waterfall(decision: Decision, words: Words) -> None:
    """Why: the finding, the waterfall, and its figures one click away."""
    explained = steps(decision, words)
    st.header(words.say("Why this result?"), anchor=False)
    st.markdown(finding(decision, words))
    figure = waterfall(decision, explained, words, palette())
    alternative = spoken(explained, decision, words)
    st.plotly_chart(figure, theme=None, config=STILL, key="waterfall", alt=alternative)
    with st.expander(words.say("The figures as a table")):
        _show_figures(decision, explained, words)


def _show_figures(decision: Decision, explained: tuple[Step, ...], words: Words) -> None:
    rows = [(words.say("Average client"), words.points(decision.average_points, 1))]
    rows += [(step.label, words.signed(step.points, 1)) for step in explained]
    rows += [(words.say("This client"), words.points(decision.points, 1))]
    heads = words.say("Item"), words.say("Points")
    show_table(words.say("From the average client to this one"), heads, rows)
