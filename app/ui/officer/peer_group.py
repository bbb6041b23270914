"""Choosing who a client is compared with: those who meet conditions, or those nearest on chosen items."""

from __future__ import annotations

from bisect import bisect_left, bisect_right

import streamlit as st

from app.language.features import label, value_in_words
from app.language.words import Words, mark
from app.scoring.decision import Value
from app.scoring.features import by_name
from app.scoring.peers.peer_group import Between, Condition, Group, Members, Neighbours, OneOf
from app.scoring.population import Distribution, Population
from app.ui.kit.plain_text import plain, visible
from app.ui.kit.url_state import linked_choice
from app.ui.loaders import ClientFile, neighbours, portfolio

WAYS = {"filters": mark("Clients chosen by conditions"), "nearest": mark("The nearest clients")}
FILTERS = ("income_type", "credit")
NEARNESS = ("income", "credit", "annuity", "income_type")
SIZES = (50, 100, 200, 500, 1_000, 2_000)
USUAL_SIZE = 500
YES_NO = (1.0, 0.0)


def features_by_label(words: Words) -> list[str]:
    """Every feature that the portfolio holds, in the order of its label."""
    return sorted(portfolio().features, key=lambda name: label(name, words).casefold())


def choose_group(file: ClientFile, words: Words) -> Group:
    """The controls of the group; returns what they stand at."""
    way = linked_choice(
        words.say("Compare with"), tuple(WAYS), "group", "filters", lambda each: words.say(WAYS[each]), words
    )
    return _choose_nearest(file, words) if way == "nearest" else _choose_conditions(file, words)


def _choose_nearest(file: ClientFile, words: Words) -> Members:
    features = _choose_features(words.say("Near on"), "near", NEARNESS, words)
    size = st.select_slider(
        words.say("How many clients"), SIZES, USUAL_SIZE, key="size", format_func=words.number, persist_state="session"
    )
    return neighbours(file, Neighbours(file.client.client, tuple(features), size))


def _choose_conditions(file: ClientFile, words: Words) -> tuple[Condition, ...]:
    population = portfolio().population
    features = _choose_features(words.say("Conditions on"), "filters", FILTERS, words)
    return tuple(_choose_condition(name, file, population, words) for name in features)


def _choose_features(title: str, key: str, usual: tuple[str, ...], words: Words) -> list[str]:
    if key not in st.session_state:
        st.session_state[key] = list(usual)
    return st.multiselect(
        plain(title),
        features_by_label(words),
        key=key,
        persist_state="session",
        format_func=lambda name: visible(label(name, words)),
        placeholder=words.say("Choose an item"),
    )


def _choose_condition(name: str, file: ClientFile, population: Population, words: Words) -> Condition:
    # One widget for each client: the next client's conditions start around that client's own values.
    # Not by the item's own name: Simulate asks for an amount under that.
    key, value, known = f"among_{name}_{file.client.client}", file.client.features[name], population[name]
    if by_name[name].kind == "number":
        return _choose_range(name, value, known, key, words)
    if by_name[name].kind == "flag":
        asked = st.selectbox(
            plain(label(name, words)),
            YES_NO,
            YES_NO.index(value) if value in YES_NO else 0,
            key=key,
            format_func=lambda each: visible(value_in_words(name, each, words)),
        )
        return Between(name, asked, asked)
    chosen = st.multiselect(
        plain(label(name, words)),
        [*known.categories, None],
        [value],
        key=key,
        placeholder=words.say("Choose a value"),
        format_func=lambda each: visible(value_in_words(name, each, words)),
    )
    return OneOf(name, tuple(chosen))


def _choose_range(name: str, value: Value, known: Distribution, key: str, words: Words) -> Between:
    steps = range_steps(known)
    if len(steps) < 2:
        st.caption(
            plain(words.say("{label}: all clients have the same value, or none has one.", label=label(name, words)))
        )
        return Between(name)
    low, high = st.select_slider(
        plain(label(name, words)),
        steps,
        around(value, steps),
        key=key,
        format_func=lambda each: plain(value_in_words(name, each, words)),
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
