"""What a lender reads first on a file: payments against income, what is left to live on, the papers that are there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from app.language.words import Words
from app.scoring.charges import Charges
from app.scoring.papers import MAIN_PAPER, is_main_missing, papers_there
from app.scoring.policy import Policy
from app.scoring.problems import PortfolioProblem
from app.ui.kit.components import card, definitions
from app.ui.kit.markup import element
from app.ui.kit.plain_text import plain
from app.ui.loaders import ClientFile, application, policy_in_force

Rows = list[tuple[str, str]]


def show_charges(file: ClientFile, words: Words) -> None:
    """The finding, then the figures it comes from."""
    charges = Charges.of(file.client.features)
    st.header(words.say("Debt ratio and what is left to live on"), anchor=False)
    st.markdown(plain(finding(charges, words)))
    cards = [
        card(words.say("Debt ratio"), definitions(debt_rows(charges, policy_in_force(), words))),
        card(words.say("Left to live on a month, before rent"), definitions(left_rows(charges, words))),
    ]
    form = _form(file)
    if form is not None:
        cards.append(card(words.say("Papers"), definitions(paper_rows(form, words))))
    st.html(element("div", *cards, class_="cards"))


def _form(file: ClientFile) -> Mapping[str, Any] | None:
    try:
        return application(file)
    except PortfolioProblem:  # published without raw rows
        return None


def finding(charges: Charges, words: Words) -> str:
    """The ratios and what is left, in a sentence; what is missing for them."""
    share, known = charges.share(charges.payment), charges.share(charges.known)
    if charges.left is None or share is None or known is None:
        missing = words.say("the income") if not charges.income else words.say("the monthly payment")
        return words.say("No debt ratio can be told: {missing} is not provided.", missing=missing)
    return words.say(
        "This payment takes {share} of the declared income, all known payments {known}: {left} a month are left.",
        share=words.percent(share),
        known=words.percent(known),
        left=words.money(charges.left),
    )


def debt_rows(charges: Charges, policy: Policy, words: Words) -> Rows:
    """Each known payment a month, all of them against income, and what the policy lets one take."""
    elsewhere = words.plural(
        "Loans at other lenders ({count} running)", "Loans at other lenders ({count} running)", charges.loans_elsewhere
    )
    rows = [
        (words.say("This payment"), _against_income(charges.payment, charges, words)),
        (elsewhere, _elsewhere(charges, words)),
        (words.say("Earlier loans here, under way"), _money_or(charges.here, words.say("none known"), words)),
        (words.say("All known payments"), _against_income(charges.known, charges, words)),
    ]
    if policy.payment_to_income is not None:
        most = words.say("{share} of income", share=words.percent(policy.payment_to_income))
        rows.append((words.say("The most a loan offered may take"), most))
    return rows


def left_rows(charges: Charges, words: Words) -> Rows:
    """Income, and what all known payments leave of it."""
    missing = words.say("not provided")
    rows = [
        (words.say("Declared income, a month"), _money_or(charges.income, missing, words)),
        (words.say("Left after all known payments"), _money_or(charges.left, missing, words)),
    ]
    if charges.people:
        each = words.plural(
            "The same for each of the family ({count} person)",
            "The same for each of the family ({count} people)",
            charges.people,
        )
        rows.append((each, _money_or(charges.left_per_person, missing, words)))
    return rows


def paper_rows(form: Mapping[str, Any], words: Words) -> Rows:
    """Which papers are there, and whether the main one is missing."""
    there = [_paper(number, words) for number in papers_there(form)]
    nothing = words.say("no paper")
    missing = _paper(MAIN_PAPER, words) if is_main_missing(form) else nothing
    return [
        (words.say("There"), words.enumeration(there) or nothing),
        (words.say("Missing"), missing),
    ]


def _paper(number: int, words: Words) -> str:
    return words.say("main document") if number == MAIN_PAPER else words.say("document {number}", number=number)


def _elsewhere(charges: Charges, words: Words) -> str:
    if not charges.loans_elsewhere and charges.elsewhere is None:
        return words.say("none known")
    return _money_or(charges.elsewhere, words.say("payments not reported"), words)


def _against_income(amount: float | None, charges: Charges, words: Words) -> str:
    share = charges.share(amount)
    if amount is None or share is None:
        return _money_or(amount, words.say("not provided"), words)
    return words.say("{amount}, {share} of income", amount=words.money(amount), share=words.percent(share))


def _money_or(amount: float | None, otherwise: str, words: Words) -> str:
    return otherwise if amount is None else words.money(amount)
