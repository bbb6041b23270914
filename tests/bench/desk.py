"""The desk's pages rerun in a real server, beside the dashboard that public projects ship (``usual_desk``).

Both are driven over Streamlit's own WebSocket, one after the other, on the same clients. Run alone, this prints every
page: ``python -m tests.bench.desk FOLDER``.
"""

from __future__ import annotations

import os
import random
import statistics
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

from app.store.portfolio import Portfolio
from app.ui.shell.navigation import PAGES
from tests.bench.population import as_csv
from tests.bench.servers import environment, serving
from tests.bench.session import Session

SCRIPTS = {"ours": "app/main.py", "usual": "tests/bench/usual_desk.py"}
PORT = 8781
CLIENTS, RERUNS = 200, 40


@dataclass(frozen=True)
class Reruns:
    """What reruns of one page took, in milliseconds."""

    page: str
    milliseconds: list[float]

    @property
    def median(self) -> float:
        return statistics.median(self.milliseconds)

    @property
    def p95(self) -> float:
        return statistics.quantiles(self.milliseconds, n=20)[-1]


@contextmanager
def running(way: str, folder: Path, scratch: Path) -> Iterator[tuple[str, psutil.Process]]:
    """Address and process of one way's server."""
    path = os.pathsep.join(filter(None, (str(Path.cwd()), os.environ.get("PYTHONPATH"))))
    command = [sys.executable, "-m", "streamlit", "run", SCRIPTS[way], "--server.port", str(PORT)]
    url = f"http://127.0.0.1:{PORT}"
    known = environment(folder, scratch) | {"PYTHONPATH": path}
    with serving(command, f"{url}/_stcore/health", known, scratch / f"{way}.log") as process:
        yield url, psutil.Process(process.pid)


def reruns(session: Session, page: str, clients: list[int]) -> Reruns:
    """One rerun of a page for each client, after the first that opens it."""
    session.visit(page, lang="en", client=clients[0])
    taken = []
    for client in clients:
        shown = session.visit(page, lang="en", client=client)
        assert not shown.crashed, f"{page or 'first page'} stopped on client {client}: {shown.text[-400:]}"
        taken.append(shown.milliseconds)
    return Reruns(page, taken)


def measure(way: str, folder: Path) -> tuple[list[Reruns], float, float]:
    """Reruns of every page; the server's memory in MB after ``RERUNS`` clients, and after ``CLIENTS`` on every page."""
    portfolio, draw = Portfolio.open(folder), random.Random(1)
    clients = [portfolio.random_client(draw) for _ in range(CLIENTS)]
    pages = ["", *(page.script for page in PAGES[1:])] if way == "ours" else [""]
    about_client = [page for page in pages if page not in {each.script for each in PAGES if not each.about_client}]
    with tempfile.TemporaryDirectory() as scratch, running(way, folder, Path(scratch)) as (url, server):
        with Session(url) as session:
            taken = [reruns(session, page, clients[:RERUNS]) for page in pages]
            early = server.memory_info().rss / 2**20
        with Session(url) as session:
            for client in clients if way == "ours" else clients[:RERUNS]:  # the usual one takes seconds each
                for page in about_client:
                    session.visit(page, lang="fr", client=client)
        return taken, early, server.memory_info().rss / 2**20


def desk_rows(folder: Path, clients: int) -> Iterator[tuple[str, float, float]]:
    """Pairs for the table: (what, ours, baseline)."""
    as_csv(folder)
    (ours, *_), _, memory = measure("ours", folder)
    (usual,), _, usual_memory = measure("usual", folder)
    what = f"a rerun of a client's page in the server, {clients:,} clients"
    yield f"{what}: median, ms", ours.median, usual.median
    yield f"{what}: 95th percentile, ms", ours.p95, usual.p95
    yield (
        f"memory of that server after {CLIENTS} clients on every page of theirs (baseline: {RERUNS}), MB",
        memory,
        usual_memory,
    )


if __name__ == "__main__":
    pages, early, late = measure("ours", Path(sys.argv[1]))
    for page in pages:
        print(f"{page.page or 'client'}: median {page.median:.0f} ms, 95th percentile {page.p95:.0f} ms")
    print(f"memory after {RERUNS} clients {early:.0f} MB, after {CLIENTS} on every page {late:.0f} MB")
