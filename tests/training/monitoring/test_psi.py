"""The stability index equals its definition, splits exactly, and says nothing that chance would say."""

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from app.scoring.drift import Stability, from_json, ranked
from app.scoring.features.feature import Feature
from app.scoring.population import Distribution, deciles, of_number, separated_deciles, summarise
from app.scoring.problems import DriftProblem
from training.monitoring.psi import (
    ACT,
    INVESTIGATE,
    overall,
    rare_together,
    signal_of,
    split_psi,
    stability,
    uncertainty,
)

COUNTS = st.lists(st.tuples(st.integers(0, 400), st.integers(0, 400)), min_size=2, max_size=8)
VALUES = st.lists(
    st.one_of(st.none(), st.floats(-5, 5), st.sampled_from([0.0, 1.0, math.inf, -math.inf])), min_size=1, max_size=60
)


def sides(counts):
    before, now = (np.array(side, dtype=float) for side in zip(*counts, strict=True))
    assume(before.sum() and now.sum())
    return before, now


def brute_force(before, now):
    """The definition over smoothed shares, bin by bin: the index, and what missing values alone make of it."""
    bins = [place for place in range(len(before) - 1) if before[place] + now[place]]
    pooled = sum(before[place] + now[place] for place in bins)
    both_kinds = pooled > 0 and before[-1] + now[-1] > 0

    def shares(side):
        provided = sum(side[place] for place in bins)
        share = (provided + 0.5) / (provided + side[-1] + 1) if both_kinds else float(pooled > 0)
        prior = [0.5 * len(bins) * (before[place] + now[place]) / pooled for place in bins]
        whole = provided + sum(prior)
        return share, [share * (side[place] + more) / whole for place, more in zip(bins, prior, strict=True)]

    (known_before, p), (known_now, q) = shares(before), shares(now)
    missing = [(1 - known_before, 1 - known_now)] if both_kinds else []
    term = lambda p, q: (q - p) * math.log(q / p)  # noqa: E731
    whole = sum(term(*pair) for pair in [*zip(p, q, strict=True), *missing])
    alone = sum(term(*pair) for pair in [(known_before, known_now), *missing]) if both_kinds else 0.0
    return whole, alone


@given(COUNTS)
def test_the_index_is_its_definition_and_its_parts_sum_to_it(counts):
    before, now = sides(counts)
    split = split_psi(before, now)
    whole, missing = brute_force(before, now)
    assert split.psi == pytest.approx(whole, abs=1e-9)
    assert split.missing == pytest.approx(missing, abs=1e-9)
    assert split.values >= -1e-9 and split.missing >= 0
    assert split.bins == sum(1 for one, other in counts if one + other)


@given(COUNTS)
def test_neither_side_is_the_first(counts):
    before, now = sides(counts)
    assert split_psi(before, now).psi == pytest.approx(split_psi(now, before).psi)


@given(COUNTS, st.integers(1, 9))
def test_the_same_shares_are_no_drift_whatever_the_sizes(counts, times):
    before, _ = sides(counts)
    many = 1_000 * before
    assert split_psi(many, many * times).psi == pytest.approx(0, abs=1e-6)


def test_with_many_clients_it_is_the_textbook_index():
    before, now = np.array([200_000, 300_000, 500_000, 0.0]), np.array([300_000, 300_000, 400_000, 0.0])
    textbook = 0.1 * math.log(3 / 2) + 0.1 * math.log(5 / 4)
    assert split_psi(before, now).psi == pytest.approx(textbook, rel=1e-4)


def test_values_that_move_and_values_that_vanish_are_told_apart():
    reference = np.array([1000.0, 1000, 1000, 1000, 0])
    vanished = split_psi(reference, np.array([500.0, 500, 500, 500, 2000]))
    moved = split_psi(reference, np.array([2500.0, 500, 500, 500, 0]))
    assert vanished.missing > 4 and vanished.values == pytest.approx(0, abs=1e-9)
    assert moved.values > ACT and moved.missing == 0.0


def test_a_column_that_is_lost_altogether_is_missing_drift_only():
    lost = split_psi(np.array([9000.0, 200, 100, 0]), np.array([0.0, 0, 0, 1000]))
    assert lost.missing > 10 and lost.values == pytest.approx(0, abs=1e-9)


@given(VALUES, VALUES)
def test_every_current_value_is_counted_in_the_bin_it_lies_in(known, today):
    reference = of_number("income", pd.Series(known, dtype=float), np.full(len(known), np.nan), deciles_of_finite)
    told = stability(reference, pd.Series(today, dtype=float), compared=1)
    present = [value for value in today if value is not None]
    for place, count in enumerate(told.current[:-1]):
        low = told.edges[place - 1] if place else -math.inf
        high = told.edges[place] if place < len(told.edges) else math.inf
        last = place == len(told.edges)
        assert count == sum(low <= value and (value < high or last) for value in present), (low, high)
    assert told.current[-1] == len(today) - len(present)
    assert sum(told.reference) == len(known)


def deciles_of_finite(values):
    return separated_deciles(values[np.isfinite(values)])


@given(st.lists(st.sampled_from(["a", "b", None]), min_size=1), st.lists(st.sampled_from(["a", "b", "c", "d", None])))
def test_every_current_category_is_counted_and_new_ones_are_named(known, today):
    assume(today)
    feature = Feature("housing", "Housing", "", "category", "application")
    rows = pd.DataFrame({"housing": pd.Series(known, dtype=object)})
    reference = summarise(rows, pd.Series(np.nan, index=rows.index), [feature])["housing"]
    told = stability(reference, pd.Series(today, dtype=object), compared=1)
    for place, value in enumerate(told.categories):
        assert told.current[place] == today.count(value)
    new = {value: today.count(value) for value in {*today} - {*known} - {None}}
    assert dict(told.new_categories) == new
    assert told.current[-2] == sum(new.values()) and told.current[-1] == today.count(None)
    assert told.reference[-2] == 0


@pytest.mark.parametrize(("clients", "others"), [(53_000, 1_000), (5_000, 5_000), (50_000, 300)])
def test_without_drift_chance_is_exceeded_as_often_as_said(clients, others):
    draws = np.random.default_rng(7)
    shares = np.array([0.1] * 9 + [0.06, 0.04])
    exceeded = 0
    for _ in range(2_000):
        before, now = draws.multinomial(clients, shares), draws.multinomial(others, shares)
        split = split_psi(before.astype(float), now.astype(float))
        exceeded += split.psi > uncertainty(split, clients, others, 1).chance
    assert 0.035 <= exceeded / 2_000 <= 0.065


@pytest.mark.parametrize("moved", [0.0, 0.03, 0.08])
def test_the_interval_holds_the_true_index_nineteen_times_in_twenty(moved):
    draws = np.random.default_rng(11)
    p = np.full(11, 1 / 11)
    q = p + moved * np.array([1, 1, 0, 0, 0, 0, 0, 0, 0, -0.5, -1.5]) / 2
    truth = float(np.sum((q - p) * np.log(q / p)))
    held = 0
    for _ in range(1_000):
        before, now = draws.multinomial(20_000, p).astype(float), draws.multinomial(2_000, q).astype(float)
        told = uncertainty(split_psi(before, now), 20_000, 2_000, 1)
        held += told.low <= truth <= told.high
    assert 0.925 <= held / 1_000 <= 0.985


@given(st.floats(0, 2), st.floats(0, 2))
@settings(max_examples=300)
def test_bands_speak_only_beyond_chance(psi, chance):
    told = signal_of(psi, chance)
    if psi <= chance or psi < INVESTIGATE:
        assert told == "stable"
    else:
        assert told == ("act" if psi >= ACT else "investigate")


def test_an_outlier_does_not_hide_a_raise_of_a_third():
    draws = np.random.default_rng(3)
    income = pd.Series(draws.lognormal(12, 0.5, 20_000))
    reference = of_number("income", income, np.full(len(income), np.nan), deciles)
    today = pd.Series(draws.lognormal(12, 0.5, 5_000)) * 1.35
    today.iloc[0] = 1e12
    assert stability(reference, today, compared=244).signal == "act"


def test_a_rare_flag_has_bins_of_its_own():
    known = pd.Series([0.0] * 970 + [1.0] * 30)
    outcome = np.full(1_000, np.nan)
    assert of_number("flag", known, outcome, deciles).edges == (0.0,)
    reference = of_number("flag", known, outcome, separated_deciles)
    assert reference.edges == (0.0, 1.0) and reference.clients == (0, 970, 30, 0)
    assert stability(reference, pd.Series([0.0] * 600 + [1.0] * 400), compared=1).signal == "act"


@pytest.mark.parametrize("values", [[2.0] * 500, [np.nan] * 500, [np.inf] * 250 + [-np.inf] * 250])
def test_constant_missing_and_infinite_columns_are_compared_too(values):
    column = pd.Series(values)
    for known in (pd.Series([2.0] * 900), pd.Series(np.arange(900.0)), pd.Series([np.nan] * 900)):
        told = stability(of_number("income", known, np.full(900, np.nan), separated_deciles), column, compared=1)
        assert math.isfinite(told.psi) and told.low <= told.high
        same = known.iloc[0] == column.iloc[0] or (known.isna().all() and column.isna().all())
        assert (told.signal == "stable") == same


def test_a_category_nobody_had_is_new_even_where_nothing_was_known():
    empty = Distribution("walls", (), (), (900,), (0,), (0,), None, None, None)
    told = stability(empty, pd.Series(["Stone"] * 300 + [None] * 100), compared=1)
    assert told.new_categories == (("Stone", 300),) and told.signal == "act"


def moved(feature, psi, importance, chance=0.01, signal="act"):
    return Stability(feature, psi, 0, 1, chance, psi, 0, (), (), (1, 0), (1, 0), (), importance, signal)


def test_rank_is_importance_times_drift_beyond_chance():
    strong, weak = moved("strong", 0.2, 0.3), moved("weak", 0.9, 0.05)
    noise, unread = moved("noise", 0.009, 0.6), moved("unread", 3.0, 0.0)
    assert [each.feature for each in ranked([unread, noise, weak, strong])] == ["strong", "weak", "noise", "unread"]


def test_what_to_do_follows_the_score_and_what_the_model_reads():
    calm = moved("points", 0.01, 0, signal="stable")
    assert overall(calm, (moved("a", 0.01, 0.5, signal="stable"), moved("b", 9, 0.0))) == "stable"
    assert overall(calm, (moved("a", 0.15, 0.5, signal="investigate"),)) == "investigate"
    assert overall(calm, (moved("a", 3, 0.08), moved("b", 0.01, 0.92, signal="stable"))) == "investigate"
    assert overall(calm, (moved("a", 3, 0.08), moved("b", 3, 0.02))) == "act"
    assert overall(moved("points", 0.3, 0), ()) == "act"
    assert overall(moved("points", 0.12, 0, signal="investigate"), ()) == "investigate"


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"format": 1}', "nonsense"])
def test_a_record_that_is_none_is_told_in_words(text):
    with pytest.raises(DriftProblem, match="cannot be read"):
        from_json(text)


def test_a_record_of_another_format_is_told_in_words():
    with pytest.raises(DriftProblem, match="of format 9"):
        from_json('{"format": 9}')


@given(COUNTS, st.integers(1, 2))
def test_rare_bins_are_put_together_and_nobody_is_lost(counts, apart):
    before, now = sides(counts)
    assume(len(before) > apart)
    one, other = rare_together(before, now, apart)
    assert (one.sum(), other.sum()) == (before.sum(), now.sum())
    assert list(one[-apart:]) == list(before[-apart:]) and list(other[-apart:]) == list(now[-apart:])
    smaller = min(before.sum(), now.sum())
    kept = [pair for pair in zip(before[:-apart], now[:-apart], strict=True) if pair[0] / before.sum() * smaller >= 5]
    assert list(zip(one, other, strict=True))[: len(one) - apart - 1] == kept
