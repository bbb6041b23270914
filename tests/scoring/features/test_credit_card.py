"""Features of the monthly balances of cards, worked out by hand."""

from __future__ import annotations

import pytest

from app.scoring.features.credit_card import credit_card_features


def card_month(month, balance, limit=1000, cash=0, drawn=0, paid=0, minimum=50, delay=0):
    return {
        "SK_ID_PREV": 1, "MONTHS_BALANCE": month, "AMT_BALANCE": balance, "AMT_CREDIT_LIMIT_ACTUAL": limit,
        "AMT_DRAWINGS_ATM_CURRENT": cash, "AMT_DRAWINGS_CURRENT": drawn, "CNT_DRAWINGS_ATM_CURRENT": float(cash > 0),
        "CNT_DRAWINGS_CURRENT": float(drawn > 0), "AMT_PAYMENT_CURRENT": paid, "AMT_PAYMENT_TOTAL_CURRENT": paid,
        "AMT_INST_MIN_REGULARITY": minimum, "SK_DPD": delay, "SK_DPD_DEF": 0, "NAME_CONTRACT_STATUS": "Active",
    }  # fmt: skip


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
