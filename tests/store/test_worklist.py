"""Finding files by attributes, in the order of work."""

import random

import pandas as pd
import pytest

from app.scoring.peers.peer_group import Between, OneOf, in_band
from app.scoring.problems import QuestionProblem
from app.store.questions import outcomes
from app.store.worklist import SHOWN, random_like, search

WORKING = (OneOf("income_type", ("Working",)), Between("credit", 200_000, 700_000))


@pytest.fixture(scope="session")
def rows(demo):
    return pd.read_parquet(demo.folder / "clients.parquet").set_index("SK_ID_CURR")


@pytest.fixture(scope="session")
def policy(demo):
    return demo.champion.recommended


def test_the_queue_puts_the_grey_zone_first_nearest_to_the_threshold_first(demo, policy):
    lines = search(demo, (), policy, limit=demo.size).lines
    distances = [abs(line.distance) for line in lines]
    assert distances == pytest.approx(sorted(distances))
    bands = [line.band == "review" for line in lines]
    assert bands == sorted(bands, reverse=True) and 0 < sum(bands) < len(bands)


def test_a_line_shows_the_stored_file(demo, rows, policy):
    for line in search(demo, WORKING, policy, limit=20).lines:
        stored = rows.loc[line.client]
        assert (line.population, line.probability) == (stored.population, stored.probability)
        assert line.points == pytest.approx(stored.points)
        assert line.band == policy.band(stored.probability, stored.points)
        assert {name: stored[name] for name in SHOWN if pd.notna(stored[name])}.items() <= line.features.items()


def test_the_count_is_live_and_pages_do_not_overlap(demo, rows, policy):
    found = search(demo, WORKING, policy, limit=30)
    expected = rows[(rows.income_type == "Working") & rows.credit.between(200_000, 700_000)]
    assert found.found == len(expected) == outcomes(demo.folder, WORKING).clients
    pages = [search(demo, WORKING, policy, limit=30, offset=30 * page).lines for page in range(3)]
    clients = [line.client for page in pages for line in page]
    assert len(set(clients)) == len(clients) == 90
    beyond = search(demo, WORKING, policy, offset=10**6)
    assert beyond.lines == () and beyond.found == len(expected)


@pytest.mark.parametrize("descending", [False, True])
def test_any_column_sorts_with_missing_values_last(demo, rows, policy, descending):
    lines = search(demo, (), policy, "external_score_1", descending, demo.size, features=("external_score_1",)).lines
    values = [line.features["external_score_1"] for line in lines]
    known = [value for value in values if value is not None]
    assert known == sorted(known, reverse=descending)
    assert values[: len(known)] == known and len(known) < len(values)


def test_bands_split_everyone(demo, policy):
    counts = [search(demo, (in_band(band, policy),), policy, limit=1).found for band in ("accept", "review", "refuse")]
    assert sum(counts) == demo.size and min(counts) > 0


def test_a_random_client_meets_the_conditions_and_varies(demo, rows):
    draw = random.Random(1)
    drawn = {random_like(demo, WORKING, draw) for _ in range(30)}
    assert len(drawn) > 15
    assert (rows.loc[list(drawn)].income_type == "Working").all()


def test_nobody_like_this_is_none_and_an_empty_list(demo, policy):
    nobody = (Between("credit", -2.0, -1.0),)
    assert random_like(demo, nobody) is None
    assert search(demo, nobody, policy).lines == () and search(demo, nobody, policy).found == 0


def test_sorting_by_what_is_not_declared_is_a_sentence(demo, policy):
    with pytest.raises(QuestionProblem):
        search(demo, (), policy, sort="credit; DROP TABLE clients")
