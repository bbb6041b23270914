"""Raw rows of the past become rows a person reads, in years before the application."""

import pytest

from app.scoring.history import Event, history

LOAN = {
    "SK_ID_CURR": 1,
    "SK_ID_BUREAU": 5,
    "CREDIT_TYPE": "Car loan",
    "CREDIT_ACTIVE": "Closed",
    "DAYS_CREDIT": -1461.0,
    "DAYS_CREDIT_ENDDATE": -365.25,
    "DAYS_ENDDATE_FACT": -730.5,
    "AMT_CREDIT_SUM": 9_000.0,
    "AMT_CREDIT_SUM_DEBT": 0.0,
    "AMT_CREDIT_SUM_OVERDUE": None,
    "CREDIT_DAY_OVERDUE": 0.0,
}
APPLICATION = {
    "SK_ID_CURR": 1,
    "SK_ID_PREV": 7,
    "DAYS_DECISION": -73.05,
    "NAME_CONTRACT_TYPE": "Cash loans",
    "NAME_CONTRACT_STATUS": "Refused",
    "CODE_REJECT_REASON": "HC",
    "AMT_APPLICATION": 500.0,
    "AMT_CREDIT": 0.0,
    "AMT_ANNUITY": None,
    "CNT_PAYMENT": None,
}


def part(number, due_day, paid_day, paid, due=100.0):
    return {
        "SK_ID_CURR": 1,
        "SK_ID_PREV": 7,
        "NUM_INSTALMENT_NUMBER": number,
        "DAYS_INSTALMENT": due_day,
        "DAYS_ENTRY_PAYMENT": paid_day,
        "AMT_INSTALMENT": due,
        "AMT_PAYMENT": paid,
    }


def test_a_client_without_a_past_has_an_empty_one():
    past = history({})
    assert (past.loans, past.applications, past.payments, past.balances, past.months, past.timeline) == ((),) * 6


def test_a_loan_elsewhere_is_told_in_years_and_money():
    (loan,) = history({"bureau": [LOAN]}).loans
    assert (loan.kind, loan.years_ago, loan.ends_in, loan.closed_years_ago) == ("Car loan", 4.0, -1.0, 2.0)
    assert (loan.amount, loan.overdue) == (9_000.0, None)


def test_partial_payments_of_one_instalment_are_one_payment_late_by_its_last_part():
    parts = [part(1, -100.0, -105.0, 60.0), part(1, -100.0, -97.0, 40.0), part(2, -70.0, None, None)]
    unpaid, paid = history({"installments_payments": parts}).payments
    assert (paid.due, paid.paid, paid.days_late) == (100.0, 100.0, 3.0)
    assert (unpaid.paid, unpaid.days_late) == (None, None)


def test_rows_come_newest_first_and_those_without_a_date_last():
    days = [-300.0, None, -10.0]
    told = history({"bureau": [{**LOAN, "DAYS_CREDIT": day} for day in days]}).loans
    assert [loan.years_ago for loan in told] == pytest.approx([10 / 365.25, 300 / 365.25, None])


def test_the_timeline_holds_everything_that_has_a_date_in_one_order():
    parts = [part(1, -36.525, -26.525, 100.0), part(2, -20.0, -25.0, 100.0)]
    told = history({"bureau": [LOAN], "previous_application": [APPLICATION], "installments_payments": parts}).timeline
    assert [event.what for event in told] == ["paid late", "application refused", "loan closed", "loan granted"]
    assert told[0] == Event(pytest.approx(0.1), "paid late", None, 100.0, pytest.approx(10.0))
    assert told[1] == Event(pytest.approx(0.2), "application refused", "Cash loans", 500.0)


def test_every_published_client_has_a_readable_past(demo):
    from app.store.records import read_histories

    some = 0
    for client in [demo.random_client() for _ in range(20)]:
        past = history(read_histories(demo.folder, client))
        years = [event.years_ago for event in past.timeline]
        assert years == sorted(years) and all(year >= 0 for year in years)
        some += len(past.timeline)
    assert some > 0
