"""The what-if: the file with another loan, before and after side by side."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from app.language.features import label, value_in_words
from app.language.words import Words
from app.scoring.what_if.simulation import Edits, Simulation
from app.ui.charts.step import Step
from app.ui.charts.style import STILL
from app.ui.charts.waterfall import bridge
from app.ui.kit.components import palette, show_alert, show_note, show_table
from app.ui.kit.error_boundary import error_boundary
from app.ui.kit.plain_text import plain
from app.ui.loaders import ClientFile, application, what_if
from app.ui.officer.counterfactual_offers import show_offers
from app.ui.officer.decision_summary import show_answer
from app.ui.officer.edit_form import choose_edits
from app.ui.officer.score_change import finding, guess, score_changes
from app.ui.officer.two_voices import show_two_voices


def show_simulation(file: ClientFile, words: Words) -> None:
    """Controls, the answer before and after, and what it would take."""
    st.title(plain(words.say("What if client {client} asked differently?", client=file.client.client)), anchor=False)
    if show_two_voices(file, words).advice is None:
        return
    st.markdown(words.say("Change the request or correct the file, and see the answer. The stored file never changes."))
    form = application(file)
    controls, result = st.columns([4, 8], gap="large")
    with controls:
        edits = choose_edits(file, form, words)
    with result, error_boundary(words):
        _show_result(file, form, edits, words)
    show_offers(file, form, words)


def _show_result(file: ClientFile, form: Mapping[str, Any], edits: Edits | None, words: Words) -> None:
    if edits is None:
        show_note(words.say("The answer comes once every number can be read."))
        return
    simulation = what_if(file, form, edits)
    if not simulation.revised:
        show_note(words.say("Nothing is changed yet: this is the answer on the file as it stands."))
        show_answer(simulation.before, words)
        return
    st.header(plain(finding(simulation, words)), anchor=False)
    _show_guesses(simulation, words)
    before, after = st.columns(2, gap="medium")
    with before:
        st.subheader(words.say("As it stands"), anchor=False)
        show_answer(simulation.before, words, words.say("As it stands"))
    with after:
        st.subheader(words.say("With the changes"), anchor=False)
        show_answer(simulation.after, words, words.say("With the changes"))
    _show_difference(simulation, words)


def _show_guesses(simulation: Simulation, words: Words) -> None:
    if simulation.unseen:
        found = words.say("The model has seen nothing like this.")
        show_alert(found, *(guess(each, words) for each in simulation.unseen))


def _show_difference(simulation: Simulation, words: Words) -> None:
    if not simulation.differences:
        st.markdown(words.say("The model does not read what is changed."))
        return
    steps = score_changes(simulation, words)
    ends = (
        words.say("As it stands {points}", points=f"<b>{words.points(simulation.before.points)}</b>"),
        words.say("With the changes {points}", points=f"<b>{words.points(simulation.after.points)}</b>"),
    )
    figure = bridge(simulation.before.points, simulation.after.points, ends, steps, words, palette())
    st.subheader(words.say("What makes the difference"), anchor=False)
    st.plotly_chart(figure, theme=None, config=STILL, key="difference", alt=_spoken(simulation, steps, words))
    figures = st.expander(words.say("The figures as a table"), key="figures_difference", on_change="rerun")
    if figures.open:
        with figures:
            _show_figures(simulation, words)


def _spoken(simulation: Simulation, steps: tuple[Step, ...], words: Words) -> str:
    effects = "; ".join(f"{step.label}, {words.signed(step.points)}" for step in steps)
    return words.say("{finding} Effects in points: {effects}.", finding=finding(simulation, words), effects=effects)


def _show_figures(simulation: Simulation, words: Words) -> None:
    heads = words.say("Item"), words.say("Before"), words.say("After"), words.say("Points")
    rows = [
        (
            label(each.feature, words),
            value_in_words(each.feature, each.before, words),
            value_in_words(each.feature, each.after, words),
            words.signed(each.points, 1),
        )
        for each in simulation.differences
    ]
    show_table(words.say("Every item whose value or effect differs"), heads, rows)
