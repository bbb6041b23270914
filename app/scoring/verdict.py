"""What a person may decide about a client, and for which reasons."""

from __future__ import annotations

from typing import Literal

Choice = Literal["accept", "refuse", "refer"]
CHOICES: tuple[Choice, ...] = ("accept", "refuse", "refer")
REASON_CODES = {
    "score": "The score and its reasons",
    "income": "Income or employment checked on documents",
    "burden": "Payments against income",
    "debts": "Other debts",
    "history": "Payment history with us",
    "purpose": "Purpose or guarantee of the loan",
    "correction": "The file holds an error",
    "missing": "Documents are missing",
    "fraud": "Suspicion of fraud",
    "other": "Another reason",
}
"""Code -> English words."""
