"""What past comparisons found, one after the other: how much of the score rests on what moved, and what to do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import plotly.graph_objects as go

from app.language.words import Words
from app.scoring.drift import Drift, Signal
from app.ui.charts.bins import ticks
from app.ui.charts.style import Spec, still_layout, text_at
from app.ui.kit.palette import Palette
from app.ui.kit.plain_text import in_chart

HEIGHT = 250
SIGNS: dict[Signal, tuple[str, str]] = {
    "stable": ("circle", "●"),
    "investigate": ("diamond", "◆"),
    "act": ("square", "■"),
}
FEWEST, ROOM = 0.2, 1.15
"""Share the axis shows at least, and what stands above the highest column."""


def weight(drift: Drift) -> float:
    """Share of all effects on the score that the items have which moved."""
    return sum(each.importance for each in drift.drifting)


def drift_history(
    drifts: Sequence[Drift],
    dates: Sequence[str],
    chosen: str,
    verdicts: Mapping[Signal, str],
    words: Words,
    palette: Palette,
) -> go.Figure:
    """A column a comparison with a mark that tells the verdict; the one that is shown has its date in bold.

    Args:
        dates: short, one a comparison.
        chosen: the run that is shown.
        verdicts: in words, by signal.
    """
    heights = [weight(drift) for drift in drifts]
    top = max(FEWEST, *heights)
    layout = still_layout(palette, height=HEIGHT, margin={"l": 48, "r": 8, "t": 40, "b": 48}, bargap=0.4)
    places = list(range(len(drifts)))
    named = [in_chart(date).replace(" ", "<br>") for date in dates]
    said = [f"<b>{name}</b>" if drift.run == chosen else name for drift, name in zip(drifts, named, strict=True)]
    layout["xaxis"] |= {"range": [-0.6, len(drifts) - 0.4], "tickvals": places, "tickangle": 0}
    layout["xaxis"]["ticktext"] = said
    layout["yaxis"] |= {"range": [-0.03 * top, ROOM * top], "tickvals": ticks(0.0, top), "gridcolor": palette.line}
    layout["yaxis"]["ticktext"] = [words.percent(value) for value in layout["yaxis"]["tickvals"]]
    tones: dict[Signal, str] = {"stable": palette.accept, "investigate": palette.review, "act": palette.refuse}
    layout["annotations"] = _legend(verdicts, tones)
    colours = [tones[drift.signal] for drift in drifts]
    bars = go.Bar(x=places, y=heights, width=0.5, marker={"color": colours}, opacity=0.55, hoverinfo="skip")
    marks = go.Scatter(
        x=places,
        y=heights,
        mode="markers",
        marker={"symbol": [SIGNS[drift.signal][0] for drift in drifts], "color": colours, "size": 14},
        cliponaxis=False,
        hoverinfo="skip",
    )
    return go.Figure(data=[bars, marks], layout=layout)


def _legend(verdicts: Mapping[Signal, str], tones: Mapping[Signal, str]) -> list[Spec]:
    place = {"xref": "paper", "yref": "paper", "y": 1, "yshift": 34, "xanchor": "left"}
    texts = [(f"{SIGNS[signal][1]} {said}", tones[signal]) for signal, said in verdicts.items()]
    return [text_at(text, colour, 14, x=0.33 * at, **place) for at, (text, colour) in enumerate(texts)]
