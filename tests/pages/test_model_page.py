"""The model's page: what its card measured, said to people, and what they take away."""

from __future__ import annotations

import json
import re

import pytest

from app.language.features import label
from app.language.words import words_in
from app.scoring.champion import Champion
from app.ui.data_scientist.model_card import CLOSER, DETAILS, MEASURES

RAW = re.compile(r"\b[A-Z]+(?:_[A-Z0-9]+)+\b|\b[a-z]+_[a-z_]+\b|\bNone\b|\bnan\b|Traceback")


@pytest.fixture(scope="module")
def card(served):
    return served.champion.card


def with_card(monkeypatch, card):
    """The page as it is for a champion whose card says otherwise."""
    monkeypatch.setattr(Champion, "card", property(lambda self: card))


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("role", ["manager", "data scientist"])
def test_every_figure_of_the_card_is_there_for_who_may_see_it(desk, read, card, language, role) -> None:
    words = words_in(language)
    app = desk(role=role, lang=language)
    if role == "manager":
        app = app.switch_page("../pages/model.py").run()
    shown = read(app)
    assert not app.exception and words.say("Something went wrong on our side.") not in shown
    assert app.title[0].value == words.say("Can this model be trusted?")
    for split in ("out_of_fold", "untouched"):
        for name, (_said, kind) in MEASURES.items():
            value = card["measures"][split][name]
            written = {"index": f"{value:.4f}", "share": f"{100 * value:.1f}", "per thousand": f"{1_000 * value:.0f}"}
            assert written[kind].replace(".", "," if language == "fr" else ".") in shown, name
    mean = card["measures"]["repeated"]["auc"]["mean"]
    assert words.percent(mean, 1) in shown


@pytest.mark.parametrize("chosen", DETAILS)
@pytest.mark.parametrize("language", ["en", "fr"])
def test_what_is_looked_at_closer_is_said_in_words(desk, read, card, chosen, language) -> None:
    words = words_in(language)
    app = desk(role="data scientist", lang=language)
    app.selectbox(key=CLOSER).select(chosen).run()
    assert not app.exception
    shown = read(app)
    assert [found for found in RAW.findall(shown) if found not in {"scikit_learn"}] == []
    expected = {
        "importance": label(card["importance"][0]["feature"], words),
        "groups": {"en": "Age: under 30 years", "fr": "Âge\u202f: moins de 30 ans"}[language],
        "selection": words.number(card["selection"]["considered"]),
        "data": card["data"]["hash"][:16],
    }
    assert expected[chosen] in shown


def test_a_card_from_before_has_no_spread_and_an_alarm_is_shouted(desk, read, card, monkeypatch) -> None:
    older = json.loads(json.dumps(card)) | {"alarms": ["AUC out of fold is 0.9: suspect a leak."]}
    older["measures"].pop("repeated")
    with_card(monkeypatch, older)
    app = desk(role="data scientist")
    assert not app.exception
    assert "±" not in read(app) and "suspect a leak" in read(app)
    assert "on clients it never saw" in read(app)


def test_the_card_and_the_technical_file_are_taken_away(desk, card) -> None:
    app = desk(role="data scientist")
    app.selectbox(key="model_file").select("card").run()
    app.button(key="prepare_card").click().run()
    assert not app.exception and len(app.get("download_button")) == 1
    app.selectbox(key="model_file").select("technical_file").run()
    app.button(key="prepare_technical_file").click().run()
    assert not app.exception and len(app.get("download_button")) == 1
