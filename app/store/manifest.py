"""The manifest of a release: what publishing wrote about it, and the sums its files are held to."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from app.scoring.champion import hash_of
from app.scoring.problems import PortfolioProblem

FILE = "manifest.json"
NEEDED = frozenset({"clients.sqlite", "clients.parquet", "population.json", "effects.parquet"})
REPUBLISH = "Publish again: make train DATA=folder, or restore the folder from the repository."
Stamps = Mapping[str, tuple[int, int, int]]
"""File -> when it was changed, its size, its place on the disk: another one means that somebody wrote it."""


class Manifest(BaseModel):
    """What is read of a manifest before anything else is.

    Attributes:
        sizes: bytes of each file.
        hashes, large_hashes: SHA-256 of each file, in one or the other.
    """

    model_config = ConfigDict(extra="allow", frozen=True, strict=True)

    release: str
    model_version: str
    clients: int
    sizes: dict[str, int]
    hashes: dict[str, str]
    large_hashes: dict[str, str] = {}

    @property
    def sums(self) -> dict[str, str]:
        """SHA-256 of each file."""
        return {**self.hashes, **self.large_hashes}


def read_manifest(folder: Path) -> Manifest:
    """The manifest of a release, once it is found to name a sum for each of its files.

    Raises:
        PortfolioProblem: it cannot be read, or lists none for one.
    """
    try:
        manifest = Manifest.model_validate(json.loads((folder / FILE).read_text(encoding="utf-8")))
    except (OSError, ValueError, ValidationError) as error:
        raise altered(folder, FILE) from error
    listed = set(manifest.sizes)
    if lacking := (NEEDED - listed) | (listed ^ set(manifest.sums)):
        raise PortfolioProblem(
            "manifest.json of the portfolio {release} lists no size and hash of {name}.",
            "Each file of a release is held to both.",
            REPUBLISH,
            release=folder.name,
            name=min(lacking),
        )
    return manifest


def check_files(folder: Path, manifest: Manifest) -> None:
    """Raise PortfolioProblem when a file is not the one that was published; 0.8 s a gigabyte."""
    for name, size in manifest.sizes.items():
        try:
            whole = (folder / name).stat().st_size == size and hash_of(folder / name) == manifest.sums[name]
        except OSError as error:
            raise altered(folder, name) from error
        if not whole:
            raise altered(folder, name)


def stamps(folder: Path) -> Stamps:
    """How each file of a release stands on the disk; costs a look at each, without reading it."""
    found = {}
    for path in sorted(folder.rglob("*")):
        with suppress(FileNotFoundError):  # a folder that is being removed
            state = path.stat()
            found[path.relative_to(folder).as_posix()] = (state.st_mtime_ns, state.st_size, state.st_ino)
    return found


def altered(folder: Path, name: object) -> PortfolioProblem:
    """What is told of a file that is not as published."""
    return PortfolioProblem(
        "{name} of the portfolio in {folder} is missing or altered.",
        "Its size and hash must be those of manifest.json.",
        REPUBLISH,
        name=name,
        folder=folder,
    )


def facts(manifest: Manifest) -> dict[str, Any]:
    """Everything the manifest tells, by name."""
    return manifest.model_dump()
