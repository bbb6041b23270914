"""A client's past as readable rows, sentences and a timeline."""

from __future__ import annotations

import re

import pytest

from app.language.words import words_in
from app.scoring.history import Balance, EarlierApplication, History, OtherLoan, Payment
from app.ui.charts.timeline import LANES, SHAPES, timeline
from app.ui.kit.palette import LIGHT
from app.ui.officer.credit_history import application_rows, balance_rows, lateness, loan_rows, payment_rows, summary

EN, FR = words_in("en"), words_in("fr")
NOTHING = History((), (), (), (), ())
PAST = History(
    loans=(
        OtherLoan("Consumer credit", "Active", 1.5, 0.5, None, 120_000.0, 30_000.0, 0.0, 0.0),
        OtherLoan("Credit card", "Closed", 3.25, None, 2.0, None, None, None, None),
    ),
    applications=(
        EarlierApplication(7, "Cash loans", "Refused", "HC", 0.75, 90_000.0, None, None, None),
        EarlierApplication(8, "Consumer loans", "Approved", None, 2.5, 40_000.0, 41_000.0, 4_000.0, 12.0),
        EarlierApplication(9, "Revolving loans", "Canceled", None, None, 0.0, None, None, None),
    ),
    payments=(
        Payment(8, 1.0, 4_000.0, 4_000.0, -3.0),
        Payment(8, 1.1, 4_000.0, None, None),
        Payment(8, 1.2, 1.0, 1.0, 1.0),
        Payment(8, 1.3, 1.0, 1.0, 0.0),
    ),
    balances=(Balance(5, 3.0, 1_500.0, 10_000.0, 0.0),),
    months=(),
)


def test_rows_speak_to_people() -> None:
    heads, loans = loan_rows(PAST, EN)
    assert heads == ("Loan", "Granted", "Status", "Amount", "Still due")
    assert loans[0] == ("Consumer loan", "1 year 6 months ago", "Running", "€120,000", "€30,000")
    assert loans[1][3:] == ("not provided", "not provided")
    answers = [row[2] for row in application_rows(PAST, EN)[1]]
    assert answers == ["Refused: Rules of the lender", "Approved", "Cancelled"]
    assert payment_rows(PAST, EN)[1][1] == ("1 year 1 month ago", "€4,000", "nothing", "not provided")
    assert balance_rows(PAST, EN)[1] == [("3 months ago", "€1,500", "€10,000", "on time")]


@pytest.mark.parametrize("words", [EN, FR])
def test_no_raw_word_is_left(words) -> None:
    tables = (loan_rows, application_rows, payment_rows, balance_rows)
    shown = " ".join(cell for rows in tables for row in (rows(PAST, words)[0], *rows(PAST, words)[1]) for cell in row)
    assert not re.search(r"\bNone\b|\bHC\b|Consumer credit|_|\{", shown)


@pytest.mark.parametrize(
    ("days", "said"),
    [(2.0, "2 days late"), (1.0, "1 day late"), (-1.0, "1 day early"), (0.0, "on time"), (None, "not provided")],
)
def test_lateness_is_said_either_way(days, said) -> None:
    assert lateness(days, EN) == said


def test_the_summary_counts_what_is_running_refused_and_late() -> None:
    told = summary(PAST, EN)
    assert "2 loans elsewhere, of which 1 running." in told
    assert "3 earlier applications here, of which 1 refused." in told
    assert "4 payments known, of which 1 late." in told
    assert summary(NOTHING, EN).startswith("Nothing is known of earlier loans")


def test_the_timeline_draws_every_event_once_on_its_own_line() -> None:
    figure = timeline(PAST.timeline, EN, LIGHT)
    assert sum(len(trace.x) for trace in figure.data) == len(PAST.timeline) == 6
    lanes = {
        event.what: lane for lane, (_, kinds) in enumerate(LANES) for event in PAST.timeline if event.what in kinds
    }
    assert {y for trace in figure.data for y in trace.y} == set(lanes.values())
    low, high = sorted(figure.layout.xaxis.range)
    assert figure.layout.xaxis.range[0] == high and all(low < x < high for trace in figure.data for x in trace.x)


def test_every_kind_of_event_has_a_line_a_shape_and_a_word() -> None:
    assert {what for _, kinds in LANES for what in kinds} == set(SHAPES)
    named = " ".join(note.text for note in timeline((), FR, LIGHT).layout.annotations)
    assert all(FR.say(word) in named for word, _, _ in SHAPES.values())
    assert len({(shape, colour) for _, (_, shape, colour) in SHAPES.items()}) >= len(SHAPES) - 1


def test_no_two_kinds_of_one_line_share_a_shape() -> None:
    for _, kinds in LANES:
        assert len({SHAPES[what][1] for what in kinds}) == len(kinds)
