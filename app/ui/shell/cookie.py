"""What the sign-in's cookie is signed with: who guesses it signs in as anybody."""

from __future__ import annotations

import streamlit as st

from app.environment import guessable, is_guessable


def read_secrets() -> None:
    """Read Streamlit's file of secrets: from then on, what stands at its head is in the environment.

    Raises:
        AccessProblem: the cookie of the sign-in is signed with what can be guessed.
    """
    if not st.secrets.load_if_toml_exists() or "auth" not in st.secrets:
        return
    secret = st.secrets["auth"].get("cookie_secret") or st.get_option("server.cookieSecret")
    if is_guessable(str(secret)):
        raise guessable("cookie_secret of [auth]")
