"""What every threshold costs, how sure that is, and where the thresholds that matter stand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import plotly.graph_objects as go

from app.language.words import Words
from app.scoring.audit.thresholds import DRAWN, LARGEST_DRAWN, Thresholds
from app.scoring.policy import Floats
from app.ui.charts.bins import ticks
from app.ui.charts.rows import axis_title
from app.ui.charts.style import Spec, still_layout, text_at, to_the_pixel
from app.ui.kit.palette import Palette

HEIGHT, LABEL_HEIGHT = 300, 24
USUAL_END = 0.3
PER = 1_000


@dataclass(frozen=True, slots=True)
class Mark:
    """A threshold that matters.

    Attributes:
        label: its name and value, in words.
        tried: whether it is the one the reader moves.
    """

    threshold: float
    label: str
    tried: bool = False


def cost(thresholds: Thresholds, weight: float, marks: Sequence[Mark], words: Words, palette: Palette) -> go.Figure:
    """The cost curve with its 95 % band; each mark is named above it, on a line of its own."""
    end = USUAL_END if all(mark.threshold < USUAL_END for mark in marks) else LARGEST_DRAWN
    shown = end >= DRAWN
    costs, low, high = (PER * each[shown] for each in (thresholds.drawn_cost(weight), *thresholds.cost_band(weight)))
    reach = [0.97 * float(low.min()), 1.02 * float(high.max())]
    top = LABEL_HEIGHT * len(marks) + 12
    layout = still_layout(palette, height=HEIGHT + top, margin={"l": 52, "r": 24, "t": top, "b": 52})
    layout["xaxis"] |= {"range": [0, end], "tickvals": ticks(0.0, end, 6), "ticks": "outside"}
    layout["xaxis"]["ticktext"] = [words.percent(value) for value in layout["xaxis"]["tickvals"]]
    layout["xaxis"]["title"] = axis_title(words.say("Threshold: refused from this probability of default on"), palette)
    layout["yaxis"] |= {"range": reach, "tickvals": ticks(reach[0], reach[1]), "gridcolor": palette.line}
    layout["yaxis"]["ticktext"] = [words.number(value, 0) for value in layout["yaxis"]["tickvals"]]
    placed = list(zip(marks, _places(marks), strict=True))
    layout["shapes"] = [_line(mark, place, end, palette) for mark, place in placed]
    layout["annotations"] = [_name(mark, place, end, palette) for mark, place in placed]
    data = [
        _drawn(low, reach, {"width": 0}),
        _drawn(high, reach, {"width": 0}, fill="tonexty", fillcolor=palette.line),
        _drawn(costs, reach, {"color": palette.ink, "width": 2}),
    ]
    return go.Figure(data=data, layout=layout)


def _drawn(costs: Floats, reach: list[float], line: Spec, **filled: str) -> go.Scatter:
    low, high = reach
    x = {"x0": DRAWN[0], "dx": DRAWN[1] - DRAWN[0]}
    return go.Scatter(y=to_the_pixel(costs, high - low), **x, mode="lines", line=line, hoverinfo="skip", **filled)


def _places(marks: Sequence[Mark]) -> list[int]:
    """On which line above the curve each is named: the lower its threshold the higher, as names stand to the right of
    their line and lines end at their name."""
    order = sorted(range(len(marks)), key=lambda each: -marks[each].threshold)
    return [order.index(each) for each in range(len(marks))]


def _line(mark: Mark, place: int, end: float, palette: Palette) -> Spec:
    x = min(mark.threshold, end)
    line = {"color": palette.ink if mark.tried else palette.muted, "width": 2, "dash": "solid" if mark.tried else "dot"}
    risen = 1 + (LABEL_HEIGHT * place + LABEL_HEIGHT / 2) / (HEIGHT - 52)
    return {"type": "line", "x0": x, "x1": x, "yref": "paper", "y0": 0, "y1": risen, "line": line, "layer": "above"}


def _name(mark: Mark, place: int, end: float, palette: Palette) -> Spec:
    x = min(mark.threshold, end)
    left = x < 0.6 * end
    text = f"<b>{mark.label}</b>" if mark.tried else mark.label
    return text_at(
        text,
        palette.ink if mark.tried else palette.muted,
        15,
        x=x,
        yref="paper",
        y=1,
        yshift=LABEL_HEIGHT * place + LABEL_HEIGHT / 2,
        xanchor="left" if left else "right",
        bgcolor=palette.background,  # where names stand to the left, a line of another may pass behind
        xshift=6 if left else -6,
    )
