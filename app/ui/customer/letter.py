"""The answer to a customer, in plain words (about B1): the outcome, why, what could change it, their rights."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from typing import Any

from app.language.words import LANGUAGES, Words, mark, words_in
from app.scoring.case.dossier import Dossier, Terms
from app.scoring.case.events import Ruling
from app.scoring.decision import Decision
from app.scoring.features import by_name
from app.scoring.population import Population
from app.scoring.what_if.counterfactual import Counterfactual, Offer
from app.settings import Contact, settings
from app.store.cases.cases import Case
from app.store.cases.dossiers import from_content
from app.ui.customer.topics import given, in_a_sentence, topic_of
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
    "agencies": mark("Marks given to your file by credit agencies."),
    "bureau": mark("Your loans at other lenders, from the credit bureau."),
    "own": mark("Your earlier requests, loans and payments with us. We keep them ourselves."),
}
ANSWERS = {
    "accept": mark("We accept your request for {amount}."),
    "refuse": mark("We cannot lend you the {amount} you asked for."),
    "other": mark("We cannot lend you {amount}, but we offer you another loan."),
}
"""Ruling -> the outcome in a sentence."""
UNKNOWN_AMOUNT = {
    "accept": mark("We accept your loan request."),
    "refuse": mark("We cannot lend you what you asked for."),
    "other": mark("We cannot lend you what you asked for, but we offer you another loan."),
}
"""The same where the amount is not known."""
WAYS = {
    "phone": mark("Call {way}."),
    "email": mark("Write to {way}."),
    "address": mark("Our address: {way}."),
}
"""How the lender is reached."""
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
        pairs: why; empty where no calculation was looked at. Letters of earlier versions told both sides here.
        sections: the rest.
        closing: greeting and signature.
        decided: day of the decision. This and what follows is not in letters of earlier versions.
        greeting: whom it speaks to.
        loan: what is lent, each a name and a value; empty on a refusal.
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
    decided: str = ""
    greeting: str = ""
    loan: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """A decision that counts, as its letter tells it.

    Attributes:
        event: its number in the file.
        at: UTC, ISO 8601.
        advice: on the loan that was asked for; None where the model was not asked.
        amount: of the loan asked for, in money; None where it is not known.
        payment: of the loan asked for, a month, in money; None where it is not known.
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
    payment: float | None = None

    @property
    def loan(self) -> Terms | None:
        """What is lent; None on a refusal, and where it is not known."""
        if self.ruling == "refuse" or self.terms:
            return self.terms if self.ruling == "other" else None
        if not self.amount or not self.payment:
            return None
        return Terms(self.amount, self.amount / self.payment, self.payment)


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
    return Answer(
        case.client,
        ruled.event,
        ruled.at,
        ruled.ruling,
        tuple(said.get("reasons", ())),
        _advice(dossier, file),
        _asked("credit", "AMT_CREDIT", dossier, file),
        dossier.terms if dossier else None,
        any(event.number == ruled.event and event.kind == "reviewed" for event in case.events),
        _asked("annuity", "AMT_ANNUITY", dossier, file),
    )


def _advice(dossier: Dossier | None, file: ClientFile) -> Decision | None:
    """On the loan asked for: a dossier on another loan holds the advice on that one."""
    if dossier is None or (dossier.terms and dossier.advice):
        return file.decision
    return dossier.advice


def _asked(feature: str, column: str, dossier: Dossier | None, file: ClientFile) -> float | None:
    """What the application said when it was decided upon, else what it says today."""
    told = dossier.application.get(column) if dossier else None
    told = file.client.features.get(feature) if told is None else told
    return None if told is None else float(told)


def letters(
    answer: Answer,
    file: ClientFile,
    population: Population,
    change: Counterfactual | None,
    contact: Contact,
    brand: str,
    demo: bool,
) -> dict[str, Any]:
    """The letter in each language, as it is kept with the file once it is issued."""
    return {
        language: asdict(write_letter(answer, file, population, change, contact, words_in(language), brand, demo))
        for language in LANGUAGES
    }


def letter_as_issued(kept: Mapping[str, Any], language: str) -> Letter:
    """What ``letters`` made, in one language."""
    told = kept.get(language) or next(iter(kept.values()))  # a language that came later has none of its own
    sections = {
        name: tuple(Section(each["title"], tuple(each["paragraphs"]), each["listed"]) for each in told[name])
        for name in ("pairs", "sections")
    }
    listed = {name: tuple(told[name]) for name in ("sender", "opening", "closing")}
    loan = tuple((name, value) for name, value in told.get("loan", ()))
    return Letter(**{**told, **sections, **listed, "loan": loan})


def write_letter(
    answer: Answer,
    file: ClientFile,
    population: Population,
    change: Counterfactual | None,
    contact: Contact,
    words: Words,
    brand: str,
    demo: bool,
) -> Letter:
    """The letter to one customer.

    Args:
        population: what a typical client's file says, beside what speaks against this one.
        change: what the policy in force would accept; None when that cannot be computed.
        brand: who writes.
        demo: whether the client is made up.
    """
    refused = answer.ruling == "refuse"
    sections = [
        Section(words.say("What could change the answer"), _change(change, words), True)
        if refused
        else Section(words.say("What happens next"), _next(answer, contact, words)),
        Section(
            words.say("The files we consulted") if refused else words.say("The data we used"),
            _sources(answer.advice or file.decision, contact if refused else None, words),
            True,
        ),
    ]
    if answer.ruling != "accept":
        sections.append(Section(words.say("If you do not agree"), _review(answer, contact, words), True))
    sections.append(Section(words.say("Your rights"), _rights(contact, words), True))
    sections.append(Section(words.say("How to reach us"), _contact(contact, words)))
    sender = contact.name or brand
    signatory = contact.signatory or words.say("The loan department")
    closing = [words.say("Yours sincerely,"), f"{signatory}, {sender}"]
    if demo:
        closing.append(words.say("Demonstration: synthetic clients, no real person."))
    return Letter(
        words.language,
        tuple(line for line in (sender, contact.address, contact.phone, contact.email) if line),
        words.say("To the customer of file {client}", client=answer.client),
        dated(datetime.now(UTC).date(), words),
        words.say("Our reference: {reference}", reference=_reference(answer)),
        _subject(answer, words),
        _answer(answer, words),
        _opening(answer, words),
        _reasons(answer, population, words),
        tuple(sections),
        tuple(closing),
        words.say("Decision of {date}", date=words.day_of(answer.at)),
        words.say("Dear customer,"),
        _loan(answer, words),
    )


def dated(day: date, words: Words) -> str:
    """The line that says when a letter was written."""
    return words.say("Letter of {date}", date=words.day(day))


def _reference(answer: Answer) -> str:
    return f"{answer.client}-{answer.event}"


def _subject(answer: Answer, words: Words) -> str:
    if answer.amount is None:
        return words.say("Subject: your loan request")
    return words.say("Subject: your loan request for {amount}", amount=words.money(answer.amount))


def _reasons(answer: Answer, population: Population, words: Words) -> tuple[Section, ...]:
    """At most ``MOST`` facts of the file, that weigh most the way it was decided."""
    if answer.advice is None:
        return ()
    accepted = answer.ruling == "accept"
    told = tuple(in_a_sentence(reason, population, words) for reason in given(answer.advice, accepted))
    if accepted:
        title = words.say("What counted for you")
    elif answer.ruling == "refuse":
        title = words.say("Why we cannot lend you this amount")
    else:
        title = words.say("Why not the loan you asked for")
    return (Section(title, told or (words.say("Nothing in the calculation weighs much here."),), bool(told)),)


def _answer(answer: Answer, words: Words) -> str:
    if answer.amount is None:
        return words.say(UNKNOWN_AMOUNT[answer.ruling])
    return words.say(ANSWERS[answer.ruling], amount=words.money(answer.amount))


def _loan(answer: Answer, words: Words) -> tuple[tuple[str, str], ...]:
    """What is lent, by name and value."""
    if answer.loan is None:
        return ()
    return (
        (words.say("Amount of the loan"), words.money(answer.loan.amount)),
        (words.say("You pay each month"), words.money(answer.loan.payment)),
        (words.say("Length of the loan"), _duration(answer.loan.months, words)),
    )


def _duration(months: float, words: Words) -> str:
    return words.plural(
        "{count} month, interest not counted", "{count} months, interest not counted", max(1, round(months))
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


def _next(answer: Answer, contact: Contact, words: Words) -> tuple[str, ...]:
    contract = words.say("We send you the contract. It gives the rate, the cost and the date of each payment.")
    read = words.say("Take the time to read it before you sign.")
    changed = words.say("Once it is signed, you have 14 days to change your mind.")
    if answer.ruling == "accept":
        return contract, read, changed
    wanted = words.say("Do you want this loan? Tell us, and we send you the contract.")
    return wanted, words.say("If you do not, you need do nothing."), read, changed


def _sources(decision: Decision, contact: Contact | None, words: Words) -> tuple[str, ...]:
    """Which data were there.

    Args:
        contact: names with whom what others keep can be checked; None leaves that out.
    """
    known = {each.feature for each in decision.contributions if each.value is not None}
    agencies = {name for name in known if name.startswith("external_score_")}
    tables = {by_name[name].source for name in known - agencies}
    used = {
        "application": "application" in tables,
        "agencies": bool(agencies),
        "bureau": any(table.startswith("bureau") for table in tables),
        "own": not tables.isdisjoint(OWN),
    }
    keepers = {"agencies": contact.agencies, "bureau": contact.bureau} if contact else {}
    told = [
        " ".join([words.say(SOURCES[source]), *([_checked(keepers[source], words)] if source in keepers else [])])
        for source, is_used in used.items()
        if is_used
    ]
    untold = {topic_of()[name].read_too for name in known if name in topic_of()} - {""}
    return *told[:1], *sorted(words.say(each) for each in untold), *told[1:]


def _checked(keeper: str, words: Words) -> str:
    if not keeper:
        return words.say("Ask us who keeps them: you can check them there.")
    return words.say("Check them there: {keeper}.", keeper=keeper)


def _review(answer: Answer, contact: Contact, words: Words) -> tuple[str, ...]:
    """How to ask for a review, and who else helps."""
    told = [
        words.say("Ask for another person to look again. Tell us what they should look at."),
        words.say(
            "Use the form under this letter on your screen, or write to us with our reference {reference}.",
            reference=_reference(answer),
        ),
        words.plural("We answer within {count} day.", "We answer within {count} days.", settings().review_days),
    ]
    if contact.mediator:
        told.append(
            words.say("If you still do not agree, the mediator is free: {mediator}.", mediator=contact.mediator)
        )
    if contact.debt_advice:
        told.append(words.say("For free advice on debts and budgets: {advice}.", advice=contact.debt_advice))
    return tuple(told)


def _change(change: Counterfactual | None, words: Words) -> tuple[str, ...]:
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


def _contact(contact: Contact, words: Words) -> tuple[str, ...]:
    return (
        reached_by(contact, words),
        words.say("For your data, write to {officer}.", officer=contact.data_protection),
    )


def reached_by(contact: Contact, words: Words) -> str:
    """How a customer reaches the lender: by what is configured."""
    ways = [
        words.say(WAYS[name], way=way)
        for name, way in (("phone", contact.phone), ("email", contact.email), ("address", contact.address))
        if way
    ]
    return " ".join(ways)
