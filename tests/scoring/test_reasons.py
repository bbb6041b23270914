"""At most four reasons on either side, each told once, none of them a protected attribute."""

import random

import pytest

from app.scoring.decision import Contribution, Decision
from app.scoring.features import FEATURES, by_name
from app.scoring.features.lineage import reads
from app.scoring.reasons import LEAST_POINTS, MOST, reasons


def decision_of(*effects):
    contributions = tuple(Contribution(*effect) for effect in sorted(effects, key=lambda effect: -abs(effect[2])))
    return Decision(1, 0.1, 550.0, 0.09, 554.0, 5.0, "refuse", "review", 560.0, contributions, "1")


@pytest.fixture
def decisions(demo):
    draw = random.Random(5)
    return [demo.decide(demo.random_client(draw), demo.champion.recommended) for _ in range(40)]


def test_reasons_are_few_strongest_first_and_on_their_side(decisions, demo):
    for decision in decisions:
        told = reasons(decision, demo.population)
        for side, sign in ((told.for_client, 1), (told.against_client, -1)):
            effects = [sign * reason.points for reason in side]
            assert len(side) <= MOST
            assert effects == sorted(effects, reverse=True)
            assert all(effect >= LEAST_POINTS for effect in effects)


def test_the_strongest_effect_is_always_told(decisions, demo):
    for decision in decisions:
        told = reasons(decision, demo.population)
        strongest = decision.contributions[0]
        assert strongest.feature in {reason.feature for reason in (*told.for_client, *told.against_client)}


def test_no_reason_repeats_what_stronger_ones_told(decisions, demo):
    for decision in decisions:
        for side in (reasons(decision, demo.population).for_client, reasons(decision, demo.population).against_client):
            covered = set()
            for reason in side:
                read = reads().get(reason.feature, {reason.feature})
                assert not set(read) <= covered, reason.feature
                covered |= set(read)


def test_a_protected_attribute_is_never_a_reason_even_when_a_model_reads_it(demo):
    protected = next(feature.name for feature in FEATURES if feature.protected and feature.kind == "number")
    told = reasons(decision_of((protected, 30.0, -40.0), ("credit", 1.0, -2.0)), demo.population)
    assert [reason.feature for reason in told.against_client] == ["credit"]


@pytest.mark.parametrize(
    ("feature", "value", "position"),
    [("credit", None, "missing"), ("credit", 1e9, "above"), ("credit", 1.0, "below"), ("occupation", "Spy", "other")],
)
def test_a_reason_says_where_the_value_stands(demo, feature, value, position):
    (reason,) = reasons(decision_of((feature, value, 9.0)), demo.population).for_client
    assert (reason.position, reason.typical) == (position, demo.population[feature].typical)


def test_the_typical_value_itself_is_called_typical(demo):
    typical = demo.population["credit"].typical
    assert reasons(decision_of(("credit", typical, 9.0)), demo.population).for_client[0].position == "typical"


def test_an_effect_shown_as_zero_is_no_reason(demo):
    told = reasons(decision_of(("credit", 1.0, 0.4), ("income", 1.0, -0.4)), demo.population)
    assert told.for_client == told.against_client == ()


def test_every_feature_of_the_form_says_what_it_reads():
    assert all(name in by_name and columns for name, columns in reads().items())
