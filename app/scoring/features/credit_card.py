"""Features of the monthly balances of this lender's credit cards."""

from __future__ import annotations

from functools import partial

import ibis
from ibis import _

from app.scoring.features.columns import (
    Columns,
    average,
    join_clients,
    named,
    per_client,
    ratio,
    select_features,
    share,
    total,
)
from app.scoring.features.directions import (
    BURDEN,
    LATE_BEFORE,
    OWING,
    PAYING,
)
from app.scoring.features.feature import Feature
from app.scoring.schema.keys import CLIENT
from app.scoring.tables.tables import Tables

number = partial(Feature, kind="number", source="credit_card_balance")

MONTHS: Columns = {
    number("card_cards", "Credit cards at this lender", "count"): _.SK_ID_PREV.nunique(),
    number("card_months", "Months of credit card balances", "count"): _.count(),
    number("card_balance", "Average credit card balance", "money", expected=OWING): average(_.AMT_BALANCE),
    number("card_utilisation", "Average use of the credit card limit", "ratio", expected=OWING): average(_.utilisation),
    number(
        "card_utilisation_highest", "Highest use of the credit card limit", "ratio", expected=OWING
    ): _.utilisation.max(),
    number("card_over_limit_share", "Part of months above the credit card limit", "share", expected=OWING): share(
        _.utilisation > 1
    ),
    number("card_owing_share", "Part of months with a credit card balance", "share", expected=OWING): share(
        _.AMT_BALANCE > 0
    ),
    number(
        "card_drawings_count", "Average number of monthly credit card drawings", "count", expected=OWING
    ): _.CNT_DRAWINGS_CURRENT.mean(),
    number("card_cash_share", "Part of credit card drawings in cash", "share"): ratio(
        total(_.AMT_DRAWINGS_ATM_CURRENT), total(_.AMT_DRAWINGS_CURRENT)
    ),
    number("card_payment_to_minimum", "Credit card payments to the minimum due", "ratio", expected=PAYING): ratio(
        total(_.AMT_PAYMENT_CURRENT), total(_.AMT_INST_MIN_REGULARITY)
    ),
    number(
        "card_below_minimum_share", "Part of months below the credit card minimum", "share", expected=LATE_BEFORE
    ): share(_.AMT_PAYMENT_CURRENT < _.AMT_INST_MIN_REGULARITY),
    number("card_payment_to_balance", "Credit card payments to the balance", "ratio", expected=PAYING): ratio(
        total(_.AMT_PAYMENT_TOTAL_CURRENT), total(_.AMT_BALANCE)
    ),
    number("card_late_share", "Part of months late on credit card", "share", expected=LATE_BEFORE): share(_.SK_DPD > 0),
    number("card_delay", "Longest delay on credit card", "days", expected=LATE_BEFORE): _.SK_DPD.max(),
}
LAST_12_MONTHS: Columns = {
    number(
        "card_utilisation_12m", "Average use of the credit card limit (12 months)", "ratio", expected=OWING
    ): average(_.utilisation),
    number(
        "card_cash_count_12m", "Average number of monthly cash drawings (12 months)", "count", expected=OWING
    ): _.CNT_DRAWINGS_ATM_CURRENT.mean(),
    number(
        "card_below_minimum_share_12m",
        "Part of months below the credit card minimum (12 months)",
        "share",
        expected=LATE_BEFORE,
    ): share(_.AMT_PAYMENT_CURRENT < _.AMT_INST_MIN_REGULARITY),
    number("card_delay_12m", "Longest delay on credit card (12 months)", "days", expected=LATE_BEFORE): _.SK_DPD.max(),
}
LAST_3_MONTHS: Columns = {
    number("card_balance_3m", "Average credit card balance (3 months)", "money", expected=OWING): average(
        _.AMT_BALANCE
    ),
    number("card_utilisation_3m", "Average use of the credit card limit (3 months)", "ratio", expected=OWING): average(
        _.utilisation
    ),
    number("card_drawings_3m", "Average monthly credit card drawings (3 months)", "money"): average(
        _.AMT_DRAWINGS_CURRENT
    ),
}
COMPARED: Columns = {
    number(
        "card_utilisation_rise", "Rise in use of the credit card limit (3 months)", "ratio", expected=OWING
    ): _.card_utilisation_3m - _.card_utilisation,
    number("card_balance_to_income", "Credit card balance to income (3 months)", "ratio", expected=BURDEN): ratio(
        _.card_balance_3m, _.AMT_INCOME_TOTAL
    ),
}
FEATURES = tuple(MONTHS | LAST_12_MONTHS | LAST_3_MONTHS | COMPARED)


def credit_card_features(tables: Tables) -> ibis.Table:
    """One row per client with a credit card here: SK_ID_CURR and the features of its monthly balances."""
    months = tables.credit_card_balance.mutate(utilisation=ratio(_.AMT_BALANCE, _.AMT_CREDIT_LIMIT_ACTUAL))
    clients = join_clients(
        per_client(months, MONTHS),
        per_client(months.filter(_.MONTHS_BALANCE >= -12), LAST_12_MONTHS),
        per_client(months.filter(_.MONTHS_BALANCE >= -3), LAST_3_MONTHS),
        tables.application.select(CLIENT, "AMT_INCOME_TOTAL"),
    )
    return select_features(clients.mutate(**named(COMPARED)), FEATURES)
