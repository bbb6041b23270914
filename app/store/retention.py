"""``python -m app.store retention`` and ``erase``: what is held too long, or of one person, is listed, then erased."""

from __future__ import annotations

import getpass
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Engine, func, select

from app.scoring.case.actors import Actor
from app.scoring.problems import CaseProblem, StoreProblem
from app.store import champions
from app.store.access import ACCESS_LOG
from app.store.cases.erasure import Held, erase, held, needed_champions
from app.store.database import cause_of, reading
from app.store.drafts import forget_drafts_of
from app.store.heads import Heads
from app.store.journal import JOURNAL


def operator() -> Actor:
    """Who runs a command on this machine."""
    try:
        return Actor(getpass.getuser(), "operator")
    except (KeyError, OSError):  # a container's user without a name
        return Actor("operator", "operator")


def years_before(now: datetime, years: int) -> datetime:
    """The same day, years earlier; 28 February where that day is not."""
    try:
        return now.replace(year=now.year - years)
    except ValueError:
        return now.replace(year=now.year - years, day=28)


def retain(engine: Engine, years: int, archive: Path, apply: bool, heads: Heads | None = None) -> list[str]:
    """List, and where asked erase, what was written more than some years ago; says so, a sentence a file.

    Raises:
        StoreProblem: the database cannot be read or written; what was erased until then stays so.
    """
    before = years_before(datetime.now(UTC), years)
    found = held(engine, before)
    told = [_told(each) for each in found]
    if apply:
        _erase(engine, found, f"older than {years} years", heads)
        told += _forget_champions(engine, archive)
    done = "erased" if apply else "would be erased by --apply"
    total = f"{sum(len(each.numbers) for each in found):,} contents of {len(found):,} files"
    return [*told, f"retention: {total} from before {before:%Y-%m-%d} {done}", _staying(engine, before)]


def erase_client(engine: Engine, client: int, why: str, archive: Path, heads: Heads | None = None) -> list[str]:
    """Erase all that files say of one client; says so.

    Raises:
        CaseProblem: nothing is held, or no reason is given.
        StoreProblem: the database cannot be read or written.
    """
    found, dropped = held(engine, client=client), 0
    if not found:
        dropped = _forget_drafts(engine, client)  # typed, and nothing recorded yet
    if not found and not dropped:
        raise CaseProblem(
            "No content is held of client {client}.",
            "What is erased is there before.",
            "Check the number; python -m app.store subject writes all that is held of a person.",
            client=client,
        )
    _erase(engine, found, why, heads)
    if dropped:
        return [f"client {client}: {dropped:,} drafts, nothing else was held; erased"]
    return [
        *(_told(each) for each in found),
        *_forget_champions(engine, archive),
        "erased; the chain says when and why",
    ]


def _forget_drafts(engine: Engine, client: int) -> int:
    with reading(engine, _unreadable) as connection, connection.begin():
        return forget_drafts_of(connection, client)


def _erase(engine: Engine, found: Iterable[Held], why: str, heads: Heads | None) -> None:
    for each in found:
        erase(engine, each, why, operator(), heads)


def _told(each: Held) -> str:
    return f"client {each.client}: {len(each.numbers):,} contents, from {each.oldest[:10]} to {each.newest[:10]}"


def _forget_champions(engine: Engine, archive: Path) -> list[str]:
    with reading(engine, _unreadable) as connection:
        needed = needed_champions(connection)
    gone = champions.forget_all_but(archive, needed) if archive.is_dir() else []
    return [f"champion {address[:12]}: no dossier needs it any more, removed" for address in gone]


def _staying(engine: Engine, before: datetime) -> str:
    """What the chain keeps for good: it would not be one without."""
    moment = before.isoformat(timespec="microseconds")
    with reading(engine, _unreadable) as connection:
        entries = connection.execute(select(func.count()).where(JOURNAL.c.at < moment)).scalar_one()
        accesses = connection.execute(select(func.count()).where(ACCESS_LOG.c.at < before)).scalar_one()
    return f"evidence stays: {entries:,} entries of the journal and {accesses:,} accesses from before, by client number"


def _unreadable(error: Exception) -> StoreProblem:
    return StoreProblem(
        "What is held of files cannot be read or erased: {cause}.",
        "It is erased wholly, or not at all.",
        "Try again in a moment; if it lasts, check the store database.",
        cause=cause_of(error),
    )
