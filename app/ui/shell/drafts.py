"""What somebody was typing when their sign-in ended: kept for them alone, since signing in starts a new session."""

from __future__ import annotations

import streamlit as st

from app.store.journal import LONGEST_COMMENT

MINUTES = 30
TYPED = {"decide": ("choice_", "reasons_", "comment_"), "policy": ("proposed_",)}
"""Page -> how the keys of its form's fields begin: of the forms that record something."""
FIELDS = tuple(start for starts in TYPED.values() for start in starts)


def keep_draft(identity: str) -> bool:
    """Keep what is typed in this session until the person may record it again; returns whether anything is."""
    typed = {key: value for key, value in st.session_state.items() if _worth_keeping(str(key), value)}
    if identity and typed:
        _draft(identity).update(typed)
    return bool(identity and typed)


def give_back(identity: str, page: str) -> None:
    """Fill a page's form with what the person typed there before."""
    draft = _draft(identity) if identity and page in TYPED else {}
    for key in [key for key in draft if str(key).startswith(TYPED[page])]:
        st.session_state.setdefault(key, draft.pop(key))


def _worth_keeping(key: str, value: object) -> bool:
    return key.startswith(FIELDS) and value not in (None, "", []) and len(str(value)) <= LONGEST_COMMENT


@st.cache_resource(ttl=60 * MINUTES, max_entries=200, show_spinner=False)
def _draft(identity: str) -> dict[str | int, object]:
    return {}
