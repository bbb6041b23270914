"""Why this result: reasons in words, effects beside those on all clients, one item at a time."""

from __future__ import annotations

import json
import re
import sys
from html import unescape

import pytest

from app.language.features import label
from app.language.reasons import effect, value_and_typical
from app.language.words import words_in
from app.scoring.features import FEATURES, by_name
from app.scoring.reasons import MOST, reasons
from app.store.effects import SAMPLE, importance
from app.ui.officer.explanation import steps

EN = words_in("en")
NEVER_SHOWN = re.compile(r"\b[A-Z]+(?:_[A-Z0-9]+)+\b|\bXNA\b|\b[Nn]a[Nn]\b|\bNone\b|\bTraceback\b")
COLUMNS = {feature.name for feature in FEATURES if "_" in feature.name}
CHARTS = ("waterfall", "importance", "dependence")


@pytest.fixture
def why(desk):
    """Opens the page for a client, with parameters in its address and expanders open."""

    def opened(client: object, *expanders: str, lang: str = "en", role: str = "officer", **address: str):
        app = desk(client=str(client), lang=lang)
        app.switch_page("../pages/why.py")
        app.session_state["role"] = role
        for expander in expanders:
            app.session_state[expander] = True
        app.query_params.update(address)
        return app.run()

    return opened


def figure(app, key: str) -> dict:
    return json.loads(app.get("plotly_chart")[CHARTS.index(key)].proto.spec)


def table(app, caption: str) -> str:
    return next(each.proto.body for each in app.get("html") if f"<caption>{caption}" in each.proto.body)


def test_without_a_client_the_page_leads_home(desk) -> None:
    app = desk()
    app.switch_page("../pages/why.py").run()
    assert not app.exception and app.title[0].value == "What is waiting for you?"


def test_reasons_are_sentences_of_value_typical_value_and_direction(why, served) -> None:
    client = served.random_client()
    decision = served.decide(client, served.champion.recommended)
    chosen = reasons(decision, served.population)
    shown = next(each.proto.body for each in why(client).get("html") if "cards reasons" in each.proto.body)
    assert len(chosen.for_client) <= MOST and len(chosen.against_client) <= MOST
    assert shown.count("<li>") == len(chosen.for_client) + len(chosen.against_client)
    for reason in (*chosen.for_client, *chosen.against_client):
        assert value_and_typical(reason, EN) in unescape(shown)
        assert effect(reason.points, EN) in shown


def test_both_charts_tell_the_same_items_at_the_same_height(why, served) -> None:
    client = served.random_client()
    explained = steps(served.decide(client, served.champion.recommended), EN)
    app = why(client)
    bars, weights = figure(app, "waterfall")["data"][0], figure(app, "importance")["data"][0]
    told = importance(served.folder)
    named = [step for step in explained if step.feature]
    assert bars["y"][: len(named)] == weights["y"]
    assert weights["x"] == pytest.approx([told[step.feature] for step in named])
    names = [note["text"].replace("<br>", " ") for note in figure(app, "importance")["layout"]["annotations"][1:]]
    assert names == [label(step.feature, EN) for step in named]
    heights = {figure(app, key)["layout"]["height"] for key in ("waterfall", "importance")}
    assert len(heights) == 1


def test_every_contribution_is_in_the_table_once_it_is_opened(why, served) -> None:
    client = served.random_client()
    decision = served.decide(client, served.champion.recommended)
    assert not [each for each in why(client).get("html") if "From the average client" in each.proto.body]
    rows = re.findall("<tr>", table(why(client, "contributions"), "From the average client"))
    with_effect = sum(each.points != 0 for each in decision.contributions)
    silent = len(decision.contributions) > with_effect
    assert len(rows) == 1 + 1 + with_effect + silent + 1


@pytest.mark.parametrize("kind", ["number", "category", "flag", "index"])
def test_the_dependence_of_any_item_marks_this_client(why, served, kind) -> None:
    client = served.random_client()
    decision = served.decide(client, served.champion.recommended)
    read = [each for each in decision.contributions if kind in (by_name[each.feature].kind, by_name[each.feature].unit)]
    own = next(iter(read), decision.contributions[0])  # a small champion may read nothing of a kind
    feature = own.feature
    app = why(client, effect_of=feature)
    assert not app.exception and app.selectbox(key="effect_of").value == feature
    marks = [each for each in figure(app, "dependence")["data"] if each["marker"].get("symbol") == "diamond"]
    assert len(marks) == 1
    assert any(at == pytest.approx(own.points) for at in (*marks[0]["x"], *marks[0]["y"]))
    told = app.get("plotly_chart")[2].proto.alt
    assert label(feature, EN) in told and EN.signed(own.points, 1) in told
    assert f"{SAMPLE:,} files" in app.caption[-1].value


def test_the_strongest_item_of_the_client_comes_first(why, served) -> None:
    client = served.random_client()
    strongest = served.decide(client, served.champion.recommended).contributions[0]
    app = why(client)
    assert app.selectbox(key="effect_of").value == strongest.feature
    mark = figure(app, "dependence")["data"][-1]
    assert mark["marker"]["symbol"] == "diamond"
    assert any(at == pytest.approx(strongest.points) for at in (*mark["x"], *mark["y"]))


@pytest.mark.parametrize("asked", ["age", "nothing", "<script>", "credit; DROP TABLE clients"])
def test_an_item_the_model_does_not_read_is_said(why, served, asked) -> None:
    client = served.random_client()
    app = why(client, effect_of=asked)
    assert not app.exception
    said = " ".join(each.proto.body for each in app.get("html"))
    assert "which this page does not know" in said and "<script>”" not in said
    decision = served.decide(client, served.champion.recommended)
    assert app.selectbox(key="effect_of").value == decision.contributions[0].feature


@pytest.mark.parametrize("language", ["en", "fr"])
def test_every_branch_speaks_to_people(why, read, serving, five_clients, language) -> None:
    serving(five_clients.root)
    for client in five_clients:
        app = why(client, "contributions", lang=language)
        drawn = " ".join(note["text"] for key in CHARTS for note in figure(app, key)["layout"].get("annotations", []))
        shown = read(app) + drawn
        assert not app.exception, client
        assert NEVER_SHOWN.findall(shown) == []
        assert COLUMNS & set(re.findall(r"\w+", shown)) == set()
        assert str(client) in app.title[0].value


def test_an_unknown_client_is_said(why, read, five_clients, serving) -> None:
    serving(five_clients.root)
    app = why(five_clients.unknown)
    assert f"Client {five_clients.unknown} is not in this portfolio." in read(app)
    assert not app.get("plotly_chart")


def test_shap_is_loaded_only_once_its_plots_are_asked_for(why, served) -> None:
    before = "shap" in sys.modules
    app = why(served.random_client(), role="data scientist")
    assert ("shap" in sys.modules) == before
    assert any("SHAP" in expander.label for expander in app.expander)


def test_the_shap_plots_are_for_the_data_scientist(why, served) -> None:
    client = served.random_client()
    for role in ("officer", "manager"):
        assert not [expander for expander in why(client, role=role).expander if "SHAP" in expander.label]


def test_the_shap_plots_are_drawn(why, served) -> None:
    pytest.importorskip("streamlit_shap")
    app = why(served.random_client(), "shap_plots", role="data scientist")
    assert not app.exception
    assert len(app.get("iframe")) == 2


def test_without_the_library_the_plots_say_what_to_install(why, served, monkeypatch) -> None:
    monkeypatch.setitem(sys.modules, "streamlit_shap", None)
    app = why(served.random_client(), "shap_plots", role="data scientist")
    assert not app.exception and not app.get("iframe")
    assert "pip install streamlit-shap" in " ".join(each.proto.body for each in app.get("html"))
