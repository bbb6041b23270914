from __future__ import annotations

import pytest

from app.language.words import words_in
from app.ui.officer.decision_summary import comparable, distance, review

EN, FR = words_in("en"), words_in("fr")


@pytest.mark.parametrize(
    ("probability", "said"),
    [
        (0.0912, "Of 100 comparable files, about 9 are not repaid."),
        (0.0149, "Of 100 comparable files, about 1 is not repaid."),
        (0.0062, "Of 1,000 comparable files, about 6 are not repaid."),
        (0.00001, "Of 10,000 comparable files, about 1 is not repaid."),
        (0.32, "Of 100 comparable files, about 32 are not repaid."),
    ],
)
def test_the_probability_is_counted_in_files(probability: float, said: str) -> None:
    assert comparable(probability, EN) == said


def test_the_distance_is_said_from_either_side(decision) -> None:
    below, above = decision(0.14, 0.091), decision(0.05, 0.091)
    assert "points below the threshold (554)" in distance(below, EN)
    assert "points above the threshold (554)" in distance(above, EN)
    assert "en dessous du seuil (554)" in distance(below, FR)
    assert distance(decision(0.091, 0.091), EN).endswith("points, on the threshold.")


def test_a_review_says_what_the_score_alone_would_do(decision) -> None:
    assert "alone refuses" in review(decision(0.095, 0.091), EN)
    assert "alone accepts" in review(decision(0.088, 0.091), EN)
