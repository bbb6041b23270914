"""The classic SHAP plots, for those who know them; the one file of the interface that may load shap, when asked to.

The values are the served contributions, which are the Shapley values of the ensemble on the points scale: nothing is
explained a second time.
"""

from __future__ import annotations

import gzip
from collections.abc import Callable
from threading import Lock
from typing import Any

import numpy as np
import streamlit as st

from app.language.features import label, value_in_words
from app.language.words import Words
from app.scoring.decision import Decision
from app.ui.kit.components import show_note
from app.ui.kit.plain_text import in_figure, in_script
from app.ui.kit.sandbox import show_sandboxed
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
    force = shap.plots.force(shap.Explanation(**_explained(decision, in_script, words)))
    packed = gzip.compress(f"{shap.getjs()}{force.html()}".encode())
    show_sandboxed(packed, words.say("SHAP force plot"), FORCE_HEIGHT)
    explanation = shap.Explanation(**_explained(decision, in_figure, words))
    with DRAWING:
        figure = shap.plots.waterfall(explanation, max_display=SHOWN, show=False).figure
        figure.set_size_inches(*INCHES)
        st_shap(figure)


def _explained(decision: Decision, as_text: Callable[[str], str], words: Words) -> dict[str, Any]:
    """What SHAP draws; it escapes nothing that it writes into its scripts and figures."""
    told = decision.contributions
    return {
        "values": np.array([each.points for each in told]),
        "base_values": decision.average_points,
        "data": np.array([as_text(value_in_words(each.feature, each.value, words)) for each in told]),
        "feature_names": [label(each.feature, words) for each in told],
    }
