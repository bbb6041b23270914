"""A drift run in Markdown: for a terminal, a workflow's summary, an issue."""

from __future__ import annotations

from app.scoring.drift import Drift, Stability
from app.scoring.features import by_name

LISTED = 10


def in_markdown(drift: Drift) -> str:
    """The run in Markdown: what to do, then the features that drift most."""
    before, now, score = drift.reference, drift.current, drift.score
    lines = [
        f"# Drift: {drift.signal}",
        f"{now.clients:,} current clients against the reference of model {drift.model_version} "
        f"({drift.reference_clients:,} clients, {before.clients:,} of them scored out of fold).",
        f"PSI of the score {score.psi:.3f} ({score.low:.3f} to {score.high:.3f}); acceptance rate "
        f"{before.acceptance_rate:.1%} -> {now.acceptance_rate:.1%}, mean probability {before.mean_probability:.2%} -> "
        f"{now.mean_probability:.2%}; expected AUC {drift.on_current.expected.auc:.3f}, "
        f"cost {drift.on_current.expected.cost:.3f}.",
        f"{len(drift.drifting)} of {sum(each.importance > 0 for each in drift.features)} model inputs drift.",
        *_realised(drift),
        "",
        "| feature | importance | PSI | values | missing | signal |",
        "|---|---:|---:|---:|---:|---|",
    ]
    return "\n".join([*lines, *(_line(each) for each in drift.features[:LISTED])])


def _realised(drift: Drift) -> list[str]:
    found = drift.on_current.realised
    if found is None:
        return []
    figures = f"Realised on {found.clients:,} outcomes: AUC {found.auc:.3f}, cost {found.cost:.3f}"
    return [f"{figures}; {found.strangers:,} outcomes are of nobody here."]


def _line(each: Stability) -> str:
    figures = f"{each.importance:.1%} | {each.psi:.3f} | {each.value_drift:.3f} | {each.missing_drift:.3f}"
    return f"| {by_name[each.feature].label} | {figures} | {each.signal} |"
