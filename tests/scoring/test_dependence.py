"""The sample of a dependence plot, cut by value."""

from __future__ import annotations

import random

import pytest

from app.scoring.dependence import FEW, PARTS, Dependence, parts


def numbers(count: int, feature: str = "external_score_3") -> Dependence:
    values = [place / count for place in range(count)]
    random.Random(1).shuffle(values)
    return Dependence(feature, tuple(values), tuple(10 * value - 5 for value in values))


def test_many_numbers_are_cut_into_fifths_ascending():
    cut = parts(numbers(1_000))
    assert [len(part.points) for part in cut] == [1_000 // PARTS] * PARTS
    assert [part.low for part in cut] == pytest.approx([0.0, 0.2, 0.4, 0.6, 0.8])
    assert [part.average for part in cut] == pytest.approx([-4.005, -2.005, -0.005, 1.995, 3.995])
    assert all(list(part.points) == sorted(part.points) for part in cut)


def test_everyone_is_in_one_part_and_the_missing_are_last():
    known = numbers(500)
    told = Dependence(known.feature, (*known.values, None, None), (*known.points, -1.0, -3.0))
    cut = parts(told)
    assert sum(len(part.points) for part in cut) == 502
    assert (cut[-1].low, cut[-1].high, cut[-1].average) == (None, None, -2.0)


def test_equal_values_stay_together():
    values = (0.0,) * 700 + tuple(float(place) for place in range(1, 301))
    cut = parts(Dependence("credit_over_goods", values, (1.0,) * 1_000))
    assert cut[0].low == 0.0 and len(cut[0].points) >= 700
    assert all(part.low > 0 for part in cut[1:])
    assert sum(len(part.points) for part in cut) == 1_000


def test_categories_are_told_one_by_one_the_most_helpful_first():
    told = Dependence("income_type", ("Working", "Pensioner", "Working", None), (-1.0, 4.0, -2.0, 0.5))
    assert told.by_value
    assert [(part.low, part.average) for part in parts(told)] == [("Pensioner", 4.0), ("Working", -1.5), (None, 0.5)]


def test_flags_and_numbers_of_few_values_are_told_one_by_one_ascending():
    flags = Dependence("owns_car", (1.0, 0.0, 1.0), (1.0, -1.0, 2.0))
    assert [part.low for part in parts(flags)] == [0.0, 1.0]
    ratings = Dependence("region_rating", tuple(float(place % FEW) for place in range(80)), (0.0,) * 80)
    assert [part.low for part in parts(ratings)] == [float(place) for place in range(FEW)]
    assert not numbers(FEW + 1).by_value and numbers(FEW).by_value


def test_an_item_nobody_provided_is_one_part():
    assert [part.low for part in parts(Dependence("external_score_1", (None, None), (1.0, 2.0)))] == [None]
