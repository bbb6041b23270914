"""Where a client stands, in sentences that say neither more nor less than what is known."""

from __future__ import annotations

import pytest

from app.language.words import words_in
from app.scoring.peers.comparison import Axis, Outcomes, Spread
from app.ui.charts.distribution import distribution
from app.ui.kit.palette import LIGHT
from app.ui.officer.peer_group import around
from app.ui.officer.percentile import fate, headline, percentile

EN, FR = words_in("en"), words_in("fr")
EDGES = (0.0, 100_000.0, 200_000.0, 300_000.0)
MANY = Outcomes(300, 30, 20)


def axis(value: float | None = 150_000.0) -> Axis:
    return Axis("income", EDGES, (), value, None if value is None else 1)


def spread(percentile: float | None = 0.4, same: float | None = 0.1, each: Outcomes = MANY) -> Spread:
    return Spread((each, each, each), Outcomes(), percentile, same)


def test_the_headline_tells_the_group_and_everyone_apart() -> None:
    told = headline(axis(), spread(0.4, 0.1), spread(0.7, 0.2), EN)
    assert told == "Declared income: €150,000: more than 35% of the group and 60% of all clients."


def test_a_category_is_told_by_how_many_share_it() -> None:
    working = Axis("income_type", (), ("Working", "Pensioner"), "Pensioner", 1)
    told = headline(working, spread(None, 0.25), spread(None, 0.18), EN)
    assert told == "Source of income: Pensioner, like 25% of the group and 18% of all clients."
    assert percentile(working, spread(None, 0.25), EN) == ""


def test_a_value_that_is_missing_or_nobodys_is_said() -> None:
    assert headline(axis(None), spread(None, None), spread(), EN) == "Declared income is not provided for this client."
    assert "Nobody of the group provides it." in headline(axis(), spread(None, None), spread(), EN)
    assert "No client provides it." in headline(axis(), spread(), spread(None, None), EN)


def test_the_percentile_counts_those_who_provide_it() -> None:
    told = percentile(axis(), spread(0.4, 0.1), EN)
    assert told == "Percentile 40 of the 1,050 clients who provide it: 35% less, 10% the same, 55% more."
    assert percentile(axis(), spread(None, None), EN) == ""


def test_a_rate_comes_with_its_interval_and_size() -> None:
    told = fate(Outcomes(182, 81, 7), EN)
    assert told == (
        "270 clients, of whom 263 have a known outcome. Of these, 30.8% did not repay (95% interval: 25.5% to 36.6%)."
    )
    assert "25,5\u00a0%" in fate(Outcomes(182, 81, 7), FR)


def test_a_group_too_small_has_no_rate_and_an_empty_one_says_so() -> None:
    small = fate(Outcomes(40, 9, 1_000), EN)
    assert small.endswith("9 did not repay; so few only tell a range, 10% to 31% (95% interval).")
    assert fate(Outcomes(unknown=3), EN) == "3 clients, of whom 0 have a known outcome."
    assert fate(Outcomes(), EN) == "Nobody is in this group: widen a condition."


def test_shares_keep_a_decimal() -> None:
    assert (EN.percent(0.0849, 1), FR.percent(0.0849, 1), EN.percent(0.0, 1)) == ("8.5%", "8,5\u00a0%", "0.0%")


@pytest.mark.parametrize(
    ("value", "expected"), [(5.0, (0.0, 20.0)), (15.0, (0.0, 30.0)), (25.0, (10.0, 40.0)), (45.0, (30.0, 50.0)),
                            (0.0, (0.0, 10.0)), (50.0, (40.0, 50.0)), (20.0, (10.0, 30.0)), (99.0, (40.0, 50.0)),
                            (None, (0.0, 50.0))],
)  # fmt: skip
def test_a_range_surrounds_the_clients_value(value: float | None, expected: tuple[float, float]) -> None:
    steps = [0.0, 10.0, 20.0, 30.0, 40.0, 50.0]
    assert around(value, steps) == expected


def test_both_outcomes_are_drawn_as_shares_of_their_own() -> None:
    told = Spread((Outcomes(30, 10), Outcomes(60, 10), Outcomes(10, 0)), Outcomes(), 0.4, 0.1)
    bars, outline, mark = distribution(axis(), told, EN, LIGHT).data
    assert list(bars.y) == pytest.approx([0.3, 0.6, 0.1])
    assert list(outline.y) == pytest.approx([0.0, 0.5, 0.5, 0.0, 0.0])
    assert (mark.x[0], mark.marker.symbol) == (150_000.0, "diamond")


def test_outcomes_are_not_told_apart_where_too_few_are_known() -> None:
    told = Spread((Outcomes(30, 10), Outcomes(6, 3), Outcomes(0, 0, 1)), Outcomes(900, 90), 0.4, 0.1)
    figure = distribution(axis(), told, EN, LIGHT)
    assert list(figure.data[0].y) == pytest.approx([0.8, 0.18, 0.02])
    assert "Clients" in str(figure.layout.annotations) and "epaid" not in str(figure.layout.annotations)


def test_a_value_beyond_the_bins_is_marked_at_their_edge_with_its_own_figure() -> None:
    far = Axis("income", EDGES, (), 9e6, 2)
    figure = distribution(far, spread(), EN, LIGHT)
    assert figure.data[-1].x[0] == EDGES[-1]
    assert "€9,000,000" in str(figure.layout.annotations)


def test_the_clients_category_is_named_in_words_too() -> None:
    working = Axis("income_type", (), ("Working", "Pensioner"), "Pensioner", 1)
    figure = distribution(working, Spread((MANY, MANY), Outcomes(), None, 0.5), EN, LIGHT)
    labels = [note.text for note in figure.layout.annotations]
    assert "<b>Pensioner</b> ◆ this client" in labels and "Employee" in labels
