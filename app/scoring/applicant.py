"""An applicant's raw rows, with the histories they sent or none: the feature row the champion reads out.

Ibis takes seconds to compile every feature; DuckDB runs the compiled query on one client in a fraction of one. So it is
compiled once per process, over stand-in tables.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

import ibis

from app.scoring.decision import Value
from app.scoring.engine import ask, compiled, stand_in
from app.scoring.features import build_features, by_name
from app.scoring.features.application import application_features
from app.scoring.schema import HISTORIES, TABLES
from app.scoring.schema.keys import CLIENT
from app.scoring.tables.tables import Row, Tables, tables_from_rows

_MEMORY = "256MB"
_TABLES = ("application", *(name.lower() for name in HISTORIES))
NEW_CLIENT = 999_999_999
"""Stands for a number that the lender has not given yet."""


def applicant_features(form: Mapping[str, object]) -> dict[str, Value]:
    """The feature row of someone who has no history here or elsewhere: what reads a history is null.

    Args:
        form: raw application columns by name; one left out is not provided.

    Raises:
        TableProblem: a value that the application table could not hold.
    """
    row = {name: form.get(name) for name in TABLES["application_test"].names} | {CLIENT: NEW_CLIENT}
    features, _ = feature_row(row, {})
    return features


def feature_row(application: Row, histories: Mapping[str, Sequence[Row]]) -> tuple[dict[str, Value], tuple[str, ...]]:
    """Every feature of one client, and what was tolerated in their rows, in English.

    Args:
        application: every raw column of application_test.
        histories: history table -> the client's rows with every raw column; one left out is unknown, not empty.

    Raises:
        TableProblem: the rows cannot be read as the schema declares them.
    """
    engine = ibis.duckdb.connect(threads=1, memory_limit=_MEMORY)
    try:
        tables = tables_from_rows({"application_test": [application], **histories}, engine)
        answer = ask(engine, _query(bool(histories)), **{name: getattr(tables, name) for name in _TABLES})
        told = tuple(notice.sentence for notice in tables.notices if notice.count)
        return {name: _value(answer.get(name)) for name in by_name}, told
    finally:
        engine.disconnect()


@cache
def _query(with_histories: bool) -> str:
    # What is learnt from histories that nobody sent is null; asking for it would take eight times as long.
    types = {name.lower(): TABLES[name].types for name in HISTORIES}
    types["application"] = ibis.schema({**TABLES["application_test"].types, "POPULATION": "string"})
    given: dict[str, Any] = {name: stand_in(name, types[name]) for name in _TABLES}
    tables = Tables(**given, labels=given["application"], absent=(), notices=(), connection=None)
    return compiled(build_features(tables) if with_histories else application_features(tables))


def warm_up() -> None:
    """Compile now what the first applicant would wait for."""
    for with_histories in (False, True):
        _query(with_histories)


def _value(value: Any) -> Value:
    # A ratio to a denominator of almost nothing can leave the range of doubles: as in the raw tables, it is unknown.
    return None if isinstance(value, float) and not math.isfinite(value) else value
