"""What the heaviest items do to the score of a sample of clients: a dot a client, dark where the value is high.

The summary plot of Lundberg et al., "From local explanations to global understanding with explainable AI for trees",
Nature Machine Intelligence, 2020; in tones of one colour, as helping and hurting have theirs elsewhere.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from app.language.features import label
from app.language.words import Words
from app.scoring.dependence import Dependence
from app.ui.charts.rows import axis_title, figure_height, folded, placed, row_axis, row_labels
from app.ui.charts.style import still_layout, to_the_pixel
from app.ui.kit.palette import Palette

MOST_DOTS = 240
"""A row: more hide each other, and go to the browser all the same."""
SWARM, BELOW = 0.2, 0.12
"""How far a dot may stand from the middle of its row, and that from the row's own place: names stand above it."""
SLICES = 60
TONES = 5
"""Of the value: lowest fifth to highest, and none for what is no number."""


def beeswarm(told: Sequence[Dependence], words: Words, palette: Palette) -> go.Figure:
    """A row an item, dots spread where many clients have the same effect."""
    rows = placed([folded(label(each.feature, words)) for each in told])
    reach = max(max(map(abs, each.points)) for each in told) or 1.0
    layout = still_layout(palette, height=figure_height(rows), margin={"l": 4, "r": 4, "t": 26, "b": 48})
    title = axis_title(words.say("Effect in points"), palette)
    layout["xaxis"] |= {
        "range": [-1.05 * reach, 1.05 * reach],
        "nticks": 7,
        "gridcolor": palette.line,
        "zeroline": True,
        "zerolinecolor": palette.muted,
        "title": title,
    }
    layout["yaxis"] |= row_axis(rows)
    layout["annotations"] = row_labels([folded(label(each.feature, words)) for each in told], rows, palette)
    return go.Figure(
        data=[_row(each, row, reach, palette) for each, row in zip(told, rows, strict=True)], layout=layout
    )


def _row(told: Dependence, row: float, reach: float, palette: Palette) -> go.Scatter:
    chosen = np.unique(np.linspace(0, len(told.points) - 1, MOST_DOTS).astype(int))
    points = np.asarray(told.points, dtype="float64")[chosen]
    tones = tone([told.values[each] for each in chosen])
    # Six dots of different ink: none, then five tones of it.
    marker = {
        "size": 6,
        "color": [palette.ink if each >= 0 else palette.muted for each in tones],
        "opacity": [0.30 if each < 0 else 0.15 + 0.7 * each / (TONES - 1) for each in tones],
    }
    places = row + BELOW + spread(points, reach)
    return go.Scatter(
        x=to_the_pixel(points, 2 * reach),
        y=to_the_pixel(places, 1.0),
        mode="markers",
        marker=marker,
        hoverinfo="skip",
    )


def tone(values: Sequence[object]) -> list[int]:
    """Fifth of each number among those known, 0 the lowest; -1 of what is missing or no number."""
    known = [float(each) for each in values if isinstance(each, int | float)]
    if not known:
        return [-1] * len(values)
    edges = np.quantile(known, np.arange(1, TONES) / TONES)
    return [
        int(np.searchsorted(edges, float(each), side="left")) if isinstance(each, int | float) else -1
        for each in values
    ]


def spread(points: NDArray[np.float64], reach: float) -> NDArray[np.float64]:
    """How far each dot stands from the middle of its row: to and fro where dots would meet."""
    met: dict[int, int] = {}
    away = np.empty(len(points))
    for place, value in enumerate(np.round(SLICES * points / reach).astype(int)):
        count = met[value] = met.get(int(value), -1) + 1
        away[place] = (1 if count % 2 else -1) * ((count + 1) // 2)
    largest = max(np.abs(away).max(), 1.0)
    places: NDArray[np.float64] = SWARM * away / largest
    return places
