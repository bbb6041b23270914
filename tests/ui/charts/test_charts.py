from __future__ import annotations

import re
from itertools import pairwise

import pytest

from app.language.words import words_in
from app.ui.charts.gauge import NARROWEST_HALF, gauge
from app.ui.charts.style import to_the_pixel
from app.ui.charts.waterfall import waterfall
from app.ui.kit.palette import LIGHT
from app.ui.officer.explanation import LARGEST, finding, spoken, steps
from tests.gauge_places import place_on, places

EN, FR = words_in("en"), words_in("fr")


@pytest.mark.parametrize(("threshold", "grey_zone"), [(0.091, 5.0), (0.2, 12.0), (0.03, 0.0)])
def test_bands_and_marks_stand_where_the_policy_says(decision, threshold: float, grey_zone: float) -> None:
    shown = decision(threshold=threshold, grey_zone=grey_zone)
    found = places(gauge(shown, EN, "spoken"))
    half = 50.0 * (shown.points - shown.threshold_points) / (found["mark client"][0] - 50.0)
    assert half >= NARROWEST_HALF - 0.1
    start, width = found["band review"]
    assert (start, width) == pytest.approx((50.0 - 50.0 * grey_zone / half, 100.0 * grey_zone / half), abs=0.02)
    assert found["band refuse"] == pytest.approx((0.0, start), abs=0.02)
    assert found["band accept"] == pytest.approx((start + width, 100.0 - start - width), abs=0.02)
    assert found["mark threshold"] == (50.0,)


def test_the_ticks_stand_at_their_points(decision) -> None:
    shown = decision(0.2)
    drawn = gauge(shown, EN, "spoken")
    half = 50.0 * (shown.points - shown.threshold_points) / (places(drawn)["mark client"][0] - 50.0)
    ticks = re.findall(r'class="tick" style="left:([\d.]+)%">(\d+)<', drawn)
    assert 3 <= len(ticks) <= 7
    for place, points in ticks:
        assert float(place) == pytest.approx(place_on(float(points), shown.threshold_points, half), abs=0.1)


def test_the_client_stands_within_the_scale_and_its_name_beside_the_mark_near_an_end(decision) -> None:
    for probability, side in ((0.0005, "before"), (0.09, "middle"), (0.9, "after")):
        found = places(gauge(decision(probability), EN, "spoken"))
        assert 0.0 < found["mark client"][0] < 100.0
        assert found[f"name {side}"] == found["mark client"]


def test_the_gauge_names_the_threshold_the_client_and_the_bands_and_is_spoken(decision) -> None:
    shown = decision()
    drawn = gauge(shown, FR, "spoken")
    assert 'role="img" aria-label="spoken"' in drawn
    for word in (
        f"Seuil {round(shown.threshold_points)}",
        f"Ce client {round(shown.points)}",
        "Refuser",
        "Accepter",
        "À revoir",
    ):
        assert word in drawn


def test_steps_lead_exactly_from_the_average_client_to_this_one(decision) -> None:
    shown = decision()
    explained = steps(shown, EN)
    assert explained[0].start == shown.average_points
    assert explained[-1].end == pytest.approx(shown.points)
    for before, after in pairwise(explained):
        assert before.end == pytest.approx(after.start)


def test_the_largest_effects_are_named_and_the_others_counted(decision) -> None:
    explained = steps(decision(), EN)
    assert len(explained) == LARGEST + 1
    assert explained[1].label == "External score 2: not provided"
    assert explained[-1].label == "The 2 other items"  # the third has no effect
    assert explained[-1].points == pytest.approx(0.8)


def test_the_waterfall_draws_the_steps(decision) -> None:
    shown = decision()
    explained = steps(shown, EN)
    figure = waterfall(shown, explained, EN, LIGHT)
    bars, average, client = figure.data
    assert (bars.type, bars.base) == ("waterfall", shown.average_points)
    assert list(bars.x) == [step.points for step in explained]
    assert bars.text[0] == "<b>−17</b>" and bars.text[3] == "<b>+5</b>"
    assert (average.x[0], client.x[0]) == (shown.average_points, shown.points)
    assert (bars.increasing.marker.color, bars.decreasing.marker.color) == (LIGHT.accept, LIGHT.refuse)
    low, high = figure.layout.xaxis.range
    assert all(low < step.end < high for step in explained)


def test_a_long_label_is_folded_and_its_row_moved_down(decision) -> None:
    shown = decision()
    figure = waterfall(shown, steps(shown, FR), FR, LIGHT)
    labels = [annotation.text for annotation in figure.layout.annotations]
    folded = next(row for row, label in enumerate(labels) if "<br>" in label)
    rows = [annotation.y for annotation in figure.layout.annotations]
    assert rows[folded] - rows[folded - 1] > 1
    assert max(len(line) for label in labels for line in label.split("<br>") if "<b>" not in line) <= 46


def test_the_text_alternative_tells_every_effect(decision) -> None:
    shown = decision()
    explained = steps(shown, EN)
    told = spoken(explained, shown, EN)
    assert told.startswith(finding(shown, EN))
    assert all(f"{step.label}, {EN.signed(step.points)}" in told for step in explained)
    assert "<" not in told


def test_the_finding_names_both_ends(decision) -> None:
    shown = decision()
    gap = round(shown.average_points) - round(shown.points)
    assert f"{round(shown.points)} points, {gap} points below the average client" in finding(shown, EN)


@pytest.mark.parametrize(
    ("extent", "drawn"),
    [
        (1.0, [0.123, 0.988]),
        (0.05, [0.12346, 0.98765]),
        (400.0, [0.1, 1.0]),
        (2_000_000.0, [0.0, 0.0]),
        (0.0, [0.123, 0.988]),
    ],
)
def test_a_figure_sends_digits_a_screen_can_show_and_no_more(extent: float, drawn: list[float]) -> None:
    values = [0.123456789, 0.987654321]
    assert to_the_pixel(values, extent) == drawn
    assert all(abs(shown - value) <= (extent or 1.0) / 1_000 for shown, value in zip(drawn, values, strict=True))
