"""The eight Home Credit tables as declared: every column's name, kind, sentinels, allowed values and foreign key.

Source: the competition's column descriptions, corrected by the data themselves.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from app.scoring.schema.application import APPLICATION_TEST, APPLICATION_TRAIN
from app.scoring.schema.balances import CREDIT_CARD_BALANCE, INSTALLMENTS_PAYMENTS, POS_CASH_BALANCE
from app.scoring.schema.bureau import BUREAU, BUREAU_BALANCE
from app.scoring.schema.column import UNKNOWN_DAY, XAP, XNA, Column, Kind, TableSchema, Value
from app.scoring.schema.previous_application import PREVIOUS_APPLICATION

_ALL = (
    APPLICATION_TRAIN,
    APPLICATION_TEST,
    BUREAU,
    BUREAU_BALANCE,
    PREVIOUS_APPLICATION,
    POS_CASH_BALANCE,
    CREDIT_CARD_BALANCE,
    INSTALLMENTS_PAYMENTS,
)

TABLES: Mapping[str, TableSchema] = MappingProxyType({table.name: table for table in _ALL})
APPLICATIONS: tuple[str, ...] = ("application_train", "application_test")
HISTORIES: tuple[str, ...] = tuple(name for name in TABLES if name not in APPLICATIONS)

__all__ = ["APPLICATIONS", "HISTORIES", "TABLES", "UNKNOWN_DAY", "XAP", "XNA", "Column", "Kind", "TableSchema", "Value"]
