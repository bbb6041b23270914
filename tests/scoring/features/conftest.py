"""Tiny clients by hand: only the columns a test speaks of, everything else not provided."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence

import ibis
import pytest

from app.scoring.schema import TABLES, Column
from app.scoring.tables.tables import Tables, tables_from_rows

Values = Mapping[str, object]
Row = dict[str, object]
ONLY_CLIENT = 100_001


def complete(table: str, values: Values) -> Row:
    """A raw row with every column of the table: the values given, the others None."""
    unknown = dict.fromkeys(TABLES[table].names)
    assert values.keys() <= unknown.keys(), values.keys() - unknown.keys()
    return {**unknown, **values}


@pytest.fixture
def tables_of() -> Callable[..., Tables]:
    """The tables of the client 100001: ``tables_of(application, bureau=[...], POS_CASH_balance=[...])``."""

    def make(application: Values, **histories: Sequence[Values]) -> Tables:
        rows = {"application_test": [complete("application_test", {"SK_ID_CURR": ONLY_CLIENT, **application})]}
        for table, values in histories.items():
            owner = {} if table == "bureau_balance" else {"SK_ID_CURR": ONLY_CLIENT}
            rows[table] = [complete(table, {**owner, **row}) for row in values]
        return tables_from_rows(rows)

    return make


@pytest.fixture
def features_of(tables_of: Callable[..., Tables]) -> Callable[..., Row]:
    """One source's features of the client: ``features_of(bureau_features, application, bureau=[...])``."""

    def make(source: Callable[[Tables], ibis.Table], application: Values, **histories: Sequence[Values]) -> Row:
        (row,) = source(tables_of(application, **histories)).to_pyarrow().to_pylist()
        return row

    return make


def any_value(column: Column, chance: random.Random) -> object:
    """A plausible raw value: missing, zero or a sentinel now and then."""
    if column.nullable and chance.random() < 0.15:
        return None
    if column.values or (column.sentinels and chance.random() < 0.3):
        return chance.choice([*column.values, *column.sentinels])
    if column.name.startswith("DAYS_"):
        return -chance.randint(0, 2900)
    if column.name.startswith(("CNT_", "SK_DPD", "NUM_")):
        return chance.choice([0, 0, 1, 2, 12, 24])
    return chance.choice([0.0, round(chance.uniform(0, 1e6), 3), round(chance.random(), 9)])


def any_rows(seed: int, clients: int) -> dict[str, list[Row]]:
    """All tables of some clients: each but the last, who has no history, with two dozen rows in every history."""
    chance = random.Random(seed)
    rows: dict[str, list[Row]] = {table: [] for table in TABLES if table != "application_train"}

    def add(table: str, **ids: int) -> None:
        free = (column for column in TABLES[table].columns if column.name not in ids)
        rows[table].append({**ids, **{column.name: any_value(column, chance) for column in free}})

    for client in range(ONLY_CLIENT, ONLY_CLIENT + clients):
        add("application_test", SK_ID_CURR=client)
        for place in range(24 if client < ONLY_CLIENT + clients - 1 else 0):
            bureau, previous = 5_000_000 + 100 * (client - ONLY_CLIENT) + place, 1_000_000 + client * 10 + place % 10
            add("bureau", SK_ID_CURR=client, SK_ID_BUREAU=bureau)
            for month in range(3):
                add("bureau_balance", SK_ID_BUREAU=bureau, MONTHS_BALANCE=-month * place)
            if place < 10:
                add("previous_application", SK_ID_CURR=client, SK_ID_PREV=previous)
            for table in ("POS_CASH_balance", "credit_card_balance"):
                add(table, SK_ID_CURR=client, SK_ID_PREV=previous, MONTHS_BALANCE=-place)
            add("installments_payments", SK_ID_CURR=client, SK_ID_PREV=previous)
    return rows


@pytest.fixture(scope="session")
def many_rows() -> dict[str, list[Row]]:
    """The tables of twelve clients, drawn from a seed."""
    return any_rows(seed=7, clients=12)
