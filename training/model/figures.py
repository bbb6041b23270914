"""The figures of a champion's card as a table for a document: written by a command, from what was measured."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

TABLE = "champion-figures"
SHOWN = {
    "auc": "AUC",
    "cost_per_client": "cost per client",
    "calibration_error": "calibration error",
    "acceptance_rate": "acceptance rate",
}


def table(card: Mapping[str, Any]) -> str:
    """Mean and spread over the drawings of the folds, the first drawing, the untouched split; in Markdown.

    Args:
        card: as ``write_card`` makes it.
    """
    measured, policy, selection = card["measures"], card["policy"], card["selection"]
    known, found = measured["repeated"], policy["recommendation"]
    clients = card["data"]["labelled_clients"] - card["data"]["untouched_clients"]
    untouched = card["data"]["untouched_clients"]
    lines = [
        f"| measure | {known['drawings']} drawings of the folds, {clients:,} clients: mean ± spread"
        f" | the first drawing | untouched, {untouched:,} clients |",
        "|---|---:|---:|---:|",
        *(_line(name, label, measured) for name, label in SHOWN.items()),
        "",
        f"Threshold {policy['recommended_threshold']:.4f} ({found['rule']}). The cheapest threshold of these clients is"
        f" {found['cheapest']:.4f}; what the folds chose lay between {found['cheapest_between'][0]:.4f} and"
        f" {found['cheapest_between'][1]:.4f} and saved {found['saved'][0]:.4f} a client on clients who had no part in"
        f" it ({found['saved'][1]:.4f} to {found['saved'][2]:.4f}).",
        f"Of {selection['considered']} inputs {selection['kept']} are selected, which costs"
        f" {selection['price_of_selecting']['auc_lost']:.4f} AUC; leaving the protected attributes out costs"
        f" {card['protected']['price_of_excluding']['auc_lost']:.4f}.",
    ]
    return "\n".join(lines) + "\n"


def _line(name: str, label: str, measured: Mapping[str, Any]) -> str:
    repeated, cells = measured["repeated"][name], []
    spread = "" if repeated["spread"] is None else f" ± {repeated['spread']:.4f}"
    for split in ("out_of_fold", "untouched"):
        low_high = measured["intervals_95"][split].get(name)
        shown = f" ({low_high[0]:.4f} to {low_high[1]:.4f})" if low_high else ""
        cells.append(f"{measured[split][name]:.4f}{shown}")
    return f"| {label} | {repeated['mean']:.4f}{spread} | {' | '.join(cells)} |"
