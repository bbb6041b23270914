"""Features of loans at other lenders, each worked out by hand."""

from __future__ import annotations

import pytest

from app.scoring.features.bureau import FEATURES, bureau_features

ACTIVE_CARD = {
    "SK_ID_BUREAU": 1, "CREDIT_ACTIVE": "Active", "CREDIT_TYPE": "Credit card", "DAYS_CREDIT": -365,
    "AMT_CREDIT_SUM": 1000,
    "AMT_CREDIT_SUM_DEBT": 500, "DAYS_CREDIT_ENDDATE": 1461, "AMT_ANNUITY": 120, "CREDIT_DAY_OVERDUE": 3,
    "AMT_CREDIT_SUM_OVERDUE": 7.5, "AMT_CREDIT_MAX_OVERDUE": 20, "CNT_CREDIT_PROLONG": 1, "DAYS_CREDIT_UPDATE": 0,
}  # fmt: skip
CLOSED_LOAN = {
    "SK_ID_BUREAU": 2, "CREDIT_ACTIVE": "Closed", "CREDIT_TYPE": "Consumer credit", "DAYS_CREDIT": -1095,
    "AMT_CREDIT_SUM": 3000, "AMT_CREDIT_SUM_DEBT": 0, "DAYS_CREDIT_ENDDATE": 0, "DAYS_ENDDATE_FACT": -730.5,
    "CREDIT_DAY_OVERDUE": 0, "AMT_CREDIT_SUM_OVERDUE": 0, "AMT_CREDIT_MAX_OVERDUE": 0, "CNT_CREDIT_PROLONG": 0,
    "DAYS_CREDIT_UPDATE": -730.5,
}  # fmt: skip
MORTGAGE = {
    "SK_ID_BUREAU": 3, "CREDIT_ACTIVE": "Active", "CREDIT_TYPE": "Mortgage", "DAYS_CREDIT": -500,
    "AMT_CREDIT_SUM": 6000,
    "AMT_CREDIT_SUM_DEBT": 2000, "DAYS_CREDIT_ENDDATE": -10, "CREDIT_DAY_OVERDUE": 0, "AMT_CREDIT_SUM_OVERDUE": 0,
    "CNT_CREDIT_PROLONG": 0, "DAYS_CREDIT_UPDATE": 0,
}  # fmt: skip
LOANS = [ACTIVE_CARD, CLOSED_LOAN, MORTGAGE]


def months(loan, statuses):
    """Monthly statuses of a loan, the latest first."""
    return [{"SK_ID_BUREAU": loan, "MONTHS_BALANCE": -place, "STATUS": status} for place, status in enumerate(statuses)]


def test_counts_debts_and_ages(features_of):
    row = features_of(bureau_features, {"AMT_INCOME_TOTAL": 5000}, bureau=LOANS)
    expected = {
        "bureau_loans": 3.0, "bureau_active": 2.0, "bureau_active_share": 2 / 3, "bureau_sold": 0.0,
        "bureau_cards": 1.0,
        "bureau_consumer_loans": 1.0, "bureau_mortgages": 1.0, "bureau_microloans": 0.0, "bureau_credit": 10_000.0,
        "bureau_debt": 2500.0, "bureau_debt_to_credit": 0.25, "bureau_overdue": 7.5, "bureau_days_overdue": 3.0,
        "bureau_overdue_highest": 20.0, "bureau_once_overdue_share": 0.5, "bureau_prolongations": 1.0,
        "bureau_latest": 365 / 365.25, "bureau_oldest": 1095 / 365.25, "bureau_average_update": 2 / 3,
        "bureau_debt_to_income": 0.5, "bureau_annuity_to_income": 0.024,
    }  # fmt: skip
    assert {name: row[name] for name in expected} == pytest.approx(expected)


def test_groups_of_loans(features_of):
    row = features_of(bureau_features, {}, bureau=LOANS)
    expected = {
        "bureau_active_credit": 7000.0, "bureau_active_debt_to_credit": 2500 / 7000, "bureau_active_years_left": 4.0,
        "bureau_active_past_end_share": 0.5, "bureau_active_age": 432.5 / 365.25, "bureau_closed_credit": 3000.0,
        "bureau_closed_latest": 2.0, "bureau_closed_early": 2.0, "bureau_card_utilisation": 0.5,
        "bureau_loans_12m": 1.0,
        "bureau_debt_to_credit_12m": 0.5, "bureau_loans_24m": 2.0, "bureau_active_24m": 2.0,
    }  # fmt: skip
    assert {name: row[name] for name in expected} == pytest.approx(expected)


def test_a_group_the_client_lacks_is_null_but_its_count_is_zero(features_of):
    row = features_of(bureau_features, {}, bureau=[CLOSED_LOAN])
    assert row["bureau_active"] == 0.0
    assert row["bureau_active_debt_to_credit"] is row["bureau_card_utilisation"] is row["bureau_loans_24m"] is None


def test_an_end_date_a_lifetime_away_is_unknown(features_of):
    row = features_of(bureau_features, {}, bureau=[{**ACTIVE_CARD, "DAYS_CREDIT_ENDDATE": 31_198}])
    assert row["bureau_active_years_left"] is None


def test_monthly_statuses(features_of):
    balances = months(1, "X01C") + months(2, ["C"] * 13 + ["3", "0"])
    row = features_of(bureau_features, {}, bureau=LOANS, bureau_balance=balances)
    expected = {
        "bureau_months": 19.0, "bureau_late_share": 2 / 4, "bureau_late_months_12m": 1.0, "bureau_worst_status": 3.0,
        "bureau_worst_status_12m": 1.0, "bureau_late_loans_share": 1.0, "bureau_since_late": 2.0,
        "bureau_closed_months_share": 14 / 19,
    }  # fmt: skip
    assert {name: row[name] for name in expected} == pytest.approx(expected)


def test_a_client_never_late_has_no_time_since_late(features_of):
    row = features_of(bureau_features, {}, bureau=LOANS, bureau_balance=months(1, "000"))
    assert (row["bureau_late_share"], row["bureau_worst_status"], row["bureau_since_late"]) == (0.0, 0.0, None)


def test_months_of_a_loan_that_is_not_reported_belong_to_nobody(features_of):
    row = features_of(bureau_features, {}, bureau=LOANS, bureau_balance=months(99, "555"))
    monthly = [feature.name for feature in FEATURES if feature.source == "bureau_balance"]
    assert {name: row[name] for name in monthly} == dict.fromkeys(monthly)
