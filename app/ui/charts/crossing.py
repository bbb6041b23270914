"""Two features at once: how many clients each cell holds, its default rate where enough outcomes are known."""

from __future__ import annotations

from collections.abc import Sequence
from textwrap import shorten, wrap

import plotly.graph_objects as go
from plotly.basedatatypes import BaseTraceType

from app.language.features import label, value_in_words
from app.language.words import Words
from app.scoring.peers.comparison import Axis
from app.ui.charts.bins import Slot, is_scale, ticks
from app.ui.charts.grid import Grid
from app.ui.charts.style import CLIENT_MARK, Spec, mark_at, still_layout, text_at
from app.ui.kit.palette import Palette
from app.ui.kit.plain_text import in_chart

NUMBER_HEIGHT, CATEGORY_HEIGHT = 40, 58
"""Of a row, in pixels: the name of a category takes up to three lines."""
LINE, UPRIGHT, LONGEST = 15, 22, 34
"""Characters of a category's name: on a line beside a row, on one under a column, in all."""
RISE = 0.36
"""Of this client's mark above the middle of its cell."""
UNDER_NUMBERS, UNDER_CATEGORIES = 64, 190
"""Pixels for the names of the columns, which stand upright when they are categories."""
DARKEST = 0.45
"""How much of the text's muted colour the fullest cell takes: its figure stays legible on it."""


def crossing(grid: Grid, words: Words, palette: Palette) -> go.Figure:
    """The darker a cell, the more clients; its figure is the share that was not repaid."""
    first, second = grid.crossing.first, grid.crossing.second
    height_of_row = NUMBER_HEIGHT if is_scale(second) else CATEGORY_HEIGHT
    under = UNDER_NUMBERS if is_scale(first) else UNDER_CATEGORIES
    margin = {"l": 8, "r": 8, "t": 34, "b": under}
    layout = still_layout(palette, height=height_of_row * len(grid.rows) + 34 + under, margin=margin)
    layout["xaxis"] |= _labels(first, grid.columns, 4, UPRIGHT, words) | {"title": _title(first, words, palette)}
    layout["xaxis"] |= {"range": [-0.5, len(grid.columns) - 0.5], "showgrid": False}
    layout["xaxis"]["tickangle"] = 0 if is_scale(first) else 90
    layout["yaxis"] |= _labels(second, grid.rows, len(grid.rows), LINE, words) | {"automargin": True}
    # Numbers rise; of categories the largest is on top.
    ends = [-0.5, len(grid.rows) - 0.5]
    layout["yaxis"] |= {"range": ends if is_scale(second) else ends[::-1], "showgrid": False}
    layout["annotations"] = [_name_of_rows(second, words, palette)]
    data: list[BaseTraceType] = [_cells(grid, words, palette)]
    if grid.client is not None:
        column, row = grid.client
        # Above the cell's figure, which stays legible.
        data.append(_client(column, row + (RISE if is_scale(second) else -RISE), palette))
    return go.Figure(data=data, layout=layout)


def _cells(grid: Grid, words: Words, palette: Palette) -> go.Heatmap:
    return go.Heatmap(
        z=[[cell.clients or None for cell in line] for line in grid.cells],
        text=[["" if cell.rate is None else words.percent(cell.rate.value) for cell in line] for line in grid.cells],
        texttemplate="%{text}",
        textfont={"color": palette.ink, "size": 13},
        colorscale=[[0.0, palette.panel], [1.0, mixed(palette.background, palette.muted, DARKEST)]],
        zmin=0,
        showscale=False,
        xgap=2,
        ygap=2,
        hoverinfo="skip",
    )


def mixed(one: str, other: str, share: float) -> str:
    """A colour between two, with so much of the other."""
    pairs = ((int(one[place : place + 2], 16), int(other[place : place + 2], 16)) for place in (1, 3, 5))
    return "#" + "".join(f"{round(start + (end - start) * share):02X}" for start, end in pairs)


def _client(column: float, row: float, palette: Palette) -> go.Scatter:
    marker = {**CLIENT_MARK, "size": 13, "color": palette.ink, "line": {"color": palette.background, "width": 2}}
    return mark_at(column, row, **marker)


def _labels(axis: Axis, shown: Sequence[Slot], most: int, line: int, words: Words) -> Spec:
    if not is_scale(axis):
        return {"tickvals": list(range(len(shown))), "ticktext": [_folded(slot.label, line) for slot in shown]}
    values = ticks(axis.edges[0], axis.edges[-1], most)
    places = [(value - axis.edges[0]) / axis.width - 0.5 for value in values]
    return {"tickvals": places, "ticktext": [value_in_words(axis.feature, value, words) for value in values]}


def _folded(name: str, line: int) -> str:
    return "<br>".join(map(in_chart, wrap(shorten(name, LONGEST if line == LINE else line, placeholder="…"), line)))


def _name_of_rows(axis: Axis, words: Words, palette: Palette) -> Spec:
    place = {"xref": "paper", "x": 0, "yref": "paper", "y": 1, "xanchor": "left", "yanchor": "bottom", "yshift": 6}
    return text_at(in_chart(label(axis.feature, words)), palette.muted, 14, **place)


def _title(axis: Axis, words: Words, palette: Palette) -> Spec:
    return {"text": in_chart(label(axis.feature, words)), "font": {"color": palette.muted, "size": 14}, "standoff": 8}
