"""The files this session opened last: their numbers only, forgotten when the browser leaves."""

from __future__ import annotations

import streamlit as st

KEY = "recent"
MOST = 6


def remember(client: int) -> None:
    """Put a file that was opened first."""
    st.session_state[KEY] = (client, *(each for each in recent() if each != client))[:MOST]


def recent() -> tuple[int, ...]:
    """Clients, the last opened first."""
    clients: tuple[int, ...] = st.session_state.get(KEY, ())
    return clients
