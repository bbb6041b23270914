"""Who is near whom: the distance of brute force, whatever is left out of it on the way."""

import numpy as np
import pandas as pd
import pytest

from app.scoring.features import by_name
from app.scoring.peers.nearness import STEPS, WHOLE, nearness_of, weights_of
from app.scoring.population import summarise
from app.scoring.problems import QuestionProblem

CLIENTS = 400
NAMES = [name for name, feature in by_name.items() if not feature.protected][:60]
PLACES = np.arange(CLIENTS)


@pytest.fixture(scope="module")
def rows():
    """Made-up clients on sixty inputs, a tenth of the values missing; the last three are the first one over again."""
    draw = np.random.default_rng(5)
    rows = pd.DataFrame(index=draw.permutation(PLACES) + 100_001)
    for name in NAMES:
        if by_name[name].kind == "category":
            values = pd.Series(draw.choice(["a", "b", "c"], CLIENTS), rows.index, dtype="object")
        else:
            values = pd.Series(draw.lognormal(3, 1, CLIENTS).round(1), rows.index)
        rows[name] = values.mask(draw.random(CLIENTS) < 0.1)
    for place in (-3, -2, -1):
        rows.iloc[place] = rows.iloc[0]
    return rows


@pytest.fixture(scope="module")
def known(rows):
    return summarise(rows, pd.Series(np.nan, rows.index), [by_name[name] for name in NAMES])


@pytest.fixture(scope="module")
def weights():
    return weights_of({name: 10.0 / (place + 1) for place, name in enumerate(NAMES)})


@pytest.fixture(scope="module")
def nearness(rows, known, weights):
    columns = ((name, rows[name].reset_index(drop=True)) for name in NAMES)
    return nearness_of(rows.index.to_numpy(), columns, weights, known)


def apart(name, one, other, weight, known):
    """What an input adds to the distance, in millionths, worked out by hand."""
    if pd.isna(one) or pd.isna(other):
        return 0 if pd.isna(one) and pd.isna(other) else weight
    if by_name[name].kind == "category":
        return 0 if one == other else weight
    low, high = known[name].edges[0], known[name].edges[-1]
    steps = [round(min(max((value - low) / (high - low) + 1, 0), 3) * STEPS) for value in (one, other)]
    return round(min(abs(steps[0] - steps[1]), STEPS) * weight / STEPS)


@pytest.mark.parametrize("size", [1, 25, 100, CLIENTS + 7])
def test_the_nearest_are_those_of_brute_force_ties_by_number(nearness, rows, known, weights, size):
    client = int(rows.index[0])
    distances = {
        int(other): sum(apart(name, row[name], rows.loc[client, name], weights[name], known) for name in NAMES)
        for other, row in rows.iterrows()
        if other != client
    }
    expected = sorted(distances, key=lambda other: (distances[other], other))[:size]
    found = nearness.nearest(client, size)
    assert [near.client for near in found] == expected
    assert [near.distance for near in found] == [distances[other] / WHOLE for other in expected]
    twins = sorted(int(other) for other in rows.index[-3:])
    assert [near.client for near in found[:3]] == twins[: len(found)], "who is alike in everything, by number"
    assert all(near.apart == () for near in found[:3])


def test_what_differs_most_comes_first(nearness, rows, known, weights):
    client = int(rows.index[7])
    near = nearness.nearest(client, 5)[-1]
    added = [apart(n, rows.loc[near.client, n], rows.loc[client, n], weights[n], known) for n in near.apart]
    assert added == sorted(added, reverse=True) and min(added) > 0 and sum(added) == round(near.distance * WHOLE)


def test_gender_age_and_family_count_for_nothing_whatever_a_model_reads():
    weights = weights_of(
        {"age": 30.0, "gender": 20.0, "family_status": 9.0, "credit": 3.0, "income": 1.0, "annuity": 0}
    )
    assert weights == {"credit": 750_000, "income": 250_000}
    assert weights_of({"age": 1.0}) == {}


def test_who_is_not_among_them_is_a_sentence(nearness):
    for client in (1, 100_000, 100_001 + CLIENTS):
        with pytest.raises(QuestionProblem, match="is not among those who can be compared"):
            nearness.nearest(client, 5)


def test_nobody_is_near_who_is_alone(rows, known, weights):
    alone = rows.iloc[[0]]
    columns = ((name, alone[name].reset_index(drop=True)) for name in NAMES)
    assert nearness_of(alone.index.to_numpy(), columns, weights, known).nearest(int(alone.index[0]), 5) == ()
