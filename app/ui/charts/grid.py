"""Two features at once as a grid of rows and columns people read."""

from __future__ import annotations

from dataclasses import dataclass

from app.language.words import Words
from app.scoring.peers.comparison import Axis, Crossing, Outcomes
from app.ui.charts.bins import Slot, slots


@dataclass(frozen=True, slots=True)
class Grid:
    """A crossing laid out.

    Attributes:
        columns: of the first feature.
        rows: of the second one.
        cells: outcomes by row, then by column.
    """

    crossing: Crossing
    columns: tuple[Slot, ...]
    rows: tuple[Slot, ...]
    cells: tuple[tuple[Outcomes, ...], ...]

    @property
    def client(self) -> tuple[int, int] | None:
        """Column and row of the client; None when one of the two is not provided."""
        places = [next((i for i, slot in enumerate(side) if slot.client), None) for side in (self.columns, self.rows)]
        return None if places[0] is None or places[1] is None else (places[0], places[1])

    @property
    def outcomes(self) -> Outcomes:
        """All clients of the group, those with a missing value too."""
        return sum(self.crossing.cells.values(), self.crossing.missing)


def grid_of(crossing: Crossing, words: Words) -> Grid:
    """Lay a crossing out, the smallest categories put together."""
    columns = slots(crossing.first, _sizes(crossing, crossing.first, 0), words)
    rows = slots(crossing.second, _sizes(crossing, crossing.second, 1), words)
    cells = tuple(tuple(_cell(crossing, column, row) for column in columns) for row in rows)
    return Grid(crossing, columns, rows, cells)


def _sizes(crossing: Crossing, axis: Axis, side: int) -> list[int]:
    sizes = [0] * axis.bins
    for place, found in crossing.cells.items():
        sizes[place[side]] += found.clients
    return sizes


def _cell(crossing: Crossing, column: Slot, row: Slot) -> Outcomes:
    found = (crossing.cells.get((left, right)) for left in column.bins for right in row.bins)
    return sum((each for each in found if each), Outcomes())
