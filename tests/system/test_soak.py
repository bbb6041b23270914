"""Many readers at once, each on other clients: nobody meets another's file. ``SOAK_SECONDS=600`` for the long run."""

from __future__ import annotations

import os
import random
import re
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from app.settings import settings
from app.store.neighbours import read_nearness
from app.store.portfolio import Portfolio
from app.ui.officer.peer_group import FEWEST_NEIGHBOURS
from app.ui.shell.navigation import PAGES, Role
from tests.bench.session import Session

pytestmark = [pytest.mark.system, pytest.mark.alone]

READERS = 25
SECONDS = float(os.environ.get("SOAK_SECONDS", "20"))
ROLES: tuple[Role, ...] = ("officer", "data scientist")
"""One after the other reader's: between them they have every page about a client."""
NUMBER = re.compile(r"\b\d{6}\b")


def read_files(
    server: str, clients: list[int], others: frozenset[str], seed: int, listed: dict[int, frozenset[str]]
) -> tuple[int, list[str]]:
    """Visits until time is up; how many, and what was wrong.

    Args:
        listed: of each client, whom *Compare* lists beside them: theirs, and nobody else's.
    """
    draw, faults, visits, until = random.Random(seed), [], 0, time.monotonic() + SECONDS
    role = ROLES[seed % len(ROLES)]
    about_client = [page.script for page in PAGES if page.about_client and role in page.roles]
    with Session(server) as session:
        while time.monotonic() < until:
            client, page = draw.choice(clients), draw.choice(about_client)
            shown = session.visit(page, lang="en", client=client, role=role)
            visits += 1
            met = set(NUMBER.findall(shown.text)) - (listed[client] if page == "compare" else frozenset())
            if shown.crashed or str(client) not in met or met & others:
                faults.append(f"{role}: {page} of {client}: crashed {shown.crashed}, met {sorted(met & others)}")
    return visits, faults


@pytest.mark.timeout(SECONDS + 300)
def test_readers_at_once_never_meet_each_others_files(server: str) -> None:
    portfolio, draw = Portfolio.open(settings().portfolio), random.Random(1)
    chosen = sorted({portfolio.random_client(draw) for _ in range(READERS * 6)})
    mine = [chosen[reader::READERS] for reader in range(READERS)]
    foreign = [frozenset(str(client) for client in chosen if client not in own) for own in mine]
    assert {page.script for page in PAGES if page.about_client and not set(ROLES) & set(page.roles)} == set()
    near = read_nearness(portfolio)
    listed = {
        client: frozenset(str(each.client) for each in near.nearest(client, FEWEST_NEIGHBOURS)) for client in chosen
    }
    with Session(server) as first:  # the release is opened once
        first.visit(lang="en")
    with ThreadPoolExecutor(READERS) as readers:
        met = list(readers.map(read_files, [server] * READERS, mine, foreign, range(READERS), [listed] * READERS))
    assert [fault for _, faults in met for fault in faults] == []
    assert all(visits for visits, _ in met)
    print(f"{sum(visits for visits, _ in met)} pages read by {READERS} readers in {SECONDS:.0f} s")
