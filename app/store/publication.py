"""Publishing a release: everything is written beside what is served, then one rename makes it the served one."""

from __future__ import annotations

import itertools
import json
import os
import shutil
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from app.scoring.champion import Champion, hash_of
from app.scoring.features import FEATURES
from app.scoring.population import Population, write_population
from app.scoring.problems import PortfolioProblem
from app.scoring.schema.keys import CLIENT
from app.store.effects import write_effects
from app.store.portfolio import POINTER, RELEASES, SCORES
from app.store.records import FOLDER as RECORDS
from app.store.release_locks import is_read, publishing_alone
from app.store.signature import check_signature, sign

STAGING = ".staging-"


def publish(
    root: Path,
    champion_folder: Path,
    batches: Iterable[pa.RecordBatch],
    population: Population,
    facts: dict[str, Any],
    records: Path | None = None,
) -> str:
    """Write a release under ``root`` and serve it; returns its name. What was served still is until the last rename.

    Args:
        root: portfolio folder.
        champion_folder: exported champion that scored the rows; copied into the release.
        batches: rows ordered by SK_ID_CURR: SK_ID_CURR, the columns of ``SCORES``, one column per feature.
        population: distribution of each feature.
        facts: what else the manifest should tell: data hash, demo or not, absent tables.
        records: folder of ``records.write_records``; without it nothing can be simulated and no history is shown.
    """
    champion = Champion.load(champion_folder)
    with publishing_alone(root), _staging(root) as folder:
        release = _free_name(root, f"{champion.version}-{facts['data_hash'][:8]}")
        shutil.copytree(champion_folder, folder / "champion")
        clients = _write_clients(folder, batches)
        write_population(population, folder / "population.json")
        write_effects(folder, champion)
        if records:
            shutil.copytree(records, folder / RECORDS)
        _write_manifest(folder, {"release": release, "model_version": champion.version, "clients": clients, **facts})
        sign(folder)
        folder.rename(root / RELEASES / release)
        _serve(root, release)
        _forget_all_but(root, release)
    return release


@contextmanager
def _staging(root: Path) -> Iterator[Path]:
    for left in root.glob(f"{STAGING}*"):  # by a publisher that was killed: no other one is at work
        shutil.rmtree(left, ignore_errors=True)
    (root / RELEASES).mkdir(exist_ok=True)
    folder = root / f"{STAGING}{os.getpid()}"
    folder.mkdir()
    try:
        yield folder
    except sqlite3.Error as error:
        raise PortfolioProblem(
            "The portfolio could not be written to {root}: {error}.",
            "What was served still is.",
            "Free some space or choose a folder you may write to, then publish again.",
            root=root,
            error=error,
        ) from error
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _free_name(root: Path, release: str) -> str:
    """The same model on the same data may be served right now: it is never written over."""
    names = itertools.chain([release], (f"{release}-{again}" for again in itertools.count(2)))
    return next(name for name in names if not (root / RELEASES / name).exists())


def _write_clients(folder: Path, batches: Iterable[pa.RecordBatch]) -> int:
    clients = 0
    names = [CLIENT, *SCORES, *(feature.name for feature in FEATURES)]
    writer: pq.ParquetWriter | None = None
    with closing(sqlite3.connect(folder / "clients.sqlite", isolation_level=None)) as connection:
        _create(connection)
        insert = f"INSERT INTO clients VALUES ({','.join('?' * len(names))})"
        connection.execute("BEGIN")
        for batch in batches:
            ordered = batch.select(names)
            writer = writer or pq.ParquetWriter(
                folder / "clients.parquet", ordered.schema, compression="zstd", compression_level=15
            )
            writer.write_batch(ordered)
            connection.executemany(insert, zip(*(column.to_pylist() for column in ordered.columns), strict=True))
            clients += ordered.num_rows
        connection.execute("CREATE INDEX clients_by_points ON clients (points)")
        connection.execute("COMMIT")
        connection.execute("VACUUM")
    if writer is not None:
        writer.close()
    return clients


def _create(connection: sqlite3.Connection) -> None:
    # The release is staged beside the served one and renamed when whole: a journal would only cost time.
    connection.execute("PRAGMA journal_mode = OFF")
    connection.execute("PRAGMA synchronous = OFF")
    columns = [f"{CLIENT} INTEGER PRIMARY KEY", "population TEXT NOT NULL", "defaulted INTEGER"]
    columns += ["probability REAL NOT NULL", "points REAL NOT NULL", "out_of_fold_probability REAL"]
    columns += [f"{feature.name} {'TEXT' if feature.kind == 'category' else 'REAL'}" for feature in FEATURES]
    connection.execute(f"CREATE TABLE clients ({', '.join(columns)})")


def _write_manifest(folder: Path, facts: dict[str, Any]) -> None:
    paths = [path for path in sorted(folder.iterdir()) if path.is_file()] + sorted((folder / RECORDS).glob("*"))
    files = {path.relative_to(folder).as_posix(): path for path in paths}
    manifest = {
        **facts,
        "hashes": {name: hash_of(path) for name, path in files.items()},
        "sizes": {name: path.stat().st_size for name, path in files.items()},
    }
    (folder / "manifest.json").write_text(json.dumps(manifest, indent=1, sort_keys=True), encoding="utf-8")


def _serve(root: Path, release: str) -> None:
    """Point at ``release`` in one rename, after everything it names has reached the disk."""
    os.sync()
    staged = root / f".{POINTER}"
    staged.write_text(json.dumps({"release": release}) + "\n", encoding="utf-8")
    staged.replace(root / POINTER)


def reinstate(root: Path, model_version: str) -> str | None:
    """Serve a release of ``model_version`` that is still kept; its name, or None when none is.

    Raises:
        PortfolioProblem: it is not signed, though ``RELEASE_KEY`` is set.
    """
    with publishing_alone(root):
        kept = (path for path in (root / RELEASES).glob("*/manifest.json"))
        for manifest in sorted(kept, key=lambda path: path.stat().st_mtime, reverse=True):
            if json.loads(manifest.read_text(encoding="utf-8"))["model_version"] == model_version:
                check_signature(manifest.parent)
                _serve(root, manifest.parent.name)
                return manifest.parent.name
    return None


def _forget_all_but(root: Path, release: str) -> None:
    """Keep the served release, the one before it, and those that a running process still reads."""
    others = [path for path in (root / RELEASES).iterdir() if path.name != release]
    for old in sorted(others, key=lambda path: path.stat().st_mtime)[:-1]:
        if not is_read(old):
            shutil.rmtree(old, ignore_errors=True)
