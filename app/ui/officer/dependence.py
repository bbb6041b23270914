"""One item at a time: what each of its values does to the score, and this client's."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from app.language.features import in_words, label, value_in_words
from app.language.words import Words
from app.scoring.decision import Contribution, Decision
from app.scoring.dependence import Dependence, Part, parts
from app.ui.charts.dependence import dependence_chart
from app.ui.charts.style import STILL
from app.ui.kit.components import palette, show_table
from app.ui.kit.markup import element
from app.ui.kit.url_state import linked_choice
from app.ui.loaders import dependence

ITEM = "effect_of"


def show_dependence(decision: Decision, words: Words) -> None:
    """Choose an item the model reads, the strongest of this client first; see its effect by value."""
    st.header(words.say("What each value changes"), anchor=False)
    names = [each.feature for each in decision.contributions]
    chosen = linked_choice(words.say("Item"), names, ITEM, names[0], lambda name: label(name, words), words)
    own = next(each for each in decision.contributions if each.feature == chosen)
    told = dependence(chosen)
    cut = parts(told)
    found = finding(told, cut, own, words)
    st.html(element("p", found))
    figure = dependence_chart(told, own, words, palette())
    alternative = f"{label(chosen, words)}. {found}"
    st.plotly_chart(figure, theme=None, config=STILL, key="dependence", alt=alternative)
    st.caption(
        words.plural(
            "Effects on {count} file, the same for every client.",
            "Effects on {count} files, the same for every client.",
            len(told.values),
        )
    )
    with st.expander(words.say("The figures as a table")):
        heads = label(chosen, words), words.say("Files"), words.say("Average effect in points")
        show_table(words.say("Effect by value"), heads, part_rows(chosen, cut, words))


def finding(told: Dependence, cut: Sequence[Part], own: Contribution, words: Words) -> str:
    """How far the effect goes, and where this client stands."""
    known = [part for part in cut if part.low is not None]
    here = words.say(
        "For this client: {points} points ({item}).",
        item=in_words(own.feature, own.value, words),
        points=words.signed(own.points, 1),
    )
    if len(known) < 2:
        return here
    if told.by_value:
        worst, best = min(known, key=lambda part: part.average), max(known, key=lambda part: part.average)
        reach = words.say(
            "The average effect goes from {low} ({worst}) to {high} points ({best}).",
            low=words.signed(worst.average, 1),
            worst=part_in_words(told.feature, worst, words),
            high=words.signed(best.average, 1),
            best=part_in_words(told.feature, best, words),
        )
    else:
        reach = words.say(
            "From the lowest values to the highest, the average effect goes from {low} to {high} points.",
            low=words.signed(known[0].average, 1),
            high=words.signed(known[-1].average, 1),
        )
    return f"{reach} {here}"


def part_in_words(feature: str, part: Part, words: Words) -> str:
    """One value, or from one to another."""
    low, high = (value_in_words(feature, value, words) for value in (part.low, part.high))
    return low if low == high else words.say("{low} to {high}", low=low, high=high)


def part_rows(feature: str, cut: Sequence[Part], words: Words) -> list[tuple[str, str, str]]:
    """A row for each value or range of values."""
    return [
        (part_in_words(feature, part, words), words.number(len(part.points)), words.signed(part.average, 1))
        for part in cut
    ]
