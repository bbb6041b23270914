"""Drift planted in a population is found and ranked first, its absence raises no alarm, bad input is a sentence."""

import gzip
import json
import math
import re
import shutil
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import mlflow
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from app.command import CRASHED
from app.scoring.features import FEATURES, by_name
from app.scoring.features.lineage import reads
from app.scoring.policy import Policy
from app.scoring.population import read_population, separated_deciles, summarise, write_population
from app.scoring.problems import DriftProblem, ModelProblem, TableProblem
from app.scoring.tables.tables import open_tables
from app.store.database import connect
from app.store.drift_runs import HTML, JSON, RESULT, read_run, runs
from app.store.effects import importance
from app.store.policies import RECOMMENDATION, PolicyHistory
from app.store.portfolio import Portfolio
from app.store.proposals import Draft
from training.__main__ import main
from training.features.rows import read_labels, read_rows, write_features
from training.model.recipe import Recipe
from training.model.train import train
from training.monitoring import drift, evidently_report
from training.monitoring.current_population import (
    SMALLEST,
    CurrentPopulation,
    read_current_population,
    read_outcomes,
)
from training.monitoring.drift import compare, drift_of_features, reference_of, run, shares
from training.monitoring.expected_performance import performance
from training.monitoring.markdown_summary import TABLE, in_markdown
from training.monitoring.psi import overall, stability
from training.monitoring.segments import score_reference
from training.places import Places
from training.registry import mlflow_registry

ROOT = Path(__file__).parents[3]
DEMO = ROOT / "data" / "demo"
AT = datetime(2026, 11, 22, 10, 30, tzinfo=UTC)

pytestmark = pytest.mark.xdist_group("drift")


@pytest.fixture(scope="module")
def opened():
    return Portfolio.open(DEMO / "portfolio")


@pytest.fixture(scope="module")
def rows(opened):
    """Feature rows of the labelled demonstration clients, one and the same population."""
    return pd.read_parquet(opened.folder / "clients.parquet", filters=[("population", "==", "labelled")])


@pytest.fixture(scope="module")
def halves(rows):
    """Two halves of that population: the reference's profile and score, and the clients nobody compared yet."""
    order = np.random.default_rng(1).permutation(len(rows))
    one, other = rows.iloc[order[: len(rows) // 2]], rows.iloc[order[len(rows) // 2 :]]
    profile = summarise(one, pd.Series(np.nan, index=one.index), FEATURES, separated_deciles)
    return profile, score_reference(one.points.to_numpy()), other


@pytest.fixture(scope="module")
def weights(opened):
    return shares(importance(opened.folder))


def comparison(halves, weights, today):
    profile, score, _ = halves
    features = drift_of_features(profile, today, weights)
    return overall(stability(score, today.points, 1), features), features


def test_a_population_like_the_reference_raises_no_alarm(halves, weights):
    draws = np.random.default_rng(40)
    told = [
        comparison(halves, weights, halves[2].iloc[draws.choice(len(halves[2]), 1_000, replace=True)])[0]
        for _ in range(40)
    ]
    assert sum(signal != "stable" for signal in told) <= 0.05 * len(told)


@pytest.mark.parametrize("clients", [SMALLEST, 800])
def test_nor_does_a_small_one(halves, weights, clients):
    draws = np.random.default_rng(clients)
    told = [
        comparison(halves, weights, halves[2].iloc[draws.choice(len(halves[2]), clients, replace=False)])[0]
        for _ in range(40)
    ]
    assert sum(signal != "stable" for signal in told) <= 0.05 * len(told)


def raise_income(today):
    today["income"] *= 1.35
    today.iloc[0, today.columns.get_loc("income")] = 1e12
    return today


def lose_a_score(today):
    today.loc[today.index[::2], "external_score_2"] = np.nan
    return today


def new_occupation(today):
    today.loc[today.index[::12], "occupation"] = "Drone pilots"
    return today


def other_mix(today):
    pensioners = today[today.income_type == "Pensioner"]
    return pd.concat([today, pensioners, pensioners, pensioners])


@pytest.mark.parametrize(
    ("plant", "feature", "part"),
    [
        (raise_income, "income", "value_drift"),
        (lose_a_score, "external_score_2", "missing_drift"),
        (new_occupation, "occupation", "value_drift"),
    ],
)
def test_a_planted_drift_is_found_and_ranked_first(halves, plant, feature, part):
    alike = dict.fromkeys(by_name, 1 / len(by_name))  # whichever inputs the served champion happens to read
    signal, features = comparison(halves, alike, plant(halves[2].copy()))
    first = features[0]
    assert first.feature == feature and first.signal != "stable" and signal != "stable"
    assert getattr(first, part) > 0.9 * first.psi
    assert [each.feature for each in features if each.signal != "stable"] == [feature]


def test_a_new_category_is_named_with_its_clients(halves, weights):
    today = new_occupation(halves[2].copy())
    first = comparison(halves, weights, today)[1][0]
    assert first.new_categories == (("Drone pilots", len(today.index[::12])),)
    assert first.current[-2] == len(today.index[::12]) and first.reference[-2] == 0


def test_another_mix_of_clients_is_found_and_ranked_first(halves, weights):
    signal, features = comparison(halves, weights, other_mix(halves[2].copy()))
    tied = {"income_type", "not_employed", "years_employed", "employer_type", "occupation", "income_per_year_employed",
            "employed_to_registration", "document_3", "documents"}  # fmt: skip
    assert signal != "stable"
    assert features[0].feature in tied
    drifting = [each.feature for each in features if each.signal != "stable" and each.importance]
    assert "income_type" in drifting and set(drifting[:3]) <= tied


def write_current(folder, change=lambda table: table, clients=500, name="application_train", histories=False):
    """A folder of current raw tables: the first demonstration clients, changed."""
    folder.mkdir(parents=True, exist_ok=True)
    table = pq.read_table(DEMO / "tables" / "application_train.parquet").slice(0, clients).to_pandas()
    changed = change(table)
    if name == "application_test":
        changed = changed.drop(columns="TARGET")
    pq.write_table(pa.Table.from_pandas(changed, preserve_index=False), folder / f"{name}.parquet")
    if histories:
        for other in (DEMO / "tables").glob("*.parquet"):
            if not other.name.startswith("application"):
                (folder / other.name).symlink_to(other)
    return folder


@pytest.fixture(scope="module")
def places(tmp_path_factory):
    root = tmp_path_factory.mktemp("desk")
    shutil.copytree(DEMO / "portfolio", root / "portfolio", ignore=shutil.ignore_patterns("drift"))
    return Places(root / "model_store", root / "portfolio")


@pytest.fixture(scope="module")
def stricter(opened, places):
    """A policy in force at the desk."""
    served, policy = opened.champion.version, Policy(0.05, missed_default_weight=12.0)
    history = PolicyHistory.open(connect(store_in(places)), four_eyes=False)
    number = history.propose(Draft(policy, 1_000.0, 100.0, served), "A", "stricter", served).number
    history.activate(number, "A", RECOMMENDATION, served)
    return policy


@pytest.fixture(scope="module")
def ran(places, stricter, tmp_path_factory):
    """Income raised in the raw tables, outcomes known: the whole road, as the command runs it."""

    def richer(table):
        table["AMT_INCOME_TOTAL"] *= 1.35
        table.loc[0, "AMT_INCOME_TOTAL"] = 1e9
        return table

    folder = write_current(tmp_path_factory.mktemp("richer"), richer, clients=2_000, histories=True)
    return run(folder, places, store_in(places), folder / "application_train.parquet", with_report=False)


def store_in(places):
    return f"sqlite:///{places.store.parent / 'journal.sqlite'}"


def test_income_raised_in_the_tables_ranks_what_reads_it_first(ran):
    drifting = ran.drifting
    assert ran.signal != "stable" and drifting
    assert all("AMT_INCOME_TOTAL" in reads()[each.feature] for each in drifting if each.feature in reads())
    assert "AMT_INCOME_TOTAL" in reads()[ran.features[0].feature]


def test_the_run_is_written_whole_beside_the_releases_and_read_back(places, ran):
    assert runs(places.portfolio) == (ran.run,)
    assert read_run(places.portfolio, ran.run) == ran
    assert {path.name for path in (places.portfolio / "drift").rglob("*") if path.is_file()} == {RESULT}
    assert Portfolio.open(places.portfolio).size > 0


def test_the_run_is_logged_with_its_record(places, ran):
    mlflow_registry.connect(places.store, drift.EXPERIMENT)
    found = mlflow.search_runs(experiment_names=[drift.EXPERIMENT], output_format="list")
    assert [each.data.tags["signal"] for each in found] == [ran.signal]
    assert found[0].data.tags["model_version"] == ran.model_version
    assert found[0].data.metrics["score_psi"] == pytest.approx(ran.score.psi)
    assert found[0].data.metrics["realised_auc"] == pytest.approx(ran.on_current.realised.auc)
    for check in ran.checks:
        assert found[0].data.metrics[f"{check.measure}_today"] == pytest.approx(check.found)
        assert found[0].data.metrics[f"{check.measure}_high"] == pytest.approx(check.high)
        assert found[0].data.tags[f"signal_{check.measure}"] == check.signal
    logged = mlflow.MlflowClient().list_artifacts(found[0].info.run_id)
    assert [item.path for item in logged] == [RESULT]


def test_the_figures_of_the_run_are_those_of_the_champion_and_the_policy_in_force(opened, ran, stricter):
    assert ran.model_version == opened.champion.version and ran.threshold == stricter.threshold
    assert ran.reference.clients == 5_000 and ran.current.clients == 2_000
    labels = pq.read_table(DEMO / "tables" / "application_train.parquet", columns=["TARGET"])["TARGET"][:2_000]
    assert ran.on_current.realised.default_rate == pytest.approx(np.mean(labels.to_numpy()))
    assert ran.on_current.realised.clients == 2_000 and ran.on_current.realised.strangers == 0
    assert ran.on_reference.expected.auc == pytest.approx(ran.on_reference.realised.auc, abs=0.02)
    assert {each.feature for each in ran.segments} >= {"income_type", "education", "gender"}
    assert sum(each.current.clients for each in ran.segments if each.feature == "gender") <= 2_000


def test_the_run_says_what_to_do_in_words(ran):
    text = in_markdown(ran)
    assert text.startswith(f"# Drift: {ran.signal}")
    assert by_name[ran.features[0].feature].label in text and "_" not in text


@pytest.mark.parametrize(("signal", "code"), [("stable", 0), ("investigate", 1), ("act", 3)])
def test_the_command_leaves_with_the_code_of_its_signal(monkeypatch, ran, signal, code):
    monkeypatch.setattr(drift, "run", lambda *_: replace(ran, signal=signal))
    with pytest.raises(SystemExit) as end:
        main(["drift", "--current", "anywhere"])
    assert end.value.code == code


@pytest.fixture(scope="module")
def today(tmp_path_factory):
    """2,000 of the very same clients, with their histories."""
    return write_current(tmp_path_factory.mktemp("today"), clients=2_000, histories=True)


def told_of(today):
    return pd.read_parquet(today / "application_train.parquet", columns=["SK_ID_CURR", "TARGET"])


def flipped(told):
    return told.assign(TARGET=1 - told.TARGET)


def of_others(told):
    return told.assign(SK_ID_CURR=told.SK_ID_CURR + 10**6)


@pytest.fixture(scope="module")
def rows_today(today):
    return read_current_population(today).rows


@pytest.mark.parametrize(
    ("outcomes", "signal", "said"),
    [
        (lambda told: told, "stable", "Realised on 2,000 outcomes"),
        (flipped, "act", "Realised on 2,000 outcomes"),
        (lambda told: told.assign(TARGET=0), "act", "All outcomes are the same"),
        (lambda told: told.iloc[::2], "stable", "Outcomes are known for 1,000 of 2,000 clients"),
        (lambda told: flipped(told.iloc[::2]), "act", "Outcomes are known for 1,000 of 2,000 clients"),
        (of_others, "stable", "Of 2,000 outcomes given none is of a client of these tables"),
    ],
    ids=["true", "flipped", "of one class", "of half", "of half, flipped", "of others"],
)
def test_outcomes_decide_as_far_as_they_go(opened, today, rows_today, tmp_path, outcomes, signal, said):
    outcomes(told_of(today)).to_csv(tmp_path / "outcomes.csv", index=False)
    defaulted, strangers = read_outcomes(tmp_path / "outcomes.csv", rows_today.index)
    given = strangers + int(defaulted.notna().sum())
    current = CurrentPopulation(rows_today, defaulted, strangers, given)
    found = compare(opened, current, opened.champion.recommended, AT)
    text = in_markdown(found)
    assert found.signal == signal and text.startswith(f"# Drift: {signal}") and said in text
    assert {each.measure for each in found.checks} >= {"mean_probability", "acceptance"}


@pytest.mark.parametrize(("outcomes", "code", "signal", "acts"), [(flipped, 3, "act", 4), (of_others, 2, "stable", 0)])
def test_the_command_writes_what_outcomes_decide_and_leaves_with_it(
    places, today, tmp_path, capsys, outcomes, code, signal, acts
):
    outcomes(told_of(today)).to_csv(tmp_path / "outcomes.csv", index=False)
    document, before = tmp_path / "drift.md", runs(places.portfolio)
    document.write_text(f"<!-- {TABLE}: written by the command -->\nold\n<!-- end of {TABLE} -->\n", encoding="utf-8")
    given = {"current": today, "labels": tmp_path / "outcomes.csv", "portfolio": places.portfolio, "write": document}
    desk = {"store": places.store, "store-url": store_in(places)}
    options = [part for name, value in {**given, **desk}.items() for part in (f"--{name}", str(value))]
    with pytest.raises(SystemExit) as end:
        main(["drift", *options, "--no-report"])
    text = capsys.readouterr().out
    assert end.value.code == code and text.startswith(f"# Drift: {signal}") and text.count("| act |") == acts
    assert text.split("\n", 1)[1].strip() in document.read_text(encoding="utf-8")
    made = [run for run in runs(places.portfolio) if run not in before]
    assert [read_run(places.portfolio, run).signal for run in made] == [signal]


def test_outcomes_of_nobody_here_never_leave_with_the_code_of_stable_nor_hide_a_graver_one(ran):
    nobody = replace(ran, outcomes_given=7, on_current=replace(ran.on_current, realised=None))
    codes = {signal: drift.exit_code(replace(nobody, signal=signal)) for signal in drift.EXIT_CODES}
    assert codes == {"stable": 2, "investigate": 1, "act": 3}
    assert drift.exit_code(replace(nobody, signal="stable", outcomes_given=None)) == 0


def command(*arguments):
    return subprocess.run(
        [sys.executable, "-m", "training", "drift", *map(str, arguments)],
        capture_output=True,
        text=True,
        cwd=ROOT,
    )


def test_bad_input_is_one_sentence_exit_code_2_and_nothing_is_written(tmp_path):
    shutil.copytree(DEMO / "portfolio", tmp_path / "portfolio", ignore=shutil.ignore_patterns("drift"))
    (tmp_path / "empty").mkdir()
    told = command(
        "--current", tmp_path / "empty", "--portfolio", tmp_path / "portfolio", "--store", tmp_path / "store"
    )
    assert told.returncode == 2
    assert "is empty" in told.stderr and "Traceback" not in told.stderr
    assert not (tmp_path / "portfolio" / "drift").exists()


def test_a_fault_of_the_program_is_not_taken_for_a_signal(tmp_path):
    code = (
        "import runpy, sys, app.store.portfolio as p\n"
        "def broken(*_): raise RuntimeError('planted')\n"
        "p.Portfolio.open = broken\n"
        "sys.argv = ['training', 'drift', '--current', 'x']\n"
        "runpy.run_module('training', run_name='__main__')"
    )
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT)
    assert told.returncode == CRASHED and CRASHED not in {0, 1, 2, 3}


@pytest.mark.parametrize("clients", [1, SMALLEST - 1])
def test_too_few_clients_are_refused_in_words(tmp_path, clients):
    with pytest.raises(DriftProblem, match=rf"holds {clients} current clients.*Fewer than 500"):
        read_current_population(write_current(tmp_path / "few", clients=clients))


def test_another_schema_is_refused_in_words(tmp_path):
    folder = write_current(tmp_path / "other", lambda table: table.rename(columns={"AMT_CREDIT": "LOAN"}))
    with pytest.raises(TableProblem, match="AMT_CREDIT"):
        read_current_population(folder)


def test_clients_without_outcome_are_those_compared(tmp_path):
    folder = write_current(tmp_path / "both", clients=600)
    write_current(folder, lambda table: table.assign(SK_ID_CURR=range(900_001, 900_501)), 500, "application_test")
    told = read_current_population(folder)
    assert len(told.rows) == 500 and told.rows.index.min() == 900_001


def test_missing_infinite_constant_and_unseen_values_are_each_found(opened, tmp_path):
    def spoil(table):
        table["AMT_ANNUITY"] = np.nan
        table["AMT_GOODS_PRICE"] = np.inf
        table["REGION_POPULATION_RELATIVE"] = 0.02
        table["NAME_HOUSING_TYPE"] = "Houseboat"
        return table

    current = read_current_population(write_current(tmp_path / "spoilt", spoil))
    assert any("AMT_GOODS_PRICE is infinite" in notice for notice in current.notices)
    told = {each.feature: each for each in compare(opened, current, opened.champion.recommended, AT).features}
    for lost in ("annuity", "goods_price"):
        assert told[lost].missing[1] == 1.0 and told[lost].missing_drift > 1 and told[lost].signal == "act"
        assert told[lost].value_drift == pytest.approx(0, abs=1e-9)
    assert told["region_population"].signal == "act"
    assert told["housing"].new_categories == (("Houseboat", 500),) and told["housing"].signal == "act"
    assert all(math.isfinite(each.psi) for each in told.values())


def without_reference_of(feature, opened, folder):
    """The open portfolio, its champion's reference lacking a feature."""
    shutil.copytree(opened.folder, folder)
    reference = folder / "champion" / "artifacts" / "reference.json"
    known = read_population(reference)
    write_population({name: each for name, each in known.items() if name != feature}, reference)
    return replace(opened, champion=replace(opened.champion, folder=folder / "champion"))


def test_a_reference_that_lacks_an_input_of_its_model_is_refused_in_words(opened, tmp_path):
    assert "credit_to_annuity" in opened.champion.features
    with pytest.raises(ModelProblem, match=r"lacks 1 of its own inputs, first credit_to_annuity.*make train"):
        reference_of(without_reference_of("credit_to_annuity", opened, tmp_path / "release"))


def test_a_feature_the_reference_lacks_is_left_out_with_a_notice(opened, tmp_path):
    assert "age" not in opened.champion.features
    known, left_out = reference_of(without_reference_of("age", opened, tmp_path / "release"))
    assert "age" not in known and len(known) == len(by_name) - 1
    assert left_out == (
        f"Not compared, since only one of model {opened.champion.version} and this version knows them: age.",
    )
    assert reference_of(opened)[1] == ()


@pytest.mark.timeout(900)
def test_expected_performance_comes_true_on_the_untouched_real_split(home_credit, tmp_path):
    (tmp_path / "application_train.csv").symlink_to(home_credit / "application" / "application_train.csv")
    tables = open_tables(tmp_path)
    write_features(tables, tmp_path / "features.parquet")
    labelled = read_rows(tmp_path / "features.parquet", "labelled")
    quick = Recipe(repeats=1, folds=3, rounds=60, parameters={**Recipe().parameters, "learning_rate": 0.2})
    trained = train(labelled, read_labels(tables, labelled.index), quick)
    chance = trained.out_of_fold.loc[trained.untouched].to_numpy()
    told = performance(chance, trained.outcome.loc[trained.untouched].to_numpy(dtype="float64"), trained.policy)
    assert told.expected.auc == pytest.approx(told.realised.auc, abs=0.01)
    assert told.expected.cost == pytest.approx(told.realised.cost, rel=0.03)


def labels_file(folder, lines, header="SK_ID_CURR,TARGET"):
    path = folder / "labels.csv"
    path.write_text("\n".join([header, *lines]) + "\n", encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("header", "lines", "said"),
    [
        ("SK_ID_CURR,TARGET", ["100002,0", "100002,1"], "client 100002 stands there more than once"),
        ("SK_ID_CURR,TARGET", ["100002,2"], "TARGET holds 2"),
        ("SK_ID_CURR,OUTCOME", ["100002,1"], "cannot be read as labels"),
    ],
)
def test_labels_that_do_not_fit_are_refused_in_words(tmp_path, header, lines, said):
    with pytest.raises(DriftProblem, match=said):
        read_outcomes(labels_file(tmp_path, lines, header), pd.Index([100002, 100003]))


def test_labels_that_are_not_there_are_refused_in_words(tmp_path):
    with pytest.raises(DriftProblem, match="cannot be read as labels"):
        read_outcomes(tmp_path / "nowhere.csv", pd.Index([100002]))


def test_labels_of_strangers_only_leave_every_outcome_unknown(tmp_path):
    known, strangers = read_outcomes(labels_file(tmp_path, ["900001,0", "900002,1"]), pd.Index([100002, 100003]))
    assert known.isna().all() and len(known) == 2 and strangers == 2


def test_labels_of_strangers_are_left_out_and_counted(tmp_path):
    path = labels_file(tmp_path, ["100003,1", "900001,0", "900002,", "100002,0"])
    known, strangers = read_outcomes(path, pd.Index([100002, 100003, 100004]))
    assert known.iloc[:2].tolist() == [0.0, 1.0] and math.isnan(known.iloc[2]) and strangers == 1


@pytest.fixture
def few_columns(monkeypatch):
    """Evidently on a handful of columns, one of each kind and fault."""
    names = ("income", "credit", "owns_car", "occupation", "walls", "car_age")
    monkeypatch.setattr(evidently_report, "by_name", {name: by_name[name] for name in names})


def test_evidently_reads_what_would_make_it_stumble(rows, few_columns, tmp_path):
    current = rows.iloc[:600].copy()
    current.iloc[:5, current.columns.get_loc("income")] = np.inf
    current["walls"], current["car_age"] = None, np.nan
    current["credit"] = 1.0
    evidently_report.write_report(rows.iloc[600:2_000], current, tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == {HTML, JSON}
    told = json.loads((tmp_path / JSON).read_text())
    methods = {
        each["config"]["column"]: each["config"]["method"] for each in told["metrics"] if "column" in each["config"]
    }
    assert methods == {
        "income": "wasserstein",
        "credit": "wasserstein",
        "owns_car": "jensenshannon",
        "occupation": "jensenshannon",
    }
    assert all(math.isfinite(each["value"]) for each in told["metrics"] if "column" in each["config"])
    page = gzip.decompress((tmp_path / HTML).read_bytes())
    assert b"<html" in page[:2_000].lower()
    figures = page[page.index(b"var metric_") : page.index(b"globalThis")]
    assert not re.findall(rb"[ \[]-?\d+\.\d{12,}[,\]}]", figures), "sixteen digits of what a screen shows four of"
    assert re.findall(rb"[ \[]-?\d+\.\d{4,5}[,\]}]", figures)


def test_a_category_stays_text_in_evidentlys_report(rows, few_columns, tmp_path):
    current = rows.iloc[:600].copy()
    current.iloc[::3, current.columns.get_loc("occupation")] = "</script><script>planted()</script>"
    evidently_report.write_report(rows.iloc[600:2_000], current, tmp_path)
    html = gzip.decompress((tmp_path / HTML).read_bytes()).decode()
    assert "&lt;script&gt;planted()" in html
    assert "<script>planted()" not in html


def test_evidently_tells_nobody():
    import os

    assert os.environ["DO_NOT_TRACK"] == "1"
