"""The manager moves a threshold: every figure on the page is that threshold's own."""

from __future__ import annotations

import json
import re

import pytest

from app.language.words import words_in
from app.settings import settings
from app.store.evidence import read_evidence
from app.ui.manager.recommendation import why_recommended
from app.ui.manager.threshold_details import DETAILS
from tests.pages.managing import lead, number, opener, slider, texts, weight
from tests.pages.number_fields import number_field

NEVER_SHOWN = re.compile(r"\b[A-Z]+(?:_[A-Z0-9]+)+\b|\b[Nn]a[Nn]\b|\bNone\b|\bFN\b|\bFP\b|\bTraceback\b")
ENGLISH = words_in("en")


@pytest.fixture
def page(desk):
    return opener(desk)


@pytest.fixture(scope="module")
def thresholds(served):
    return read_evidence(served).chosen_on


def labels(app):
    """Names of the marked thresholds on the cost chart."""
    spec = json.loads(app.get("plotly_chart")[0].proto.spec)
    return [re.sub(r"<[^>]+>", "", note["text"]) for note in spec["layout"]["annotations"]]


def test_it_starts_at_the_policy_in_force_and_marks_what_matters(page, served, thresholds) -> None:
    app = page("threshold")
    assert not app.exception
    recommended = served.champion.recommended
    assert app.title[0].value == "Which threshold should we set?"
    assert ENGLISH.percent(recommended.threshold, 1) in lead(app)
    cheapest, now = (ENGLISH.percent(each, 1) for each in (thresholds.cheapest(10.0), recommended.threshold))
    assert labels(app) == [f"Cheapest {cheapest}", f"Recommended {now}", f"In force {now}", f"Tried {now}"]


def test_money_and_the_clients_kept_apart_stand_beside_the_headline(page, served, thresholds) -> None:
    app = page("threshold")
    number(app).set_value(12.0).run()
    here, now = (thresholds.at(each) for each in (0.12, served.champion.recommended.threshold))
    results = [each.result(10_000.0, 1_000.0) for each in (here, now)]
    beside = texts(app)[texts(app).index(lead(app)) + 1]
    assert f"Result {ENGLISH.money(results[0])}" in beside
    assert f"Against the policy in force {ENGLISH.money(results[0] - results[1])}" in beside
    apart = read_evidence(served).reported_on.at(0.12)
    assert f"On {ENGLISH.number(apart.clients)} clients kept from every choice" in beside
    assert f"Cost per 1,000 applications {ENGLISH.number(1_000 * apart.cost(10.0), 0)} " in beside
    assert f"Not repaid {ENGLISH.percent(apart.default_rate_accepted, 1)}" in beside
    told = " ".join(each.value for each in app.markdown)
    why = why_recommended(served.champion.recommendation, ENGLISH)
    assert why in told and "no more than chance" in why
    weight(app).set_value(4.0).run()
    told = " ".join(each.value for each in app.markdown)
    assert f"although {ENGLISH.percent(thresholds.cheapest(4.0), 1)} is the cheapest of these very clients" in told


def test_no_mark_of_the_cost_chart_strikes_a_name_through(page) -> None:
    app = page("threshold")
    number(app).set_value(9.0).run()
    layout = json.loads(app.get("plotly_chart")[0].proto.spec)["layout"]
    for name in layout["annotations"]:
        passing = [line for line in layout["shapes"] if line["x0"] > name["x"]]
        lines = {line["x0"]: line["y1"] for line in layout["shapes"]}
        assert name["xanchor"] == "left" and all(line["y1"] < lines[name["x"]] for line in passing)


@pytest.mark.parametrize("tenths", [55, 90, 240, 480])
def test_every_figure_follows_the_slider_exactly(page, thresholds, tenths) -> None:
    app = page("threshold")
    slider(app).set_value(tenths / 10).run()
    here = thresholds.at(tenths / 1_000)
    assert number(app).value == pytest.approx(tenths / 10)
    assert f"accepts {ENGLISH.percent(here.acceptance_rate, 1)} of the applications" in lead(app)
    assert f"{ENGLISH.percent(here.default_rate_accepted, 1)} of the loans accepted are not repaid" in lead(app)
    cards = next(text for text in texts(app) if text.startswith("Clients accepted"))
    for name, count in (
        ("Repaid", here.kept_good_clients),
        ("Missed defaults: accepted, not repaid", here.missed_defaults),
        ("Avoided defaults", here.avoided_defaults),
        ("Lost good clients: refused, would have repaid", here.lost_good_clients),
    ):
        assert f"{name} {ENGLISH.number(count)} ({ENGLISH.percent(count / here.clients, 1)})" in cards
    assert labels(app)[-1] == f"Tried {ENGLISH.percent(tenths / 1_000, 1)}"


def test_the_number_moves_the_slider_and_keeps_its_own_digits(page, thresholds) -> None:
    app = page("threshold")
    number(app).set_value(7.43).run()
    assert slider(app).value == 7.4
    assert app.session_state["trial"].threshold == pytest.approx(0.0743)
    assert f"accepts {ENGLISH.percent(thresholds.at(0.0743).acceptance_rate, 1)}" in lead(app)
    number(app).set_value(80.0).run()
    assert slider(app).value == 50.0
    assert not app.exception and "Tried 80.0%" in labels(app)


def test_the_control_that_is_moved_stays_and_the_one_that_follows_is_a_new_one(page) -> None:
    app = page("threshold")
    start = app.session_state["trial"]
    slider(app).set_value(9.0).run()
    slid = app.session_state["trial"]
    assert slid.slider.key == start.slider.key and slid.number.key != start.number.key
    assert not slider(app).proto.set_value  # a value sent back would undo what the hand did since
    number(app).set_value(8.0).run()
    typed = app.session_state["trial"]
    assert typed.number.key == slid.number.key and typed.slider.key != slid.slider.key
    assert not number(app).text.proto.set_value
    assert (slider(app).value, number(app).value, typed.threshold) == (8.0, 8.0, 0.08)


def test_it_can_be_set_by_acceptance_rate(page, thresholds) -> None:
    app = page("threshold")
    before = app.session_state["trial"].threshold
    app.segmented_control(key="set_by").set_value("acceptance").run()
    assert app.session_state["trial"].threshold == before
    rate = 100 * thresholds.at(before).acceptance_rate
    assert number(app).value == pytest.approx(rate)
    slider(app).set_value(80.0).run()
    assert "accepts 80.0% of the applications" in lead(app)
    assert app.session_state["trial"].threshold == thresholds.accepting(0.8)
    app.segmented_control(key="set_by").set_value("threshold").run()
    assert number(app).value == pytest.approx(100 * thresholds.accepting(0.8))


def test_the_weight_changes_cost_cheapest_and_recommended(page, thresholds) -> None:
    app = page("threshold")
    weight(app).set_value(4.0).run()
    named = labels(app)
    assert named[0] == f"Cheapest {ENGLISH.percent(thresholds.cheapest(4.0), 1)}"
    assert named[1] == f"Recommended {ENGLISH.percent(1 / 5, 1)}", "by the champion's own rule"
    costs = json.loads(app.get("plotly_chart")[0].proto.spec)["data"][2]["y"]
    assert costs["bdata"] if isinstance(costs, dict) else len(costs) > 50


@pytest.mark.parametrize(
    ("control", "value", "told"),
    [
        (number, 0.0, "The threshold is 0."),
        (number, 100.0, "The threshold is 1."),
        (weight, 0.0, "The weight of a missed default is 0."),
    ],
)
def test_what_no_policy_could_have_is_refused_in_words_and_the_controls_stay(page, control, value, told) -> None:
    app = page("threshold")
    control(app).set_value(value).run()
    assert not app.exception
    assert any(told in text for text in texts(app))
    assert not app.get("plotly_chart")
    control(app).set_value(9.0).run()
    assert app.get("plotly_chart") and "accepts" in lead(app)


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("detail", list(DETAILS))
def test_every_closer_look_speaks_to_people(page, detail, language) -> None:
    app = page("threshold", lang=language)
    slider(app).set_value(14.0).run()
    app.selectbox(key="closer").set_value(detail).run()
    assert not app.exception
    shown = " ".join(
        [*texts(app), *(chart.proto.alt for chart in app.get("plotly_chart")), *(text.value for text in app.markdown)]
    )
    assert NEVER_SHOWN.findall(shown) == []
    for chart in app.get("plotly_chart"):
        assert len(chart.proto.alt) > 40


def test_ten_strategies_are_listed(page, thresholds) -> None:
    table = next(text for text in texts(page("threshold")) if text.startswith("Ten strategies"))
    for each in thresholds.table():
        assert f"{ENGLISH.percent(each.acceptance_rate, 1)} {ENGLISH.percent(each.threshold, 1)}" in table


def test_who_changes_is_counted_and_can_be_downloaded(page, served) -> None:
    app = page("threshold")
    app.selectbox(key="closer").set_value("swap").run()
    assert any("Nobody's decision changes" in text.value for text in app.markdown)
    slider(app).set_value(12.0).run()
    swap = read_evidence(served).ranking.swap_set(served.champion.recommended.threshold, 0.12)
    told = ENGLISH.number(len(swap)) + " clients refused now would be accepted"
    assert any(told in text.value for text in app.markdown)
    app.button(key="prepare_swap").click().run()
    assert [each.proto.label for each in app.get("download_button")] == ["Download who changes"]
    app.session_state["role"] = "data scientist"
    app.run()
    assert any(told in text.value for text in app.markdown)
    assert not app.get("download_button")
    linked = {each.proto.page.rpartition("/")[2] for each in app.get("page_link")}
    assert not linked & {"client", "policy"}, "neither a way to propose it, nor to a client"
    assert "prepare_swap" not in [each.key for each in app.button]


def test_the_swap_file_names_each_client_and_the_new_decision(served) -> None:
    from app.ui.manager.threshold_details import as_csv

    swap = read_evidence(served).ranking.swap_set(0.12, 0.09)
    lines = as_csv(swap).splitlines()
    assert lines[0] == "client,probability_of_default,new_decision" and len(lines) == len(swap) + 1
    for line in lines[1:50]:
        client, chance, decision = line.split(",")
        assert decision == "refuse" and 0.09 <= float(chance) < 0.12
        assert served.decide(int(client), served.champion.recommended).probability == float(chance)


def test_money_follows_its_amounts_and_says_when_they_contradict_the_weight(page, thresholds, served) -> None:
    app = page("threshold")
    app.selectbox(key="closer").set_value("money").run()
    number_field(app, "tried_loss").set_value(4_000.0).run()
    number_field(app, "tried_margin").set_value(1_000.0).run()
    here = thresholds.at(served.champion.recommended.threshold)
    card = next(text for text in texts(app) if text.startswith("Money at the tried threshold"))
    assert f"Result {ENGLISH.money(here.result(4_000.0, 1_000.0))}" in card
    assert any("weight of a missed default at 4, not 10" in text.value for text in app.markdown)
    assert (app.session_state["trial"].average_loss, app.session_state["trial"].margin) == (4_000.0, 1_000.0)


def test_the_check_is_on_clients_it_was_not_chosen_on(page, served) -> None:
    known = read_evidence(served)
    apart = known.reported_on.at(served.champion.recommended.threshold)
    note = next(text for text in texts(page("threshold")) if text.startswith("Chosen on"))
    assert f"Chosen on {ENGLISH.number(known.chosen_on.clients)} clients" in note
    assert f"{ENGLISH.number(apart.clients)} others" in note and ENGLISH.percent(apart.acceptance_rate, 1) in note


def test_a_store_that_is_away_is_a_sentence_and_no_figure(page, monkeypatch, tmp_path) -> None:
    monkeypatch.setenv("STORE_URL", f"sqlite:///{tmp_path}")
    settings.cache_clear()
    app = page("threshold")
    assert not app.exception and not app.get("plotly_chart")
    assert any("The suspension cannot be written" in text for text in texts(app))


def test_only_managers_and_data_scientists_have_the_page(desk) -> None:
    app = desk()
    app.session_state["role"] = "officer"
    with pytest.raises(ValueError, match="Could not find a navigation page"):
        app.run().switch_page("../pages/threshold.py")
