"""A client's past in readable rows: loans elsewhere, earlier applications, payments, card balances, and one timeline.

Raw rows count days and months back from the application; here times are years before it, positive in the past.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from app.scoring.features.columns import DAYS_IN_YEAR

Record = Mapping[str, Any]
Records = Sequence[Record]


@dataclass(frozen=True, slots=True)
class OtherLoan:
    """A loan at another lender, as the credit bureau reports it; None where not reported.

    Attributes:
        kind, status: the bureau's words.
        years_ago: when it was granted.
        ends_in: years until its planned end; negative once past.
        closed_years_ago: when it really ended; None while it runs.
        amount, debt, overdue: money.
        days_overdue: current delay.
    """

    kind: str | None
    status: str | None
    years_ago: float | None
    ends_in: float | None
    closed_years_ago: float | None
    amount: float | None
    debt: float | None
    overdue: float | None
    days_overdue: float | None


@dataclass(frozen=True, slots=True)
class EarlierApplication:
    """An earlier application here; None where not known.

    Attributes:
        number: of the loan, by which payments and balances name it.
        kind, status, refused_for: the lender's words.
        years_ago: when it was decided.
        asked, granted: money.
        annuity: payment per period.
        payments: how many were agreed.
    """

    number: int
    kind: str | None
    status: str | None
    refused_for: str | None
    years_ago: float | None
    asked: float | None
    granted: float | None
    annuity: float | None
    payments: float | None


@dataclass(frozen=True, slots=True)
class Payment:
    """One instalment that fell due, all its partial payments together.

    Attributes:
        loan: number of the loan.
        years_ago: when it fell due.
        due, paid: money; paid is None when nothing was.
        days_late: of the last payment; negative when early, None when nothing was paid.
    """

    loan: int
    years_ago: float | None
    due: float | None
    paid: float | None
    days_late: float | None


@dataclass(frozen=True, slots=True)
class Balance:
    """One month of a credit card.

    Attributes:
        loan: number of the card's contract.
        months_ago: 1 is the month before the application.
        balance, limit: money.
        days_late: days past due in that month.
    """

    loan: int
    months_ago: float | None
    balance: float | None
    limit: float | None
    days_late: float | None


@dataclass(frozen=True, slots=True)
class LoanMonth:
    """One month of an earlier consumer loan here.

    Attributes:
        loan: number of the loan.
        months_ago: 1 is the month before the application.
        status: the lender's word.
        payments_left: instalments still to pay.
        days_late: days past due in that month.
    """

    loan: int
    months_ago: float | None
    status: str | None
    payments_left: float | None
    days_late: float | None


What = Literal["loan granted", "loan closed", "application approved", "application refused", "application", "paid late"]


@dataclass(frozen=True, slots=True)
class Event:
    """One mark on the timeline.

    Attributes:
        years_ago: before the application.
        what: kind of event.
        detail: kind of loan in the source's words; None when not known.
        amount: money; None when not known.
        days_late: for "paid late".
    """

    years_ago: float
    what: What
    detail: str | None
    amount: float | None
    days_late: float | None = None


@dataclass(frozen=True, slots=True)
class History:
    """What is known of a client's past, newest first; empty where there is nothing."""

    loans: tuple[OtherLoan, ...]
    applications: tuple[EarlierApplication, ...]
    payments: tuple[Payment, ...]
    balances: tuple[Balance, ...]
    months: tuple[LoanMonth, ...]

    @property
    def timeline(self) -> tuple[Event, ...]:
        """Everything that has a date, newest first: loans granted and closed, applications, late payments."""
        events = [*_of_loans(self.loans), *_of_applications(self.applications), *_of_payments(self.payments)]
        return tuple(sorted(events, key=lambda event: event.years_ago))


def history(records: Mapping[str, Records]) -> History:
    """A client's past.

    Args:
        records: raw table -> the client's rows, as ``store.records.read_histories`` gives them.
    """
    return History(
        loans=_newest(map(_loan, records.get("bureau", ()))),
        applications=_newest(map(_application, records.get("previous_application", ()))),
        payments=_newest(_payments(records.get("installments_payments", ()))),
        balances=_latest_month(map(_balance, records.get("credit_card_balance", ()))),
        months=_latest_month(map(_month, records.get("POS_CASH_balance", ()))),
    )


def _newest(rows: Iterable[Any]) -> tuple[Any, ...]:
    return tuple(sorted(rows, key=lambda row: _last(row.years_ago)))


def _latest_month(rows: Iterable[Any]) -> tuple[Any, ...]:
    return tuple(sorted(rows, key=lambda row: (_last(row.months_ago), row.loan)))


def _last(value: float | None) -> float:
    return float("inf") if value is None else value


def _years_ago(days: float | None) -> float | None:
    return None if days is None else (0.0 - days) / DAYS_IN_YEAR


def _loan(row: Record) -> OtherLoan:
    return OtherLoan(
        kind=row["CREDIT_TYPE"],
        status=row["CREDIT_ACTIVE"],
        years_ago=_years_ago(row["DAYS_CREDIT"]),
        ends_in=None if row["DAYS_CREDIT_ENDDATE"] is None else row["DAYS_CREDIT_ENDDATE"] / DAYS_IN_YEAR,
        closed_years_ago=_years_ago(row["DAYS_ENDDATE_FACT"]),
        amount=row["AMT_CREDIT_SUM"],
        debt=row["AMT_CREDIT_SUM_DEBT"],
        overdue=row["AMT_CREDIT_SUM_OVERDUE"],
        days_overdue=row["CREDIT_DAY_OVERDUE"],
    )


def _application(row: Record) -> EarlierApplication:
    return EarlierApplication(
        number=row["SK_ID_PREV"],
        kind=row["NAME_CONTRACT_TYPE"],
        status=row["NAME_CONTRACT_STATUS"],
        refused_for=row["CODE_REJECT_REASON"],
        years_ago=_years_ago(row["DAYS_DECISION"]),
        asked=row["AMT_APPLICATION"],
        granted=row["AMT_CREDIT"],
        annuity=row["AMT_ANNUITY"],
        payments=row["CNT_PAYMENT"],
    )


def _payments(rows: Records) -> list[Payment]:
    instalments: dict[tuple[Any, ...], list[Record]] = defaultdict(list)
    for row in rows:
        instalments[row["SK_ID_PREV"], row["NUM_INSTALMENT_NUMBER"], row["DAYS_INSTALMENT"]].append(row)
    return [_payment(loan, day, parts) for (loan, _, day), parts in instalments.items()]


def _payment(loan: int, day: float | None, parts: list[Record]) -> Payment:
    amounts = [row["AMT_PAYMENT"] for row in parts if row["AMT_PAYMENT"] is not None]
    days = [row["DAYS_ENTRY_PAYMENT"] for row in parts if row["DAYS_ENTRY_PAYMENT"] is not None]
    due = [row["AMT_INSTALMENT"] for row in parts if row["AMT_INSTALMENT"] is not None]
    return Payment(
        loan=loan,
        years_ago=_years_ago(day),
        due=max(due, default=None),
        paid=sum(amounts) if amounts else None,
        days_late=max(days) - day if days and day is not None else None,
    )


def _months_ago(months: float | None) -> float | None:
    return None if months is None else 0.0 - months


def _month(row: Record) -> LoanMonth:
    return LoanMonth(
        loan=row["SK_ID_PREV"],
        months_ago=_months_ago(row["MONTHS_BALANCE"]),
        status=row["NAME_CONTRACT_STATUS"],
        payments_left=row["CNT_INSTALMENT_FUTURE"],
        days_late=row["SK_DPD"],
    )


def _balance(row: Record) -> Balance:
    return Balance(
        loan=row["SK_ID_PREV"],
        months_ago=_months_ago(row["MONTHS_BALANCE"]),
        balance=row["AMT_BALANCE"],
        limit=row["AMT_CREDIT_LIMIT_ACTUAL"],
        days_late=row["SK_DPD"],
    )


def _of_loans(loans: Iterable[OtherLoan]) -> Iterable[Event]:
    for loan in loans:
        if loan.years_ago is not None:
            yield Event(loan.years_ago, "loan granted", loan.kind, loan.amount)
        if loan.closed_years_ago is not None:
            yield Event(loan.closed_years_ago, "loan closed", loan.kind, loan.amount)


def _of_applications(applications: Iterable[EarlierApplication]) -> Iterable[Event]:
    said: dict[str | None, What] = {"Approved": "application approved", "Refused": "application refused"}
    for each in applications:
        if each.years_ago is not None:
            yield Event(each.years_ago, said.get(each.status, "application"), each.kind, each.asked)


def _of_payments(payments: Iterable[Payment]) -> Iterable[Event]:
    for each in payments:
        if each.years_ago is not None and each.days_late is not None and each.days_late > 0:
            yield Event(each.years_ago, "paid late", None, each.due, each.days_late)
