"""What somebody was typing when their sign-in ended, or when the page could not be drawn.

Kept for them alone: signing in starts a new session, and Streamlit forgets the fields that a run does not draw.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress

import streamlit as st
from streamlit.errors import StreamlitAPIException

from app.store.journal import LONGEST_COMMENT

MINUTES = 30
TYPED = {
    "decide": ("choice_", "reason_", "comment_", "loan_", "addressee_", "own_view_"),
    "budget": ("budget_",),
    "policy": ("proposed_", "ending_"),
    "stop_switch": ("stop_", "lifting_"),
    "incidents": ("incident_",),
}
"""Form -> how the keys of its fields begin: of the forms that record something. Most are the whole of their page."""
BUDGET_ON = ("client", "decide")
"""Pages that read what is typed of a budget."""
ATTEMPT = "attempt_"
"""How the key begins by which a session knows its attempt on a client: fields of a decision are named after it."""
FIELDS = tuple(start for starts in TYPED.values() for start in starts)


def keep_draft(identity: str) -> bool:
    """Keep what is typed in this session until the person may record it again; returns whether anything is."""
    typed = {key: value for key, value in st.session_state.items() if _worth_keeping(str(key), value)}
    if identity and typed:
        attempts = {key: value for key, value in st.session_state.items() if str(key).startswith(ATTEMPT)}
        _draft(identity).update(typed | attempts)
    return bool(identity and typed)


def give_back(identity: str, page: str) -> None:
    """Fill a page's forms with what the person typed there before."""
    starts = (*TYPED[page], ATTEMPT) if page in TYPED else ()
    starts += TYPED["budget"] if page in BUDGET_ON else ()
    draft = _draft(identity) if identity and starts else {}
    for key in [key for key in draft if str(key).startswith(starts)]:
        st.session_state.setdefault(key, draft.pop(key))


@contextmanager
def what_is_typed_stays() -> Iterator[None]:
    """Keep what is typed when the block cannot draw the fields it is typed in."""
    try:
        yield
    except Exception:
        for key in [str(key) for key in st.session_state if str(key).startswith(FIELDS)]:
            with suppress(StreamlitAPIException):  # drawn before the block failed: it stays by itself
                st.session_state[key] = st.session_state[key]
        raise


def _worth_keeping(key: str, value: object) -> bool:
    return key.startswith(FIELDS) and value not in (None, "", [], False) and len(str(value)) <= LONGEST_COMMENT


@st.cache_resource(ttl=60 * MINUTES, max_entries=200, show_spinner=False)
def _draft(identity: str) -> dict[str | int, object]:
    return {}
