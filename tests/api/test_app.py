"""The API's answers are the dashboard's and the batch's, to the last digit."""

from __future__ import annotations

import math
import random
from pathlib import Path

import duckdb
import httpx
import pytest

from app.scoring.schema import TABLES
from app.store.portfolio import Portfolio
from training.score import score

CLIENTS = 200


@pytest.fixture(scope="module")
def some(portfolio: Portfolio) -> list[int]:
    draw = random.Random(7)
    return sorted({portfolio.random_client(draw) for _ in range(2 * CLIENTS)})[:CLIENTS]


def test_the_api_answers_what_the_dashboard_answers_for_200_clients(
    api: httpx.Client, portfolio: Portfolio, some: list[int]
) -> None:
    policy = portfolio.champion.recommended
    assert len(some) == CLIENTS
    for client in some:
        shown = portfolio.decide(client, policy)
        answer = api.post("/predict", json={"client": client}).json()
        assert answer == {
            "client": client,
            "probability": shown.probability,
            "points": shown.points,
            "decision": shown.outcome,
            "band": shown.band,
            "threshold": shown.threshold,
            "threshold_points": shown.threshold_points,
            "model_version": shown.model_version,
        }


def test_the_batch_and_the_batch_score_of_the_files_answer_the_same(
    api: httpx.Client, portfolio: Portfolio, some: list[int], raw_tables: Path, tmp_path: Path
) -> None:
    score(raw_tables, portfolio.folder / "champion", tmp_path / "scores.parquet")
    query = "SELECT SK_ID_CURR, probability, points, decision FROM read_parquet(?)"
    filed = {row[0]: row for row in duckdb.execute(query, [str(tmp_path / "scores.parquet")]).fetchall()}
    lines = api.post("/predict/batch", json={"clients": some}).json()["scores"]
    assert [line["client"] for line in lines] == some
    for line in lines:
        assert (line["client"], line["probability"], line["points"], line["decision"]) == filed[line["client"]]


def test_an_interpretation_adds_up_and_agrees_with_the_prediction(
    api: httpx.Client, portfolio: Portfolio, some: list[int]
) -> None:
    for client in some[:20]:
        predicted = api.post("/predict", json={"client": client}).json()
        explained = api.post("/interpretation", json={"client": client}).json()
        assert {name: explained[name] for name in predicted} == predicted
        effects = [effect["points"] for effect in explained["contributions"]]
        assert len(effects) == len(portfolio.champion.features)
        assert math.isclose(explained["average_points"] + math.fsum(effects), explained["points"], abs_tol=1e-9)
        assert all(reason["points"] > 0 for reason in explained["reasons_for"])
        assert all(reason["points"] < 0 for reason in explained["reasons_against"])


def test_reasons_come_in_the_asked_language_and_number(api: httpx.Client, some: list[int]) -> None:
    question = {"client": some[0], "most_reasons": 2}
    english, french = (
        api.post("/interpretation", json={**question, "language": language}).json() for language in ("en", "fr")
    )
    for side in ("reasons_for", "reasons_against"):
        assert [reason["feature"] for reason in english[side]] == [reason["feature"] for reason in french[side]]
        assert 1 <= len(english[side]) <= 2
        assert all(one["text"] != other["text"] for one, other in zip(english[side], french[side], strict=True))


@pytest.mark.parametrize(("order", "decision"), [("ASC", "accept"), ("DESC", "refuse")])
def test_a_clearly_solvent_client_is_accepted_and_a_clearly_insolvent_one_refused(
    api: httpx.Client, portfolio: Portfolio, order: str, decision: str
) -> None:
    with portfolio.engine.connect() as connection:
        query = f"SELECT SK_ID_CURR FROM clients ORDER BY probability {order} LIMIT 1"
        client = connection.exec_driver_sql(query).scalar_one()
    answer = api.post("/predict", json={"client": client}).json()
    assert answer["decision"] == answer["band"] == decision
    assert abs(answer["points"] - answer["threshold_points"]) > 20


def test_a_whole_number_may_be_written_as_json_writes_it(api: httpx.Client, some: list[int]) -> None:
    assert api.post("/predict", json={"client": float(some[0])}).json()["client"] == some[0]


def test_a_batch_keeps_the_order_repeats_and_lists_whom_it_does_not_know(api: httpx.Client, some: list[int]) -> None:
    asked = [some[5], 7, some[0], some[5]]
    answer = api.post("/predict/batch", json={"clients": asked}).json()
    assert [line["client"] for line in answer["scores"]] == [some[5], some[0], some[5]]
    assert answer["unknown"] == [7]


def _raw(folder: Path, client: int) -> tuple[dict, dict[str, list[dict]]]:
    def rows(table: str, where: str) -> list[dict]:
        found = duckdb.execute(f"SELECT * FROM read_parquet(?) WHERE {where}", [str(folder / f"{table}.parquet")])
        return found.df().astype(object).where(lambda frame: frame.notna(), None).to_dict("records")

    for name in ("application_train", "application_test"):
        if found := rows(name, f"SK_ID_CURR = {client}"):
            application = {key: value for key, value in found[0].items() if key != "TARGET"}
    loans = f"SK_ID_BUREAU IN (SELECT SK_ID_BUREAU FROM '{folder}/bureau.parquet' WHERE SK_ID_CURR = {client})"
    histories = {}
    for name in TABLES:
        if not name.startswith("application"):
            of_client = rows(name, loans if name == "bureau_balance" else f"SK_ID_CURR = {client}")
            histories[name] = [{key: value for key, value in row.items() if key != "SK_ID_CURR"} for row in of_client]
    return application, histories


def test_a_published_clients_own_rows_sent_as_a_new_application_score_the_same(
    api: httpx.Client, some: list[int], raw_tables: Path
) -> None:
    for client in some[:6]:
        application, history = _raw(raw_tables, client)
        answer = api.post("/score", json={"application": application, "history": history})
        assert answer.status_code == 200, answer.text
        published = api.post("/interpretation", json={"client": client}).json()
        assert {**answer.json(), "notices": []} == published


def test_an_application_without_history_is_scored_and_is_not_the_one_with(
    api: httpx.Client, some: list[int], raw_tables: Path
) -> None:
    application, _ = _raw(raw_tables, some[0])
    alone = api.post("/score", json={"application": application}).json()
    effects = {effect["feature"]: effect["value"] for effect in alone["contributions"]}
    assert effects["bureau_active_share"] is None
    assert 0 < alone["probability"] < 1


def test_clients_are_paged_ascending_without_gap(api: httpx.Client, portfolio: Portfolio) -> None:
    first = api.get("/clients", params={"limit": 7}).json()
    second = api.get("/clients", params={"limit": 7, "after": first["next_after"]}).json()
    both = api.get("/clients", params={"limit": 14}).json()["clients"]
    assert first["clients"] + second["clients"] == both == sorted(both)
    assert first["total"] == portfolio.size
    assert api.get("/clients", params={"after": 999_999_999_999}).json()["next_after"] is None


def test_model_policy_and_readiness_name_one_version(api: httpx.Client, portfolio: Portfolio) -> None:
    ready, model, policy = (api.get(path).json() for path in ("/ready", "/model", "/policy"))
    assert ready["model_version"] == model["model_version"] == policy["model_version"] == portfolio.champion.version
    assert ready["commit"] == "0f1e2d3c" and ready["release"] == portfolio.release
    assert model["card"] == portfolio.champion.card
    assert policy["threshold"] == portfolio.champion.recommended.threshold
