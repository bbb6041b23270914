"""Fields for numbers, typed as the reader writes them.

A browser's own field for numbers knows one convention, and makes 30 000 050 of a Frenchman's "300000,50". So the field
holds text; what it says is kept beside it under the field's key as a number, which pages read and drafts keep.
"""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import dataclass, replace

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from app.language.numbers import LONGEST, read_number
from app.language.words import Language, Words, mark, words_in
from app.scoring.problems import NumberProblem
from app.ui.kit.error_boundary import error_boundary
from app.ui.kit.plain_text import plain

TEXT, READING = "as_typed_", "reading_of_"
"""How the keys begin under which the text of a field lies, and what was made of it."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What can stand in a field.

    Attributes:
        low, high: smallest and largest, both allowed; None where there is none.
        digits: decimals shown of a number that was not typed; 0 for a whole number.
        needed: whether it may not be empty.
    """

    low: float | None = None
    high: float | None = None
    digits: int = 2
    needed: bool = False

    def check(self, value: float | None, words: Words) -> None:
        """Let it pass.

        Raises:
            NumberProblem: it cannot stand there.
        """
        if value is None:
            if self.needed:
                raise NumberProblem(mark("Nothing is typed here."), mark("A number is needed."), mark("Type one."))
            return
        low, high = self.low, self.high
        if (low is not None and value < low) or (high is not None and value > high):
            smallest, largest = ("" if end is None else words.number(end, 2) for end in (low, high))
            rule = mark("It must be {smallest} or more.")
            if high is not None:
                rule = mark("It must lie between {smallest} and {largest}.") if smallest else mark("At most {largest}.")
            said = {"smallest": smallest, "largest": largest, "value": words.number(value, 2)}
            raise NumberProblem(mark("{value} cannot stand here."), rule, mark("Correct the field."), **said)
        if not self.digits and value != int(value):
            said = {"value": words.number(value, 2)}
            raise NumberProblem(mark("{value} is typed."), mark("A whole number is needed."), mark("Round it."), **said)


@dataclass(frozen=True, slots=True)
class Reading:
    """What was made of a field's text.

    Attributes:
        language: it was written in; the page may speak another one by now.
        value: None where nothing is typed, or nothing that can be read.
        problem: why it cannot be read, or cannot stand there.
    """

    text: str
    language: Language
    limits: Limits
    value: float | None
    problem: NumberProblem | None = None

    def of(self, text: str) -> Reading:
        """The same field with another text."""
        words = words_in(self.language)
        try:
            value = read_number(text, words) if text.strip() else None
            self.limits.check(value, words)
        except NumberProblem as problem:
            return replace(self, text=text, value=None, problem=problem)
        return replace(self, text=text, value=value, problem=None)


def read_what_was_typed() -> None:
    """Before a page is drawn, and before anything that was clicked on is done: what fields say now counts."""
    for name in [str(each) for each in st.session_state if str(each).startswith(READING)]:
        key, reading = name.removeprefix(READING), st.session_state[name]
        text = st.session_state.get(f"{TEXT}{key}", reading.text)
        if text != reading.text:
            # The text stays as it is: one sent back would undo what the hand did since.
            now = st.session_state[name] = reading.of(text)
            st.session_state[key] = now.value


def type_number(
    label: str,
    key: str,
    limits: Limits,
    words: Words,
    *,
    begin: float | None = None,
    nothing: str = "",
    lasting: bool = True,
    place: DeltaGenerator | None = None,
) -> float | None:
    """A field for a number; why it holds none is said beside it, and what was typed stays.

    Args:
        begin: what stands in it at first.
        nothing: what is said in it while it is empty.
        lasting: whether it is kept while other pages are shown.

    Returns:
        What it says; None while it is empty, or cannot be read: ``is_unread`` tells which.
    """
    text_key, state = f"{TEXT}{key}", st.session_state
    if not lasting and text_key not in state:
        clear_number(key)
    reading = _reading(key, state.setdefault(key, begin), limits, words)
    state[f"{READING}{key}"], state[key] = reading, reading.value
    if state.get(text_key) != reading.text:
        state[text_key] = reading.text
    with place if place is not None else nullcontext():
        st.text_input(
            plain(label),
            key=text_key,
            placeholder=nothing,
            autocomplete="off",
            max_chars=2 * LONGEST,
            persist_state="session" if lasting else None,
        )
        if reading.problem:
            with error_boundary(words):
                raise reading.problem
    return reading.value


def _reading(key: str, value: float | None, limits: Limits, words: Words) -> Reading:
    """What stands in the field: what was typed, or a number that the desk puts there, in the page's language."""
    before: Reading | None = st.session_state.get(f"{READING}{key}")
    same_language = before is not None and before.language == words.language
    if before and before.problem and value is None and f"{TEXT}{key}" in st.session_state:
        before = replace(before, limits=limits)
        # Another language may read what this one could not.
        return before if same_language else replace(before, language=words.language).of(before.text)
    if before and before.problem is None and before.value == value and same_language:
        return replace(before, limits=limits)
    text = "" if value is None else words.number(value, limits.digits)
    return Reading(text, words.language, limits, value)


def is_unread(*keys: str) -> bool:
    """Whether something stands in one of the fields that can be no number of it."""
    readings = (st.session_state.get(f"{READING}{key}") for key in keys)
    return any(reading is not None and reading.problem is not None for reading in readings)


def set_number(key: str, value: float | None) -> None:
    """Have a field hold a number, whatever was typed in it. Before it is drawn."""
    clear_number(key)
    st.session_state[key] = value


def clear_number(key: str) -> None:
    """Have a field begin anew. Before it is drawn."""
    for each in (key, f"{READING}{key}", f"{TEXT}{key}"):
        st.session_state.pop(each, None)
