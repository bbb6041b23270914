"""Where a request stands before its letter: dates and what happens next, no reason and no hint of the outcome."""

from __future__ import annotations

from app.language.words import Words
from app.settings import Contact
from app.store.cases.cases import Case
from app.ui.customer.letter import reached_by
from app.ui.kit.markup import Markup, element

MISSING = "missing"
"""The reason for a referral that customers are told: papers are missing."""


def progress(case: Case, amount: float | None, contact: Contact, words: Words) -> Markup:
    """Where the request stands, for the customer.

    Args:
        amount: of the loan asked for, in money; None where it is not known.
    """
    return element(
        "article",
        element("h1", words.say("Your loan request")),
        element("p", _standing(case, amount, words), class_="lead"),
        element("ul", *_steps(case, words), class_="steps"),
        element("p", _asked_for(case, words)),
        element("p", words.say("You will find our letter here, at this same address.")),
        element("h2", words.say("How to reach us")),
        element("p", reached_by(contact, words)),
        class_="letter",
        lang=words.language,
    )


def _standing(case: Case, amount: float | None, words: Words) -> str:
    if case.state.status == "closed":
        return words.say("Your request is closed.")
    if case.state.letter_owed:
        return words.say("A person has decided. We are writing your letter.")
    if amount is None:
        return words.say("We are looking at your request.")
    return words.say("We are looking at your request for {amount}.", amount=words.money(amount))


def _steps(case: Case, words: Words) -> list[Markup]:
    received = words.say("We have your request.")
    if case.state.received:
        received = words.say("We received your request on {date}.", date=words.day_of(case.state.received))
    steps = [(received, True), (words.say("A person looks at it and decides."), case.state.letter_owed)]
    return [
        element("li", text, class_="done" if done else "")
        for text, done in (*steps, (words.say("We write to you."), False))
    ]


def _asked_for(case: Case, words: Words) -> str:
    referred = [event for event in case.events if event.kind == "referred"]
    said = case.contents.get(referred[-1].number, {}) if referred and case.state.status == "referred" else {}
    if MISSING in said.get("reasons", ()):
        return words.say("Some papers are missing from your file. We will tell you which ones.")
    return words.say("We need nothing more from you for now.")
