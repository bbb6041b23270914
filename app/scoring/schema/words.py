"""Allowed values that several tables share."""

from __future__ import annotations

WEEKDAYS = "MONDAY | TUESDAY | WEDNESDAY | THURSDAY | FRIDAY | SATURDAY | SUNDAY"
YES_NO = "Y | N"
ACCOMPANIED_BY = "Unaccompanied | Family | Spouse, partner | Children | Other_A | Other_B | Group of people"
INSTALMENT_STATUS = (
    "Active | Amortized debt | Approved | Canceled | Completed | Demand | Refused | Returned to the store"
    " | Sent proposal | Signed"
)
