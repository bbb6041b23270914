"""Publishing swaps a whole release in, or changes nothing."""

import json
import signal
import subprocess
import sys
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from app.store.portfolio import Portfolio
from app.store.publication import publish

FACTS = {"data_hash": "1" * 64, "demo": True, "absent": []}
PROJECT = Path(__file__).parents[2]


def snapshot(root):
    """Every file that is served: the pointer and the release it names."""
    release = root / "releases" / json.loads((root / "serving.json").read_text())["release"]
    files = [root / "serving.json", *sorted(path for path in release.rglob("*") if path.is_file())]
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in files}


def test_publishing_again_serves_the_new_release_and_keeps_the_one_before(root, demo, batches, population):
    before = Portfolio.open(root)
    client = before.random_client()
    release = publish(root, demo.folder / "champion", batches(), population, FACTS)
    assert Portfolio.open(root).release == release != before.release
    assert before.client(client).client == client, "a reader of the old release still answers"
    assert {path.name for path in (root / "releases").iterdir()} == {release, before.release}


def test_only_two_releases_are_kept(root, demo, batches, population):
    releases = [publish(root, demo.folder / "champion", batches(), population, FACTS) for _ in range(3)]
    assert len(set(releases)) == 3
    assert {path.name for path in (root / "releases").iterdir()} == set(releases[-2:])


def test_rows_that_fail_half_way_change_nothing(root, demo, batches, population):
    def failing():
        yield next(batches())
        raise RuntimeError("the scorer died")

    before = snapshot(root)
    with pytest.raises(RuntimeError, match="the scorer died"):
        publish(root, demo.folder / "champion", failing(), population, FACTS)
    assert snapshot(root) == before
    assert not (root / ".staging").exists()


# Writes one batch, says so, and then never ends: the moment at which the test kills it.
PUBLISH_AND_HANG = """
import sys, time
from pathlib import Path
import pyarrow.parquet as pq
from app.scoring.population import read_population
from app.store.publication import publish
root, release = Path(sys.argv[1]), Path(sys.argv[2])
def rows():
    yield next(pq.ParquetFile(release / "clients.parquet").iter_batches(100))
    print("half way", flush=True)
    time.sleep(600)
publish(root, release / "champion", rows(), read_population(release / "population.json"),
        {"data_hash": "2" * 64, "demo": True, "absent": []})
"""


def test_kill_9_in_the_middle_leaves_the_old_portfolio_and_champion_served(root, demo, batches, population):
    before = snapshot(root)
    publishing = subprocess.Popen(
        [sys.executable, "-c", PUBLISH_AND_HANG, str(root), str(demo.folder)],
        stdout=subprocess.PIPE,
        text=True,
        cwd=PROJECT,
    )
    assert publishing.stdout.readline() == "half way\n"
    publishing.send_signal(signal.SIGKILL)
    publishing.wait()
    assert list(root.glob(".staging-*")), "it was killed before it could clean up"
    assert snapshot(root) == before
    portfolio = Portfolio.open(root)
    assert portfolio.champion.version == demo.champion.version
    release = publish(root, demo.folder / "champion", batches(), population, FACTS)
    assert Portfolio.open(root).release == release, "the next publication clears what the killed one left"


# A file-size limit is the disk full that needs no disk of its own: every write past it fails as on a full one.
PUBLISH_ON_A_FULL_DISK = """
import resource, signal, sys
from pathlib import Path
import pyarrow.parquet as pq
from app.scoring.population import read_population
from app.store.publication import publish
from app import command
root, release = Path(sys.argv[1]), Path(sys.argv[2])
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
largest = max(path.stat().st_size for path in (release / "champion").rglob("*") if path.is_file())
resource.setrlimit(resource.RLIMIT_FSIZE, (largest + 1000, largest + 1000))
rows = pq.ParquetFile(release / "clients.parquet").iter_batches(1000)
command.run(lambda: publish(root, release / "champion", rows, read_population(release / "population.json"),
                            {"data_hash": "3" * 64, "demo": True, "absent": []}) and None)
"""


def test_a_full_disk_is_a_sentence_and_changes_nothing(root, demo):
    before = snapshot(root)
    told = subprocess.run(
        [sys.executable, "-c", PUBLISH_ON_A_FULL_DISK, str(root), str(demo.folder)],
        capture_output=True,
        text=True,
        cwd=PROJECT,
    )
    assert told.returncode == 2, told.stderr
    assert "still is" in told.stderr or "Nothing that was served is changed" in told.stderr
    assert "Traceback" not in told.stderr
    assert snapshot(root) == before


def test_a_champion_folder_that_is_altered_is_never_published(root, demo, batches, population, tmp_path):
    import shutil

    altered = tmp_path / "champion"
    shutil.copytree(demo.folder / "champion", altered)
    (altered / "artifacts" / "card.json").write_text("{}")
    before = snapshot(root)
    with pytest.raises(Exception, match=r"card\.json"):
        publish(root, altered, batches(), population, FACTS)
    assert snapshot(root) == before


def test_the_parquet_form_is_ordered_by_client(demo):
    ids = pq.read_table(demo.folder / "clients.parquet", columns=["SK_ID_CURR"])["SK_ID_CURR"].to_pylist()
    assert ids == sorted(set(ids))
