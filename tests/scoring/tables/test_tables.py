"""The raw tables: every form reads the same, every fault has its sentence, nothing tolerated goes untold."""

from __future__ import annotations

import math
import zipfile
from collections.abc import Callable
from pathlib import Path

import ibis
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.scoring.problems import TableProblem
from app.scoring.schema import HISTORIES, TABLES
from app.scoring.tables.faults import Notice
from app.scoring.tables.tables import Tables, empty_tables, open_tables, tables_from_rows

Rows = dict[str, list[dict[str, object]]]
Folder = Callable[..., Path]
FORMS = ["csv", "csv.gz", "zip", "zip of zips", "parquet", "parquet folder"]
EXPRESSIONS = ("application", "labels", *(name.lower() for name in HISTORIES))


def contents(tables: Tables) -> dict[str, list[dict[str, object]]]:
    """Every table's rows, in the order of all their columns."""
    return {
        name: sorted(getattr(tables, name).to_pyarrow().to_pylist(), key=lambda row: str(list(row.values())))
        for name in EXPRESSIONS
    }


def keep(rows: Rows, *names: str) -> None:
    """Leave out the tables a test does not need: each costs it time."""
    for name in rows.keys() - {"application_test", *names}:
        del rows[name]


def notice_on(tables: Tables, column: str) -> Notice:
    (found,) = [notice for notice in tables.notices if notice.column == column]
    return found


def edit(folder: Path, table: str, change: Callable[[bytes], bytes]) -> Path:
    file = folder / f"{table}.csv"
    file.write_bytes(change(file.read_bytes()))
    return folder


# Reading


@pytest.mark.parametrize("form", FORMS)
def test_every_form_reads_as_the_rows_it_was_written_from(form: str, rows: Rows, tables_folder: Folder) -> None:
    tables = open_tables(tables_folder(form))
    assert contents(tables) == contents(tables_from_rows(rows))
    assert tables.absent == tables.notices == ()


def test_columns_have_the_declared_names_order_and_types(tables_folder: Folder) -> None:
    tables = open_tables(tables_folder())
    for name in HISTORIES:
        assert getattr(tables, name.lower()).schema() == TABLES[name].types
    assert tables.application.columns == (*TABLES["application_test"].names, "POPULATION")
    assert tables.labels.schema() == ibis.schema({"SK_ID_CURR": "int64", "TARGET": "int64"})


def test_sentinels_become_null_and_other_values_stay(rows: Rows) -> None:
    tables = tables_from_rows(rows)
    for name in HISTORIES:
        cleaned = {tuple(row.values()) for row in contents(tables)[name.lower()]}
        expected = {
            tuple(None if row[column.name] in column.sentinels else row[column.name] for column in TABLES[name].columns)
            for row in rows[name]
        }
        assert cleaned == expected


def test_population_tells_labelled_clients_from_current_ones(rows: Rows) -> None:
    clients = {row["SK_ID_CURR"]: row["POPULATION"] for row in contents(tables_from_rows(rows))["application"]}
    expected = {row["SK_ID_CURR"]: "labelled" for row in rows["application_train"]}
    assert clients == expected | {row["SK_ID_CURR"]: "current" for row in rows["application_test"]}


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text.replace(b"\n", b"\r\n"),
        lambda text: b"\xef\xbb\xbf" + text,
        lambda text: b"\xef\xbb\xbf" + text.replace(b"\n", b"\r\n"),
        lambda text: text.replace(b"\n", b"\r"),
        lambda text: text.rstrip(b"\n"),
        lambda text: text.replace(b",,", b",NA,").replace(b",,", b",NA,"),
    ],
    ids=["CRLF", "BOM", "BOM and CRLF", "CR of old Macs", "no end of line at the end", "NA for missing"],
)
def test_csv_dialects_read_the_same(change: Callable[[bytes], bytes], rows: Rows, tables_folder: Folder) -> None:
    folder = tables_folder()
    for name in TABLES:
        edit(folder, name, change)
    assert contents(open_tables(folder)) == contents(tables_from_rows(rows))


def test_latin_1_reads_right(rows: Rows, tables_folder: Folder) -> None:
    rows["bureau"][2]["CREDIT_TYPE"] = "Prêt à la consommation"
    folder = edit(tables_folder(), "bureau", lambda text: text.decode("utf-8").encode("latin-1"))
    assert contents(open_tables(folder)) == contents(tables_from_rows(rows))


def test_columns_may_come_in_another_order(rows: Rows, tables_folder: Folder) -> None:
    expected = contents(tables_from_rows(rows))
    rows["bureau"] = [dict(reversed(row.items())) for row in rows["bureau"]]
    assert contents(open_tables(tables_folder())) == expected


@given(
    numbers=st.lists(
        st.one_of(st.none(), st.floats(allow_nan=True, allow_infinity=True, width=64)), min_size=4, max_size=4
    )
)
@settings(max_examples=15)
def test_any_number_is_itself_or_null_when_not_finite(numbers: list[float | None], rows: Rows) -> None:
    for row, number in zip(rows["bureau"], numbers, strict=True):
        row["AMT_CREDIT_SUM_DEBT"] = number
    tables = tables_from_rows({name: rows[name] for name in ("application_test", "bureau")})
    read = tables.bureau.order_by("SK_ID_BUREAU").AMT_CREDIT_SUM_DEBT.to_pyarrow().to_pylist()
    assert read == [None if number is None or not math.isfinite(number) else number for number in numbers]
    infinite = sum(number is not None and math.isinf(number) for number in numbers)
    assert [n.count for n in tables.notices if n.column == "AMT_CREDIT_SUM_DEBT"] == ([infinite] if infinite else [])


def test_progress_names_each_table_read(tables_folder: Folder) -> None:
    said: list[str] = []
    open_tables(tables_folder("zip"), progress=said.append)
    assert [sentence.split()[1] for sentence in said] == list(TABLES)


def test_two_sets_live_on_one_connection(rows: Rows) -> None:
    connection = ibis.duckdb.connect()
    first = tables_from_rows(rows, connection)
    second = tables_from_rows({"application_test": rows["application_test"][:1]}, connection)
    assert (first.application.count().execute(), second.application.count().execute()) == (8, 1)


def test_empty_tables_have_the_types_of_full_ones(rows: Rows) -> None:
    empty, full = empty_tables(), tables_from_rows(rows)
    for name in EXPRESSIONS:
        assert getattr(empty, name).schema() == getattr(full, name).schema()
        assert getattr(empty, name).count().execute() == 0


# What stops the reading: each with the words a person needs to find and mend it


def stopped(folder: Path, *words: str) -> None:
    with pytest.raises(TableProblem) as problem:
        open_tables(folder)
    for word in words:
        assert word in str(problem.value)


def test_missing_folder(tmp_path: Path) -> None:
    stopped(tmp_path / "nowhere", "nowhere is not a folder")


def test_empty_folder(tmp_path: Path) -> None:
    stopped(tmp_path, "is empty", "application_train")


def test_neither_application(rows: Rows, tables_folder: Folder) -> None:
    del rows["application_train"], rows["application_test"]
    stopped(tables_folder(), "neither application_train nor application_test")


def test_file_names_are_case_exact(rows: Rows, tables_folder: Folder) -> None:
    rows["Bureau"] = rows.pop("bureau")
    assert open_tables(tables_folder()).absent == ("bureau",)


def test_same_table_twice(rows: Rows, tables_folder: Folder) -> None:
    tables_folder("csv")
    stopped(tables_folder("zip"), "there twice", "home-credit-default-risk.zip/application_t", ".csv")


@pytest.mark.parametrize("form", ["csv", "parquet"])
def test_missing_column(form: str, rows: Rows, tables_folder: Folder) -> None:
    keep(rows, "bureau")
    for row in rows["bureau"]:
        row["SK_BUREAU_ID"] = row.pop("SK_ID_BUREAU")
    stopped(tables_folder(form), f"bureau.{form}", "SK_ID_BUREAU is missing")


def test_repeated_column(tables_folder: Folder) -> None:
    folder = edit(tables_folder(), "bureau", lambda text: text.replace(b"AMT_ANNUITY\n", b"AMT_ANNUITY,credit_type\n"))
    stopped(folder, "bureau.csv", "CREDIT_TYPE is there twice")


@pytest.mark.parametrize("form", ["csv", "csv.gz", "zip"])
def test_text_where_a_number_is_due(form: str, rows: Rows, tables_folder: Folder) -> None:
    keep(rows, "bureau")
    rows["bureau"][2]["AMT_CREDIT_SUM"] = "a lot"
    rows["bureau"][3]["AMT_CREDIT_SUM"] = "more"
    stopped(tables_folder(form), "bureau.csv", "line 4", "AMT_CREDIT_SUM", "'a lot'", "numbers")


def test_text_where_a_number_is_due_in_parquet(rows: Rows, tables_folder: Folder) -> None:
    keep(rows, "bureau")
    for row in rows["bureau"]:
        row["AMT_CREDIT_SUM"] = "12"
    open_tables(tables_folder("parquet", "text of numbers"))
    rows["bureau"][2]["AMT_CREDIT_SUM"] = "a lot"
    stopped(tables_folder("parquet"), "bureau.parquet", "AMT_CREDIT_SUM", "'a lot'")


def test_text_where_a_number_is_due_in_rows(rows: Rows) -> None:
    rows["bureau"][2]["AMT_CREDIT_SUM"] = "a lot"
    with pytest.raises(TableProblem, match=r"rows of bureau, row 3: column AMT_CREDIT_SUM holds 'a lot'"):
        tables_from_rows(rows)


@pytest.mark.parametrize("form", FORMS)
def test_id_that_is_not_whole(form: str, rows: Rows, tables_folder: Folder) -> None:
    keep(rows, "bureau")
    rows["bureau"][2]["SK_ID_CURR"] = 100_003.5
    stopped(tables_folder(form), "bureau", "SK_ID_CURR", "100003.5", "whole numbers")


def test_id_written_with_decimals_is_whole(rows: Rows, tables_folder: Folder) -> None:
    keep(rows, "bureau")
    rows["bureau"][2]["SK_ID_CURR"] = "100003.0"
    assert 100_003 in {row["SK_ID_CURR"] for row in contents(open_tables(tables_folder()))["bureau"]}


def test_missing_id(rows: Rows, tables_folder: Folder) -> None:
    rows["bureau_balance"][2]["SK_ID_BUREAU"] = None
    stopped(tables_folder(), "bureau_balance.csv", "SK_ID_BUREAU", "1 row(s)")


def test_duplicated_client(rows: Rows, tables_folder: Folder) -> None:
    rows["application_train"] += rows["application_train"][1:3]
    stopped(tables_folder(), "application_train.csv", "2 value(s) of SK_ID_CURR", "first 100002")


def test_client_in_both_application_files(rows: Rows, tables_folder: Folder) -> None:
    rows["application_test"][0]["SK_ID_CURR"] = 100_003
    stopped(tables_folder(), "application_train.csv and application_test.csv", "1 value(s) of SK_ID_CURR", "100003")


@pytest.mark.parametrize(("table", "column"), [("bureau", "SK_ID_BUREAU"), ("previous_application", "SK_ID_PREV")])
def test_duplicated_loan(table: str, column: str, rows: Rows, tables_folder: Folder) -> None:
    keep(rows, table)
    rows[table].append(rows[table][0])
    stopped(tables_folder(), f"{table}.csv", column, "more than once")


@pytest.mark.parametrize("value", [2.0, -1.0, 0.5, None, "inf"])
def test_target_outside_0_and_1(value: object, rows: Rows, tables_folder: Folder) -> None:
    keep(rows, "application_train")
    rows["application_train"][2]["TARGET"] = value
    stopped(tables_folder(), "application_train.csv", "TARGET", "in 1 row(s)", "1 for a default")


def test_no_client_at_all(rows: Rows, tables_folder: Folder) -> None:
    folder = tables_folder()
    for name in ("application_train", "application_test"):
        edit(folder, name, lambda text: text.splitlines(keepends=True)[0])
    stopped(folder, "no client")


def test_empty_file(tables_folder: Folder) -> None:
    stopped(edit(tables_folder(), "bureau", lambda _: b""), "bureau.csv has no header")


def test_line_cut_short(tables_folder: Folder) -> None:
    stopped(edit(tables_folder(), "bureau", lambda text: text[:-60]), "bureau.csv, line 5", "Number of Columns: 17")


@pytest.mark.parametrize("form", ["csv.gz", "zip", "zip of zips", "parquet"])
@pytest.mark.parametrize("harm", ["truncated", "altered"])
def test_damaged_file(form: str, harm: str, tables_folder: Folder) -> None:
    folder = tables_folder(form)
    (file, *_) = sorted(folder.iterdir())
    content = file.read_bytes()
    middle = len(content) // 3
    altered = content[:middle] + bytes(255 - byte for byte in content[middle : middle + 400]) + content[middle + 400 :]
    file.write_bytes(content[: 2 * middle] if harm == "truncated" else altered)
    stopped(folder, file.name, "cannot be read", "again")


def test_truncated_member_of_a_whole_zip(tables_folder: Folder) -> None:
    folder = tables_folder("csv.gz")
    with zipfile.ZipFile(folder / "more.zip", "w") as archive:
        archive.writestr("installments_payments.csv.zip", b"PK\x03\x04 not much")
    (folder / "installments_payments.csv.gz").unlink()
    stopped(folder, "more.zip/installments_payments.csv.zip", "cannot be read")


def test_parquet_folder_without_a_part(tables_folder: Folder) -> None:
    folder = tables_folder()
    (folder / "bureau.csv").unlink()
    (folder / "bureau.parquet").mkdir()
    stopped(folder, "bureau.parquet", "no .parquet part")


def test_missing_column_in_rows(rows: Rows) -> None:
    del rows["bureau"][2]["DAYS_CREDIT"]
    with pytest.raises(TableProblem, match="rows of bureau: column DAYS_CREDIT is missing"):
        tables_from_rows(rows)


def test_rows_without_an_application(rows: Rows) -> None:
    with pytest.raises(TableProblem, match="neither application_train nor application_test"):
        tables_from_rows({"bureau": rows["bureau"]})


def test_training_needs_labels(rows: Rows) -> None:
    assert tables_from_rows(rows).require_labels().count().execute() == 4
    with pytest.raises(TableProblem, match="application_train is absent"):
        tables_from_rows({"application_test": rows["application_test"]}).require_labels()


@pytest.mark.parametrize("target", [0, 1])
def test_training_needs_both_classes(target: int, rows: Rows) -> None:
    for row in rows["application_train"]:
        row["TARGET"] = target
    with pytest.raises(TableProblem, match=f"TARGET is {target} in all 4 rows"):
        tables_from_rows(rows).require_labels()


# What is tolerated and told


@pytest.mark.parametrize("absent", HISTORIES)
def test_absent_history_is_empty_and_told(absent: str, rows: Rows, tables_folder: Folder) -> None:
    keep(rows, *(set(HISTORIES[:2]) - {absent}))
    tables = open_tables(tables_folder())
    assert absent in tables.absent
    assert getattr(tables, absent.lower()).schema() == TABLES[absent].types
    assert [notice.count for notice in tables.notices if notice.table == absent] == [0]


def test_one_application_file_is_enough(rows: Rows, tables_folder: Folder) -> None:
    del rows["application_train"]
    tables = open_tables(tables_folder())
    assert tables.absent == ("application_train",)
    assert {row["POPULATION"] for row in contents(tables)["application"]} == {"current"}


@pytest.mark.parametrize("form", ["csv", "parquet"])
def test_extra_columns_are_ignored_and_named(form: str, rows: Rows, tables_folder: Folder) -> None:
    keep(rows, "application_train", "bureau")
    expected = contents(tables_from_rows(rows))
    rows["bureau"] = [{"": place, **row, "MOOD": "good"} for place, row in enumerate(rows["bureau"])]
    if form == "parquet":
        rows["bureau"] = [{name: value for name, value in row.items() if name} for row in rows["bureau"]]
    tables = open_tables(tables_folder(form))
    (told,) = (notice for notice in tables.notices if notice.count)
    assert contents(tables) == expected
    assert (told.table, told.count) == ("bureau", 2 if form == "csv" else 1)
    assert "MOOD" in told.sentence


@pytest.mark.parametrize(
    ("table", "column", "parent"),
    [(name, column.name, column.parent) for name in HISTORIES for column in TABLES[name].columns if column.parent],
)
def test_orphans_are_counted_and_kept(table: str, column: str, parent: str, rows: Rows) -> None:
    keep(rows, "application_train", table, parent)
    for row in rows[table][1:]:
        row[column] = 999_999
    tables = tables_from_rows(rows)
    (told,) = (notice for notice in tables.notices if (notice.table, notice.column) == (table, column))
    assert (told.count, parent in told.sentence) == (3, True)
    assert getattr(tables, table.lower()).count().execute() == 4


@pytest.mark.parametrize("form", FORMS)
def test_unknown_category_is_counted_and_kept(form: str, rows: Rows, tables_folder: Folder) -> None:
    keep(rows)
    for row in rows["application_test"][2:]:
        row["NAME_EDUCATION_TYPE"] = "Self-taught"
    tables = open_tables(tables_folder(form))
    told = notice_on(tables, "NAME_EDUCATION_TYPE")
    assert (told.table, told.count, "'Self-taught'" in told.sentence) == ("application_test", 2, True)
    assert tables.application.filter(tables.application.NAME_EDUCATION_TYPE == "Self-taught").count().execute() == 2


def test_flag_outside_0_and_1_is_counted_and_kept(rows: Rows) -> None:
    keep(rows)
    rows["application_test"][2]["FLAG_EMAIL"] = 7
    tables = tables_from_rows(rows)
    assert notice_on(tables, "FLAG_EMAIL").count == 1
    assert tables.application.FLAG_EMAIL.max().execute() == 7


def test_emptiness_the_public_data_lack_is_counted(rows: Rows) -> None:
    keep(rows)
    rows["application_test"][2]["AMT_CREDIT"] = None
    assert notice_on(tables_from_rows(rows), "AMT_CREDIT").count == 1


@pytest.mark.parametrize("form", FORMS)
def test_infinities_become_null_and_are_counted(form: str, rows: Rows, tables_folder: Folder) -> None:
    keep(rows, "bureau")
    rows["bureau"][1]["AMT_CREDIT_SUM_DEBT"] = math.inf
    rows["bureau"][2]["AMT_CREDIT_SUM_DEBT"] = -math.inf
    rows["bureau"][3]["AMT_CREDIT_SUM_DEBT"] = math.nan
    tables = open_tables(tables_folder(form))
    assert notice_on(tables, "AMT_CREDIT_SUM_DEBT").count == 2
    assert tables.bureau.AMT_CREDIT_SUM_DEBT.count().execute() == 0


@pytest.mark.parametrize("form", ["csv", "parquet"])
def test_what_no_application_could_bear_counts_as_missing_and_is_told(
    form: str, rows: Rows, tables_folder: Folder
) -> None:
    keep(rows, "application_train")
    for row, income in zip(rows["application_train"], (-5.0, 1e11, math.inf, 50_000.0), strict=True):
        row["AMT_INCOME_TOTAL"] = income
    rows["application_train"][1]["DAYS_EMPLOYED"] = 365243  # a sentinel is no slip of the pen
    tables = open_tables(tables_folder(form))
    told = [notice for notice in tables.notices if notice.column == "AMT_INCOME_TOTAL"]
    assert sorted((notice.count, "such as -5.0" in notice.sentence) for notice in told) == [(1, False), (2, True)]
    labelled = tables.application.filter(tables.application.POPULATION == "labelled")
    assert labelled.AMT_INCOME_TOTAL.to_pyarrow().drop_null().to_pylist() == [50_000.0]
    assert not [notice for notice in tables.notices if notice.column == "DAYS_EMPLOYED"]


@pytest.mark.parametrize("client", [0, -4, 10**12, 2**53 + 1, 10**13])
def test_a_client_number_that_no_page_would_open_is_refused(client: int, rows: Rows, tables_folder: Folder) -> None:
    rows["application_train"][0]["SK_ID_CURR"] = client
    stopped(tables_folder(), "SK_ID_CURR", "whole numbers from 1 to 999,999,999,999")


def test_the_highest_client_number_is_read(rows: Rows) -> None:
    keep(rows, "application_test")
    rows["application_test"][0]["SK_ID_CURR"] = 10**12 - 1
    assert 10**12 - 1 in tables_from_rows(rows).application.SK_ID_CURR.to_pyarrow().to_pylist()


def test_a_notice_gives_the_count_and_the_place_in_its_sentence(rows: Rows, tables_folder: Folder) -> None:
    rows["bureau"][1]["CREDIT_TYPE"] = "Barter"
    told = notice_on(open_tables(tables_folder("zip")), "CREDIT_TYPE")
    assert told.sentence.startswith("home-credit-default-risk.zip/bureau.csv: column CREDIT_TYPE")
    assert "1 row(s), such as 'Barter'" in told.sentence


# The real data


def test_real_application_tables_open_clean(home_credit: Path) -> None:
    tables = open_tables(home_credit / "application")
    counts = tables.application.POPULATION.value_counts(name="n").to_pyarrow().to_pylist()
    assert {row["POPULATION"]: row["n"] for row in counts} == {"labelled": 49_258, "current": 48_744}
    assert set(tables.absent) == set(HISTORIES)
    assert all(notice.table in tables.absent for notice in tables.notices)
    assert tables.require_labels().count().execute() == 49_258
    assert tables.application.DAYS_EMPLOYED.max().execute() <= 0


def test_real_relational_tables_open_without_an_unknown_value(home_credit: Path) -> None:
    tables = open_tables(home_credit / "relational")
    counts = tables.application.POPULATION.value_counts(name="n").to_pyarrow().to_pylist()
    assert {row["POPULATION"]: row["n"] for row in counts} == {"labelled": 5_000, "current": 5_000}
    assert tables.absent == ("installments_payments",)
    assert {notice.column for notice in tables.notices} <= {None, "SK_ID_PREV"}  # loans older than the history
    assert tables.bureau.select("SK_ID_BUREAU", "SK_ID_CURR").execute().SK_ID_BUREAU.is_unique
