"""Features of the loans at other lenders, as the credit bureau reports them, and of their monthly status.

A client without a reported loan has no row. Counts and totals are over the client's reported loans; a group of loans
the client does not have (active, closed, cards ...) leaves its features null.
"""

from __future__ import annotations

from functools import partial

import ibis
from ibis import _

from app.scoring.features.columns import (
    Columns,
    count,
    join_clients,
    named,
    per_client,
    ratio,
    select_features,
    share,
    total,
    years_since,
    years_until,
)
from app.scoring.features.directions import (
    ANOTHER_LOAN,
    BURDEN,
    LATE_BEFORE,
    LATE_LONG_AGO,
    LONG_AGO,
    OWING,
)
from app.scoring.features.feature import Feature
from app.scoring.schema.keys import CLIENT
from app.scoring.tables.tables import Tables

number = partial(Feature, kind="number", source="bureau")
monthly = partial(Feature, kind="number", source="bureau_balance")

FARTHEST_DAY = 50 * 366  # end dates farther off are place-holders: they reach 115 years into the past
MONTHS_LATE = tuple((str(status), status) for status in range(6))  # "C" is closed, "X" unknown
IS_ACTIVE = _.CREDIT_ACTIVE == "Active"
DEBT_TO_CREDIT = ratio(total(_.AMT_CREDIT_SUM_DEBT), total(_.AMT_CREDIT_SUM))
ENDED_EARLY = (_.DAYS_CREDIT_ENDDATE - _.DAYS_ENDDATE_FACT).mean()
LATEST = years_since(_.DAYS_CREDIT.max())
AVERAGE_AGE = years_since(_.DAYS_CREDIT.mean())

LOANS: Columns = {
    number("bureau_loans", "Loans at other lenders", "count"): _.count(),
    number("bureau_active", "Active loans at other lenders", "count", expected=OWING): count(IS_ACTIVE),
    number("bureau_active_share", "Active part of loans at other lenders", "share", expected=OWING): share(IS_ACTIVE),
    number("bureau_sold", "Loans at other lenders sold or written off", "count", expected=LATE_BEFORE): count(
        _.CREDIT_ACTIVE.isin(("Sold", "Bad debt"))
    ),
    number("bureau_consumer_loans", "Consumer loans at other lenders", "count"): count(
        _.CREDIT_TYPE == "Consumer credit"
    ),
    number("bureau_cards", "Credit cards at other lenders", "count"): count(_.CREDIT_TYPE == "Credit card"),
    number("bureau_mortgages", "Mortgages at other lenders", "count"): count(_.CREDIT_TYPE == "Mortgage"),
    number("bureau_car_loans", "Car loans at other lenders", "count"): count(_.CREDIT_TYPE == "Car loan"),
    number("bureau_microloans", "Microloans at other lenders", "count"): count(_.CREDIT_TYPE == "Microloan"),
    number("bureau_credit", "Amount of all loans at other lenders", "money"): total(_.AMT_CREDIT_SUM),
    number("bureau_debt", "Debt at other lenders", "money", expected=OWING): total(_.AMT_CREDIT_SUM_DEBT),
    number(
        "bureau_debt_to_credit", "Debt at other lenders to amount of loans", "ratio", expected=OWING
    ): DEBT_TO_CREDIT,
    number("bureau_overdue", "Overdue debt at other lenders", "money", expected=LATE_BEFORE): total(
        _.AMT_CREDIT_SUM_OVERDUE
    ),
    number(
        "bureau_days_overdue", "Longest current delay at other lenders", "days", expected=LATE_BEFORE
    ): _.CREDIT_DAY_OVERDUE.max(),
    number(
        "bureau_overdue_highest", "Highest overdue amount ever at other lenders", "money", expected=LATE_BEFORE
    ): _.AMT_CREDIT_MAX_OVERDUE.max(),
    number(
        "bureau_once_overdue_share", "Part of loans at other lenders once overdue", "share", expected=LATE_BEFORE
    ): share(_.AMT_CREDIT_MAX_OVERDUE > 0),
    number(
        "bureau_prolongations", "Extensions of loans at other lenders", "count", expected=LATE_BEFORE
    ): _.CNT_CREDIT_PROLONG.sum(),
    number("bureau_latest", "Time since the latest loan at another lender", "years", expected=LONG_AGO): LATEST,
    number("bureau_oldest", "Time since the first loan at another lender", "years", expected=LONG_AGO): years_since(
        _.DAYS_CREDIT.min()
    ),
    number("bureau_age", "Average age of loans at other lenders", "years", expected=LONG_AGO): AVERAGE_AGE,
    number("bureau_latest_update", "Time since the latest news of other lenders", "years"): years_since(
        _.DAYS_CREDIT_UPDATE.max()
    ),
    number("bureau_average_update", "Average age of news from other lenders", "years"): years_since(
        _.DAYS_CREDIT_UPDATE.mean()
    ),
}
ACTIVE: Columns = {
    number("bureau_active_credit", "Amount of active loans at other lenders", "money"): total(_.AMT_CREDIT_SUM),
    number(
        "bureau_active_debt_to_credit", "Debt on active loans at other lenders to amount", "ratio", expected=OWING
    ): DEBT_TO_CREDIT,
    number("bureau_active_annuity", "Payments on active loans at other lenders", "money"): total(_.AMT_ANNUITY),
    number(
        "bureau_active_age", "Average age of active loans at other lenders", "years", expected=LONG_AGO
    ): AVERAGE_AGE,
    number("bureau_active_years_left", "Longest time left on loans at other lenders", "years"): years_until(
        _.DAYS_CREDIT_ENDDATE.max()
    ),
    number("bureau_active_past_end_share", "Part of active loans at other lenders past their end", "share"): share(
        _.DAYS_CREDIT_ENDDATE < 0
    ),
}
CLOSED: Columns = {
    number("bureau_closed_credit", "Amount of closed loans at other lenders", "money"): total(_.AMT_CREDIT_SUM),
    number("bureau_closed_latest", "Time since a loan at another lender was last closed", "years"): years_since(
        _.DAYS_ENDDATE_FACT.max()
    ),
    number("bureau_closed_early", "Average time by which loans at other lenders ended early", "years"): years_until(
        ENDED_EARLY
    ),
}
CARDS: Columns = {
    number("bureau_card_utilisation", "Use of credit cards at other lenders", "ratio", expected=OWING): DEBT_TO_CREDIT,
}
LAST_12_MONTHS: Columns = {
    number("bureau_loans_12m", "New loans at other lenders (12 months)", "count", expected=ANOTHER_LOAN): _.count(),
    number(
        "bureau_debt_to_credit_12m", "Debt on new loans at other lenders to amount (12 months)", "ratio", expected=OWING
    ): DEBT_TO_CREDIT,
}
LAST_24_MONTHS: Columns = {
    number("bureau_loans_24m", "New loans at other lenders (24 months)", "count", expected=ANOTHER_LOAN): _.count(),
    number(
        "bureau_active_24m", "New loans at other lenders still active (24 months)", "count", expected=ANOTHER_LOAN
    ): count(IS_ACTIVE),
}
MONTHS: Columns = {
    monthly("bureau_months", "Months reported by other lenders", "count"): _.months.sum(),
    monthly("bureau_late_share", "Part of months late at other lenders", "share", expected=LATE_BEFORE): ratio(
        _.late.sum(), _.months_known.sum()
    ),
    monthly(
        "bureau_late_months_12m", "Months late at other lenders (12 months)", "count", expected=LATE_BEFORE
    ): _.late_12m.sum(),
    monthly(
        "bureau_worst_status", "Worst grade of delay at other lenders", "index", expected=LATE_BEFORE
    ): _.worst.max(),
    monthly(
        "bureau_worst_status_12m", "Worst grade of delay at other lenders (12 months)", "index", expected=LATE_BEFORE
    ): _.worst_12m.max(),
    monthly(
        "bureau_late_loans_share", "Part of loans at other lenders once late", "share", expected=LATE_BEFORE
    ): share(_.late > 0),
    monthly("bureau_since_late", "Time since last late at other lenders", "months", expected=LATE_LONG_AGO): 0
    - _.last_late.max(),
    monthly("bureau_closed_months_share", "Part of months reported as closed by other lenders", "share"): ratio(
        _.closed.sum(), _.months.sum()
    ),
}
COMPARED: Columns = {
    number("bureau_debt_to_income", "Debt at other lenders to income", "ratio", expected=BURDEN): ratio(
        _.bureau_debt, _.AMT_INCOME_TOTAL
    ),
    number("bureau_annuity_to_income", "Payments at other lenders to income", "ratio", expected=BURDEN): ratio(
        _.bureau_active_annuity, _.AMT_INCOME_TOTAL
    ),
}
FEATURES = tuple(LOANS | ACTIVE | CLOSED | CARDS | LAST_12_MONTHS | LAST_24_MONTHS | MONTHS | COMPARED)


def known_end_dates(bureau: ibis.Table) -> ibis.Table:
    """The loans, with end dates beyond any plausible loan set to null."""
    days = {day: bureau[day] for day in ("DAYS_CREDIT_ENDDATE", "DAYS_ENDDATE_FACT")}
    return bureau.mutate(**{name: (day.abs() <= FARTHEST_DAY).ifelse(day, None) for name, day in days.items()})


def months_per_loan(bureau_balance: ibis.Table) -> ibis.Table:
    """One row per reported loan: counts of its months by status and the worst of them, over all time and 12 months."""
    late = _.STATUS.isin(("1", "2", "3", "4", "5"))
    months = bureau_balance.mutate(
        months_late=_.STATUS.cases(*MONTHS_LATE), is_late=late.cast("float64"), recent=_.MONTHS_BALANCE >= -12
    )
    return months.group_by("SK_ID_BUREAU").aggregate(
        months=_.count().cast("float64"),
        months_known=_.months_late.count().cast("float64"),
        late=_.is_late.sum(),
        late_12m=_.recent.ifelse(_.is_late, None).sum(),
        worst=_.months_late.max(),
        worst_12m=_.recent.ifelse(_.months_late, None).max(),
        last_late=(_.is_late == 1).ifelse(_.MONTHS_BALANCE, None).max(),
        closed=count(_.STATUS == "C"),
    )


def bureau_features(tables: Tables) -> ibis.Table:
    """One row per client with a loan at another lender: SK_ID_CURR and the features of those loans."""
    loans = known_end_dates(tables.bureau)
    active = loans.filter(IS_ACTIVE)
    months = loans.select(CLIENT, "SK_ID_BUREAU").inner_join(months_per_loan(tables.bureau_balance), "SK_ID_BUREAU")
    clients = join_clients(
        per_client(loans, LOANS),
        per_client(active, ACTIVE),
        per_client(loans.filter(_.CREDIT_ACTIVE == "Closed"), CLOSED),
        per_client(active.filter(_.CREDIT_TYPE == "Credit card"), CARDS),
        per_client(loans.filter(_.DAYS_CREDIT >= -365), LAST_12_MONTHS),
        per_client(loans.filter(_.DAYS_CREDIT >= -730), LAST_24_MONTHS),
        per_client(months, MONTHS),
        tables.application.select(CLIENT, "AMT_INCOME_TOTAL"),
    )
    return select_features(clients.mutate(**named(COMPARED)), FEATURES)
