"""Bins as rows people read: whole, in order, with the client's among them."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from app.language.words import words_in
from app.scoring.peers.comparison import Axis, Crossing, Outcomes
from app.ui.charts.bins import LARGEST, slots, ticks
from app.ui.charts.crossing import DARKEST, crossing, mixed
from app.ui.charts.grid import grid_of
from app.ui.kit.palette import DARK, LIGHT, Palette, contrast

EN, FR = words_in("en"), words_in("fr")
MONEY = Axis("income", (0.0, 100_000.0, 200_000.0, 300_000.0), (), 150_000.0, 1)
MANY = tuple(f"Industry: type {number}" for number in range(1, 14))


def category(feature: str, categories: tuple[str, ...], place: int | None) -> Axis:
    return Axis(feature, (), categories, None if place is None else categories[place], place)


def test_a_numbers_bins_are_ranges_with_their_unit_open_at_both_ends() -> None:
    rows = slots(MONEY, [1, 1, 1], EN)
    assert [row.label for row in rows] == ["under €100,000", "€100,000 to €200,000", "€200,000 and more"]
    assert [row.client for row in rows] == [False, True, False]
    assert slots(MONEY, [1, 1, 1], FR)[2].label.endswith("et plus")


def test_counts_are_named_one_by_one() -> None:
    axis = Axis("enquiries", (0.0, 1.0, 2.0, 3.0), (), 2.0, 2)
    assert [row.label for row in slots(axis, [5, 3, 1], EN)] == ["0", "1", "2 and more"]


def test_a_flag_is_yes_or_no_however_many_bins_lie_between() -> None:
    axis = Axis("owns_car", tuple(place / 24 for place in range(25)), (), 1.0, 23)
    rows = slots(axis, [10] + [0] * 22 + [5], EN)
    assert [(row.label, row.bins, row.client) for row in rows] == [("no", (0,), False), ("yes", (23,), True)]
    alone = Axis("owns_car", (1.0, 2.0), (), 1.0, 0)
    assert [row.label for row in slots(alone, [3], EN)] == ["yes"]


@pytest.mark.parametrize("place", [0, 12, None])
def test_the_largest_categories_are_named_the_clients_always_the_others_counted(place: int | None) -> None:
    axis = category("employer_type", MANY, place)
    rows = slots(axis, list(range(13, 0, -1)), EN)
    assert len(rows) == LARGEST + 1
    assert rows[-1].label == "The 5 other values" and not rows[-1].client
    assert sorted(bin_ for row in rows for bin_ in row.bins) == list(range(13)), "every bin once"
    assert [row.client for row in rows].count(True) == (0 if place is None else 1)
    sizes = [13 - row.bins[0] for row in rows[:-1]]
    assert sizes == sorted(sizes, reverse=True)


def test_nine_categories_are_all_named() -> None:
    rows = slots(category("employer_type", MANY[:9], 0), [1] * 9, EN)
    assert [row.label for row in rows] == [f"Industry (type {number})" for number in range(1, 10)]


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [
        (0.0, 1.0, [0.0, 0.25, 0.5, 0.75, 1.0]),
        (0.0, 0.17, [0.0, 0.05, 0.1, 0.15]),
        (25_650.0, 367_650.0, None),
        (-3.0, 4.0, [-2.0, 0.0, 2.0, 4.0]),
        (5.0, 5.0, [5.0]),
    ],
)
def test_ticks_are_few_round_and_within(low: float, high: float, expected: list[float] | None) -> None:
    told = ticks(low, high)
    assert told == pytest.approx(expected or [100_000.0, 200_000.0, 300_000.0])
    assert len(told) <= 5 and all(low - 1e-9 <= tick <= high + 1e-9 for tick in told)


@pytest.fixture
def crossed() -> Callable[..., Crossing]:
    """Makes a crossing of income and employer."""

    def cross(place: int | None = 12, client_bin: int | None = 1) -> Crossing:
        first = Axis("income", MONEY.edges, (), None if client_bin is None else 150_000.0, client_bin)
        cells = {(column, row): Outcomes(60 - 4 * row, row, column) for column in (0, 1) for row in range(13)}
        return Crossing(first, category("employer_type", MANY, place), cells, Outcomes(3, 1, 2))

    return cross


def test_a_grid_loses_nobody_and_finds_the_client(crossed) -> None:
    told = crossed()
    grid = grid_of(told, EN)
    assert grid.outcomes == sum(told.cells.values(), told.missing)
    assert sum((cell for line in grid.cells for cell in line), Outcomes()) == sum(told.cells.values(), Outcomes())
    column, row = grid.client
    assert grid.cells[row][column] == told.cells[1, 12]


@pytest.mark.parametrize("missing", [{"place": None}, {"client_bin": None}])
def test_a_client_without_a_value_has_no_place(crossed, missing) -> None:
    grid = grid_of(crossed(**missing), EN)
    assert grid.client is None
    assert len(crossing(grid, EN, LIGHT).data) == 1


def test_a_cell_has_a_figure_from_fifty_outcomes_on(crossed) -> None:
    grid = grid_of(crossed(), EN)
    figure = crossing(grid, EN, LIGHT)
    for line, texts, depths in zip(grid.cells, figure.data[0].text, figure.data[0].z, strict=True):
        for cell, text, depth in zip(line, texts, depths, strict=True):
            assert text == ("" if cell.known < 50 else EN.percent(cell.defaulted / cell.known))
            assert depth == (cell.clients or None)
    assert {bool(text) for texts in figure.data[0].text for text in texts} == {True, False}


@pytest.mark.parametrize("palette", [LIGHT, DARK])
def test_figures_are_legible_on_the_darkest_cell(palette: Palette) -> None:
    darkest = mixed(palette.background, palette.muted, DARKEST)
    assert contrast(palette.ink, darkest) >= 4.5
    assert contrast(palette.ink, palette.panel) >= 4.5
    assert mixed("#000000", "#FFFFFF", 0.5) == "#808080"
