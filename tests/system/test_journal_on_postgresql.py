"""The decision journal on a real PostgreSQL: the same chain, the same refusals, the same sentences."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from app.scoring.problems import BrokenJournal, StoreProblem
from app.store.database import connect
from app.store.journal import FIRST, Journal, Verdict
from tests.store.verdicts import CHECKED, decision, write_many

pytestmark = [pytest.mark.system, pytest.mark.xdist_group("postgresql")]


@pytest.fixture
def journal(postgresql_url):
    opened = Journal.open(connect(postgresql_url))
    yield opened
    opened.engine.dispose()


def tamper(journal, statement):
    """Change the table as its owner can: with the trigger off."""
    with journal.engine.begin() as connection:
        connection.execute(text("ALTER TABLE decision_journal DISABLE TRIGGER ALL"))
        connection.execute(text(statement))


def test_what_is_written_is_read_back_and_proven(journal):
    verdict = Verdict("Ada Byron", "accept", ("income", "other"), "Payslips seen – “three months”, 1 234 €. 你好")
    entry = journal.record(verdict, decision(probability=0.1 + 0.2))
    assert journal.entries() == (entry,)
    assert (entry.number, entry.previous, entry.probability) == (1, FIRST, 0.1 + 0.2)
    assert journal.verify().hash == entry.hash


def test_the_chain_is_the_one_sqlite_makes(journal, tmp_path):
    from datetime import UTC, datetime

    other = Journal.open(connect(f"sqlite:///{tmp_path / 'journal.sqlite'}"))
    for client in range(3):
        at = datetime(2026, 1, 1 + client, tzinfo=UTC)
        assert journal.record(CHECKED, decision(client + 1), at) == other.record(CHECKED, decision(client + 1), at)
    assert journal.verify() == other.verify()


@pytest.mark.parametrize(
    "statement",
    ["UPDATE decision_journal SET choice = 'accept'", "DELETE FROM decision_journal", "TRUNCATE decision_journal"],
)
def test_the_database_refuses_changes(journal, statement):
    journal.record(CHECKED, decision())
    with pytest.raises(DatabaseError, match="append-only"), journal.engine.begin() as connection:
        connection.execute(text(statement))
    assert journal.verify().entries == 1


def test_writers_of_several_processes_make_one_chain(journal, postgresql_url):
    write_many(postgresql_url, writers=4, entries=20)
    assert journal.verify().entries == 80
    assert len({entry.officer for entry in journal.entries(limit=80)}) == 4


@pytest.mark.parametrize(
    ("statement", "found"),
    [
        ("UPDATE decision_journal SET probability = 0.01 WHERE number = 4", 4),
        ("UPDATE decision_journal SET comment = 'changed' WHERE number = 1", 1),
        ("DELETE FROM decision_journal WHERE number = 3", 3),
    ],
)
def test_what_was_tampered_with_is_named(journal, statement, found):
    for client in range(5):
        journal.record(CHECKED, decision(client + 1))
    tamper(journal, statement)
    with pytest.raises(BrokenJournal, match=f"Entry {found} "):
        journal.verify()


def test_a_read_only_session_is_a_sentence(journal, postgresql_url):
    read_only = Journal(connect(f"{postgresql_url}?options=-c%20default_transaction_read_only%3Don"))
    with pytest.raises(StoreProblem, match="read-only"):
        read_only.record(CHECKED, decision())


def test_a_server_that_is_away_is_a_sentence():
    with pytest.raises(StoreProblem, match="does not answer"):
        Journal.open(connect("postgresql://desk@127.0.0.1:1/postgres"))
