"""Features of the monthly balances of earlier loans, worked out by hand."""

from __future__ import annotations

import pytest

from app.scoring.features.pos_cash import pos_cash_features


def pos_month(loan, month, term, left, delay=0, tolerated_delay=0, status="Active"):
    return {
        "SK_ID_PREV": loan,
        "MONTHS_BALANCE": month,
        "CNT_INSTALMENT": term,
        "CNT_INSTALMENT_FUTURE": left,
        "SK_DPD": delay,
        "SK_DPD_DEF": tolerated_delay,
        "NAME_CONTRACT_STATUS": status,
    }


def test_balances_of_earlier_loans(features_of):
    completed = [
        pos_month(1, -40, 12, 6, delay=9, tolerated_delay=2),
        pos_month(1, -39, 8, 0, status="Completed"),
    ]
    running = [pos_month(2, -3, 10, 8), pos_month(2, -2, 10, 7, delay=4), pos_month(2, -1, 10, 6)]
    row = features_of(pos_cash_features, {}, POS_CASH_balance=completed + running)
    expected = {
        "pos_loans": 2.0, "pos_months": 5.0, "pos_first_month": 40.0, "pos_completed_share": 0.5, "pos_active": 1.0,
        "pos_instalments_left": 6.0, "pos_left_share": 0.6, "pos_shortened_share": 0.5, "pos_late_share": 0.4,
        "pos_material_late_share": 0.2, "pos_delay": 9.0, "pos_since_late": 2.0, "pos_late_share_12m": 1 / 3,
        "pos_material_late_share_12m": 0.0, "pos_delay_12m": 4.0,
    }  # fmt: skip
    assert {name: row[name] for name in expected} == pytest.approx(expected)


def test_a_loan_that_went_silent_is_not_running(features_of):
    row = features_of(pos_cash_features, {}, POS_CASH_balance=[pos_month(1, -30, 12, 6)])
    assert (row["pos_active"], row["pos_instalments_left"], row["pos_delay_12m"]) == (0.0, None, None)
