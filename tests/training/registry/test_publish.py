"""Clients published with a champion that is there: whether thresholds may be judged on them is said, not guessed."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from app.store.portfolio import SCORES, Portfolio
from training.registry.publish import publish_data
from training.synthetic.synthesize import synthesize

CHAMPION = Path(__file__).parents[3] / "model_store" / "champion"
CLIENTS = 400


def test_the_champions_own_probability_of_clients_it_never_saw_is_out_of_fold(tmp_path: Path) -> None:
    synthesize(CLIENTS, 7, tmp_path / "tables")
    publish_data(tmp_path / "tables", CHAMPION, tmp_path / "portfolio", synthetic=True, unseen=True)
    portfolio = Portfolio.open(tmp_path / "portfolio")
    rows = pd.read_parquet(portfolio.folder / "clients.parquet", columns=list(SCORES))
    labelled = rows[rows.defaulted.notna()]
    assert 0 < len(labelled) < CLIENTS
    # To the last bit: that is how a reader knows whom the champion never saw.
    assert (labelled.out_of_fold_probability == labelled.probability).all()
    assert rows[rows.defaulted.isna()].out_of_fold_probability.isna().all()
