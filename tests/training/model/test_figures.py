"""The figures of a document are those of the card they were written from."""

import json
from pathlib import Path

import pytest

from training.command_line.documents import Document
from training.model.figures import TABLE, table

ROOT = Path(__file__).parents[3]
CARD = ROOT / "model_store" / "champion" / "artifacts" / "card.json"


@pytest.fixture(scope="module")
def card():
    return json.loads(CARD.read_text(encoding="utf-8"))


def test_the_page_of_figures_tells_what_the_committed_champion_measured(card, tmp_path):
    again = tmp_path / "figures.md"
    again.write_text((ROOT / "docs" / "figures.md").read_text(encoding="utf-8"), encoding="utf-8")
    Document.with_table(again, TABLE).write(table(card))
    assert again.read_text(encoding="utf-8") == (ROOT / "docs" / "figures.md").read_text(encoding="utf-8")


def test_a_figure_has_its_spread_and_where_there_is_one_its_interval(card):
    auc = next(line for line in table(card).splitlines() if line.startswith("| AUC"))
    repeated, out_of_fold = card["measures"]["repeated"]["auc"], card["measures"]["intervals_95"]["out_of_fold"]["auc"]
    assert f"{repeated['mean']:.4f} ± {repeated['spread']:.4f}" in auc
    assert f"({out_of_fold[0]:.4f} to {out_of_fold[1]:.4f})" in auc


def test_one_drawing_has_no_spread(card):
    once = json.loads(json.dumps(card))
    for each in ("auc", "cost_per_client", "calibration_error", "acceptance_rate"):
        once["measures"]["repeated"][each]["spread"] = None
    assert "±" not in table(once).replace("mean ± spread", "")
