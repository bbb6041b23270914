from __future__ import annotations

import re
import string
from io import BytesIO
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po

from app.language.words import CATALOGUES, LANGUAGES, language_of, words_in

APP = Path(__file__).parents[2] / "app"
KEYWORDS = {"say": None, "plural": (1, 2), "mark": None}
EN, FR = words_in("en"), words_in("fr")


def extracted() -> set[str | tuple[str, ...]]:
    """Every message of the app, as ``pybabel extract`` finds them."""
    with (CATALOGUES / "babel.cfg").open(encoding="utf-8") as file:
        methods, options = parse_mapping_cfg(file)
    found = extract_from_dir(APP, methods, options, KEYWORDS)
    return {message for _, _, message, _, _ in found if message}


def catalogue(language: str) -> Catalog:
    path = CATALOGUES / language / "LC_MESSAGES" / "messages.po"
    return read_po(BytesIO(path.read_bytes()), locale=language)


def fields(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.fixture(scope="module")
def messages() -> set[str | tuple[str, ...]]:
    return extracted()


def test_extraction_finds_calls_problems_features_and_categories(messages: set[str | tuple[str, ...]]) -> None:
    assert {
        "Why this result?",
        ("{count} month", "{count} months"),
        "Client {client} is not in this portfolio.",
        "Monthly payment to income",
        "Civil servant",
        "To review",
    } <= messages


@pytest.mark.parametrize("language", [language for language in LANGUAGES if language != "en"])
def test_every_message_is_translated_and_none_is_fuzzy_or_left_over(
    language: str, messages: set[str | tuple[str, ...]]
) -> None:
    entries = [entry for entry in catalogue(language) if entry.id]
    translated = {
        entry.id for entry in entries if all([entry.string] if isinstance(entry.string, str) else entry.string)
    }
    assert messages - translated == set()
    assert {entry.id for entry in entries} - messages == set()
    assert [entry.id for entry in entries if entry.fuzzy] == []


@pytest.mark.parametrize("language", [language for language in LANGUAGES if language != "en"])
def test_translations_keep_the_fields_of_their_message(language: str) -> None:
    for entry in catalogue(language):
        if entry.id:
            said = [entry.id, entry.string] if isinstance(entry.id, str) else [*entry.id, *entry.string]
            optional = {"count"} if not isinstance(entry.id, str) else set()
            assert len({frozenset(fields(text) - optional) for text in said}) == 1, entry.id


SIGNS = re.compile("(?<!\u202f)(?<![?!])[?!;»](?!\\w)|(?<!\u202f)(?<!\\d):(?![/\\d])|«(?!\u202f)")
"""A French sign of two parts without the narrow no-break space that stands before it, or after an opening quote."""
COMMAND = re.compile('"[^"]*"')


def test_french_signs_stand_after_a_narrow_space_that_never_breaks() -> None:
    said = [(entry.string,) if isinstance(entry.string, str) else entry.string for entry in catalogue("fr") if entry.id]
    assert [text for texts in said for text in texts if SIGNS.search(COMMAND.sub("", text))] == []


@pytest.mark.parametrize(
    "text", ["Quoi ?", "Quoi\u00a0?", "Quoi?", "Oui : non", "Oui\u00a0; non", "« mot\u202f»", "«\u202fmot »"]
)
def test_another_space_there_is_found(text: str) -> None:
    assert SIGNS.search(text)


@pytest.mark.parametrize("text", ["Quoi\u202f?", "http://desk", "à 14:30", "«\u202fmot\u202f»", "Oui\u202f!"])
def test_a_sign_that_stands_right_is_none(text: str) -> None:
    assert SIGNS.search(text) is None


def test_a_message_is_said_in_each_language() -> None:
    assert EN.say("Client {client} is not in this portfolio.", client=7) == "Client 7 is not in this portfolio."
    assert (
        FR.say("Client {client} is not in this portfolio.", client=7)
        == "Le client 7 ne figure pas dans ce portefeuille."
    )
    assert EN.say("") == FR.say("") == ""


def test_money_follows_the_reader() -> None:
    assert EN.money(1_234_567.4) == "€1,234,567"
    assert FR.money(1_234_567.4) == "1\u202f234\u202f567\u00a0€"
    assert EN.money(-12) == "−€12"


def test_percentages_follow_the_reader() -> None:
    assert (EN.percent(0.3138), FR.percent(0.3138)) == ("31%", "31\u00a0%")
    assert (EN.percent(0.004), EN.percent(1.21), EN.percent(0)) == ("0.4%", "121%", "0%")


def test_points_are_signed_and_never_a_signed_zero() -> None:
    assert [EN.signed(points) for points in (12.4, -9.1, 0.4, -0.04)] == ["+12", "−9", "+0.4", "0.0"]
    assert FR.signed(-9.14, 1) == "−9,1"


def test_durations_are_years_and_months() -> None:
    assert [EN.duration(years) for years in (7.25, 1, 0.5, 0, 2.999)] == [
        "7 years 3 months",
        "1 year",
        "6 months",
        "0 months",
        "3 years",
    ]
    assert FR.duration(1.75) == "1 an 9 mois"
    assert EN.duration(-0.25) == "−3 months"


def test_plurals_follow_the_language() -> None:
    assert EN.plural("{count} day", "{count} days", 0) == "0 days"
    assert FR.plural("{count} day", "{count} days", 0) == "0 jour"
    assert EN.plural("{count} day", "{count} days", 1.5) == "1.5 days"
    assert FR.plural("{count} day", "{count} days", 1.5) == "1,5 jour"


@pytest.mark.parametrize(
    ("locale", "language"), [("fr-FR", "fr"), ("fr", "fr"), ("en-US", "en"), ("de-DE", "en"), (None, "en"), ("", "en")]
)
def test_the_browser_chooses_the_first_language(locale: str | None, language: str) -> None:
    assert language_of(locale) == language
