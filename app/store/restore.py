"""A back-up brought to a machine where nothing is: each part checked first, none written over what is there."""

from __future__ import annotations

import json
import shutil
import tempfile
from pathlib import Path

from app.scoring.champion import verify as check_champion
from app.scoring.problems import BackupProblem
from app.store.backup import (
    CHAMPION,
    CHAMPIONS,
    CONTENTS,
    HEADS,
    PORTFOLIO,
    Places,
    check_nothing_there,
    prove,
    scratch,
    sums,
    writing_to,
)
from app.store.database import connect
from app.store.heads import Heads
from app.store.portfolio import Portfolio
from app.store.proof import prove_evidence
from app.store.revision import existing
from app.store.row_copy import check_empty, copy_rows


def restore(folder: Path, places: Places) -> list[str]:
    """Bring a back-up to an installation; says what is there now, a sentence each.

    What is there already and is the very same stays as it is: a restoration that was cut short is begun again.

    Raises:
        BackupProblem: the back-up is not as it was made, or something else is there already.
        Problem: what it holds does not hold together.
    """
    check_contents(folder)
    prove(folder, places)
    parts = _parts(folder, places)
    for kept, place in parts:
        _check_free(kept, place)
    with writing_to(places.portfolio.parent):
        engine = connect(places.url, hurried=False)
        with engine.connect() as connection:
            check_empty(connection)
        for kept, place in parts:
            _put(kept, place)
        with scratch(folder) as copied:
            copy_rows(copied, engine)
    return _proven(places)


def check_contents(folder: Path) -> None:
    """Raise BackupProblem where a back-up is not, file by file, as it was made."""
    try:
        listed = dict(json.loads((folder / CONTENTS).read_text(encoding="utf-8"))["files"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise _altered(folder, CONTENTS) from error
    found = sums(folder)
    found.pop(CONTENTS)
    unlike = [name for name in {**listed, **found} if listed.get(name) != found.get(name)]
    if unlike:
        raise _altered(folder, min(unlike))


def _altered(folder: Path, name: str) -> BackupProblem:
    return BackupProblem(
        "{name} of the back-up in {folder} is missing, altered, or none of it.",
        "A back-up is restored as it was made.",
        "Take another copy of it, or an earlier one.",
        name=name,
        folder=folder,
    )


def _parts(folder: Path, places: Places) -> list[tuple[Path, Path]]:
    """What is kept, and where it goes."""
    goes = {PORTFOLIO: places.portfolio, CHAMPION: places.champion, HEADS: places.heads, CHAMPIONS: places.champions}
    return [(folder / name, place) for name, place in goes.items() if place and (folder / name).exists()]


def _is_there(kept: Path, place: Path) -> bool:
    if kept.is_dir():
        return place.is_dir() and sums(kept) == sums(place)
    return place.is_file() and kept.read_bytes() == place.read_bytes()


def _check_free(kept: Path, place: Path) -> None:
    empty = place.is_dir() and not place.is_symlink() and not any(place.iterdir())
    if not empty and not _is_there(kept, place):
        check_nothing_there(place)


def _put(kept: Path, place: Path) -> None:
    """Copied beside its place, then moved there in one rename."""
    if _is_there(kept, place):
        return
    place.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".restore-", dir=place.parent) as staging:
        staged = Path(staging) / place.name
        (shutil.copytree if kept.is_dir() else shutil.copyfile)(kept, staged)
        staged.replace(place)


def _proven(places: Places) -> list[str]:
    heads = Heads(places.heads, places.key) if places.key else None
    proof = prove_evidence(existing(places.url), heads, places.first_heads)
    opened = Portfolio.open(places.portfolio)
    if places.champion.is_dir():
        check_champion(places.champion)
    return [
        f"store: {sum(proof.rows.values()):,} rows in {proof.links:,} links, whole; it ends on {proof.hash}",
        f"portfolio: release {opened.release} is served, of {opened.size:,} clients",
    ]
