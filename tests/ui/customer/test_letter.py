"""What customers read: plain, short, true to the decision, and theirs."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from typing import Any

import pytest

from app.language.words import LANGUAGES, Language, words_in
from app.scoring.case.dossier import Terms
from app.scoring.case.events import Ruling
from app.scoring.decision import Decision
from app.scoring.features import FEATURES, by_name
from app.scoring.verdict import REASON_CODES
from app.scoring.what_if.counterfactual import Change, Counterfactual, Offer
from app.settings import Contact, settings
from app.store.portfolio import Portfolio
from app.ui.customer.letter import NOTED, SOURCES, Answer, Letter, letter_as_issued, letters, write_letter
from app.ui.customer.letter_html import article, document
from app.ui.customer.topics import TOPICS, topic_of, topics
from app.ui.loaders import ClientFile
from tests.reading_ease import reading_ease

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
    return Answer(file.client.client, 7, at, ruling, reasons, advice, 450_000.0, terms, reviewed)


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
    return write_letter(told, file, CHANGES[change], Contact(), words_in(language), "Lender", True)


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
        text = document(letter(file), "Lender")
        assert "%" not in article(letter(file)) and f"{file.decision.probability:.2f}" not in text
        assert not any(feature.name in text for feature in FEATURES if "_" in feature.name)


@pytest.mark.parametrize(
    ("verdict", "told"),
    [
        ("accept", "We accept your request for €450,000."),
        ("refuse", "We cannot lend you the €450,000 you asked for."),
        ("other", "We offer you another loan: €300,000, repaid at €14,000 a month for 24 months."),
        ("after a review", "We accept"),
    ],
)
def test_the_answer_is_what_a_person_decided(verdict: str, told: str) -> None:
    for file in files()[:5]:
        assert told in letter(file, verdict).answer
        assert "March 4, 2026" in " ".join(letter(file, verdict).opening)


def test_it_is_dated_addressed_and_bears_what_to_quote() -> None:
    file = files()[0]
    written = letter(file)
    today = words_in("en").day(datetime.now(UTC).date())
    assert written.dated == today and written.reference == f"Our reference: {file.client.client}-7"
    assert str(file.client.client) in written.addressee
    assert written.sender[0] == "Lender" and Contact().address in written.sender


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
        kept = json.loads(json.dumps(letters(told, files()[0], CHANGES["offers"], Contact(), "Lender", True)))
        for language in LANGUAGES:
            assert letter_as_issued(kept, language) == letter(files()[0], verdict, "offers", language)


def test_reasons_are_at_most_four_a_side_and_no_topic_is_on_both() -> None:
    for file in files():
        helping, hurting = topics(file.decision)
        assert len(helping) <= 4 and len(hurting) <= 4
        assert {topic.phrase for topic in helping} & {topic.phrase for topic in hurting} == set()
        assert [section.paragraphs for section in letter(file).pairs] != [(), ()]


@pytest.mark.parametrize(
    ("verdict", "first"), [("refuse", "What speaks against your request"), ("accept", "What speaks for your request")]
)
def test_a_refusal_is_explained_first(verdict: str, first: str) -> None:
    assert letter(files()[0], verdict).pairs[0].title == first


def test_a_topic_weighs_what_its_features_weigh_together() -> None:
    for file in files():
        by_hand: dict[str, float] = {}
        for each in file.decision.contributions:
            phrase = topic_of()[each.feature].phrase
            by_hand[phrase] = by_hand.get(phrase, 0.0) + each.points
        tellable = {topic.phrase for topic in TOPICS if topic.tellable}
        ranked = sorted(tellable & set(by_hand), key=lambda phrase: by_hand[phrase])
        helping, hurting = topics(file.decision)
        assert [topic.phrase for topic in hurting] == [phrase for phrase in ranked if by_hand[phrase] <= -0.5][:4]
        assert [topic.phrase for topic in helping] == [phrase for phrase in ranked[::-1] if by_hand[phrase] >= 0.5][:4]


@pytest.mark.parametrize("read", ["circle_late_30", "region_rating"])
@pytest.mark.parametrize("points", [-90.0, 90.0])
def test_no_reason_is_the_place_or_other_people_and_that_they_are_read_is_said(read: str, points: float) -> None:
    file = files()[0]
    first, *others = (each for each in file.decision.contributions if not topic_of()[each.feature].read_too)
    heavy = replace(first, feature=read, value=1.0, points=points)
    weighty = replace(file.decision, contributions=(heavy, first, *others))
    written = letter(replace(file, decision=weighty))
    told = [text for section in written.pairs for text in section.paragraphs]
    assert not [text for text in told if "place where you live" in text or "people close to you" in text]
    used = next(section for section in written.sections if section.title == "The data we used")
    said = {"circle_late_30": "How people close to you repay.", "region_rating": "The place where you live and work."}
    told = [text for text in used.paragraphs if text.endswith("The calculation reads it too.")]
    assert told == [f"{said[read]} The calculation reads it too."], "and of the other, which is not read, nothing"


def test_every_feature_a_model_may_read_has_a_topic_and_no_protected_one() -> None:
    assert set(topic_of()) == {feature.name for feature in FEATURES if not feature.protected}
    assert {topic.phrase for topic in topic_of().values()} == {topic.phrase for topic in TOPICS}
    assert not any(by_name[topic.shown].protected for topic in TOPICS if topic.shown)


def test_a_protected_contribution_is_never_told() -> None:
    file = files()[0]
    contributions = (replace(file.decision.contributions[0], feature="age", points=-90.0), *file.decision.contributions)
    decision: Decision = replace(file.decision, contributions=contributions)
    assert topics(decision) == topics(file.decision)


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
    used = next(section for section in letter(bare).sections if section.title == "The data we used")
    assert not {SOURCES["bureau"], SOURCES["own"]} & set(used.paragraphs) and SOURCES["application"] in used.paragraphs


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
    text = document(
        write_letter(answer(files()[0]), files()[0], None, contact, words_in("en"), "Lender", False), "Lender"
    )
    assert "a@b.example" in text and "+44 1" in text and "ICO" in text and "CNIL" not in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_document_is_accessible_html(language: Language) -> None:
    text = document(letter(files()[0], language=language), "Lender")
    assert text.startswith(f'<!doctype html><html lang="{language}">') and "<title>" in text
    assert re.findall(r"<h(\d)", text) == ["1"] + ["2"] * 6
    assert text.count("<ul>") == text.count("</ul>") == 4
