"""The store's connections: one that outlived its file is never used again."""

import os
import shutil
import sqlite3
import stat
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from app.scoring.problems import StoreProblem
from app.store.database import connect
from app.store.journal import Journal
from app.store.patience import LOCK_SECONDS
from tests.store.verdicts import CHECKED, decision


@pytest.fixture
def file(tmp_path):
    return tmp_path / "store.sqlite"


def test_nothing_is_written_into_a_file_that_was_removed(file):
    engine = connect(f"sqlite:///{file}")
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE kept (value INTEGER)"))
    file.unlink()
    with pytest.raises(OperationalError, match="no such table"), engine.begin() as connection:
        connection.execute(text("INSERT INTO kept VALUES (1)"))


def test_a_journal_that_is_restored_is_read_and_continued(file):
    journal = Journal.open(connect(f"sqlite:///{file}"))
    journal.record(CHECKED, decision())
    journal.engine.dispose()  # closing the last connection moves all into the one file
    backup = shutil.copy(file, file.with_suffix(".backup"))
    journal.record(CHECKED, decision())
    for each in file.parent.glob("store.sqlite-*"):
        each.unlink()
    shutil.move(backup, file)
    assert [entry.number for entry in journal.entries()] == [1]
    assert journal.record(CHECKED, decision()).number == 2
    assert journal.verify().entries == 2


def test_a_journal_that_is_away_is_a_sentence(file):
    journal = Journal.open(connect(f"sqlite:///{file}"))
    journal.record(CHECKED, decision())
    file.unlink()
    with pytest.raises(StoreProblem, match="it is not there"):
        journal.entries()
    with pytest.raises(StoreProblem, match="it is not there"):
        journal.record(CHECKED, decision())


def test_a_connection_to_the_same_file_is_kept(file):
    engine = connect(f"sqlite:///{file}")
    opened = []
    for _ in range(3):
        with engine.connect() as connection:
            opened.append(id(connection.connection.dbapi_connection))
    assert len(set(opened)) == 1


@pytest.mark.parametrize("begun", ["BEGIN EXCLUSIVE", "BEGIN IMMEDIATE"])
def test_whoever_comes_while_the_file_is_being_made_waits_for_it(file, begun):
    maker = sqlite3.connect(file, isolation_level=None, check_same_thread=False)
    maker.execute("CREATE TABLE kept (value INTEGER)")
    maker.execute(begun)
    made = threading.Timer(0.3, maker.rollback)
    made.start()
    with connect(f"sqlite:///{file}").connect() as connection:
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
    made.join()
    maker.close()


def test_a_file_that_somebody_keeps_to_themselves_is_a_sentence_within_seconds(file):
    journal = Journal.open(connect(f"sqlite:///{file}"))
    holder = sqlite3.connect(file, isolation_level=None)
    holder.execute("BEGIN EXCLUSIVE")
    start = time.monotonic()
    with pytest.raises(StoreProblem, match="cannot be written: it is locked"):
        journal.record(CHECKED, decision())
    assert time.monotonic() - start < LOCK_SECONDS + 1
    assert journal.entries() == ()
    holder.close()


def test_of_hundreds_that_write_at_once_none_is_lost(file):
    journal = Journal.open(connect(f"sqlite:///{file}"))

    def record(client):
        # On a slow disk somebody may be told to send it again: that is not lost, and recorded once all the same.
        for _ in range(20):
            with suppress(StoreProblem):
                return journal.record(CHECKED, decision(client + 1), attempt=str(client)).number
        raise AssertionError(client)

    with ThreadPoolExecutor(200) as pool:
        numbers = list(pool.map(record, range(600)))
    assert sorted(numbers) == list(range(1, 601)) and journal.verify().entries == 600


@pytest.mark.parametrize("there_before", [False, True])
def test_a_store_is_read_by_its_owner_only(tmp_path, there_before):
    file = tmp_path / "journal.sqlite"
    before = os.umask(0o022)
    try:
        if there_before:
            file.touch(0o644)
            file.with_name("journal.sqlite-wal").touch(0o644)
        journal = Journal.open(connect(f"sqlite:///{file}"))
        files = [each for each in tmp_path.iterdir() if each.is_file()]
        assert file in files and len(files) == 3
        assert {stat.S_IMODE(each.stat().st_mode) for each in files} == {0o600}
        assert journal.verify().entries == 0
    finally:
        os.umask(before)
