"""Whether policies and suspensions are as they were written, in a few short reads: asked each time one is decided by.

Each row is held against its link of the chain, the link against the one after it, and the table against the newest link
that covers it. ``app.store.proof`` proves all of it, and takes as long as the chain is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import ColumnElement, Connection, Table, func, select

from app.scoring.problems import BrokenEvidence
from app.store.chain import CHAIN, Link, digest


@dataclass
class Seen:
    """What this process saw of the chain: it may grow, and nothing else.

    Attributes:
        newest: table -> the key its newest link covered.
        counted: whether the chain was seen to have no gap.
    """

    newest: dict[str, int] = field(default_factory=dict)
    counted: bool = False


def check_history(
    connection: Connection, table: Table, numbers: Sequence[int], seen: Seen, onwards: bool = False
) -> None:
    """Hold rows of a table of policies, and how many there are, against the chain.

    Args:
        numbers: of the rows that were read.
        onwards: every row since the first of them as well: one that names another model now is not read, and matters.

    Raises:
        BrokenEvidence: a row, a link or the table is not as it was written.
    """
    newest = _check_count(connection, table, seen)
    if onwards:
        numbers = range(min(numbers, default=1), newest + 1)
    asked = select(table).where(table.c.number.in_(numbers))
    rows = {row["number"]: row for row in connection.execute(asked).mappings()}
    links = {each.up_to: each for each in connection.execute(_LINKED.where(_covers(table), CHAIN.c.up_to.in_(numbers)))}
    for number in numbers:
        *fields, follower = links.get(number) or (0, "", 0, "", "", "", None)
        link = Link(*fields)
        if not link.intact or follower not in (None, link.hash) or number not in rows:
            raise _broken(table, number)
        if link.digest != digest([rows[number]]):
            raise _broken(table, number)


def _check_count(connection: Connection, table: Table, seen: Seen) -> int:
    counted = select(func.count().label("rows"), func.coalesce(func.max(table.c.number), 0)).select_from(table)
    covered = select(func.coalesce(func.max(CHAIN.c.up_to), 0)).where(_covers(table)).scalar_subquery()
    # Before it is read: what another thread activates and sees meanwhile may be in none of these figures.
    before = seen.newest.get(table.name, 0)
    # One statement: what is activated meanwhile is in all three figures, or in none.
    rows, last, linked = connection.execute(counted.add_columns(covered)).one()
    newest: int = max(last, linked, before)
    if (rows, last, linked) != (newest, newest, newest):
        raise _broken(table, newest)
    seen.newest[table.name] = max(newest, seen.newest.get(table.name, 0))
    if not seen.counted:
        _check_gaps(connection)
        seen.counted = True
    return newest


def _check_gaps(connection: Connection) -> None:
    links, newest = connection.execute(select(func.count(), func.max(CHAIN.c.number))).one()
    if links != (newest or 0):
        raise _broken(CHAIN, newest)


def _covers(table: Table) -> ColumnElement[bool]:
    return CHAIN.c.kept_in == table.name


def _broken(table: Table, number: int) -> BrokenEvidence:
    return BrokenEvidence(
        "The history of policies is not as it was written: row {number} of {table}, or a row before it.",
        "Nothing is decided by a policy that changed by another road than two managers.",
        "Keep the database as it is, run python -m app.store verify, and compare with the last backup.",
        number=number,
        table=table.name,
    )


_NEXT = CHAIN.alias("follower")
_LINKED = select(CHAIN, _NEXT.c.previous).outerjoin(_NEXT, _NEXT.c.number == CHAIN.c.number + 1)
