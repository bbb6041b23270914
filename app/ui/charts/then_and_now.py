"""The same rows in two populations: the reference as an outline, today filled, one under the other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import plotly.graph_objects as go

from app.language.words import Words
from app.ui.charts.rows import figure_height, folded, placed, row_axis, row_labels
from app.ui.charts.style import Spec, still_layout, text_at
from app.ui.kit.palette import Palette

SPACING, THICK, GAP = 1.35, 0.26, 0.36


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
