"""Scores of published clients by id, without their features: what a decision needs when nobody asks why."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from app.store.portfolio import Portfolio

# A release is SQLite, whatever the store is; written as the driver takes them, queries cost less than as expressions.
_ONE = "SELECT probability, points FROM clients WHERE SK_ID_CURR = ?"
_MANY = "SELECT SK_ID_CURR, probability, points FROM clients WHERE SK_ID_CURR IN (SELECT value FROM json_each(?))"
_NEXT = "SELECT SK_ID_CURR FROM clients WHERE SK_ID_CURR > ? ORDER BY SK_ID_CURR LIMIT ?"


@dataclass(frozen=True, slots=True)
class Score:
    """What the batch computed for one client: the same bits the champion gives when asked again.

    Attributes:
        probability: calibrated probability of default.
        points: the same on the points scale.
    """

    probability: float
    points: float


def score_of(portfolio: Portfolio, client: int) -> Score | None:
    """A client's score; None when the portfolio has no such client."""
    with portfolio.engine.connect() as connection:
        row = connection.exec_driver_sql(_ONE, (client,)).first()
    return Score(*row) if row is not None else None


def scores_of(portfolio: Portfolio, clients: Sequence[int]) -> dict[int, Score]:
    """Scores of those clients that the portfolio has, in one query."""
    with portfolio.engine.connect() as connection:
        rows = connection.exec_driver_sql(_MANY, (json.dumps(clients),)).all()
    return {client: Score(probability, points) for client, probability, points in rows}


def clients_after(portfolio: Portfolio, after: int, limit: int) -> list[int]:
    """At most ``limit`` client numbers above ``after``, ascending."""
    with portfolio.engine.connect() as connection:
        return list(connection.exec_driver_sql(_NEXT, (after, limit)).scalars())
