"""The store's connections: one that outlived its file is never used again."""

import shutil

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from app.scoring.problems import StoreProblem
from app.store.database import connect
from app.store.journal import Journal
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
