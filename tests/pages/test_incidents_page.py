"""The register of incidents: reporting, reading, taking away, and what an incident belongs to."""

from __future__ import annotations

import csv
import io

import pytest

from app.scoring.case.actors import Actor
from app.scoring.policy import Policy
from app.settings import settings
from app.store.database import connect
from app.store.drift_runs import runs
from app.store.incidents import Incidents, Report
from app.store.policies import RECOMMENDATION, PolicyHistory
from app.store.proposals import Draft
from app.store.suspensions import Suspensions
from app.ui.manager.incidents import as_csv
from app.ui.shell.sign_in import MANAGERS
from tests.pages.managing import lead, opener, texts

MAX = Actor("Max", "manager")


@pytest.fixture
def page(desk):
    return opener(desk)


@pytest.fixture
def register():
    return Incidents.open(connect(settings().store))


def fill(app, **said):
    for name in ("what", "whom", "done"):
        app.text_area(key=f"incident_{name}").set_value(said.get(name, f"The {name}."))
    return app


def send(app):
    return app.button(key="report_incident").click().run()


def test_an_empty_register_says_so(page) -> None:
    app = page("incidents")
    assert not app.exception and lead(app) == "No incident is reported."
    assert not [each for each in app.button if each.key == "prepare_incidents"]


def test_a_report_is_kept_with_all_it_belongs_to(page, register, served) -> None:
    version = served.champion.version
    Suspensions.open(register.engine).suspend(MAX, "It jumped.")
    history = PolicyHistory.open(register.engine)
    history.propose(Draft(Policy(0.1), 1.0, 1.0, version), "Ada", "Because.", version)
    history.activate(1, "Bea", RECOMMENDATION, version)
    first = register.report(Report("The first.", "Nobody.", "Nothing."), MAX)
    run = runs(settings().portfolio)[-1]
    app = fill(page("incidents"))
    links = {"about": first.number, "suspension": 1, "drift_run": run, "activation": 1}
    for name, value in links.items():
        app.selectbox(key=f"incident_{name}").set_value(value)
    app = send(app)
    kept = register.register()[0]
    assert kept.report == Report("The what.", "The whom.", "The done.", **links) and kept.by.name == MANAGERS[0]
    assert lead(app).endswith("The what.") and "Incident 2 is in the register." in " ".join(texts(app))
    line = next(text for text in texts(app) if text.startswith("The newest first"))
    assert "incident 1 · suspension 1 · comparison of" in line and "policy change 1" in line
    assert [app.text_area(key=f"incident_{name}").value for name in ("what", "whom", "done")] == ["", "", ""]
    assert app.selectbox(key="incident_suspension").value is None


def test_where_something_is_missing_that_is_said_and_what_was_typed_stays(page, register) -> None:
    app = send(fill(page("incidents"), done=" "))
    assert "The text has 0 characters." in " ".join(texts(app)) and register.register() == ()
    assert app.text_area(key="incident_what").value == "The what."


def test_what_is_typed_is_there_after_another_page_and_in_the_other_language(page, register) -> None:
    Suspensions.open(connect(settings().store)).suspend(MAX, "It jumped.")
    app = fill(page("incidents"))
    app.selectbox(key="incident_suspension").set_value(1).run()
    app.switch_page("../pages/journal.py").run()
    app.switch_page("../pages/incidents.py").run()
    app.session_state["lang"] = "fr"
    app = app.run()
    assert app.text_area(key="incident_whom").value == "The whom."
    send(app)
    assert register.register()[0].report.suspension == 1


def test_the_export_holds_the_register_and_no_formula(page, register) -> None:
    register.report(Report("=cmd() ran", "@everybody", "-1"), MAX)
    app = page("incidents").button(key="prepare_incidents").click().run()
    assert app.get("download_button")
    rows = list(csv.DictReader(io.StringIO(as_csv(register.register()))))
    assert [(row["what"], row["whom"], row["done"]) for row in rows] == [("'=cmd() ran", "'@everybody", "'-1")]
    assert rows[0]["suspension"] == ""


def test_a_report_is_text_whatever_it_holds(page, register) -> None:
    register.report(Report("<img src=x onerror=alert(1)>", "`x`", "$1$"), MAX)
    bodies = "".join(each.proto.body for each in page("incidents").get("html"))
    assert "<img" not in bodies and "&lt;img" in bodies


def test_a_register_that_cannot_be_read_is_a_sentence(page, monkeypatch, tmp_path) -> None:
    monkeypatch.setenv("STORE_URL", f"sqlite:///{tmp_path}")
    settings.cache_clear()
    app = page("incidents")
    assert not app.exception and any("cannot be" in text for text in texts(app))
