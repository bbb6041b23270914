"""The advice is suspended by a manager, for all models or one, and lifted by another."""

import pytest
from sqlalchemy import text

from app.scoring.case.actors import Actor
from app.scoring.problems import AdviceSuspended, BrokenEvidence, SuspensionProblem
from app.store.database import connect
from app.store.proof import prove_evidence
from app.store.suspensions import EVERY_MODEL, LONGEST_TEXT, Suspensions
from tests.store.evidence import tamper
from tests.store.proposals import MODEL, NEWER

MAX, MIA = Actor("Max", "manager", "https://id|1"), Actor("Mia", "manager", "https://id|2")


@pytest.fixture
def stops(tmp_path):
    return Suspensions.open(connect(f"sqlite:///{tmp_path / 'store.sqlite'}"))


def test_one_model_or_all_are_suspended_until_another_manager_lifts_it(stops):
    assert stops.in_force(MODEL) is None
    one = stops.suspend(MAX, " Probabilities jumped. ", MODEL)
    assert stops.in_force(MODEL) == one and stops.in_force(NEWER) is None and one.reason == "Probabilities jumped."
    everyone = stops.suspend(MIA, "A flood.")
    assert everyone.model_version == EVERY_MODEL and stops.in_force(NEWER) == everyone
    with pytest.raises(AdviceSuspended, match="Probabilities jumped"):
        stops.check(MODEL)
    lifted = stops.lift(one.number, MIA, "Mended.")
    assert lifted.lifted_by == MIA and lifted.lifted_for == "Mended." and stops.in_force(MODEL) == everyone
    stops.lift(everyone.number, MAX, "Dry again.")
    stops.check(MODEL)
    assert [each.number for each in stops.history()] == [2, 1] and prove_evidence(stops.engine).links == 4


def test_who_suspended_it_does_not_lift_it_whatever_their_name(stops):
    stop = stops.suspend(MAX, "Probabilities jumped.")
    with pytest.raises(SuspensionProblem, match="Max suspended the advice"):
        stops.lift(stop.number, Actor("M. Max", "manager", MAX.person), "Mended.")
    assert Suspensions(stops.engine, four_eyes=False).lift(stop.number, MAX, "Mended.").lifted_by == MAX
    with pytest.raises(SuspensionProblem, match="Max has lifted this suspension already"):
        stops.lift(stop.number, MIA, "Mended.")
    with pytest.raises(SuspensionProblem, match="There is no suspension 7"):
        stops.lift(7, MIA, "Mended.")


@pytest.mark.parametrize("reason", ["", " \n", "x" * (LONGEST_TEXT + 1), "a\x00b"])
def test_a_reason_is_said(stops, reason):
    with pytest.raises(SuspensionProblem, match="characters"):
        stops.suspend(MAX, reason)


def test_only_managers_do_it(stops):
    for actor in (Actor("Ada", "officer"), Actor(" ", "manager")):
        with pytest.raises(SuspensionProblem, match="for managers"):
            stops.suspend(actor, "Because.")


@pytest.mark.parametrize(
    "attack",
    [
        "DELETE FROM suspensions WHERE number = 2",
        "UPDATE suspensions SET model_version = 'other' WHERE number = 2",
        "UPDATE suspension_liftings SET suspension = 2",
        "INSERT INTO suspension_liftings VALUES (2, '2026', 'Eve', '', 2, 'none')",
    ],
)
def test_a_suspension_that_went_away_by_another_road_is_told(stops, attack):
    stops.lift(stops.suspend(MAX, "One.").number, MIA, "Mended.")
    stops.suspend(MAX, "Two.")
    tamper(stops.engine, attack)
    with pytest.raises(BrokenEvidence):
        stops.in_force(MODEL)


def test_it_is_append_only(stops):
    stops.suspend(MAX, "One.")
    with pytest.raises(Exception, match="append-only"), stops.engine.begin() as connection:
        connection.execute(text("DELETE FROM suspensions"))
