"""What every test may ask for: a valid mini set of the eight tables, in memory or in files, and the real data."""

from __future__ import annotations

import csv
import gzip
import math
import os
import zipfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

from app.scoring.schema import APPLICATIONS, TABLES, Column
from app.scoring.schema.bounds import bounds
from tests.decisions import decision  # noqa: F401  a fixture of language, ui and what is shown

# Two workers on two cores: LightGBM's threads would only wait for one another.
os.environ.setdefault("OMP_NUM_THREADS", "1")

# One profile for all: an example slow on a busy machine is no fault, nor is a fixture that serves all examples.
TOLERATED = (HealthCheck.too_slow, HealthCheck.function_scoped_fixture)
hypothesis_settings.register_profile("house", deadline=None, suppress_health_check=TOLERATED)
hypothesis_settings.load_profile("house")

LONGEST_FIRST = ("system/test_pages_in_browser.py", "system/test_file_in_browser.py", "system/test_mlflow_serving.py",
                 "training", "scoring", "store")  # fmt: skip
"""What takes longest, modules and rooms: begun last, one would keep one worker while the other has nothing to do."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the longest."""
    rank = {Path(__file__).parent / name: place for place, name in enumerate(LONGEST_FIRST)}
    items.sort(key=lambda item: min(rank.get(path, len(rank)) for path in (item.path, *item.path.parents)))


Rows = dict[str, list[dict[str, object]]]
FIRST_ID = {"SK_ID_CURR": 100_001, "SK_ID_BUREAU": 5_000_001, "SK_ID_PREV": 1_000_001}
LABELLED_CLIENTS = CURRENT_CLIENTS = HISTORY_ROWS = 4


def _value(column: Column, place: int, table: str) -> object:
    if column.kind == "id":
        return FIRST_ID[column.name] + place + (LABELLED_CLIENTS if table == "application_test" else 0)
    if column.nullable and place == 0:
        return None
    if column.sentinels and place == 1:
        return column.sentinels[0]
    if column.values:
        return column.values[place % len(column.values)]
    _, high = bounds(column) or (0.0, math.inf) if table in APPLICATIONS else (0.0, math.inf)
    return -place - 0.5 if high == 0 else (place + 0.5) / LABELLED_CLIENTS if high == 1 else place + 0.5


def make_rows() -> Rows:
    """Four rows a table, all keys matching; row 0 lacks what may be empty, row 1 holds the sentinels."""
    counts = {"application_train": LABELLED_CLIENTS, "application_test": CURRENT_CLIENTS}
    return {
        name: [
            {column.name: _value(column, place, name) for column in schema.columns}
            for place in range(counts.get(name, HISTORY_ROWS))
        ]
        for name, schema in TABLES.items()
    }


def csv_bytes(rows: Sequence[Mapping[str, object]], path: Path) -> bytes:
    """The rows as the published files have them: a header, commas, nothing for missing."""
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, fieldnames=list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    text = path.read_bytes()
    path.unlink()
    return text


def write_tables(folder: Path, rows: Rows, form: str = "csv") -> Path:
    """Write the tables as "csv", "csv.gz", "parquet", "parquet folder", "zip" (the competition's) or "zip of zips"."""
    folder.mkdir(parents=True, exist_ok=True)
    archive = folder / "home-credit-default-risk.zip"
    for name, table in rows.items():
        text = csv_bytes(table, folder / "scratch.csv")
        if form == "csv":
            (folder / f"{name}.csv").write_bytes(text)
        elif form == "csv.gz":
            (folder / f"{name}.csv.gz").write_bytes(gzip.compress(text))
        elif form == "zip":
            with zipfile.ZipFile(archive, "a", zipfile.ZIP_DEFLATED) as outer:
                outer.writestr(f"{name}.csv", text)
        elif form == "zip of zips":
            with zipfile.ZipFile(folder / "inner.zip", "w", zipfile.ZIP_DEFLATED) as inner:
                inner.writestr(f"{name}.csv", text)
            with zipfile.ZipFile(archive, "a") as outer:
                outer.write(folder / "inner.zip", f"{name}.csv.zip")
            (folder / "inner.zip").unlink()
        elif form == "parquet":
            pq.write_table(pa.Table.from_pylist(table), folder / f"{name}.parquet")
        elif form == "parquet folder":
            (folder / f"{name}.parquet").mkdir()
            for place, row in enumerate(table):
                pq.write_table(pa.Table.from_pylist([row]), folder / f"{name}.parquet" / f"part-{place}.parquet")
        else:
            raise ValueError(form)
    return folder


@pytest.fixture
def rows() -> Rows:
    """A valid mini set, to be spoilt at will."""
    return make_rows()


@pytest.fixture
def tables_folder(tmp_path: Path, rows: Rows) -> Callable[..., Path]:
    """Writes ``rows`` (as they stand at the call) in a form, into a fresh folder."""
    return lambda form="csv", name="tables": write_tables(tmp_path / name, rows, form)


@pytest.fixture(scope="session")
def home_credit() -> Path:
    """Folder of the real data, named by HOME_CREDIT_DIR; skips the test when it is absent."""
    folder = os.environ.get("HOME_CREDIT_DIR")
    if not folder or not Path(folder).is_dir():
        pytest.skip("HOME_CREDIT_DIR names no folder of real Home Credit data")
    return Path(folder)
