"""Two champions side by side, from their model cards, in Markdown: ``compare_champions.py BEFORE AFTER``."""

from __future__ import annotations

import json
import sys
from pathlib import Path

MEASURES = {
    "auc": "AUC",
    "cost_per_client": "cost per client",
    "calibration_error": "calibration error",
    "acceptance_rate": "acceptance rate",
    "default_rate_accepted": "default rate among the accepted",
}


def read_card(champion: Path) -> dict:
    """The model card of a champion folder."""
    return json.loads((champion / "artifacts" / "card.json").read_text(encoding="utf-8"))


def comparison(before: dict, after: dict) -> str:
    """A table of what was measured on each one's untouched clients, with the data each learnt from."""
    measured = [card["measures"]["untouched"] for card in (before, after)]
    rows = [(name, *(one[key] for one in measured)) for key, name in MEASURES.items()]
    rows.append(("recommended threshold", *(card["policy"]["recommended_threshold"] for card in (before, after))))
    lines = ["| untouched clients | before | after |", "|---|---:|---:|"]
    lines += [f"| {name} | {one:.4f} | {other:.4f} |" for name, one, other in rows]
    clients = " and ".join(f"{card['data']['labelled_clients']:,}" for card in (before, after))
    lines += [
        "",
        f"Learnt from {clients} labelled clients. Each was measured on its own untouched split: compare both on",
    ]
    lines += ["compare both on the same rows before activating the new one.", ""]
    return "\n".join(lines)


if __name__ == "__main__":
    print(comparison(*(read_card(Path(folder)) for folder in sys.argv[1:3])))
