"""Whatever is sent, the answer is a problem that says what to do, and repeats nothing of what was sent."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest

from app.api.examples import APPLICATION
from app.api.requests import LARGEST_BATCH

JSON = {"Content-Type": "application/json"}
PERSONAL = "Unmistakable-4711"


def problem(answer: httpx.Response, status: int) -> dict[str, Any]:
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    told = answer.json()
    assert told["status"] == status and told["detail"] and told["instance"].endswith(answer.headers["x-request-id"])
    assert "Traceback" not in answer.text and ".py" not in answer.text and PERSONAL not in answer.text
    return told


@pytest.mark.parametrize("value", [-1, 0, 1.5, 100_002.5, "100002", None, 10**30, [100_002], {}, True, PERSONAL])
def test_what_is_no_client_number_is_refused(api: httpx.Client, value: object) -> None:
    told = problem(api.post("/predict", json={"client": value}), 422)
    assert told["errors"][0]["where"] == "body.client"


def test_a_missing_or_an_unknown_field_is_refused(api: httpx.Client) -> None:
    assert problem(api.post("/predict", json={}), 422)["errors"][0]["where"] == "body.client"
    told = problem(api.post("/predict", json={"client": 100_002, "threshold": 0.5}), 422)
    assert told["errors"][0]["where"] == "body.threshold"


def test_an_unknown_client_is_not_found(api: httpx.Client) -> None:
    for path in ("/predict", "/interpretation"):
        assert problem(api.post(path, json={"client": 7}), 404)["type"] == "/problems/unknown-client"


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 422),
        (b"{", 400),
        (b"client=100002", 400),
        (b"\xff\xfe", 400),
        (b"[" * 100_000, 400),
        (b'{"client": NaN}', 422),
        (b'{"client": Infinity}', 422),
        (b'{"client": 1, "\\ud800": 2}', 422),
        (b"null", 422),
        (b"[]", 422),
        (b"1" + b"0" * 5_000, 400),
    ],
)
def test_a_body_that_cannot_be_used_is_refused(api: httpx.Client, body: bytes, status: int) -> None:
    problem(api.post("/predict", content=body, headers=JSON), status)


def test_a_body_that_is_not_declared_as_json_is_refused(api: httpx.Client) -> None:
    problem(api.post("/predict", content=b'{"client": 100002}', headers={"Content-Type": "text/plain"}), 415)
    problem(api.post("/predict", content=b'{"client": 100002}'), 415)


def test_ten_megabytes_are_refused_whether_their_length_is_declared_or_not(api: httpx.Client) -> None:
    megabyte = b" " * 2**20
    problem(api.post("/predict", content=megabyte * 10, headers=JSON), 413)
    problem(api.post("/predict", content=(megabyte for _ in range(10)), headers=JSON), 413)


def test_a_batch_holds_between_one_and_its_largest_number_of_clients(api: httpx.Client) -> None:
    problem(api.post("/predict/batch", json={"clients": []}), 422)
    problem(api.post("/predict/batch", json={"clients": [100_002] * (LARGEST_BATCH + 1)}), 422)
    answer = api.post("/predict/batch?test=true", json={"clients": list(range(1, LARGEST_BATCH + 1))})
    assert answer.status_code == 200 and len(answer.json()["unknown"]) > 0


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("AMT_CREDIT", "450000"),
        ("AMT_CREDIT", -1.0),
        ("AMT_CREDIT", 1e300),
        ("AMT_CREDIT", None),
        ("FLAG_MOBIL", True),
        ("FLAG_MOBIL", 2),
        ("NAME_INCOME_TYPE", PERSONAL),
        ("DAYS_BIRTH", 12.0),
        ("DAYS_BIRTH", -400_000),
        ("EXT_SOURCE_2", 1.2),
        ("TARGET", 0),
        ("HOUR_APPR_PROCESS_START", 24),
    ],
)
def test_an_application_is_held_to_what_its_columns_declare(api: httpx.Client, column: str, value: object) -> None:
    told = problem(api.post("/score", json={"application": {**APPLICATION, column: value}}), 422)
    assert all(fault["where"].startswith(f"body.application.{column}") for fault in told["errors"])


def test_an_application_may_lack_only_what_the_public_data_leave_empty(api: httpx.Client) -> None:
    without = {name: value for name, value in APPLICATION.items() if name != "AMT_ANNUITY"}
    assert api.post("/score", json={"application": without}).status_code == 200
    without = {name: value for name, value in APPLICATION.items() if name != "AMT_CREDIT"}
    assert problem(api.post("/score", json={"application": without}), 422)["errors"][0]["where"].endswith("AMT_CREDIT")


def test_the_sentinel_of_a_day_that_never_was_is_accepted(api: httpx.Client) -> None:
    pensioner = {**APPLICATION, "DAYS_EMPLOYED": 365_243, "NAME_INCOME_TYPE": "Pensioner", "ORGANIZATION_TYPE": "XNA"}
    assert api.post("/score", json={"application": pensioner}).status_code == 200


def test_histories_that_contradict_each_other_are_refused(api: httpx.Client) -> None:
    loan = {
        "SK_ID_BUREAU": 5_000_001,
        "CREDIT_ACTIVE": "Active",
        "CREDIT_CURRENCY": "currency 1",
        "DAYS_CREDIT": -100.0,
        "CREDIT_DAY_OVERDUE": 0.0,
        "CNT_CREDIT_PROLONG": 0.0,
        "AMT_CREDIT_SUM_OVERDUE": 0.0,
        "CREDIT_TYPE": "Consumer credit",
        "DAYS_CREDIT_UPDATE": -10.0,
        "AMT_CREDIT_SUM": 100_000.0,
    }
    question = {"application": APPLICATION, "history": {"bureau": [loan]}}
    answer = api.post("/score", json=question)
    assert answer.status_code == 200, answer.text
    question["history"] = {"bureau": [loan, loan]}
    assert "SK_ID_BUREAU" in problem(api.post("/score", json=question), 409)["detail"]
    question["history"] = {"bureau": [{**loan, "SK_ID_CURR": 100_003}]}
    problem(api.post("/score", json=question), 422)
    question["history"] = {"unheard_of": []}
    problem(api.post("/score", json=question), 422)


def test_amounts_of_almost_nothing_are_scored_without_infinities(api: httpx.Client) -> None:
    tiny = {**APPLICATION, "AMT_ANNUITY": 5e-324, "AMT_INCOME_TOTAL": 1e-300, "AMT_GOODS_PRICE": 0.0}
    answer = api.post("/score", json={"application": tiny})
    assert answer.status_code == 200, answer.text
    json.loads(answer.text, parse_constant=lambda name: pytest.fail(f"{name} in the answer"))


@pytest.mark.parametrize("path", ["/clients?limit=0", "/clients?limit=1001", "/clients?after=-1", "/clients?after=x"])
def test_a_page_out_of_range_is_refused(api: httpx.Client, path: str) -> None:
    problem(api.get(path), 422)


def test_an_unknown_path_and_another_method_are_told(api: httpx.Client) -> None:
    problem(api.get("/nowhere"), 404)
    answer = api.get("/predict")
    problem(answer, 405)
    assert answer.headers["allow"] == "POST"


def test_a_request_keeps_the_callers_id_only_where_it_is_harmless(api: httpx.Client) -> None:
    assert api.get("/live", headers={"X-Request-ID": "abc-12345"}).headers["x-request-id"] == "abc-12345"
    for forged in ("short", "a b c d e f g", "x" * 65, '{"level": "error"}'):
        assert api.get("/live", headers={"X-Request-ID": forged}).headers["x-request-id"] != forged
