"""What happened before this application, on one line of years for each kind."""

from __future__ import annotations

import math
from collections.abc import Sequence

import plotly.graph_objects as go

from app.language.words import Words, mark
from app.scoring.history import Event, What
from app.ui.charts.rows import axis_title
from app.ui.charts.style import Spec, still_layout, vertical
from app.ui.kit.palette import Palette

HEIGHT = 380
LANES: tuple[tuple[str, tuple[What, ...]], ...] = (
    (mark("Loans elsewhere"), ("loan granted", "loan closed")),
    (mark("Applications here"), ("application approved", "application refused", "application")),
    (mark("Late payments here"), ("paid late",)),
)
SHAPES: dict[What, tuple[str, str, str]] = {
    "loan granted": (mark("granted"), "circle", "ink"),
    "loan closed": (mark("closed"), "circle-open", "ink"),
    "application approved": (mark("approved"), "circle", "accept"),
    "application refused": (mark("refused"), "x", "refuse"),
    "application": (mark("not taken up"), "circle-open", "muted"),
    "paid late": (mark("paid late"), "triangle-down", "refuse"),
}
"""Kind of event -> its word, shape and colour of the palette."""


def timeline(events: Sequence[Event], words: Words, palette: Palette) -> go.Figure:
    """Events at their years before the application, the present at the right; shapes are named above each line."""
    oldest = max(1, math.ceil(max((event.years_ago for event in events), default=1.0)))
    layout = still_layout(palette, height=HEIGHT, margin={"l": 12, "r": 12, "t": 8, "b": 52})
    title = axis_title(words.say("Years before the application"), palette)
    layout["xaxis"] |= {"range": [oldest + 0.2, -0.2], "showgrid": False, "title": title, "nticks": 6}
    layout["yaxis"] |= {"range": [len(LANES) - 0.35, -0.75], "visible": False}
    layout["shapes"] = [*_lanes(oldest, palette), vertical(0, -0.75, len(LANES) - 0.35, {"color": palette.ink})]
    layout["annotations"] = [_name(lane, words, palette) for lane in range(len(LANES))]
    kinds = [(lane, what) for lane, (_, kinds) in enumerate(LANES) for what in kinds]
    marks = [_marks([each for each in events if each.what == what], lane, palette) for lane, what in kinds]
    return go.Figure(data=[each for each in marks if each], layout=layout)


def _marks(events: Sequence[Event], lane: int, palette: Palette) -> go.Scatter | None:
    if not events:
        return None
    _, shape, colour = SHAPES[events[0].what]
    line = {"width": 2, "color": getattr(palette, colour)}
    marker = {"symbol": shape, "size": 11, "color": getattr(palette, colour), "line": line, "opacity": 0.75}
    x = [event.years_ago for event in events]
    return go.Scatter(x=x, y=[lane] * len(x), mode="markers", marker=marker, hoverinfo="skip", cliponaxis=False)


def _lanes(oldest: int, palette: Palette) -> list[Spec]:
    line = {"color": palette.line, "width": 2}
    return [
        {"type": "line", "x0": oldest, "x1": 0, "y0": lane, "y1": lane, "line": line, "layer": "below"}
        for lane in range(len(LANES))
    ]


def _name(lane: int, words: Words, palette: Palette) -> Spec:
    title, kinds = LANES[lane]
    signs = {"circle": "●", "circle-open": "○", "x": "✕", "triangle-down": "▼"}
    keys = " · ".join(
        f'<span style="color:{getattr(palette, colour)}">{signs[shape]}</span> {words.say(word)}'
        for word, shape, colour in (SHAPES[what] for what in kinds)
    )
    place = {"xref": "paper", "x": 0, "xanchor": "left", "align": "left", "y": lane, "yanchor": "bottom", "yshift": 12}
    return {"text": f"<b>{words.say(title)}</b><br>{keys}", "showarrow": False, **place}
