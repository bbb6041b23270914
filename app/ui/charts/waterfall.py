"""From the average client to this one, or from one answer to another, in points."""

from __future__ import annotations

import plotly.graph_objects as go

from app.language.words import Words
from app.scoring.decision import Decision
from app.ui.charts.rows import axis_title, figure_height, folded, placed, row_axis, row_labels
from app.ui.charts.step import Step
from app.ui.charts.style import client_mark, mark_at, still_layout
from app.ui.kit.palette import Palette


def waterfall(decision: Decision, explained: tuple[Step, ...], words: Words, palette: Palette) -> go.Figure:
    """From the average client, at the top, to this one, at the bottom."""
    average = words.say("Average client {points}", points=f"<b>{words.points(decision.average_points)}</b>")
    client = words.say("This client {points}", points=f"<b>{words.points(decision.points)}</b>")
    return bridge(decision.average_points, decision.points, (average, client), explained, words, palette)


def bridge(
    start: float, end: float, ends: tuple[str, str], explained: tuple[Step, ...], words: Words, palette: Palette
) -> go.Figure:
    """From some points, at the top, to this client's, at the bottom; each label stands above its bar.

    Args:
        ends: names of both.
    """
    names = [ends[0], *(folded(step.label) for step in explained), ends[1]]
    rows = placed(names)
    layout = still_layout(palette, height=figure_height(rows), margin={"l": 4, "r": 4, "t": 8, "b": 48})
    title = axis_title(words.say("Points (more points, less risk)"), palette)
    layout["xaxis"] |= {"range": _reach(start, end, explained), "nticks": 6, "gridcolor": palette.line, "title": title}
    layout["yaxis"] |= row_axis(rows)
    layout["annotations"] = row_labels(names, rows, palette)
    origin = mark_at(start, rows[0], symbol="circle", size=13, color=palette.muted)
    bars = _bars(start, explained, rows[1:-1], words, palette)
    return go.Figure(data=[bars, origin, client_mark(end, rows[-1], palette)], layout=layout)


def _bars(start: float, explained: tuple[Step, ...], rows: list[float], words: Words, palette: Palette) -> go.Waterfall:
    return go.Waterfall(
        orientation="h",
        base=start,
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


def _reach(start: float, end: float, explained: tuple[Step, ...]) -> list[float]:
    """Room for every bar and for the figure written at its end."""
    ends = [start, end, *(step.end for step in explained)]
    room = max(8.0, 0.18 * (max(ends) - min(ends)))
    return [min(ends) - room, max(ends) + room]
