"""What moved: the score, the items ranked, what is missing, and whether it concerns every group."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from app.language.features import label, value_in_words
from app.language.words import Words
from app.scoring.drift import Drift, Segment, Stability
from app.ui.charts.style import STILL
from app.ui.charts.then_and_now import Row, then_and_now
from app.ui.data_scientist.drift_words import (
    VERDICTS,
    index,
    name,
    newcomers,
    rows,
    score_sizes,
    sizes,
    spoken,
    verdict,
)
from app.ui.kit.components import palette, show_table
from app.ui.kit.plain_text import plain
from app.ui.kit.url_state import linked_choice

LISTED = 10
NOTICEABLE = 0.01
"""Change of a missing rate worth a row."""


def show_score(drift: Drift, words: Words) -> None:
    """The score's two distributions."""
    st.header(words.say("The score, then and now"), anchor=False)
    st.markdown(verdict(drift.score, words))
    _show_rows(words.say("Score, in points"), rows(drift.score, words), "score", words)
    st.caption(plain(score_sizes(drift, words)))


def show_ranking(drift: Drift, words: Words) -> None:
    """Every feature by importance times drift, and the picture of one."""
    st.header(words.say("Which items moved?"), anchor=False)
    st.markdown(
        words.say("First those that matter most to the score and moved most. Index: 0.10 investigate, 0.25 act.")
    )
    _show_ranked(drift.features[:LISTED], words)
    everything = st.expander(words.say("All items"), key="all_items", on_change="rerun")
    if everything.open:
        with everything:
            _show_ranked(drift.features, words)
    st.caption(plain(sizes(drift, words)))
    features = {each.feature: each for each in drift.features}
    chosen = linked_choice(
        words.say("Item"), tuple(features), "moved", drift.features[0].feature, lambda each: label(each, words), words
    )
    _show_feature(features[chosen], drift, words)


def _show_ranked(features: Sequence[Stability], words: Words) -> None:
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


def _show_feature(told: Stability, drift: Drift, words: Words) -> None:
    st.subheader(plain(name(told.feature, words)), anchor=False)
    st.markdown(f"{verdict(told, words)} {plain(newcomers(told, words))}")
    _show_rows(name(told.feature, words), rows(told, words), "feature", words)
    st.caption(plain(sizes(drift, words)))


def _show_rows(title: str, told: Sequence[Row], key: str, words: Words) -> None:
    chart = then_and_now(told, words, palette())
    st.plotly_chart(chart, theme=None, config=STILL, key=f"drift_{key}", alt=spoken(title, told, words))
    figures = st.expander(words.say("The figures as a table"), key=f"drift_figures_{key}", on_change="rerun")
    if figures.open:
        heads = title, words.say("Reference"), words.say("Today")
        with figures:
            shares = ((row.label, words.percent(row.before, 1), words.percent(row.now, 1)) for row in told)
            show_table(words.say("Share of clients"), heads, shares)


def show_missing(drift: Drift, words: Words) -> None:
    """Items that are provided more or less often than they were."""
    st.header(words.say("What is no longer provided, or newly is?"), anchor=False)
    changed = [each for each in drift.features if abs(each.missing[1] - each.missing[0]) >= NOTICEABLE]
    changed.sort(key=lambda each: -abs(each.missing[1] - each.missing[0]))
    if changed:
        heads = words.say("Item"), words.say("Not provided then"), words.say("Not provided today")
        table = ((name(each.feature, words), *(words.percent(share, 1) for share in each.missing)) for each in changed)
        show_table(words.say("Items whose missing share changed by a point or more"), heads, list(table)[:LISTED])
    else:
        st.markdown(words.say("No item’s missing share changed by a point or more."))
    st.caption(plain(sizes(drift, words)))


def show_segments(drift: Drift, words: Words) -> None:
    """The score's drift among the clients who share a value."""
    st.header(words.say("Does it concern everyone?"), anchor=False)
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
    st.caption(plain(score_sizes(drift, words)))


def _segment_row(told: Segment, words: Words) -> tuple[str, ...]:
    accepted = (words.percent(side.acceptance_rate, 1) for side in (told.reference, told.current))
    drifted = words.say(
        "{index}, {verdict}", index=index(told.psi, words), verdict=words.say(VERDICTS[told.signal]).lower()
    )
    return value_in_words(told.feature, told.value, words), words.number(told.current.clients), *accepted, drifted
