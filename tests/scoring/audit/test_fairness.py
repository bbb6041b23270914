"""Fairness figures equal counts of clients, intervals equal a client bootstrap, small groups are said to be small."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.scoring.audit.fairness import FEWEST_CLIENTS, REFERENCES, Attribute

CHANCES = st.one_of(st.sampled_from([0.01, 0.05, 0.3]), st.floats(1e-6, 1 - 1e-6))
CLIENTS = st.lists(st.tuples(st.integers(-1, 2), CHANCES, st.integers(0, 1)), min_size=1, max_size=40)
NAMES = ("a", "b", "c")


def attribute(clients):
    group, chance, defaulted = (np.array(side) for side in zip(*clients, strict=True))
    return Attribute.of("gender", NAMES, group, chance, defaulted.astype(float))


@given(CLIENTS, st.one_of(CHANCES, st.floats(0, 1)))
def test_every_share_of_a_group_is_a_count_of_clients(clients, threshold):
    audit = attribute(clients).audit(threshold)
    met = [place for place in range(3) if any(group == place for group, _, _ in clients)]
    assert [group.name for group in audit.groups] == [NAMES[place] for place in met]
    for place, figures in zip(met, audit.groups, strict=True):
        own = [(chance, outcome) for group, chance, outcome in clients if group == place]
        accepted = [(chance, outcome) for chance, outcome in own if chance < threshold]
        good = [chance < threshold for chance, outcome in own if not outcome]
        assert figures.clients == len(own) and not figures.large_enough
        assert figures.accepted.value == len(accepted) / len(own)
        assert figures.default_rate.value == (np.mean([each for _, each in accepted]) if accepted else None)
        assert figures.good_accepted.value == (np.mean(good) if good else None)
        expected = np.mean([chance for chance, _ in accepted]) if accepted else None
        assert figures.expected_default_rate == (pytest.approx(expected) if accepted else None)
        assert figures.accepted.low <= figures.accepted.value <= figures.accepted.high


def population(sizes, means, seed=0):
    draws = np.random.default_rng(seed)
    group = np.repeat(np.arange(len(sizes)), sizes)
    chance = draws.beta(2, 2 / np.array(means)[group] - 2)
    return group, chance, (draws.random(len(group)) < chance).astype(float)


def test_gaps_and_their_intervals_are_those_of_a_client_bootstrap():
    group, chance, defaulted = population((900, 1_500, 600), (0.08, 0.10, 0.14))
    audit = Attribute.of("gender", NAMES, group, chance, defaulted).audit(0.12)
    impact, selection, opportunity = audit.gaps
    accepted = chance < 0.12
    rates = np.array([accepted[group == place].mean() for place in range(3)])
    good = np.array([accepted[(group == place) & (defaulted == 0)].mean() for place in range(3)])
    assert (impact.lowest, impact.highest) == ("c", "a")
    assert impact.value == pytest.approx(rates.min() / rates.max())
    assert selection.value == pytest.approx(np.ptp(rates)) and opportunity.value == pytest.approx(np.ptp(good))
    draws = np.random.default_rng(9)
    samples = []
    for _ in range(1_000):
        rows = draws.integers(0, len(group), len(group))
        low, high = (accepted[rows][group[rows] == place].mean() for place in (2, 0))
        samples.append((low / high, high - low))
    for gap, side in ((impact, 0), (selection, 1)):
        drawn = np.array([sample[side] for sample in samples])
        assert gap.low == pytest.approx(np.quantile(drawn, 0.025), abs=0.35 * drawn.std())
        assert gap.high == pytest.approx(np.quantile(drawn, 0.975), abs=0.35 * drawn.std())


def test_a_group_of_fewer_than_100_is_shown_and_compared_with_nobody():
    group, chance, defaulted = population((FEWEST_CLIENTS - 1, FEWEST_CLIENTS, 500), (0.3, 0.1, 0.1))
    audit = Attribute.of("gender", NAMES, group, chance, defaulted).audit(0.12)
    assert [each.large_enough for each in audit.groups] == [False, True, True]
    assert all("a" not in (gap.lowest, gap.highest) for gap in audit.gaps) and len(audit.gaps) == 3


def test_one_group_alone_is_compared_with_nobody():
    group, chance, defaulted = population((500,), (0.1,))
    assert Attribute.of("gender", ("a",), group, chance, defaulted).audit(0.12).gaps == ()


@pytest.mark.parametrize(
    ("sizes", "means", "threshold", "finding"),
    [
        ((20_000, 20_000), (0.08, 0.08), 0.1, "kept"),
        ((20_000, 20_000), (0.05, 0.20), 0.1, "not kept"),
        ((150, 150), (0.100, 0.105), 0.1, "unsure"),
    ],
)
def test_a_reference_is_kept_broken_or_uncertain(sizes, means, threshold, finding):
    group, chance, defaulted = population(sizes, means)
    for gap in Attribute.of("gender", NAMES[:2], group, chance, defaulted).audit(threshold).gaps:
        assert gap.finding == finding and gap.reference == REFERENCES[gap.measure]
        assert gap.low <= gap.value <= gap.high


def test_the_two_groups_compared_stay_the_same_in_every_resample():
    """Otherwise each resample would find its own extremes, and no gap could ever be nought."""
    group, chance, defaulted = population((150, 150), (0.100, 0.101))
    impact, selection, _ = Attribute.of("gender", NAMES[:2], group, chance, defaulted).audit(0.1).gaps
    assert selection.low < 0 < selection.high and impact.low < 1 < impact.high


@pytest.mark.parametrize("threshold", [1e-9, 1 - 1e-9])
def test_refusing_or_accepting_everyone_treats_all_alike(threshold):
    group, chance, defaulted = population((500, 500), (0.05, 0.2))
    gaps = Attribute.of("gender", NAMES[:2], group, chance, defaulted).audit(threshold).gaps
    assert [gap.value for gap in gaps] == [1.0, 0.0, 0.0]
    assert {gap.finding for gap in gaps} == {"kept"}


def test_the_references_are_the_stated_ones():
    assert REFERENCES == {"disparate impact": 0.80, "selection gap": 0.10, "equal-opportunity gap": 0.05}
