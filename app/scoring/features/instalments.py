"""Features of how instalments due to this lender were paid: in full or not, on time or not.

An instalment may be paid in parts: it counts once, with the sum of its payments, as paid on the day of the last one.
"""

from __future__ import annotations

from functools import partial

import ibis
from ibis import _

from app.scoring.features.columns import (
    Columns,
    average,
    count,
    join_clients,
    named,
    per_client,
    ratio,
    select_features,
    share,
    total,
    years_since,
)
from app.scoring.features.directions import (
    BURDEN,
    LATE_BEFORE,
    LONG_AGO,
    PAYING,
    UNTRIED,
)
from app.scoring.features.feature import Feature
from app.scoring.schema.keys import CLIENT
from app.scoring.tables.tables import Tables

number = partial(Feature, kind="number", source="installments_payments")

INSTALMENTS: Columns = {
    number("instalments", "Instalments due before", "count"): _.count(),
    number("instalment_average", "Average instalment due before", "money"): average(_.due),
    number("instalment_paid_ratio", "Amount paid to instalments due", "ratio", expected=PAYING): ratio(
        total(_.paid.fill_null(0.0)), total(_.due)
    ),
    number("instalment_unpaid", "Instalment amounts left unpaid", "money", expected=LATE_BEFORE): total(_.unpaid),
    number("instalment_underpaid_share", "Part of instalments not paid in full", "share", expected=LATE_BEFORE): share(
        _.unpaid > 0
    ),
    number("instalment_missed", "Instalments without any payment", "count", expected=LATE_BEFORE): count(
        _.paid.isnull()
    ),
    number("instalment_late_share", "Part of instalments paid late", "share", expected=LATE_BEFORE): share(_.delay > 0),
    number(
        "instalment_late_30_share", "Part of instalments paid over 30 days late", "share", expected=LATE_BEFORE
    ): share(_.delay > 30),
    number("instalment_delay", "Average delay of instalments", "days", expected=LATE_BEFORE): _.days_late.mean(),
    number(
        "instalment_delay_longest", "Longest delay of an instalment", "days", expected=LATE_BEFORE
    ): _.days_late.max(),
    number(
        "instalment_advance", "Average advance of instalments paid early", "days", expected=PAYING
    ): _.days_early.mean(),
    number("instalment_first", "Time since the first instalment", "years", expected=LONG_AGO): years_since(
        _.DAYS_INSTALMENT.min()
    ),
}
LAST_365_DAYS: Columns = {
    number("instalments_12m", "Instalments due before (12 months)", "count"): _.count(),
    number("instalment_due_12m", "Amount of instalments due (12 months)", "money"): total(_.due),
    number("instalment_paid_ratio_12m", "Amount paid to instalments due (12 months)", "ratio", expected=PAYING): ratio(
        total(_.paid.fill_null(0.0)), total(_.due)
    ),
    number(
        "instalment_underpaid_share_12m",
        "Part of instalments not paid in full (12 months)",
        "share",
        expected=LATE_BEFORE,
    ): share(_.unpaid > 0),
    number(
        "instalment_late_share_12m", "Part of instalments paid late (12 months)", "share", expected=LATE_BEFORE
    ): share(_.delay > 0),
    number(
        "instalment_delay_12m", "Average delay of instalments (12 months)", "days", expected=LATE_BEFORE
    ): _.days_late.mean(),
    number(
        "instalment_delay_longest_12m", "Longest delay of an instalment (12 months)", "days", expected=LATE_BEFORE
    ): _.days_late.max(),
}
LAST_180_DAYS: Columns = {
    number(
        "instalment_late_share_6m", "Part of instalments paid late (6 months)", "share", expected=LATE_BEFORE
    ): share(_.delay > 0),
    number(
        "instalment_delay_6m", "Average delay of instalments (6 months)", "days", expected=LATE_BEFORE
    ): _.days_late.mean(),
}
COMPARED: Columns = {
    number("annuity_to_instalment", "Monthly payment to average instalment before", "ratio", expected=UNTRIED): ratio(
        _.AMT_ANNUITY, _.instalment_average
    ),
    number("instalment_due_to_income", "Instalments due to income (12 months)", "ratio", expected=BURDEN): ratio(
        _.instalment_due_12m, _.AMT_INCOME_TOTAL
    ),
    number(
        "instalment_late_share_rise", "Rise in part of instalments paid late (6 months)", "ratio"
    ): _.instalment_late_share_6m - _.instalment_late_share,
}
FEATURES = tuple(INSTALMENTS | LAST_365_DAYS | LAST_180_DAYS | COMPARED)


def payments_per_instalment(payments: ibis.Table) -> ibis.Table:
    """One row per instalment: due and paid amounts, unpaid remainder, delay in days (negative when early)."""
    instalments = payments.group_by(CLIENT, "SK_ID_PREV", "NUM_INSTALMENT_VERSION", "NUM_INSTALMENT_NUMBER").aggregate(
        due=_.AMT_INSTALMENT.max(),
        paid=total(_.AMT_PAYMENT),
        DAYS_INSTALMENT=_.DAYS_INSTALMENT.max(),
        delay=_.DAYS_ENTRY_PAYMENT.max() - _.DAYS_INSTALMENT.max(),
    )
    return instalments.mutate(
        unpaid=ibis.greatest(_.due - _.paid.fill_null(0.0), 0.0),
        days_late=_.delay.clip(lower=0.0),
        days_early=(0 - _.delay).clip(lower=0.0),
    )


def instalments_features(tables: Tables) -> ibis.Table:
    """One row per client who owed instalments: SK_ID_CURR and the features of their payment."""
    instalments = payments_per_instalment(tables.installments_payments)
    clients = join_clients(
        per_client(instalments, INSTALMENTS),
        per_client(instalments.filter(_.DAYS_INSTALMENT >= -365), LAST_365_DAYS),
        per_client(instalments.filter(_.DAYS_INSTALMENT >= -180), LAST_180_DAYS),
        tables.application.select(CLIENT, "AMT_INCOME_TOTAL", "AMT_ANNUITY"),
    )
    return select_features(clients.mutate(**named(COMPARED)), FEATURES)
