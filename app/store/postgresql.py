"""PostgreSQL, which answers within seconds or counts as away: nobody waits for a lock, a statement, a dead host."""

from __future__ import annotations

from typing import Any

import psycopg
from sqlalchemy import URL, Engine, create_engine, event
from sqlalchemy.pool import ConnectionPoolEntry

from app.store.patience import (
    ANSWER_SECONDS,
    CONNECT_SECONDS,
    IDLE_SECONDS,
    LOCK_SECONDS,
    POOL_SECONDS,
    STATEMENT_SECONDS,
)

_NETWORK = {"keepalives_idle": 10, "keepalives_interval": 2, "keepalives_count": 3, "tcp_user_timeout": 5_000}


class Impatient(psycopg.Connection[Any]):
    """A connection that is closed where an answer takes longer than ``ANSWER_SECONDS``."""

    def wait(self, gen: Any, interval: float = 0.1, timeout: float | None = None) -> Any:
        """As psycopg's, which every answer comes through.

        Raises:
            psycopg.OperationalError: there was none in time; whatever it was about is rolled back by the server.
        """
        try:
            return super().wait(gen, interval, timeout or ANSWER_SECONDS)
        except psycopg.errors._WaitTimeout:
            self.pgconn.finish()  # its answer may still come, and would be taken for the next one's
            raise


def engine_of(url: URL, hurried: bool) -> Engine:
    """The engine of a PostgreSQL database; an option the URL names itself counts.

    Args:
        hurried: whether statements are bound in time: not those of a verb that reads or rewrites everything.
    """
    driven = url.set(drivername="postgresql+psycopg")
    named = [("lock_timeout", LOCK_SECONDS), ("idle_in_transaction_session_timeout", IDLE_SECONDS)]
    if hurried:
        named.append(("statement_timeout", STATEMENT_SECONDS))
    limits = " ".join(f"-c {name}={seconds}s" for name, seconds in named)
    options = f"{limits} {url.query.get('options', '')}".strip()
    arguments = {"connect_timeout": CONNECT_SECONDS, "options": options, **_NETWORK}
    engine = create_engine(driven, pool_pre_ping=True, pool_timeout=POOL_SECONDS, connect_args=arguments)
    if hurried:
        event.listen(engine, "do_connect", _impatient)
    return engine


def _impatient(_: Any, __: ConnectionPoolEntry, arguments: list[Any], named: dict[str, Any]) -> Impatient:
    return Impatient.connect(*arguments, **named)
