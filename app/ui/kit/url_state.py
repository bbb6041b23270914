"""Choices kept in the page's address, so that a link opens the page as it was."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import streamlit as st

from app.language.words import Words
from app.ui.kit.components import show_note
from app.ui.kit.plain_text import plain, visible
from app.ui.kit.typed_number import Limits, type_number


def linked_choice(
    label: str, options: Sequence[str], key: str, default: str, shown: Callable[[str], str], words: Words
) -> str:
    """A select box whose option is a parameter of the address; an option that is none is said and passed over.

    Streamlit would bind an option as it is shown, and lose it with the language.
    """
    if st.session_state.get(key) not in options:
        st.session_state[key] = _asked_for(key, options, default, words)
    chosen = st.selectbox(
        plain(label), options, key=key, format_func=lambda each: visible(shown(each)), persist_state="session"
    )
    if st.query_params.get(key) != chosen:
        st.query_params[key] = chosen
    return chosen


def _asked_for(key: str, options: Sequence[str], default: str, words: Words) -> str:
    asked = st.query_params.get(key, default)
    if asked in options:
        return asked
    show_note(words.say("The link asks for “{asked}”, which this page does not know.", asked=asked[:40]))
    return default


def linked_number(label: str, key: str, limits: tuple[int, int], words: Words) -> int | None:
    """A field for a whole number that is a parameter of the address; None while it is empty.

    A number out of its limits, or none at all, is said and passed over.
    """
    if key not in st.session_state:
        st.session_state[key] = _number_asked_for(label, key, limits, words)
    typed = type_number(label, key, Limits(*limits, digits=0), words)
    chosen = None if typed is None else int(typed)
    if chosen is None:
        st.query_params.pop(key, None)
    elif st.query_params.get(key) != str(chosen):
        st.query_params[key] = str(chosen)
    return chosen


def _number_asked_for(label: str, key: str, limits: tuple[int, int], words: Words) -> int | None:
    asked, (low, high) = st.query_params.get(key, ""), limits
    digits = asked.removeprefix("-")
    if digits.isascii() and digits.isdigit() and len(digits) <= 15 and low <= int(asked) <= high:
        return int(asked)
    if asked:
        show_note(
            words.say(
                "{label}: the link asks for “{asked}”. A whole number from {low} to {high} can be asked for.",
                label=label,
                asked=asked[:40],
                low=words.number(low),
                high=words.number(high),
            )
        )
    return None
