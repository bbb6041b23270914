"""Where the client stands on the points scale."""

from __future__ import annotations

import math

import plotly.graph_objects as go

from app.scoring.decision import Decision
from app.ui.charts.style import Spec, client_mark, still_layout, text_at, vertical
from app.ui.palette import Palette
from app.ui.words import Words

NARROWEST_HALF = 60.0
CLIENT_HEIGHT, BAND_NAME_HEIGHT = 0.72, 0.24
"""Apart, so that a client near either end does not hide the name of its band."""


def gauge(decision: Decision, words: Words, palette: Palette) -> go.Figure:
    """Where the client stands on the points scale, the active threshold mid-scale and its bands around it."""
    low, high = _scale(decision)
    axis = {"range": [low, high], "ticks": "outside", "nticks": 7, "showgrid": False}
    layout = still_layout(palette, height=204, margin={"l": 8, "r": 8, "t": 46, "b": 78})
    layout["shapes"] = [*_bands(decision, palette), *_lines(decision, palette)]
    layout["annotations"] = [*_names_of_bands(decision, words, palette), _name_of_client(decision, words, palette)]
    layout["xaxis"] |= axis
    layout["yaxis"] |= {"range": [0, 1], "visible": False}
    return go.Figure(data=[client_mark(decision.points, CLIENT_HEIGHT, palette)], layout=layout)


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
    threshold = vertical(decision.threshold_points, -0.12, 1.12, {"color": palette.ink, "width": 2})
    client = vertical(decision.points, CLIENT_HEIGHT, 1.12, {"color": palette.ink, "width": 2, "dash": "dot"})
    return [threshold, client]


def _names_of_bands(decision: Decision, words: Words, palette: Palette) -> list[Spec]:
    start, end = _grey_zone(decision)
    threshold = words.say("Threshold {points}", points=f"<b>{words.points(decision.threshold_points)}</b>")
    review = words.say("To review from {low} to {high}", low=words.points(start), high=words.points(end))
    edge = {"xref": "paper", "y": BAND_NAME_HEIGHT}
    middle = {"x": decision.threshold_points, "y": 0}
    return [
        text_at(threshold, palette.ink, 15, yshift=-38, **middle),
        text_at(review, palette.review, 14, yshift=-60, **middle),
        text_at(f"<b>{words.say('Refuse')}</b>", palette.refuse, 15, x=0, xshift=10, xanchor="left", **edge),
        text_at(f"<b>{words.say('Accept')}</b>", palette.accept, 15, x=1, xshift=-10, xanchor="right", **edge),
    ]


def _name_of_client(decision: Decision, words: Words, palette: Palette) -> Spec:
    low, high = _scale(decision)
    place = (decision.points - low) / (high - low)
    side = "left" if place < 0.2 else "right" if place > 0.8 else "center"
    name = words.say("This client {points}", points=f"<b>{words.points(decision.points)}</b>")
    return text_at(name, palette.ink, 16, x=decision.points, y=1, yshift=30, xanchor=side)
