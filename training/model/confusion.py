"""Who was accepted and who refused, by what became of them: the four counts behind every cost."""

from __future__ import annotations

from collections.abc import Mapping

import plotly.graph_objects as go

DECISIONS, OUTCOMES = ("accepted", "refused"), ("repaid", "defaulted")


def confusion(measured: Mapping[str, float]) -> dict[str, int]:
    """Counts "accepted, repaid" ... "refused, defaulted" from the figures of ``evaluate.measures``."""
    bad = round(measured["clients"] * measured["default_rate"])
    missed, lost = round(measured["missed_defaults"]), round(measured["lost_good_clients"])
    served = round(measured["clients"]) - bad - lost
    return {
        "accepted, repaid": served,
        "accepted, defaulted": missed,
        "refused, repaid": lost,
        "refused, defaulted": bad - missed,
    }


def draw_confusion(counts: Mapping[str, int], rows: str) -> go.Figure:
    """The four counts as a table of two by two."""
    cells = [[counts[f"{decision}, {outcome}"] for outcome in OUTCOMES] for decision in DECISIONS]
    heat = go.Heatmap(z=cells, x=OUTCOMES, y=DECISIONS, texttemplate="%{z:,}", colorscale="Blues", showscale=False)
    return go.Figure(heat).update_layout(
        title=f"Decisions and outcomes, {rows.replace('_', ' ')}", yaxis={"autorange": "reversed"}
    )
