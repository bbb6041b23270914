"""Numbers as people type them: what is meant is read, what could be two numbers is not."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.language.numbers import read_number
from app.language.words import words_in
from app.scoring.problems import NumberProblem

NARROW = "\u202f"


@pytest.mark.parametrize(
    ("language", "typed", "meant"),
    [
        ("fr", "300 000,50", 300_000.5),
        ("fr", "300000,50", 300_000.5),
        ("fr", f"300{NARROW}000,50{NARROW}€", 300_000.5),
        ("fr", "10,6 %", 10.6),
        ("fr", "10.6", 10.6),
        ("fr", " 12 ", 12.0),
        ("fr", "−5", -5.0),
        ("fr", "1 234 567", 1_234_567.0),
        ("en", "300,000.50", 300_000.5),
        ("en", "300000.5", 300_000.5),
        ("en", "300 000", 300_000.0),
        ("en", "10.6%", 10.6),
        ("en", "1000000000", 1e9),
        ("en", "+7", 7.0),
    ],
)
def test_what_is_meant_is_read(language, typed, meant) -> None:
    assert read_number(typed, words_in(language)) == meant


@pytest.mark.parametrize(
    ("language", "typed"),
    [
        ("en", "10,6"),
        ("en", "300,50"),
        ("en", "300,000,50"),
        ("en", "1.000.000"),
        ("en", "30 0000"),
        ("fr", "300.000"),
        ("fr", "300.000,50"),
        ("fr", "1,2,3"),
        ("fr", "30 0000"),
        *((language, each) for language in ("en", "fr") for each in (
            "12a", "douze", "1e5", "0x10", "nan", "inf", "Infinity", "--5", "5-", "-", ".", ",", "€", "%", "12 €€ 3",
            "٣٤", "１２", "1_000", "9" * 500, "<b>1</b>", "=1+1",
        )),
    ],
)  # fmt: skip
def test_what_is_none_or_could_be_two_is_a_sentence(language, typed) -> None:
    with pytest.raises(NumberProblem) as told:
        read_number(typed, words_in(language))
    assert told.value.values["example"] in {"300,000.50", f"300{NARROW}000,50"}
    assert len(str(told.value.values["typed"])) <= 40


@pytest.mark.parametrize("language", ["en", "fr"])
@given(value=st.floats(-1e9, 1e9), digits=st.integers(0, 3))
def test_what_the_desk_writes_it_reads(language, value, digits) -> None:
    words = words_in(language)
    assert read_number(words.number(value, digits), words) == pytest.approx(round(value, digits), abs=1e-6)


@pytest.mark.parametrize("language", ["en", "fr"])
@given(typed=st.text(alphabet="0123456789.,- +", max_size=12))
def test_a_number_that_is_read_is_the_only_one_its_digits_can_say(language, typed) -> None:
    """Against a reading by hand: one decimal mark at most, thousands in threes or not grouped at all."""
    words = words_in(language)
    try:
        value = read_number(typed, words)
    except NumberProblem:
        return
    mark = "," if language == "fr" and "," in typed else "."
    whole, _, fraction = re.sub(" +", " ", typed).strip().lstrip("+-").partition(mark)  # a space typed twice is one
    groups = whole.replace(",", " ").split(" ")
    assert len(groups) == 1 or (len(groups[0]) <= 3 and all(len(each) == 3 for each in groups[1:]))
    assert abs(value) == pytest.approx(float("".join(groups) + "." + fraction.strip() + "0"), abs=1e-6)
