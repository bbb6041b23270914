"""The same bins in two populations: the reference as an outline, today filled, always beside each other.

Bins in an order are columns along a scale; categories, whose names want room, are rows.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import plotly.graph_objects as go

from app.language.words import Words
from app.ui.charts.bins import ticks
from app.ui.charts.rows import figure_height, folded, placed, row_axis, row_labels
from app.ui.charts.style import Spec, still_layout, text_at
from app.ui.kit.palette import Palette
from app.ui.kit.plain_text import in_chart

SPACING, THICK, GAP = 1.35, 0.26, 0.36
HEIGHT, WIDE, APART = 320, 0.38, 1.5
"""Of columns: pixels, a column's width, and how far those without a value stand from the last that has one."""
ROOM = 38
"""Characters that fit under columns on the narrowest telephone."""


@dataclass(frozen=True, slots=True)
class Row:
    """One bin in words, with the share of either population it holds."""

    label: str
    before: float
    now: float


def then_and_now(told: Sequence[Row], words: Words, palette: Palette) -> go.Figure:
    """Two bars a row, each with its share; what each bar stands for is named at the top."""
    names = [folded(row.label) for row in told]
    places = [SPACING * place for place in placed(names)]
    layout = still_layout(palette, height=figure_height(places) + 10, margin={"l": 4, "r": 4, "t": 40, "b": 4})
    reach = max(0.01, *(max(row.before, row.now) for row in told))
    layout["xaxis"] |= {"range": [0, reach * 1.25], "visible": False}
    layout["yaxis"] |= row_axis(places)
    layout["annotations"] = [*row_labels(names, places, palette), *_legend(words, palette)]
    outline = {"color": palette.background, "line": {"color": palette.muted, "width": 2}}
    filled = {"color": palette.ink, "line": {"color": palette.ink, "width": 2}}
    before = _bars([row.before for row in told], places, outline, words)
    now = _bars([row.now for row in told], [place + GAP for place in places], filled, words)
    return go.Figure(data=[before, now], layout=layout)


def columns(told: Sequence[Row], borders: Sequence[str], words: Words, palette: Palette) -> go.Figure:
    """Two columns a bin, along a scale; those who have no value stand apart, at the end.

    Args:
        borders: what lies between each bin with values and the next, in words.
    """
    places = [float(place) for place in range(len(told))]
    if len(told) > len(borders) + 1:
        places[-1] += APART - 1
    top = max(0.01, *(max(row.before, row.now) for row in told))
    layout = still_layout(palette, height=HEIGHT, margin={"l": 48, "r": 28, "t": 40, "b": 36})
    layout["xaxis"] |= {"range": [-0.6, places[-1] + 0.6], "tickangle": 0, **_along(told, borders, places)}
    layout["yaxis"] |= {"range": [0, top * 1.05], "tickvals": ticks(0.0, top), "gridcolor": palette.line}
    layout["yaxis"]["ticktext"] = [words.percent(value) for value in layout["yaxis"]["tickvals"]]
    layout["annotations"] = _legend(words, palette)
    outline = {"color": palette.background, "line": {"color": palette.muted, "width": 2}}
    filled = {"color": palette.ink, "line": {"color": palette.ink, "width": 2}}
    sides = ([row.before for row in told], -WIDE / 2, outline), ([row.now for row in told], WIDE / 2, filled)
    data = [
        go.Bar(x=[place + aside for place in places], y=shares, width=WIDE, marker=marker, hoverinfo="skip")
        for shares, aside, marker in sides
    ]
    return go.Figure(data=data, layout=layout)


def _along(told: Sequence[Row], borders: Sequence[str], places: Sequence[float]) -> Spec:
    """Each bin's own name where all fit beside each other, else as many borders as do."""
    names = [row.label for row in told]
    if sum(len(name) + 2 for name in names) <= ROOM:
        return {"tickvals": list(places), "ticktext": list(map(in_chart, names))}
    apart = names[len(borders) + 1 :]
    left = ROOM - sum(len(name) + 2 for name in apart)
    most = min(len(borders), max(2, left // (max(map(len, borders)) + 2)))
    chosen = sorted({round(step * (len(borders) - 1) / max(1, most - 1)) for step in range(most)})
    between = [(places[place] + places[place + 1]) / 2 for place in chosen]
    texts = [*(borders[place] for place in chosen), *apart]
    return {"tickvals": [*between, *places[len(borders) + 1 :]], "ticktext": list(map(in_chart, texts))}


def _bars(shares: list[float], places: list[float], marker: Spec, words: Words) -> go.Bar:
    return go.Bar(
        orientation="h",
        x=shares,
        y=places,
        width=THICK,
        marker=marker,
        text=[words.percent(share, 1) for share in shares],
        textposition="outside",
        textfont={"size": 13},
        constraintext="none",
        cliponaxis=False,
        hoverinfo="skip",
    )


def _legend(words: Words, palette: Palette) -> list[Spec]:
    place = {"xref": "paper", "yref": "paper", "y": 1, "yshift": 34, "xanchor": "left"}
    then, now = f"□ {words.say('Reference')}", f"■ {words.say('Today')}"
    return [text_at(then, palette.muted, 15, x=0, **place), text_at(now, palette.ink, 15, x=0.35, **place)]
