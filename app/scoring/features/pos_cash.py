"""Features of the monthly balances of earlier purchase and cash loans at this lender."""

from __future__ import annotations

from functools import partial

import ibis
from ibis import _

from app.scoring.features.columns import Columns, count, join_clients, per_client, ratio, select_features, share
from app.scoring.features.directions import (
    LATE_BEFORE,
    LATE_LONG_AGO,
    OWING,
)
from app.scoring.features.feature import Feature
from app.scoring.schema.keys import CLIENT
from app.scoring.tables.tables import Tables

number = partial(Feature, kind="number", source="POS_CASH_balance")

LOANS: Columns = {
    number("pos_loans", "Earlier loans with monthly balances", "count"): _.count(),
    number("pos_months", "Months of earlier loans", "count"): _.months.sum(),
    number("pos_first_month", "Time since the first earlier loan", "months"): 0 - _.first_month.min(),
    number("pos_completed_share", "Part of earlier loans completed", "share"): _.completed.mean(),
    number("pos_active", "Earlier loans still running", "count"): count(_.running),
    number("pos_instalments_left", "Instalments left on earlier loans", "count", expected=OWING): _.running.ifelse(
        _.left, None
    ).sum(),
    number("pos_left_share", "Part of instalments left on running loans", "share", expected=OWING): ratio(
        _.running.ifelse(_.left, None).sum(), _.running.ifelse(_.term, None).sum()
    ),
    number("pos_shortened_share", "Part of earlier loans shortened", "share"): share(_.shortest_term < _.term),
    number("pos_late_share", "Part of months late on earlier loans", "share", expected=LATE_BEFORE): ratio(
        _.late.sum(), _.months.sum()
    ),
    number(
        "pos_material_late_share", "Part of months materially late on earlier loans", "share", expected=LATE_BEFORE
    ): ratio(_.materially_late.sum(), _.months.sum()),
    number("pos_delay", "Longest delay on earlier loans", "days", expected=LATE_BEFORE): _.delay.max(),
    number("pos_since_late", "Time since last late on an earlier loan", "months", expected=LATE_LONG_AGO): 0
    - _.last_late.max(),
}
LAST_12_MONTHS: Columns = {
    number(
        "pos_late_share_12m", "Part of months late on earlier loans (12 months)", "share", expected=LATE_BEFORE
    ): share(_.SK_DPD > 0),
    number(
        "pos_material_late_share_12m",
        "Part of months materially late on earlier loans (12 months)",
        "share",
        expected=LATE_BEFORE,
    ): share(_.SK_DPD_DEF > 0),
    number("pos_delay_12m", "Longest delay on earlier loans (12 months)", "days", expected=LATE_BEFORE): _.SK_DPD.max(),
}
FEATURES = tuple(LOANS | LAST_12_MONTHS)


def balances_per_loan(balances: ibis.Table) -> ibis.Table:
    """One row per earlier loan: its months, terms in months, instalments left, and delays in days."""
    loans = balances.group_by(CLIENT, "SK_ID_PREV").aggregate(
        months=_.count().cast("float64"),
        first_month=_.MONTHS_BALANCE.min(),
        last_month=_.MONTHS_BALANCE.max(),
        term=_.CNT_INSTALMENT.max(),
        shortest_term=_.CNT_INSTALMENT.min(),
        left=_.CNT_INSTALMENT_FUTURE.min(),
        completed=(_.NAME_CONTRACT_STATUS == "Completed").cast("float64").max(),
        late=count(_.SK_DPD > 0),
        materially_late=count(_.SK_DPD_DEF > 0),
        delay=_.SK_DPD.max(),
        last_late=(_.SK_DPD > 0).ifelse(_.MONTHS_BALANCE, None).max(),
    )
    return loans.mutate(running=(_.completed == 0) & (_.left > 0) & (_.last_month >= -2))


def pos_cash_features(tables: Tables) -> ibis.Table:
    """One row per client with an earlier purchase or cash loan: SK_ID_CURR and the features of its balances."""
    balances = tables.pos_cash_balance
    clients = join_clients(
        per_client(balances_per_loan(balances), LOANS),
        per_client(balances.filter(_.MONTHS_BALANCE >= -12), LAST_12_MONTHS),
    )
    return select_features(clients, FEATURES)
