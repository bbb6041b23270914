"""The key of an attempt to decide: made when the form is first shown, the same after a reload, spent once recorded.

It stands in the address too: a browser that is reloaded while nobody answered sends the same one again.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from uuid import uuid4

import streamlit as st

from app.scoring.case.events import Event
from app.ui.shell.drafts import ATTEMPT, TYPED

PARAMETER = "attempt"
FORM = re.compile(r"(\d+)-[0-9a-f]{32}")


def attempt_on(client: int, past: Iterable[Event], recorded: Event | None) -> str:
    """The attempt under way on a client.

    Args:
        past: what happened to this client's file; an attempt of these is spent, and the next one takes its place.
        recorded: what was recorded just now: what was typed for it is not typed for the next.
    """
    known = st.session_state.get(f"{ATTEMPT}{client}") or st.query_params.get(PARAMETER, "")
    attempt = known
    if not _is_of(client, known) or known in {event.attempt for event in past}:
        attempt = f"{client}-{uuid4().hex}"
        if _is_of(client, known) and (recorded is None or recorded.attempt != known):
            _take_along(known, attempt)
    st.session_state[f"{ATTEMPT}{client}"] = attempt
    if st.query_params.get(PARAMETER) != attempt:
        st.query_params[PARAMETER] = attempt
    return attempt


def _is_of(client: int, known: str) -> bool:
    matched = FORM.fullmatch(known)
    return matched is not None and matched[1] == str(client)


def typed_for(attempt: str) -> list[str]:
    """Keys of the fields of an attempt in which something is typed or chosen."""
    fields = (str(key) for key in st.session_state if str(key).startswith(TYPED["decide"]))
    return [key for key in fields if key.endswith(attempt) and st.session_state[key]]


def _take_along(spent: str, attempt: str) -> None:
    for key in typed_for(spent):
        st.session_state[key.removesuffix(spent) + attempt] = st.session_state[key]
