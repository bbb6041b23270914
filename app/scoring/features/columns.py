"""How features are declared and computed: each one's words and its expression stand in one row of a mapping.

The same rows give the same bits in any order and on any number of threads: days, months and flags are whole numbers,
whose float sums are exact; amounts and ratios are summed as decimals.
"""

from __future__ import annotations

from functools import reduce
from operator import add

import ibis
from ibis import Deferred

from app.scoring.features.feature import Feature
from app.scoring.schema.keys import CLIENT

Columns = dict[Feature, Deferred]
DAYS_IN_YEAR = 365.25
EXACT = "decimal(24, 6)"


def years_since(day: Deferred) -> Deferred:
    """Years from ``day``, counted in days from the application and negative in the past, to the application."""
    return (0 - day) / DAYS_IN_YEAR  # not -day, which would write a day of 0 as -0.0


def years_until(day: Deferred) -> Deferred:
    """Years from the application to ``day``, or of a length in days."""
    return day / DAYS_IN_YEAR


def flag_of(condition: Deferred) -> Deferred:
    """1.0 where the condition holds, 0.0 where it does not, null where it is unknown."""
    return condition.cast("float64")


def share(condition: Deferred) -> Deferred:
    """Fraction of rows for which the condition holds, of those for which it is known."""
    return flag_of(condition).mean()


def count(condition: Deferred) -> Deferred:
    """Number of rows for which the condition holds; null where it is known for none."""
    return flag_of(condition).sum()


def total(amount: Deferred) -> Deferred:
    """Sum of an amount or ratio to 1e-6, the same for every order of the rows; null where no row has one."""
    return amount.cast(EXACT).sum().cast("float64")


def average(amount: Deferred) -> Deferred:
    """Mean of an amount or ratio, the same for every order of the rows; null where no row has one."""
    return total(amount) / amount.count()


def ratio(numerator: Deferred, denominator: Deferred) -> Deferred:
    """Quotient; null where the denominator is zero."""
    return numerator / denominator.nullif(0)


def known(*values: Deferred) -> Deferred:
    """How many of the values are not null."""
    return reduce(add, (flag_of(value.notnull()) for value in values))


def mean_of(values: tuple[Deferred, ...]) -> Deferred:
    """Mean of the values that are not null; null where all are."""
    return ratio(reduce(add, (value.fill_null(0.0) for value in values)), known(*values))


def per_client(rows: ibis.Table, columns: Columns) -> ibis.Table:
    """One row per client who has rows: SK_ID_CURR and the aggregated columns."""
    return rows.group_by(CLIENT).aggregate(**named(columns))


def named(columns: Columns) -> dict[str, Deferred]:
    """The expressions by the name of their feature."""
    return {feature.name: value for feature, value in columns.items()}


def join_clients(clients: ibis.Table, *others: ibis.Table) -> ibis.Table:
    """Every client of the first table with the columns of the others: null for clients who are absent there.

    The others' SK_ID_CURR stay, numbered: dropping them at each join would nest a query in a query.
    """
    for place, other in enumerate(others, start=1):
        clients = clients.left_join(other, CLIENT, rname=f"{{name}}_{place}")
    return clients


def select_features(clients: ibis.Table, features: tuple[Feature, ...]) -> ibis.Table:
    """SK_ID_CURR and the features in their order: categories as text, all others as float64."""
    dtypes = {feature.name: "string" if feature.kind == "category" else "float64" for feature in features}
    return clients.select(CLIENT, **{name: clients[name].cast(dtype) for name, dtype in dtypes.items()})
