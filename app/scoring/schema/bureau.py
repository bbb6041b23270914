"""Loans the client has elsewhere, as the credit bureau reports them, and their monthly states."""

from __future__ import annotations

from app.scoring.schema.column import TableSchema, category, days, filled, key, numbers, reference
from app.scoring.schema.keys import CLIENT

_CREDIT_TYPES = """Consumer credit | Credit card | Car loan | Mortgage | Microloan | Loan for business development
 | Another type of loan | Unknown type of loan | Loan for working capital replenishment | Cash loan (non-earmarked)
 | Real estate loan | Loan for the purchase of equipment | Loan for purchase of shares (margin lending)
 | Mobile operator loan | Interbank credit"""

BUREAU = TableSchema(
    "bureau",
    (
        reference(CLIENT, "application"),
        key("SK_ID_BUREAU"),  # the published column descriptions call it SK_BUREAU_ID
        category("CREDIT_ACTIVE", "Active | Closed | Sold | Bad debt"),
        category("CREDIT_CURRENCY", "currency 1 | currency 2 | currency 3 | currency 4"),
        *days("DAYS_CREDIT", nullable=False),
        *filled("CREDIT_DAY_OVERDUE"),
        *days("DAYS_CREDIT_ENDDATE DAYS_ENDDATE_FACT"),
        *numbers("AMT_CREDIT_MAX_OVERDUE"),
        *filled("CNT_CREDIT_PROLONG"),
        *numbers("AMT_CREDIT_SUM AMT_CREDIT_SUM_DEBT AMT_CREDIT_SUM_LIMIT"),
        *filled("AMT_CREDIT_SUM_OVERDUE"),
        category("CREDIT_TYPE", _CREDIT_TYPES),
        *days("DAYS_CREDIT_UPDATE", nullable=False),
        *numbers("AMT_ANNUITY"),
    ),
)

BUREAU_BALANCE = TableSchema(
    "bureau_balance",
    (
        reference("SK_ID_BUREAU", "bureau"),
        *filled("MONTHS_BALANCE"),
        category("STATUS", "C | X | 0 | 1 | 2 | 3 | 4 | 5"),  # closed, unknown, or days past due by band
    ),
)
