"""What a simulation changes, in words and in steps that add up."""

from __future__ import annotations

import pytest

from app.language.words import words_in
from app.scoring.what_if.counterfactual import Change, Counterfactual, Offer
from app.scoring.what_if.simulation import Difference, Simulation, Unseen
from app.ui.officer.counterfactual_offers import change, summary, terms
from app.ui.officer.explanation import LARGEST
from app.ui.officer.score_change import changed, finding, guess, score_changes

EN, FR = words_in("en"), words_in("fr")
NAMES = ("credit", "annuity", "income", "credit_to_income", "annuity_to_income", "credit_to_goods", "goods_price",
         "credit_to_annuity", "car_age", "documents")  # fmt: skip


@pytest.fixture
def simulation(decision):
    """Makes a simulation between two probabilities, its difference spread over ten items."""

    def make(before: float = 0.14, after: float = 0.05) -> Simulation:
        first, second = decision(before), decision(after)
        each = (second.points - first.points) / len(NAMES)
        differences = tuple(Difference(name, 1.0, 2.0, each) for name in NAMES)
        return Simulation(first, second, differences, {"credit": 2.0}, ())

    return make


def test_steps_lead_exactly_from_the_points_before_to_those_after(simulation) -> None:
    told = simulation()
    steps = score_changes(told, EN)
    assert len(steps) == LARGEST + 1 and steps[-1].label == "The 2 other items"
    assert steps[0].start == told.before.points
    assert steps[-1].end == pytest.approx(told.after.points)


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        (0.14, 0.05, "points. The answer goes from “Refuse” to “Accept”."),
        (0.05, 0.14, "The changes cost 32 points. The answer goes from “Accept” to “Refuse”."),
        (0.05, 0.049, "The changes bring 1 point. The answer stays: Accept."),
        (0.05, 0.05, "The changes bring no point. The answer stays: Accept."),
        (0.05, 0.0905, "The answer goes from “Accept” to “To review”."),
    ],
)
def test_the_finding_tells_points_and_what_becomes_of_the_answer(simulation, before, after, said) -> None:
    assert said in finding(simulation(before, after), EN)


def test_a_change_is_told_with_both_values_once_when_only_its_effect_differs() -> None:
    assert changed(Difference("credit", 600_000.0, 450_000.0, 3.0), EN) == "Loan amount: €600,000 → €450,000"
    assert changed(Difference("car_age", None, 4.0, 1.0), EN) == "Age of the car: not provided → 4 years"
    assert changed(Difference("income", 90_000.0, 90_000.0, 1.0), EN) == "Declared income: €90,000"


def test_a_guess_tells_what_was_seen() -> None:
    assert guess(Unseen("income", 9e8, 25_650.0, 4.5e6), EN) == (
        "Declared income: €900,000,000: the model has seen €25,650 to €4,500,000; beyond, its answer is a guess."
    )
    assert "has never seen it" in guess(Unseen("occupation", "Drivers", None, None), EN)


def test_an_offer_tells_what_changes_by_how_much_and_the_payment() -> None:
    smaller = Offer((Change("credit", 600_000.0, 450_000.0),), 21_000.0, 0.08)
    assert change(smaller, EN) == "A loan of €450,000 instead of €600,000 (−25%)."
    assert terms(smaller, EN) == "Monthly payment: €21,000. Of 100 comparable files, about 8 are not repaid."
    longer = Offer((Change("duration", 20.0, 30.0),), None, 0.08)
    assert change(longer, EN) == "A duration of 30 months instead of 20 months (+50%)."
    assert terms(longer, EN) == "Of 100 comparable files, about 8 are not repaid."
    assert "mois au lieu de" in change(longer, FR)
    both = Offer((*smaller.changes, *longer.changes), 12_000.0, 0.08, "review", 50_000.0)
    assert change(both, EN) == (
        "A loan of €450,000 instead of €600,000 (−25%) and a duration of 30 months instead of 20 months (+50%)."
    )
    assert terms(both, EN).endswith("Down payment: €50,000. It lies in the zone to review.")


def test_whether_any_change_does_is_said_honestly() -> None:
    offer = Offer((Change("credit", 600_000.0, 450_000.0),), None, 0.08)
    assert "nothing needs to change" in summary(Counterfactual(True, (), 0), EN)
    assert summary(Counterfactual(False, (), 312), EN).endswith("nor cheaper goods: 312 other loans were scored.")
    assert summary(Counterfactual(False, (offer,), 312), EN) == "1 change is accepted, of 312 loans scored."
    assert summary(Counterfactual(False, (offer, offer), 312), EN).startswith("2 changes are accepted, each by itself")
