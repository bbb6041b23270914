"""Why: the reasons of one decision in words and in points, beside what weighs for all clients."""

from __future__ import annotations

from app.ui.loaders import client_file, importance, portfolio
from app.ui.officer.dependence import show_dependence
from app.ui.officer.recent_files import remember
from app.ui.officer.shap_plots import show_shap_plots
from app.ui.officer.two_voices import show_two_voices
from app.ui.officer.why import show_effects, show_question, show_reasons
from app.ui.shell.frame import asked_client, reader


def show_why(client: int) -> None:
    """The decision and the advice again, then the reasons in words, in points, and item by item."""
    words = reader()
    file = client_file(client)
    remember(client)
    show_question(client, words)
    decision = show_two_voices(file, words).advice
    if decision is None:
        return
    show_reasons(decision, portfolio().population, words)
    show_effects(decision, importance(), words)
    show_dependence(decision, words)
    show_shap_plots(decision, words)


show_why(asked_client())
