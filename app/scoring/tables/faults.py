"""Every sentence about the raw tables: what stops the reading (found, rule, way out) and what is tolerated and told."""

from __future__ import annotations

from dataclasses import dataclass

from app.scoring.problems import TableProblem

_STOPS = {
    "no folder": (
        "{folder} is not a folder.",
        "The tables are read from one folder.",
        "Give the folder that holds application_train.csv or application_test.csv.",
    ),
    "empty folder": (
        "{folder} is empty.",
        "It must hold application_train or application_test.",
        "Put the CSV files, or the competition's zip, there.",
    ),
    "no application": (
        "{folder} holds neither application_train nor application_test.",
        "Names are case-exact, ending in .csv, .csv.gz or .parquet, or .csv inside a .zip.",
        "Add one of the two; the six history tables are optional.",
    ),
    "twice": (
        "Table {table} is there twice: {first} and {second}.",
        "One table comes from one place.",
        "Move one of the two out of the folder.",
    ),
    "damaged": (
        "{file} cannot be read: {cause}.",
        "The file is damaged, incomplete, or the disk is full.",
        "Free some space, or download the file again.",
    ),
    "no file": (
        "{file} is {what}.",
        "A table is a file, or a folder of Parquet parts named .parquet.",
        "Put the table itself there.",
    ),
    "binary": (
        "{file} holds bytes that are no text.",
        "A .csv file is text; what is packed says so by its ending, .csv.gz or .zip.",
        "Export the table again, or give it its own ending.",
    ),
    "no room": (
        "{file} unpacks to {size}, and {free} is free in the temporary folder.",
        "A packed table is unpacked before it is read.",
        "Free some space, or name another folder in TMPDIR.",
    ),
    "endless line": (
        "{file} does not end with a line: its last {size} hold no end of one.",
        "Every line has one value for each column of the header.",
        "The file may be cut short: export or download it again.",
    ),
    "no header": ("{file} has no header line.", "The first line names the columns.", "Export the table again."),
    "column missing": (
        "{file}: column {column} is missing.",
        "Table {table} has {count} columns, separated by commas, under their original names.",
        "Add the column, empty if nothing is known, or export the table again.",
    ),
    "column twice": ("{file}: column {column} is there twice.", "A column is named once.", "Remove one of the two."),
    "not a number": (
        "{file}{line}: column {column} holds {value!r}.",
        "The column holds {expected}; nothing, NA or NaN stand for missing.",
        "Correct the value and read the folder again.",
    ),
    "broken line": (
        "{file}, line {line}: {cause}.",
        "Every line has one value for each column of the header.",
        "The file may be cut short: export or download it again.",
    ),
    "no id": (
        "{file}: column {column} is empty in {count} row(s).",
        "Every row names its {column}.",
        "Complete or remove these rows.",
    ),
    "duplicates": (
        "{file}: {count} value(s) of {column} stand there more than once, first {value}.",
        "{column} names one row.",
        "Keep one row for each.",
    ),
    "target": (
        "{file}: column TARGET holds {value} in {count} row(s).",
        "TARGET is 1 for a default and 0 otherwise.",
        "Correct the labels; clients without one belong in application_test.",
    ),
    "no clients": ("{file} holds no client.", "At least one row is needed.", "Export the table again."),
    "no labels": (
        "There are no labels: table application_train is absent.",
        "Training learns from its TARGET column.",
        "Add application_train to the folder.",
    ),
    "one class": (
        "{file}: column TARGET is {value} in all {count} rows.",
        "Training needs clients who defaulted and clients who did not.",
        "Add labelled clients of the other class.",
    ),
}

_TOLERATED = {
    "absent": "Table {table} is absent: what is learnt from it stays unknown.",
    "extra columns": "{file}: columns outside the schema are ignored: {value}.",
    "orphans": "{file}: {count} row(s) with a {column} that is not in {parent}.",
    "unknown value": "{file}: column {column} holds unknown values in {count} row(s), such as {value!r};"
    " they are kept and scored as unseen.",
    "empty": "{file}: column {column}, always filled in the public data, is empty in {count} row(s).",
    "infinite": "{file}: column {column} is infinite in {count} row(s); they count as missing.",
    "outside": "{file}: column {column} is outside {low} to {high} in {count} row(s), such as {value!r};"
    " they count as missing.",
}


@dataclass(frozen=True, slots=True)
class Notice:
    """Something found in a table and tolerated.

    Attributes:
        table: name in ``schema.TABLES``.
        column: raw column, or None when it is about the whole table.
        count: rows (or extra columns) concerned; 0 for an absent table.
        sentence: the finding in English.
    """

    table: str
    column: str | None
    count: int
    sentence: str


def stop(fault: str, **values: object) -> TableProblem:
    """The problem to raise for a fault of this module's list."""
    found, rule, way_out = _STOPS[fault]
    return TableProblem(found, rule, way_out, **values)


def notice(finding: str, table: str, column: str | None = None, count: int = 0, **values: object) -> Notice:
    """The notice for a finding of this module's list."""
    sentence = _TOLERATED[finding].format(table=table, column=column, count=count, **values)
    return Notice(table, column, count, sentence)
