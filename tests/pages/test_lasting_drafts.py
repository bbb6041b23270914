"""What is typed is there again after a reload, client by client, for who typed it and nobody else."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from sqlalchemy import func, select

from app.scoring.case.actors import Actor
from app.settings import settings
from app.store.cases.cases import Cases
from app.store.database import connect
from app.store.drafts import DRAFTS
from app.ui.shell import sign_in
from app.ui.shell.sign_in import Person
from tests.pages.number_fields import number_field

REASON = "The payslip is missing."


@pytest.fixture
def clients(served):
    policy = served.champion.recommended
    first = served.next_in_grey_zone(policy)
    return first, served.next_in_grey_zone(policy, after=first)


@pytest.fixture
def reload(desk):
    """The same address in a session that knows nothing, as after F5."""

    def again(app, script, role="officer"):
        address = {name: value[0] if isinstance(value, list) else value for name, value in app.query_params.items()}
        fresh = desk(**address)
        fresh.session_state["role"] = role
        fresh = fresh.run().switch_page(f"../pages/{script}.py")
        for name, value in address.items():
            fresh.query_params[name] = value
        return fresh.run()

    return again


@pytest.fixture
def page(desk):
    return lambda script, client: desk(client=str(client)).switch_page(f"../pages/{script}.py").run()


def fill(app):
    app.radio[0].set_value("refuse")
    next(each for each in app.checkbox if str(each.key).startswith("reason_income_")).check()
    return app.text_area[0].set_value(REASON).run()


def typed(app):
    assert not app.exception
    reasons = [str(each.key).split("_")[1] for each in app.checkbox if each.value]
    return app.radio[0].value, reasons, app.text_area[0].value


def kept() -> int:
    with connect(settings().store).connect() as connection:
        return connection.execute(select(func.count()).select_from(DRAFTS)).scalar_one()


def test_a_decision_that_is_typed_survives_a_reload_and_is_no_other_client_s(page, reload, clients) -> None:
    first, second = clients
    app = reload(fill(page("decide", first)), "decide")
    assert typed(app) == ("refuse", ["income"], REASON)
    app = app.text_input(key="client").set_value(str(second)).run()
    assert typed(app) == (None, [], "")
    app = app.text_input(key="client").set_value(str(first)).run()
    assert typed(app) == ("refuse", ["income"], REASON)


def test_a_referral_keeps_to_whom(page, reload, clients) -> None:
    files = Cases.open(connect(settings().store), settings().champion_archive)
    files.claim(clients[1], Actor("Ada", "officer"))
    app = page("decide", clients[0])
    app = app.radio[0].set_value("refer").run()
    box = next(each for each in app.selectbox if str(each.key).startswith("addressee_"))
    app = box.select_index([str(each) for each in box.options].index("Ada")).run()
    app = reload(app, "decide")
    box = next(each for each in app.selectbox if str(each.key).startswith("addressee_"))
    assert app.radio[0].value == "refer" and box.value.name == "Ada"


def test_what_is_recorded_is_no_draft_any_more(page, reload, clients) -> None:
    app = fill(page("decide", clients[0]))
    assert kept() == 1
    app = next(each for each in app.button if str(each.key).startswith("record_")).click().run()
    assert not app.exception and kept() == 0
    app = reload(app, "decide")
    assert not [each for each in app.checkbox if each.value]


def test_an_own_view_that_is_typed_survives_a_reload(page, reload, clients, monkeypatch) -> None:
    monkeypatch.setenv("FIRST_VIEW", "100%")
    settings.cache_clear()
    app = page("decide", clients[0])
    app.radio[0].set_value("accept")
    app = reload(app.text_area[0].set_value("A good file.").run(), "decide")
    assert (app.radio[0].value, app.text_area[0].value) == ("accept", "A good file.")
    app = next(each for each in app.button if str(each.key).startswith("view_first_")).click().run()
    assert not app.exception and kept() == 0


def test_without_a_client_nothing_is_kept_of_the_one_before(page, clients) -> None:
    app = fill(page("decide", clients[0]))
    app = app.text_input(key="client").set_value("").run()
    assert kept() == 1


def test_a_look_at_a_file_puts_no_secret_into_the_address(page, clients) -> None:
    app = page("decide", clients[0])
    assert "draft" not in app.query_params
    assert "draft" in fill(app).query_params


def test_a_simulation_survives_a_reload_until_it_is_taken_back(page, reload, clients) -> None:
    client = clients[0]
    app = page("simulate", client)
    assert kept() == 0, "a look is no draft"
    number_field(app, f"credit_{client}").set_value(120_000.0)
    app = number_field(app, f"duration_{client}").set_value(40.0).run()
    app = app.multiselect(key=f"corrected_{client}").set_value(["occupation"]).run()
    app = reload(app, "simulate")
    assert not app.exception
    assert number_field(app, f"credit_{client}").value == 120_000.0
    assert number_field(app, f"duration_{client}").value == 40.0
    assert app.multiselect(key=f"corrected_{client}").value == ["occupation"]
    app = app.button(key="reset").click().run()
    assert kept() == 0
    assert number_field(reload(app, "simulate"), f"credit_{client}").value != 120_000.0


def test_a_proposal_survives_a_reload_until_it_is_made(desk, reload) -> None:
    app = desk()
    app.session_state["role"] = "manager"
    app = app.run().switch_page("../pages/policy.py").run()
    number_field(app, "proposed_threshold").set_value(12.5)
    app = reload(app.text_area(key="proposed_reason").set_value("Losses rise.").run(), "policy", "manager")
    assert number_field(app, "proposed_threshold").value == 12.5
    assert app.text_area(key="proposed_reason").value == "Losses rise."
    app = app.button(key="propose_policy").click().run()
    assert not app.exception and kept() == 0


def test_nobody_meets_another_s_draft(page, reload, clients, monkeypatch) -> None:
    def signed_in_as(subject):
        person = Person(f"{subject}@lender.example", ("officer",), f"https://provider.example|{subject}")
        monkeypatch.setattr(sign_in, "_demonstrator", lambda: person)

    signed_in_as("kim")
    at = fill(page("decide", clients[0]))
    signed_in_as("lee")
    assert typed(reload(at, "decide")) == (None, [], ""), "at kim's own address, the attempt's key included"
    signed_in_as("kim")
    assert typed(page("decide", clients[0])) == ("refuse", ["income"], REASON)


def test_on_the_demonstration_another_browser_meets_no_draft(page, clients) -> None:
    fill(page("decide", clients[0]))
    assert kept() == 1
    assert typed(page("decide", clients[0])) == (None, [], "")


def test_another_release_does_not_take_a_simulation_of_before(page, reload, clients, monkeypatch) -> None:
    client = clients[0]
    app = number_field(page("simulate", client), f"credit_{client}").set_value(120_000.0).run()
    engine = connect(settings().store)
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE drafts SET content = replace(content, 'release\": \"', 'release\": \"old-')")
    assert number_field(reload(app, "simulate"), f"credit_{client}").value != 120_000.0


@pytest.mark.parametrize("content", ["{", "[]", '{"typed": []}', '{"typed": 1, "begun": 2}'])
def test_a_draft_of_another_kind_is_passed_over(page, reload, clients, content) -> None:
    app = fill(page("decide", clients[0]))
    with connect(settings().store).begin() as connection:
        connection.exec_driver_sql("UPDATE drafts SET content = ?", (content,))
    assert typed(reload(app, "decide")) == (None, [], "")


def test_a_store_that_takes_no_draft_takes_nothing_from_the_screen(page, clients) -> None:
    app = page("decide", clients[0])
    file = Path(settings().store.removeprefix("sqlite:///"))
    locked = sqlite3.connect(file)
    locked.execute("BEGIN EXCLUSIVE")
    app = fill(app)
    locked.rollback()
    locked.close()
    assert typed(app) == ("refuse", ["income"], REASON) and kept() == 0
