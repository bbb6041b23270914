"""What an item does to the score from one value to the next, this client marked."""

from __future__ import annotations

import math
from collections.abc import Sequence

import plotly.graph_objects as go

from app.language.features import value_in_words
from app.language.words import Words
from app.scoring.decision import Contribution, Value
from app.scoring.dependence import Dependence, Part, parts
from app.ui.charts.rows import axis_title, figure_height, folded, placed, row_axis, row_labels
from app.ui.charts.style import CLIENT_MARK, Spec, mark_at, still_layout, to_the_pixel
from app.ui.kit.palette import Palette
from app.ui.kit.plain_text import in_chart

HEIGHT = 360
SHOWN_SHARE = 0.98
"""Of the sample: the few values beyond would press all others together."""
MOST_ROWS = 12
MOST_TICKS = 3
"""On a telephone, amounts leave room for no more."""


def dependence_chart(told: Dependence, own: Contribution, words: Words, palette: Palette) -> go.Figure:
    """Values against effects: a cloud for a number, rows for a category or a number of few values.

    Args:
        own: what the item does for this client.
    """
    return (_rows_chart if told.by_value else _cloud_chart)(told, own, words, palette)


def _cloud_chart(told: Dependence, own: Contribution, words: Words, palette: Palette) -> go.Figure:
    low, high = _reach(told, own.value)
    aside = low - 0.18 * (high - low)
    layout = still_layout(palette, height=HEIGHT, margin={"l": 46, "r": 12, "t": 12, "b": 48})
    ticks = _ticks(low, high)
    texts = [value_in_words(told.feature, tick, words) for tick in ticks]
    if None in told.values or own.value is None:
        ticks, texts = [aside, *ticks], [words.say("not provided").replace(" ", "<br>"), *texts]
    layout["xaxis"] |= {"range": [aside - 0.08 * (high - low), high + 0.04 * (high - low)], "showgrid": False,
                        "tickvals": ticks, "ticktext": texts, "tickangle": 0}  # fmt: skip
    layout["yaxis"] |= {"gridcolor": palette.line, "nticks": 7, "zeroline": True, "zerolinecolor": palette.muted,
                        "title": axis_title(words.say("Effect in points"), palette)}  # fmt: skip
    at = aside if own.value is None else float(own.value)
    mark = mark_at(at, own.points, **CLIENT_MARK, color=palette.ink, line={"color": palette.background, "width": 2})
    layout["annotations"] = [_name_of_client(at, own.points, (low, high), words, palette)]
    places = [aside if value is None else float(value) for value in told.values]
    within = [(x, y) for x, y in zip(places, told.points, strict=True) if x <= high]
    helping, hurting = [dot for dot in within if dot[1] >= 0], [dot for dot in within if dot[1] < 0]
    size = high - low, max(told.points) - min(told.points)
    clouds = [_cloud(helping, size, palette.accept), _cloud(hurting, size, palette.refuse)]
    return go.Figure(data=[*clouds, mark], layout=layout)


def _cloud(dots: Sequence[tuple[float, float]], size: tuple[float, float], colour: str) -> go.Scatter:
    marker = {"color": colour, "size": 6, "opacity": 0.45}
    x, y = (to_the_pixel([dot[axis] for dot in dots], size[axis]) for axis in (0, 1))
    return go.Scatter(x=x, y=y, mode="markers", marker=marker, hoverinfo="skip")


def _name_of_client(x: float, y: float, reach: tuple[float, float], words: Words, palette: Palette) -> Spec:
    low, high = reach
    side = "right" if x > (low + high) / 2 else "left"
    text = words.say("This client {points}", points=f"<b>{words.signed(y)}</b>")
    return {"text": text, "x": x, "y": y, "xanchor": side, "xshift": -14 if side == "right" else 14, "yshift": 16,
            "showarrow": False, "font": {"color": palette.ink, "size": 16}, "bgcolor": palette.background}  # fmt: skip


def _reach(told: Dependence, own: Value) -> tuple[float, float]:
    known = sorted(float(value) for value in told.values if value is not None)
    last = known[math.ceil(SHOWN_SHARE * (len(known) - 1))]
    ends = [known[0], last if last > known[0] else known[-1], *([] if own is None else [float(own)])]
    return min(ends), max(ends)


def _ticks(low: float, high: float) -> list[float]:
    """Round numbers within the reach, ``MOST_TICKS`` of them or one less."""
    unit = 10.0 ** (math.floor(math.log10(high - low)) - 1)
    for step in (unit * times for times in (1, 2, 2.5, 5, 10, 20, 25, 50)):
        first, last = math.ceil(low / step), math.floor(high / step)
        if last - first < MOST_TICKS:
            return [step * place for place in range(first, last + 1)]
    return [low, high]


def _rows_chart(told: Dependence, own: Contribution, words: Words, palette: Palette) -> go.Figure:
    shown = most_frequent(parts(told), own.value)
    names = [folded(value_in_words(told.feature, part.low, words)) for part in shown]
    rows = placed(names)
    layout = still_layout(palette, height=figure_height(rows), margin={"l": 4, "r": 4, "t": 8, "b": 48})
    ends = [own.points, *(part.average for part in shown)]
    room = 0.16 * (max(0.0, *ends) - min(0.0, *ends)) + 0.5
    layout["xaxis"] |= {
        "range": [min(0.0, *ends) - room, max(0.0, *ends) + room],
        "gridcolor": palette.line,
        "nticks": 6,
        "zeroline": True,
        "zerolinecolor": palette.muted,
        "title": axis_title(words.say("Average effect in points"), palette),
    }
    layout["yaxis"] |= row_axis(rows)
    layout["annotations"] = row_labels(names, rows, palette)
    mine = [row for part, row in zip(shown, rows, strict=True) if part.low == own.value]
    ring = {"color": palette.ink, "line": {"color": palette.background, "width": 2}}
    marks = [mark_at(own.points, row, **CLIENT_MARK, **ring) for row in mine]
    layout["annotations"] += [
        {
            "text": words.say("This client {points}", points=f"<b>{words.signed(own.points)}</b>"),
            "x": 1,
            "xref": "paper",
            "xanchor": "right",
            "y": row,
            "yanchor": "bottom",
            "yshift": 9,
            "showarrow": False,
        }
        for row in mine
    ]
    return go.Figure(data=[_bars(shown, rows, words, palette), *marks], layout=layout)


def most_frequent(cut: Sequence[Part], own: Value) -> list[Part]:
    """At most ``MOST_ROWS`` of the values, in their order, the client's own always among them."""
    ranked = sorted(cut, key=lambda part: (part.low != own, -len(part.points)))[:MOST_ROWS]
    return [part for part in cut if part in ranked]


def _bars(shown: Sequence[Part], rows: Sequence[float], words: Words, palette: Palette) -> go.Bar:
    return go.Bar(
        orientation="h",
        x=[part.average for part in shown],
        y=rows,
        width=0.3,
        text=[in_chart(f"{words.signed(part.average, 1)}") for part in shown],
        textposition="outside",
        textfont={"size": 14},
        constraintext="none",
        cliponaxis=False,
        marker={"color": [palette.accept if part.average >= 0 else palette.refuse for part in shown]},
        hoverinfo="skip",
    )
