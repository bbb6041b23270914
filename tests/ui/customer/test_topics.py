"""Reasons of many demonstration clients: few, specific, of what the served model reads, of nobody but them."""

from __future__ import annotations

import re
from functools import cache

import pytest

from app.language.words import LANGUAGES, Language, words_in
from app.scoring.decision import Decision
from app.scoring.features import by_name
from app.settings import settings
from app.store.portfolio import Portfolio
from app.ui.customer.facts import YES_OR_NO, value_of
from app.ui.customer.topics import Given, given, in_a_sentence, topic_of, topics

PLACE_OR_OTHERS = re.compile(r"^(region_|city_|address_|circle)")
EVERY = 12
"""One client in so many of the demonstration."""


@cache
def served() -> Portfolio:
    return Portfolio.open(settings().portfolio)


@cache
def decisions(outcome: str) -> tuple[Decision, ...]:
    """What the policy says of a client in ``EVERY``, of one outcome."""
    opened = served()
    with opened.engine.connect() as connection:
        every = connection.exec_driver_sql("SELECT SK_ID_CURR FROM clients ORDER BY 1").scalars().all()
    told = (opened.decide(client, opened.champion.recommended) for client in every[::EVERY])
    return tuple(each for each in told if each.outcome == outcome)


def reasons(outcome: str) -> list[tuple[Decision, Given]]:
    return [(each, reason) for each in decisions(outcome) for reason in given(each, helping=outcome == "accept")]


def test_many_clients_are_walked_over() -> None:
    assert len(decisions("refuse")) > 100 and len(decisions("accept")) > 200


@pytest.mark.parametrize("outcome", ["refuse", "accept"])
def test_there_are_one_to_four_and_each_of_another_topic(outcome: str) -> None:
    for decision in decisions(outcome):
        told = given(decision, helping=outcome == "accept")
        assert 1 <= len(told) <= 4
        assert len({each.topic.phrase for each in told}) == len(told)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("outcome", ["refuse", "accept"])
def test_each_bears_the_clients_own_number_or_category(outcome: str, language: Language) -> None:
    words = words_in(language)
    for decision, reason in reasons(outcome):
        told = in_a_sentence(reason, served().population, words)
        if reason.feature is None:
            assert outcome == "refuse" and words.say(reason.topic.phrase) in told
            about = [each for each in decision.contributions if topic_of()[each.feature] is reason.topic]
            assert about and {each.value for each in about} == {None}, "it is said to be unknown, and is"
            continue
        own = next(each.value for each in decision.contributions if each.feature == reason.feature)
        assert reason.value == own == served().client(decision.client).features[reason.feature]
        if reason.feature in YES_OR_NO:
            assert words.say(YES_OR_NO[reason.feature][0 if own else 1]) in told
        else:
            assert value_of(reason.feature, own, words) in told
        assert by_name[reason.feature].kind != "number" or own is None or re.search(r"\d", told), told


@pytest.mark.parametrize("outcome", ["refuse", "accept"])
def test_none_is_of_what_the_model_does_not_read_nor_of_places_nor_of_others(outcome: str) -> None:
    read = set(served().champion.features)
    for _, reason in reasons(outcome):
        assert reason.topic.tellable
        if reason.feature is not None:
            assert reason.feature in read and not by_name[reason.feature].protected
            assert not PLACE_OR_OTHERS.match(reason.feature)
        else:
            assert any(topic_of()[name] is reason.topic for name in read)


@pytest.mark.parametrize("outcome", ["refuse", "accept"])
def test_each_pulls_the_way_it_is_told(outcome: str) -> None:
    sign = 1 if outcome == "accept" else -1
    for decision, reason in reasons(outcome):
        about = [each for each in decision.contributions if topic_of()[each.feature] is reason.topic]
        assert sign * sum(each.points for each in about) >= 0.5
        own = next((each for each in about if each.feature == reason.feature), None)
        assert own is None or sign * own.points > 0
        known = [each for each in about if each.value is not None and sign * each.points > 0]
        assert own is None or not known or own is max(known, key=lambda each: sign * each.points)


def test_the_heaviest_topics_against_somebody_are_told_whether_or_not_they_are_known() -> None:
    for decision in decisions("refuse"):
        assert tuple(each.topic for each in given(decision, helping=False)) == topics(decision)[1]
    assert any(reason.value is None for _, reason in reasons("refuse")), "somebody lacks something"
    assert all(reason.value is not None for _, reason in reasons("accept"))


def test_what_is_usual_stands_beside_what_speaks_against_somebody() -> None:
    words, told = words_in("en"), 0
    for _, reason in reasons("refuse"):
        text = in_a_sentence(reason, served().population, words)
        if "For a typical client: " in text:
            told += 1
            usual = value_of(str(reason.feature), served().population[str(reason.feature)].typical, words)
            assert text.endswith(f"For a typical client: {usual}.") and text.count(usual) >= 1
    assert told > 100
    assert not any("typical" in in_a_sentence(reason, served().population, words) for _, reason in reasons("accept"))
