"""What each value changes: the sentence, the table and both forms of the chart."""

from __future__ import annotations

import pytest

from app.language.words import words_in
from app.scoring.decision import Contribution
from app.scoring.dependence import Dependence, parts
from app.ui.charts.dependence import MOST_ROWS, dependence_chart
from app.ui.kit.palette import LIGHT
from app.ui.officer.dependence import finding, part_rows

EN, FR = words_in("en"), words_in("fr")
SCORE = Dependence(
    "external_score_3",
    (*(place / 100 for place in range(100)), None, None),
    (*(place / 5 - 10 for place in range(100)), -2.0, -4.0),
)
JOB = Dependence("occupation", ("Laborers", "Managers", "Laborers", "IT staff", None), (-1.0, 2.0, -3.0, 4.0, 0.5))


def client_mark(figure):
    return next(trace for trace in figure.data if trace.type == "scatter" and trace.marker.symbol == "diamond")


def test_a_number_is_a_cloud_with_this_client_marked() -> None:
    figure = dependence_chart(SCORE, Contribution("external_score_3", 0.25, -5.5), EN, LIGHT)
    helping, hurting, mark = figure.data
    assert min(helping.y) >= 0 > max(hurting.y)
    assert (helping.marker.color, hurting.marker.color) == (LIGHT.accept, LIGHT.refuse)
    assert (mark.x[0], mark.y[0]) == (0.25, -5.5)
    assert len(helping.x) + len(hurting.x) >= 100
    assert "not<br>provided" in figure.layout.xaxis.ticktext


def test_a_client_without_the_value_stands_among_those_without_it() -> None:
    figure = dependence_chart(SCORE, Contribution("external_score_3", None, -3.0), EN, LIGHT)
    mark, aside = client_mark(figure), figure.layout.xaxis.tickvals[0]
    assert mark.x[0] == aside < 0 and mark.y[0] == -3.0


def test_a_client_beyond_the_sample_is_still_on_the_chart() -> None:
    figure = dependence_chart(SCORE, Contribution("external_score_3", 7.0, 12.0), EN, LIGHT)
    low, high = figure.layout.xaxis.range
    assert low < client_mark(figure).x[0] < high


def test_a_category_has_a_row_for_each_value_and_the_clients_is_marked() -> None:
    figure = dependence_chart(JOB, Contribution("occupation", "Managers", 2.5), EN, LIGHT)
    bars = figure.data[0]
    names = [note.text for note in figure.layout.annotations]
    assert names[:4] == ["IT", "Manager", "Worker", "not provided"]
    assert list(bars.x) == [4.0, 2.0, -2.0, 0.5]
    mark = client_mark(figure)
    assert (mark.x[0], mark.y[0]) == (2.5, bars.y[1])
    assert names[4] == "This client <b>+2</b>"


def test_a_long_list_of_values_keeps_the_frequent_ones_and_the_clients() -> None:
    kinds = [f"Industry: type {number}" for number in range(1, 14)] + ["Bank", "Police", "School"]
    values = [kind for place, kind in enumerate(kinds) for _ in range(place + 1)]
    told = Dependence("employer_type", tuple(values), (1.0,) * len(values))
    figure = dependence_chart(told, Contribution("employer_type", "Industry: type 1", 1.0), EN, LIGHT)
    names = {note.text for note in figure.layout.annotations}
    assert len(figure.data[0].x) == MOST_ROWS
    assert "Industry (type 1)" in names and "School" in names and "Industry (type 2)" not in names


@pytest.mark.parametrize(("told", "own"), [(SCORE, 0.25), (JOB, "Managers")])
def test_the_finding_tells_the_reach_and_this_client(told, own) -> None:
    said = finding(told, parts(told), Contribution(told.feature, own, -5.5), EN)
    assert "−5.5 points" in said and "average effect goes from" in said
    assert len(part_rows(told.feature, parts(told), FR)) == len(parts(told))


def test_a_number_that_is_nearly_always_the_same_can_be_drawn() -> None:
    values = (0.0,) * 985 + tuple(float(place) for place in range(1, 16))
    told = Dependence("credit_over_goods", values, (0.5,) * 1_000)
    figure = dependence_chart(told, Contribution("credit_over_goods", 0.0, 0.5), EN, LIGHT)
    assert figure.layout.xaxis.range[1] >= 15


def test_the_table_adds_up_to_the_sample() -> None:
    rows = part_rows("external_score_3", parts(SCORE), EN)
    assert sum(int(row[1]) for row in rows) == len(SCORE.values)
    assert rows[-1] == ("not provided", "2", "−3.0")


def test_an_item_nobody_of_the_sample_provided_is_told() -> None:
    told = Dependence("external_score_1", (None,) * 5, (1.0,) * 5)
    own = Contribution("external_score_1", None, 1.0)
    assert finding(told, parts(told), own, EN) == "For this client: +1.0 points (External score 1: not provided)."
    assert len(dependence_chart(told, own, EN, LIGHT).data[0].x) == 1
