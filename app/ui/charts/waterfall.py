"""From the average client to this one, in points."""

from __future__ import annotations

from itertools import accumulate
from textwrap import wrap

import plotly.graph_objects as go

from app.scoring.decision import Decision
from app.ui.charts.style import Spec, client_mark, mark_at, plain, still_layout
from app.ui.explanation import Step
from app.ui.palette import Palette
from app.ui.words import Words

STEP_HEIGHT = 46
LABEL_RISE = 9
LABEL_WIDTH = 46
"""Characters that fit beside each other on the narrowest telephone."""
LINE_HEIGHT = 0.42


def waterfall(decision: Decision, explained: tuple[Step, ...], words: Words, palette: Palette) -> go.Figure:
    """From the average client, at the top, to this one, at the bottom; each label stands above its bar."""
    names = _names_of_steps(decision, explained, words)
    rows = _rows(names)
    height = round(STEP_HEIGHT * (rows[-1] + 1)) + 60
    layout = still_layout(palette, height=height, margin={"l": 4, "r": 4, "t": 8, "b": 48})
    title: Spec = {"text": words.say("Points (more points, less risk)"), "standoff": 10}
    title["font"] = {"color": palette.muted, "size": 14}
    layout["xaxis"] |= {"range": _reach(decision, explained), "nticks": 6, "gridcolor": palette.line, "title": title}
    layout["yaxis"] |= {"range": [rows[-1] + 0.5, -0.75], "visible": False}
    # The background covers the lines that connect the bars; no font of their own, as each costs a millisecond.
    place = {"xref": "paper", "x": 0, "xanchor": "left", "yanchor": "bottom", "yshift": LABEL_RISE, "align": "left",
             "showarrow": False, "bgcolor": palette.background, "borderpad": 0}  # fmt: skip
    layout["annotations"] = [{"text": name, "y": row, **place} for name, row in zip(names, rows, strict=True)]
    average = mark_at(decision.average_points, rows[0], symbol="circle", size=13, color=palette.muted)
    bars = _bars(decision, explained, rows[1:-1], words, palette)
    return go.Figure(data=[bars, average, client_mark(decision.points, rows[-1], palette)], layout=layout)


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
    return [average, *("<br>".join(wrap(plain(step.label), LABEL_WIDTH)) for step in explained), client]


def _rows(names: list[str]) -> list[float]:
    """Where each row stands, one unit below the other, and a little more under a label of several lines."""
    gaps = (1 + LINE_HEIGHT * name.count("<br>") for name in names[1:])
    return list(accumulate(gaps, initial=0.0))


def _reach(decision: Decision, explained: tuple[Step, ...]) -> list[float]:
    """Room for every bar and for the figure written at its end."""
    ends = [decision.average_points, decision.points, *(step.end for step in explained)]
    room = max(8.0, 0.18 * (max(ends) - min(ends)))
    return [min(ends) - room, max(ends) + room]
