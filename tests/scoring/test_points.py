"""The points scale means what its definition says."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.scoring.points import points_from_log_odds, points_from_probability, probability_from_points

CHANCES = st.floats(1e-9, 1 - 1e-9)


def test_600_points_are_odds_of_50_to_1():
    assert points_from_probability(1 / 51) == pytest.approx(600.0)


@given(CHANCES)
def test_20_points_double_the_odds(probability):
    odds = (1 - probability) / probability
    doubled = 1 / (1 + 2 * odds)
    assert points_from_probability(doubled) - points_from_probability(probability) == pytest.approx(20.0, abs=1e-6)


@given(CHANCES)
def test_points_and_probability_undo_each_other(probability):
    assert probability_from_points(points_from_probability(probability)) == pytest.approx(probability, rel=1e-9)


def test_the_scale_is_the_published_one():
    assert points_from_log_odds(0.0) == pytest.approx(487.12, abs=0.005)
    assert points_from_probability(1 / 11) == pytest.approx(487.12 + 28.854 * math.log(10), abs=0.01)
