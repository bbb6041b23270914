"""A writer that never rests, for back-ups made of a running store: run as a module: URL HEADS KEY."""

from __future__ import annotations

import itertools
import sys
from pathlib import Path

from app.store.access import AccessLog
from app.store.database import connect
from app.store.heads import Heads
from app.store.journal import Journal
from tests.store.evidence import access
from tests.store.verdicts import CHECKED, decision

if __name__ == "__main__":
    engine = connect(sys.argv[1])
    heads = Heads(Path(sys.argv[2]), sys.argv[3])
    journal, log = Journal.open(engine, heads), AccessLog.open(engine, heads)
    for client in itertools.count(1):
        print(journal.record(CHECKED, decision(client)).number, flush=True)
        log.write([access(client % 50)])
