"""Bounds of the application form: what the public data hold lies within, what no application could bear does not."""

from __future__ import annotations

from app.scoring.schema import APPLICATIONS, TABLES
from app.scoring.schema.bounds import bounds


def test_every_number_that_people_fill_in_is_bounded() -> None:
    for name in APPLICATIONS:
        without = {column.name for column in TABLES[name].columns if column.kind == "number" and not bounds(column)}
        # Of buildings, from nought to one; and the lender's own rating of a region.
        assert all(name.endswith(("_AVG", "_MODE", "_MEDI")) or "RATING" in name for name in without), without


def test_a_name_a_flag_and_an_id_have_none() -> None:
    schema = TABLES["application_test"]
    assert all(bounds(column) is None for column in schema.columns if column.kind != "number")
