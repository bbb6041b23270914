"""Answers over everyone equal brute force over the same rows."""

import random

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.scoring.features import FEATURES
from app.scoring.peers.comparison import SMALLEST_GROUP, Outcomes
from app.scoring.peers.peer_group import EVERYONE, Between, Neighbours, OneOf
from app.scoring.problems import QuestionProblem
from app.store.questions import compare, cross, nearest, outcomes

NUMBERS = [feature.name for feature in FEATURES if feature.kind != "category"]
CATEGORIES = [feature.name for feature in FEATURES if feature.kind == "category"]
INCOME_TYPES = ("Working", "Pensioner", "State servant", None)


@pytest.fixture(scope="session")
def rows(demo):
    return pd.read_parquet(demo.folder / "clients.parquet").set_index("SK_ID_CURR")


def counted(rows):
    known = rows.defaulted.dropna()
    return Outcomes(int((known == 0).sum()), int((known == 1).sum()), int(rows.defaulted.isna().sum()))


def meeting(rows, conditions):
    kept = pd.Series(True, index=rows.index)
    for condition in conditions:
        column = rows[condition.column]
        if isinstance(condition, Between):
            low = -np.inf if condition.low is None else condition.low
            high = np.inf if condition.high is None else condition.high
            kept &= column.between(low, high) & column.notna()
        else:
            known = [value for value in condition.values if value is not None]
            kept &= column.isin(known) | (column.isna() & (None in condition.values))
    return rows[kept]


def draw_conditions(data, rows):
    low, high = sorted(data.draw(st.tuples(*[st.sampled_from(rows.credit.tolist())] * 2)))
    options = [
        Between("credit", low, high),
        Between("age", data.draw(st.floats(20, 70)), None),
        Between("external_score_1", None, data.draw(st.floats(0, 1))),
        OneOf("income_type", tuple(data.draw(st.sets(st.sampled_from(INCOME_TYPES))))),
        OneOf("population", ("current",)),
        Between("points", None, data.draw(st.floats(500, 620))),
    ]
    return tuple(data.draw(st.lists(st.sampled_from(options), max_size=4)))


BRUTE = settings(max_examples=40)


@BRUTE
@given(data=st.data())
def test_counts_are_those_of_brute_force(demo, rows, data):
    conditions = draw_conditions(data, rows)
    assert outcomes(demo.folder, conditions) == counted(meeting(rows, conditions))


@BRUTE
@given(data=st.data())
def test_places_among_everyone_and_in_the_group_are_those_of_brute_force(demo, rows, data):
    conditions, feature = draw_conditions(data, rows), data.draw(st.sampled_from(NUMBERS + CATEGORIES))
    client = data.draw(st.sampled_from(rows.index.tolist()))
    told = compare(demo.folder, feature, demo.client(client).features, conditions, demo.population)
    own = rows.loc[client, feature]
    for spread, within in ((told.everyone, rows), (told.group, meeting(rows, conditions))):
        values = within[feature].dropna()
        assert spread.outcomes == counted(within)
        assert spread.missing == counted(within[within[feature].isna()])
        if pd.isna(own) or values.empty:
            assert spread.percentile is None and spread.same is None
        else:
            assert spread.same == pytest.approx((values == own).mean())
            if feature in NUMBERS:
                assert spread.percentile == pytest.approx((values < own).mean() + (values == own).mean() / 2)
            else:
                assert spread.percentile is None
        assert (spread.outcomes.rate is None) == (within.defaulted.notna().sum() < SMALLEST_GROUP)


def test_the_percentile_is_within_the_group_not_over_everyone(demo, rows):
    client = rows.credit.idxmax()
    told = compare(
        demo.folder, "credit", demo.client(client).features, (Between("credit", 0, 300_000),), demo.population
    )
    assert told.group.percentile == 1.0
    median = (rows.credit - rows.credit.median()).abs().idxmin()
    smaller = (Between("credit", None, rows.credit[median] - 1),)
    told = compare(demo.folder, "credit", demo.client(median).features, smaller, demo.population)
    assert told.everyone.percentile == pytest.approx(0.5, abs=0.02) and told.group.percentile == 1.0


def test_histogram_bins_hold_exactly_their_values(demo, rows):
    client = rows.index[0]
    told = compare(demo.folder, "annuity", demo.client(client).features, EVERYONE, demo.population)
    inner = told.axis.edges[1:-1]
    expected = np.bincount(np.searchsorted(inner, rows.annuity.dropna(), side="right"), minlength=told.axis.bins)
    found = np.array([each.clients for each in told.everyone.bins])
    assert np.abs(found - expected).sum() <= 2, "a value on a border may round to either side"
    assert found.sum() == rows.annuity.notna().sum()


def test_categories_are_counted_by_name(demo, rows):
    told = compare(demo.folder, "income_type", demo.client(rows.index[0]).features, EVERYONE, demo.population)
    for category, found in zip(told.axis.categories, told.everyone.bins, strict=True):
        assert found == counted(rows[rows.income_type == category])


FEATURES_OF_NEARNESS = ("credit", "external_score_1", "occupation", "owns_car")


@BRUTE
@given(data=st.data())
def test_neighbours_are_those_of_brute_force_and_never_the_client(demo, rows, data):
    client = data.draw(st.sampled_from(rows.index.tolist()))
    features = tuple(data.draw(st.lists(st.sampled_from(FEATURES_OF_NEARNESS), min_size=1, unique=True)))
    distance = pd.Series(0.0, index=rows.index)
    for name in features:
        own, column = rows.loc[client, name], rows[name]
        edges = demo.population[name].edges
        width = (edges[-1] - edges[0] if len(edges) > 1 else 0.0) or 1.0
        if pd.isna(own):
            distance += column.notna().astype(float)
        elif name == "occupation":
            distance += (column != own).astype(float)
        else:
            distance += ((column - own).abs() / width).clip(upper=1.0).fillna(1.0)
    ranked = distance.drop(client).round(12).sort_index().sort_values(kind="stable")
    told = compare(
        demo.folder, "credit", demo.client(client).features, Neighbours(client, features, 80), demo.population
    )
    assert told.group.outcomes.clients == 80
    farther = ranked.iloc[80] > ranked.iloc[79]
    if farther:  # ties at the border may round either way
        assert told.group.outcomes == counted(rows.loc[ranked.index[:80]])


def test_neighbours_once_found_are_the_same_group(demo, rows):
    client = int(rows.index[7])
    row, group = demo.client(client).features, Neighbours(client, FEATURES_OF_NEARNESS, 90)
    found = nearest(demo.folder, group, row, demo.population)
    assert len(set(found.clients)) == 90 and client not in found.clients
    asked = (demo.folder, "income", row)
    assert compare(*asked, found, demo.population) == compare(*asked, group, demo.population)


@pytest.mark.parametrize(
    ("first", "second"), [("credit", "annuity"), ("credit", "income_type"), ("education", "housing")]
)
def test_two_features_at_once_are_counted_as_by_brute_force(demo, rows, first, second):
    client, conditions = rows.index[5], (Between("age", 30, 50),)
    told = cross(demo.folder, first, second, demo.client(client).features, conditions, demo.population)
    within = meeting(rows, conditions)
    known = within[within[first].notna() & within[second].notna()]
    assert sum(told.cells.values(), Outcomes()) == counted(known)
    assert told.missing == counted(within.drop(known.index))
    assert told.cells[told.first.bin, told.second.bin].clients > 0
    if first in CATEGORIES:
        for (left, right), found in told.cells.items():
            chosen = (known[first] == told.first.categories[left]) & (known[second] == told.second.categories[right])
            assert found == counted(known[chosen])


def test_a_group_without_a_member_is_empty_not_an_error(demo, rows):
    nobody = (Between("credit", -2.0, -1.0),)
    row = demo.client(int(rows.index[0])).features
    told = compare(demo.folder, "credit", row, nobody, demo.population)
    assert told.group.outcomes == Outcomes() and told.group.percentile is None and told.group.too_small
    assert outcomes(demo.folder, (OneOf("income_type", ()),)) == Outcomes()
    assert cross(demo.folder, "credit", "income", row, nobody, demo.population).cells == {}


@pytest.mark.parametrize("name", ["TARGET", 'credit" OR 1=1 --', "", "defaulted", "credit; DROP TABLE clients"])
def test_a_column_that_is_not_declared_is_a_sentence(demo, name):
    with pytest.raises(QuestionProblem, match="no item named"):
        outcomes(demo.folder, (Between(name, 0, 1),))


def test_values_are_bound_never_read_as_sql(demo):
    assert outcomes(demo.folder, (OneOf("income_type", ("x') OR true --",)),)) == Outcomes()


def test_nearness_on_nothing_is_a_sentence(demo, rows):
    client = int(rows.index[0])
    with pytest.raises(QuestionProblem, match="No item"):
        compare(demo.folder, "credit", demo.client(client).features, Neighbours(client, ()), demo.population)


def test_threads_ask_at_once_and_get_their_own_answers(demo, rows):
    from concurrent.futures import ThreadPoolExecutor

    bounds = [random.Random(place).uniform(1e5, 1e6) for place in range(40)]
    with ThreadPoolExecutor(8) as pool:
        found = pool.map(lambda bound: outcomes(demo.folder, (Between("credit", None, bound),)).clients, bounds)
        assert list(found) == [int((rows.credit <= bound).sum()) for bound in bounds]
