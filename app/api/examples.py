"""An application that is nobody's, for the documentation: everything required, made of allowed values."""

from __future__ import annotations

from app.scoring.schema import TABLES, Value
from app.scoring.schema.keys import CLIENT

_TOLD: dict[str, Value] = {
    CLIENT: 900_001,
    "CNT_CHILDREN": 0,
    "AMT_INCOME_TOTAL": 162_000.0,
    "AMT_CREDIT": 450_000.0,
    "AMT_ANNUITY": 24_750.0,
    "AMT_GOODS_PRICE": 405_000.0,
    "NAME_INCOME_TYPE": "Working",
    "NAME_EDUCATION_TYPE": "Higher education",
    "REGION_POPULATION_RELATIVE": 0.02,
    "DAYS_BIRTH": -14_600,
    "DAYS_EMPLOYED": -2_190,
    "DAYS_REGISTRATION": -4_000,
    "DAYS_ID_PUBLISH": -3_000,
    "HOUR_APPR_PROCESS_START": 11,
    "FLAG_MOBIL": 1,
    "FLAG_EMP_PHONE": 1,
    "REGION_RATING_CLIENT": 2,
    "REGION_RATING_CLIENT_W_CITY": 2,
    "EXT_SOURCE_2": 0.56,
    "EXT_SOURCE_3": 0.51,
}
_REQUIRED = [column for column in TABLES["application_test"].columns if not column.nullable]
APPLICATION: dict[str, Value] = {
    **{column.name: column.values[0] if column.values else 0 for column in _REQUIRED},
    **_TOLD,
}
