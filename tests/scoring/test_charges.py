"""Known payments beside income, worked out by hand; what is not provided stays unknown."""

from app.scoring.charges import Charges

ROW = {
    "income": 2_000.0,
    "annuity": 300.0,
    "bureau_active_annuity": 150.0,
    "bureau_active": 2.0,
    "approved_under_way_annuity": 50.0,
    "family_members": 3.0,
}


def test_ratios_and_what_is_left_are_of_a_month():
    found = Charges.of(ROW)
    assert (found.others, found.known, found.left, found.left_per_person) == (200.0, 500.0, 1_500.0, 500.0)
    assert (found.share(found.payment), found.share(found.known)) == (0.15, 0.25)
    assert found.loans_elsewhere == 2 and found.people == 3


def test_a_payment_that_nobody_reports_is_not_known_and_counts_for_nothing():
    found = Charges.of({**ROW, "bureau_active_annuity": None, "approved_under_way_annuity": float("nan")})
    assert (found.elsewhere, found.here, found.known, found.left) == (None, None, 300.0, 1_700.0)
    assert found.loans_elsewhere == 2


def test_without_income_payment_or_family_nothing_is_made_up():
    assert Charges.of({}) == Charges(None, None)
    without = Charges.of({**ROW, "income": None})
    assert (without.left, without.share(without.payment), without.left_per_person) == (None, None, None)
    assert Charges.of({**ROW, "income": 0.0}).share(300.0) is None
    assert Charges.of({**ROW, "annuity": None}).known is None
    assert Charges.of({**ROW, "family_members": None}).left_per_person is None
