"""The key of an attempt to decide: made when the form is first shown, the same after a reload, spent once recorded.

It stands in the address too: a browser that is reloaded while nobody answered sends the same one again.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from uuid import uuid4

import streamlit as st

from app.store.journal import Entry
from app.ui.shell.drafts import ATTEMPT, TYPED

PARAMETER = "attempt"
FORM = re.compile(r"(\d+)-[0-9a-f]{32}")


def attempt_on(client: int, past: Iterable[Entry], recorded: Entry | None) -> str:
    """The attempt under way on a client.

    Args:
        past: what was recorded on this client; an attempt of these is spent, and the next one takes its place.
        recorded: what was recorded just now: what was typed for it is not typed for the next.
    """
    known = st.session_state.get(f"{ATTEMPT}{client}") or st.query_params.get(PARAMETER, "")
    attempt = known
    if not _is_of(client, known) or known in {entry.attempt for entry in past}:
        attempt = f"{client}-{uuid4().hex}"
        if recorded is None:
            _take_along(known, attempt)
    st.session_state[f"{ATTEMPT}{client}"] = attempt
    if st.query_params.get(PARAMETER) != attempt:
        st.query_params[PARAMETER] = attempt
    return attempt


def _is_of(client: int, known: str) -> bool:
    matched = FORM.fullmatch(known)
    return matched is not None and matched[1] == str(client)


def _take_along(spent: str, attempt: str) -> None:
    for field in TYPED["decide"]:
        if f"{field}{spent}" in st.session_state:
            st.session_state[f"{field}{attempt}"] = st.session_state[f"{field}{spent}"]
