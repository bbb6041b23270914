"""One feature over one set of clients, by outcome, with this client's place."""

from __future__ import annotations

from collections.abc import Sequence
from textwrap import wrap

import plotly.graph_objects as go
from plotly.basedatatypes import BaseTraceType

from app.language.features import value_in_words
from app.language.words import Words
from app.scoring.peers.comparison import SMALLEST_GROUP, Axis, Outcomes, Spread
from app.ui.charts.bins import Slot, is_scale, slots, ticks
from app.ui.charts.style import Spec, client_mark, still_layout, text_at, vertical
from app.ui.kit.palette import Palette
from app.ui.kit.plain_text import in_chart

HEIGHT, SMALL, ROW_HEIGHT = 310, 240, 64
FEW = 4
"""Categories named in a small chart."""
LABEL_WIDTH = 46
ROOM = 1.18
"""Above the highest bar, for the client's mark."""

Series = tuple[str, list[float], str, str]
"""Name, share of each row, line and fill of what is drawn."""


def distribution(axis: Axis, spread: Spread, words: Words, palette: Palette) -> go.Figure:
    """Shares of those who repaid and of those who did not; of all together where too few outcomes are known."""
    sizes = [each.clients for each in spread.bins]
    rows = slots(axis, sizes, words)
    counted = [row.count(spread.bins) for row in rows]
    series = _series(counted, words, palette)
    if is_scale(axis):
        return _scale(axis, series, HEIGHT, words, palette)
    return _categories(rows, series, words, palette)


def among(axis: Axis, group: Spread, everyone: Spread, words: Words, palette: Palette) -> go.Figure:
    """The group's shares beside everyone's, both in the same bins, with this client's place: a chart among several."""
    rows = slots(axis, [each.clients for each in group.bins], words, FEW)
    ours, theirs = ([row.count(spread.bins).clients for row in rows] for spread in (group, everyone))
    series = [
        (words.say("The group"), _shares(ours), palette.muted, palette.line),
        (words.say("Everyone"), _shares(theirs), palette.muted, palette.muted),
    ]
    if is_scale(axis):
        return _scale(axis, series, SMALL, words, palette)
    return _categories(rows, series, words, palette)


def _series(counted: Sequence[Outcomes], words: Words, palette: Palette) -> list[Series]:
    if sum(counted, Outcomes()).known < SMALLEST_GROUP:
        return [(words.say("Clients"), _shares([each.clients for each in counted]), palette.muted, palette.line)]
    repaid, defaulted = [each.repaid for each in counted], [each.defaulted for each in counted]
    return [
        (words.say("Repaid"), _shares(repaid), palette.accept, palette.accept_tint),
        (words.say("Not repaid"), _shares(defaulted), palette.refuse, palette.refuse),
    ]


def _shares(counts: Sequence[int]) -> list[float]:
    everyone = max(1, sum(counts))
    return [count / everyone for count in counts]


def _scale(axis: Axis, series: list[Series], height: int, words: Words, palette: Palette) -> go.Figure:
    low, high = axis.edges[0], axis.edges[-1]
    top = ROOM * max(0.01, *(share for _, shares, _, _ in series for share in shares))
    layout = still_layout(
        palette,
        height=height,
        margin={"l": 44, "r": 12, "t": 66, "b": 56 if axis.below or axis.above else 40},
        bargap=0,
    )
    layout["xaxis"] |= {"range": [low, high], "tickvals": _inner_ticks(axis), "ticks": "outside"}
    layout["xaxis"]["ticktext"] = [value_in_words(axis.feature, value, words) for value in layout["xaxis"]["tickvals"]]
    layout["yaxis"] |= {"range": [0, top], "tickvals": ticks(0.0, top / ROOM), "gridcolor": palette.line}
    layout["yaxis"]["ticktext"] = [words.percent(value) for value in layout["yaxis"]["tickvals"]]
    layout["annotations"] = [*_legend(series, "□━"), *_ends(axis, words, palette)]
    middles = [(before + after) / 2 for before, after in zip(axis.edges, axis.edges[1:], strict=False)]
    (_, shares, line, fill), *others = series
    marker = {"color": fill, "line": {"color": line, "width": 1}}
    data: list[BaseTraceType] = [go.Bar(x=middles, y=shares, width=axis.width, marker=marker, hoverinfo="skip")]
    data += [_outline(axis, shares, line) for _, shares, line, _ in others]
    if axis.bin is not None:
        place = min(max(float(axis.value or 0.0), low), high)
        layout["shapes"] = [vertical(place, 0, top, {"color": palette.ink, "width": 2, "dash": "dot"})]
        layout["annotations"].append(_name_of_client(axis, (place - low) / (high - low), words, palette))
        data.append(client_mark(place, top, palette))
    return go.Figure(data=data, layout=layout)


def _inner_ticks(axis: Axis) -> list[float]:
    """Round values, but for those within a bin that is open to one side."""
    low = axis.edges[1] if axis.below else axis.edges[0]
    high = axis.edges[-2] if axis.above else axis.edges[-1]
    return [value for value in ticks(axis.edges[0], axis.edges[-1]) if low <= value <= high]


def _ends(axis: Axis, words: Words, palette: Palette) -> list[Spec]:
    """That the first or the last bin also holds what lies beyond the axis."""
    place = {"xref": "paper", "yref": "paper", "y": 0, "yshift": -26, "yanchor": "top"}
    said = []
    if axis.below:
        value = in_chart(value_in_words(axis.feature, axis.edges[1], words))
        text = words.say("under {value}", value=value)
        said.append(text_at(text, palette.muted, 14, x=0, xanchor="left", **place))
    if axis.above:
        value = in_chart(value_in_words(axis.feature, axis.edges[-2], words))
        text = words.say("{value} and more", value=value)
        said.append(text_at(text, palette.muted, 14, x=1, xanchor="right", **place))
    return said


def _outline(axis: Axis, shares: list[float], colour: str) -> go.Scatter:
    """The contour of the bars: told apart from the filled ones without its colour."""
    heights = [0.0, *shares, 0.0]
    edges = [axis.edges[0], *axis.edges]
    line = {"color": colour, "width": 3, "shape": "hv"}
    return go.Scatter(x=edges, y=heights, mode="lines", line=line, hoverinfo="skip")


def _legend(series: list[Series], signs: str) -> list[Spec]:
    texts = [f"{sign} <b>{name}</b>" for sign, (name, *_) in zip(signs, series, strict=False)]
    place = {"xref": "paper", "yref": "paper", "y": 1, "yshift": 36, "xanchor": "left", "yanchor": "bottom"}
    colours = [line for _, _, line, _ in series]
    return [
        text_at(text, colour, 15, x=0.0 if first else 0.5, **place)
        for text, colour, first in zip(texts, colours, (True, False), strict=False)
    ]


def _name_of_client(axis: Axis, place: float, words: Words, palette: Palette) -> Spec:
    value = in_chart(value_in_words(axis.feature, axis.value, words))
    text = words.say("This client {points}", points=f"<b>{value}</b>")
    side = "left" if place < 0.25 else "right" if place > 0.75 else "center"
    return text_at(
        text, palette.ink, 15, xref="paper", x=place, yref="paper", y=1, yshift=9, xanchor=side, yanchor="bottom"
    )


def _categories(rows: Sequence[Slot], series: list[Series], words: Words, palette: Palette) -> go.Figure:
    lines = ["<br>".join(map(in_chart, wrap(row.label, LABEL_WIDTH))) for row in rows]
    ours = words.say("this client")
    names = [f"<b>{line}</b> ◆ {ours}" if row.client else line for line, row in zip(lines, rows, strict=True)]
    height = ROW_HEIGHT * len(rows) + 56
    layout = still_layout(palette, height=height, margin={"l": 4, "r": 4, "t": 40, "b": 8}, barmode="overlay")
    reach = max(0.05, *(share for _, shares, _, _ in series for share in shares))
    layout["xaxis"] |= {"range": [0, reach * 1.3], "visible": False}
    layout["yaxis"] |= {"range": [len(rows) - 0.45, -0.65], "visible": False}
    place = {"xref": "paper", "x": 0, "xanchor": "left", "yanchor": "bottom", "align": "left", "showarrow": False}
    layout["annotations"] = [{"text": name, "y": row - 0.17, **place} for row, name in enumerate(names)]
    layout["annotations"] += [{**each, "yshift": 14} for each in _legend(series, "□■")]
    height_of_bar = 0.22 if len(series) > 1 else 0.34
    data = [
        go.Bar(
            orientation="h",
            y=[row + (0.0 if first else height_of_bar + 0.04) for row in range(len(rows))],
            x=shares,
            width=height_of_bar,
            marker={"color": fill, "line": {"color": line, "width": 1}},
            text=[words.percent(share) for share in shares],
            textposition="outside",
            textfont={"size": 13},
            constraintext="none",
            cliponaxis=False,
            hoverinfo="skip",
        )
        for (_, shares, line, fill), first in zip(series, (True, False), strict=False)
    ]
    return go.Figure(data=data, layout=layout)
