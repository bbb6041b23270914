"""Exploration counts exactly, finds what was put into the tables, and writes one page that needs nothing else."""

import subprocess
import sys
from pathlib import Path

import mlflow
import pytest

from app.scoring.problems import TableProblem
from app.scoring.schema import TABLES
from training.exploration import explore
from training.exploration.inspection import inspect, open_raw, sample
from training.registry import mlflow_registry
from training.synthetic.synthesize import synthesize

pytestmark = pytest.mark.xdist_group("explore")


def found_in(folder):
    with open_raw(folder) as raw:
        return inspect(raw)


def test_rows_columns_missing_and_distinct_values_are_counted(tables_folder, rows):
    found = found_in(tables_folder())
    assert {table.name: table.rows for table in found.tables} == {name: len(table) for name, table in rows.items()}
    for table in found.tables:
        for column in table.columns:
            values = [row[column.name] for row in rows[table.name]]
            assert column.missing == values.count(None), column
            assert column.values == len({value for value in values if value is not None}), column


def test_a_duplicate_row_is_counted(tables_folder, rows):
    rows["bureau_balance"].append(dict(rows["bureau_balance"][0]))
    found = {table.name: table.duplicates for table in found_in(tables_folder()).tables}
    assert found.pop("bureau_balance") == 1
    assert set(found.values()) == {0}


def test_the_outcome_is_counted_and_absent_without_labels(tables_folder, rows):
    expected = [row["TARGET"] for row in rows["application_train"]]
    assert sum(found_in(tables_folder()).outcomes.values()) == len([one for one in expected if one is not None])
    del rows["application_train"], rows["installments_payments"]
    found = found_in(tables_folder(name="unlabelled"))
    assert found.outcomes == {}
    assert found.absent == ("application_train", "installments_payments")


def test_every_declared_sentinel_is_an_anomaly(tables_folder):
    found = {(one.table, one.column): one for one in found_in(tables_folder()).anomalies}
    for name, schema in TABLES.items():
        for column in schema.columns:
            if column.sentinels:  # row 1 holds the first of them
                assert "stands for missing" in found[name, column.name].finding
                assert found[name, column.name].rows == 1
    assert found["application_train", "DAYS_EMPLOYED"].finding == "365243 stands for missing"
    assert found["application_train", "ORGANIZATION_TYPE"].finding == "XNA stands for missing"


def test_an_extreme_income_and_a_value_that_is_not_declared_are_anomalies(tables_folder, rows):
    one = rows["application_train"][3]
    rows["application_train"] += [{**one, "SK_ID_CURR": 200_000 + place} for place in range(300)]
    rows["application_train"][5]["AMT_INCOME_TOTAL"] = 117e6
    rows["application_train"][6]["CODE_GENDER"] = "Q"
    found = {(one.column, one.finding): one.rows for one in found_in(tables_folder()).anomalies}
    assert found["CODE_GENDER", "a value that is not declared"] == 1
    assert [
        rows
        for (column, finding), rows in found.items()
        if column == "AMT_INCOME_TOTAL" and "99th percentile; up to 117,000,000" in finding
    ] == [1]


def test_broken_keys_are_counted_where_they_break(tables_folder, rows):
    rows["bureau_balance"][2]["SK_ID_BUREAU"] = 999
    rows["bureau"][3]["SK_ID_BUREAU"] = rows["bureau"][2]["SK_ID_BUREAU"]
    broken = {(key.table, key.column, key.rule): key.broken for key in found_in(tables_folder()).keys if key.broken}
    assert broken["bureau", "SK_ID_BUREAU", "names one row"] == 1
    assert broken["bureau_balance", "SK_ID_BUREAU", "names a row of bureau"] >= 1
    assert set(broken) == {
        ("bureau", "SK_ID_BUREAU", "names one row"),
        ("bureau_balance", "SK_ID_BUREAU", "names a row of bureau"),
    }


def test_a_sample_is_the_same_at_every_call(tables_folder, rows):
    rows["application_train"] += [
        {**rows["application_train"][3], "SK_ID_CURR": 200_000 + place} for place in range(50)
    ]
    folder = tables_folder()
    drawn = []
    for _ in range(2):
        with open_raw(folder) as raw:
            drawn.append(sample(raw, 10)["SK_ID_CURR"].tolist())
    assert drawn[0] == drawn[1] and len(drawn[0]) == 10


# Evidently draws 750 figures: half a minute of processor time, whatever the number of rows.
SLOW = pytest.mark.timeout(900)


@pytest.fixture(scope="module")
def explored(tmp_path_factory):
    root = tmp_path_factory.mktemp("explored")
    synthesize(400, 3, root / "tables", labelled=380)
    found = explore.explore(root / "tables", root / "exploration.html", root / "store")
    return root, found


@SLOW
def test_the_page_holds_every_section_and_asks_nothing_of_the_network(explored):
    root, found = explored
    text = (root / "exploration.html").read_text(encoding="utf-8")
    for title in ("Tables", "Outcome", "Anomalies", "Keys", "Correlations", "Summary by Evidently"):
        assert f"<h2>{title}</h2>" in text
    for table in found.tables:
        assert f"<h2>Columns of {table.name}</h2>" in text
    assert "365243 stands for missing" in text
    assert text.count('<img alt="') == 2
    ours = text.split("<h2>Summary by Evidently</h2>")[0]
    assert "http://" not in ours and "https://" not in ours


@SLOW
def test_it_is_logged(explored):
    root, found = explored
    mlflow_registry.connect(root / "store", explore.EXPERIMENT)
    (run,) = mlflow.search_runs(experiment_names=[explore.EXPERIMENT]).itertuples()
    logged = mlflow.get_run(run.run_id)
    assert logged.data.metrics["rows.application_train"] == 380
    assert logged.data.metrics["anomalies"] == len(found.anomalies)
    assert [item.path for item in mlflow.MlflowClient().list_artifacts(run.run_id)] == ["exploration.html"]


def test_bad_tables_are_one_sentence_and_nothing_is_written(tmp_path):
    (tmp_path / "empty").mkdir()
    with pytest.raises(TableProblem):
        explore.explore(tmp_path / "empty", tmp_path / "page.html", tmp_path / "store")
    assert not (tmp_path / "page.html").exists()


def test_the_command_leaves_with_2_and_a_sentence(tmp_path):
    told = subprocess.run(
        [
            sys.executable,
            "-m",
            "training",
            "explore",
            "--data",
            str(tmp_path / "nowhere"),
            "--store",
            str(tmp_path),
        ],
        capture_output=True,
        text=True,
        cwd=Path(__file__).parents[3],
    )
    assert told.returncode == 2
    assert "nowhere" in told.stderr and "Traceback" not in told.stderr
