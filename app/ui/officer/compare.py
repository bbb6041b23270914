"""The client among others: on one item, or on two at once."""

from __future__ import annotations

import streamlit as st

from app.language.features import in_words, label
from app.language.words import Words
from app.scoring.features import by_name
from app.scoring.peers.comparison import Axis, Outcomes, Spread
from app.scoring.peers.peer_group import Group
from app.store.questions import compare, cross
from app.ui.charts.bins import slots
from app.ui.charts.crossing import crossing
from app.ui.charts.distribution import distribution
from app.ui.charts.grid import Grid, grid_of
from app.ui.charts.style import STILL
from app.ui.kit.components import palette, show_note, show_table
from app.ui.kit.plain_text import plain
from app.ui.kit.url_state import linked_choice
from app.ui.loaders import ClientFile, portfolio
from app.ui.officer.peer_group import choose_group, features_by_label
from app.ui.officer.percentile import fate, headline, percentile
from app.ui.officer.two_voices import Told, show_two_voices

NO_SECOND = "none"
AMOUNT = "credit"
"""The item one begins with while the advice is not told."""
SECOND = "second"


def show_comparison(file: ClientFile, words: Words) -> None:
    """Choose the items and the group, then see where the client stands."""
    st.title(
        plain(words.say("Where does client {client} stand among others?", client=file.client.client)),
        anchor=False,
    )
    told = show_two_voices(file, words)
    if told.own_view_first:
        return
    answer = st.empty()
    with st.container(key="choices"):
        left, right = st.columns(2, gap="medium")
        with left:
            first, second = _choose_items(told, words)
        with right:
            group = choose_group(file, words)
    if second == NO_SECOND:
        answer.markdown(plain(_show_one(file, first, group, words)))
    else:
        answer.markdown(plain(_show_two(file, first, second, group, words)))


def _choose_items(told: Told, words: Words) -> tuple[str, str]:
    features = features_by_label(words)
    # What weighs most is part of the advice.
    strongest = told.advice.contributions[0].feature if told.advice else AMOUNT
    first = linked_choice(words.say("Item"), features, "item", strongest, lambda name: label(name, words), words)
    second = linked_choice(
        words.say("And a second item"),
        [NO_SECOND, *features],
        SECOND,
        NO_SECOND,
        lambda name: words.say("None") if name == NO_SECOND else label(name, words),
        words,
    )
    return first, second


def _show_one(file: ClientFile, feature: str, group: Group, words: Words) -> str:
    """The charts of one item; returns the answer in a sentence."""
    opened = portfolio()
    told = compare(opened.folder, feature, file.client.features, group, opened.population)
    here, among_all = st.columns(2, gap="medium")
    with here:
        _show_spread(words.say("In the group"), told.axis, told.group, "group", words)
    with among_all:
        _show_spread(words.say("Among everyone"), told.axis, told.everyone, "everyone", words)
    return headline(told.axis, told.group, told.everyone, words)


def _show_spread(title: str, axis: Axis, spread: Spread, name: str, words: Words) -> None:
    st.header(plain(title), anchor=False)
    if not spread.outcomes.clients:
        show_note(fate(spread.outcomes, words))
        return
    finding = f"{fate(spread.outcomes, words)} {percentile(axis, spread, words)}"
    st.markdown(plain(finding))
    figure = distribution(axis, spread, words, palette())
    alternative = words.say("Distribution of {label}: {finding}", label=label(axis.feature, words), finding=finding)
    st.plotly_chart(figure, theme=None, config=STILL, key=f"distribution_{name}", alt=alternative)
    figures = st.expander(words.say("The figures as a table"), key=f"figures_{name}", on_change="rerun")
    if figures.open:
        with figures:
            _show_counts(axis, spread, words)


def _show_counts(axis: Axis, spread: Spread, words: Words) -> None:
    rows = [
        (slot.label, slot.count(spread.bins)) for slot in slots(axis, [each.clients for each in spread.bins], words)
    ]
    if spread.missing.clients:
        rows.append((words.say("not provided"), spread.missing))
    heads = label(axis.feature, words), words.say("Repaid"), words.say("Not repaid"), words.say("Not known yet")
    counts = [(name, *_counts(outcomes, words)) for name, outcomes in rows]
    show_table(words.say("Clients by value and outcome"), heads, counts)


def _counts(outcomes: Outcomes, words: Words) -> tuple[str, ...]:
    return tuple(words.number(count) for count in (outcomes.repaid, outcomes.defaulted, outcomes.unknown))


def _show_two(file: ClientFile, first: str, second: str, group: Group, words: Words) -> str:
    """The chart of two items; returns the answer in a sentence."""
    opened = portfolio()
    if by_name[first].kind == "category" and by_name[second].kind != "category":
        first, second = second, first  # names are read in rows
    told = cross(opened.folder, first, second, file.client.features, group, opened.population)
    grid = grid_of(told, words)
    st.header(words.say("The group on both items"), anchor=False)
    if not grid.outcomes.clients:
        show_note(fate(grid.outcomes, words))
        return around_client(grid, words)
    finding = around_client(grid, words)
    st.markdown(plain(fate(grid.outcomes, words)))
    st.caption(
        words.say("The darker a cell, the more clients. Its figure: the share not repaid, from 50 known outcomes on.")
    )
    figure = crossing(grid, words, palette())
    alternative = words.say(
        "{first} against {second}. {finding} {fate}",
        first=label(first, words),
        second=label(second, words),
        finding=finding,
        fate=fate(grid.outcomes, words),
    )
    st.plotly_chart(figure, theme=None, config=STILL, key="crossing", alt=alternative)
    figures = st.expander(words.say("The figures as a table"), key="figures_crossing", on_change="rerun")
    if figures.open:
        with figures:
            _show_cells(grid, words)
    return finding


def around_client(grid: Grid, words: Words) -> str:
    """The client's own cell, in a sentence."""
    axes = (grid.crossing.first, grid.crossing.second)
    here = words.enumeration([in_words(axis.feature, axis.value, words) for axis in axes])
    if grid.client is None:
        return words.say("{here}: the client has no place on this chart.", here=here)
    column, row = grid.client
    cell = grid.cells[row][column]
    if not cell.clients:
        return words.say("{here}. Nobody of the group is in the same cell.", here=here)
    return words.say("{here}. In the same cell: {fate}", here=here, fate=fate(cell, words))


def _show_cells(grid: Grid, words: Words) -> None:
    heads = words.say("Both items"), words.say("Clients"), words.say("Not repaid")
    rows = [
        (f"{column.label} · {row.label}", words.number(cell.clients), _rate(cell, words))
        for row, cells in zip(grid.rows, grid.cells, strict=True)
        for column, cell in zip(grid.columns, cells, strict=True)
        if cell.clients
    ]
    show_table(words.say("Clients by both values"), heads, rows)


def _rate(cell: Outcomes, words: Words) -> str:
    return words.say("too few") if cell.rate is None else words.percent(cell.rate.value, 1)
