"""The answer to a customer, in plain words (about B1): the outcome, why, what could change it, their rights."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

from app.language.words import LANGUAGES, Words, mark, words_in
from app.scoring.case.dossier import Terms
from app.scoring.case.events import Ruling
from app.scoring.decision import Decision
from app.scoring.features import by_name
from app.scoring.what_if.counterfactual import Counterfactual, Offer
from app.settings import Contact
from app.store.cases.cases import Case
from app.store.cases.dossiers import from_content
from app.ui.customer.topics import against_request, for_request, topic_of, topics
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
        sender: who writes, and where.
        addressee: to whom.
        dated: day it is issued.
        reference: what to quote when answering.
        title: the subject.
        answer: the outcome, in one sentence.
        opening: who decided, and when.
        pairs: what speaks for the request and what against, on a refusal the latter first; empty where no calculation
            was looked at.
        sections: the rest.
        closing: greeting and signature.
    """

    language: str
    sender: tuple[str, ...]
    addressee: str
    dated: str
    reference: str
    title: str
    answer: str
    opening: tuple[str, ...]
    pairs: tuple[Section, ...]
    sections: tuple[Section, ...]
    closing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """A decision that counts, as its letter tells it.

    Attributes:
        event: its number in the file.
        at: UTC, ISO 8601.
        advice: that it rested on; None where the model was not asked.
        amount: of the loan asked for, in money; None where it is not known.
        terms: the other loan that is offered instead.
        reviewed: whether it answers a customer who asked for a review.
    """

    client: int
    event: int
    at: str
    ruling: Ruling
    reasons: tuple[str, ...]
    advice: Decision | None
    amount: float | None
    terms: Terms | None = None
    reviewed: bool = False


def answer_of(case: Case, file: ClientFile) -> Answer | None:
    """What was decided on a file; None while nothing counts.

    Args:
        file: what is known of the client today; the advice is that of the dossier, where there is one.
    """
    ruled = case.state.in_force
    if ruled is None:
        return None
    said = case.contents.get(ruled.event, {})
    dossier = from_content(said["dossier"]) if "dossier" in said else None
    amount = file.client.features["credit"]
    return Answer(
        case.client,
        ruled.event,
        ruled.at,
        ruled.ruling,
        tuple(said.get("reasons", ())),
        dossier.advice if dossier else file.decision,
        None if amount is None else float(amount),
        dossier.terms if dossier else None,
        any(event.number == ruled.event and event.kind == "reviewed" for event in case.events),
    )


def letters(
    answer: Answer, file: ClientFile, change: Counterfactual | None, contact: Contact, brand: str, demo: bool
) -> dict[str, Any]:
    """The letter in each language, as it is kept with the file once it is issued."""
    return {
        language: asdict(write_letter(answer, file, change, contact, words_in(language), brand, demo))
        for language in LANGUAGES
    }


def letter_as_issued(kept: Mapping[str, Any], language: str) -> Letter:
    """What ``letters`` made, in one language."""
    told = kept[language]
    sections = {
        name: tuple(Section(each["title"], tuple(each["paragraphs"]), each["listed"]) for each in told[name])
        for name in ("pairs", "sections")
    }
    listed = {name: tuple(told[name]) for name in ("sender", "opening", "closing")}
    return Letter(**{**told, **sections, **listed})


def write_letter(
    answer: Answer,
    file: ClientFile,
    change: Counterfactual | None,
    contact: Contact,
    words: Words,
    brand: str,
    demo: bool,
) -> Letter:
    """The letter to one customer.

    Args:
        change: what the policy in force would accept; None when that cannot be computed.
        brand: who writes.
        demo: whether the client is made up.
    """
    sections = [
        Section(words.say("The data we used"), _sources(answer.advice or file.decision, words), True),
        Section(words.say("Your rights"), _rights(contact, words), True),
        Section(words.say("How to reach us"), _contact(file, contact, words)),
    ]
    if answer.ruling == "refuse":
        sections.insert(0, Section(words.say("What could change the answer"), _change(change, file, words)))
    else:
        sections.insert(0, Section(words.say("What happens next"), _next(words)))
    closing = [words.say("Yours sincerely,"), brand]
    if demo:
        closing.append(words.say("Demonstration: synthetic clients, no real person."))
    return Letter(
        words.language,
        (brand, contact.address, contact.phone, contact.email),
        words.say("To the customer of file {client}", client=answer.client),
        words.day(datetime.now(UTC).date()),
        words.say("Our reference: {client}-{event}", client=answer.client, event=answer.event),
        words.say("Your loan request"),
        _answer(answer, words),
        _opening(answer, words),
        _reasons(answer.advice, answer.ruling, words) if answer.advice else (),
        tuple(sections),
        tuple(closing),
    )


def _reasons(decision: Decision, ruling: Ruling, words: Words) -> tuple[Section, ...]:
    """What speaks for the request and what against it; a refusal is explained first."""
    nothing = (words.say("Nothing weighs much here."),)
    helping, hurting = topics(decision)
    told_for = tuple(for_request(topic, decision, words) for topic in helping)
    told_against = tuple(against_request(topic, decision, words) for topic in hurting)
    told = (
        Section(words.say("What speaks for your request"), told_for or nothing, bool(told_for)),
        Section(words.say("What speaks against your request"), told_against or nothing, bool(told_against)),
    )
    return told[::-1] if ruling == "refuse" else told


def _answer(answer: Answer, words: Words) -> str:
    amount = words.money(answer.amount or 0.0)
    if answer.ruling == "other" and answer.terms:
        return words.say(
            "We cannot lend you {amount}. We offer you another loan: {offered}.",
            amount=amount,
            offered=terms_in_words(answer.terms, words),
        )
    if answer.ruling == "refuse":
        return words.say("We cannot lend you the {amount} you asked for.", amount=amount)
    return words.say("We accept your request for {amount}.", amount=amount)


def terms_in_words(terms: Terms, words: Words) -> str:
    """A loan: amount, payment a month, months."""
    return words.plural(
        "{amount}, repaid at {payment} a month for {count} month",
        "{amount}, repaid at {payment} a month for {count} months",
        round(terms.months),
        amount=words.money(terms.amount),
        payment=words.money(terms.payment),
    )


def _opening(answer: Answer, words: Words) -> tuple[str, ...]:
    day = words.day_of(answer.at)
    decided = words.say("A person decided on {date}.", date=day)
    if answer.reviewed:
        decided = words.say("You asked us to look again. Another person did, on {date}.", date=day)
    noted = tuple(words.say(NOTED[code]) for code in answer.reasons if code in NOTED)
    if answer.advice is None:
        return words.say("No computer helped: we looked at your papers."), decided, *noted
    helper = words.say("A computer helps: it compares your file with those of many other clients.")
    return helper, words.say("It only gives advice."), decided, *noted


def _next(words: Words) -> tuple[str, ...]:
    return (
        words.say("We send you the contract. Take the time to read it before you sign."),
        words.say("Once it is signed, you have 14 days to change your mind."),
    )


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
    told = [words.say(SOURCES[source]) for source, is_used in used.items() if is_used]
    untold = {topic_of()[name].read_too for name in known if name in topic_of()} - {""}
    return *told[:1], *sorted(words.say(each) for each in untold), *told[1:]


def _change(change: Counterfactual | None, file: ClientFile, words: Words) -> tuple[str, ...]:
    wrong = words.say("If something in your file is wrong or has changed, tell us. This can change the answer too.")
    if change is None:
        return words.say("Ask us which other loan could suit you."), wrong
    if change.accepted:
        return words.say("The calculation does not stand in the way. You can ask us to look again."), wrong
    could = tuple(_offer(offer, words) for offer in change.offers)
    if not could:
        return words.say("We found no smaller or longer loan that would be enough."), wrong
    return *could, words.say("We cannot promise it: a person would decide again."), wrong


def _offer(offer: Offer, words: Words) -> str:
    """A whole loan: what is lent, and what a customer knows it by, what they pay a month."""
    told = words.plural(
        "A loan of {amount}, repaid at {payment} a month for {count} month, could change the answer.",
        "A loan of {amount}, repaid at {payment} a month for {count} months, could change the answer.",
        round(offer.months),
        amount=words.money(offer.amount),
        payment=words.money(offer.annuity),
    )
    if not offer.down_payment:
        return told
    own = words.say("You would pay {amount} of the price yourself.", amount=words.money(offer.down_payment))
    return f"{told} {own}"


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
        reached_by(contact, words),
        words.say("For your data, write to {officer}.", officer=contact.officer),
    )


def reached_by(contact: Contact, words: Words) -> str:
    """How a customer reaches the lender."""
    return words.say(
        "Call {phone}, write to {email}, or to {address}.",
        phone=contact.phone,
        email=contact.email,
        address=contact.address,
    )
