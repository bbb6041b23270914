"""Accepting another loan than the one asked for: its terms, taken over from *Simulate*, and the advice on it."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass

import streamlit as st

from app.language.words import Words
from app.scoring.case.dossier import LARGEST_AMOUNT, LONGEST_MONTHS, Terms
from app.scoring.decision import Decision
from app.scoring.problems import SimulationProblem
from app.scoring.what_if.simulation import MONEY, Edits, edited_columns
from app.ui.kit.typed_number import Limits, type_number
from app.ui.loaders import ClientFile, application, what_if
from app.ui.officer.edit_form import tried

TERMS = ("amount", "months", "payment")
"""Fields of another loan; their keys begin with ``loan_``."""
AMOUNT, MONTHS = Limits(0.0, LARGEST_AMOUNT), Limits(0.0, LONGEST_MONTHS)


@dataclass(frozen=True, slots=True)
class Loan:
    """The loan that is decided upon.

    Attributes:
        advice: of the model on it; None while it is suspended.
        terms: None where it is the one asked for.
        amount, payment: None where they are not known.
    """

    advice: Decision | None
    terms: Terms | None
    amount: float | None
    payment: float | None


def loan_asked_for(file: ClientFile, advice: Decision | None) -> Loan:
    """The loan of the application."""
    asked = [file.client.features.get(name) for name in ("credit", "annuity")]
    amount, payment = (None if value is None else float(value) for value in asked)
    return Loan(advice, None, amount, payment)


def other_loan(file: ClientFile, advised: bool, attempt: str) -> Loan:
    """The loan that is typed in, and the advice on it.

    Args:
        advised: whether advice is given.

    Raises:
        CaseProblem: it is no whole loan.
        SimulationProblem: no application could bear it.
    """
    amount, months, payment = (st.session_state.get(f"loan_{name}_{attempt}") or 0.0 for name in TERMS)
    terms = Terms(amount, months, payment)
    if not advised:
        return Loan(None, terms, amount, payment)
    edits = Edits({"credit": amount, "annuity": payment})
    return Loan(what_if(file, application(file), edits).after, terms, amount, payment)


def choose_other_loan(file: ClientFile, attempt: str, words: Words) -> None:
    """Its three fields; they begin with what was tried last on *Simulate*, else with the loan asked for."""
    begin = _tried_last(file)
    labels = words.say("Amount (€)"), words.say("Duration (months)"), words.say("Monthly payment (€)")
    for column, name, label in zip(st.columns(3), TERMS, labels, strict=True):
        key = f"loan_{name}_{attempt}"
        type_number(label, key, MONTHS if name == "months" else AMOUNT, words, begin=begin[name], place=column)


def _tried_last(file: ClientFile) -> dict[str, float | None]:
    loan = form = application(file)
    with suppress(SimulationProblem):  # what stands on Simulate may be no loan
        loan = {**form, **edited_columns(form, Edits(tried(file.client.client, form)))}
    credit, annuity = loan[MONEY["credit"]], loan[MONEY["annuity"]]
    if not credit or not annuity:
        return dict.fromkeys(TERMS)
    amount, payment = float(credit), float(annuity)
    return {"amount": amount, "months": round(amount / payment, 2), "payment": round(payment, 2)}
