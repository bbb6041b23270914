"""The answer to a customer, in plain words (about B1): the outcome, why, what could change it, their rights."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from babel.dates import format_date

from app.language.words import Words, mark
from app.scoring.decision import Decision
from app.scoring.features import by_name
from app.scoring.what_if.counterfactual import Counterfactual, Offer
from app.settings import Contact
from app.store.journal import Entry
from app.ui.customer.topics import against_request, for_request, topics
from app.ui.loaders import ClientFile

NOTED = {
    "score": mark("They followed what the calculation says."),
    "income": mark("They checked your income or your job on your papers."),
    "burden": mark("They looked at your payments and your income."),
    "debts": mark("They looked at your other loans."),
    "history": mark("They looked at how you repaid us before."),
    "purpose": mark("They looked at what the loan is for."),
    "correction": mark("They took an error in your file into account."),
    "missing": mark("Some papers are missing from your file."),
    "fraud": mark("Some facts in your file still have to be checked."),
    "other": mark("They had another reason. Ask us to tell you."),
}
"""Reason code of the journal -> what the customer reads."""
SOURCES = {
    "application": mark("Your request: the loan, your income, your work and your home. You gave us these."),
    "agencies": mark("Ratings of your file. They come from credit agencies."),
    "bureau": mark("Your loans at other lenders. They come from the credit bureau."),
    "own": mark("Your earlier requests, loans and payments with us. They come from our own books."),
}
OWN = ("previous_application", "POS_CASH_balance", "credit_card_balance", "installments_payments")


@dataclass(frozen=True, slots=True)
class Section:
    """One heading and what stands under it.

    Attributes:
        listed: whether each paragraph is an item of a list.
    """

    title: str
    paragraphs: tuple[str, ...]
    listed: bool = False


@dataclass(frozen=True, slots=True)
class Letter:
    """Everything the customer reads.

    Attributes:
        answer: the outcome, in one sentence.
        opening: who decided, and when.
        pairs: what speaks for the request, what against.
        sections: the rest.
        closing: what it is about and when it was written.
    """

    language: str
    title: str
    answer: str
    opening: tuple[str, ...]
    pairs: tuple[Section, Section]
    sections: tuple[Section, ...]
    closing: str


def write_letter(
    file: ClientFile, last: Entry | None, change: Counterfactual | None, contact: Contact, words: Words, demo: bool
) -> Letter:
    """The letter to one customer.

    Args:
        last: the newest entry of the journal on this client; None when nobody decided yet.
        change: what the policy in force would accept; None when that cannot be computed.
        demo: whether the client is made up.
    """
    sections = [
        Section(words.say("The data we used"), _sources(file.decision, words), True),
        Section(words.say("Your rights"), _rights(contact, words), True),
        Section(words.say("How to reach us"), _contact(file, contact, words)),
    ]
    settled = last.choice == "accept" if last else bool(change and change.accepted)
    if not settled:
        sections.insert(0, Section(words.say("What could change the answer"), _change(change, file, words)))
    today = format_date(datetime.now(UTC), "long", words.locale)
    closing = words.say("File {client}, {date}.", client=file.decision.client, date=today)
    if demo:
        closing += " " + words.say("Demonstration: synthetic clients, no real person.")
    return Letter(
        words.language,
        words.say("Your loan request"),
        _answer(file, last, words),
        _opening(file, last, words),
        _reasons(file.decision, words),
        tuple(sections),
        closing,
    )


def _reasons(decision: Decision, words: Words) -> tuple[Section, Section]:
    nothing = (words.say("Nothing weighs much here."),)
    helping, hurting = topics(decision)
    told_for = tuple(for_request(topic, decision, words) for topic in helping)
    told_against = tuple(against_request(topic, decision, words) for topic in hurting)
    return (
        Section(words.say("What speaks for your request"), told_for or nothing, bool(told_for)),
        Section(words.say("What speaks against it"), told_against or nothing, bool(told_against)),
    )


def _answer(file: ClientFile, last: Entry | None, words: Words) -> str:
    amount = words.money(float(file.client.features["credit"] or 0))
    if last and not last.intact:
        return words.say("We cannot show the answer to your request for {amount} at the moment.", amount=amount)
    if last is None:
        return words.say("We have not decided yet on the {amount} you asked for.", amount=amount)
    if last.choice == "accept":
        return words.say("We accept your request for {amount}.", amount=amount)
    if last.choice == "refuse":
        return words.say("We cannot lend you the {amount} you asked for.", amount=amount)
    return words.say("A colleague is taking another look at your request for {amount}.", amount=amount)


def _opening(file: ClientFile, last: Entry | None, words: Words) -> tuple[str, ...]:
    helper = words.say("A computer helps: it compares your file with those of many other clients.")
    advice = words.say("It only gives advice.")
    if last is None:
        return helper, words.say("It only gives advice. A person will decide.")
    if not last.intact:
        return helper, advice, words.say("Please contact us: something is wrong in our books.")
    day = format_date(datetime.fromisoformat(last.at), "long", words.locale)
    opening = [helper, advice, words.say("A person decided on {date}.", date=day)]
    opening += [words.say(NOTED[code]) for code in last.reasons if code in NOTED]
    if last.model_version != file.decision.model_version:
        opening.append(words.say("Our calculation has changed since then. The reasons below are those of today."))
    return tuple(opening)


def _sources(decision: Decision, words: Words) -> tuple[str, ...]:
    known = {each.feature for each in decision.contributions if each.value is not None}
    agencies = {name for name in known if name.startswith("external_score_")}
    tables = {by_name[name].source for name in known - agencies}
    used = {
        "application": "application" in tables,
        "agencies": bool(agencies),
        "bureau": any(table.startswith("bureau") for table in tables),
        "own": not tables.isdisjoint(OWN),
    }
    return tuple(words.say(SOURCES[source]) for source, is_used in used.items() if is_used)


def _change(change: Counterfactual | None, file: ClientFile, words: Words) -> tuple[str, ...]:
    wrong = words.say("If something in your file is wrong or has changed, tell us. This can change the answer too.")
    if change is None:
        return words.say("Ask us which other loan could suit you."), wrong
    if change.accepted:
        return words.say("The calculation does not stand in the way. You can ask us to look again."), wrong
    # Nobody is told to buy something dearer.
    could = tuple(_offer(offer, file, words) for offer in change.offers if offer.lever != "goods_price")
    if not could:
        return words.say("We found no other amount or length of the loan that would be enough by itself."), wrong
    return *could, words.say("We cannot promise it: a person would decide again."), wrong


def _offer(offer: Offer, file: ClientFile, words: Words) -> str:
    """A smaller loan, or a longer one, which a customer knows by what they pay a month."""
    paid = file.client.features["annuity"]
    if offer.lever == "credit" or offer.annuity is None or paid is None:
        before, after = offer.before, offer.after
        return words.say(
            "A loan of {after} instead of {before} could change the answer.",
            before=words.money(before),
            after=words.money(after),
        )
    return words.say(
        "Paying {after} a month instead of {before} could change the answer.",
        before=words.money(float(paid)),
        after=words.money(offer.annuity),
    )


def _rights(contact: Contact, words: Words) -> tuple[str, ...]:
    return (
        words.say("You can ask us to explain the answer and to show you your data (GDPR, article 15)."),
        words.say("You can have wrong data corrected (article 16), and say no to their use (article 21)."),
        words.say("You can ask for a person to look again, give your view and contest the answer (article 22)."),
        words.say(
            "You can complain to the supervisory authority (article 77): {authority}.", authority=contact.authority
        ),
    )


def _contact(file: ClientFile, contact: Contact, words: Words) -> tuple[str, ...]:
    return (
        words.say(
            "Call {phone}, write to {email}, or to {address}.",
            phone=contact.phone,
            email=contact.email,
            address=contact.address,
        ),
        words.say("For your data, write to {officer}.", officer=contact.officer),
    )
