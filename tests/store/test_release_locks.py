"""Two publishers at once publish one after the other; a release that somebody reads is not removed."""

from __future__ import annotations

import gc
import os
import signal
import subprocess
import sys
from pathlib import Path

from app.store.portfolio import Portfolio
from app.store.publication import publish
from app.store.release_locks import LOCK, is_read, publishing_alone
from tests.store.test_publication import FACTS, PROJECT, PUBLISH_AND_HANG

PUBLISH = """
import logging, sys, time
from itertools import islice
from pathlib import Path
import pyarrow.parquet as pq
from app.scoring.population import read_population
from app.store.publication import publish
logging.basicConfig()
root, release, digit = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]
def rows():
    for batch in islice(pq.ParquetFile(release / "clients.parquet").iter_batches(100), 3):
        yield batch
        time.sleep(0.2)
print(publish(root, release / "champion", rows(), read_population(release / "population.json"),
              {"data_hash": digit * 64, "demo": True, "absent": []}))
"""


def started(script: str, *arguments: object) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", script, *map(str, arguments)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=PROJECT,
    )


def test_publishers_at_once_publish_one_after_the_other(root: Path, demo: Portfolio) -> None:
    publishers = [started(PUBLISH, root, demo.folder, digit) for digit in "4567"]
    ends = [publisher.communicate(timeout=120) for publisher in publishers]
    assert [publisher.returncode for publisher in publishers] == [0] * 4, ends
    assert Portfolio.open(root).release in {said.strip() for said, _ in ends}
    assert not list(root.glob(".staging*"))
    assert sum("Waiting to publish" in told for _, told in ends) >= 3, "each but the first says that it waits"


def test_who_waits_is_told_for_whom_and_a_killed_publisher_holds_nobody_up(root: Path, demo: Portfolio) -> None:
    first = started(PUBLISH_AND_HANG, root, demo.folder)
    assert first.stdout is not None and first.stdout.readline() == "half way\n"
    second = started(PUBLISH, root, demo.folder, "8")
    assert second.stderr is not None and f"process {first.pid} of" in second.stderr.readline()
    first.send_signal(signal.SIGKILL)
    said, _ = second.communicate(timeout=60)
    assert second.returncode == 0 and Portfolio.open(root).release == said.strip()
    first.communicate()


def test_the_lock_names_its_holder(tmp_path: Path) -> None:
    for _ in range(2):
        with publishing_alone(tmp_path):
            assert (tmp_path / LOCK).read_text(encoding="utf-8").count(f"process {os.getpid()} of") == 1


def test_a_release_that_is_read_outlives_any_number_of_others(root, demo, batches, population) -> None:
    read = Portfolio.open(root)
    client = read.random_client()
    for _ in range(4):
        publish(root, demo.folder / "champion", batches(), population, FACTS)
    assert is_read(read.folder) and read.client(client).client == client
    left = read.folder
    del read
    gc.collect()
    assert not is_read(left)
    publish(root, demo.folder / "champion", batches(), population, FACTS)
    assert not left.exists()
