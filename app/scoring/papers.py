"""Which of the papers that the application form lists were handed in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

MAIN_PAPER = 3
"""The one that most applications bring; the tables name papers by number only."""
COLUMN = "FLAG_DOCUMENT_{number}"
NUMBERS = range(2, 22)


def papers_there(form: Mapping[str, Any]) -> tuple[int, ...]:
    """Numbers of the papers that are there, the main one first.

    Args:
        form: raw application columns.
    """
    there = [number for number in NUMBERS if form.get(COLUMN.format(number=number))]
    return tuple(sorted(there, key=lambda number: (number != MAIN_PAPER, number)))


def is_main_missing(form: Mapping[str, Any]) -> bool:
    """Whether the form says that the main paper was not handed in; where it says nothing, nobody knows."""
    return form.get(COLUMN.format(number=MAIN_PAPER)) == 0
