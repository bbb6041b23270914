"""Champions that a dossier needs, kept for as long: a folder each, named after what it holds.

```
champions/
  <SHA-256 of its SHA256SUMS>/    a champion folder as ``scoring.champion`` reads it: text and JSON, no pickle
```
"""

from __future__ import annotations

import hashlib
import shutil
import tempfile
from collections.abc import Collection
from contextlib import suppress
from pathlib import Path

from app.scoring.champion import SUMS, Champion, verify, version_of
from app.scoring.problems import ModelProblem, StoreProblem


def address_of(folder: Path) -> str:
    """What a champion folder is archived under.

    Raises:
        ModelProblem: it holds no champion.
    """
    verify(folder)
    return hashlib.sha256((folder / SUMS).read_bytes()).hexdigest()


def archive(champion: Champion, root: Path) -> str:
    """Keep a champion, unless it is kept already; returns its address.

    Raises:
        StoreProblem: it cannot be written.
    """
    address = address_of(champion.folder)
    kept = root / address
    try:
        if not kept.is_dir():
            root.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryDirectory(prefix=".", dir=root) as staging:
                staged = Path(shutil.copytree(champion.folder, Path(staging) / address))
                _settle(staged, kept)
    except OSError as error:
        raise StoreProblem(
            "The champion cannot be kept in {folder}: {cause}.",
            "A decision keeps what it rested on.",
            "Free some space, or let this program write there (CHAMPIONS_DIR).",
            folder=root,
            cause=error.strerror or "the disk does not answer",
        ) from error
    return address


def _settle(staged: Path, kept: Path) -> None:
    try:
        staged.rename(kept)
    except OSError:
        if not kept.is_dir():  # else somebody else kept the very same meanwhile
            raise


def versions(*folders: Path) -> tuple[str, ...]:
    """Versions of the champions that stand in some folders, each once, in the order of their registration.

    What is no champion is passed over.
    """
    found = set()
    for folder in (each for root in folders if root.is_dir() for each in root.iterdir() if each.is_dir()):
        for champion in (folder, folder / "champion"):
            if (champion / SUMS).is_file():
                with suppress(ModelProblem, OSError, ValueError, KeyError):
                    found.add(version_of(champion))
    return tuple(sorted(found, key=lambda each: (each.partition("-")[0].rjust(12, "0"), each)))


def archived(address: str, root: Path) -> Champion:
    """A champion that was kept.

    Raises:
        ModelProblem: it is not there, or not as it was kept.
    """
    folder = root / address
    if not address or not folder.is_dir() or address_of(folder) != address:
        raise ModelProblem(
            "The champion {address} is not in the archive as it was kept.",
            "A dossier is scored again by the champion that scored it.",
            "Restore the folder of champions from a back-up.",
            address=address[:12] or "none",
        )
    return Champion.load(folder)


def check(root: Path, needed: Collection[str]) -> int:
    """How many champions dossiers need, once each is found as it was kept; ModelProblem where one is not."""
    for address in sorted(needed):
        archived(address, root)
    return len(needed)


def forget_all_but(root: Path, needed: Collection[str]) -> list[str]:
    """Remove those that no dossier needs any more; returns their addresses."""
    gone = [each for each in sorted(root.glob("[0-9a-f]*")) if each.is_dir() and each.name not in needed]
    for folder in gone:
        shutil.rmtree(folder)
    return [folder.name for folder in gone]
