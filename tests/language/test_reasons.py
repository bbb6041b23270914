"""A reason in a sentence: value, typical value, direction; the desk and the API say it alike."""

from __future__ import annotations

import pytest

from app.language.reasons import in_a_sentence
from app.language.words import words_in
from app.scoring.reasons import Position, Reason

EN, FR = words_in("en"), words_in("fr")


@pytest.mark.parametrize(
    ("feature", "value", "typical", "position", "points", "said"),
    [
        (
            "external_score_3",
            0.23,
            0.54,
            "below",
            -17.2,
            "External score 3: 0.23, below the typical 0.54. It costs 17 points.",
        ),
        (
            "income",
            300_000.0,
            147_150.0,
            "above",
            1.2,
            "Declared income: €300,000, above the typical €147,150. It brings 1 point.",
        ),
        (
            "external_score_1",
            None,
            0.51,
            "missing",
            -9.1,
            "External score 1: not provided; typically 0.51. It costs 9 points.",
        ),
        (
            "occupation",
            None,
            "Laborers",
            "missing",
            0.6,
            "Occupation: not provided; most often Worker. It brings 1 point.",
        ),
        (
            "income_type",
            "Pensioner",
            "Working",
            "other",
            2.5,
            "Source of income: Pensioner; most often Employee. It brings 2 points.",
        ),
        ("owns_car", 1.0, 0.0, "above", 1.5, "Owns a car: yes; most often no. It brings 2 points."),
        ("owns_car", 0.0, 0.0, "typical", -0.5, "Owns a car: no, like most clients. It costs 1 point."),
        (
            "external_score_2",
            0.561,
            0.559,
            "above",
            0.9,
            "External score 2: 0.56, like most clients. It brings 1 point.",
        ),
        ("car_age", 4.0, None, "other", 3.0, "Age of the car: 4 years. It brings 3 points."),
    ],
)
def test_a_reason_is_two_short_sentences(
    feature: str, value: float | str | None, typical: float | str | None, position: Position, points: float, said: str
) -> None:
    reason = Reason(feature, value, typical, position, points)
    assert in_a_sentence(reason, EN) == said
    assert max(len(sentence.split()) for sentence in said.split(". ")) < 20


def test_it_is_said_in_french() -> None:
    reason = Reason("external_score_3", 0.23, 0.54, "below", -17.2)
    said = "Score externe 3\u202f: 0,23, au-dessous de la valeur typique (0,54). Coûte 17 points."
    assert in_a_sentence(reason, FR) == said
