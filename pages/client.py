"""Client file: what the desk answers for one client, and why."""

from __future__ import annotations

import streamlit as st

from app.ui.answer import show_answer
from app.ui.frame import chosen_client, reader
from app.ui.identity import show_identity
from app.ui.loaders import client_file
from app.ui.welcome import show_welcome
from app.ui.why import show_gauge, show_waterfall


def show_file(client: int) -> None:
    """The answer first, then where it stands, then why, then who asks."""
    words = reader()
    file = client_file(client, words)
    st.title(words.say("Client {client}", client=client), anchor=False)
    answer, scale = st.columns([5, 7], vertical_alignment="center", gap="medium")
    with answer:
        show_answer(file.decision, words)
    with scale:
        show_gauge(file.decision, words)
    show_waterfall(file.decision, words)
    show_identity(file, words)


chosen = chosen_client()
if chosen is None:
    show_welcome(reader())
else:
    show_file(chosen)
