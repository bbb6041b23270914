"""What customers read: plain, short, true to the decision, and theirs."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from app.language.words import LANGUAGES, Language, words_in
from app.scoring.case.dossier import Terms
from app.scoring.case.events import Ruling
from app.scoring.decision import Decision
from app.scoring.features import FEATURES, by_name
from app.scoring.verdict import REASON_CODES
from app.scoring.what_if.counterfactual import Change, Counterfactual, Offer, what_would_it_take
from app.settings import Contact, settings
from app.store.portfolio import Portfolio
from app.store.records import application_form
from app.ui.customer.letter import NOTED, SOURCES, Answer, Letter, letter_as_issued, letters, write_letter
from app.ui.customer.letter_html import article, document
from app.ui.customer.topics import TOPICS, given, in_a_sentence, topic_of, topics
from app.ui.kit.markup import element
from app.ui.loaders import ClientFile
from tests.reading_ease import reading_ease

EARLIER = Path(__file__).with_name("letter_of_an_earlier_version.json")
LONGEST_SENTENCE = 20
LEAST_EASE = {"en": 80.0, "fr": 80.0}
"""Flesch; for French, Kandel and Moles (1958). Plain language starts at 60; 80 is "easy", as syllables are counted by
hyphenation, which finds fewer than are spoken."""
JARGON = {
    "en": """score scores threshold probability default model algorithm points contribution feature calibrated annuity
 bureau_ SHAP grey risk fraud machine-learning class log-odds""".split(),
    "fr": """score scores seuil probabilité défaut modèle algorithme contribution variable calibré annuité
 SHAP gris risque fraude apprentissage classe""".split(),
}
PROTECTED = {
    "en": "gender sex age old young married single widow family child children pregnant religion nationality".split(),
    "fr": "genre sexe âge âgé jeune marié célibataire veuf famille enfants enceinte religion nationalité".split(),
}
PROMISE_OR_BLAME = {
    "en": "guarantee promise will-be-accepted bad fault blame failed unfortunately irresponsible".split(),
    "fr": "garantie promis garanti mauvais faute hélas malheureusement irresponsable".split(),
}
OFFERS = (
    Offer((Change("credit", 450_000.0, 300_000.0),), 300_000.0, 20.0, 15_000.0, 0.05, "accept", 100_000.0),
    Offer((Change("duration", 20.0, 30.0),), 450_000.0, 30.0, 15_000.0, 0.06),
)
CHANGES = {
    "offers": Counterfactual(False, OFFERS, 200),
    "together": Counterfactual(
        False,
        (Offer((Change("credit", 450_000.0, 300_000.0), Change("duration", 20.0, 30.0)), 300_000.0, 30.0, 1e4, 0.05),),
        200,
    ),
    "none": Counterfactual(False, (), 200),
    "accepted": Counterfactual(True, (), 0),
    "unknown": None,
}


@cache
def served() -> Portfolio:
    return Portfolio.open(settings().portfolio)


@cache
def files() -> tuple[ClientFile, ...]:
    """A client in 150 of the demonstration."""
    opened, found = served(), []
    with opened.engine.connect() as connection:
        every = connection.exec_driver_sql("SELECT SK_ID_CURR FROM clients ORDER BY 1").scalars().all()
    for client in every[::150]:
        row = opened.client(client)
        decision = opened.champion.decide(client, row.features, opened.champion.recommended)
        found.append(ClientFile(row, decision, frozenset(opened.champion.features)))
    return tuple(found)


def answer(
    file: ClientFile,
    ruling: Ruling = "refuse",
    reasons: tuple[str, ...] = ("score", "burden"),
    advised: bool = True,
    reviewed: bool = False,
) -> Answer:
    terms = Terms(300_000.0, 24.0, 14_000.0) if ruling == "other" else None
    advice = file.decision if advised else None
    at = "2026-03-04T09:30:00.000000+00:00"
    return Answer(file.client.client, 7, at, ruling, reasons, advice, 450_000.0, terms, reviewed, 22_500.0)


VERDICTS: dict[str, dict[str, Any]] = {
    "accept": {"ruling": "accept"},
    "refuse": {"ruling": "refuse"},
    "other": {"ruling": "other"},
    "every reason": {"reasons": tuple(REASON_CODES)},
    "without the model": {"advised": False},
    "after a review": {"ruling": "accept", "reviewed": True},
}


def letter(file: ClientFile, verdict: str = "refuse", change: str = "offers", language: Language = "en") -> Letter:
    told = answer(file, **VERDICTS[verdict])
    return write_letter(told, file, served().population, CHANGES[change], Contact(), words_in(language), "Lender", True)


def paragraphs(written: Letter) -> list[str]:
    """Everything said, headings left out."""
    sections = (*written.pairs, *written.sections)
    return [written.answer, *written.opening, *(each for section in sections for each in section.paragraphs)]


def sentences(written: Letter) -> list[str]:
    return [each for text in paragraphs(written) for each in re.split(r"(?<=[.!?])\s+(?=[A-ZÀÉÊ])", text)]


def readable(written: Letter) -> str:
    """What is read rather than looked up: no contact, no number of an article."""
    kept = [text for text in paragraphs(written) if "@" not in text and "CNIL" not in text]
    return re.sub(r" \([^)]*\)", "", " ".join(kept))


def every_letter(language: Language) -> list[Letter]:
    told = [letter(file, "refuse", "none", language) for file in files()]
    return told + [letter(files()[0], verdict, change, language) for verdict in VERDICTS for change in CHANGES]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sentence_is_short(language: Language) -> None:
    for written in every_letter(language):
        for sentence in sentences(written):
            assert len(re.findall(r"[\w’'@.-]+", sentence)) < LONGEST_SENTENCE, sentence


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_letter_reads_easily(language: Language) -> None:
    for written in every_letter(language):
        text = readable(written)
        assert reading_ease(text, language) >= LEAST_EASE[language], (reading_ease(text, language), text)


@cache
def real_letters(language: Language) -> tuple[Letter, ...]:
    """Letters as the desk writes them, to a client in 150: refused with what would be accepted, accepted as they asked,
    accepted otherwise."""
    opened, contact, words = served(), Contact(), words_in(language)
    policy, written = opened.champion.recommended, []
    for file in files():
        form, asked = application_form(opened.folder, file.client.client), file.client.features
        own = {"amount": float(asked["credit"]), "payment": float(asked["annuity"])}
        accepted = file.decision.outcome == "accept"
        change = None
        if not accepted:
            change = what_would_it_take(form, asked, opened.champion, policy, opened.population)
        for ruling in ("accept",) if accepted else ("refuse", "other"):
            told = replace(answer(file, ruling, ("score", "debts")), **own)
            written.append(write_letter(told, file, opened.population, change, contact, words, "Lender", True))
    return tuple(written)


@pytest.mark.parametrize("language", LANGUAGES)
def test_real_letters_of_many_clients_are_plain(language: Language) -> None:
    written = real_letters(language)
    assert len({each.reference for each in written}) == len(files()) and len({each.answer for each in written}) > 30
    assert {bool(each.loan) for each in written} == {True, False}
    for each in written:
        text = readable(each)
        assert reading_ease(text, language) >= LEAST_EASE[language], (reading_ease(text, language), text)
        for sentence in sentences(each):
            assert len(re.findall(r"[\w’'@.-]+", sentence)) < LONGEST_SENTENCE, sentence
        assert not set(re.findall(r"[\w-]+", " ".join(paragraphs(each)).lower())) & set(JARGON[language])


@pytest.mark.parametrize("kind", [JARGON, PROTECTED, PROMISE_OR_BLAME])
@pytest.mark.parametrize("language", LANGUAGES)
def test_no_jargon_no_protected_attribute_no_blame(kind: dict[str, list[str]], language: Language) -> None:
    forbidden = set(kind[language])
    for written in every_letter(language):
        told = set(re.findall(r"[\w-]+", " ".join(paragraphs(written)).lower()))
        if kind is PROMISE_OR_BLAME:
            told -= {"promise"}  # "we cannot promise it"
        assert told & {word.lower() for word in forbidden} == set()


def test_probability_and_names_of_features_stay_inside() -> None:
    for file in files():
        text = document(letter(file))
        assert f"{file.decision.probability:.2f}" not in text
        assert not any(feature.name in text for feature in FEATURES if "_" in feature.name)


@pytest.mark.parametrize(
    ("verdict", "told"),
    [
        ("accept", "We accept your request for €450,000."),
        ("refuse", "We cannot lend you the €450,000 you asked for."),
        ("other", "We cannot lend you €450,000, but we offer you another loan."),
        ("after a review", "We accept"),
    ],
)
def test_the_answer_is_what_a_person_decided(verdict: str, told: str) -> None:
    for file in files()[:5]:
        assert told in letter(file, verdict).answer
        assert "March 4, 2026" in " ".join(letter(file, verdict).opening)


def test_it_has_what_a_letter_has() -> None:
    file = files()[0]
    written = letter(file)
    today = words_in("en").day(datetime.now(UTC).date())
    assert written.dated == f"Letter of {today}" and written.decided == "Decision of March 4, 2026"
    assert written.reference == f"Our reference: {file.client.client}-7"
    assert str(file.client.client) in written.addressee
    assert written.sender == ("Lender", Contact().address, Contact().phone, Contact().email)
    assert written.title == "Subject: your loan request for €450,000" and written.greeting == "Dear customer,"
    assert written.closing[:2] == ("Yours sincerely,", "The loan department, Lender")


@pytest.mark.parametrize(
    ("verdict", "loan"),
    [
        ("accept", ("€450,000", "€22,500", "20 months, interest not counted")),
        ("other", ("€300,000", "€14,000", "24 months, interest not counted")),
        ("refuse", ()),
    ],
)
def test_what_is_lent_is_said_with_payment_and_duration(verdict: str, loan: tuple[str, ...]) -> None:
    assert tuple(value for _, value in letter(files()[0], verdict).loan) == loan


def test_a_loan_that_is_not_known_leaves_no_hole() -> None:
    unknown = replace(answer(files()[0], "accept"), amount=None, payment=None)
    written = write_letter(unknown, files()[0], served().population, None, Contact(), words_in("en"), "Lender", True)
    assert (written.loan, written.answer) == ((), "We accept your loan request.")
    assert written.title == "Subject: your loan request" and "<dl>" not in article(written)


def test_a_refusal_says_which_files_whom_to_check_with_and_how_to_have_it_reviewed() -> None:
    contact = Contact()
    written = next(each for each in map(letter, files()) if len(section(each, "The files we consulted")) > 3)
    consulted = " ".join(section(written, "The files we consulted"))
    assert contact.agencies in consulted and contact.bureau in consulted
    disagree = " ".join(section(written, "If you do not agree"))
    assert contact.mediator in disagree and contact.debt_advice in disagree
    assert f"{written.reference.removeprefix('Our reference: ')}." in disagree and "within 30 days" in disagree
    accepted = " ".join(paragraphs(letter(files()[0], "accept")))
    assert not [told for told in (contact.agencies, contact.bureau, contact.mediator) if told in accepted]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("verdict", ["refuse", "accept", "other"])
def test_what_is_not_configured_leaves_no_hole(language: Language, verdict: str) -> None:
    bare = Contact(email="us@bank.example")
    told = answer(files()[0], **VERDICTS[verdict])
    written = write_letter(
        told, files()[0], served().population, CHANGES["offers"], bare, words_in(language), "Lender", False
    )
    said = article(written)
    assert "xemple" not in said and "lender.example" not in said, "no placeholder of the demonstration"
    assert written.sender == ("Lender", "us@bank.example")
    assert not re.search(r"[:,] ?\.|\(\)|  |<(span|li|p|dd)></", said)
    assert written.closing[1].endswith("Lender") and len(written.closing) == 2


def test_name_and_signature_are_configured() -> None:
    contact = Contact(name="Banque du Coin", signatory="Anne Martin")
    written = write_letter(
        answer(files()[0]), files()[0], served().population, None, contact, words_in("fr"), "Lender", True
    )
    assert written.sender[0] == "Banque du Coin" and written.closing[1] == "Anne Martin, Banque du Coin"
    assert "<title>Objet\u202f: votre demande de crédit de 450\u202f000\u00a0€ · Banque du Coin</title>" in document(
        written
    )


def section(written: Letter, title: str) -> tuple[str, ...]:
    return next(each.paragraphs for each in (*written.pairs, *written.sections) if each.title == title)


def test_a_decision_without_the_model_tells_no_reason_of_the_model() -> None:
    written = letter(files()[0], "without the model")
    assert written.pairs == () and "No computer helped" in written.opening[0]
    assert "They followed" in " ".join(written.opening)  # what the person noted is told


def test_a_review_says_that_another_person_looked() -> None:
    assert "Another person did" in " ".join(letter(files()[0], "after a review").opening)
    assert "Another person did" not in " ".join(letter(files()[0], "accept").opening)


def test_what_is_kept_is_what_is_read_in_every_language() -> None:
    for verdict in VERDICTS:
        told = answer(files()[0], **VERDICTS[verdict])
        kept = json.loads(
            json.dumps(letters(told, files()[0], served().population, CHANGES["offers"], Contact(), "Lender", True))
        )
        for language in LANGUAGES:
            assert letter_as_issued(kept, language) == letter(files()[0], verdict, "offers", language)


@pytest.mark.parametrize(
    ("verdict", "title"),
    [
        ("refuse", "Why we cannot lend you this amount"),
        ("accept", "What counted for you"),
        ("other", "Why not the loan you asked for"),
    ],
)
def test_reasons_are_at_most_four_and_of_the_side_of_the_answer(verdict: str, title: str) -> None:
    for file in files():
        (why,) = letter(file, verdict).pairs
        reasons = given(file.decision, helping=verdict == "accept")
        population = served().population
        assert why.title == title and 1 <= len(why.paragraphs) <= 4
        assert why.paragraphs == tuple(in_a_sentence(each, population, words_in("en")) for each in reasons)


@pytest.mark.parametrize("read", ["circle_late_30", "region_rating"])
@pytest.mark.parametrize("points", [-90.0, 90.0])
def test_no_reason_is_the_place_or_other_people_and_that_they_are_read_is_said(read: str, points: float) -> None:
    file = files()[0]
    first, *others = (each for each in file.decision.contributions if not topic_of()[each.feature].read_too)
    heavy = replace(first, feature=read, value=1.0, points=points)
    weighty = replace(file.decision, contributions=(heavy, first, *others))
    for verdict in ("refuse", "accept"):
        written = letter(replace(file, decision=weighty), verdict)
        (why,) = written.pairs
        assert why.paragraphs == letter(file, verdict).pairs[0].paragraphs
    said = {"circle_late_30": "How people close to you repay.", "region_rating": "The place where you live and work."}
    told = [text for text in section(written, "The data we used") if text.endswith("The calculation reads it too.")]
    assert told == [f"{said[read]} The calculation reads it too."], "and of the other, which is not read, nothing"


def test_every_feature_a_model_may_read_has_a_topic_and_no_protected_one() -> None:
    assert set(topic_of()) == {feature.name for feature in FEATURES if not feature.protected}
    assert {topic.phrase for topic in topic_of().values()} == {topic.phrase for topic in TOPICS}


def test_a_protected_contribution_is_never_told() -> None:
    file = files()[0]
    contributions = (replace(file.decision.contributions[0], feature="age", points=-90.0), *file.decision.contributions)
    decision: Decision = replace(file.decision, contributions=contributions)
    assert topics(decision) == topics(file.decision)
    assert given(decision, helping=False) == given(file.decision, helping=False)


def test_what_could_change_the_answer_is_a_whole_loan() -> None:
    file = files()[0]
    told = next(section for section in letter(file).sections if section.title.startswith("What could"))
    paid = "repaid at €15,000 a month for"
    assert any(f"A loan of €300,000, {paid} 20 months, could" in text for text in told.paragraphs)
    assert any("You would pay €100,000 of the price yourself." in text for text in told.paragraphs)
    assert any(f"A loan of €450,000, {paid} 30 months, could" in text for text in told.paragraphs)
    assert any("cannot promise" in text for text in told.paragraphs)


@pytest.mark.parametrize(
    ("verdict", "change", "asked"),
    [("accept", "offers", False), ("other", "offers", False), ("refuse", "accepted", True), ("refuse", "none", True)],
)
def test_an_accepted_request_needs_no_change(verdict: str, change: str, asked: bool) -> None:
    titles = [section.title for section in letter(files()[0], verdict, change).sections]
    assert ("What could change the answer" in titles) == asked
    assert ("What happens next" in titles) != asked


def test_data_that_were_not_there_are_not_said_to_be_used() -> None:
    file = files()[0]
    own = tuple(each for each in file.decision.contributions if by_name[each.feature].source == "application")
    bare = replace(file, decision=replace(file.decision, contributions=own))
    used = section(letter(bare, "accept"), "The data we used")
    assert not {SOURCES["bureau"], SOURCES["own"]} & set(used) and SOURCES["application"] in used


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_right_is_named_with_its_article(language: Language) -> None:
    text = " ".join(paragraphs(letter(files()[0], language=language)))
    for article_number in ("15", "16", "21", "22", "77"):
        assert f"article {article_number})" in text, article_number
    assert {"en": "GDPR", "fr": "RGPD"}[language] in text and "CNIL" in text


def test_every_reason_of_the_journal_has_plain_words() -> None:
    assert set(NOTED) == set(REASON_CODES)


def test_contacts_come_from_configuration() -> None:
    contact = Contact(email="a@b.example", phone="+44 1", authority="ICO")
    told = answer(files()[0])
    text = document(write_letter(told, files()[0], served().population, None, contact, words_in("en"), "Lender", False))
    assert "a@b.example" in text and "+44 1" in text and "ICO" in text and "CNIL" not in text


def test_a_letter_of_an_earlier_version_opens_as_it_was_issued() -> None:
    kept = json.loads(EARLIER.read_text(encoding="utf-8"))
    for language in LANGUAGES:
        read = letter_as_issued(kept, language)
        text = article(read)
        assert [read.title, read.answer] == [kept[language]["title"], kept[language]["answer"]]
        assert len(read.pairs) == 2 and (read.loan, read.greeting, read.decided) == ((), "", "")
        said = [each for pair in read.pairs for each in pair.paragraphs]
        assert said and all(element("li", each) in text for each in said)
        assert not re.search(r"<(p|dl|span)[^>]*></", text)
        assert document(read).count("<h1>") == 1


def test_a_language_that_came_after_a_letter_reads_it_in_another() -> None:
    kept = json.loads(EARLIER.read_text(encoding="utf-8"))
    only = {"fr": kept["fr"]}
    assert letter_as_issued(only, "en") == letter_as_issued(kept, "fr")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_document_is_accessible_html(language: Language) -> None:
    text = document(letter(files()[0], language=language))
    assert text.startswith(f'<!doctype html><html lang="{language}">') and "<title>" in text
    assert re.findall(r"<h(\d)", text) == ["1"] + ["2"] * 6
    assert text.count("<ul>") == text.count("</ul>") == 5
