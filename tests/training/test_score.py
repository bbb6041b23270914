"""Batch scoring of feature rows with the committed champion."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from app.scoring.champion import Champion
from app.scoring.tables import open_tables
from training.build_features import CLIENT, read_rows, write_features
from training.score import score_rows
from training.synthesize import synthesize

FOLDER = Path("model_store/champion")


@pytest.fixture(scope="module")
def features(tmp_path_factory):
    root = tmp_path_factory.mktemp("scored")
    synthesize(150, 9, root / "tables", labelled=100)
    write_features(open_tables(root / "tables"), root / "features.parquet")
    return root / "features.parquet"


def test_contributions_on_request_are_the_champions_and_sum_to_the_points(features, tmp_path):
    champion = Champion.load(FOLDER)
    assert score_rows(features, FOLDER, tmp_path / "scores.parquet", contributions=True) == 150
    scores, rows = pd.read_parquet(tmp_path / "scores.parquet").set_index(CLIENT), read_rows(features)
    assert list(scores.columns) == ["probability", "points", "decision", *champion.features]
    np.testing.assert_array_equal(scores.probability, champion.probabilities(rows))
    effects = scores[list(champion.features)]
    np.testing.assert_array_equal(effects, champion.contributions(rows))
    np.testing.assert_allclose(champion.average_points + effects.sum(axis=1), scores.points)


def test_a_data_set_in_parts_scores_as_the_whole(features, tmp_path):
    rows = pd.read_parquet(features)
    (tmp_path / "parts").mkdir()
    for number, start in enumerate(range(0, 150, 60)):
        rows.iloc[start : start + 60].to_parquet(tmp_path / "parts" / f"part-{number}.parquet")
    score_rows(features, FOLDER, tmp_path / "whole.parquet")
    score_rows(tmp_path / "parts", FOLDER, tmp_path / "from_parts.parquet")
    pd.testing.assert_frame_equal(*(pd.read_parquet(tmp_path / f"{name}.parquet") for name in ("whole", "from_parts")))
