"""Evidence that was changed, cut, emptied, dropped or written anew is told; here on SQLite."""

import shutil
import sqlite3
import struct
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from app.scoring.problems import BrokenEvidence, StoreProblem
from app.store.access import AccessLog
from app.store.chain import CHAIN, Link, key_of
from app.store.database import connect
from app.store.heads import Heads
from app.store.journal import Journal
from app.store.policies import PolicyHistory
from app.store.proof import TABLES, prove_evidence
from tests.store.evidence import access, tamper, write_all, write_chain_anew
from tests.store.verdicts import CHECKED, decision

KEY = "k" * 32
NAMES = [table.name for table in TABLES]
ALL = [*NAMES, CHAIN.name]
LINKS = 27


@pytest.fixture
def file(tmp_path):
    return tmp_path / "store.sqlite"


@pytest.fixture
def engine(file):
    engine = connect(f"sqlite:///{file}")
    write_all(engine)
    return engine


def test_what_was_written_is_proven(engine):
    proof = prove_evidence(engine)
    assert dict(proof.rows) == dict(zip(NAMES, (8, 4, 2, 1, 9, 3, 2, 2, 2), strict=True))
    assert (proof.links, proof.heads) == (LINKS, None) and LINKS == 8 + 4 + 2 + 1 + 3 + 9


def test_who_writes_into_different_tables_at_once_makes_one_chain(file, engine):
    def write(place):
        own = connect(f"sqlite:///{file}")
        journal, log = Journal.open(own), AccessLog.open(own)
        for more in range(10):
            log.write([access(more)]) if place % 2 else journal.record(CHECKED, decision())

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(write, range(4)))
    assert prove_evidence(engine).links == LINKS + 40


REPLACED = {
    "the newest decision": "INSERT OR REPLACE INTO decision_journal SELECT number, at, 'Eve', client, choice, reasons, "
    "comment, advice, model_version, threshold, probability, previous, hash, person, attempt, event "
    "FROM decision_journal WHERE number = 8",
    "the threshold in force": "INSERT OR REPLACE INTO policy_proposals SELECT number, at, who, model_version, 0.9, "
    "grey_zone_points, missed_default_weight, average_loss, margin, reason, person, officer_amount, override_amount, "
    "override_points, payment_to_income, left_per_person FROM policy_proposals WHERE number = 2",
    "an activation, under another number": "INSERT OR REPLACE INTO policy_activations "
    "SELECT 7, at, who, model_version, proposal, replaces, person FROM policy_activations WHERE number = 2",
    "an access": "REPLACE INTO access_log SELECT id, at, 'Eve', role, what, client, model_version, request, person "
    "FROM access_log WHERE id = 9",
    "a link": "INSERT OR REPLACE INTO evidence_chain SELECT number, kept_in, up_to, 'f', previous, hash "
    "FROM evidence_chain WHERE number = 16",
    "a link, by its place only": "REPLACE INTO evidence_chain SELECT 99, kept_in, up_to, digest, 'f', 'f' "
    "FROM evidence_chain WHERE number = 16",
}


@pytest.mark.parametrize("what", REPLACED)
def test_nothing_is_replaced_by_a_stranger_s_connection(engine, file, what):
    """Without recursive triggers, as any other program connects: REPLACE deletes and asks no trigger."""
    engine.dispose()
    with pytest.raises(sqlite3.IntegrityError, match="is append-only"), sqlite3.connect(file) as stranger:
        stranger.execute(REPLACED[what])
    prove_evidence(engine)


@pytest.mark.parametrize("table", ALL)
@pytest.mark.parametrize("change", ["UPDATE {} SET {} = {} + 100", "DELETE FROM {}"])
def test_the_database_refuses_changes(engine, table, change):
    key = "id" if table == "access_log" else "number"
    with pytest.raises(IntegrityError, match="is append-only"), engine.begin() as connection:
        connection.execute(text(change.format(table, key, key)))


def test_each_of_our_connections_has_recursive_triggers(engine):
    with engine.connect() as connection:
        assert connection.execute(text("PRAGMA recursive_triggers")).scalar() == 1


@pytest.mark.parametrize("table", ALL)
@pytest.mark.parametrize("trigger", ["no_update", "no_delete", "no_replace"])
def test_a_guard_that_is_gone_is_told(engine, table, trigger):
    with engine.begin() as connection:
        connection.execute(text(f"DROP TRIGGER {table}_{trigger}"))
    with pytest.raises(BrokenEvidence, match=f"The table {table} is not guarded"):
        prove_evidence(engine)


def test_a_guard_that_refuses_nothing_and_a_stranger_s_trigger_are_told(engine):
    idle = "CREATE TRIGGER {} BEFORE UPDATE ON policy_proposals WHEN 0 BEGIN SELECT RAISE(ABORT, 'no'); END"
    with engine.begin() as connection:
        connection.execute(text(idle.format("stranger")))
    with pytest.raises(BrokenEvidence, match="policy_proposals"):
        prove_evidence(engine)
    with engine.begin() as connection:
        connection.execute(text("DROP TRIGGER stranger"))
        prove_evidence(engine)
        connection.execute(text("DROP TRIGGER policy_proposals_no_update"))
        connection.execute(text(idle.format("policy_proposals_no_update")))
    with pytest.raises(BrokenEvidence, match="policy_proposals"):
        prove_evidence(engine)


@pytest.mark.parametrize("table", NAMES)
@pytest.mark.parametrize("cut", [1, 2])
def test_rows_cut_from_the_end_of_a_table_are_told(engine, table, cut):
    key = "id" if table == "access_log" else "number"
    tamper(engine, f"DELETE FROM {table} WHERE {key} > (SELECT max({key}) - {cut} FROM {table})")
    with pytest.raises(BrokenEvidence, match=table):
        prove_evidence(engine)


@pytest.mark.parametrize("table", ALL)
def test_an_emptied_table_is_told(engine, table):
    tamper(engine, f"DELETE FROM {table}")
    with pytest.raises(BrokenEvidence):
        prove_evidence(engine)


@pytest.mark.parametrize("table", ALL)
def test_a_dropped_table_is_told_and_not_made_again(file, engine, table):
    with engine.begin() as connection:
        connection.execute(text(f"DROP TABLE {table}"))
    engine.dispose()
    for _ in range(2):
        again = connect(f"sqlite:///{file}")
        PolicyHistory.open(again)
        with pytest.raises(StoreProblem):
            prove_evidence(again)


@pytest.mark.parametrize("table", NAMES)
def test_a_row_that_came_by_another_road_is_told(engine, table):
    columns = [column.name for column in CHAIN.metadata.tables[table].columns]
    key = columns[0]
    unlike = {
        key: f"{key} + 1",
        "proposal": "9",
        "replaces": "9",
        "previous": "'a'",
        "hash": "'b'",
        "attempt": "'c'",
        "follows": "99",
        "suspension": "9",
    }
    chosen = ", ".join(unlike.get(name, name) for name in columns)
    tamper(engine, f"INSERT INTO {table} SELECT {chosen} FROM {table} WHERE {key} = (SELECT max({key}) FROM {table})")
    with pytest.raises(BrokenEvidence):
        prove_evidence(engine)


def anew(heads, tmp_path):
    engine = connect(f"sqlite:///{tmp_path / 'forged.sqlite'}")
    write_all(engine, heads)
    tamper(engine, "UPDATE policy_proposals SET threshold = 0.9 WHERE number = 2")
    with pytest.raises(BrokenEvidence):
        prove_evidence(engine)
    write_chain_anew(engine)
    return engine


def test_a_chain_written_anew_agrees_with_itself_and_not_with_what_was_signed(tmp_path):
    heads = Heads(tmp_path / "heads", KEY)
    engine = anew(heads, tmp_path)
    prove_evidence(engine)
    with pytest.raises(BrokenEvidence, match=r"Link .* was signed, and is missing or another one now"):
        prove_evidence(engine, heads)


@pytest.mark.parametrize("links", [1, 3, 11, 14, LINKS])
def test_rows_cut_with_their_links_are_found_by_what_was_signed(tmp_path, links):
    heads = Heads(tmp_path / "heads", KEY)
    engine = connect(f"sqlite:///{tmp_path / 'store.sqlite'}")
    write_all(engine, heads)
    with engine.connect() as connection:
        last = f"SELECT kept_in, max(up_to) FROM evidence_chain WHERE number <= {LINKS - links} GROUP BY 1"
        left = dict(connection.execute(text(last)).all())
    cuts = [f"DELETE FROM {table.name} WHERE {key_of(table)} > {left.get(table.name, 0)}" for table in TABLES]
    cuts += [f"DELETE FROM case_states WHERE {left.get('case_events', 0)} < 3"]
    tamper(engine, f"DELETE FROM evidence_chain WHERE number > {LINKS - links}", *cuts)
    assert prove_evidence(engine).links == LINKS - links, "by itself a shorter chain is whole"
    with pytest.raises(BrokenEvidence, match="was signed"):
        prove_evidence(engine, heads)


@pytest.mark.parametrize("column", [column.name for column in CHAIN.columns])
def test_any_change_of_any_link_is_told(engine, column):
    other = {"number": 99, "kept_in": "nowhere", "up_to": 99}.get(column, "f" * 64)
    for number in range(1, LINKS + 1):
        with engine.connect() as connection:
            asked = text(f"SELECT {column} FROM evidence_chain WHERE number = {number}")
            kept = connection.execute(asked).scalar_one()
        tamper(engine, (f"UPDATE evidence_chain SET {column} = ? WHERE number = ?", (other, number)))
        with pytest.raises(BrokenEvidence):
            prove_evidence(engine)
        place = other if column == "number" else number
        tamper(engine, (f"UPDATE evidence_chain SET {column} = ? WHERE number = ?", (kept, place)))
    prove_evidence(engine)


@pytest.mark.parametrize("number", [1, 9, 16, LINKS])
def test_a_link_whose_own_hash_was_made_good_is_still_told(engine, number):
    """Whoever knows the recipe can make one link agree with itself, but not with its neighbours."""
    with engine.connect() as connection:
        link = Link(*connection.execute(select(CHAIN).where(CHAIN.c.number == number)).one())
    forged = Link(number, link.kept_in, link.up_to, link.digest, "f" * 64, "").made_good()
    tamper(
        engine,
        ("UPDATE evidence_chain SET previous = ?, hash = ? WHERE number = ?", (forged.previous, forged.hash, number)),
    )
    with pytest.raises(BrokenEvidence):
        prove_evidence(engine)


def cells():
    """Every column of every table."""
    return st.sampled_from([(table, column.name) for table in (*TABLES, CHAIN) for column in table.columns])


@pytest.fixture(scope="module")
def image(tmp_path_factory):
    """A written store, to be copied and changed again and again."""
    file = tmp_path_factory.mktemp("image") / "store.sqlite"
    engine = connect(f"sqlite:///{file}")
    write_all(engine)
    engine.dispose()
    return file


@settings(max_examples=150)
@given(cell=cells(), pick=st.integers(0, 10**6), place=st.integers(0, 10**6), byte=st.integers(1, 255))
def test_any_single_changed_byte_of_any_row_is_found(image, cell, pick, place, byte):
    """As the database hands the bytes out: one of a text, some bits of a number, also what is then no text any more."""
    (table, column), key = cell, key_of(cell[0])
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "store.sqlite"
        shutil.copy(image, file)
        engine = connect(f"sqlite:///{file}")
        with engine.connect() as connection:
            rows = connection.exec_driver_sql(f"SELECT {key}, {column} FROM {table.name} ORDER BY 1").all()
            number, value = rows[pick % len(rows)]
        other = changed(value, place, byte)
        tamper(engine, (f"UPDATE OR IGNORE {table.name} SET {column} = ? WHERE {key} = ?", (other, number)))
        with engine.connect() as connection:
            now = connection.exec_driver_sql(f"SELECT {key}, {column} FROM {table.name} ORDER BY 1").all()
        assume(repr(now) != repr(rows))  # what is not unique is refused by the database
        with pytest.raises(BrokenEvidence):
            prove_evidence(engine)
        engine.dispose()


def changed(value, place, byte):
    """One byte of a value changed."""
    if isinstance(value, int):
        return value ^ (1 << (byte % 40))
    raw = bytearray(struct.pack("<d", value) if isinstance(value, float) else (value or "\0").encode())
    raw[place % min(len(raw), 7 if isinstance(value, float) else len(raw))] ^= byte
    if isinstance(value, float):
        return struct.unpack("<d", bytes(raw))[0]
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return bytes(raw)
