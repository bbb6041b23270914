"""Looking clients up in a release, and refusing a release whose parts disagree."""

import json
import random
import shutil

import pandas as pd
import pytest

from app.scoring.champion import hash_of
from app.scoring.policy import Policy
from app.scoring.problems import ModelProblem, PortfolioProblem, UnknownClient
from app.store.portfolio import Portfolio, parse_client


@pytest.mark.parametrize(("typed", "client"), [("100002", 100002), (" 100002 ", 100002), ("0100002", 100002)])
def test_a_client_number_is_read_as_typed(typed, client):
    assert parse_client(typed) == client


TYPED_WRONG = [
    "",
    " ",
    "abc",
    "-5",
    "0",
    "1.5",
    "1e5",
    "1" * 20,
    "１００００２",
    "²",
    "1; DROP TABLE clients",
    "<b>1</b>",
    "١",
]


@pytest.mark.parametrize("typed", TYPED_WRONG)
def test_what_is_no_client_number_is_refused_in_words(typed):
    with pytest.raises(UnknownClient, match="digits only"):
        parse_client(typed)


def test_an_unknown_client_is_told_by_number(demo):
    with pytest.raises(UnknownClient, match="999999999"):
        demo.client(999_999_999)


def test_ids_are_dataset_ids_never_positions(demo):
    rows = pd.read_parquet(demo.folder / "clients.parquet", columns=["SK_ID_CURR", "probability"])
    for row in rows.sample(50, random_state=1).itertuples():
        assert demo.client(row.SK_ID_CURR).probability == row.probability


def test_the_two_forms_of_a_release_hold_the_same_rows(demo):
    rows = pd.read_parquet(demo.folder / "clients.parquet").set_index("SK_ID_CURR")
    for client in rows.sample(30, random_state=2).index:
        expected = {name: None if pd.isna(value) else value for name, value in rows.loc[client].items()}
        assert dict(demo.client(client).features).items() <= expected.items()


def test_a_random_client_is_one_of_the_portfolio(demo):
    draw = random.Random(3)
    drawn = {demo.random_client(draw) for _ in range(20)}
    assert len(drawn) > 10
    assert all(demo.client(client).client == client for client in drawn)


def test_the_next_grey_zone_client_walks_through_all_of_them_and_starts_again(demo):
    rows = pd.read_parquet(demo.folder / "clients.parquet", columns=["SK_ID_CURR", "points"])
    policy = Policy(0.09, grey_zone_points=0.5)
    near = rows[(rows.points - policy.threshold_points).abs() <= 0.5].SK_ID_CURR.sort_values().tolist()
    assert len(near) > 2
    walked = [demo.next_in_grey_zone(policy)]
    for _ in near:
        walked.append(demo.next_in_grey_zone(policy, after=walked[-1]))
    assert walked == [*near, near[0]]


def test_there_may_be_no_grey_zone_client(demo):
    assert demo.next_in_grey_zone(Policy(1e-9, grey_zone_points=0.0)) is None


def test_nothing_published_is_a_sentence(tmp_path):
    with pytest.raises(PortfolioProblem, match="No portfolio is published"):
        Portfolio.open(tmp_path)


@pytest.mark.parametrize("content", ["", "{", "[]", "{}", '{"release": "no-such-release"}', '{"release": null}'])
def test_a_broken_pointer_is_a_sentence(root, content):
    (root / "serving.json").write_text(content)
    with pytest.raises(PortfolioProblem, match="missing or altered"):
        Portfolio.open(root)


@pytest.mark.parametrize("name", ["manifest.json", "population.json", "clients.sqlite", "clients.parquet"])
def test_a_missing_or_altered_part_is_named(root, served, name):
    (served / name).write_bytes(b"" if name == "manifest.json" else (served / name).read_bytes() + b"x")
    with pytest.raises(PortfolioProblem, match=name):
        Portfolio.open(root)
    (served / name).unlink()
    with pytest.raises(PortfolioProblem, match=name):
        Portfolio.open(root)


def test_a_part_altered_within_its_size_is_named(root, served):
    manifest = json.loads((served / "manifest.json").read_text())
    assert manifest["hashes"]
    for name in manifest["hashes"]:
        whole = (served / name).read_bytes()
        (served / name).write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
        with pytest.raises(PortfolioProblem, match=name):
            Portfolio.open(root)
        (served / name).write_bytes(whole)
    Portfolio.open(root)


def test_a_champion_of_another_version_is_refused(root, served):
    manifest = json.loads((served / "manifest.json").read_text())
    (served / "manifest.json").write_text(json.dumps({**manifest, "model_version": "7-deadbeef"}))
    with pytest.raises(PortfolioProblem, match="7-deadbeef"):
        Portfolio.open(root)


def test_an_altered_champion_is_refused(root, served):
    booster = served / "champion" / "artifacts" / "booster.txt"
    booster.write_text(booster.read_text().replace("leaf_value=", "leaf_value=9", 1))
    with pytest.raises(ModelProblem, match=r"booster\.txt"):
        Portfolio.open(root)


@pytest.mark.parametrize("column", ["external_score_2", "age", "points"])
def test_a_portfolio_that_lacks_a_declared_column_is_refused(root, served, column):
    import sqlite3

    with sqlite3.connect(served / "clients.sqlite") as connection:
        connection.execute("DROP INDEX clients_by_points")
        connection.execute(f"ALTER TABLE clients DROP COLUMN {column}")
    manifest = json.loads((served / "manifest.json").read_text())
    manifest["sizes"]["clients.sqlite"] = (served / "clients.sqlite").stat().st_size
    manifest["hashes"]["clients.sqlite"] = hash_of(served / "clients.sqlite")
    (served / "manifest.json").write_text(json.dumps(manifest))
    with pytest.raises(PortfolioProblem, match=column):
        Portfolio.open(root)


def test_a_model_of_another_feature_list_than_the_desks_is_refused(root, monkeypatch):
    from app.store import portfolio

    declared = {name: feature for name, feature in portfolio.by_name.items() if name != "external_score_2"}
    monkeypatch.setattr(portfolio, "by_name", declared)
    with pytest.raises(PortfolioProblem, match="reads external_score_2"):
        Portfolio.open(root)


def test_a_portfolio_that_moved_still_opens(root, tmp_path):
    shutil.move(root, tmp_path / "moved")
    assert Portfolio.open(tmp_path / "moved").size > 0


def test_a_served_portfolio_cannot_be_written_by_a_reader(root):
    from sqlalchemy import text
    from sqlalchemy.exc import OperationalError

    portfolio = Portfolio.open(root)
    with portfolio.engine.connect() as connection, pytest.raises(OperationalError, match="readonly"):
        connection.execute(text("DELETE FROM clients"))
