"""What a person decided is kept as they decided it: append-only, chained, one writer at a time."""

import hashlib
import json
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, replace
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import create_engine, event, select, text
from sqlalchemy.exc import DatabaseError

from app.scoring.problems import BrokenEvidence, BrokenJournal, StoreProblem, VerdictProblem
from app.scoring.verdict import REASON_CODES
from app.store.database import connect
from app.store.journal import ADDED, FIRST, JOURNAL, LONGEST_COMMENT, Journal, Verdict
from tests.store.verdicts import CHECKED, decision, write_many


@pytest.fixture
def file(tmp_path):
    return tmp_path / "journal.sqlite"


@pytest.fixture
def journal(file):
    return Journal.open(connect(f"sqlite:///{file}"))


def tamper(file, statement, *values):
    """Change the file as someone would who owns the disk: past the triggers."""
    with sqlite3.connect(file) as connection:
        for (trigger,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            connection.execute(f"DROP TRIGGER {trigger}")
        connection.execute(statement, values)
    connection.close()


def test_an_entry_keeps_who_decided_what_when_and_on_which_advice(journal):
    at = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)
    verdict = Verdict(" Ada Byron ", "accept", ("income", "correction"), "Payslips of three months seen.")
    entry = journal.record(verdict, decision(), at)
    assert (entry.number, entry.at, entry.officer) == (1, "2026-03-01T09:30:00.000000+00:00", "Ada Byron")
    assert (entry.client, entry.choice, entry.reasons) == (100_002, "accept", ("income", "correction"))
    assert (entry.model_version, entry.threshold, entry.probability) == ("3-1f0c9a2b", 0.09, 0.2)
    assert entry.against_the_model and entry.previous == FIRST
    assert journal.entries() == (entry,)


def test_an_entry_keeps_whom_the_name_stands_for(journal):
    entry = journal.record(replace(CHECKED, person="https://id.example|17"), decision())
    assert entry.person == "https://id.example|17" and journal.entries() == (entry,)
    assert entry.intact and journal.verify().hash == entry.hash


def test_an_entry_without_a_person_has_the_hash_it_always_had(file, journal):
    """Hashed as before persons were kept; writing one in afterwards, or out, is found."""
    entries = [journal.record(replace(CHECKED, person=person), decision()) for person in ("", "https://id.example|17")]
    facts = {**asdict(entries[0]), "reasons": json.dumps(list(entries[0].reasons))}
    before = {name: value for name, value in facts.items() if name not in (*ADDED, "hash", "erased", "altered")}
    assert entries[0].hash == hashlib.sha256(json.dumps(before, sort_keys=True).encode()).hexdigest()
    for number, person in ((1, "https://id.example|17"), (2, "")):
        tamper(file, "UPDATE decision_journal SET person = ? WHERE number = ?", person, number)
        with pytest.raises(BrokenJournal, match=f"Entry {number} "):
            journal.verify()
        tamper(file, "UPDATE decision_journal SET person = ? WHERE number = ?", entries[number - 1].person, number)


def test_entries_come_newest_first_and_by_client(journal):
    for client in (1, 2, 1):
        journal.record(CHECKED, decision(client))
    assert [entry.number for entry in journal.entries()] == [3, 2, 1]
    assert [entry.number for entry in journal.entries(client=1)] == [3, 1]
    assert [entry.number for entry in journal.entries(limit=1)] == [3]


@pytest.mark.parametrize(
    ("verdict", "told"),
    [
        (Verdict("Ada", "accept", ("income",)), "against the model"),
        (Verdict("Ada", "accept", ("income",), " \n "), "against the model"),
        (Verdict("Ada", "refuse", ()), "reason"),
        (Verdict("Ada", "refuse", ("mood",)), "reason"),
        (Verdict("Ada", "maybe", ("income",)), "“maybe”"),
        (Verdict("  ", "refuse", ("income",)), "Nobody"),
        (Verdict("Ada", "refuse", ("income",), "x" * (LONGEST_COMMENT + 1)), str(LONGEST_COMMENT + 1)),
        (Verdict("Ada", "refuse", ("income",), "a\x00b"), "plain text"),
        (Verdict("Ada", "refuse", ("income",), "\ud800"), "plain text"),
        (Verdict("Ada", "refuse", ("income",), person="a\x00b"), "plain text"),
    ],
)
def test_a_verdict_that_lacks_something_is_refused_and_not_kept(journal, verdict, told):
    with pytest.raises(VerdictProblem, match=told):
        journal.record(verdict, decision())
    assert journal.entries() == ()


def test_referring_never_goes_against_the_model_and_needs_no_comment(journal):
    assert not journal.record(Verdict("Ada", "refer", ("missing",)), decision()).against_the_model


@pytest.mark.parametrize("statement", ["UPDATE decision_journal SET choice = 'accept'", "DELETE FROM decision_journal"])
def test_the_database_refuses_changes(journal, statement):
    journal.record(CHECKED, decision())
    with pytest.raises(DatabaseError, match="append-only"), journal.engine.begin() as connection:
        connection.execute(text(statement))
    assert journal.verify().entries == 1


def test_an_empty_journal_is_whole(journal):
    assert (journal.verify().entries, journal.verify().hash) == (0, FIRST)


def test_verify_reads_the_journal_another_process_wrote(file, journal):
    hashes = [journal.record(CHECKED, decision(client)).hash for client in range(1, 30)]
    head = Journal.open(connect(f"sqlite:///{file}")).verify()
    assert (head.entries, head.hash) == (29, hashes[-1])


ENTRIES = 7
CHANGES = {
    "at": "2020-01-01T00:00:00.000000+00:00",
    "officer": "Eve",
    "client": 7,
    "choice": "accept",
    "reasons": '["other"]',
    "comment": "changed",
    "advice": "accept",
    "model_version": "0",
    "threshold": 0.5,
    "probability": 0.01,
    "person": "https://id.example|17",
    "attempt": "another",
    "previous": "f" * 64,
    "hash": "e" * 64,
}


@settings(max_examples=25)
@given(number=st.integers(1, ENTRIES), column=st.sampled_from(sorted(CHANGES)))
def test_any_single_change_is_found_at_its_entry(tmp_path_factory, number, column):
    file = tmp_path_factory.mktemp("journal") / "journal.sqlite"
    journal = Journal.open(connect(f"sqlite:///{file}"))
    for client in range(ENTRIES):
        journal.record(CHECKED, decision(client + 100_001))
    tamper(file, f"UPDATE decision_journal SET {column} = ? WHERE number = ?", CHANGES[column], number)
    with pytest.raises(BrokenJournal) as broken:
        journal.verify()
    assert broken.value.values["number"] == number


@pytest.mark.parametrize(("removed", "found"), [(1, 1), (4, 4), (6, 6)])
def test_a_removed_entry_is_found_where_it_was(file, journal, removed, found):
    for client in range(ENTRIES):
        journal.record(CHECKED, decision(client + 1))
    tamper(file, "DELETE FROM decision_journal WHERE number = ?", removed)
    with pytest.raises(BrokenJournal, match=f"Entry {found} "):
        journal.verify()


@pytest.mark.parametrize(
    ("forged", "column", "value", "found"), [(3, "comment", "changed", 4), (ENTRIES, "number", 9, 7)]
)
def test_a_change_with_its_own_hash_made_good_is_still_found(file, journal, forged, column, value, found):
    """Whoever knows the recipe can make one entry agree with itself, but not with its neighbours or its place."""
    for client in range(ENTRIES):
        journal.record(CHECKED, decision(client + 1))
    with journal.engine.connect() as connection:
        row = dict(connection.execute(select(JOURNAL).where(JOURNAL.c.number == forged)).mappings().one())
    facts = {name: kept for name, kept in row.items() if name not in (*ADDED, "hash")} | {column: value}
    forgery = hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()
    tamper(file, f"UPDATE decision_journal SET {column} = ?, hash = ? WHERE number = ?", value, forgery, forged)
    with pytest.raises(BrokenJournal, match=f"Entry {found} "):
        journal.verify()


def test_a_journal_cut_short_is_found_by_the_head_noted_before(file, journal):
    for client in range(ENTRIES):
        journal.record(CHECKED, decision(client + 1))
    head = journal.verify()
    tamper(file, "DELETE FROM decision_journal WHERE number = ?", ENTRIES)
    assert journal.verify().entries == ENTRIES - 1, "by itself a shorter chain is whole"
    with pytest.raises(BrokenJournal, match=f"Entry {ENTRIES} "):
        journal.verify(head.hash)
    with pytest.raises(BrokenEvidence, match="holds less than the chain of evidence says"):
        journal.record(CHECKED, decision(9))


def test_an_older_head_is_still_in_a_longer_chain(journal):
    head = journal.record(CHECKED, decision()).hash
    journal.record(CHECKED, decision())
    assert journal.verify(head).entries == 2


def test_writers_of_several_processes_make_one_chain(file, journal):
    write_many(f"sqlite:///{file}", writers=4, entries=15)
    assert journal.verify().entries == 60
    assert len({entry.officer for entry in journal.entries(limit=60)}) == 4


def test_a_read_only_journal_is_a_sentence(file, journal):
    journal.record(CHECKED, decision())
    read_only = Journal(create_engine(f"sqlite:///file:{file}?mode=ro&uri=true"))
    with pytest.raises(StoreProblem, match="read-only"):
        read_only.record(CHECKED, decision())
    assert read_only.verify().entries == 1, "it can still be read"


def test_a_full_disk_is_a_sentence_and_loses_nothing(file, journal):
    engine = connect(f"sqlite:///{file}")
    event.listen(engine, "connect", lambda connection, _: connection.execute("PRAGMA max_page_count = 12"))
    small, kept = Journal.open(engine), 0
    with pytest.raises(StoreProblem, match="full"):
        for kept in range(100):  # noqa: B007
            small.record(Verdict("Ada", "refuse", ("debts",), "x" * LONGEST_COMMENT), decision())
    assert kept > 0
    assert Journal.open(connect(f"sqlite:///{file}")).verify().entries == kept


def test_a_locked_journal_is_a_sentence(file, journal):
    holder = sqlite3.connect(file, isolation_level=None)
    holder.execute("BEGIN EXCLUSIVE")
    with pytest.raises(StoreProblem, match="locked"):
        journal.record(CHECKED, decision())
    holder.close()
    assert journal.record(CHECKED, decision()).number == 1


def test_a_file_that_is_no_database_is_a_sentence(tmp_path):
    (tmp_path / "journal.sqlite").write_bytes(b"these are no pages of a database " * 100)
    with pytest.raises(StoreProblem, match="journal"):
        Journal.open(connect(f"sqlite:///{tmp_path / 'journal.sqlite'}")).verify()


def test_every_reason_has_words():
    assert all(code and words for code, words in REASON_CODES.items())


@pytest.mark.parametrize("column", sorted(set(CHANGES) - {"hash"}))
def test_an_entry_that_was_changed_no_longer_agrees_with_its_hash(file, journal, column):
    journal.record(CHECKED, decision())
    assert journal.entries()[0].intact
    tamper(file, f"UPDATE decision_journal SET {column} = ?", CHANGES[column])
    assert not journal.entries()[0].intact


SENT = {"attempt": "100002-" + "7" * 32}


def test_an_attempt_that_is_sent_again_is_the_entry_it_was(journal):
    entry = journal.record(CHECKED, decision(), **SENT)
    assert entry.attempt == SENT["attempt"] and entry.intact
    assert journal.record(CHECKED, decision(), **SENT) == entry
    assert journal.record(replace(CHECKED, comment=" "), decision(probability=0.3), **SENT) == entry
    assert journal.entries() == (entry,) and journal.verify().hash == entry.hash


@pytest.mark.parametrize(
    "other",
    [
        {"choice": "refer"},
        {"reasons": ("income",)},
        {"comment": "On reflection."},
        {"officer": "Bob"},
        {"person": "https://id.example|17"},
    ],
)
def test_another_decision_by_an_attempt_that_is_spent_is_told_and_not_kept(journal, other):
    entry = journal.record(CHECKED, decision(), **SENT)
    with pytest.raises(VerdictProblem, match="entry 1 was recorded already, and it says something else"):
        journal.record(replace(CHECKED, **other), decision(), **SENT)
    with pytest.raises(VerdictProblem):
        journal.record(CHECKED, decision(client=7), **SENT)
    assert journal.entries() == (entry,)


def test_decisions_without_an_attempt_or_by_another_are_each_kept(journal):
    for attempt in (None, None, "one", "two"):
        journal.record(CHECKED, decision(), attempt=attempt)
    assert [entry.attempt for entry in journal.entries()] == ["two", "one", None, None]


def test_of_many_that_send_one_attempt_at_once_one_records(journal):
    with ThreadPoolExecutor(12) as pool:
        numbers = list(pool.map(lambda _: journal.record(CHECKED, decision(), **SENT).number, range(24)))
    assert set(numbers) == {1} and journal.verify().entries == 1


def test_the_database_itself_takes_an_attempt_once(file, journal):
    journal.record(CHECKED, decision(), **SENT)
    journal.record(CHECKED, decision())
    with pytest.raises(sqlite3.IntegrityError, match="UNIQUE"):
        tamper(file, "UPDATE decision_journal SET attempt = ?", SENT["attempt"])
