"""The register of incidents: what happened, whom it touched, what was done, and what in the store it belongs to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import BigInteger, Column, Engine, String, Table, Text, select

from app.scoring.case.actors import Actor
from app.scoring.problems import StoreProblem, SuspensionProblem
from app.store.chain import METADATA, write_linked, writing
from app.store.database import LONGEST_NAME, LONGEST_PERSON, cause_of, follow, reading
from app.store.heads import Heads
from app.store.revision import open_store
from app.store.suspensions import check_said, numbered

INCIDENTS = Table(
    "incidents",
    METADATA,
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("at", String(32), nullable=False),
    Column("who", String(LONGEST_NAME), nullable=False),
    Column("person", String(LONGEST_PERSON), nullable=False, server_default=""),
    Column("about", BigInteger),
    Column("what", Text, nullable=False),
    Column("whom", Text, nullable=False),
    Column("done", Text, nullable=False),
    Column("suspension", BigInteger),
    Column("drift_run", String(80)),
    Column("activation", BigInteger),
)


@dataclass(frozen=True, slots=True)
class Report:
    """What somebody says about an incident; no client is named in it: it is kept for good.

    Attributes:
        what: what happened.
        whom: whom it touched, how many of them.
        done: what was done.
        about: number of the incident it goes on with; None for a new one.
        suspension, drift_run, activation: the suspension, comparison of populations or activated policy it belongs to.
    """

    what: str
    whom: str
    done: str
    about: int | None = None
    suspension: int | None = None
    drift_run: str | None = None
    activation: int | None = None


@dataclass(frozen=True, slots=True)
class Incident:
    """A report as it is kept.

    Attributes:
        number: from 1, without gaps.
        at: UTC, ISO 8601.
    """

    number: int
    at: str
    by: Actor
    report: Report


@dataclass(frozen=True)
class Incidents:
    """The register in a database. Safe to share between threads and processes."""

    engine: Engine
    heads: Heads | None = None

    @classmethod
    def open(cls, engine: Engine, heads: Heads | None = None) -> Incidents:
        """The register of a database, made when it is not there yet; StoreProblem where it cannot be."""
        open_store(engine, _unusable)
        return cls(engine, heads)

    def report(self, report: Report, by: Actor, at: datetime | None = None) -> Incident:
        """Append a report.

        Raises:
            SuspensionProblem: they do not manage, a text is missing or too long, or ``about`` is no incident.
            StoreProblem: the database is locked, full, read-only or away; nothing is written.
        """
        for text in (report.what, report.whom, report.done):
            check_said(by, text)
        moment = (at or datetime.now(UTC)).astimezone(UTC).isoformat(timespec="microseconds")
        said = {name: getattr(report, name) for name in Report.__slots__}
        facts = {"at": moment, "who": by.name.strip(), "person": by.person, **said}
        return follow(lambda: self._append(facts), _unusable)

    def _append(self, facts: dict[str, Any]) -> Incident:
        with writing(self.engine) as connection:
            row = numbered(connection, INCIDENTS, facts)
            if row["about"] is not None and not 0 < row["about"] < row["number"]:
                raise SuspensionProblem(
                    "There is no incident {number}.",
                    "A report begins an incident or goes on with one.",
                    "Choose one of the list.",
                    number=row["about"],
                )
            added = write_linked(connection, INCIDENTS, [row])
        if self.heads:
            self.heads.keep(added, self.engine)
        return _incident(row)

    def register(self, limit: int = 100) -> tuple[Incident, ...]:
        """Reports, the newest first; StoreProblem where they cannot be read."""
        asked = select(INCIDENTS).order_by(INCIDENTS.c.number.desc()).limit(limit)
        with reading(self.engine, _unusable) as connection:
            return tuple(_incident(dict(row)) for row in connection.execute(asked).mappings())


def _incident(row: dict[str, Any]) -> Incident:
    report = Report(**{name: row[name] for name in Report.__slots__})
    return Incident(row["number"], row["at"], Actor(row["who"], "manager", row["person"]), report)


def _unusable(error: Exception) -> StoreProblem:
    return StoreProblem(
        "The register of incidents cannot be used: {cause}.",
        "A report counts once it is in the store; nothing was changed.",
        "Try again in a moment; if it lasts, check the store database.",
        cause=cause_of(error),
    )
