"""Drift runs beside the releases: what ``make drift`` found, one folder a run, never changed once it is there.

```
portfolio/drift/<run>/
  result.json           the comparison (``app.scoring.drift``)
  evidently.html.gz     Evidently's report of the same two populations, where it was asked for
  evidently.json        its figures
```
"""

from __future__ import annotations

import gzip
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

from app.scoring.drift import Drift, from_json, to_json
from app.scoring.problems import DriftProblem

FOLDER = "drift"
RESULT, HTML, JSON = "result.json", "evidently.html.gz", "evidently.json"


def write_run(root: Path, drift: Drift, write_report: Callable[[Path], None] | None = None) -> Path:
    """Write a run under ``root``, whole or not at all; returns its folder.

    Args:
        root: portfolio folder.
        write_report: writes ``HTML`` and ``JSON`` into the folder it is given.
    """
    runs = root / FOLDER
    runs.mkdir(parents=True, exist_ok=True)
    staged = Path(tempfile.mkdtemp(prefix=".", dir=runs))
    try:
        (staged / RESULT).write_text(to_json(drift), encoding="utf-8")
        if write_report:
            write_report(staged)
        staged.chmod(0o755)
        return staged.rename(runs / drift.run)
    finally:
        shutil.rmtree(staged, ignore_errors=True)


def runs(root: Path) -> tuple[str, ...]:
    """Names of the runs, oldest first; they sort by date."""
    return tuple(sorted(path.name for path in (root / FOLDER).glob("[0-9]*") if (path / RESULT).is_file()))


def read_run(root: Path, run: str) -> Drift:
    """One run.

    Raises:
        DriftProblem: it is not there, or cannot be read.
    """
    try:
        return from_json((root / FOLDER / run / RESULT).read_text(encoding="utf-8"))
    except OSError as error:
        raise _absent(run) from error


def report_size(root: Path, run: str) -> int | None:
    """Bytes of Evidently's report as a browser gets it; None when it was not asked for."""
    path = root / FOLDER / run / HTML
    if not path.is_file():
        return None
    with path.open("rb") as file:
        file.seek(-4, 2)
        return int.from_bytes(file.read(4), "little")  # where gzip keeps the length of what it holds


def read_report(root: Path, run: str) -> str:
    """Evidently's report as HTML.

    Raises:
        DriftProblem: it is not there, or cannot be read.
    """
    try:
        return gzip.decompress(read_packed_report(root, run)).decode("utf-8")
    except (OSError, EOFError, ValueError) as error:
        raise _absent(run) from error


def read_packed_report(root: Path, run: str) -> bytes:
    """The same, gzipped as it is kept.

    Raises:
        DriftProblem: it is not there.
    """
    try:
        return (root / FOLDER / run / HTML).read_bytes()
    except OSError as error:
        raise _absent(run) from error


def _absent(run: str) -> DriftProblem:
    return DriftProblem(
        "The drift run {run} is not there, or cannot be read.",
        "Runs are written whole, by make drift.",
        "Choose another run, or compare again: make drift CURRENT=folder.",
        run=run,
    )
