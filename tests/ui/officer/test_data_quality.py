"""Remarks on the data as sentences."""

from __future__ import annotations

import pytest

from app.language.words import words_in
from app.scoring.features import by_name
from app.scoring.quality import Remark
from app.ui.officer.data_quality import OF_A_JOB, WATCHED, in_sentences

EN, FR = words_in("en"), words_in("fr")


def test_all_that_is_missing_is_one_sentence() -> None:
    found = (Remark("external_score_1", "missing", None, 0.2, 0.8), Remark("occupation", "missing", None, None, None))
    assert in_sentences(found, EN) == ["Not provided: External score 1 and Occupation."]


@pytest.mark.parametrize(
    ("remark", "said"),
    [
        (
            Remark("income", "unusual", 900_000.0, 67_500.0, 270_000.0),
            "Declared income: €900,000: outside the usual range, €67,500 to €270,000.",
        ),
        (
            Remark("income", "unseen", 9e7, 67_500.0, 270_000.0),
            "Declared income: €90,000,000: nobody had this before. Usual: €67,500 to €270,000.",
        ),
        (
            Remark("income_type", "unseen", "Astronaut", None, None),
            "Source of income: Astronaut: nobody had this before.",
        ),
    ],
)
def test_each_odd_value_is_a_sentence_with_the_value_and_the_usual_range(remark: Remark, said: str) -> None:
    assert in_sentences((remark,), EN) == [said]
    assert "{" not in in_sentences((remark,), FR)[0]


def test_nothing_odd_says_nothing() -> None:
    assert in_sentences((), EN) == []


def test_what_is_watched_is_declared() -> None:
    assert set(WATCHED) <= set(by_name) and set(WATCHED) >= OF_A_JOB
