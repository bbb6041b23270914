"""How the client paid this lender: monthly balances of consumer loans and cards, and each instalment."""

from __future__ import annotations

from app.scoring.schema.column import XNA, TableSchema, category, days, filled, numbers, reference
from app.scoring.schema.keys import CLIENT
from app.scoring.schema.words import INSTALMENT_STATUS

_LOAN_AND_CLIENT = (reference("SK_ID_PREV", "previous_application"), reference(CLIENT, "application"))

POS_CASH_BALANCE = TableSchema(
    "POS_CASH_balance",
    (
        *_LOAN_AND_CLIENT,
        *filled("MONTHS_BALANCE"),
        *numbers("CNT_INSTALMENT CNT_INSTALMENT_FUTURE"),
        category("NAME_CONTRACT_STATUS", INSTALMENT_STATUS, (XNA,)),
        *filled("SK_DPD SK_DPD_DEF"),
    ),
)

CREDIT_CARD_BALANCE = TableSchema(
    "credit_card_balance",
    (
        *_LOAN_AND_CLIENT,
        *filled("MONTHS_BALANCE AMT_BALANCE AMT_CREDIT_LIMIT_ACTUAL"),
        *numbers("AMT_DRAWINGS_ATM_CURRENT"),
        *filled("AMT_DRAWINGS_CURRENT"),
        *numbers("AMT_DRAWINGS_OTHER_CURRENT AMT_DRAWINGS_POS_CURRENT AMT_INST_MIN_REGULARITY AMT_PAYMENT_CURRENT"),
        *filled("AMT_PAYMENT_TOTAL_CURRENT AMT_RECEIVABLE_PRINCIPAL AMT_RECIVABLE AMT_TOTAL_RECEIVABLE"),
        *numbers("CNT_DRAWINGS_ATM_CURRENT"),
        *filled("CNT_DRAWINGS_CURRENT"),
        *numbers("CNT_DRAWINGS_OTHER_CURRENT CNT_DRAWINGS_POS_CURRENT CNT_INSTALMENT_MATURE_CUM"),
        category("NAME_CONTRACT_STATUS", INSTALMENT_STATUS, (XNA,)),
        *filled("SK_DPD SK_DPD_DEF"),
    ),
)

INSTALLMENTS_PAYMENTS = TableSchema(
    "installments_payments",
    (
        *_LOAN_AND_CLIENT,
        *filled("NUM_INSTALMENT_VERSION NUM_INSTALMENT_NUMBER"),
        *days("DAYS_INSTALMENT", nullable=False),
        *days("DAYS_ENTRY_PAYMENT"),
        *filled("AMT_INSTALMENT"),
        *numbers("AMT_PAYMENT"),
    ),
)
