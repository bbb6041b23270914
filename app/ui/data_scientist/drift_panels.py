"""What moved: the items ranked with one of them beside, what is missing, and whether it concerns every group."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from app.language.features import label, value_in_words
from app.language.words import Words
from app.scoring.drift import Drift, Segment, Stability
from app.ui.charts.style import STILL
from app.ui.charts.then_and_now import columns, then_and_now
from app.ui.data_scientist.drift_words import (
    VERDICTS,
    borders,
    index,
    name,
    newcomers,
    rows,
    spoken,
    verdict,
)
from app.ui.kit.components import palette, show_table
from app.ui.kit.plain_text import plain
from app.ui.kit.url_state import linked_choice

LISTED = 10
NOTICEABLE = 0.01
"""Change of a missing rate worth a row."""


def show_items(drift: Drift, words: Words) -> None:
    """Every feature by importance times drift, and the picture of one beside it; the score may be chosen too."""
    st.header(words.say("Which items moved?"), anchor=False)
    told = {each.feature: each for each in (*drift.features, drift.score)}
    ranked, one = st.columns([6, 5], gap="large")
    with ranked:
        _show_ranked(drift, words)
    with one:
        chosen = linked_choice(
            words.say("Item"), tuple(told), "moved", drift.features[0].feature, lambda each: name(each, words), words
        )
        _show_one(told[chosen], words)


def _show_ranked(drift: Drift, words: Words) -> None:
    st.markdown(
        words.say("First those that matter most to the score and moved most. Index: 0.10 investigate, 0.25 act.")
    )
    _show_table(drift.features[:LISTED], words)
    everything = st.expander(words.say("All items"), key="all_items", on_change="rerun")
    if everything.open:
        with everything:
            _show_table(drift.features, words)


def _show_table(features: Sequence[Stability], words: Words) -> None:
    heads = words.say("Item"), words.say("Share of the score’s effects"), words.say("Index"), words.say("Verdict")
    table = (
        (
            name(each.feature, words),
            words.percent(each.importance),
            index(each.psi, words),
            words.say(VERDICTS[each.signal]),
        )
        for each in features
    )
    show_table(words.say("Items by importance times drift"), heads, table)


def _show_one(told: Stability, words: Words) -> None:
    st.subheader(plain(name(told.feature, words)), anchor=False)
    st.markdown(f"{verdict(told, words)} {plain(newcomers(told, words))}")
    bins, title = rows(told, words), name(told.feature, words)
    if told.categories:
        chart = then_and_now(bins, words, palette())
    else:
        chart = columns(bins, borders(told, words), words, palette())
    st.plotly_chart(chart, theme=None, config=STILL, key="drift_feature", alt=spoken(title, bins, words))
    figures = st.expander(words.say("The figures as a table"), key="drift_figures_feature", on_change="rerun")
    if figures.open:
        heads = title, words.say("Reference"), words.say("Today")
        with figures:
            shares = ((row.label, words.percent(row.before, 1), words.percent(row.now, 1)) for row in bins)
            show_table(words.say("Share of clients"), heads, shares)


def show_missing(drift: Drift, words: Words) -> None:
    """Items that are provided more or less often than they were."""
    panel = st.expander(words.say("What is no longer provided, or newly is?"), key="missing", on_change="rerun")
    if not panel.open:
        return
    changed = [each for each in drift.features if abs(each.missing[1] - each.missing[0]) >= NOTICEABLE]
    changed.sort(key=lambda each: -abs(each.missing[1] - each.missing[0]))
    with panel:
        if not changed:
            st.markdown(words.say("No item’s missing share changed by a point or more."))
            return
        heads = words.say("Item"), words.say("Not provided then"), words.say("Not provided today")
        table = ((name(each.feature, words), *(words.percent(share, 1) for share in each.missing)) for each in changed)
        show_table(words.say("Items whose missing share changed by a point or more"), heads, list(table)[:LISTED])


def show_segments(drift: Drift, words: Words) -> None:
    """The score's drift among the clients who share a value."""
    panel = st.expander(words.say("Does it concern everyone?"), key="segments", on_change="rerun")
    if panel.open:
        with panel:
            _show_segments(drift, words)


def _show_segments(drift: Drift, words: Words) -> None:
    features = tuple(dict.fromkeys(each.feature for each in drift.segments))
    if not features:
        st.markdown(words.say("No group is large enough on both sides to tell."))
        return
    chosen = linked_choice(
        words.say("Groups by"), features, "segment", features[0], lambda each: label(each, words), words
    )
    table = (_segment_row(each, words) for each in drift.segments if each.feature == chosen)
    heads = label(chosen, words), words.say("Clients today"), words.say("Accepted then"), words.say("Accepted today")
    show_table(words.say("Score by group"), (*heads, words.say("Index")), table)


def _segment_row(told: Segment, words: Words) -> tuple[str, ...]:
    accepted = (words.percent(side.acceptance_rate, 1) for side in (told.reference, told.current))
    drifted = words.say(
        "{index}, {verdict}", index=index(told.psi, words), verdict=words.say(VERDICTS[told.signal]).lower()
    )
    return value_in_words(told.feature, told.value, words), words.number(told.current.clients), *accepted, drifted
