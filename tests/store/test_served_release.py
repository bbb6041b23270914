"""What is served while a release arrives in pieces, is altered, or is published with sums that are none."""

from __future__ import annotations

import json
import math
import os
import shutil
import sqlite3
import time
from pathlib import Path

import pytest

from app.scoring.champion import hash_of
from app.scoring.problems import PortfolioProblem
from app.store import served_release
from app.store.portfolio import Portfolio
from app.store.served_release import ServedRelease


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(served_release, "TRY_AGAIN_SECONDS", 0.1)
    monkeypatch.setattr(served_release, "LOOK_EVERY_SECONDS", 0.0)


@pytest.fixture
def arriving(root: Path, served: Path) -> Path:
    """A second release that is not pointed at yet."""
    return Path(shutil.copytree(served, served.with_name("arriving")))


def point(root: Path, release: str) -> None:
    staged = root / "staged"
    staged.write_text(json.dumps({"release": release}), encoding="utf-8")
    staged.replace(root / "serving.json")


def answered(release: ServedRelease, seconds: float = 10.0) -> str:
    deadline = time.monotonic() + seconds
    while release.waiting and time.monotonic() < deadline:
        release.now(patience=1.0)
        time.sleep(0.02)
    return release.now(patience=5.0).release


def flip_last_byte(file: Path) -> None:
    state, whole = file.stat(), file.read_bytes()
    file.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
    os.utime(file, ns=(state.st_atime_ns, state.st_mtime_ns + 1))


def test_a_release_that_arrives_in_pieces_is_served_once_it_is_whole(root: Path, served: Path, arriving: Path) -> None:
    release = ServedRelease(root)
    database = (arriving / "clients.sqlite").read_bytes()
    (arriving / "clients.sqlite").write_bytes(database[:1000])
    point(root, "arriving")
    assert release.now(patience=5.0).release == served.name and release.waiting
    time.sleep(0.2)
    assert release.now(patience=5.0).release == served.name, "tried again, and still in pieces"
    (arriving / "clients.sqlite").write_bytes(database)
    assert answered(release) == "arriving" and release.waiting is None


def test_one_altered_while_it_answers_stops_answering_and_answers_again_when_it_is_restored(
    root: Path, served: Path
) -> None:
    release = ServedRelease(root)
    whole = (served / "clients.sqlite").read_bytes()
    release.now()
    flip_last_byte(served / "clients.sqlite")
    for _ in range(3):
        with pytest.raises(PortfolioProblem, match=r"clients\.sqlite"):
            release.now(patience=5.0)
        time.sleep(0.15)
    (served / "clients.sqlite").write_bytes(whole)
    deadline = time.monotonic() + 10
    while release._altered and time.monotonic() < deadline:
        time.sleep(0.15)
        release._look(time.monotonic(), 5.0)
    assert release.now().release == served.name


def test_a_file_only_touched_is_read_again_and_answers(root: Path, served: Path) -> None:
    release = ServedRelease(root)
    release.now()
    os.utime(served / "clients.sqlite")
    assert release.now(patience=10.0).release == served.name


def test_every_file_is_held_to_its_sum_when_it_is_opened(root: Path, served: Path) -> None:
    for name in json.loads((served / "manifest.json").read_text())["sizes"]:
        flip_last_byte(served / name)
        with pytest.raises(PortfolioProblem, match=name):
            Portfolio.open(root)
        flip_last_byte(served / name)
    Portfolio.open(root)


@pytest.mark.parametrize(
    "change",
    [
        {"hashes": {}},
        {"sizes": {}},
        {"sizes": {}, "hashes": {}},
        {"sizes": []},
        {"hashes": None},
        {"hashes": {"clients.sqlite": 3}},
        {"clients": "many"},
        {"model_version": None},
    ],
)
def test_sums_that_were_emptied_are_a_sentence(root: Path, served: Path, change: dict[str, object]) -> None:
    manifest = json.loads((served / "manifest.json").read_text())
    (served / "manifest.json").write_text(json.dumps({**manifest, **change}))
    with pytest.raises(PortfolioProblem, match=r"manifest\.json"):
        Portfolio.open(root)


@pytest.mark.parametrize("content", ["", "[]", "null", "{", '"x"', "{}"])
def test_a_manifest_that_is_none_is_a_sentence(root: Path, served: Path, content: str) -> None:
    (served / "manifest.json").write_text(content)
    with pytest.raises(PortfolioProblem, match=r"manifest\.json"):
        Portfolio.open(root)


def test_releases_of_before_name_the_sums_of_large_files_apart(root: Path, served: Path) -> None:
    manifest = json.loads((served / "manifest.json").read_text())
    manifest["large_hashes"] = {"clients.sqlite": manifest["hashes"].pop("clients.sqlite")}
    (served / "manifest.json").write_text(json.dumps(manifest))
    assert Portfolio.open(root).release == served.name


def rescore(release: Path, client: int, probability: float) -> None:
    """Another score for a client, with sums to match: what a publisher who erred leaves behind."""
    file, told = release / "clients.sqlite", release / "manifest.json"
    with sqlite3.connect(file) as database:
        database.execute("UPDATE clients SET probability = ? WHERE SK_ID_CURR = ?", (probability, client))
    manifest = json.loads(told.read_text(encoding="utf-8"))
    manifest["hashes"]["clients.sqlite"], manifest["sizes"]["clients.sqlite"] = hash_of(file), file.stat().st_size
    told.write_text(json.dumps(manifest), encoding="utf-8")


def test_a_stored_score_that_is_not_the_champions_is_never_served(root: Path, served: Path) -> None:
    client = Portfolio.open(root).random_client()
    rescore(served, client, 0.001)
    release = ServedRelease(root)
    with pytest.raises(PortfolioProblem, match=rf"another score of client {client} than its champion"):
        release.now()


def test_a_release_with_such_a_score_does_not_take_the_place_of_the_one_that_answers(
    root: Path, served: Path, arriving: Path
) -> None:
    release = ServedRelease(root)
    rescore(arriving, release.now().random_client(), 0.999)
    point(root, "arriving")
    assert release.now(patience=5.0).release == served.name and "than its champion" in str(release.waiting)
    shutil.copy(served / "clients.sqlite", arriving)
    shutil.copy(served / "manifest.json", arriving)
    assert answered(release) == "arriving"


def test_a_score_that_differs_in_the_last_bits_alone_is_the_champions(root: Path, served: Path) -> None:
    portfolio = Portfolio.open(root)
    client = portfolio.client(portfolio.random_client())
    rescore(served, client.client, math.nextafter(client.probability, 1.0))
    assert ServedRelease(root).now().client(client.client).probability != client.probability


def test_a_large_release_answers_while_it_is_proven_and_stops_once_it_is_found_wrong(
    root: Path, served: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(served_release, "FIRST_PROOF_SECONDS", 0.0)
    rescore(served, Portfolio.open(root).random_client(), 0.001)
    release, deadline = ServedRelease(root), time.monotonic() + 30
    with pytest.raises(PortfolioProblem, match="than its champion"):
        while time.monotonic() < deadline:
            release.now()
            time.sleep(0.02)
