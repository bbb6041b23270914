"""The whole road on a small synthetic population: every part that is served is there, honest, and reproducible."""

import hashlib
import json
import shutil
import subprocess
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

import mlflow
import numpy as np
import pandas as pd
import pytest
import shap
from mlflow import MlflowClient
from tqdm import tqdm

from app.scoring.champion import Champion
from app.scoring.features import FEATURES, by_name
from app.scoring.problems import Problem
from app.store.portfolio import Portfolio
from training.features.rows import read_labels, read_rows, write_features
from training.model.recipe import Recipe
from training.pipeline import run
from training.places import Places
from training.registry.mlflow_registry import CHAMPION, MODEL, connect, replace_champion
from training.score import score
from training.synthetic.synthesize import synthesize

CLIENTS, LABELLED = 1_600, 1_500
QUICK = Recipe(repeats=2, rounds=40, parameters={**Recipe().parameters, "learning_rate": 0.1})
DEARER = replace(QUICK, weight=25.0, rounds=10)

pytestmark = pytest.mark.xdist_group("pipeline")


@pytest.fixture(scope="module")
def tables_folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("synthetic") / "tables"
    synthesize(CLIENTS, 7, folder, labelled=LABELLED)
    return folder


@pytest.fixture(scope="module")
def bars():
    """Every bar that a run of this module shows."""
    shown = []

    class Kept(tqdm):
        def __init__(self, *given, **named):
            super().__init__(*given, **named)
            shown.append(self)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("training.progress.tqdm", Kept)
        yield shown


@pytest.fixture(scope="module")
def places(tmp_path_factory, tables_folder, bars):
    root = tmp_path_factory.mktemp("desk")
    made = Places(root / "model_store", root / "portfolio")
    run(tables_folder, made, QUICK, synthetic=True)
    return made


@pytest.fixture(scope="module")
def feature_rows(tmp_path_factory, tables_folder):
    from app.scoring.tables.tables import open_tables

    path = tmp_path_factory.mktemp("features") / "features.parquet"
    write_features(open_tables(tables_folder), path)
    return read_rows(path)


@pytest.fixture(scope="module")
def champion(places):
    return Champion.load(places.champion)


def exported(folder):
    """The files of the export, without what Python leaves beside a script it has run."""
    return [path for path in folder.rglob("*") if path.is_file() and "__pycache__" not in path.parts]


def test_the_served_release_opens_and_holds_every_client(places):
    portfolio = Portfolio.open(places.portfolio)
    assert portfolio.size == CLIENTS
    assert portfolio.manifest["demo"] is True


def test_the_registry_names_the_served_version_champion(places, champion):
    connect(places.store)
    named = MlflowClient().get_model_version_by_alias(MODEL, CHAMPION)
    assert champion.version.split("-")[0] == str(named.version)


def test_the_run_tracks_what_was_measured(places):
    connect(places.store)
    version = MlflowClient().get_model_version_by_alias(MODEL, CHAMPION)
    logged = mlflow.get_run(version.run_id).data
    assert {"out_of_fold_auc", "untouched_cost_per_client", "out_of_fold_calibration_error"} <= set(logged.metrics)
    assert {"seed", "trees", "learning_rate"} <= set(logged.params)
    assert {"data_hash", "git_revision"} <= set(logged.tags)
    artifacts = {item.path for item in MlflowClient().list_artifacts(version.run_id, "curves")}
    assert artifacts == {f"curves/{name}.html" for name in ("cost", "calibration", "roc")}


def test_mlflow_serves_what_the_champion_scores(places, champion, feature_rows):
    served = mlflow.pyfunc.load_model(str(places.champion)).predict(feature_rows[list(champion.features)])
    np.testing.assert_array_equal(served["probability"], champion.probabilities(feature_rows))
    assert set(served["threshold"]) == {champion.recommended.threshold}
    expected = np.where(served["probability"] >= champion.recommended.threshold, "refuse", "accept")
    np.testing.assert_array_equal(served["decision"], expected)


def test_two_runs_of_one_recipe_give_the_same_bytes(places, tables_folder, tmp_path):
    again = Places(tmp_path / "model_store", tmp_path / "portfolio")
    run(tables_folder, again, QUICK, synthetic=True, published=tables_folder)
    for name in ("booster.txt", "champion.json", "card.json", "reference.json"):
        first, second = (place.champion / "artifacts" / name for place in (places, again))
        assert first.read_bytes() == second.read_bytes(), name


def test_the_bar_ends_at_its_total_whatever_tables_there_are(places, bars, tables_folder, tmp_path):
    (tmp_path / "tables").mkdir()
    shutil.copy(tables_folder / "application_train.parquet", tmp_path / "tables")
    run(tmp_path / "tables", Places(tmp_path / "model_store", tmp_path / "portfolio"), DEARER, challenger=True)
    ended = [(bar.n, bar.total) for bar in bars]
    assert all(done == total for done, total in ended)
    everything, application_as_challenger = ended[0][1], ended[-1][1]
    assert everything - application_as_challenger == 7 + 2  # tables, then judging and publishing
    card = json.loads(next((tmp_path / "model_store").rglob("artifacts/card.json")).read_text(encoding="utf-8"))
    declared = json.loads(next((tmp_path / "model_store").rglob("artifacts/champion.json")).read_text(encoding="utf-8"))
    assert card["policy"]["missed_default_weight"] == declared["policy"]["missed_default_weight"] == DEARER.weight
    assert card["policy"]["recommended_threshold"] == declared["policy"]["threshold"] < 1 / 10
    assert "policy decides, at its own weight" in card["policy"]["who_wins"]


def test_every_served_row_equals_the_batch_row(places, champion, feature_rows):
    portfolio = Portfolio.open(places.portfolio)
    probabilities = dict(zip(feature_rows.index, champion.probabilities(feature_rows), strict=True))
    for client in feature_rows.index[::8]:
        batch = {name: None if pd.isna(value) else value for name, value in feature_rows.loc[client].items()}
        assert dict(portfolio.client(client).features) == batch
        decision = portfolio.decide(client, champion.recommended)
        assert decision.probability == probabilities[client] == portfolio.client(client).probability


def test_contributions_sum_to_the_points_and_are_shapley_values_by_name(champion, feature_rows):
    rows = feature_rows.iloc[:200]
    explained = shap.TreeExplainer(champion.booster).shap_values(champion.matrix(rows))
    in_points = champion.contributions(rows)
    scale = -20.0 / np.log(2.0) * champion.calibration.slope
    np.testing.assert_allclose(in_points, scale * explained, atol=1e-9)
    for client, expected in zip(rows.index[:30], explained, strict=False):
        row = {name: None if pd.isna(value) else value for name, value in rows.loc[client].items()}
        decision = champion.decide(client, row, champion.recommended)
        assert decision.average_points + sum(c.points for c in decision.contributions) == pytest.approx(decision.points)
        by_feature = {c.feature: c.points for c in decision.contributions}
        assert by_feature == pytest.approx(dict(zip(champion.features, scale * expected, strict=True)))


def test_column_order_does_not_matter(champion, feature_rows):
    shuffled = feature_rows[sorted(feature_rows.columns, reverse=True)]
    np.testing.assert_array_equal(champion.probabilities(shuffled), champion.probabilities(feature_rows))


def test_an_unseen_category_scores_as_missing(champion, feature_rows):
    name = next(iter(champion.categories))
    unseen, missing = feature_rows.iloc[:50].copy(), feature_rows.iloc[:50].copy()
    unseen[name], missing[name] = "Never heard of", None
    np.testing.assert_array_equal(champion.probabilities(unseen), champion.probabilities(missing))


def test_a_client_with_everything_missing_still_gets_a_decision(champion):
    decision = champion.decide(1, dict.fromkeys(champion.features), champion.recommended)
    assert 0 < decision.probability < 1
    assert all(contribution.value is None for contribution in decision.contributions)


def test_one_row_scores_as_it_does_in_the_batch(champion, feature_rows):
    alone = [champion.probabilities(feature_rows.iloc[[position]])[0] for position in range(20)]
    np.testing.assert_array_equal(alone, champion.probabilities(feature_rows)[:20])


def test_no_protected_attribute_is_a_model_input(champion):
    assert [name for name in champion.features if by_name[name].protected] == []
    assert set(champion.card["protected"]["excluded"]) == {f.name for f in FEATURES if f.protected}
    assert set(champion.card["protected"]["price_of_excluding"]) == {"auc_lost", "cost_per_client_added"}


def test_the_untouched_split_is_scored_by_a_model_that_never_saw_it(places, tables_folder):
    """Were the final fit to see everyone, its AUC there would be that of the training clients."""
    card = Champion.load(places.champion).card
    assert card["data"]["untouched_clients"] == round(LABELLED * QUICK.untouched_share)
    assert card["measures"]["untouched"]["auc"] < card["measures"]["training_auc"] - 0.02


def test_the_exported_folder_loads_where_neither_the_project_nor_its_first_path_is(places, feature_rows, tmp_path):
    moved = tmp_path / "elsewhere"
    shutil.copytree(places.champion, moved)
    rows = tmp_path / "rows.parquet"
    feature_rows.iloc[:5].to_parquet(rows)
    hidden = places.store.with_name("hidden")
    places.store.rename(hidden)
    try:
        code = (
            "import sys, mlflow, pandas as pd; assert not any(m == 'app' or m.startswith('app.') for m in sys.modules);"
            f"print(mlflow.pyfunc.load_model({str(moved)!r}).predict(pd.read_parquet({str(rows)!r}))['probability'].to_list())"
        )
        told = subprocess.run(
            [sys.executable, "-P", "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True
        )
    finally:
        hidden.rename(places.store)
    expected = Champion.load(moved).probabilities(feature_rows.iloc[:5])
    assert json.loads(told.stdout.splitlines()[-1]) == expected.tolist()


@pytest.mark.parametrize("name", ["artifacts/booster.txt", "artifacts/champion.json", "artifacts/card.json", "MLmodel"])
def test_an_altered_or_missing_file_stops_the_champion_at_load(places, tmp_path, name):
    altered = tmp_path / "champion"
    shutil.copytree(places.champion, altered)
    (altered / name).write_bytes((altered / name).read_bytes() + b" ")
    with pytest.raises(Problem, match=name):
        Champion.load(altered)
    (altered / name).unlink()
    with pytest.raises(Problem, match=name):
        Champion.load(altered)


def test_the_export_holds_no_pickle_and_its_sums_are_true(places):
    listed = dict(reversed(line.split("  ", 1)) for line in (places.champion / "SHA256SUMS").read_text().splitlines())
    files = {path.relative_to(places.champion).as_posix(): path for path in exported(places.champion)}
    assert set(listed) == set(files) - {"SHA256SUMS"}
    assert not [name for name in files if name.endswith((".pkl", ".pickle", ".joblib"))]
    for name, digest in listed.items():
        assert hashlib.sha256(files[name].read_bytes()).hexdigest() == digest


def test_the_export_says_nothing_of_the_machine_that_trained(places):
    root = str(Path(__file__).parents[2])
    told = [path.name for path in exported(places.champion) if root in path.read_text(encoding="utf-8")]
    assert told == []
    assert tempfile.gettempdir() not in (places.champion / "MLmodel").read_text(encoding="utf-8")


def test_a_champion_that_cannot_be_copied_whole_leaves_the_one_before(places, tmp_path):
    champion, torn = tmp_path / "champion", tmp_path / "torn"
    replace_champion(places.champion, champion)
    shutil.copytree(places.champion, torn)
    (torn / "vanished.txt").symlink_to(tmp_path / "nowhere")
    with pytest.raises(shutil.Error, match="vanished"):
        replace_champion(torn, champion)
    assert Champion.load(champion).version == Champion.load(places.champion).version
    replace_champion(places.champion, champion)
    assert {path.name for path in champion.iterdir()} == {path.name for path in places.champion.iterdir()}


def test_each_store_keeps_its_own_runs_and_artifacts(places):
    assert (places.store / "mlflow.db").is_file()
    assert list((places.store / "artifacts").rglob("booster.txt"))


def test_batch_scoring_writes_the_same_decisions(places, tables_folder, tmp_path):
    out = tmp_path / "scores.parquet"
    assert score(tables_folder, places.champion, out) == CLIENTS
    scores = pd.read_parquet(out)
    assert list(scores.columns) == ["SK_ID_CURR", "probability", "points", "decision"]
    portfolio = Portfolio.open(places.portfolio)
    for row in scores.iloc[::100].itertuples():
        decision = portfolio.decide(row.SK_ID_CURR, portfolio.champion.recommended)
        assert (decision.probability, decision.points, decision.outcome) == (row.probability, row.points, row.decision)


def test_the_example_input_is_nobody(places, feature_rows):
    example = mlflow.models.Model.load(str(places.champion)).load_input_example(str(places.champion))
    typical = example.iloc[0][[name for name in example.columns if by_name[name].kind == "number"]].astype(float)
    same = (feature_rows[typical.index] == typical).all(axis=1)
    assert len(example) == 1
    assert not same.any()


@pytest.mark.parametrize("missing", ["no_such_folder", "empty"])
def test_bad_data_is_one_sentence_and_exit_code_2_and_what_is_served_stays(places, tmp_path, missing):
    (tmp_path / "empty").mkdir()
    before = (places.portfolio / "serving.json").read_bytes()
    told = subprocess.run(
        [sys.executable, "-m", "training", "train", "--data", str(tmp_path / missing), "--store", str(places.store),
         "--portfolio", str(places.portfolio)],
        capture_output=True, text=True, cwd=Path(__file__).parents[2],
    )  # fmt: skip
    assert told.returncode == 2
    assert missing in told.stderr
    assert "Traceback" not in told.stderr
    assert (places.portfolio / "serving.json").read_bytes() == before


def test_labels_reach_training_in_the_order_of_the_rows(tables_folder):
    from app.scoring.tables.tables import open_tables

    tables = open_tables(tables_folder)
    labels = tables.require_labels().to_pandas().set_index("SK_ID_CURR")["TARGET"]
    asked = labels.sort_index(ascending=False).index
    pd.testing.assert_series_equal(read_labels(tables, asked), labels.loc[asked].astype("int64"), check_names=False)
