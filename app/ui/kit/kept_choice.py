"""Choices that stay over other pages and the other language.

The browser knows an option by its label: once the labels are in another language, Streamlit gives the old label where
an option should be. So what was chosen is kept beside it, and whatever is no option is never taken for one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import streamlit as st

from app.ui.kit.plain_text import plain, visible

KEPT, LABELS = "kept_choice_of_", "labels_of_"


def chosen(key: str, options: Sequence[Any], default: Any = None) -> Any:
    """What is chosen now, one of the options or the default; also before the field is drawn."""
    for each in (key, f"{KEPT}{key}"):
        if each in st.session_state and st.session_state[each] in (*options, default):
            return st.session_state[each]
    return default


def choose(
    label: str, options: Sequence[Any], key: str, shown: Callable[[Any], str], default: Any = None, nothing: str = ""
) -> Any:
    """A select box.

    Args:
        shown: an option in words.
        default: what is chosen at first; None where that is nothing.
        nothing: what stands in the field then.
    """
    _restore(key, options, shown, default)
    st.selectbox(
        plain(label),
        options,
        index=None if default is None else options.index(default),
        key=key,
        format_func=lambda each: visible(shown(each)),
        placeholder=nothing,
        persist_state="session",
    )
    return _keep(key, options, default)


def choose_one(label: str, options: Sequence[Any], key: str, shown: Callable[[Any], str], first: bool = True) -> Any:
    """Radio buttons.

    Args:
        first: whether the first one is chosen at first; else none is.
    """
    default = options[0] if first else None
    _restore(key, options, shown, default)
    st.radio(
        plain(label),
        options,
        index=0 if first else None,
        key=key,
        horizontal=True,
        format_func=lambda each: plain(shown(each)),
        persist_state="session",
    )
    return _keep(key, options, default)


def empty(key: str) -> None:
    """Choose nothing. Before the field is drawn."""
    st.session_state[key] = st.session_state[f"{KEPT}{key}"] = None


def _restore(key: str, options: Sequence[Any], shown: Callable[[Any], str], default: Any) -> None:
    """Tell the browser which one is chosen, where it cannot know: at first, and under other labels than before."""
    labels = [shown(each) for each in options]
    known = key in st.session_state and st.session_state[key] in (*options, default)
    if not known or st.session_state.get(f"{LABELS}{key}") != labels:
        st.session_state[key] = chosen(key, options, default)
    st.session_state[f"{LABELS}{key}"] = labels


def _keep(key: str, options: Sequence[Any], default: Any) -> Any:
    now = st.session_state[f"{KEPT}{key}"] = chosen(key, options, default)
    return now
