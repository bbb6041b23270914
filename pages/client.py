"""Client file: what the desk answers for one client, the strongest reasons, who asks, and their past."""

from __future__ import annotations

import streamlit as st

from app.ui.answer import show_answer
from app.ui.data_quality import show_data_quality
from app.ui.frame import chosen_client, link_to, reader
from app.ui.identity import show_identity, show_name
from app.ui.loaders import client_file, portfolio
from app.ui.past import show_past
from app.ui.recent import remember
from app.ui.welcome import show_welcome
from app.ui.why import show_gauge, show_reasons

SHORT = 2


def show_file(client: int) -> None:
    """The answer first, then where it stands, then the strongest reasons, then who asks and their past."""
    words = reader()
    file = client_file(client, words)
    remember(client)
    show_name(client, words)
    answer, scale = st.columns([5, 7], vertical_alignment="center", gap="medium")
    with answer:
        show_answer(file.decision, words)
    with scale:
        show_gauge(file.decision, words)
    show_reasons(file.decision, portfolio(words).population, words, SHORT)
    link_to("why", words)
    show_identity(file, words)
    show_data_quality(file, words)
    show_past(client, words)


chosen = chosen_client()
if chosen is None:
    show_welcome(reader())
else:
    show_file(chosen)
