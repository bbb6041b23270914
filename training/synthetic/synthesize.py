"""Makes the eight tables for clients who never lived, from the committed statistical profile.

The same number of clients and seed give the same values. Ids start at 100002, which is labelled.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from app.scoring.problems import Problem
from app.scoring.schema import TABLES
from training.synthetic import profile as profiles
from training.synthetic.bureau import FIRST_LOAN
from training.synthetic.clients import draw_clients
from training.synthetic.previous_application import FIRST_APPLICATION
from training.synthetic.tables import Format, TableWriter

FIRST_CLIENT = 100_002
LABELLED_SHARE = 0.8632  # 307,511 of the public data's 356,255
CHUNK = 20_000  # clients drawn at once: under 2 GB

Progress = Callable[[int], object]


class SynthesisProblem(Problem):
    """Tables that cannot be made as asked."""


def synthesize(
    clients: int,
    seed: int,
    out: Path,
    labelled: float | int = LABELLED_SHARE,
    form: Format = "parquet",
    progress: Progress = lambda done: None,
    profile: profiles.Profile | None = None,
) -> None:
    """Writes the eight tables of ``clients`` clients into ``out``, all or nothing.

    Args:
        out: a folder that is empty or not there yet.
        labelled: clients in application_train: their share (float up to 1) or their number (int).
        progress: called with the number of clients just written.

    Raises:
        SynthesisProblem: no clients, a labelled part beyond all of them, or a folder that cannot be filled.
    """
    known = _labelled(clients, labelled, seed)
    profile = profile or profiles.load()
    try:
        work = _workplace(out)
        try:
            _write(profile, known, seed, work, form, progress)
            work.replace(out)
        finally:
            shutil.rmtree(work, ignore_errors=True)
    except OSError as fault:
        raise SynthesisProblem(
            "{folder}: cannot be written ({fault}).",
            "The tables go to a new or empty folder.",
            "Name one that you may write to, on a disk with room.",
            folder=str(out),
            fault=fault.strerror or str(fault),
        ) from fault


def _labelled(clients: int, labelled: float | int, seed: int) -> NDArray[np.bool_]:
    """Who is labelled: a random choice that has nothing to do with the outcome; the first client always is."""
    if clients < 1:
        raise SynthesisProblem(
            "--clients {clients}: nothing to make.", "It is a whole number from 1 up.", "Try 6000.", clients=clients
        )
    if seed < 0:
        raise SynthesisProblem("--seed {seed}: below 0.", "It is a whole number from 0 up.", "Try 1.", seed=seed)
    number = labelled if isinstance(labelled, int) else max(1, round(clients * labelled))
    if not 1 <= number <= clients or labelled < 0:
        raise SynthesisProblem(
            "--labelled {labelled}: not a part of {clients} clients.",
            "It is a share above 0 and up to 1.0, or a number of clients from 1 to all of them.",
            "Leave it out for the share of the public data.",
            labelled=labelled,
            clients=clients,
        )
    known = np.zeros(clients, bool)
    known[0] = True
    known[1 + np.random.default_rng([seed, 0]).permutation(clients - 1)[: number - 1]] = True
    return known


def _workplace(out: Path) -> Path:
    """A folder beside ``out`` that takes its name when everything is written."""
    if out.is_dir() and any(out.iterdir()):
        raise SynthesisProblem(
            "{folder}: not empty.",
            "The tables go to a new or empty folder, so that nothing is overwritten or mixed.",
            "Name another folder or empty this one.",
            folder=str(out),
        )
    out.parent.mkdir(parents=True, exist_ok=True)
    work = Path(tempfile.mkdtemp(prefix=f".{out.name}-", dir=out.parent))
    work.chmod(0o755)
    return work


def _write(
    profile: profiles.Profile, known: NDArray[np.bool_], seed: int, folder: Path, form: Format, progress: Progress
) -> None:
    with ExitStack() as open_files:
        writers = {name: open_files.enter_context(TableWriter(folder, name, form)) for name in TABLES}
        for start in range(0, len(known), CHUNK):
            part = known[start : start + CHUNK]
            tables = draw_clients(
                profile,
                FIRST_CLIENT + start + np.arange(len(part)),
                part,
                FIRST_LOAN + writers["bureau"].rows,
                FIRST_APPLICATION + writers["previous_application"].rows,
                np.random.default_rng([seed, 1 + start // CHUNK]),
            )
            for name, rows in tables.items():
                writers[name].append(rows)
            progress(len(part))
