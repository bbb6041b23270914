"""A new application as it is sent: the raw columns under their own names, each held to what the schema declares.

The models are made from ``app.scoring.schema``, so that a column is declared once. What the public data never leave
empty is required; what they do may be null or left out; nothing else is accepted.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, create_model

from app.scoring.schema import HISTORIES, TABLES, UNKNOWN_DAY, Column, TableSchema
from app.scoring.schema.keys import CLIENT

STRICT = ConfigDict(extra="forbid", strict=True, allow_inf_nan=False)
HIGHEST_CLIENT = 999_999_999_999


def _whole(value: object) -> object:
    # JSON has one kind of number: to its schema 100002.0 is a whole one.
    return int(value) if isinstance(value, float) and value.is_integer() else value


WHOLE = BeforeValidator(_whole)  # last of the annotations: what stands after it would be lost to the documentation
Id = Annotated[int, Field(ge=1, le=HIGHEST_CLIENT), WHOLE]
ClientId = Annotated[int, Field(ge=1, le=HIGHEST_CLIENT, description=CLIENT, examples=[100_002]), WHOLE]

_LIMIT = 1e12
_OLDEST_DAY = -45_000.0  # 123 years
_DAYS_LIMIT = 365_243.0
# Of the application form only: balances of a history can be negative.
_FORM_RANGES: Mapping[str, tuple[float, float]] = {
    "AMT_": (0.0, 1e10),
    "CNT_": (0.0, 100.0),
    "OBS_": (0.0, 10_000.0),
    "DEF_": (0.0, 10_000.0),
    "DAYS_": (_OLDEST_DAY, 0.0),
    "EXT_SOURCE_": (0.0, 1.0),
    "HOUR_": (0.0, 23.0),
    "REGION_POPULATION_": (0.0, 1.0),
    "OWN_CAR_AGE": (0.0, 150.0),
}
MOST_ROWS = {
    "bureau": 1_000,
    "bureau_balance": 20_000,
    "previous_application": 1_000,
    "POS_CASH_balance": 5_000,
    "credit_card_balance": 5_000,
    "installments_payments": 10_000,
}


def _no_truth(value: object) -> object:
    # In Python true equals 1, in JSON it does not.
    if isinstance(value, bool):
        raise ValueError("Input should be a number, not true or false")
    return value


def _kind(column: Column, ranges: Mapping[str, tuple[float, float]]) -> Any:
    if column.kind == "id":
        return Id
    if column.values:
        allowed = [*column.values, *column.sentinels]
        if column.kind == "category":
            return Literal[tuple(allowed)]
        return Annotated[Literal[tuple(int(value) for value in allowed)], BeforeValidator(_no_truth)]
    if column.kind == "category":
        return Annotated[str, Field(min_length=1, max_length=80)]
    low, high = next((span for start, span in ranges.items() if column.name.startswith(start)), (-_LIMIT, _LIMIT))
    number = Annotated[float, Field(ge=low, le=high)]
    return number | Literal[int(UNKNOWN_DAY)] if UNKNOWN_DAY in column.sentinels and high < _DAYS_LIMIT else number


def _model(
    name: str, columns: Iterable[Column], ranges: Mapping[str, tuple[float, float]], note: str
) -> type[BaseModel]:
    fields: dict[str, Any] = {}
    for column in columns:
        kind = _kind(column, ranges)
        fields[column.name] = (kind | None, None) if column.nullable else (kind, ...)
    return create_model(name, __config__=STRICT, __doc__=note, **fields)


def _history(table: TableSchema) -> type[BaseModel]:
    columns = [column for column in table.columns if column.name != CLIENT]
    return _model(f"{table.name}_row", columns, {}, f"A row of {table.name}: the applicant's, so without {CLIENT}.")


Application = _model(
    "Application", TABLES["application_test"].columns, _FORM_RANGES, "The raw columns of application_test."
)
_HISTORIES: dict[str, Any] = {
    name: (Annotated[list[_history(TABLES[name])] | None, Field(max_length=MOST_ROWS[name])], None)  # type: ignore[misc]
    for name in HISTORIES
}
History = create_model(
    "History",
    __config__=STRICT,
    __doc__="The applicant's rows of the history tables. A table left out is unknown.",
    **_HISTORIES,
)


def raw_rows(
    application: BaseModel, history: BaseModel | None
) -> tuple[dict[str, Any], dict[str, list[dict[str, Any]]]]:
    """The application's row and the history tables' rows as ``feature_row`` reads them."""
    row = application.model_dump()
    tables: dict[str, list[dict[str, Any]]] = {}
    for name, rows in [] if history is None else history:
        if rows is not None:
            owned = {CLIENT: row[CLIENT]} if CLIENT in TABLES[name].names else {}
            tables[name] = [{**owned, **each.model_dump()} for each in rows]
    return row, tables
