"""The classic SHAP plots, for those who know them; the one file of the interface that may load shap, when asked to.

The values are the served contributions, which are the Shapley values of the ensemble on the points scale: nothing is
explained a second time.
"""

from __future__ import annotations

from threading import Lock

import numpy as np
import streamlit as st

from app.language.features import label, value_in_words
from app.language.words import Words
from app.scoring.decision import Decision
from app.ui.kit.components import show_note
from app.ui.loaders import portfolio
from app.ui.shell.sign_in import person_here

KEY = "shap_plots"
FORCE_HEIGHT = 180
INCHES = 9.5, 6.5
SHOWN = 12
DRAWING = Lock()
"""pyplot has one current figure for the whole process: two readers must never draw on it at once."""


def show_shap_plots(decision: Decision, words: Words) -> None:
    """For a data scientist, once opened: shap takes seconds and hundreds of megabytes to load."""
    person = person_here(portfolio())
    if person is None or person.role != "data scientist":
        return
    opened = st.expander(words.say("For the data scientist: SHAP plots"), key=KEY, on_change="rerun")
    if opened.open:
        with opened, st.spinner(words.say("Loading the SHAP library…")):
            _show_plots(decision, words)


def _show_plots(decision: Decision, words: Words) -> None:
    try:
        import shap
        from streamlit_shap import st_shap
    except ImportError:
        command = "pip install streamlit-shap"
        show_note(
            words.say("The SHAP plots are not installed on this server. Install them with: {command}.", command=command)
        )
        return
    told = decision.contributions
    explanation = shap.Explanation(
        values=np.array([each.points for each in told]),
        base_values=decision.average_points,
        data=np.array([value_in_words(each.feature, each.value, words) for each in told]),
        feature_names=[label(each.feature, words) for each in told],
    )
    with DRAWING:
        st_shap(shap.plots.force(explanation), FORCE_HEIGHT)
        figure = shap.plots.waterfall(explanation, max_display=SHOWN, show=False).figure
        figure.set_size_inches(*INCHES)
        st_shap(figure)
