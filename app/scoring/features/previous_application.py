"""Features of earlier applications to this lender: what was asked, what was decided and on which terms.

The reject codes are undocumented; the labels give their usual reading: HC the lender's own rules, LIMIT the amount, SCO
the score, SCOFR the score against fraud, VERIF verification.
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
    years_until,
)
from app.scoring.features.directions import (
    APPROVED_BEFORE,
    BURDEN,
    CHEAP_LOANS,
    DEAR_LOANS,
    REFUSED_BEFORE,
    REFUSED_LONG_AGO,
    SAVING,
    UNTRIED,
)
from app.scoring.features.feature import Feature
from app.scoring.schema.keys import CLIENT
from app.scoring.tables.tables import Tables

number = partial(Feature, kind="number", source="previous_application")
category = partial(Feature, unit="", kind="category", source="previous_application")
IS_APPROVED = _.NAME_CONTRACT_STATUS == "Approved"
IS_REFUSED = _.NAME_CONTRACT_STATUS == "Refused"
ENDED_EARLY = (_.DAYS_LAST_DUE_1ST_VERSION - _.DAYS_LAST_DUE).mean()
TERM = _.CNT_PAYMENT.nullif(0)  # cards have none
REASON = _.CODE_REJECT_REASON.fill_null("")

APPLICATIONS: Columns = {
    number("previous_applications", "Earlier applications", "count"): _.count(),
    number("previous_approved", "Approved earlier applications", "count"): count(IS_APPROVED),
    number(
        "previous_approved_share", "Part of earlier applications approved", "share", expected=APPROVED_BEFORE
    ): share(IS_APPROVED),
    number("previous_refused", "Refused earlier applications", "count", expected=REFUSED_BEFORE): count(IS_REFUSED),
    number("previous_refused_share", "Part of earlier applications refused", "share", expected=REFUSED_BEFORE): share(
        IS_REFUSED
    ),
    number("previous_cancelled_share", "Part of earlier applications cancelled", "share"): share(
        _.NAME_CONTRACT_STATUS == "Canceled"
    ),
    number("previous_refused_rules", "Earlier refusals by the lender's rules", "count", expected=REFUSED_BEFORE): count(
        REASON == "HC"
    ),
    number("previous_refused_limit", "Earlier refusals of the amount", "count", expected=REFUSED_BEFORE): count(
        REASON == "LIMIT"
    ),
    number("previous_refused_score", "Earlier refusals by the score", "count", expected=REFUSED_BEFORE): count(
        REASON == "SCO"
    ),
    number(
        "previous_refused_fraud_score", "Earlier refusals by the fraud score", "count", expected=REFUSED_BEFORE
    ): count(REASON == "SCOFR"),
    number("previous_latest", "Time since the latest earlier application", "years"): years_since(_.DAYS_DECISION.max()),
    number("previous_first", "Time since the first application", "years"): years_since(_.DAYS_DECISION.min()),
    number("previous_revolving_share", "Part of earlier applications for cards", "share"): share(
        _.NAME_CONTRACT_TYPE == "Revolving loans"
    ),
    number("previous_asked", "Average amount asked before", "money"): average(_.AMT_APPLICATION.nullif(0)),
    number("previous_granted_to_asked", "Amount granted to amount asked before", "ratio"): average(
        ratio(_.AMT_CREDIT, _.AMT_APPLICATION)
    ),
    number("previous_walk_in_share", "Part of earlier applications as a walk-in", "share", expected=DEAR_LOANS): share(
        _.NAME_PRODUCT_TYPE.fill_null("") == "walk-in"
    ),
    number(
        "previous_agent_share", "Part of earlier applications through cash loan agents", "share", expected=DEAR_LOANS
    ): share(_.CHANNEL_TYPE == "AP+ (Cash loan)"),
    number("previous_high_rate_share", "Part of earlier offers at a high rate", "share", expected=DEAR_LOANS): share(
        _.NAME_YIELD_GROUP == "high"
    ),
    number("previous_low_rate_share", "Part of earlier offers at a low rate", "share", expected=CHEAP_LOANS): share(
        _.NAME_YIELD_GROUP.isin(("low_action", "low_normal"))
    ),
}
APPROVED: Columns = {
    number("approved_latest", "Time since the latest approval", "years"): years_since(_.DAYS_DECISION.max()),
    number("approved_credit", "Average amount of earlier loans", "money"): average(_.AMT_CREDIT),
    number("approved_credit_highest", "Largest earlier loan", "money"): _.AMT_CREDIT.max(),
    number("approved_annuity", "Average monthly payment of earlier loans", "money"): average(_.AMT_ANNUITY),
    number("approved_term", "Average duration of earlier loans", "months"): TERM.mean(),
    number("approved_cost", "Average yearly cost of earlier loans", "ratio"): average(_.yearly_cost),
    number("approved_down_payment", "Average down payment rate of earlier loans", "share", expected=SAVING): average(
        _.RATE_DOWN_PAYMENT
    ),
    number("approved_insured_share", "Part of earlier loans insured", "share"): _.NFLAG_INSURED_ON_APPROVAL.mean(),
    number("approved_ended_early", "Average time by which earlier loans ended early", "years"): years_until(
        ENDED_EARLY
    ),
    number("approved_under_way", "Earlier loans under way", "count"): count(_.under_way),
    number("approved_under_way_annuity", "Monthly payments of earlier loans under way", "money"): total(
        _.under_way.ifelse(_.AMT_ANNUITY, None)
    ),
}
REFUSED: Columns = {
    number("refused_latest", "Time since the latest refusal", "years", expected=REFUSED_LONG_AGO): years_since(
        _.DAYS_DECISION.max()
    ),
    number("refused_asked", "Average amount refused", "money"): average(_.AMT_APPLICATION.nullif(0)),
}
LAST_12_MONTHS: Columns = {
    number("previous_applications_12m", "Earlier applications (12 months)", "count"): _.count(),
    number("previous_refused_12m", "Refused earlier applications (12 months)", "count", expected=REFUSED_BEFORE): count(
        IS_REFUSED
    ),
    number("previous_approved_12m", "Approved earlier applications (12 months)", "count"): count(IS_APPROVED),
}
LAST_5: Columns = {
    number("previous_refused_last_5", "Part of applications refused (last 5)", "share", expected=REFUSED_BEFORE): share(
        IS_REFUSED
    ),
    number("previous_term_last_5", "Average duration asked (last 5 applications)", "months"): TERM.mean(),
    number("previous_cost_last_5", "Average yearly cost (last 5 applications)", "ratio"): average(_.yearly_cost),
}
LAST: Columns = {
    category("last_decision", "Decision on the last application"): _.NAME_CONTRACT_STATUS.max(),
    category("last_contract_type", "Type of the last application"): _.NAME_CONTRACT_TYPE.max(),
    category("last_product", "Product of the last application"): _.PRODUCT_COMBINATION.max(),
    category("last_refusal_reason", "Refusal reason of the last application"): _.CODE_REJECT_REASON.max(),
    number("last_term", "Duration of the last application", "months"): TERM.max(),
}
COMPARED: Columns = {
    number("credit_to_approved", "Loan amount to average earlier loan", "ratio", expected=UNTRIED): ratio(
        _.AMT_CREDIT, _.approved_credit
    ),
    number("credit_to_approved_highest", "Loan amount to largest earlier loan", "ratio", expected=UNTRIED): ratio(
        _.AMT_CREDIT, _.approved_credit_highest
    ),
    number("annuity_to_approved", "Monthly payment to average of earlier loans", "ratio", expected=UNTRIED): ratio(
        _.AMT_ANNUITY, _.approved_annuity
    ),
    number(
        "under_way_annuity_to_income", "Payments of earlier loans under way to income", "ratio", expected=BURDEN
    ): ratio(_.approved_under_way_annuity, _.AMT_INCOME_TOTAL),
}
FEATURES = tuple(APPLICATIONS | APPROVED | REFUSED | LAST_12_MONTHS | LAST_5 | LAST | COMPARED)


def ranked(previous: ibis.Table) -> ibis.Table:
    """The applications with their recency (0 the latest decision), simple yearly cost and whether under way."""
    by_date = ibis.window(group_by=CLIENT, order_by=(ibis.desc("DAYS_DECISION"), ibis.desc("SK_ID_PREV")))
    return previous.mutate(
        recency=ibis.row_number().over(by_date),
        yearly_cost=(ratio(_.AMT_ANNUITY * _.CNT_PAYMENT, _.AMT_CREDIT) - 1) / (TERM / 12),
        under_way=IS_APPROVED & _.DAYS_FIRST_DUE.notnull() & _.DAYS_TERMINATION.isnull(),
    )


def previous_application_features(tables: Tables) -> ibis.Table:
    """One row per client with an earlier application: SK_ID_CURR and the features of those applications."""
    applications = ranked(tables.previous_application)
    clients = join_clients(
        per_client(applications, APPLICATIONS),
        per_client(applications.filter(IS_APPROVED), APPROVED),
        per_client(applications.filter(IS_REFUSED), REFUSED),
        per_client(applications.filter(_.DAYS_DECISION >= -365), LAST_12_MONTHS),
        per_client(applications.filter(_.recency < 5), LAST_5),
        per_client(applications.filter(_.recency == 0), LAST),
        tables.application.select(CLIENT, "AMT_INCOME_TOTAL", "AMT_CREDIT", "AMT_ANNUITY"),
    )
    return select_features(clients.mutate(**named(COMPARED)), FEATURES)
