"""Where a decision stands, and why: the gauge, the reasons in words, the effects beside those on all clients."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from app.language.features import in_words, label
from app.language.reasons import effect, value_and_typical
from app.language.verdicts import VERDICTS
from app.language.words import Words
from app.scoring.decision import Decision
from app.scoring.population import Population
from app.scoring.reasons import MOST, Reason, reasons
from app.ui.charts.gauge import gauge
from app.ui.charts.importance import importance_chart
from app.ui.charts.step import Step
from app.ui.charts.style import STILL
from app.ui.charts.waterfall import waterfall
from app.ui.kit.components import card, palette, show_table
from app.ui.kit.markup import Markup, element
from app.ui.kit.plain_text import plain
from app.ui.officer.decision_summary import distance
from app.ui.officer.explanation import finding, spoken, steps


def show_question(client: int, words: Words) -> None:
    """What is asked of which client."""
    st.title(plain(words.say("Why this result for client {client}?", client=client)), anchor=False)


def show_gauge(decision: Decision, words: Words) -> None:
    """The points scale with the active threshold and this client's mark."""
    spoken_gauge = words.say(
        "Points scale. {distance} Answer: {verdict}.",
        distance=distance(decision, words),
        verdict=words.say(VERDICTS[decision.band]),
    )
    st.html(gauge(decision, words, spoken_gauge))


def show_reasons(decision: Decision, population: Population, words: Words, most: int = MOST) -> None:
    """What speaks for the client and what against, at most so many each; a refusal is explained first."""
    st.header(words.say("The strongest reasons"), anchor=False)
    chosen = reasons(decision, population, most)
    sides = (
        (words.say("What speaks for this client"), chosen.for_client, words.say("Nothing weighs in favour.")),
        (words.say("What speaks against"), chosen.against_client, words.say("Nothing weighs against.")),
    )
    told = sides[::-1] if decision.outcome == "refuse" else sides
    cards = [card(title, _listed(side, nothing, words)) for title, side, nothing in told]
    st.html(element("div", *cards, class_="cards reasons"))


def _listed(side: tuple[Reason, ...], nothing: str, words: Words) -> Markup:
    if not side:
        return element("p", nothing)
    return element("ul", *(_item(reason, words) for reason in side))


def _item(reason: Reason, words: Words) -> Markup:
    told = element("strong", effect(reason.points, words), class_="accept" if reason.points > 0 else "refuse")
    return element("li", value_and_typical(reason, words), " ", told)


def show_effects(decision: Decision, importance: Mapping[str, float], words: Words) -> None:
    """The waterfall of this client beside what the same items weigh for all clients, row beside row."""
    explained = steps(decision, words)
    # Row beside row, however many lines the sentences above take.
    here, everywhere = st.columns([7, 5], gap="medium", vertical_alignment="bottom")
    with here:
        st.header(words.say("From the average client to this one"), anchor=False)
        st.markdown(plain(finding(decision, words)))
        figure = waterfall(decision, explained, words, palette())
        alternative = spoken(explained, decision, words)
        st.plotly_chart(figure, theme=None, config=STILL, key="waterfall", alt=alternative)
    with everywhere:
        st.header(words.say("The same items for all clients"), anchor=False)
        st.markdown(words.say("How many points each moves a file on average, up or down."))
        chart = importance_chart(explained, importance, words, palette())
        told = _spoken_importance(explained, importance, words)
        st.plotly_chart(chart, theme=None, config=STILL, key="importance", alt=told)
    _show_contributions(decision, importance, words)


def _spoken_importance(explained: tuple[Step, ...], importance: Mapping[str, float], words: Words) -> str:
    weights = [
        f"{label(step.feature, words)}, {words.points(importance[step.feature], 1)}"
        for step in explained
        if step.feature
    ]
    return words.say("Points each item moves a file on average: {weights}.", weights="; ".join(weights))


def _show_contributions(decision: Decision, importance: Mapping[str, float], words: Words) -> None:
    """Every effect, built only once it is opened: saying some two hundred values takes a while."""
    opened = st.expander(words.say("Every item as a table"), key="contributions", on_change="rerun")
    if opened.open:
        heads = words.say("Item"), words.say("This client, in points"), words.say("All clients, on average")
        with opened:
            caption = words.say("From the average client to this one")
            show_table(caption, heads, contribution_rows(decision, importance, words))


def contribution_rows(decision: Decision, importance: Mapping[str, float], words: Words) -> list[tuple[str, str, str]]:
    """From the average client over every item that has an effect to this client, points that add up."""
    told = [each for each in decision.contributions if each.points]
    silent = len(decision.contributions) - len(told)
    rows = [(words.say("Average client"), words.points(decision.average_points, 1), "")]
    rows += [
        (
            in_words(each.feature, each.value, words),
            words.signed(each.points, 1),
            words.points(importance[each.feature], 1),
        )
        for each in told
    ]
    if silent:
        nothing = words.plural("{count} item without effect", "{count} items without effect", silent)
        rows.append((nothing, words.points(0, 1), ""))
    return [*rows, (words.say("This client"), words.points(decision.points, 1), "")]
