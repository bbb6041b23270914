"""Lists and tools tell no more of the advice than a client's own page: nothing while it is suspended, nor before an own
view that is asked for."""

from __future__ import annotations

import re
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import ClassVar

import pytest

from app.language.words import words_in
from app.scoring.applicant import NEW_CLIENT, applicant_features
from app.scoring.case.actors import Actor
from app.settings import settings
from app.store.cases.cases import Cases
from app.store.database import connect
from app.store.suspensions import Suspensions
from app.ui.officer.decision_summary import distance
from app.ui.shell.navigation import FILE
from tests.pages.number_fields import number_field

MAX = Actor("Max", "manager")
VERDICT = re.compile(r'class="[^"]*\b(verdict|answer|gauge)\b')
SUSPENDED, OWN_VIEW = (re.compile(rf"<(dd|td)[^>]*>{said}</") for said in ("suspended", "your own view first"))
EN = words_in("en")


@pytest.fixture
def suspended(own_store):
    return Suspensions.open(connect(settings().store)).suspend(MAX, "It drifts.")


@pytest.fixture
def first_view(monkeypatch):
    def ask(written: str) -> None:
        monkeypatch.setenv("FIRST_VIEW", written)
        settings.cache_clear()

    return ask


@pytest.fixture
def page(desk):
    """Opens a page, in a role."""

    def opened(script, role="officer", **address):
        app = desk()
        app.session_state["role"] = role
        app = app.run().switch_page(f"../pages/{script}.py")
        app.query_params.update(address)
        return app.run()

    return opened


def markup(app) -> str:
    assert not app.exception
    return "".join(each.proto.body for each in app.get("html") if not each.proto.body.startswith("<style"))


@pytest.mark.parametrize("script", ["find", "queue"])
@pytest.mark.parametrize("role", ["officer", "manager"])
def test_no_list_tells_the_advice_while_it_is_suspended(page, suspended, script, role) -> None:
    shown = markup(page(script, role))
    assert len(SUSPENDED.findall(shown)) == 15
    assert not VERDICT.search(shown)


def test_no_home_tells_the_advice_while_it_is_suspended_nor_before_the_own_view_that_is_asked_for(
    page, first_view, request
) -> None:
    first_view("100%")
    shown = markup(page("home"))
    assert shown.count("<dd>your own view first</dd>") == 4 and not VERDICT.search(shown)
    request.getfixturevalue("suspended")
    shown = markup(page("home"))
    assert shown.count("<dd>suspended</dd>") == 4 and not VERDICT.search(shown)


def test_nothing_is_found_by_the_advice_while_it_is_suspended(page, suspended, served) -> None:
    app = page("find", answer="refuse", within="3", order="points-up")
    assert "not looked for by the advice" in app.caption[0].value
    assert {box.key for box in app.selectbox} == {"role", "order", "income_type", "age"}
    assert not set(app.selectbox(key="order").options) & {"Fewest points first", "Nearest to the threshold first"}
    assert f"{EN.number(served.size)} files match." in markup(app)


@pytest.mark.parametrize("script", ["find", "queue"])
def test_no_list_tells_the_advice_before_the_own_view_that_is_asked_for(page, first_view, script) -> None:
    first_view("100%")
    shown = markup(page(script))
    assert len(OWN_VIEW.findall(shown)) == 15 and not VERDICT.search(shown)


@pytest.mark.parametrize("script", ["find", "queue"])
def test_a_list_tells_the_advice_to_whom_it_was_shown_on_the_file_and_to_nobody_else(page, first_view, script) -> None:
    first_view("100%")
    app = page(script)
    keys = " ".join(str(each.key) for each in app.button)
    client = int(re.search(r"(?:file |open_)(\d+)", markup(app) + keys)[1])
    files = Cases.open(connect(settings().store), settings().champion_archive)
    files.first_view(client, Actor("Demo officer", "officer"), "accept")
    assert len(OWN_VIEW.findall(markup(app.run()))) == 14
    assert len(OWN_VIEW.findall(markup(page(script, "manager")))) == 15


def test_who_decides_nothing_finds_files_by_the_advice(page, first_view) -> None:
    first_view("100%")
    app = page("find", "data scientist")
    assert VERDICT.search(markup(app)) and app.selectbox(key="answer").options


def test_a_new_applicant_is_not_scored_while_the_advice_is_suspended(page, suspended, served) -> None:
    app = page("new_applicant")
    request = {"credit": 300_000.0, "annuity": 15_000.0, "income": 90_000.0}
    for name, value in request.items():
        number_field(app, f"applicant_{name}").set_value(value)
    app = app.button(key="score").click().run()
    shown = markup(app)
    columns = {"AMT_CREDIT": 300_000.0, "AMT_ANNUITY": 15_000.0, "AMT_INCOME_TOTAL": 90_000.0}
    decision = served.champion.decide(NEW_CLIENT, applicant_features(columns), served.champion.recommended)
    assert "Suspended: people decide without it, on the documents." in shown
    assert distance(decision, EN) not in shown and not VERDICT.search(shown)


class _Answering(BaseHTTPRequestHandler):
    """An API on another store: it does not know of the suspension."""

    asked: ClassVar[list[str]] = []

    def do_POST(self) -> None:
        self.asked.append(self.path)
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b'{"probability": 0.5}')

    def log_message(self, *_: object) -> None:
        """Says nothing."""


def test_the_console_asks_for_no_score_while_the_advice_is_suspended(page, suspended, monkeypatch) -> None:
    server = HTTPServer(("127.0.0.1", 0), _Answering)
    Thread(target=server.serve_forever, daemon=True).start()
    monkeypatch.setenv("API_URL", f"http://127.0.0.1:{server.server_port}")
    settings.cache_clear()
    app = page("api_console", "data scientist")
    assert "Suspended: people decide without it, on the documents." in markup(app)
    assert not [each for each in app.button if each.key == "send"]
    app = app.selectbox(key="operation").select("GET /model").run()
    assert app.button(key="send")
    server.shutdown()
    assert _Answering.asked == []


def test_the_comparison_does_not_begin_with_what_weighs_most_while_the_advice_is_suspended(
    desk, suspended, served
) -> None:
    policy = served.champion.recommended
    client = served.next_in_grey_zone(policy)
    while served.decide(client, policy).contributions[0].feature == "credit":
        client = served.next_in_grey_zone(policy, after=client)
    app = desk(client=str(client)).switch_page("../pages/compare.py").run()
    assert not app.exception and app.multiselect(key="items").value == ["credit"]


def header_of(app) -> str:
    assert not app.exception
    return next(each.proto.body for each in app.get("html") if "file-header" in each.proto.body)


@pytest.mark.parametrize("script", FILE)
@pytest.mark.parametrize("why", ["suspended", "own view first"])
def test_the_header_of_a_file_tells_nothing_of_an_advice_that_is_hidden(page, served, first_view, script, why) -> None:
    client = served.next_in_grey_zone(served.champion.recommended)
    points = f"{round(served.decide(client, served.champion.recommended).points)} points"
    store = connect(settings().store)
    if why == "suspended":
        stopped = Suspensions.open(store).suspend(MAX, "It drifts.")
    else:
        first_view("100%")
    told = header_of(page(script, client=str(client)))
    assert re.findall(r"<span>(.*?)</span>", told) == [EN.money(served.client(client).features["credit"]), "to do"]
    assert re.sub(r"<.*?>", "", told).startswith(f"Client {client}") and not re.search("Advice|review|point|icon", told)
    if why == "suspended":
        Suspensions.open(store).lift(stopped.number, Actor("Ida", "manager"), "It is mended.")
    else:
        officer = Actor("Demo officer", "officer")
        Cases.open(store, settings().champion_archive).first_view(client, officer, "accept")
    told = header_of(page(script, client=str(client)))
    assert "Advice: to review" in told and points in told
