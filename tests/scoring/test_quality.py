"""Remarks on a file: what is missing, unusual, or unlike anyone's."""

import pytest

from app.scoring.quality import remarks

NAMES = ("income", "external_score_1", "occupation", "car_age")


@pytest.fixture
def usual(demo):
    return {name: demo.population[name].typical for name in demo.population}


def kinds(row, demo):
    return {remark.feature: remark.what for remark in remarks(row, demo.population, NAMES)}


def test_a_usual_file_calls_for_no_remark(demo, usual):
    assert kinds(usual, demo) == {}


@pytest.mark.parametrize(
    ("name", "value", "what"),
    [
        ("external_score_1", None, "missing"),
        ("income", None, "missing"),
        ("income", 1e12, "unseen"),
        ("income", -1.0, "unseen"),
        ("occupation", "Spy", "unseen"),
    ],
)
def test_what_deserves_a_second_look_is_told(demo, usual, name, value, what):
    assert kinds({**usual, name: value}, demo) == {name: what}


def test_what_many_lack_is_no_remark(demo, usual):
    assert kinds({**usual, "car_age": None}, demo) == {}


def test_a_value_far_outside_the_usual_range_is_unusual_and_the_range_is_told(demo, usual):
    known = demo.population["income"]
    row = {**usual, "income": known.high}
    width = known.edges[-1] - known.edges[0]
    expected = {"income": "unusual"} if known.high > known.edges[-1] + 3 * width else {}
    assert kinds(row, demo) == expected
    within = {**usual, "income": min(known.high, known.edges[-1] + 2.9 * width)}
    assert kinds(within, demo) == {}
    for remark in remarks(row, demo.population, NAMES):
        assert (remark.low, remark.high) == (known.edges[0], known.edges[-1])
