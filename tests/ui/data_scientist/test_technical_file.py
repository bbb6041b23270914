"""The technical file: the order of the annex, from the card alone, a plain word where nothing is known."""

from __future__ import annotations

import json
from html.parser import HTMLParser
from pathlib import Path

import pytest

from app.language.words import LANGUAGES, words_in
from app.ui.data_scientist.technical_file import document, technical_file

CARD = Path(__file__).parents[3] / "model_store" / "champion" / "artifacts" / "card.json"


@pytest.fixture(scope="module")
def card():
    return json.loads(CARD.read_text(encoding="utf-8"))


class Texts(HTMLParser):
    """Texts by tag, and every address that would be fetched."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.by_tag: dict[str, list[str]] = {}
        self.fetched: list[str] = []
        self.open: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag, attributes) -> None:
        self.open.append(tag)
        self.fetched += [value for name, value in attributes if name in {"src", "href"}]

    def handle_endtag(self, tag) -> None:
        while self.open and self.open.pop() != tag:
            pass

    def handle_data(self, data) -> None:
        if data.strip():
            self.by_tag.setdefault(self.open[-1], []).append(data.strip())


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_is_in_the_order_of_the_annex_and_fetches_nothing(card, language) -> None:
    found = Texts(document(technical_file(card, "7-abc", words_in(language)), words_in(language)))
    assert [title[0] for title in found.by_tag["h2"]] == list("123456789")
    assert found.fetched == []
    assert all(found.by_tag["li"])


@pytest.mark.parametrize("language", LANGUAGES)
def test_its_figures_are_the_card_s(card, language) -> None:
    words = words_in(language)
    said = document(technical_file(card, "7-abc", words), words)
    untouched = card["measures"]["untouched"]
    for shown in (
        "7-abc",
        card["data"]["hash"],
        words.number(card["data"]["labelled_clients"]),
        words.percent(untouched["auc"], 1),
        words.percent(card["policy"]["recommended_threshold"], 1),
    ):
        assert shown in said


def test_what_is_not_known_is_said_so(card) -> None:
    words = words_in("en")
    chapters = technical_file(card, "7-abc", words).chapters
    unknown = [each.title[0] for each in chapters if any("ot known to this desk" in told for told in each.told)]
    assert unknown == ["1", "5", "7", "8"] if card["data"]["synthetic"] else ["1", "2", "5", "7", "8"]


def test_a_card_from_before_gives_a_file_and_an_alarm_is_a_risk(card) -> None:
    older = json.loads(json.dumps(card)) | {"alarms": ["Suspect a <leak>."]}
    older["policy"].pop("recommendation", None)
    older["measures"]["slices"] = []
    words = words_in("en")
    said = document(technical_file(older, "7-abc", words), words)
    assert "Suspect a &lt;leak&gt;." in said and "not told by this version" in said
