"""What a budget leaves, worked out by hand; amounts that no household has are refused in words."""

import math
from dataclasses import replace

import pytest

from app.scoring.budget import Budget, Left, reckon
from app.scoring.problems import CaseProblem

BUDGET = Budget(income=2_000.0, rent=600.0, other_loans=100.0, maintenance=50.0, people=2)


def test_what_is_left_now_with_the_loan_with_less_income_and_a_higher_payment():
    found = reckon(BUDGET, 300.0)
    assert found.left == (
        Left("now", 2_000.0, 0.0, 1_250.0, 625.0),
        Left("with the loan", 2_000.0, 300.0, 950.0, 475.0),
        Left("less income", 1_600.0, 300.0, 550.0, 275.0),
        Left("higher payment", 2_000.0, pytest.approx(330.0), pytest.approx(920.0), pytest.approx(460.0)),
    )
    assert found.below == () and found.at("less income") is found.left[2]


def test_without_a_payment_only_today_is_told():
    found = reckon(BUDGET, None)
    assert [each.situation for each in found.left] == ["now"] and found.at("with the loan") is None


@pytest.mark.parametrize(
    ("least", "below"),
    [
        (None, []),
        (275.0, []),
        (275.01, ["less income"]),
        (476.0, ["with the loan", "less income", "higher payment"]),
        (1e6, ["now", "with the loan", "less income", "higher payment"]),
    ],
)
def test_the_policy_s_limit_is_of_what_is_left_per_person(least, below):
    assert [each.situation for each in reckon(BUDGET, 300.0, least).below] == below


def test_what_is_not_enough_is_negative():
    assert reckon(replace(BUDGET, rent=3_000.0), 300.0).at("with the loan").amount == -1_450.0


@pytest.mark.parametrize("name", ["income", "rent", "other_loans", "maintenance"])
@pytest.mark.parametrize("value", [-1.0, 1e9, math.nan, math.inf])
def test_an_amount_that_no_household_has_is_refused_in_words(name, value):
    with pytest.raises(CaseProblem, match="Each amount is 0 or more"):
        replace(BUDGET, **{name: value})


@pytest.mark.parametrize("people", [0, -1, 31])
def test_a_budget_feeds_somebody(people):
    with pytest.raises(CaseProblem, match=f"feeds {people} people"):
        replace(BUDGET, people=people)
