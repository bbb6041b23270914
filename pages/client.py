"""Client file: what the desk answers for one client, the strongest reasons, who asks, and their past."""

from __future__ import annotations

import streamlit as st

from app.ui.loaders import client_file, portfolio
from app.ui.officer.budget import show_budget
from app.ui.officer.charges import show_charges
from app.ui.officer.credit_history import show_credit_history
from app.ui.officer.data_quality import show_data_quality
from app.ui.officer.decision_summary import show_answer
from app.ui.officer.identity import show_identity, show_name
from app.ui.officer.recent_files import remember
from app.ui.officer.two_voices import show_two_voices
from app.ui.officer.why import show_gauge, show_reasons
from app.ui.shell.frame import asked_client, link_to, reader

SHORT = 2


def show_file(client: int) -> None:
    """The decision, the advice, the strongest reasons, what the client can pay, then who asks and their past."""
    words = reader()
    file = client_file(client)
    remember(client)
    show_name(client, words)
    told = show_two_voices(file, words, line=False)
    if told.advice:
        answer, scale = st.columns([5, 7], vertical_alignment="center", gap="medium")
        with answer:
            show_answer(told.advice, words, second=told.is_decided)
        with scale:
            show_gauge(told.advice, words)
        show_reasons(told.advice, portfolio().population, words, SHORT)
        link_to("why", words)
    show_charges(file, words)
    show_identity(file, words)
    show_budget(file, told, words)
    show_data_quality(file, words)
    show_credit_history(client, words)


show_file(asked_client())
