"""The engine beyond one machine, in Spark's local mode: the same numbers, the same sentences."""

import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from app.scoring.features import FEATURES
from app.scoring.problems import Problem, TableProblem
from app.scoring.schema.keys import CLIENT
from app.scoring.tables.tables import open_tables
from tests.conftest import make_rows, write_tables
from training.features.rows import read_rows, write_features
from training.score import score_rows
from training.synthetic.synthesize import synthesize

pytest.importorskip("pyspark", reason="PySpark is optional: pip install -r training/requirements-spark.txt")
if not shutil.which("java"):
    pytest.skip("Spark wants Java: sh tests/system/install.sh", allow_module_level=True)

from training.features import spark

# Planning such wide aggregates takes a minute a time, half of it where the JVM does not optimise code that runs once.
pytestmark = [pytest.mark.system, pytest.mark.alone, pytest.mark.timeout(900)]

CHAMPION = Path("model_store/champion")
CLIENTS = 400
CONFIGURED = """
spark.master local[2]
spark.ui.enabled false
spark.driver.host 127.0.0.1
spark.sql.shuffle.partitions 2
spark.sql.codegen.wholeStage false
spark.driver.extraJavaOptions -XX:TieredStopAtLevel=1 -XX:+UseSerialGC
"""


@pytest.fixture(scope="module", autouse=True)
def session(tmp_path_factory):
    """A small local Spark, configured as a cluster is: by its own file."""
    folder = tmp_path_factory.mktemp("configuration")
    (folder / "spark-defaults.conf").write_text(CONFIGURED, encoding="utf-8")
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("SPARK_CONF_DIR", str(folder))
        with spark.running() as started:
            yield started
            started.stop()


def test_it_runs_where_its_own_configuration_says(session):
    assert session.conf.get("spark.sql.shuffle.partitions") == "2"
    assert session.sparkContext.master == "local[2]"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    made = tmp_path_factory.mktemp("synthetic") / "tables"
    synthesize(CLIENTS, 11, made, labelled=340)
    return made


@pytest.fixture(scope="module")
def embedded(folder, tmp_path_factory):
    """The feature rows as DuckDB builds them."""
    path = tmp_path_factory.mktemp("duckdb") / "features.parquet"
    write_features(open_tables(folder), path)
    return path


@pytest.fixture(scope="module")
def distributed(folder, tmp_path_factory):
    """The same from Spark."""
    path = tmp_path_factory.mktemp("spark") / "features"
    spark.build_features(str(folder), str(path))
    return path


def assert_same_rows(one, other):
    assert list(one.index) == list(other.index)
    assert list(one.columns) == list(other.columns) == [feature.name for feature in FEATURES]
    for feature in FEATURES:
        ours, theirs = one[feature.name], other[feature.name]
        if feature.kind == "category":
            assert ours.fillna("").tolist() == theirs.fillna("").tolist(), feature.name
        else:
            np.testing.assert_allclose(ours, theirs, rtol=1e-5, atol=1e-9, equal_nan=True, err_msg=feature.name)


def test_every_feature_of_every_client_is_the_same_on_both_engines(embedded, distributed):
    rows = read_rows(embedded)
    assert rows.notna().any().mean() > 0.95  # otherwise nothing would be compared
    assert_same_rows(rows, read_rows(distributed))


def test_tables_in_csv_give_the_same_features(tmp_path):
    text = write_tables(tmp_path / "csv", make_rows())
    write_features(open_tables(text), tmp_path / "duckdb.parquet")
    spark.build_features(str(text), str(tmp_path / "spark"))
    assert_same_rows(read_rows(tmp_path / "duckdb.parquet"), read_rows(tmp_path / "spark"))


@pytest.mark.parametrize(("given", "threshold"), [("tables", None), ("rows", 0.04)])
def test_batch_scores_are_the_same_on_both_engines(folder, embedded, tmp_path, given, threshold):
    score_rows(embedded, CHAMPION, tmp_path / "duckdb.parquet", threshold=threshold)
    data, rows = (str(folder), None) if given == "tables" else (None, str(embedded))
    assert spark.score(data, rows, CHAMPION, str(tmp_path / "spark"), threshold) == CLIENTS
    ours, theirs = (pd.read_parquet(tmp_path / name).set_index(CLIENT) for name in ("duckdb.parquet", "spark"))
    assert list(theirs.columns) == ["probability", "points", "decision"]
    assert list(theirs.index) == list(ours.index)
    np.testing.assert_allclose(theirs.probability, ours.probability, rtol=0, atol=1e-5)
    np.testing.assert_allclose(theirs.points, ours.points, rtol=1e-5)
    assert theirs.decision.tolist() == ours.decision.tolist()
    assert set(ours.decision) == {"accept", "refuse"}


def told(reading):
    with pytest.raises(TableProblem) as stopped:
        reading()
    return str(stopped.value)


def spoilt(table, column, value):
    rows = make_rows()
    rows[table][2][column] = value
    return rows


@pytest.mark.parametrize(
    ("table", "column", "value"),
    [
        ("application_train", "SK_ID_CURR", 100_001),
        ("application_train", "TARGET", 2.0),
        ("bureau", "AMT_CREDIT_SUM", "a lot"),
        ("installments_payments", "SK_ID_PREV", None),
    ],
)
def test_what_stops_the_reading_is_said_in_the_same_words(tmp_path, session, table, column, value):
    folder = write_tables(tmp_path / "tables", spoilt(table, column, value))
    here = told(lambda: open_tables(folder))
    assert told(lambda: spark.open_tables(str(folder), session)) == here.replace(", line 4", "")


def test_what_is_tolerated_is_told_in_the_same_words(tmp_path, session):
    rows = make_rows()
    rows["bureau"][2] |= {"CREDIT_ACTIVE": "Never heard of", "SK_ID_CURR": 999_999, "AMT_CREDIT_SUM": float("inf")}
    for row in rows["bureau"]:
        row["REMARK"] = "outside the schema"
    del rows["credit_card_balance"]
    folder = write_tables(tmp_path / "tables", rows, "parquet")
    notices = spark.open_tables(str(folder), session).notices
    assert set(notices) == set(open_tables(folder).notices)
    assert len(notices) == 5


def test_a_folder_without_tables_or_with_one_twice_is_said(tmp_path, session):
    assert "is not a folder" in told(lambda: spark.open_tables(str(tmp_path / "nowhere"), session))
    assert "neither application_train" in told(lambda: spark.open_tables(str(tmp_path), session))
    folder = write_tables(tmp_path / "tables", make_rows())
    write_tables(folder, {"bureau": make_rows()["bureau"]}, "parquet")
    assert "bureau is there twice" in told(lambda: spark.open_tables(str(folder), session))


def test_what_is_already_there_is_never_replaced(embedded, tmp_path):
    (tmp_path / "mine.txt").write_text("precious", encoding="utf-8")
    with pytest.raises(Problem, match="already there"):
        spark.score(None, str(embedded), CHAMPION, str(tmp_path))
    assert (tmp_path / "mine.txt").read_text(encoding="utf-8") == "precious"


def test_a_damaged_file_is_one_sentence(tmp_path):
    damaged = tmp_path / "rows.parquet"
    pq.write_table(pa.table({CLIENT: [1, 2]}), damaged)
    damaged.write_bytes(damaged.read_bytes()[:-9])
    with pytest.raises(spark.SparkProblem, match="Spark stopped"):
        spark.score(None, str(damaged), CHAMPION, str(tmp_path / "out"))
    assert not (tmp_path / "out").exists()
