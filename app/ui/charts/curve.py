"""Curves between shares, each named on the chart: precision and recall, ROC, calibration, gains and their like."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import plotly.graph_objects as go
from numpy.typing import ArrayLike

from app.language.words import Words
from app.ui.charts.bins import ticks
from app.ui.charts.rows import axis_title
from app.ui.charts.style import Spec, still_layout, text_at, to_the_pixel
from app.ui.kit.palette import Palette

HEIGHT, LEGEND_HEIGHT = 340, 26


@dataclass(frozen=True, slots=True)
class Curve:
    """One line.

    Attributes:
        colour: name of a colour of the palette.
        dash: Plotly's; tells lines apart without their colours.
        error: below and above each point; none when omitted.
        dots: whether each point is marked.
    """

    name: str
    x: ArrayLike
    y: ArrayLike
    colour: str = "ink"
    dash: str = "solid"
    error: tuple[ArrayLike, ArrayLike] | None = None
    dots: bool = False


@dataclass(frozen=True, slots=True)
class Plane:
    """What the curves are drawn in.

    Attributes:
        x_title, y_title: names of the axes, in words.
        x_end, y_end: where they end; they start at 0.
        shares: whether the vertical axis is one of shares, else of plain numbers.
    """

    x_title: str
    y_title: str
    x_end: float = 1.0
    y_end: float = 1.0
    shares: bool = True


Point = tuple[float, float, str]
"""Where the tried threshold stands, and its name."""


def curve(curves: Sequence[Curve], plane: Plane, point: Point | None, words: Words, palette: Palette) -> go.Figure:
    """The curves with their names above, and the tried threshold where it stands on them."""
    top = LEGEND_HEIGHT * (len(curves) + 1) + 4
    layout = still_layout(palette, height=HEIGHT + top, margin={"l": 56, "r": 24, "t": top, "b": 52})
    layout["xaxis"] |= _axis(plane.x_title, plane.x_end, True, words, palette)
    layout["yaxis"] |= _axis("", plane.y_end, plane.shares, words, palette) | {"gridcolor": palette.line}
    layout["annotations"] = [*_legend(curves, palette), _y_title(plane, len(curves), palette)]
    data = [_trace(each, plane, palette) for each in curves]
    if point is not None:
        x, y, name = point
        marker = {
            "symbol": "circle",
            "size": 13,
            "color": palette.ink,
            "line": {"color": palette.background, "width": 2},
        }
        data.append(go.Scatter(x=[x], y=[y], mode="markers", marker=marker, cliponaxis=False, hoverinfo="skip"))
        side = "left" if x < 0.55 * plane.x_end else "right"
        layout["annotations"].append(
            text_at(f"<b>{name}</b>", palette.ink, 15, x=x, y=y, xanchor=side, xshift=11 if side == "left" else -11,
                    yshift=14, bgcolor=palette.background)
        )  # fmt: skip
    return go.Figure(data=data, layout=layout)


def _axis(title: str, end: float, shares: bool, words: Words, palette: Palette) -> Spec:
    values = ticks(0.0, end)
    written = [words.percent(value) if shares else words.number(value) for value in values]
    named = {"title": axis_title(title, palette)} if title else {}
    return {"range": [0, end], "tickvals": values, "ticktext": written, "ticks": "outside", **named}


def _trace(each: Curve, plane: Plane, palette: Palette) -> go.Scatter:
    line = {"color": getattr(palette, each.colour), "width": 3, "dash": each.dash}
    error = None
    if each.error is not None:
        below, above = each.error
        error = {"type": "data", "symmetric": False, "array": above, "arrayminus": below, "color": palette.muted}
    mode = "lines+markers" if each.dots else "lines"
    x, y = to_the_pixel(each.x, plane.x_end), to_the_pixel(each.y, plane.y_end)
    return go.Scatter(x=x, y=y, mode=mode, line=line, error_y=error, hoverinfo="skip")


def _legend(curves: Sequence[Curve], palette: Palette) -> list[Spec]:
    place = {"xref": "paper", "x": 0, "yref": "paper", "y": 1, "xanchor": "left", "yanchor": "bottom"}
    sign = {"solid": "━━", "dash": "━ ━", "dot": "┅┅"}
    return [
        text_at(
            f"{sign[each.dash]} {each.name}", getattr(palette, each.colour), 15, yshift=LEGEND_HEIGHT * row, **place
        )
        for row, each in enumerate(reversed(curves))
    ]


def _y_title(plane: Plane, rows: int, palette: Palette) -> Spec:
    place = {"xref": "paper", "x": 0, "xshift": -52, "yref": "paper", "y": 1, "xanchor": "left", "yanchor": "bottom"}
    return text_at(f"↑ {plane.y_title}", palette.muted, 14, yshift=LEGEND_HEIGHT * rows, **place)
