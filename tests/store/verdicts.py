"""Decisions and verdicts for the journal's tests; run as a module, a writer: URL NAME ENTRIES."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from app.scoring.decision import Decision
from app.store.database import connect
from app.store.journal import Journal, Verdict

PROJECT = Path(__file__).parents[2]
CHECKED = Verdict("Ada Byron", "refuse", ("burden",))


def decision(client: int = 100_002, probability: float = 0.2) -> Decision:
    """A refusal with nothing in it but what the journal keeps."""
    return Decision(client, probability, 520.0, 0.09, 554.0, 5.0, "refuse", "refuse", 560.0, (), "3-1f0c9a2b")


def write_many(url: str, writers: int, entries: int) -> None:
    """Write ``entries`` each from several processes at once; fails when one of them does."""
    command = [sys.executable, "-m", "tests.store.verdicts", url]
    running = [subprocess.Popen([*command, f"officer {n}", str(entries)], cwd=PROJECT) for n in range(writers)]
    assert [writer.wait(120) for writer in running] == [0] * writers


if __name__ == "__main__":
    journal = Journal.open(connect(sys.argv[1]))
    for client in range(int(sys.argv[3])):
        journal.record(Verdict(sys.argv[2], "refuse", ("debts",)), decision(client + 1))
