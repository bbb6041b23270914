"""Finding files: search by attributes, the work queue with grey-zone files first, a random client like this."""

from __future__ import annotations

import random
from dataclasses import dataclass

from app.scoring.decision import Band, Value
from app.scoring.peers.peer_group import Conditions
from app.scoring.points import points_from_probability
from app.scoring.policy import Policy
from app.scoring.schema.keys import CLIENT
from app.store.portfolio import Client, Portfolio
from app.store.questions import answers, column, outcomes, rows_of, where

SHOWN = ("income_type", "credit", "annuity", "income", "age", "years_employed")
"""Features a line of the list shows; any other may be asked for."""


@dataclass(frozen=True, slots=True)
class Line:
    """One file of the list.

    Attributes:
        client: SK_ID_CURR.
        population: "labelled" when the outcome is known, "current" otherwise.
        probability: of default, as the batch scored it.
        points: the same on the points scale.
        distance: points above the threshold; negative below it.
        band: what the policy says, or "review" in the grey zone.
        features: the features asked for; None when not provided.
    """

    client: int
    population: str
    probability: float
    points: float
    distance: float
    band: Band
    features: dict[str, Value]


@dataclass(frozen=True, slots=True)
class Worklist:
    """A page of files.

    Attributes:
        found: how many clients meet the conditions, on all pages.
        lines: those of this page.
    """

    found: int
    lines: tuple[Line, ...]


def search(
    portfolio: Portfolio,
    conditions: Conditions,
    policy: Policy,
    sort: str | None = None,
    descending: bool = False,
    limit: int = 50,
    offset: int = 0,
    features: tuple[str, ...] = SHOWN,
) -> Worklist:
    """The files that meet the conditions, one page of them.

    Args:
        sort: column to sort by, missing values last; None for the work queue: grey-zone files first, those nearest to
            the threshold before the others.
        features: names of features each line shows.

    Raises:
        QuestionProblem: a column that is not there.
    """
    inside, values = where(conditions)
    key, order, bound = _order(sort, descending, policy)
    found = answers(
        f"WITH found AS MATERIALIZED (SELECT {CLIENT}, {key} AS key FROM {rows_of(portfolio.folder)} WHERE {inside}) "
        f"SELECT {CLIENT}, (SELECT count(*) FROM found) FROM found ORDER BY key {order}, {CLIENT} LIMIT ? OFFSET ?",
        [*bound, *values, limit, offset],
    )
    # Whole rows come by id: reading the shown columns of everyone to keep a page of them takes three times as long.
    lines = tuple(_line(portfolio.client(client), features, policy) for client, _ in found)
    return Worklist(found[0][1] if found else outcomes(portfolio.folder, conditions).clients, lines)


def _order(sort: str | None, descending: bool, policy: Policy) -> tuple[str, str, list[float]]:
    # The grey zone is the nearest to the threshold by definition: nearest first puts it first.
    if sort is None:
        return "abs(points - ?)", "ASC", [policy.threshold_points]
    return column(sort), "DESC NULLS LAST" if descending else "ASC NULLS LAST", []


def _line(client: Client, features: tuple[str, ...], policy: Policy) -> Line:
    points = points_from_probability(client.probability)
    return Line(
        client=client.client,
        population=client.population,
        probability=client.probability,
        points=points,
        distance=points - policy.threshold_points,
        band=policy.band(client.probability, points),
        features={name: client.features[name] for name in features},
    )


def random_like(portfolio: Portfolio, conditions: Conditions, draw: random.Random | None = None) -> int | None:
    """Any client who meets the conditions, each equally likely; None when there is none."""
    inside, values = where(conditions)
    query = f"SELECT {CLIENT} FROM {rows_of(portfolio.folder)} WHERE {inside} ORDER BY {CLIENT}"
    clients = answers(f"WITH found AS ({query}) SELECT list({CLIENT}) FROM found", values)[0][0]
    return (draw or random).choice(clients) if clients else None
