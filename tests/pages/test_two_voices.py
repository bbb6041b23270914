"""Every page of a client: a person's decision first, then the advice; none of it while it is stopped or too early."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from app.language.words import words_in
from app.scoring.case.actors import Actor
from app.scoring.case.dossier import Terms
from app.scoring.policy import Authority
from app.settings import settings
from app.store.cases.cases import Cases, Judgement
from app.store.database import connect
from app.store.suspensions import Suspensions

ADA, MAX = Actor("Ada", "officer"), Actor("Max", "manager")
PAGES = ("client", "why", "compare", "simulate", "decide")
EN = words_in("en")


@pytest.fixture
def files(own_store):
    return Cases.open(connect(settings().store), settings().champion_archive)


@pytest.fixture(scope="module")
def client(served):
    """Whom the model refuses."""
    policy = served.champion.recommended
    client = served.next_in_grey_zone(policy)
    while served.decide(client, policy).outcome != "refuse":
        client = served.next_in_grey_zone(policy, after=client)
    return client


@pytest.fixture
def page(desk, client):
    return lambda script, **address: desk(client=str(client), **address).switch_page(f"../pages/{script}.py").run()


def told(app):
    """What is on the page, in order, as text."""
    bodies = [each.proto.body for each in app.get("html") if not each.proto.body.startswith(("<style", "<script"))]
    return re.sub(r"<[^>]+>", " ", " | ".join(bodies))


@pytest.mark.parametrize("script", PAGES)
def test_the_decision_stands_before_the_advice(page, files, served, client, script) -> None:
    policy = served.champion.recommended
    dossier = files.dossier(served, client, policy, served.decide(client, policy), Terms(90_000.0, 20.0, 5_000.0))
    files.decide(ADA, Judgement("other", ("burden",), "They can pay this."), dossier)
    points = f"{EN.points(served.decide(client, policy).points)} points"
    shown, header = told(page(script)), f"Client {client}     Decided: accept another loan"
    assert shown.index(header) < shown.index(points) < shown.index("Decided by a person"), "the header of the file"
    shown = shown[shown.index("Decided by a person") :]
    order = [
        "Decided by a person",
        "Accept another loan",
        "€90,000 over 20 months",
        "By Ada, on ",
        "The model’s advice",
    ]
    assert [shown.index(each) for each in order] == sorted(shown.index(each) for each in order)
    assert shown.index("The model’s advice") < shown.index(points)


@pytest.mark.parametrize("script", PAGES)
def test_a_suspended_advice_is_on_no_page(page, files, served, client, script) -> None:
    Suspensions.open(files.engine).suspend(MAX, "It drifts.")
    app = page(script)
    assert not app.exception
    shown = told(app)
    assert "It drifts." in shown and "Suspended: people decide without it, on the documents." in shown
    assert f"{EN.points(served.decide(client, served.champion.recommended).points)} points" not in shown
    assert 'class="verdict' not in "".join(each.proto.body for each in app.get("html"))


@pytest.mark.parametrize("script", PAGES)
def test_the_own_view_comes_first_where_it_is_asked_for(page, files, served, client, script, monkeypatch) -> None:
    monkeypatch.setenv("FIRST_VIEW", "grey zone")
    settings.cache_clear()
    app = page(script)
    points = f"{EN.points(served.decide(client, served.champion.recommended).points)} points"
    assert points not in told(app) and not app.get("plotly_chart")
    assert [each.kind for each in files.case(client).events] == []
    app.radio[0].set_value("refuse")
    app = next(each for each in app.button if str(each.key).startswith("view_first_")).click().run()
    assert points in told(app)
    assert [each.kind for each in files.case(client).events] == ["first_view"]


def test_who_sees_the_advice_is_written_down_once(page, files, client) -> None:
    for script in ("client", "why"):
        page(script).run()
    assert [(each.kind, each.actor.name) for each in files.case(client).events] == [("viewed", "Demo officer")]


def test_a_data_scientist_sees_the_advice_and_leaves_no_trace_in_the_file(desk, files, client) -> None:
    app = desk(client=str(client))
    before = files.state(client).last
    app.session_state["role"] = "data scientist"
    app = app.run()
    assert "The model’s advice" in told(app) and files.state(client).last == before


def test_what_waits_for_a_second_signature_does_not_look_decided(page, files, served, client) -> None:

    policy = replace(served.champion.recommended, authority=Authority(officer_amount=1.0))
    dossier = files.dossier(served, client, policy, served.decide(client, policy))
    files.decide(ADA, Judgement("accept", ("income",), "Seen."), dossier)
    shown = told(page("client"))
    assert "Decided by a person, does not count yet" in shown
    assert "waiting for a second signature since" in shown and "Decided by a person |" not in shown
