"""What all figures share: the layout, texts, and this client's mark, the same everywhere.

Each figure is built by one constructor call: Plotly checks all of it again at every later change, 10 times slower.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import plotly.graph_objects as go
from numpy.typing import ArrayLike

from app.ui.kit.palette import Palette

Spec = dict[str, Any]

FONT = '"Source Sans", sans-serif'
STILL = {"displayModeBar": False, "scrollZoom": False, "doubleClick": False}
"""Plotly's own buttons off: they speak English and nobody zooms here."""
CLIENT_MARK = {"symbol": "diamond", "size": 16}


def still_layout(palette: Palette, **layout: Any) -> Spec:
    axis = {"fixedrange": True, "zeroline": False, "tickformat": "d", "tickfont": {"color": palette.muted, "size": 14}}
    return {
        "template": "none",
        "paper_bgcolor": palette.background,
        "plot_bgcolor": palette.background,
        "font": {"family": FONT, "size": 15, "color": palette.ink},
        "showlegend": False,
        "dragmode": False,
        "hovermode": False,
        "xaxis": {**axis},
        "yaxis": {**axis},
        **layout,
    }


def to_the_pixel(values: ArrayLike, extent: float) -> list[float]:
    """Values no finer than a screen shows them: a figure goes to the browser at every rerun, its digits are its size.

    Args:
        extent: length of the axis, in the values' own unit; 0 when they are all the same.
    """
    digits = 3 - math.floor(math.log10(extent or 1.0))
    rounded: list[float] = np.round(np.asarray(values, dtype="float64"), digits).tolist()
    return rounded


def client_mark(points: float, row: float, palette: Palette) -> go.Scatter:
    """This client's mark, the same in every chart."""
    return mark_at(points, row, **CLIENT_MARK, color=palette.ink, line={"color": palette.background, "width": 2})


def mark_at(points: float, row: float, **marker: Any) -> go.Scatter:
    return go.Scatter(x=[points], y=[row], mode="markers", marker=marker, cliponaxis=False, hoverinfo="skip")


def vertical(x: float, y0: float, y1: float, line: Spec) -> Spec:
    return {"type": "line", "x0": x, "x1": x, "y0": y0, "y1": y1, "line": line, "layer": "below"}


def text_at(text: str, colour: str, size: int, **place: Any) -> Spec:
    return {"text": text, "showarrow": False, "font": {"color": colour, "size": size}, **place}
