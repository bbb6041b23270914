"""Features of the monthly balances of earlier loans and cards, and of instalments, each worked out by hand."""

from __future__ import annotations

import pytest

from app.scoring.features.credit_card import credit_card_features
from app.scoring.features.instalments import instalments_features
from app.scoring.features.pos_cash import pos_cash_features


def pos_month(loan, month, term, left, delay=0, tolerated_delay=0, status="Active"):
    return {
        "SK_ID_PREV": loan, "MONTHS_BALANCE": month, "CNT_INSTALMENT": term, "CNT_INSTALMENT_FUTURE": left,
        "SK_DPD": delay, "SK_DPD_DEF": tolerated_delay, "NAME_CONTRACT_STATUS": status,
    }  # fmt: skip


def card_month(month, balance, limit=1000, cash=0, drawn=0, paid=0, minimum=50, delay=0):
    return {
        "SK_ID_PREV": 1, "MONTHS_BALANCE": month, "AMT_BALANCE": balance, "AMT_CREDIT_LIMIT_ACTUAL": limit,
        "AMT_DRAWINGS_ATM_CURRENT": cash, "AMT_DRAWINGS_CURRENT": drawn, "CNT_DRAWINGS_ATM_CURRENT": float(cash > 0),
        "CNT_DRAWINGS_CURRENT": float(drawn > 0), "AMT_PAYMENT_CURRENT": paid, "AMT_PAYMENT_TOTAL_CURRENT": paid,
        "AMT_INST_MIN_REGULARITY": minimum, "SK_DPD": delay, "SK_DPD_DEF": 0, "NAME_CONTRACT_STATUS": "Active",
    }  # fmt: skip


def payment(number, due_day, paid_day, due, paid, version=1):
    return {
        "SK_ID_PREV": 1, "NUM_INSTALMENT_VERSION": version, "NUM_INSTALMENT_NUMBER": number, "DAYS_INSTALMENT": due_day,
        "DAYS_ENTRY_PAYMENT": paid_day, "AMT_INSTALMENT": due, "AMT_PAYMENT": paid,
    }  # fmt: skip


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


def test_balances_of_a_credit_card(features_of):
    months = [
        card_month(-14, 0, limit=0, paid=60),
        card_month(-5, 200, drawn=200, cash=50, paid=40, delay=5),
        card_month(-2, 1100, drawn=300, cash=200, paid=100),
    ]
    row = features_of(credit_card_features, {"AMT_INCOME_TOTAL": 4400}, credit_card_balance=months)
    expected = {
        "card_cards": 1.0, "card_months": 3.0, "card_balance": 1300 / 3, "card_utilisation": 0.65,
        "card_utilisation_highest": 1.1, "card_over_limit_share": 0.5, "card_owing_share": 2 / 3,
        "card_drawings_count": 2 / 3, "card_cash_share": 0.5, "card_payment_to_minimum": 200 / 150,
        "card_below_minimum_share": 1 / 3, "card_payment_to_balance": 200 / 1300, "card_late_share": 1 / 3,
        "card_delay": 5.0, "card_utilisation_12m": 0.65, "card_cash_count_12m": 1.0, "card_delay_12m": 5.0,
        "card_below_minimum_share_12m": 0.5, "card_balance_3m": 1100.0, "card_utilisation_3m": 1.1,
        "card_drawings_3m": 300.0, "card_utilisation_rise": 0.45, "card_balance_to_income": 0.25,
    }  # fmt: skip
    assert {name: row[name] for name in row if name != "SK_ID_CURR"} == pytest.approx(expected)


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
