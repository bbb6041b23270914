"""The API console against the real API, one that differs, and one that is not there."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from app.settings import settings
from app.store.portfolio import Portfolio
from app.ui.data_scientist.api_client import Operation, curl, differing
from tests.api.conftest import Serving

PAGE = Path(__file__).parents[2] / "pages" / "api_console.py"
SAME = "The same as this desk, to the last digit"

Open = Callable[[str], AppTest]


@pytest.fixture
def console(monkeypatch: pytest.MonkeyPatch) -> Iterator[Open]:
    """Opens the page on a client of the demonstration, calling the API at an address."""

    def opened(url: str) -> AppTest:
        monkeypatch.setenv("API_URL", url)
        settings.cache_clear()
        app = AppTest.from_file(str(PAGE), default_timeout=30)
        app.session_state["lang"], app.session_state["role"] = "en", "data scientist"
        app.session_state["client"] = str(Portfolio.open(settings().portfolio).random_client())
        return app.run()

    yield opened
    settings.cache_clear()


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    store = f"sqlite:///{tmp_path_factory.mktemp('store') / 'journal.sqlite'}"
    serving = Serving(replace(settings(), store=store, api_keys="", api_rate="1000/second"))
    with serving as client:
        yield str(client.base_url)


def told(app: AppTest) -> str:
    assert not app.exception
    return " ".join(element.proto.body for element in app.get("html"))


@pytest.mark.parametrize("operation", ["POST /predict", "POST /interpretation", "POST /predict/batch"])
def test_a_decision_of_the_api_is_found_to_be_the_desks(console: Open, address: str, operation: str) -> None:
    app = console(address)
    app.selectbox(key="operation").select(operation).run()
    app.button(key="send").click().run()
    assert SAME in told(app)
    answer = json.loads(app.code[1].value)
    assert answer["model_version"] and app.code[0].value.startswith("curl -X POST")


@pytest.mark.parametrize("operation", ["GET /model", "GET /policy", "GET /ready"])
def test_what_is_served_is_found_to_be_the_same_model(console: Open, address: str, operation: str) -> None:
    app = console(address)
    app.selectbox(key="operation").select(operation).run()
    app.button(key="send").click().run()
    assert "The API serves the same model" in told(app)


class _Different(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        client = json.loads(self.rfile.read(int(self.headers["Content-Length"])))["client"]
        body = json.dumps({"client": client, "probability": 0.5, "points": 500.0, "decision": "refuse"}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Quiet."""


def test_an_answer_that_differs_is_told(console: Open) -> None:
    server = HTTPServer(("127.0.0.1", 0), _Different)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    app = console(f"http://127.0.0.1:{server.server_port}")
    app.button(key="send").click().run()
    server.shutdown()
    assert "differ for" in told(app) and SAME not in told(app)


def test_an_api_that_is_not_there_is_told_with_the_way_out(console: Open) -> None:
    app = console("http://127.0.0.1:9")
    app.button(key="send").click().run()
    assert "does not answer" in told(app) and "make api" in told(app)


def test_the_curl_line_never_shows_the_key() -> None:
    line = curl("http://api/", True, Operation("POST", "/predict", {"client": 100_002}))
    assert line == (
        'curl -X POST http://api/predict \\\n  -H "X-API-Key: $API_KEY" \\\n'
        "  -H 'Content-Type: application/json' \\\n  -d '{\"client\": 100002}'"
    )


def test_a_difference_in_the_last_digit_or_in_one_contribution_is_found() -> None:
    portfolio = Portfolio.open(settings().portfolio)
    decision = portfolio.decide(portfolio.random_client(), portfolio.champion.recommended)
    answer = {
        "client": decision.client,
        "probability": decision.probability,
        "points": decision.points,
        "decision": decision.outcome,
        "band": decision.band,
        "contributions": [{"feature": c.feature, "value": c.value, "points": c.points} for c in decision.contributions],
    }
    assert differing(answer, [decision]) == []
    assert differing({**answer, "probability": answer["probability"] * (1 + 1e-15)}, [decision]) == [decision.client]
    answer["contributions"][3]["points"] += 1e-12
    assert differing(answer, [decision]) == [decision.client]
    assert differing({"scores": []}, [decision]) == [decision.client]
