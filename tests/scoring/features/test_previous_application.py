"""Features of earlier applications, each worked out by hand."""

from __future__ import annotations

import pytest

from app.scoring.features.previous_application import previous_application_features

APPROVED = {
    "SK_ID_PREV": 1, "NAME_CONTRACT_STATUS": "Approved", "NAME_CONTRACT_TYPE": "Consumer loans",
    "DAYS_DECISION": -730.5,
    "AMT_APPLICATION": 1000, "AMT_CREDIT": 1100, "AMT_ANNUITY": 110, "CNT_PAYMENT": 12, "RATE_DOWN_PAYMENT": 0.1,
    "NAME_YIELD_GROUP": "high", "NFLAG_INSURED_ON_APPROVAL": 1, "DAYS_FIRST_DUE": -700, "DAYS_TERMINATION": -360,
    "DAYS_LAST_DUE_1ST_VERSION": -300, "DAYS_LAST_DUE": -665.25, "PRODUCT_COMBINATION": "POS mobile with interest",
    "CHANNEL_TYPE": "Country-wide",
}  # fmt: skip
UNDER_WAY = {
    "SK_ID_PREV": 2, "NAME_CONTRACT_STATUS": "Approved", "NAME_CONTRACT_TYPE": "Cash loans",
    "DAYS_DECISION": -365.25,
    "AMT_APPLICATION": 3000, "AMT_CREDIT": 3000, "AMT_ANNUITY": 150, "CNT_PAYMENT": 24,
    "NAME_YIELD_GROUP": "low_normal",
    "NFLAG_INSURED_ON_APPROVAL": 0, "DAYS_FIRST_DUE": -335, "DAYS_TERMINATION": 365_243, "NAME_PRODUCT_TYPE": "x-sell",
    "CHANNEL_TYPE": "AP+ (Cash loan)",
}  # fmt: skip
REFUSED = {
    "SK_ID_PREV": 3, "NAME_CONTRACT_STATUS": "Refused", "NAME_CONTRACT_TYPE": "Cash loans", "DAYS_DECISION": -73,
    "AMT_APPLICATION": 5000, "AMT_CREDIT": 5000, "CODE_REJECT_REASON": "HC", "NAME_PRODUCT_TYPE": "walk-in",
    "CHANNEL_TYPE": "Stone",
}  # fmt: skip
CANCELLED = {
    "SK_ID_PREV": 4, "NAME_CONTRACT_STATUS": "Canceled", "NAME_CONTRACT_TYPE": "XNA", "DAYS_DECISION": -73,
    "AMT_APPLICATION": 0, "AMT_CREDIT": 0, "CODE_REJECT_REASON": "XAP", "CHANNEL_TYPE": "Stone", "CNT_PAYMENT": 0,
}  # fmt: skip
LOAN = {"AMT_CREDIT": 4100, "AMT_ANNUITY": 260, "AMT_INCOME_TOTAL": 1500}


def test_decisions_and_amounts(features_of):
    row = features_of(
        previous_application_features, LOAN, previous_application=[APPROVED, UNDER_WAY, REFUSED, CANCELLED]
    )
    expected = {
        "previous_applications": 4.0, "previous_approved": 2.0, "previous_approved_share": 0.5, "previous_refused": 1.0,
        "previous_refused_share": 0.25, "previous_cancelled_share": 0.25, "previous_refused_rules": 1.0,
        "previous_refused_limit": 0.0, "previous_latest": 73 / 365.25, "previous_first": 2.0, "previous_asked": 3000.0,
        "previous_granted_to_asked": 3.1 / 3, "previous_walk_in_share": 0.25, "previous_agent_share": 0.25,
        "previous_high_rate_share": 0.5, "previous_low_rate_share": 0.5, "previous_applications_12m": 2.0,
        "previous_refused_12m": 1.0, "previous_approved_12m": 0.0, "previous_refused_last_5": 0.25,
    }  # fmt: skip
    assert {name: row[name] for name in expected} == pytest.approx(expected)


def test_terms_of_earlier_loans(features_of):
    row = features_of(previous_application_features, LOAN, previous_application=[APPROVED, UNDER_WAY, REFUSED])
    expected = {
        "approved_latest": 1.0, "approved_credit": 2050.0, "approved_credit_highest": 3000.0, "approved_annuity": 130.0,
        "approved_term": 18.0, "approved_cost": (0.2 + 0.1) / 2, "approved_down_payment": 0.1,
        "approved_insured_share": 0.5, "approved_ended_early": 1.0, "approved_under_way": 1.0,
        "approved_under_way_annuity": 150.0, "refused_latest": 73 / 365.25, "refused_asked": 5000.0,
        "credit_to_approved": 2.0, "credit_to_approved_highest": 4100 / 3000, "annuity_to_approved": 2.0,
        "under_way_annuity_to_income": 0.1,
    }  # fmt: skip
    assert {name: row[name] for name in expected} == pytest.approx(expected)


def test_of_two_decisions_on_one_day_the_higher_number_is_the_last(features_of):
    row = features_of(previous_application_features, LOAN, previous_application=[CANCELLED, REFUSED, APPROVED])
    assert row["last_decision"] == "Canceled"
    assert row["last_contract_type"] is row["last_refusal_reason"] is row["last_term"] is None


def test_only_the_last_five_applications_count_as_such(features_of):
    refused = [{**REFUSED, "SK_ID_PREV": 10 + days, "DAYS_DECISION": -1000 - days} for days in range(3)]
    approved = [{**APPROVED, "SK_ID_PREV": 20 + days, "DAYS_DECISION": -100 - days} for days in range(4)]
    row = features_of(previous_application_features, LOAN, previous_application=refused + approved)
    assert row["previous_refused_last_5"] == pytest.approx(0.2)
    assert row["previous_refused_share"] == pytest.approx(3 / 7)


def test_a_client_never_refused_has_no_time_since_refusal(features_of):
    row = features_of(previous_application_features, LOAN, previous_application=[APPROVED])
    assert row["previous_refused"] == 0.0
    assert row["refused_latest"] is row["refused_asked"] is row["previous_applications_12m"] is None
