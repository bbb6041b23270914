"""Who did something to a file before: known by name and person, whether they are listed anywhere or not."""

from __future__ import annotations

from typing import cast

from sqlalchemy import Engine, func, select

from app.scoring.case.actors import STAFF, Actor, ActorRole
from app.store.cases.cases import unreadable
from app.store.cases.tables import CASE_EVENTS
from app.store.database import reading


def known_staff(engine: Engine) -> tuple[Actor, ...]:
    """Officers and managers who did something to any file, each once; by the role of their last act.

    Raises:
        StoreProblem: the store cannot be read.
    """
    named = CASE_EVENTS.c.who, CASE_EVENTS.c.person, CASE_EVENTS.c.role
    last = func.max(CASE_EVENTS.c.number)
    asked = select(*named).where(CASE_EVENTS.c.role.in_(STAFF)).group_by(*named).order_by(last)
    with reading(engine, unreadable) as connection:
        rows = connection.execute(asked).all()
    found = {(row.who, row.person): Actor(row.who, cast(ActorRole, row.role), row.person) for row in rows}
    return tuple(found.values())
