"""A back-up: the store, its signed heads, the portfolio and the champion in one folder, proven before it has its name.

```
FOLDER/
  backup.json       what it holds, and the SHA-256 of each file
  store.sqlite      decisions, policies, accesses and their chain, whatever database they come from
  evidence.heads    the signed heads, where some are signed
  portfolio/        the releases, the pointer to the one that is served, the comparisons of populations
  champion/         the exported champion, where there is one
  champions/        those that dossiers need, where there are any
```

A running desk goes on writing. A copied SQLite file lacks what still lies in its log, so SQLite copies it itself, at
one moment. PostgreSQL is read row by row in one snapshot into such a file too: no program of its version is needed, any
database can take it back, and ``python -m app.store verify`` proves it like any store.
"""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from app.scoring.champion import hash_of
from app.scoring.champion import verify as check_champion
from app.scoring.problems import BackupProblem
from app.store.cases.erasure import needed_champions
from app.store.champions import check as check_archive
from app.store.database import cause_of, connect
from app.store.heads import Heads
from app.store.manifest import check_files, read_manifest
from app.store.portfolio import POINTER, RELEASES, Portfolio
from app.store.proof import Proof, prove_evidence
from app.store.release_locks import hold
from app.store.revision import existing, migrate
from app.store.row_copy import copy_rows

CONTENTS, STORE, HEADS, PORTFOLIO, CHAMPION = "backup.json", "store.sqlite", "evidence.heads", "portfolio", "champion"
CHAMPIONS = "champions"


@dataclass(frozen=True, slots=True)
class Places:
    """Where an installation keeps what is backed up, or is to keep what is restored.

    Attributes:
        url: of the store.
        portfolio: folder of the served portfolio.
        champion: folder of the exported champion; nothing is backed up where it is not there.
        heads: file of the signed heads; likewise.
        key: what they are signed with; they are not held against the store where it is empty.
        first_heads: whether there may be no such file all the same: nothing was signed yet.
        champions: folder of those that dossiers need; None where none is kept.
    """

    url: str
    portfolio: Path
    champion: Path
    heads: Path
    key: str = field(default="", repr=False)
    first_heads: bool = False
    champions: Path | None = None


def back_up(places: Places, folder: Path) -> list[str]:
    """Make a back-up of a running installation; says what it holds, a sentence each.

    Raises:
        BackupProblem: something is there already, or the folder cannot be written.
        Problem: store, portfolio or champion are not whole: what is broken is not backed up as if it were not.
    """
    check_nothing_there(folder)
    with writing_to(folder.parent), tempfile.TemporaryDirectory(prefix=".backup-", dir=folder.parent) as staging:
        staged = Path(staging) / folder.name
        staged.mkdir(mode=0o700)
        proof, release = _fill(staged, places)
        _write_contents(staged, proof, release)
        os.sync()
        staged.rename(folder)
    return [
        f"store: {sum(proof.rows.values()):,} rows in {proof.links:,} links, whole; it ends on {proof.hash}",
        f"portfolio: release {release} is served",
        f"back-up: {folder}",
    ]


def _fill(staged: Path, places: Places) -> tuple[Proof, str]:
    # Heads first: of what is signed meanwhile nothing is missing in the store that is copied after them.
    if places.heads.is_file():
        shutil.copyfile(places.heads, staged / HEADS)
    _copy_store(places.url, staged / STORE)
    proof = prove(staged, places)
    release = _copy_portfolio(places.portfolio, staged / PORTFOLIO)
    if places.champion.is_dir():
        shutil.copytree(places.champion, staged / CHAMPION)
        check_champion(staged / CHAMPION)
    _copy_champions(staged, places)
    return proof, release


def _copy_champions(staged: Path, places: Places) -> None:
    """After the store: each that a dossier in it needs was kept before that dossier was written."""
    if places.champions is not None and places.champions.is_dir():
        hidden = shutil.ignore_patterns(".*")
        shutil.copytree(places.champions, staged / CHAMPIONS, ignore=hidden)
    with scratch(staged) as engine, engine.connect() as connection:
        check_archive(staged / CHAMPIONS, needed_champions(connection))


def _copy_store(url: str, file: Path) -> None:
    engine = existing(url)
    if engine.dialect.name != "sqlite":
        copied = connect(f"sqlite:///{file}")
        copy_rows(engine, copied)
        copied.dispose()  # which moves all into the one file
        return
    with engine.connect() as connection, closing(sqlite3.connect(file)) as copy:
        held = connection.connection.driver_connection
        assert isinstance(held, sqlite3.Connection)
        held.backup(copy)


def _copy_portfolio(root: Path, copied: Path) -> str:
    opened = Portfolio.open(root)
    for release in (root / RELEASES).iterdir():
        hold(release, opened)
    shutil.copytree(root, copied, ignore=lambda _, names: [name for name in names if name.startswith(".")])
    for release in (copied / RELEASES).iterdir():
        check_files(release, read_manifest(release))
        check_champion(release / "champion")
    (copied / POINTER).write_text(json.dumps({"release": opened.release}) + "\n", encoding="utf-8")
    return opened.release


def prove(folder: Path, places: Places) -> Proof:
    """Prove the store of a back-up on a copy of it, which is brought to the newest revision.

    Args:
        places: of the installation, whose key the heads of the back-up are signed with.

    Raises:
        BrokenEvidence: it is not whole, or lacks what was signed.
    """
    with scratch(folder) as engine:
        heads = Heads(folder / HEADS, places.key) if places.key else None
        return prove_evidence(engine, heads, places.first_heads)


@contextmanager
def scratch(folder: Path) -> Iterator[Engine]:
    """A copy of a back-up's store at the newest revision: what was backed up itself is only read."""
    with tempfile.TemporaryDirectory() as away:
        url = f"sqlite:///{shutil.copyfile(folder / STORE, Path(away) / STORE)}"
        engine = existing(url)
        migrate(engine)
        yield engine
        engine.dispose()


def _write_contents(staged: Path, proof: Proof, release: str) -> None:
    told = {
        "made": datetime.now(UTC).isoformat(timespec="seconds"),
        "release": release,
        "rows": dict(proof.rows),
        "links": proof.links,
        "ends_on": proof.hash,
        "files": sums(staged),
    }
    (staged / CONTENTS).write_text(json.dumps(told, indent=1, sort_keys=True) + "\n", encoding="utf-8")


def sums(folder: Path) -> dict[str, str]:
    """SHA-256 of each file of a folder, but for what a program keeps for itself under a name that begins with a dot."""
    files = (path for path in sorted(folder.rglob("*")) if path.is_file() and not path.name.startswith("."))
    return {path.relative_to(folder).as_posix(): hash_of(path) for path in files}


def check_nothing_there(folder: Path) -> None:
    """Raise BackupProblem where something is."""
    if folder.is_symlink() or folder.exists():
        raise BackupProblem(
            "{folder} is there already.",
            "What is there is never written over.",
            "Name another place, or move it away first.",
            folder=folder,
        )


@contextmanager
def writing_to(folder: Path) -> Iterator[None]:
    """Tell in a sentence why a place cannot be written to, or a store not be copied."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        yield
    except (OSError, shutil.Error, sqlite3.Error, SQLAlchemyError) as error:
        raise BackupProblem(
            "{folder} cannot be written to, or not everything can be read: {cause}.",
            "A back-up is made and restored wholly, or not at all.",
            "Mend the cause, then try again.",
            folder=folder,
            cause=getattr(error, "strerror", None) or cause_of(error),
        ) from error
