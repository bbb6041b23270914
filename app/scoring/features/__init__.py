"""Every feature of a client, declared and computed once: training, publishing and what-ifs all run ``build_features``.

A feature is a function of one client's own rows, never of the outcome, and does not depend on the order of the rows.
It is null where nothing is known: also its counts, for a client who has no rows in a table.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

import ibis

from app.scoring.features import application, bureau, credit_card, instalments, pos_cash, previous_application
from app.scoring.features.columns import join_clients
from app.scoring.features.feature import Feature
from app.scoring.schema.keys import CLIENT
from app.scoring.tables.tables import Tables

FEATURES: tuple[Feature, ...] = (
    *application.FEATURES,
    *bureau.FEATURES,
    *previous_application.FEATURES,
    *pos_cash.FEATURES,
    *credit_card.FEATURES,
    *instalments.FEATURES,
)
by_name: Mapping[str, Feature] = MappingProxyType({feature.name: feature for feature in FEATURES})
INPUTS: tuple[str, ...] = tuple(each.name for each in FEATURES if not (each.protected or each.withheld))


def build_features(tables: Tables, hold: Callable[[ibis.Table], ibis.Table] = lambda part: part) -> ibis.Table:
    """One row per client of ``tables.application``: SK_ID_CURR and every feature, in the order of ``FEATURES``.

    Numbers and flags are float64, categories text; null where unknown.

    Args:
        hold: what becomes of each table's features before they are joined; all is one query unless it makes tables.
    """
    parts = (
        application.application_features(tables),
        bureau.bureau_features(tables),
        previous_application.previous_application_features(tables),
        pos_cash.pos_cash_features(tables),
        credit_card.credit_card_features(tables),
        instalments.instalments_features(tables),
    )
    return join_clients(*map(hold, parts)).select(CLIENT, *by_name)


__all__ = ["FEATURES", "INPUTS", "Feature", "build_features", "by_name"]
