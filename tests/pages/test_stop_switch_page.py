"""A manager suspends the advice, every page of the staff says so, another manager lifts it."""

from __future__ import annotations

import json
import shutil

import pytest

from app.scoring.case.actors import Actor
from app.settings import settings
from app.store.database import connect
from app.store.suspensions import EVERY_MODEL, Suspensions
from app.ui.shell.navigation import PAGES
from app.ui.shell.sign_in import MANAGERS
from tests.pages.managing import lead, opener, texts
from tests.store.evidence import tamper

SAID = "The advice has been suspended by"


@pytest.fixture
def page(desk):
    return opener(desk)


@pytest.fixture
def stops():
    return Suspensions.open(connect(settings().store))


def suspend(app, reason="Probabilities jumped."):
    app.text_area(key="stop_reason").set_value(reason)
    return app.button(key="suspend_advice").click().run()


def play(app, manager):
    return app.segmented_control(key="as_manager").set_value(manager).run()


def told(app) -> str:
    return " ".join(texts(app))


def test_while_nothing_is_suspended_the_page_says_the_model_advises(page, served) -> None:
    app = page("stop_switch")
    assert not app.exception and lead(app).startswith(f"Yes: model {served.champion.version} advises")
    assert SAID not in told(app) and "The advice was never suspended." in [each.value for each in app.markdown]


def test_one_suspends_another_lifts_and_who_suspended_cannot(page, stops, served) -> None:
    app = suspend(page("stop_switch"))
    stop = stops.in_force(served.champion.version)
    assert (stop.by.name, stop.reason, stop.model_version) == (MANAGERS[0], "Probabilities jumped.", EVERY_MODEL)
    assert f"No: {MANAGERS[0]} suspended it on" in lead(app) and f"{SAID} {MANAGERS[0]}" in told(app)
    assert app.button(key="lift_1").disabled and app.text_area(key="lifting_1").disabled
    assert app.text_area(key="stop_reason").value == ""
    app = play(app, MANAGERS[1])
    assert not app.button(key="lift_1").disabled
    app.button(key="lift_1").click().run()
    assert "The text has 0 characters." in told(app) and stops.in_force(served.champion.version) == stop
    app.text_area(key="lifting_1").set_value("It was a test.")
    app.button(key="lift_1").click().run()
    assert stops.in_force(served.champion.version) is None and SAID not in told(app)
    line = next(text for text in texts(app) if text.startswith("The newest first"))
    assert line.index(MANAGERS[0]) < line.index("Probabilities jumped.") < line.index(MANAGERS[1])
    assert "It was a test." in line


def test_without_four_eyes_one_manager_is_enough(page, stops, served, monkeypatch) -> None:
    monkeypatch.setenv("FOUR_EYES", "0")
    settings.cache_clear()
    app = suspend(page("stop_switch"))
    app.text_area(key="lifting_1").set_value("It was a test.")
    app.button(key="lift_1").click().run()
    assert stops.history()[0].lifted_by.name == MANAGERS[0]


def test_one_version_is_suspended_alone(page, stops, served) -> None:
    app = page("stop_switch")
    app.radio(key="stop_models").set_value(served.champion.version)
    suspend(app)
    assert stops.in_force("9-77aa01bc") is None
    assert stops.in_force(served.champion.version).model_version == served.champion.version


def test_a_suspension_of_another_model_is_listed_and_stops_nothing_here(page, stops) -> None:
    stops.suspend(Actor("Max", "manager"), "An old one.", "0-00000000")
    app = page("stop_switch")
    assert lead(app).startswith("Yes:") and SAID not in told(app)
    assert "Model 0-00000000" in told(app) and not app.button(key="lift_1").disabled


def test_what_was_lifted_meanwhile_is_told(page, stops) -> None:
    stops.suspend(Actor("Max", "manager"), "It jumped.")
    app = page("stop_switch")
    stops.lift(1, Actor("Mia", "manager"), "Mended.")
    app.text_area(key="lifting_1").set_value("Mended too.")
    app.button(key="lift_1").click().run()
    assert "Mia has lifted this suspension already." in told(app)


@pytest.mark.parametrize("script", [page.script for page in PAGES if page.script != "client"])
def test_every_page_of_the_staff_says_so_with_the_reason(desk, stops, script) -> None:
    stops.suspend(Actor("<b>Max</b>", "manager"), "<script>jumped</script>")
    role = next(page.roles[0] for page in PAGES if page.script == script)
    app = desk()
    app.session_state["role"] = role
    app = app.run().switch_page(f"../pages/{script}.py").run()
    bodies = [each.proto.body for each in app.get("html") if SAID in each.proto.body]
    assert any("&lt;script&gt;jumped" in body and "<script>jumped" not in body for body in bodies)


def test_the_sentence_is_french_where_the_reader_is(page, stops) -> None:
    stops.suspend(Actor("Max", "manager"), "Anomalie.")
    assert "L’avis est suspendu par Max depuis le" in told(page("stop_switch", lang="fr"))


def test_a_suspension_that_went_away_by_another_road_opens_no_page(page, stops, served) -> None:
    stops.suspend(Actor("Max", "manager"), "It jumped.")
    tamper(stops.engine, "DELETE FROM suspensions")
    app = page("threshold")
    assert not app.exception and not app.get("plotly_chart") and not app.title
    assert "not as it was written: row 1 of suspensions" in told(app)


def test_a_model_that_is_not_served_any_more_is_suspended_by_its_version(page, stops, served, tmp_path) -> None:
    archive = settings().champion_archive
    old = archive / ("a" * 64)
    shutil.copytree(served.champion.folder, old)
    registered = json.loads((old / "registered.json").read_text("utf-8"))
    (old / "registered.json").write_text(json.dumps({**registered, "version": 999}), encoding="utf-8")
    version = "999-" + served.champion.version.partition("-")[2]
    app = page("stop_switch")
    assert f"Model {version}, not served now" in app.radio(key="stop_models").options
    app.radio(key="stop_models").set_value(version)
    app = suspend(app)
    assert stops.in_force(version).model_version == version and stops.in_force(served.champion.version) is None
    assert lead(app).startswith("Yes: model")


def test_what_is_typed_is_there_after_another_page_and_in_the_other_language(page, stops, served) -> None:
    app = page("stop_switch")
    app.radio(key="stop_models").set_value(served.champion.version)
    app.text_area(key="stop_reason").set_value("Half a sentence").run()
    app.switch_page("../pages/policy.py").run()
    app.switch_page("../pages/stop_switch.py").run()
    assert app.text_area(key="stop_reason").value == "Half a sentence"
    app.session_state["lang"] = "fr"
    app = app.run()
    assert app.text_area(key="stop_reason").value == "Half a sentence" and stops.history() == ()
    app.button(key="suspend_advice").click().run()
    assert stops.history()[0].model_version == served.champion.version
