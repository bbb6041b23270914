"""The client among others: the nearest or a chosen group, on several items, each beside everyone."""

from __future__ import annotations

import streamlit as st

from app.language.features import in_words, label
from app.language.words import Words
from app.scoring.features import by_name
from app.scoring.peers.comparison import Axis, Comparison, Outcomes, Spread, to_join
from app.scoring.peers.peer_group import Group
from app.store.questions import compare, cross
from app.store.questions import fate as fate_of
from app.ui.charts.bins import slots
from app.ui.charts.crossing import crossing
from app.ui.charts.distribution import FEW, among, distribution
from app.ui.charts.grid import Grid, grid_of
from app.ui.charts.style import STILL
from app.ui.kit.components import palette, show_note, show_table
from app.ui.kit.markup import element
from app.ui.kit.plain_text import plain
from app.ui.kit.url_state import linked_choices, linked_switch
from app.ui.loaders import ClientFile, policy_in_force, portfolio
from app.ui.officer.neighbours import show_nearest
from app.ui.officer.peer_group import Chosen, choose_group, features_by_label
from app.ui.officer.percentile import fate, finding, headline, percentile
from app.ui.officer.two_voices import Told, show_two_voices
from app.ui.shell.advice import showing

AMOUNT = "credit"
"""The item one begins with while the advice is not told."""
AT_FIRST, MOST_ITEMS = 2, 4


def show_comparison(file: ClientFile, words: Words) -> None:
    """Choose the items and the group, then see where the client stands."""
    st.title(
        plain(words.say("Where does client {client} stand among others?", client=file.client.client)),
        anchor=False,
    )
    told = show_two_voices(file, words)
    if told.own_view_first:
        return
    answer = st.container()
    with st.container(key="choices"):
        left, right = st.columns(2, gap="medium")
        with left:
            items = _choose_items(told, words)
        with right:
            chosen = choose_group(file, words)
    with answer:
        _show_finding(file, chosen, words)
    if len(items) == 1:
        _show_one(file, items[0], chosen.group, words)
    else:
        _show_several(file, items, chosen.group, words)
    if chosen.near:
        show_nearest(file, chosen.near, words)


def _show_finding(file: ClientFile, chosen: Chosen, words: Words) -> None:
    opened = portfolio()
    told = fate_of(opened.folder, file.client.features, chosen.group, opened.population, policy_in_force())
    # How many are accepted tells something of each of them.
    sentence = finding(told, bool(chosen.near), showing().tells_all, words)
    st.html(element("p", sentence, class_="lead", role="status"))
    if told.clients:
        st.caption(words.say("In brackets, the share and its 95% interval."))


def _choose_items(told: Told, words: Words) -> list[str]:
    features = features_by_label(words)
    # What weighs most is part of the advice.
    strongest = [each.feature for each in told.advice.contributions[:AT_FIRST]] if told.advice else [AMOUNT]
    nothing = words.say("Choose an item")
    items = linked_choices(
        words.say("Items"), features, "items", strongest, lambda name: label(name, words), words, nothing
    )
    if not items:
        show_note(words.say("No item is chosen: choose one to see where the client stands on it."))
    if len(items) > MOST_ITEMS:
        show_note(
            words.say(
                "{count} items are chosen, {most} fit side by side: the first {most} are shown.",
                count=words.number(len(items)),
                most=words.number(MOST_ITEMS),
            )
        )
    return items[:MOST_ITEMS]


def _compared(file: ClientFile, feature: str, group: Group) -> Comparison:
    opened = portfolio()
    return compare(opened.folder, feature, file.client.features, group, opened.population)


def _show_one(file: ClientFile, feature: str, group: Group, words: Words) -> None:
    """One item in full: by outcome, in the group and among everyone."""
    told = _compared(file, feature, group)
    st.markdown(plain(headline(told.axis, told.group, told.everyone, words)))
    here, among_all = st.columns(2, gap="medium")
    with here:
        _show_spread(words.say("In the group"), told.axis, told.group, "group", words)
    with among_all:
        _show_spread(words.say("Among everyone"), told.axis, told.everyone, "everyone", words)


def _show_several(file: ClientFile, items: list[str], group: Group, words: Words) -> None:
    """A small chart for each item; two of them in one chart too."""
    for start in range(0, len(items), 2):  # row by row, so that a telephone has them in their order
        for place, item in zip(st.columns(2, gap="medium"), items[start : start + 2], strict=False):
            with place:
                _show_small(_compared(file, item, group), words)
    if len(items) == 2 and linked_switch(words.say("Both items in one chart"), "crossed"):
        _show_two(file, items[0], items[1], group, words)


def _show_small(told: Comparison, words: Words) -> None:
    feature, clients = told.axis.feature, told.group.outcomes.clients
    st.header(plain(label(feature, words)), anchor=False)
    said = headline(told.axis, told.group, told.everyone, words)
    st.markdown(plain(said))
    if not clients:
        return
    # Both in the bins that fit the smaller of the two: shares of other bins could not be compared.
    fitted = told.joined(to_join(told.axis, clients))
    figure = among(fitted.axis, fitted.group, fitted.everyone, words, palette())
    alternative = words.say("{label}, the group beside everyone. {finding}", label=label(feature, words), finding=said)
    st.plotly_chart(figure, theme=None, config=STILL, key=f"among_{feature}", alt=alternative)
    if told.group.missing.clients:
        group, everyone = (_share(side.missing, side, words) for side in (told.group, told.everyone))
        st.caption(
            plain(
                words.say(
                    "Not provided: {group} of the group, {everyone} of all clients.", group=group, everyone=everyone
                )
            )
        )
    figures = st.expander(words.say("The figures as a table"), key=f"figures_{feature}", on_change="rerun")
    if figures.open:
        with figures:
            _show_shares(fitted, words)


def _show_shares(told: Comparison, words: Words) -> None:
    sides = told.group, told.everyone
    rows = [
        (slot.label, *(_share(slot.count(side.bins), side, words) for side in sides))
        for slot in slots(told.axis, [each.clients for each in told.group.bins], words, FEW)
    ]
    if any(side.missing.clients for side in sides):
        rows.append((words.say("not provided"), *(_share(side.missing, side, words) for side in sides)))
    heads = label(told.axis.feature, words), words.say("The group"), words.say("Everyone")
    show_table(words.say("Share of clients by value"), heads, rows)


def _share(part: Outcomes, side: Spread, words: Words) -> str:
    return words.percent(part.clients / max(side.outcomes.clients, 1), 1)


def _show_spread(title: str, axis: Axis, spread: Spread, name: str, words: Words) -> None:
    st.header(plain(title), anchor=False)
    if not spread.outcomes.clients:
        show_note(fate(spread.outcomes, words))
        return
    said = f"{fate(spread.outcomes, words)} {percentile(axis, spread, words)}"
    st.markdown(plain(said))
    by = to_join(axis, spread.outcomes.clients)
    axis, spread = axis.joined(by), spread.joined(by)
    figure = distribution(axis, spread, words, palette())
    alternative = words.say("Distribution of {label}: {finding}", label=label(axis.feature, words), finding=said)
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


def _show_two(file: ClientFile, first: str, second: str, group: Group, words: Words) -> None:
    """The chart of two items at once, and the client's place on it."""
    opened = portfolio()
    if by_name[first].kind == "category" and by_name[second].kind != "category":
        first, second = second, first  # names are read in rows
    told = cross(opened.folder, first, second, file.client.features, group, opened.population)
    grid = grid_of(told, words)
    if not grid.outcomes.clients:
        show_note(fate(grid.outcomes, words))
        return
    around = around_client(grid, words)
    st.markdown(plain(around))
    st.caption(
        words.say("The darker a cell, the more clients. Its figure: the share not repaid, from 50 known outcomes on.")
    )
    figure = crossing(grid, words, palette())
    alternative = words.say(
        "{first} against {second}. {finding} {fate}",
        first=label(first, words),
        second=label(second, words),
        finding=around,
        fate=fate(grid.outcomes, words),
    )
    st.plotly_chart(figure, theme=None, config=STILL, key="crossing", alt=alternative)
    figures = st.expander(words.say("The figures as a table"), key="figures_crossing", on_change="rerun")
    if figures.open:
        with figures:
            _show_cells(grid, words)


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
