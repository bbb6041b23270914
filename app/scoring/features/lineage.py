"""Which raw application columns a feature reads, found from its declaration: what an edit of the form changes.

Only features of the application and those that compare a history with it depend on the form; the latter are declared
over the features of the history they compare. So a what-if needs the client's application and their served features,
not their history.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from types import MappingProxyType

import ibis
import ibis.expr.operations as ops
from ibis import Deferred

from app.scoring.engine import stand_in
from app.scoring.features import FEATURES, application, bureau, credit_card, instalments, previous_application
from app.scoring.schema import TABLES
from app.scoring.schema.keys import CLIENT

COMPARED = bureau.COMPARED | previous_application.COMPARED | credit_card.COMPARED | instalments.COMPARED
DECLARED: Mapping[str, Deferred] = MappingProxyType(
    {feature.name: value for feature, value in (application.COLUMNS | COMPARED).items()}
)
"""Feature name -> its expression over ``form_and_features``."""


def form_and_features() -> ibis.Table:
    """A stand-in of one row: the raw application columns beside the features of the histories."""
    histories = {
        feature.name: "string" if feature.kind == "category" else "float64"
        for feature in FEATURES
        if feature.name not in DECLARED
    }
    return stand_in("row", ibis.schema({**TABLES["application_test"].types, **histories}))


@cache
def reads() -> Mapping[str, frozenset[str]]:
    """Feature name -> the columns its declaration reads."""
    row = form_and_features()
    bound = {name: row.bind(value)[0].op() for name, value in DECLARED.items()}
    return {name: frozenset(field.name for field in value.find(ops.Field)) for name, value in bound.items()}


@cache
def form_columns() -> tuple[str, ...]:
    """Raw application columns that some feature reads, in the order of the file, after SK_ID_CURR."""
    read = frozenset().union(*reads().values())
    return (CLIENT, *(name for name in TABLES["application_test"].names if name in read))


def dependent(columns: Iterable[str]) -> tuple[str, ...]:
    """Names of the features that read any of the raw application columns, in the order of their declaration."""
    edited = frozenset(columns)
    return tuple(name for name, read in reads().items() if read & edited)
