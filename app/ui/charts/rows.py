"""Rows of bars whose labels stand above them, one below the other: they fit a telephone and line up side by side."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate
from textwrap import wrap

from app.ui.charts.style import Spec
from app.ui.kit.palette import Palette
from app.ui.kit.plain_text import in_chart

ROW_HEIGHT = 46
LABEL_RISE = 9
LABEL_WIDTH = 46
"""Characters that fit beside each other on the narrowest telephone."""
LINE_HEIGHT = 0.42
AXIS_HEIGHT = 60


def folded(label: str) -> str:
    """A label on as many lines as it takes."""
    return "<br>".join(map(in_chart, wrap(label, LABEL_WIDTH)))


def placed(names: Sequence[str]) -> list[float]:
    """Where each row stands, one unit below the other, and a little more under a label of several lines."""
    gaps = (1 + LINE_HEIGHT * name.count("<br>") for name in names[1:])
    return list(accumulate(gaps, initial=0.0))


def figure_height(rows: Sequence[float]) -> int:
    """Pixels of a figure of these rows."""
    return round(ROW_HEIGHT * (rows[-1] + 1)) + AXIS_HEIGHT


def row_axis(rows: Sequence[float]) -> Spec:
    """The axis down which rows stand."""
    return {"range": [rows[-1] + 0.5, -0.75], "visible": False}


def row_labels(names: Sequence[str], rows: Sequence[float], palette: Palette) -> list[Spec]:
    """Each name above its row, at the left."""
    # The background covers the lines that connect the bars; no font of their own, as each costs a millisecond.
    place = {"xref": "paper", "x": 0, "xanchor": "left", "yanchor": "bottom", "yshift": LABEL_RISE, "align": "left",
             "showarrow": False, "bgcolor": palette.background, "borderpad": 0}  # fmt: skip
    return [{"text": name, "y": row, **place} for name, row in zip(names, rows, strict=True)]


def axis_title(text: str, palette: Palette) -> Spec:
    """The title of an axis."""
    return {"text": text, "standoff": 10, "font": {"color": palette.muted, "size": 14}}
