"""The journal page: do officers follow the model, who does not and why; then who was right, and what was recorded."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import streamlit as st

from app.language.verdicts import VERDICTS, reason
from app.language.words import Words, mark
from app.scoring.audit.intervals import wilson
from app.store.agreement import Agreement, Tally, agreement
from app.ui.charts.shares import Row, shares
from app.ui.charts.style import STILL
from app.ui.kit.components import palette, show_table
from app.ui.kit.markup import element
from app.ui.loaders import journal, policy_in_force
from app.ui.manager.journal_hindsight import show_hindsight
from app.ui.manager.journal_list import show_list

MOST_ROWS = 12
BY = {"officer": mark("By officer"), "reason": mark("By reason"), "band": mark("By band")}


def show_journal(words: Words) -> None:
    """The answer, who overrides, what is known afterwards, what was recorded."""
    st.title(words.say("Do officers follow the model?"), anchor=False)
    counted = agreement(journal(), policy_in_force().grey_zone_points)
    st.html(element("p", answer(counted.everyone, words), class_="lead"))
    if counted.everyone.decided:
        _show_rates(counted, words)
    show_hindsight(words)
    show_list(words)


def answer(everyone: Tally, words: Words) -> str:
    """How often decisions go against the model, and which way."""
    if everyone.override_rate is None:
        return words.say("No decision is recorded yet.")
    return words.say(
        "{followed} of {decided} decisions follow the model. {overridden} go against it: {accepted} accepted, "
        "{refused} refused. {referred} were referred to a colleague.",
        followed=words.percent(1 - everyone.override_rate, 1),
        decided=words.number(everyone.decided),
        overridden=words.number(everyone.overridden),
        accepted=words.number(everyone.accepted_against),
        refused=words.number(everyone.refused_against),
        referred=words.number(everyone.referred),
    )


def _show_rates(counted: Agreement, words: Words) -> None:
    st.header(words.say("Who goes against the model?"), anchor=False)
    by = st.segmented_control(
        words.say("Decisions"),
        list(BY),
        default="officer",
        required=True,
        key="decisions_by",
        format_func=lambda each: words.say(BY[each]),
    )
    tallies = named(counted, by, words)
    decided = {name: tally for name, tally in tallies.items() if tally.decided}
    rows = rates(dict(list(decided.items())[:MOST_ROWS]), words)
    title = words.say("Share of decisions against the model, with its 95% interval")
    listed = "; ".join(words.labelled(row.label, words.percent(row.value, 1)) for row in rows)
    figure = shares(rows, title, words, palette(), level=counted.everyone.override_rate)
    st.plotly_chart(figure, theme=None, config=STILL, key="overrides", alt=words.labelled(title, listed))
    st.caption(words.say("Dotted: all decisions together. Referred files are not counted."))
    with st.expander(words.say("The figures as a table"), key="figures_overrides"):
        heads = (
            words.say("Decisions"),
            words.say("As advised"),
            words.say("Accepted against"),
            words.say("Refused against"),
            words.say("Referred"),
            words.say("Against"),
        )
        show_table(words.say(BY[by]), heads, [_row(name, tally, words) for name, tally in tallies.items()])


def named(counted: Agreement, by: str, words: Words) -> dict[str, Tally]:
    """Tallies under names people use."""
    if by == "officer":
        return dict(counted.by_officer)
    if by == "reason":
        return {reason(code, words): tally for code, tally in counted.by_reason.items()}
    return {words.say(VERDICTS[band]): tally for band, tally in counted.by_band.items()}


def rates(tallies: Mapping[str, Tally], words: Words) -> list[Row]:
    """Override rates with their intervals, as rows of a chart."""
    rows = []
    for name, tally in tallies.items():
        low, high = wilson(np.array(tally.overridden), np.array(tally.decided))
        label = words.plural("{name}, {count} decision", "{name}, {count} decisions", tally.decided, name=name)
        rows.append(Row(label, tally.override_rate or 0.0, float(low), float(high)))
    return rows


def _row(name: str, tally: Tally, words: Words) -> tuple[str, ...]:
    counts = tally.followed, tally.accepted_against, tally.refused_against, tally.referred
    rate = words.say("none") if tally.override_rate is None else words.percent(tally.override_rate, 1)
    return (name, *(words.number(count) for count in counts), rate)
