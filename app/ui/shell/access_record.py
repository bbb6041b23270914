"""Every file somebody opens is written to the access log before it is shown."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime

import streamlit as st

from app.store.access import Access
from app.ui.loaders import access_log

VIEWED, SESSION = "viewed", "session"


def record_view(who: str, role: str, page: str, client: int | None, model_version: str, identity: str = "") -> None:
    """Log that a page is opened on a client's file: once a visit, however often a widget runs the page again.

    Args:
        identity: ``issuer|subject`` of who that is; empty where nobody vouches for them.
        client: None where the page shows no file, which ends the visit of the one before.

    Raises:
        StoreProblem: the log cannot be written, so the file must not be shown.
    """
    visit = None if client is None else (who, identity, role, page, client)
    if client is not None and st.session_state.get(VIEWED) != visit:
        session = st.session_state.setdefault(SESSION, secrets.token_hex(8))
        what = f"page {page}"
        seen = Access(datetime.now(UTC), who or "anybody", role, what, client, model_version, session, identity)
        access_log().write([seen])
    st.session_state[VIEWED] = visit
