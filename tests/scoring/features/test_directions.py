"""What the champion answers when one raw column of a client moves: nobody looks riskier for what should help."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import ibis
import numpy as np
import pytest
from ibis import _

from app.scoring.features import build_features
from app.scoring.points import points_from_log_odds
from app.scoring.schema import HISTORIES
from app.scoring.tables.tables import open_tables

DEMO_TABLES = Path(__file__).parents[3] / "data" / "demo" / "tables"
CLIENTS = 400
# Raw column -> what it becomes; +1 where that may only help (more points), -1 where it may only harm.
MOVES = {
    "income 20 % lower": ({"AMT_INCOME_TOTAL": _.AMT_INCOME_TOTAL * 0.8}, -1),
    "income 20 % higher": ({"AMT_INCOME_TOTAL": _.AMT_INCOME_TOTAL * 1.2}, 1),
    "two more years in the job": ({"DAYS_EMPLOYED": _.DAYS_EMPLOYED - 730}, 1),
    "two more years at the address": ({"DAYS_REGISTRATION": _.DAYS_REGISTRATION - 730}, 1),
    "a phone number two years older": ({"DAYS_LAST_PHONE_CHANGE": _.DAYS_LAST_PHONE_CHANGE - 730}, 1),
    "an identity document two years older": ({"DAYS_ID_PUBLISH": _.DAYS_ID_PUBLISH - 730}, 1),
    "a car five years older": ({"OWN_CAR_AGE": _.OWN_CAR_AGE + 5}, -1),
    "one more acquaintance late": ({"DEF_30_CNT_SOCIAL_CIRCLE": _.DEF_30_CNT_SOCIAL_CIRCLE + 1}, -1),
    "work in another city": ({"REG_CITY_NOT_WORK_CITY": ibis.literal(1.0)}, -1),
    **{
        f"external score {number} higher": (
            {f"EXT_SOURCE_{number}": ibis.least(_[f"EXT_SOURCE_{number}"] + 0.1, 1.0)},
            1,
        )
        for number in (1, 2, 3)
    },
}


COPIES = ibis.memtable({"copy": range(len(MOVES) + 1)})
"""Of every client: as they are, and once for each move."""
APART = 10_000_000
"""What the keys of a copy have more than those of the one before."""


@pytest.fixture(scope="module", params=["demonstration", "real"])
def points(demo, request):
    """Points of clients with their whole history, invented and real: (moves and none first, clients)."""
    folder = DEMO_TABLES if request.param == "demonstration" else request.getfixturevalue("home_credit") / "relational"
    rows = build_features(copied(open_tables(folder))).order_by("SK_ID_CURR").to_pandas()
    return points_from_log_odds(demo.champion.log_odds(rows)).reshape(len(MOVES) + 1, CLIENTS)


def copied(tables):
    """The first clients and their histories, all of them once more for each move: one query instead of a dozen."""
    few = tables.application.order_by("SK_ID_CURR").limit(CLIENTS).cache()
    histories = {table.lower() for table in HISTORIES} - {"bureau_balance"}
    own = {name: getattr(tables, name).semi_join(few, "SK_ID_CURR").cache() for name in histories}
    own["bureau_balance"] = tables.bureau_balance.semi_join(own["bureau"], "SK_ID_BUREAU").cache()
    moved = copies(few)
    for place, (changed, _sign) in enumerate(MOVES.values(), 1):
        moved = moved.mutate(**{name: (_.copy == place).ifelse(to, _[name]) for name, to in changed.items()})
    return replace(tables, application=moved.drop("copy"), **{name: copies(own[name]).drop("copy") for name in own})


def copies(table):
    keys = {"SK_ID_CURR", "SK_ID_PREV", "SK_ID_BUREAU"} & set(table.columns)
    return table.cross_join(COPIES).mutate(**{key: _[key] + APART * _.copy for key in keys})


@pytest.mark.parametrize("place", range(1, len(MOVES) + 1), ids=list(MOVES))
def test_nobody_looks_riskier_for_what_should_help(points, place):
    sign = list(MOVES.values())[place - 1][1]
    gained = sign * (points[place] - points[0])
    assert gained.min() > -1e-6, f"{(gained < -1e-6).sum()} clients, by up to {-gained.min():.1f} points"


def test_most_moves_are_felt(points):
    felt = dict(zip(MOVES, np.abs(points[1:] - points[0]).max(axis=1), strict=True))
    assert sum(each > 0.5 for each in felt.values()) >= 8, felt
