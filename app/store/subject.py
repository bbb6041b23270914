"""``python -m app.store subject``: everything that is held of one person, as JSON that a person can read."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, select

from app.scoring.problems import BackupProblem, PortfolioProblem, UnknownClient
from app.store.access import AccessLog
from app.store.cases.cases import Case, Cases
from app.store.cases.contents import SALT
from app.store.drafts import drafts_about
from app.store.journal import JOURNAL, Journal
from app.store.portfolio import Portfolio
from app.store.records import application_form, read_histories


def everything_of(engine: Engine, opened: Portfolio, client: int) -> dict[str, Any]:
    """What store and served portfolio hold of one client, under a name each.

    Raises:
        StoreProblem: the database cannot be read.
        BrokenEvidence: what an event says is not as it was written.
    """
    case = Cases(engine, Path()).case(client)
    return {
        "client": client,
        "written": datetime.now(UTC).isoformat(timespec="seconds"),
        "state": asdict(case.state),
        "events": _events(case),
        "decision_journal": [
            asdict(entry) for entry in Journal(engine).entries(client, limit=_entries(engine, client))
        ],
        "accesses": [{**asdict(each), "at": each.at.isoformat()} for each in AccessLog(engine).of(client)],
        "drafts": _drafts(engine, client),
        "file": _file(opened, client),
    }


def _events(case: Case) -> list[dict[str, Any]]:
    told = []
    for event in case.events:
        content = case.contents.get(event.number)
        said = {name: value for name, value in content.items() if name != SALT} if content is not None else None
        told.append({**asdict(event), "content": said, "erased": event.payload is not None and content is None})
    return told


def _drafts(engine: Engine, client: int) -> list[dict[str, str]]:
    with engine.connect() as connection:
        return drafts_about(connection, client)


def _entries(engine: Engine, client: int) -> int:
    with engine.connect() as connection:
        return len(connection.execute(select(JOURNAL.c.number).where(JOURNAL.c.client == client)).all()) or 1


def _file(opened: Portfolio, client: int) -> dict[str, Any] | None:
    """What the served release holds; None where it has no such client any more."""
    try:
        row = opened.client(client)
    except UnknownClient:
        return None
    told: dict[str, Any] = {"release": opened.release, "probability": row.probability, "features": dict(row.features)}
    try:
        told["application"] = application_form(opened.folder, client)
        told["histories"] = read_histories(opened.folder, client)
    except PortfolioProblem:  # published without raw rows
        told["application"] = None
    return told


def write_subject(engine: Engine, opened: Portfolio, client: int, out: Path) -> list[str]:
    """Write it into a file that is not there yet, its owner's alone; says what it holds.

    Raises:
        BackupProblem: the file is there, or cannot be written.
        StoreProblem: the database cannot be read.
    """
    told = everything_of(engine, opened, client)
    try:
        out.touch(mode=0o600, exist_ok=False)
        with out.open("w", encoding="utf-8") as file:
            json.dump(told, file, ensure_ascii=False, indent=1, default=str)
            file.write("\n")
    except FileExistsError as error:
        raise BackupProblem(
            "{folder} is there already.",
            "What is there is never written over.",
            "Name another place, or move it away first.",
            folder=out,
        ) from error
    except OSError as error:
        raise BackupProblem(
            "{folder} cannot be written to: {cause}.",
            "It is written wholly, or not at all.",
            "Name another place.",
            folder=out,
            cause=error.strerror,
        ) from error
    counts = {name: len(told[name]) for name in ("events", "decision_journal", "accesses")}
    said = ", ".join(f"{number:,} {name.replace('_', ' ')}" for name, number in counts.items())
    return [f"client {client}: {said}; written to {out}"]
