"""A client's own raw rows, as published."""

import duckdb
import pytest

from app.scoring.features.lineage import form_columns
from app.scoring.problems import PortfolioProblem, UnknownClient
from app.scoring.tables.tables import open_tables
from app.store.portfolio import Portfolio
from app.store.records import RECORDS, application_form, read_record, write_records


def test_every_client_gets_back_their_own_rows_cleaned(tables_folder, tmp_path):
    tables = open_tables(tables_folder())
    write_records(tables, tmp_path / "records")
    for table, columns in RECORDS.items():
        everyone = getattr(tables, table.lower()).select(*columns).to_pyarrow().to_pylist()
        for client in {row["SK_ID_CURR"] for row in everyone}:
            own = [row for row in everyone if row["SK_ID_CURR"] == client]
            found = read_record(tmp_path, table, client)
            assert sorted(found, key=str) == sorted(own, key=str)


def test_a_table_that_was_absent_has_no_rows(tables_folder, tmp_path):
    folder = tables_folder()
    (folder / "bureau.csv").unlink()
    (folder / "bureau_balance.csv").unlink()
    write_records(open_tables(folder), tmp_path / "records")
    assert read_record(tmp_path, "bureau", 100_001) == []
    assert application_form(tmp_path, 100_001)["SK_ID_CURR"] == 100_001


def test_the_form_of_every_client_is_there(demo):
    client = demo.random_client()
    form = application_form(demo.folder, client)
    assert tuple(form) == form_columns()
    assert (form["SK_ID_CURR"], form["AMT_CREDIT"]) == (client, demo.client(client).features["credit"])


def test_rows_are_ordered_by_client_so_that_they_are_found_fast(demo):
    for table in RECORDS:
        file = demo.folder / "records" / f"{table}.parquet"
        if file.exists():
            ids = [client for (client,) in duckdb.sql(f"SELECT SK_ID_CURR FROM '{file}'").fetchall()]
            assert ids == sorted(ids)


def test_an_unknown_client_has_no_form(demo):
    with pytest.raises(UnknownClient, match="999999999"):
        application_form(demo.folder, 999_999_999)


def test_a_release_without_records_says_so(root):
    with pytest.raises(PortfolioProblem, match="no raw rows"):
        application_form(Portfolio.open(root).folder, 100_001)


def test_rows_that_lie_in_two_groups_are_all_found(tables_folder, tmp_path, monkeypatch, rows):
    client = rows["bureau"][0]["SK_ID_CURR"]
    for row in rows["bureau"][:3]:
        row["SK_ID_CURR"] = client
    monkeypatch.setattr("app.store.records.ROWS_TOGETHER", 2)
    write_records(open_tables(tables_folder()), tmp_path / "records")
    assert len(read_record(tmp_path, "bureau", client)) == 3
    assert len(read_record(tmp_path, "bureau", rows["bureau"][3]["SK_ID_CURR"])) == 1
