"""Batch scoring of feature rows with the committed champion."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from app.scoring.case.actors import Actor
from app.scoring.champion import Champion
from app.scoring.schema.keys import CLIENT
from app.scoring.tables.tables import open_tables
from app.settings import settings
from app.store.database import connect
from app.store.policies import RECOMMENDATION, PolicyHistory
from app.store.proposals import Draft
from app.store.suspensions import Suspensions
from training.__main__ import main
from training.features.rows import read_rows, write_features
from training.score import score_rows
from training.synthetic.synthesize import synthesize

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


@pytest.fixture
def store(tmp_path, monkeypatch):
    monkeypatch.setenv("STORE_URL", f"sqlite:///{tmp_path / 'desk.sqlite'}")
    settings.cache_clear()
    yield PolicyHistory.open(connect(settings().store))
    settings.cache_clear()


def test_decisions_follow_the_policy_in_force_at_the_desk_when_asked(features, tmp_path, store):
    champion = Champion.load(FOLDER)
    stricter = replace(champion.recommended, threshold=champion.recommended.threshold / 2)
    proposed = store.propose(Draft(stricter, 5000.0, 500.0, champion.version), "Ada", "A test.", champion.version)
    store.activate(proposed.number, "Bob", RECOMMENDATION, champion.version)

    def decided(*options):
        out = tmp_path / f"decided{len(options)}.parquet"
        with pytest.raises(SystemExit, match="0"):
            main(["score", "--rows", str(features), "--out", str(out), *options])
        return pd.read_parquet(out)

    recommended, in_force = decided(), decided("--in-force")
    assert (recommended.decision == "refuse").equals(recommended.probability >= champion.recommended.threshold)
    assert (in_force.decision == "refuse").equals(in_force.probability >= stricter.threshold)
    assert (in_force.decision == "refuse").sum() > (recommended.decision == "refuse").sum()


def test_nothing_is_scored_while_the_advice_is_suspended(features, tmp_path, store, capsys):
    stops, max_, mia = Suspensions.open(store.engine), Actor("Max", "manager"), Actor("Mia", "manager")
    stop = stops.suspend(max_, "Probabilities jumped.", Champion.load(FOLDER).version)
    command = ["score", "--rows", str(features), "--out", str(tmp_path / "out.parquet")]
    with pytest.raises(SystemExit) as left:
        main(command)
    assert left.value.code not in (0, None) and "Probabilities jumped" in capsys.readouterr().err
    assert not (tmp_path / "out.parquet").exists()
    stops.lift(stop.number, mia, "Mended.")
    stops.suspend(max_, "Another model.", "another")
    with pytest.raises(SystemExit, match="0"):
        main(command)
