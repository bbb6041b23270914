"""A new applicant: the application form alone, checked like a table, decided without any history."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

import ibis

from app.scoring.decision import Value
from app.scoring.engine import ask, compiled, stand_in
from app.scoring.features import FEATURES, application
from app.scoring.features.columns import CLIENT
from app.scoring.schema import HISTORIES, TABLES
from app.scoring.tables import Tables, tables_from_rows

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
    tables = tables_from_rows({"application_test": [row]})
    try:
        known = ask(tables.connection, _query(), application=tables.application)
    finally:
        tables.connection.disconnect()
    return {feature.name: known.get(feature.name) for feature in FEATURES}


@cache
def _query() -> str:
    types = ibis.schema({**TABLES["application_test"].types, "POPULATION": "string"})
    histories = {name.lower(): stand_in(name, TABLES[name].types) for name in HISTORIES}
    form = stand_in("application", types)
    tables = Tables(application=form, labels=form, **histories, absent=(), notices=(), connection=None)
    return compiled(application.application_features(tables))
