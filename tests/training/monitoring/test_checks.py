"""Checks raise no more alarms than they say, and see what indices of the score cannot."""

import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from app.scoring.drift import Check, Stability
from app.scoring.policy import Policy
from app.store.portfolio import Portfolio
from training.monitoring import checks
from training.monitoring.checks import Known, of_outcomes, of_scores
from training.monitoring.expected_performance import auc_of, expected, places, realised
from training.monitoring.power import RELATIVE, SIZES, TABLE, Draw, Pool, detected, power, table, written
from training.monitoring.psi import overall

ROOT = Path(__file__).parents[3]
POLICY = Policy(1 / 11)
CALM = Stability("points", 0.0, 0.0, 0.0, 0.01, 0.0, 0.0, (), (), (95, 5), (95, 5), (), 0.0, "stable")


def drawn(clients, random, riskier=1.0):
    chance = random.beta(1, 11, clients)
    true = riskier * chance / (1 + (riskier - 1) * chance)
    return Known(chance, (random.random(clients) < true).astype(float))


@pytest.fixture(scope="module")
def reference():
    return drawn(4_000, np.random.default_rng(1))


def signals(found):
    return {each.measure: each.signal for each in found}


def test_clients_like_the_reference_raise_no_more_alarms_than_they_may():
    random = np.random.default_rng(2)
    alarms = 0
    for _ in range(30):
        before, now = drawn(1_000, random), drawn(500, random)
        made = *of_scores(before.probability, now.probability, POLICY), *of_outcomes(before, now, POLICY)
        alarms += any(each.signal != "stable" for each in made)
    assert alarms <= 4  # of 30 at 5 % each, five or more come once in sixty such tests


def test_flipped_outcomes_are_a_reason_to_act(reference):
    now = drawn(2_000, np.random.default_rng(3))
    found = of_outcomes(reference, replace(now, defaulted=1 - now.defaulted), POLICY)
    assert signals(found) == dict.fromkeys(("default_rate", "auc", "cost", "calibration"), "act")
    assert overall(CALM, (), found) == "act"


def test_a_ranking_that_is_lost_shows_in_the_auc_though_as_many_default(reference):
    random = np.random.default_rng(4)
    now = drawn(4_000, random)
    found = signals(of_outcomes(reference, replace(now, defaulted=random.permutation(now.defaulted)), POLICY))
    assert found["auc"] == "act" and found["default_rate"] == "stable"


def test_the_same_clients_become_riskier(reference):
    found = of_outcomes(reference, drawn(4_000, np.random.default_rng(5), riskier=2.0), POLICY)
    told = {each.measure: each for each in found}
    assert told["default_rate"].signal == "act"
    assert told["default_rate"].found > told["default_rate"].high > told["default_rate"].expected


@pytest.mark.parametrize("outcome", [0.0, 1.0])
def test_of_one_class_is_said_what_can_be(reference, outcome):
    now = drawn(2_000, np.random.default_rng(6))
    found = signals(of_outcomes(reference, replace(now, defaulted=np.full(2_000, outcome)), POLICY))
    assert set(found) == {"default_rate", "cost", "calibration"} and found["default_rate"] == "act"


def test_too_few_outcomes_are_not_checked(reference):
    assert of_outcomes(reference, drawn(checks.FEWEST_KNOWN - 1, np.random.default_rng(7)), POLICY) == ()


def test_a_riskier_population_shows_in_its_mean_and_its_acceptance(reference):
    chance = reference.probability
    found = signals(of_scores(chance, 1.4 * chance / (1 + 0.4 * chance), POLICY))
    assert found == {"mean_probability": "act", "acceptance": "act"}


def test_a_model_that_was_always_a_little_off_has_not_drifted():
    random = np.random.default_rng(8)
    before, now = drawn(8_000, random, riskier=1.5), drawn(4_000, random, riskier=1.5)
    assert signals(of_outcomes(before, now, POLICY))["default_rate"] == "stable"


def test_a_model_whose_calibration_was_always_off_has_not_drifted_however_many_outcomes_are_known():
    random, tenth = np.random.default_rng(13), np.arange(10)
    edges = np.quantile(random.beta(1, 11, 50_000), np.arange(1, 10) / 10)

    def off(clients):
        chance = random.beta(1, 11, clients)
        true = chance + np.where(tenth < 5, 0.0, np.where(tenth % 2, 0.05, -0.05))[np.searchsorted(edges, chance)]
        return Known(chance, (random.random(clients) < true).astype(float))

    now = off(50_000)
    assert [signals(of_outcomes(off(5_000), now, POLICY))["calibration"] for _ in range(5)] == ["stable"] * 5
    turned = Known(now.probability, np.where(random.random(50_000) < 0.05, 1.0, now.defaulted))
    assert signals(of_outcomes(off(5_000), turned, POLICY))["calibration"] == "act"


def test_a_better_auc_than_expected_is_no_alarm():
    assert checks.signal_of("auc", 0.75, (0.72, 0.78), 0.85) == "stable"
    assert checks.signal_of("auc", 0.75, (0.72, 0.78), 0.70) == "act"
    assert checks.signal_of("auc", 0.75, (0.735, 0.78), 0.73) == "investigate"
    assert checks.signal_of("default_rate", 0.08, (0.079, 0.081), 0.082) == "stable"  # beyond chance, and too small
    assert checks.signal_of("mean_probability", 0.08, (0.077, 0.083), 0.0845) == "investigate"
    assert checks.signal_of("mean_probability", 0.08, (0.077, 0.083), 0.0835) == "stable"


def test_a_provider_that_fails_is_a_reason_to_act_whatever_the_score_says():
    gone = replace(CALM, feature="external_score_2", psi=0.05, current=(80, 20), importance=0.02)
    assert overall(CALM, (gone,)) == "act"
    assert overall(CALM, (replace(gone, current=(90, 10)),)) == "stable"
    assert overall(CALM, (replace(gone, importance=0.001),)) == "stable"
    assert overall(CALM, (replace(gone, chance=0.06),)) == "stable"


def test_the_gravest_decides():
    worried = Check("cost", 500, 0.5, 0.4, 0.6, 0.61, "investigate")
    assert overall(CALM, (), (worried,)) == "investigate"
    assert overall(replace(CALM, signal="act"), (), (worried,)) == "act"


def test_the_figures_checked_are_those_that_are_told():
    random = np.random.default_rng(9)
    for clients in (150, 1_000):
        now = drawn(clients, random)
        now = replace(now, probability=np.round(now.probability, 2))  # ties, some of them at the threshold
        policy = Policy(0.09, missed_default_weight=7.0)
        told = realised(now.probability, now.defaulted, policy)
        found = checks.announced(now.probability, policy, random).figures.of(now.defaulted)
        assert found[:3] == pytest.approx([told.default_rate, told.auc, told.cost])
        assert np.abs(found[3:]).sum() == pytest.approx(told.calibration_error)


def test_what_is_drawn_comes_out_on_average_at_what_is_expected():
    chance = drawn(2_000, np.random.default_rng(10)).probability
    told, drawn_now = expected(chance, POLICY), checks.announced(chance, POLICY, np.random.default_rng(11))
    assert drawn_now.expected[0] == pytest.approx(chance.mean(), rel=0.01)
    assert drawn_now.expected[1] == pytest.approx(told.auc, abs=0.003)
    assert drawn_now.expected[2] == pytest.approx(told.cost, rel=0.01)


@pytest.fixture(scope="module")
def pool():
    return Pool.of(Portfolio.open(ROOT / "data" / "demo" / "portfolio"))


def test_a_tenth_more_mean_probability_is_seen_among_5_000_clients(pool):
    smallest = [Draw(pool, 5_000, number).by_scores()[0] for number in range(25)]
    assert sum(size <= 0.10 for size in smallest) >= 0.80 * len(smallest)
    assert min(smallest) > RELATIVE[0]  # as they were drawn, they raise no alarm


def test_a_change_is_planted_at_its_size(pool):
    chance, bad = pool.probability, pool.defaulted
    assert pool.riskier(chance, 0.2).mean() == pytest.approx(1.2 * chance.mean())
    assert (bad + (1 - bad) * pool.turned_bad(chance, 0.3)).mean() == pytest.approx(1.3 * bad.mean())
    limit = pool.policy.threshold
    refused = pool.just_refused(chance, 0.1)
    assert (refused < limit).mean() == pytest.approx(0.9 * (chance < limit).mean(), rel=0.01)
    assert refused.mean() == pytest.approx(chance.mean(), rel=0.02)
    random, amount = np.random.default_rng(12), pool.rows[pool.amount]
    mixed = amount.mask(random.random(len(amount)) < pool.enlarged[0.2], random.choice(pool.larger, len(amount)))
    assert mixed.mean() == pytest.approx(1.2 * amount.mean(), rel=0.02)
    by_chance = (random.random(len(bad)) < bad.mean()).astype("float64")
    blurred = np.where(random.random(len(bad)) < pool.blurred[0.1], by_chance, bad)
    lost = auc_of(places(chance), bad) - auc_of(places(chance), blurred)
    assert lost == pytest.approx(0.1, abs=0.03)


def test_more_clients_show_smaller_changes_and_the_whole_signal_seldom_cries_wolf():
    few, many = power(Portfolio.open(ROOT / "data" / "demo" / "portfolio"), (500, 5_000), trials=4)
    assert few.alarms <= 1 / 4 and many.alarms <= 1 / 4  # at 5 %, two of four come once in seventy tests
    assert few.alarms_without_outcomes <= few.alarms
    for name in ("mean_probability", "acceptance", "default_rate", "auc"):
        assert getattr(many.changes, name) < (getattr(few.changes, name) or 2.0)
    assert many.changes.item_lost <= 0.1 and many.changes.item_mean <= 0.4


def documented():
    found = (ROOT / "docs" / "drift.md").read_text(encoding="utf-8")
    return found.split(f"<!-- {TABLE}: written by the command -->\n")[1].split("<!-- end")[0]


def draws_documented():
    return int(re.search(r"(\d+) draws a size", documented())[1])


def test_the_document_has_the_table_of_each_size(pool):
    head, body = table([], pool, draws_documented()), documented()
    assert body.startswith(head) and body.count("\n") == head.count("\n") + len(SIZES)
    rows = [[cell.strip() for cell in row.strip("|").split("|")] for row in body.splitlines()[-len(SIZES) :]]
    assert [cells[0] for cells in rows] == [f"{size:,}" for size in SIZES]
    assert all(float(cells[1].rstrip("%")) <= 5 for cells in rows)


def test_the_document_says_of_scores_what_its_draws_say(pool):
    """A column that costs seconds; where it fails: python -m training drift-power --write docs/drift.md."""
    smallest = [Draw(pool, SIZES[0], number).by_scores() for number in range(draws_documented())]
    measured = [detected(list(each)) for each in zip(*smallest, strict=True)]
    cells = [cell.strip() for cell in documented().splitlines()[-len(SIZES)].split("|")]
    assert cells[4:6] == [written("mean_probability", measured[0]), written("acceptance", measured[1])]
