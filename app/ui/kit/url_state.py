"""Choices kept in the page's address, so that a link opens the page as it was."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

import streamlit as st

from app.language.words import Words
from app.ui.kit.components import show_note
from app.ui.kit.plain_text import plain, visible
from app.ui.kit.typed_number import Limits, type_number

KEPT = "linked_choices_of_"
SAID = 3
"""Unknown options of one link that are said."""


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


def linked_choices(
    label: str,
    options: Sequence[str],
    key: str,
    default: Sequence[str],
    shown: Callable[[str], str],
    words: Words,
    nothing: str,
) -> list[str]:
    """A box for several options, separated by commas in the address; what is no option is said and passed over.

    Args:
        nothing: what is said in it while it is empty.
    """
    now = st.session_state.get(key)
    # Under other labels than before, Streamlit gives old labels where options should be.
    if now is None or any(each not in options for each in now):
        kept = st.session_state.get(f"{KEPT}{key}")
        chosen = _several_asked_for(key, options, default, words) if kept is None else kept
        st.session_state[key] = [each for each in chosen if each in options]
    chosen = st.multiselect(
        plain(label),
        options,
        key=key,
        format_func=lambda each: visible(shown(each)),
        placeholder=nothing,
        persist_state="session",
    )
    st.session_state[f"{KEPT}{key}"] = list(chosen)
    keep_in_address(key, ",".join(chosen))
    return chosen


def _several_asked_for(key: str, options: Sequence[str], default: Sequence[str], words: Words) -> list[str]:
    asked = dict.fromkeys(st.query_params[key].split(",")) if key in st.query_params else dict.fromkeys(default)
    for unknown in [each for each in asked if each not in options][:SAID]:
        show_note(words.say("The link asks for “{asked}”, which this page does not know.", asked=unknown[:40]))
    return [each for each in asked if each in options] or list(default)


def linked_range(
    label: str,
    steps: Sequence[float],
    key: str,
    default: tuple[float, float],
    shown: Callable[[float], str],
    words: Words,
) -> tuple[float, float]:
    """A slider from one step to another, whose places are a parameter of the address while it is moved."""
    begin = f"{KEPT}{key}"
    if begin not in st.session_state:
        st.session_state[begin] = _range_asked_for(key, steps, words) or default
    chosen: tuple[float, float] = st.select_slider(
        plain(label),
        steps,
        st.session_state[begin],
        key=key,
        format_func=lambda each: plain(shown(each)),
        persist_state="session",
    )
    keep_in_address(key, "" if chosen == default else "-".join(str(steps.index(end)) for end in chosen))
    return chosen


def _range_asked_for(key: str, steps: Sequence[float], words: Words) -> tuple[float, float] | None:
    asked = st.query_params.get(key, "")
    places = re.fullmatch(r"(\d{1,3})-(\d{1,3})", asked, re.ASCII)
    if places and int(places[1]) <= int(places[2]) < len(steps):
        return steps[int(places[1])], steps[int(places[2])]
    if asked:
        show_note(words.say("The link asks for “{asked}”, which this page does not know.", asked=asked[:40]))
    return None


def linked_switch(label: str, key: str) -> bool:
    """A switch that is a parameter of the address while it is on."""
    if key not in st.session_state:
        st.session_state[key] = st.query_params.get(key) == "1"
    on = st.toggle(plain(label), key=key, persist_state="session")
    keep_in_address(key, "1" if on else "")
    return on


def keep_in_address(key: str, value: str) -> None:
    """Have a parameter of the address stand at a value; without one, it goes."""
    if not value:
        st.query_params.pop(key, None)
    elif st.query_params.get(key) != value:
        st.query_params[key] = value


def linked_number(label: str, key: str, limits: tuple[int, int], words: Words, usual: int | None = None) -> int | None:
    """A field for a whole number that is a parameter of the address; None while it is empty, or cannot be read.

    A number out of its limits, or none at all, is said and passed over.

    Args:
        usual: what stands in it at first.
    """
    if key not in st.session_state:
        asked = _number_asked_for(label, key, limits, words)
        st.session_state[key] = usual if asked is None else asked
    typed = type_number(label, key, Limits(*limits, digits=0), words)
    chosen = None if typed is None else int(typed)
    keep_in_address(key, "" if chosen is None else str(chosen))
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
