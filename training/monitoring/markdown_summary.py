"""A drift run in Markdown: for a terminal, a workflow's summary, an issue."""

from __future__ import annotations

from app.scoring.drift import Check, Drift, Measure, Stability
from app.scoring.features import by_name
from training.monitoring.checks import FEWEST_KNOWN

LISTED = 10
TABLE = "drift-run"
"""Its name in a document."""


def in_markdown(drift: Drift) -> str:
    """The run in Markdown: what to do, then the features that drift most."""
    return "\n".join([f"# Drift: {drift.signal}", *_lines(drift)])


def in_document(drift: Drift) -> str:
    """The same for a document that has its own headings."""
    return "\n".join([f"The signal is **{drift.signal}**.", *_lines(drift)]) + "\n"


def _lines(drift: Drift) -> list[str]:
    before, now, score = drift.reference, drift.current, drift.score
    lines = [
        f"{now.clients:,} current clients against the reference of model {drift.model_version} "
        f"({drift.reference_clients:,} clients), {'out-of-fold scores' if drift.out_of_fold else 'scores'} of "
        f"{before.clients:,}.",
        f"PSI of the score {score.psi:.3f} ({score.low:.3f} to {score.high:.3f}); acceptance rate "
        f"{before.acceptance_rate:.1%} -> {now.acceptance_rate:.1%}, mean probability {before.mean_probability:.2%} -> "
        f"{now.mean_probability:.2%}; expected AUC {drift.on_current.expected.auc:.3f}, "
        f"cost {drift.on_current.expected.cost:.3f}.",
        f"{len(drift.drifting)} of {sum(each.importance > 0 for each in drift.features)} model inputs drift; "
        f"they carry {sum(each.importance for each in drift.drifting):.0%} of all effects.",
        *_realised(drift),
        *_checked(drift),
        "",
        "| feature | importance | PSI | values | missing | signal |",
        "|---|---:|---:|---:|---:|---|",
    ]
    return [*lines, *(_line(each) for each in drift.features[:LISTED])]


NAMES: dict[Measure, str] = {
    "mean_probability": "mean probability",
    "acceptance": "acceptance rate",
    "default_rate": "default rate",
    "auc": "AUC",
    "cost": "cost per client",
    "calibration": "calibration shift",
}


def _checked(drift: Drift) -> list[str]:
    head = "", "| figure | expected | what chance leaves | today | clients | signal |", "|---|---:|---:|---:|---:|---|"
    return [*head, *(_check(each) for each in drift.checks)] if drift.checks else []


def _check(each: Check) -> str:
    figures = f"{each.expected:.4f} | {each.low:.4f} to {each.high:.4f} | {each.found:.4f}"
    return f"| {NAMES[each.measure]} | {figures} | {each.clients:,} | {each.signal} |"


def _realised(drift: Drift) -> list[str]:
    found = drift.on_current.realised
    if drift.outcomes_of_nobody:
        return [
            f"Of {drift.outcomes_given:,} outcomes given none is of a client of these tables: outcomes decide nothing. "
            "Give those of these clients."
        ]
    if found is None:
        return []
    auc = "" if found.auc is None else f"AUC {found.auc:.3f}, "
    figures = f"Realised on {found.clients:,} outcomes: {auc}cost {found.cost:.3f}"
    if found.calibration_error is not None:
        figures += f", calibration error {found.calibration_error:.4f}"
    lines = [f"{figures}; {found.strangers:,} outcomes are of nobody here."]
    if found.clients < drift.current.clients:
        lines.append(
            f"Outcomes are known for {found.clients:,} of {drift.current.clients:,} clients: what is said of outcomes "
            "is said of these, who may differ from the others."
        )
    if found.auc is None:
        lines.append("All outcomes are the same: default rate, cost and calibration are checked, the AUC cannot be.")
    if found.clients < FEWEST_KNOWN:
        lines.append(f"They are too few to check: {FEWEST_KNOWN} are needed.")
    return lines


def _line(each: Stability) -> str:
    figures = f"{each.importance:.1%} | {each.psi:.3f} | {each.value_drift:.3f} | {each.missing_drift:.3f}"
    return f"| {by_name[each.feature].label} | {figures} | {each.signal} |"
