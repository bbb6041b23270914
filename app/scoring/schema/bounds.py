"""What a number on the application form may be: outside of it, it is a slip of the pen or no number at all."""

from __future__ import annotations

from collections.abc import Mapping

from app.scoring.schema.column import Column

HIGHEST_ID = 999_999_999_999
"""Of a client, of a loan: numbers start at 1, and twelve digits are exact in every engine and on every page."""
_OLDEST_DAY = -45_000.0  # 123 years
# Of the application form only: balances of a history can be negative.
_BY_START: Mapping[str, tuple[float, float]] = {
    "AMT_": (0.0, 1e10),
    "CNT_": (0.0, 100.0),
    "OBS_": (0.0, 10_000.0),
    "DEF_": (0.0, 10_000.0),
    "DAYS_": (_OLDEST_DAY, 0.0),
    "EXT_SOURCE_": (0.0, 1.0),
    "HOUR_": (0.0, 23.0),
    "REGION_POPULATION_": (0.0, 1.0),
    "OWN_CAR_AGE": (0.0, 150.0),
}


def bounds(column: Column) -> tuple[float, float] | None:
    """Lowest and highest value of a number on the application form, its sentinels aside; None where any will do."""
    if column.kind != "number":
        return None
    return next((span for start, span in _BY_START.items() if column.name.startswith(start)), None)
