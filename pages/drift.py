"""Drift: is today's population still the one the model learnt?"""

from __future__ import annotations

from app.ui.data_scientist.drift_history import show_history, show_report
from app.ui.data_scientist.drift_panels import show_items, show_missing, show_segments
from app.ui.data_scientist.drift_result import choose_run, show_answer, show_consequences, show_unknowable
from app.ui.shell.frame import reader

words = reader()
drift = choose_run(words)
if drift is not None:
    show_answer(drift, words)
    show_history(drift, words)
    show_items(drift, words)
    show_consequences(drift, words)
    show_missing(drift, words)
    show_segments(drift, words)
    show_report(drift, words)
show_unknowable(words)
