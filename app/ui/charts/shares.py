"""Shares of groups with their intervals, one below the other: who is accepted, who overrides."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import plotly.graph_objects as go

from app.language.words import Words
from app.ui.charts.rows import axis_title, figure_height, folded, placed, row_axis, row_labels
from app.ui.charts.style import still_layout, vertical
from app.ui.kit.palette import Palette

TICKS = (0.0, 0.25, 0.5, 0.75, 1.0)


@dataclass(frozen=True, slots=True)
class Row:
    """One group: its name with what it holds, its share, the ends of its interval."""

    label: str
    value: float
    low: float
    high: float


def shares(rows: Sequence[Row], title: str, words: Words, palette: Palette, level: float | None = None) -> go.Figure:
    """A dot and its interval for each row; ``level`` is a dotted line down the rows."""
    names = [folded(row.label) for row in rows]
    places = placed(names)
    layout = still_layout(palette, height=figure_height(places), margin={"l": 18, "r": 24, "t": 8, "b": 48})
    layout["xaxis"] |= {"range": [0, 1], "tickvals": TICKS, "gridcolor": palette.line}
    layout["xaxis"]["ticktext"] = [words.percent(value) for value in TICKS]
    layout["xaxis"]["title"] = axis_title(title, palette)
    layout["yaxis"] |= row_axis(places)
    layout["annotations"] = row_labels(names, places, palette)
    if level is not None:
        dotted = {"color": palette.muted, "width": 2, "dash": "dot"}
        layout["shapes"] = [vertical(level, -0.75, places[-1] + 0.5, dotted)]
    error = {
        "type": "data",
        "symmetric": False,
        "array": [row.high - row.value for row in rows],
        "arrayminus": [row.value - row.low for row in rows],
        "color": palette.ink,
        "thickness": 2,
        "width": 6,
    }
    dots = go.Scatter(
        x=[row.value for row in rows],
        y=places,
        mode="markers",
        error_x=error,
        cliponaxis=False,
        hoverinfo="skip",
        marker={"symbol": "circle", "size": 13, "color": palette.accept},
    )
    return go.Figure(data=[dots], layout=layout)
