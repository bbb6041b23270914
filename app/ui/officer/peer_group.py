"""Choosing who a client is compared with: those nearest on all the model reads, or on chosen items; those who meet
conditions."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass

import streamlit as st

from app.language.features import label, value_in_words
from app.language.words import Words, mark
from app.scoring.decision import Value
from app.scoring.features import by_name
from app.scoring.peers.nearness import Near
from app.scoring.peers.peer_group import Between, Condition, Group, Members, Neighbours, OneOf
from app.scoring.population import Distribution, Population
from app.ui.kit.plain_text import plain
from app.ui.kit.url_state import keep_in_address, linked_choice, linked_choices, linked_number, linked_range
from app.ui.loaders import MOST_NEIGHBOURS, ClientFile, nearest_clients, neighbours, portfolio

WAYS = {
    "nearest": mark("The nearest clients"),
    "some": mark("The nearest on chosen items"),
    "filters": mark("Clients chosen by conditions"),
}
FILTERS = ("income_type", "credit")
NEARNESS = ("income", "credit", "annuity", "income_type")
SIZES = ("50", "100", "200", "500", "1000", "2000")
USUAL_SIZE = "500"
FEWEST_NEIGHBOURS = 25
YES_NO = {"yes": 1.0, "no": 0.0}
AMONG = "among_"
"""How a condition's parameter begins; not by the item's own name, under which Simulate asks for an amount."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """Who a client is compared with.

    Attributes:
        group: those clients.
        near: the same, where they are the nearest on all the model reads; they are then listed.
    """

    group: Group
    near: tuple[Near, ...] = ()


def features_by_label(words: Words) -> list[str]:
    """Every feature that the portfolio holds, in the order of its label."""
    return sorted(portfolio().features, key=lambda name: label(name, words).casefold())


def choose_group(file: ClientFile, words: Words) -> Chosen:
    """The controls of the group; returns what they stand at."""
    way = linked_choice(
        words.say("Compare with"), tuple(WAYS), "group", "nearest", lambda each: words.say(WAYS[each]), words
    )
    if way == "nearest":
        return _choose_nearest(file, words)
    return Chosen(_choose_near_on(file, words) if way == "some" else _choose_conditions(file, words))


def _choose_nearest(file: ClientFile, words: Words) -> Chosen:
    limits = FEWEST_NEIGHBOURS, MOST_NEIGHBOURS
    asked = linked_number(words.say("How many clients"), "neighbours", limits, words, usual=FEWEST_NEIGHBOURS)
    with st.spinner(words.say("Looking for the nearest clients…")):
        near = nearest_clients(file, asked or FEWEST_NEIGHBOURS)
    st.caption(
        words.say(
            "Nearest on all the model reads, each item counting as much as it moves the score on average. Gender, age"
            " and family never count."
        )
    )
    return Chosen(Members(tuple(each.client for each in near)), near)


def _choose_near_on(file: ClientFile, words: Words) -> Members:
    features = _choose_features(words.say("Near on"), "near", NEARNESS, words)
    size = linked_choice(
        words.say("How many clients"), SIZES, "size", USUAL_SIZE, lambda each: words.number(int(each)), words
    )
    return neighbours(file, Neighbours(file.client.client, tuple(features), int(size)))


def _choose_conditions(file: ClientFile, words: Words) -> tuple[Condition, ...]:
    population = portfolio().population
    features = _choose_features(words.say("Conditions on"), "filters", FILTERS, words)
    own = f"{AMONG}{file.client.client}_"
    for gone in [each for each in st.query_params if each.startswith(AMONG) and each.removeprefix(own) not in features]:
        keep_in_address(gone, "")
    return tuple(_choose_condition(name, f"{own}{name}", file, population, words) for name in features)


def _choose_features(title: str, key: str, usual: tuple[str, ...], words: Words) -> list[str]:
    options, nothing = features_by_label(words), words.say("Choose an item")
    return linked_choices(title, options, key, usual, lambda name: label(name, words), words, nothing)


def _choose_condition(name: str, key: str, file: ClientFile, population: Population, words: Words) -> Condition:
    # One widget for each client: the next client's conditions start around that client's own values.
    value, known = file.client.features[name], population[name]
    if by_name[name].kind == "number":
        return _choose_range(name, value, known, key, words)
    if by_name[name].kind == "flag":
        at_first = "no" if value == 0 else "yes"
        asked = linked_choice(
            label(name, words),
            tuple(YES_NO),
            key,
            at_first,
            lambda each: value_in_words(name, YES_NO[each], words),
            words,
        )
        return Between(name, YES_NO[asked], YES_NO[asked])
    # By their places, which no sign in a name can break.
    values = {str(place): each for place, each in enumerate([*known.categories, None])}
    own = [place for place, each in values.items() if each == value]
    chosen = linked_choices(
        label(name, words),
        tuple(values),
        key,
        own,
        lambda place: value_in_words(name, values[place], words),
        words,
        words.say("Choose a value"),
    )
    return OneOf(name, tuple(values[place] for place in chosen))


def _choose_range(name: str, value: Value, known: Distribution, key: str, words: Words) -> Between:
    steps = range_steps(known)
    if len(steps) < 2:
        st.caption(
            plain(words.say("{label}: all clients have the same value, or none has one.", label=label(name, words)))
        )
        return Between(name)
    low, high = linked_range(
        label(name, words), steps, key, around(value, steps), lambda each: value_in_words(name, each, words), words
    )
    # The ends stay open: they are the extremes of the population that was summed up.
    return Between(name, None if low == steps[0] else low, None if high == steps[-1] else high)


def range_steps(known: Distribution) -> list[float]:
    """Where a range may begin and end: the smallest value, the deciles, the largest value."""
    ends = [] if known.low is None or known.high is None else [known.low, known.high]
    return sorted({*known.edges, *ends})


def around(value: Value, steps: list[float]) -> tuple[float, float]:
    """A range of three deciles with a value in the middle one; everything when there is no value."""
    if value is None or isinstance(value, str):
        return steps[0], steps[-1]
    below, above = bisect_right(steps, value) - 2, bisect_left(steps, value) + 1
    return steps[max(below, 0)], steps[min(above, len(steps) - 1)]
