"""A client's features after edits to their application form: the same declarations, run on the edited columns only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache

import duckdb
import pyarrow as pa

from app.scoring.champion import Row
from app.scoring.decision import Value
from app.scoring.engine import compiled
from app.scoring.features import by_name
from app.scoring.features.columns import select_features
from app.scoring.features.lineage import DECLARED, dependent, form_and_features, reads
from app.scoring.schema.keys import CLIENT

Form = Mapping[str, Value]


def revised_features(form: Form, features: Row, edits: Mapping[str, Sequence[Value]]) -> dict[str, list[Value]]:
    """Values of every feature that reads an edited column, one per alternative.

    Args:
        form: raw application columns, those of ``lineage.form_columns``.
        features: the client's served features; those of a history are read where a feature compares it with the form.
            A feature that is not among them is left out: it was declared after they were served.
        edits: raw column -> its value in each alternative; at least one column, all of one length n.

    Returns:
        feature name -> n values; None where not provided.
    """
    query, columns = _query(frozenset(edits), frozenset(features))
    alternatives = len(next(iter(edits.values())))
    row = {**features, **form}
    types = form_and_features().schema().to_pyarrow()
    rows = {name: edits.get(name) or [row[name]] * alternatives for name in columns}
    table = pa.table({name: pa.array(values, type=types.field(name).type) for name, values in rows.items()})
    with duckdb.connect(config={"threads": 1}) as connection:
        connection.register("@row", table)
        answer = connection.sql(query).to_arrow_table().to_pydict()
    return {name: values for name, values in answer.items() if name != CLIENT}


@cache
def _query(edited: frozenset[str], served: frozenset[str]) -> tuple[str, tuple[str, ...]]:
    """The compiled query of the served features that read the edited columns, and the columns it reads."""
    row = form_and_features()
    changed = [name for name in dependent(edited) if name in served]
    selected = row.select(CLIENT, **{name: DECLARED[name] for name in changed})
    columns = frozenset({CLIENT}).union(*(reads()[name] for name in changed))
    return compiled(select_features(selected, tuple(by_name[name] for name in changed))), tuple(sorted(columns))
