"""How much the same items weigh for all clients: the waterfall's neighbour, row beside row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import plotly.graph_objects as go

from app.language.features import label
from app.language.words import Words
from app.ui.charts.rows import axis_title, figure_height, folded, placed, row_axis, row_labels
from app.ui.charts.step import Step
from app.ui.charts.style import still_layout
from app.ui.kit.palette import Palette


def importance_chart(
    explained: Sequence[Step], importance: Mapping[str, float], words: Words, palette: Palette
) -> go.Figure:
    """A bar for each named step of the waterfall, at the height it has there: mean effect either way, in points."""
    rows = placed(["", *(folded(step.label) for step in explained), ""])
    told = [(step.feature, row) for step, row in zip(explained, rows[1:-1], strict=True) if step.feature]
    layout = still_layout(palette, height=figure_height(rows), margin={"l": 4, "r": 4, "t": 8, "b": 48})
    reach = max((importance[name] for name, _ in told), default=1.0)
    title = axis_title(words.say("Points on average, more or less"), palette)
    layout["xaxis"] |= {"range": [0, reach * 1.3], "nticks": 6, "gridcolor": palette.line, "title": title}
    layout["yaxis"] |= row_axis(rows)
    everyone = words.say("All clients")
    names = [f"<b>{everyone}</b>", *(folded(label(name, words)) for name, _ in told)]
    layout["annotations"] = row_labels(names, [rows[0], *(row for _, row in told)], palette)
    return go.Figure(data=[_bars(told, importance, words, palette)], layout=layout)


def _bars(told: Sequence[tuple[str, float]], importance: Mapping[str, float], words: Words, palette: Palette) -> go.Bar:
    return go.Bar(
        orientation="h",
        x=[importance[name] for name, _ in told],
        y=[row for _, row in told],
        width=0.36,
        text=[f"<b>{words.points(importance[name], 1)}</b>" for name, _ in told],
        textposition="outside",
        textfont={"size": 15},
        constraintext="none",
        cliponaxis=False,
        marker={"color": palette.muted},
        hoverinfo="skip",
    )
