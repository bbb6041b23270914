"""What a simulation changes, in words and in steps that add up."""

from __future__ import annotations

import pytest

from app.language.words import words_in
from app.scoring.policy import Policy
from app.scoring.what_if.counterfactual import Change, Counterfactual, Offer
from app.scoring.what_if.simulation import Difference, Simulation, Unseen
from app.ui.officer.counterfactual_offers import change, loan, promise, summary, terms
from app.ui.officer.explanation import LARGEST
from app.ui.officer.score_change import changed, finding, guess, score_changes

EN, FR = words_in("en"), words_in("fr")
NARROW, HARD = "\u202f", "\u00a0"
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


SMALLER = Change("credit", 600_000.0, 450_000.0)
LONGER = Change("duration", 20.0, 30.0)


def test_an_offer_is_a_whole_loan_beside_what_was_asked_for() -> None:
    smaller = Offer((SMALLER,), 450_000.0, 20.0, 22_500.0, 0.08)
    assert loan(smaller, EN) == "€450,000 over 20 months, €22,500 a month."
    assert change(smaller, EN) == "Instead of €600,000 (−25%)."
    assert terms(smaller, EN) == "Of 100 comparable files, about 8 are not repaid."
    longer = Offer((LONGER,), 600_000.0, 30.0, 20_000.0, 0.08)
    assert loan(longer, FR).startswith(f"600{NARROW}000{HARD}€ sur 30 mois")
    assert change(longer, EN) == "Instead of 20 months (+50%)."
    both = Offer((SMALLER, LONGER), 450_000.0, 30.0, 15_000.0, 0.08, "review", 50_000.0)
    assert change(both, EN) == "Instead of €600,000 (−25%) and 20 months (+50%)."
    assert terms(both, EN).startswith("Down payment: €50,000. Of 100 comparable files")
    assert terms(both, EN).endswith("It lies in the zone to review.")


def test_whether_any_loan_does_is_said_honestly() -> None:
    offer = Offer((SMALLER,), 450_000.0, 20.0, 22_500.0, 0.08)
    assert "nothing needs to change" in summary(Counterfactual(True, (), 0), EN)
    assert summary(Counterfactual(False, (), 312), EN).endswith("can be offered: 312 others were scored.")
    assert summary(Counterfactual(False, (offer,), 312), EN) == "1 loan can be offered, of 312 scored."
    assert summary(Counterfactual(False, (offer, offer), 312), EN).startswith("2 loans can be offered, of 312 scored.")


def test_what_no_offer_does_is_promised_with_the_limit_of_the_policy_where_it_has_one() -> None:
    assert promise(Policy(0.08, payment_to_income=0.4), EN).endswith("take more than 40% of the income.")
    assert promise(Policy(0.08, payment_to_income=None), EN).endswith("No offer raises the payment.")
