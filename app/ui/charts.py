"""Answers as Plotly figures. A figure knows the answer, the reader's words and the palette, nothing of Streamlit.

Each is built by one constructor call: Plotly checks the whole figure again at every later change, 10 times slower.
"""

from __future__ import annotations

import math
from itertools import accumulate
from textwrap import wrap
from typing import Any

import plotly.graph_objects as go

from app.scoring.decision import Decision
from app.ui.explanation import Step
from app.ui.palette import Palette
from app.ui.words import Words

Spec = dict[str, Any]

FONT = '"Source Sans", sans-serif'
STILL = {"displayModeBar": False, "scrollZoom": False, "doubleClick": False}
"""Plotly's own buttons off: they speak English and nobody zooms here."""
NARROWEST_HALF = 60.0
CLIENT_HEIGHT, BAND_NAME_HEIGHT = 0.72, 0.24
"""Apart, so that a client near either end does not hide the name of its band."""
STEP_HEIGHT = 46
LABEL_RISE = 9
LABEL_WIDTH = 46
"""Characters that fit beside each other on the narrowest telephone."""
LINE_HEIGHT = 0.42
CLIENT_MARK = {"symbol": "diamond", "size": 16}


def gauge(decision: Decision, words: Words, palette: Palette) -> go.Figure:
    """Where the client stands on the points scale, the active threshold mid-scale and its bands around it."""
    low, high = _scale(decision)
    axis = {"range": [low, high], "ticks": "outside", "nticks": 7, "showgrid": False}
    layout = _layout(palette, height=204, margin={"l": 8, "r": 8, "t": 46, "b": 78})
    layout["shapes"] = [*_bands(decision, palette), *_lines(decision, palette)]
    layout["annotations"] = [*_names_of_bands(decision, words, palette), _name_of_client(decision, words, palette)]
    layout["xaxis"] |= axis
    layout["yaxis"] |= {"range": [0, 1], "visible": False}
    return go.Figure(data=[_client(decision.points, CLIENT_HEIGHT, palette)], layout=layout)


def _scale(decision: Decision) -> tuple[float, float]:
    half = max(NARROWEST_HALF, math.ceil((abs(decision.distance) + 10) / 10) * 10, decision.grey_zone_points * 2)
    return decision.threshold_points - half, decision.threshold_points + half


def _grey_zone(decision: Decision) -> tuple[float, float]:
    return decision.threshold_points - decision.grey_zone_points, decision.threshold_points + decision.grey_zone_points


def _bands(decision: Decision, palette: Palette) -> list[Spec]:
    (low, high), (start, end) = _scale(decision), _grey_zone(decision)
    bands = (
        (low, start, palette.refuse_tint, palette.refuse),
        (start, end, palette.review_tint, palette.review),
        (end, high, palette.accept_tint, palette.accept),
    )
    box = {"type": "rect", "y0": 0, "y1": 1, "layer": "below"}
    return [
        {"x0": left, "x1": right, "fillcolor": tint, "line": {"color": line, "width": 1}, **box}
        for left, right, tint, line in bands
    ]


def _lines(decision: Decision, palette: Palette) -> list[Spec]:
    threshold = _vertical(decision.threshold_points, -0.12, 1.12, {"color": palette.ink, "width": 2})
    client = _vertical(decision.points, CLIENT_HEIGHT, 1.12, {"color": palette.ink, "width": 2, "dash": "dot"})
    return [threshold, client]


def _vertical(x: float, y0: float, y1: float, line: Spec) -> Spec:
    return {"type": "line", "x0": x, "x1": x, "y0": y0, "y1": y1, "line": line, "layer": "below"}


def _names_of_bands(decision: Decision, words: Words, palette: Palette) -> list[Spec]:
    start, end = _grey_zone(decision)
    threshold = words.say("Threshold {points}", points=f"<b>{words.points(decision.threshold_points)}</b>")
    review = words.say("To review from {low} to {high}", low=words.points(start), high=words.points(end))
    edge = {"xref": "paper", "y": BAND_NAME_HEIGHT}
    middle = {"x": decision.threshold_points, "y": 0}
    return [
        _text(threshold, palette.ink, 15, yshift=-38, **middle),
        _text(review, palette.review, 14, yshift=-60, **middle),
        _text(f"<b>{words.say('Refuse')}</b>", palette.refuse, 15, x=0, xshift=10, xanchor="left", **edge),
        _text(f"<b>{words.say('Accept')}</b>", palette.accept, 15, x=1, xshift=-10, xanchor="right", **edge),
    ]


def _name_of_client(decision: Decision, words: Words, palette: Palette) -> Spec:
    low, high = _scale(decision)
    place = (decision.points - low) / (high - low)
    side = "left" if place < 0.2 else "right" if place > 0.8 else "center"
    name = words.say("This client {points}", points=f"<b>{words.points(decision.points)}</b>")
    return _text(name, palette.ink, 16, x=decision.points, y=1, yshift=30, xanchor=side)


def waterfall(decision: Decision, explained: tuple[Step, ...], words: Words, palette: Palette) -> go.Figure:
    """From the average client, at the top, to this one, at the bottom; each label stands above its bar."""
    names = _names_of_steps(decision, explained, words)
    rows = _rows(names)
    height = round(STEP_HEIGHT * (rows[-1] + 1)) + 60
    layout = _layout(palette, height=height, margin={"l": 4, "r": 4, "t": 8, "b": 48})
    title: Spec = {"text": words.say("Points (more points, less risk)"), "standoff": 10}
    title["font"] = {"color": palette.muted, "size": 14}
    layout["xaxis"] |= {"range": _reach(decision, explained), "nticks": 6, "gridcolor": palette.line, "title": title}
    layout["yaxis"] |= {"range": [rows[-1] + 0.5, -0.75], "visible": False}
    # The background covers the lines that connect the bars; no font of their own, as each costs a millisecond.
    place = {"xref": "paper", "x": 0, "xanchor": "left", "yanchor": "bottom", "yshift": LABEL_RISE, "align": "left",
             "showarrow": False, "bgcolor": palette.background, "borderpad": 0}  # fmt: skip
    layout["annotations"] = [{"text": name, "y": row, **place} for name, row in zip(names, rows, strict=True)]
    average = _mark(decision.average_points, rows[0], symbol="circle", size=13, color=palette.muted)
    bars = _bars(decision, explained, rows[1:-1], words, palette)
    return go.Figure(data=[bars, average, _client(decision.points, rows[-1], palette)], layout=layout)


def _bars(
    decision: Decision, explained: tuple[Step, ...], rows: list[float], words: Words, palette: Palette
) -> go.Waterfall:
    return go.Waterfall(
        orientation="h",
        base=decision.average_points,
        measure=["relative"] * len(explained),
        x=[step.points for step in explained],
        y=rows,
        width=0.36,
        text=[f"<b>{words.signed(step.points)}</b>" for step in explained],
        textposition="outside",
        textfont={"size": 15},
        constraintext="none",
        cliponaxis=False,
        increasing={"marker": {"color": palette.accept}},
        decreasing={"marker": {"color": palette.refuse}},
        connector={"line": {"color": palette.muted, "width": 1}, "mode": "spanning"},
        hoverinfo="skip",
    )


def _names_of_steps(decision: Decision, explained: tuple[Step, ...], words: Words) -> list[str]:
    average = words.say("Average client {points}", points=f"<b>{words.points(decision.average_points)}</b>")
    client = words.say("This client {points}", points=f"<b>{words.points(decision.points)}</b>")
    return [average, *("<br>".join(wrap(_plain(step.label), LABEL_WIDTH)) for step in explained), client]


def _rows(names: list[str]) -> list[float]:
    """Where each row stands, one unit below the other, and a little more under a label of several lines."""
    gaps = (1 + LINE_HEIGHT * name.count("<br>") for name in names[1:])
    return list(accumulate(gaps, initial=0.0))


def _reach(decision: Decision, explained: tuple[Step, ...]) -> list[float]:
    """Room for every bar and for the figure written at its end."""
    ends = [decision.average_points, decision.points, *(step.end for step in explained)]
    room = max(8.0, 0.18 * (max(ends) - min(ends)))
    return [min(ends) - room, max(ends) + room]


def _client(points: float, row: float, palette: Palette) -> go.Scatter:
    """This client's mark, the same in every chart."""
    return _mark(points, row, **CLIENT_MARK, color=palette.ink, line={"color": palette.background, "width": 2})


def _mark(points: float, row: float, **marker: Any) -> go.Scatter:
    return go.Scatter(x=[points], y=[row], mode="markers", marker=marker, cliponaxis=False, hoverinfo="skip")


def _layout(palette: Palette, **layout: Any) -> Spec:
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


def _text(text: str, colour: str, size: int, **place: Any) -> Spec:
    return {"text": text, "showarrow": False, "font": {"color": colour, "size": size}, **place}


def _plain(label: str) -> str:
    """Plotly reads a little HTML in its texts."""
    return label.replace("&", "&amp;").replace("<", "&lt;")
