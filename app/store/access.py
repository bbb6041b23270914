"""The access log: who saw which client's score, when, by which model. Written, never changed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Column, DateTime, Engine, Integer, MetaData, String, Table, insert, select
from sqlalchemy.exc import SQLAlchemyError

from app.scoring.problems import StoreProblem

_METADATA = MetaData()
ACCESS_LOG = Table(
    "access_log",
    _METADATA,
    Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("who", String(254), nullable=False),
    Column("role", String(40), nullable=False),
    Column("what", String(80), nullable=False),
    Column("client", BigInteger, nullable=False, index=True),
    Column("model_version", String(40), nullable=False),
    Column("request", String(64), nullable=False),
)


@dataclass(frozen=True, slots=True)
class Access:
    """One client's score seen once.

    Attributes:
        at: when, with its time zone.
        who: name of the person or of the key.
        role: what they are entitled to.
        what: page or operation, e.g. ``"POST /predict"``.
        client: SK_ID_CURR.
        model_version: version of the champion that answered.
        request: id of the request or session.
    """

    at: datetime
    who: str
    role: str
    what: str
    client: int
    model_version: str
    request: str


_FIELDS = tuple(field.name for field in fields(Access))


@dataclass(frozen=True)
class AccessLog:
    """The log in a database. Safe to share between threads and processes."""

    engine: Engine

    @classmethod
    def open(cls, engine: Engine) -> AccessLog:
        """The log of a database, made when it is not there yet.

        Raises:
            StoreProblem: the database cannot be written.
        """
        try:
            _METADATA.create_all(engine)
        except SQLAlchemyError as error:
            raise _unwritable(error) from error
        return cls(engine)

    def write(self, accesses: Sequence[Access]) -> None:
        """Write all or none of the accesses, in one transaction.

        Raises:
            StoreProblem: the database is locked, full, read-only or away.
        """
        rows: list[dict[str, Any]] = [{name: getattr(access, name) for name in _FIELDS} for access in accesses]
        try:
            with self.engine.begin() as connection:
                connection.execute(insert(ACCESS_LOG), rows)
        except SQLAlchemyError as error:
            raise _unwritable(error) from error

    def check(self) -> None:
        """Raise StoreProblem when the log cannot even be read."""
        try:
            with self.engine.connect() as connection:
                connection.execute(select(ACCESS_LOG.c.id).limit(1))
        except SQLAlchemyError as error:
            raise _unwritable(error) from error

    def of(self, client: int) -> Iterable[Access]:
        """Every access to one client, oldest first."""
        asked = select(ACCESS_LOG).where(ACCESS_LOG.c.client == client).order_by(ACCESS_LOG.c.id)
        with self.engine.connect() as connection:
            rows = connection.execute(asked).mappings().all()
        return [Access(**{name: value for name, value in row.items() if name != "id"}) for row in rows]


def _unwritable(error: SQLAlchemyError) -> StoreProblem:
    return StoreProblem(
        "The access log cannot be written.", "A score is only shown when the access to it was logged.",
        "Try again in a moment; if it lasts, check the store database.", cause=type(error).__name__,
    )  # fmt: skip
