"""Features of instalments, worked out by hand."""

from __future__ import annotations

import pytest

from app.scoring.features.instalments import instalments_features


def payment(number, due_day, paid_day, due, paid, version=1):
    return {
        "SK_ID_PREV": 1,
        "NUM_INSTALMENT_VERSION": version,
        "NUM_INSTALMENT_NUMBER": number,
        "DAYS_INSTALMENT": due_day,
        "DAYS_ENTRY_PAYMENT": paid_day,
        "AMT_INSTALMENT": due,
        "AMT_PAYMENT": paid,
    }


def test_an_instalment_paid_in_parts_counts_once(features_of):
    payments = [
        payment(1, -400, -410, 100, 100),
        payment(2, -370, -370, 100, 40),
        payment(2, -370, -330, 100, 60),
        payment(3, -100, -99, 100, 80),
        payment(4, -70, None, 100, None),
    ]
    row = features_of(
        instalments_features, {"AMT_ANNUITY": 150, "AMT_INCOME_TOTAL": 1000}, installments_payments=payments
    )
    expected = {
        "instalments": 4.0, "instalment_average": 100.0, "instalment_paid_ratio": 0.7,
        "instalment_unpaid": 120.0, "instalment_underpaid_share": 0.5, "instalment_missed": 1.0,
        "instalment_late_share": 2 / 3, "instalment_late_30_share": 1 / 3, "instalment_delay": 41 / 3,
        "instalment_delay_longest": 40.0, "instalment_advance": 10 / 3, "instalment_first": 400 / 365.25,
        "instalments_12m": 2.0, "instalment_due_12m": 200.0, "instalment_paid_ratio_12m": 0.4,
        "instalment_underpaid_share_12m": 1.0, "instalment_late_share_12m": 1.0, "instalment_delay_12m": 1.0,
        "instalment_delay_longest_12m": 1.0, "instalment_late_share_6m": 1.0, "instalment_delay_6m": 1.0,
        "annuity_to_instalment": 1.5, "instalment_due_to_income": 0.2, "instalment_late_share_rise": 1 / 3,
    }  # fmt: skip
    assert {name: row[name] for name in row if name != "SK_ID_CURR"} == pytest.approx(expected)
