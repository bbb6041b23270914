"""What is asked for becomes conditions on columns, and only that."""

from __future__ import annotations

import pytest

from app.language.words import words_in
from app.scoring.features import by_name
from app.scoring.peers.peer_group import Between, OneOf
from app.scoring.policy import Policy
from app.ui.officer.search import AGES, ANSWERS, ANY, ORDERS, Search, age_in_words

POLICY = Policy(0.091)
EN, FR = words_in("en"), words_in("fr")


def test_a_search_for_anything_has_no_condition() -> None:
    assert Search().conditions(POLICY) == ()


def test_every_part_is_a_condition_of_its_own() -> None:
    asked = Search("review", "Pensioner", "30-39", 100_000, None, 3)
    zone, near, age, amount, income = asked.conditions(POLICY)
    middle = POLICY.threshold_points
    assert zone == Between("points", middle - POLICY.grey_zone_points, middle + POLICY.grey_zone_points)
    assert near == Between("points", middle - 3, middle + 3)
    assert age.low == 30 and 39.999 < age.high < 40
    assert amount == Between("credit", 100_000, None) and income == OneOf("income_type", ("Pensioner",))


def test_age_bands_touch_and_never_overlap() -> None:
    bands = [AGES[name] for name in AGES if name != ANY]
    assert bands[0][0] is None and bands[-1][1] is None
    assert [high for _, high in bands[:-1]] == [low for low, _ in bands[1:]]


@pytest.mark.parametrize("words", [EN, FR])
def test_every_choice_is_said(words) -> None:
    said = [age_in_words(band, words) for band in AGES]
    said += [words.say(name) for name in ANSWERS.values()] + [words.say(name) for name, _, _ in ORDERS.values()]
    assert all(text and "{" not in text and "_" not in text for text in said)
    assert age_in_words("30-39", EN) == "30 to 39 years"


def test_orders_sort_by_declared_columns() -> None:
    assert {column for _, column, _ in ORDERS.values()} - {None, "points"} <= set(by_name)
