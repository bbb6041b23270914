"""The stability of past comparisons, one after the other."""

from __future__ import annotations

from collections.abc import Sequence

import plotly.graph_objects as go

from app.language.words import Words
from app.scoring.drift import Drift
from app.ui.charts.style import Spec, still_layout, text_at
from app.ui.kit.palette import Palette

HEIGHT = 260
BANDS = (0.10, 0.25)
"""Of ``scoring.stability``, which the page does not load."""
SHAPES = {"stable": "circle", "investigate": "diamond", "act": "square"}


def drift_history(drifts: Sequence[Drift], dates: Sequence[str], words: Words, palette: Palette) -> go.Figure:
    """The score's index at each run, the bands as lines, the shape of a mark telling what to do."""
    top = max(0.3, *(drift.score.psi * 1.15 for drift in drifts))
    layout = still_layout(palette, height=HEIGHT, margin={"l": 44, "r": 16, "t": 16, "b": 44})
    last = len(drifts) - 1
    ends = [0, last] if last else [0]
    layout["xaxis"] |= {"range": [-0.5, last + 0.5], "tickvals": ends, "ticktext": [dates[place] for place in ends]}
    layout["yaxis"] |= {"range": [-0.06 * top, top], "tickvals": [0, *BANDS], "gridcolor": palette.line}
    layout["yaxis"]["ticktext"] = [words.points(value, 2) for value in (0, *BANDS)]
    layout["annotations"] = [
        _band(words.say("investigate"), BANDS[0], palette.review),
        _band(words.say("act"), BANDS[1], palette.refuse),
    ]
    tones = {"stable": palette.accept, "investigate": palette.review, "act": palette.refuse}
    signals = [drift.signal for drift in drifts]
    line = go.Scatter(
        x=list(range(len(drifts))),
        y=[drift.score.psi for drift in drifts],
        mode="lines+markers",
        line={"color": palette.muted, "width": 2},
        marker={
            "symbol": [SHAPES[signal] for signal in signals],
            "color": [tones[signal] for signal in signals],
            "size": 12,
        },
        cliponaxis=False,
        hoverinfo="skip",
    )
    return go.Figure(data=[line], layout=layout)


def _band(text: str, height: float, colour: str) -> Spec:
    return text_at(text, colour, 14, xref="paper", x=1, xanchor="right", y=height, yshift=9)
