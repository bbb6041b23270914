"""Where each file stands, kept beside the events it follows from: written with each of them, proven against all."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import zip_longest
from typing import Any

from pydantic import TypeAdapter, ValidationError
from sqlalchemy import Connection, delete, insert, select

from app.scoring.case.state import CaseState, state_of
from app.scoring.problems import BrokenEvidence
from app.store.cases.rows import ROWS_AT_ONCE, files
from app.store.cases.tables import CASE_STATES

_STATE = TypeAdapter(CaseState)


def write_state(connection: Connection, client: int, state: CaseState) -> None:
    """Keep where a file stands now, in place of where it stood."""
    connection.execute(delete(CASE_STATES).where(CASE_STATES.c.client == client))
    connection.execute(insert(CASE_STATES), _row(client, state))


def state_in(row: Any) -> CaseState:
    """Where a file stands, as its row says; ValueError where that makes no sense."""
    return _STATE.validate_json(row.state)


def rebuild(connection: Connection) -> None:
    """Compute where every file stands anew, from its events."""
    connection.execute(delete(CASE_STATES))
    for rows in _in_groups(_row(client, state_of(events)) for client, events in files(connection)):
        connection.execute(insert(CASE_STATES), rows)


def check(connection: Connection) -> int:
    """How many files something happened to, once each is found to stand where its events say.

    Raises:
        BrokenEvidence: one does not.
    """
    asked = select(CASE_STATES).order_by(CASE_STATES.c.client)
    kept = connection.execute(asked, execution_options={"yield_per": ROWS_AT_ONCE}).mappings()
    number = 0
    try:
        for said, found in zip_longest(kept, ((client, state_of(events)) for client, events in files(connection))):
            number += 1
            if said is None or found is None or dict(said) != _row(*found):
                raise _astray(said["client"] if said is not None else found[0])
    except (ValidationError, ValueError, KeyError) as error:
        raise _astray(number) from error
    return number


def _row(client: int, state: CaseState) -> dict[str, Any]:
    written = _STATE.dump_json(state, exclude_defaults=True).decode()
    return {"client": client, "status": state.status, "since": state.since, "state": written}


def _in_groups(rows: Iterable[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    group: list[dict[str, Any]] = []
    for row in rows:
        group.append(row)
        if len(group) == ROWS_AT_ONCE:
            yield group
            group = []
    if group:
        yield group


def _astray(client: int) -> BrokenEvidence:
    return BrokenEvidence(
        "The file of client {client} does not stand where its events say.",
        "Where files stand is computed from their events, which are in the chain.",
        "Run python -m app.store migrate, which computes it anew, and find out who changed it.",
        client=client,
    )
