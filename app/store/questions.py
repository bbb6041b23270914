"""Questions over everyone: SQL by DuckDB over the release's ``clients.parquet``, a cursor of its own for each call.

Values a person chose are bound, never written into the query; column names are checked against the declared ones.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import duckdb

from app.scoring.decision import Value
from app.scoring.features import by_name
from app.scoring.peers.comparison import Axis, Comparison, Crossing, Fate, Outcomes, Spread, axis_of
from app.scoring.peers.peer_group import Between, Conditions, Group, Members, Neighbours, in_band
from app.scoring.policy import Policy
from app.scoring.population import Population
from app.scoring.problems import QuestionProblem
from app.scoring.schema.keys import CLIENT

SCORES = (CLIENT, "population", "probability", "points")
BINS = 24
CROSSED_BINS = 10
THREADS, MEMORY = 2, "256MB"


Query = tuple[str, list[Any]]
"""Text with a ? for each value, and the values."""


@cache
def engine() -> duckdb.DuckDBPyConnection:
    """The process's engine: it remembers where columns lie in the files, never rows, and serves by cursors."""
    database = duckdb.connect(config={"threads": THREADS, "memory_limit": MEMORY})
    database.execute("SET parquet_metadata_cache = true")
    return database


def rows_of(release: Path) -> str:
    """The release's rows, as the FROM of a query has it."""
    file = str(release / "clients.parquet").replace("'", "''")
    return f"read_parquet('{file}')"


def answers(query: str, values: Sequence[Any] | Mapping[str, Any]) -> list[tuple[Any, ...]]:
    """Every row of the answer, by a cursor of its own: safe beside those of other threads."""
    with engine().cursor() as cursor:
        return cursor.execute(query, values).fetchall()


def column(name: str) -> str:
    """A declared column, quoted.

    Raises:
        QuestionProblem: no client has such a column.
    """
    if name not in by_name and name not in SCORES:
        raise QuestionProblem(
            "There is no item named {name}.",
            "Clients are chosen by their features and scores.",
            "Choose another item.",
            name=name,
        )
    return f'"{name}"'


def where(conditions: Conditions) -> Query:
    """Conditions as one SQL expression that is never null."""
    parts: list[str] = []
    values: list[Any] = []
    for condition in conditions:
        name = column(condition.column)
        if isinstance(condition, Between):
            bounds = ((">=", condition.low), ("<=", condition.high))
            parts += [f"{name} {sign} ?" for sign, bound in bounds if bound is not None] or [f"{name} IS NOT NULL"]
            values += [bound for _, bound in bounds if bound is not None]
        else:
            known = [value for value in condition.values if value is not None]
            missing = f" OR {name} IS NULL" if None in condition.values else ""
            parts.append(f"({name} IN ({', '.join('?' * len(known)) or 'NULL'}){missing})")
            values += known
    return f"coalesce({' AND '.join(parts) or 'true'}, false)", values


def members(release: Path, group: Group, row: Mapping[str, Value], population: Population) -> Query:
    """The group as an SQL expression over the rows of the release.

    Args:
        row: feature row of the client in the middle of ``Neighbours``.
    """
    if isinstance(group, Neighbours):
        group = nearest(release, group, row, population)
    if isinstance(group, Members):
        return f"{CLIENT} IN (SELECT unnest(?::BIGINT[]))", [list(group.clients)]
    return where(group)


def nearest(release: Path, group: Neighbours, row: Mapping[str, Value], population: Population) -> Members:
    """Who the neighbours are, the nearest first; arguments as in ``members``.

    Raises:
        QuestionProblem: nearness on nothing, or on a column that is not there.
    """
    distance, values = _distance(group.features, row, population)
    asked = f"SELECT {CLIENT} FROM {rows_of(release)} WHERE {CLIENT} <> ? ORDER BY {distance}, {CLIENT} LIMIT ?"
    return Members(tuple(client for (client,) in answers(asked, [group.client, *values, group.size])))


def _distance(features: Sequence[str], row: Mapping[str, Value], population: Population) -> Query:
    if not features:
        raise QuestionProblem(
            "No item is chosen to tell who is near.", "Nearness needs one item at least.", "Choose an item."
        )
    parts: list[str] = []
    values: list[Any] = []
    for name in features:
        quoted, value, edges = column(name), row[name], population[name].edges
        if value is None:
            parts.append(f"({quoted} IS NOT NULL)::DOUBLE")
        elif isinstance(value, str):
            parts.append(f"coalesce(({quoted} <> ?)::DOUBLE, 1.0)")
            values.append(value)
        else:
            width = edges[-1] - edges[0] if len(edges) > 1 else 0.0
            parts.append(f"coalesce(least(abs({quoted} - ?) / ?, 1.0), 1.0)")
            values += [value, width or 1.0]
    return " + ".join(parts), values


def compare(release: Path, feature: str, row: Mapping[str, Value], group: Group, population: Population) -> Comparison:
    """The client's place on one feature among everyone and within a group.

    Args:
        release: folder of an open release.
        row: the client's feature row.
        population: of the release: bins, categories, units of nearness.

    Raises:
        QuestionProblem: a column that is not there.
    """
    name, (inside, values) = column(feature), members(release, group, row, population)
    axis = axis_of(feature, row[feature], population, BINS)
    place, bound = _bin(axis)
    # Counts by side of the client's value: -1 below, 0 equal, 1 above; the text of a category has no side but equal.
    side = f"CASE WHEN {name} = ? THEN 0 WHEN {name} < ? THEN -1 ELSE 1 END"
    counted = answers(
        f"SELECT {place}, {inside}, {side}, defaulted, count(*) FROM {rows_of(release)} GROUP BY ALL",
        [*bound, *values, row[feature], row[feature]],
    )
    return Comparison(axis, spread_of(axis, counted), spread_of(axis, [found for found in counted if found[1]]))


def cross(
    release: Path, first: str, second: str, row: Mapping[str, Value], group: Group, population: Population
) -> Crossing:
    """Two features at once over a group, numbers in bins of equal width; arguments as in ``compare``."""
    inside, values = members(release, group, row, population)
    one, two = (axis_of(name, row[name], population, CROSSED_BINS) for name in (first, second))
    (one_bin, one_bound), (two_bin, two_bound) = _bin(one), _bin(two)
    counted = answers(
        f"SELECT {one_bin}, {two_bin}, defaulted, count(*) FROM {rows_of(release)} WHERE {inside} GROUP BY ALL",
        [*one_bound, *two_bound, *values],
    )
    cells: dict[tuple[int, int], Outcomes] = {}
    missing = Outcomes()
    for left, right, defaulted, clients in counted:
        if left is None or right is None:
            missing += _outcome(defaulted, clients)
        else:
            cells[left, right] = cells.get((left, right), Outcomes()) + _outcome(defaulted, clients)
    return Crossing(one, two, cells, missing)


def fate(release: Path, row: Mapping[str, Value], group: Group, population: Population, policy: Policy) -> Fate:
    """What the policy says to a group and what became of it; other arguments as in ``compare``."""
    inside, values = members(release, group, row, population)
    accepted, bound = where((in_band("accept", policy),))
    counted = answers(
        f"SELECT {accepted}, defaulted, count(*) FROM {rows_of(release)} WHERE {inside} GROUP BY ALL",
        [*bound, *values],
    )
    found = sum((_outcome(defaulted, clients) for _, defaulted, clients in counted), Outcomes())
    return Fate(sum(clients for by_policy, _, clients in counted if by_policy), found)


def outcomes(release: Path, conditions: Conditions) -> Outcomes:
    """How many clients meet the conditions, by outcome: the live count of a search."""
    inside, values = where(conditions)
    counted = answers(f"SELECT defaulted, count(*) FROM {rows_of(release)} WHERE {inside} GROUP BY ALL", values)
    return sum((_outcome(defaulted, clients) for defaulted, clients in counted), Outcomes())


def _bin(axis: Axis) -> Query:
    """The bin of a row as an SQL expression: null where the feature is missing."""
    name = column(axis.feature)
    if not axis.edges:
        return f"list_position(?::VARCHAR[], {name}) - 1", [list(axis.categories)]
    # least and greatest pass over nulls: a missing value must stay out of the bins.
    place = f"least(greatest(floor(({name} - ?) / ?), 0), {axis.bins - 1})::INTEGER"
    return f"CASE WHEN {name} IS NOT NULL THEN {place} END", [axis.edges[0], axis.width]


def spread_of(axis: Axis, counted: Iterable[tuple[Any, ...]]) -> Spread:
    """Sum up rows of (bin, inside, side of the client's value, defaulted, clients)."""
    bins, missing, below, equal = [Outcomes()] * axis.bins, Outcomes(), 0, 0
    for place, _, side, defaulted, clients in counted:
        if place is None:
            missing += _outcome(defaulted, clients)
            continue
        bins[place] += _outcome(defaulted, clients)
        below, equal = below + clients * (side == -1), equal + clients * (side == 0)
    provided = sum(each.clients for each in bins)
    told = provided > 0 and axis.value is not None
    ranked = told and not isinstance(axis.value, str)
    return Spread(
        bins=tuple(bins),
        missing=missing,
        percentile=(below + equal / 2) / provided if ranked else None,
        same=equal / provided if told else None,
    )


def _outcome(defaulted: float | None, clients: int) -> Outcomes:
    return Outcomes(unknown=clients) if defaulted is None else Outcomes(*((0, clients) if defaulted else (clients, 0)))
