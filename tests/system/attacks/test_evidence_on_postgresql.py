"""Evidence on a real PostgreSQL: the same chain, the same attacks, the same migration from the code of before."""

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Event

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import create_engine
from sqlalchemy.exc import DatabaseError

from app.scoring.problems import BrokenEvidence, BrokenJournal, StoreProblem
from app.store.__main__ import main
from app.store.access import AccessLog
from app.store.chain import CHAIN, METADATA
from app.store.database import connect
from app.store.heads import Heads
from app.store.journal import Journal
from app.store.policies import PolicyHistory
from app.store.proof import TABLES, prove_evidence
from app.store.revision import FROM_BEFORE, NEWEST, VERSION_TABLE, migrate
from tests.store.evidence import tamper, write_all, write_chain_anew
from tests.store.proposals import MODEL
from tests.store.test_policy_evidence import FORGED
from tests.store.test_revision import LAST_HASH, SINCE, WRITTEN_BEFORE
from tests.store.verdicts import CHECKED, decision

pytestmark = [pytest.mark.system, pytest.mark.xdist_group("postgresql")]

NAMES = [table.name for table in TABLES]
LINKS = 27
ALL = [*NAMES, CHAIN.name]
BEFORE = """
CREATE TABLE decision_journal (number BIGINT NOT NULL PRIMARY KEY, at VARCHAR(32) NOT NULL,
  officer VARCHAR(120) NOT NULL, client BIGINT NOT NULL, choice VARCHAR(8) NOT NULL,
  reasons TEXT NOT NULL, comment TEXT NOT NULL,
  advice VARCHAR(8) NOT NULL, model_version VARCHAR(40) NOT NULL, threshold DOUBLE PRECISION NOT NULL,
  probability DOUBLE PRECISION NOT NULL, previous VARCHAR(64) NOT NULL UNIQUE, hash VARCHAR(64) NOT NULL UNIQUE);
CREATE INDEX ix_decision_journal_client ON decision_journal (client);
CREATE OR REPLACE FUNCTION decision_journal_refuse() RETURNS trigger LANGUAGE plpgsql AS
  $$ BEGIN RAISE EXCEPTION 'The decision journal is append-only.'; END $$;
CREATE TRIGGER decision_journal_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON decision_journal
  FOR EACH STATEMENT EXECUTE FUNCTION decision_journal_refuse();
CREATE TABLE policy_proposals (number BIGINT NOT NULL PRIMARY KEY, at VARCHAR(32) NOT NULL, who VARCHAR(120) NOT NULL,
  model_version VARCHAR(40) NOT NULL, threshold DOUBLE PRECISION NOT NULL, grey_zone_points DOUBLE PRECISION NOT NULL,
  missed_default_weight DOUBLE PRECISION NOT NULL, average_loss DOUBLE PRECISION NOT NULL,
  margin DOUBLE PRECISION NOT NULL, reason TEXT NOT NULL);
CREATE TABLE policy_activations (number BIGINT NOT NULL PRIMARY KEY, at VARCHAR(32) NOT NULL, who VARCHAR(120) NOT NULL,
  model_version VARCHAR(40) NOT NULL, proposal BIGINT NOT NULL UNIQUE, replaces BIGINT NOT NULL,
  UNIQUE (model_version, replaces));
CREATE TABLE access_log (id BIGSERIAL NOT NULL PRIMARY KEY, at TIMESTAMP WITH TIME ZONE NOT NULL,
  who VARCHAR(254) NOT NULL, role VARCHAR(40) NOT NULL, what VARCHAR(80) NOT NULL, client BIGINT NOT NULL,
  model_version VARCHAR(40) NOT NULL, request VARCHAR(64) NOT NULL);
CREATE INDEX ix_access_log_client ON access_log (client);
"""
"""As the code of November 2026 made them on PostgreSQL."""


@pytest.fixture
def engine(postgresql_url):
    engine = connect(postgresql_url)
    yield engine
    engine.dispose()


@pytest.fixture
def written(engine):
    write_all(engine)
    return engine


@pytest.fixture
def old(engine):
    """The rows of the fixture, in the tables of then."""
    with sqlite3.connect(":memory:") as fixture, engine.begin() as connection:
        fixture.executescript(WRITTEN_BEFORE.read_text(encoding="utf-8"))
        connection.exec_driver_sql(BEFORE)
        for name in sorted(FROM_BEFORE):
            found = fixture.execute(f"SELECT * FROM {name} ORDER BY 1")
            marks = ", ".join(
                "(%s || '+00')::timestamptz" if each[0] == "at" and name == "access_log" else "%s"
                for each in found.description
            )
            connection.exec_driver_sql(f"INSERT INTO {name} VALUES ({marks})", found.fetchall())
        connection.exec_driver_sql("SELECT setval('access_log_id_seq', 60)")
    return engine


def test_what_was_written_is_proven_by_the_chain_sqlite_makes(written, tmp_path):
    other = create_engine(f"sqlite:///{tmp_path / 'store.sqlite'}")
    write_all(other)
    proof = prove_evidence(written)
    assert proof.links == LINKS and dict(proof.rows) == dict(zip(NAMES, (8, 4, 2, 1, 9, 3, 2, 2, 2), strict=True))
    assert proof == prove_evidence(other)


@pytest.mark.parametrize("table", ALL)
@pytest.mark.parametrize(
    "change",
    [
        "UPDATE {0} SET {1} = 99",
        "DELETE FROM {0}",
        "TRUNCATE {0}",
        "INSERT INTO {0} SELECT * FROM {0} ON CONFLICT ({1}) DO UPDATE SET {1} = 99",
    ],
)
@pytest.mark.parametrize("role", ["origin", "replica"])
def test_the_database_refuses_changes_of_replicas_too(written, table, change, role):
    key = "id" if table == "access_log" else "number"
    with pytest.raises(DatabaseError, match="is append-only"), written.begin() as connection:
        connection.exec_driver_sql(f"SET LOCAL session_replication_role = {role}")
        connection.exec_driver_sql(change.format(table, key))
    assert prove_evidence(written).links == LINKS


@pytest.mark.parametrize("table", ALL)
@pytest.mark.parametrize(
    "change",
    [
        "ALTER TABLE {0} DISABLE TRIGGER ALL",
        "DROP TRIGGER {0}_append_only ON {0}",
        "CREATE OR REPLACE FUNCTION {0}_refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$",
    ],
)
def test_a_guard_that_is_gone_or_idle_is_told(written, table, change):
    with written.begin() as connection:
        connection.exec_driver_sql(change.format(table))
    with pytest.raises(BrokenEvidence, match=f"The table {table} is not guarded"):
        prove_evidence(written)


@pytest.mark.parametrize("table", NAMES)
@pytest.mark.parametrize(
    "attack",
    [
        "DELETE FROM {0} WHERE {1} > (SELECT max({1}) - 1 FROM {0})",
        "DELETE FROM {0}",
        "UPDATE {0} SET {2} = 'x' WHERE {1} = 1",
    ],
)
def test_rows_cut_emptied_or_changed_are_told(written, table, attack):
    key = "id" if table == "access_log" else "number"
    tamper(written, attack.format(table, key, "officer" if table == "decision_journal" else "who"))
    with pytest.raises(BrokenEvidence):
        prove_evidence(written)


@pytest.mark.parametrize("table", ALL)
def test_a_dropped_table_is_told_and_not_made_again(written, postgresql_url, table):
    with written.begin() as connection:
        connection.exec_driver_sql(f"DROP TABLE {table}")
    again = connect(postgresql_url)
    Journal.open(again)
    with pytest.raises(StoreProblem):
        prove_evidence(again)
    again.dispose()


def test_a_chain_written_anew_is_found_by_what_was_signed(engine, tmp_path):
    heads = Heads(tmp_path / "heads", "k" * 32)
    write_all(engine, heads)
    assert prove_evidence(engine, heads).heads == LINKS - 3
    tamper(engine, "UPDATE policy_proposals SET threshold = 0.9 WHERE number = 2")
    write_chain_anew(engine)
    prove_evidence(engine)
    with pytest.raises(BrokenEvidence, match="was signed"):
        prove_evidence(engine, heads)


@pytest.mark.parametrize("forged", FORGED)
def test_a_forged_policy_stops_whoever_reads_it(written, forged):
    history = PolicyHistory.open(written)
    assert history.in_force(MODEL).draft.policy.threshold == 0.09
    tamper(written, FORGED[forged])
    with pytest.raises(BrokenEvidence, match="history of policies is not as it was written"):
        history.in_force(MODEL)


def test_a_new_store_has_the_tables_the_code_reads(written):
    with written.connect() as connection:
        seen = MigrationContext.configure(connection, opts={"version_table": VERSION_TABLE, "compare_type": True})
        assert compare_metadata(seen, METADATA) == []


def test_a_store_from_before_is_refused_until_it_is_brought_here_and_keeps_every_row(old, postgresql_url, capsys):
    for opened in (Journal.open, PolicyHistory.open, AccessLog.open):
        with pytest.raises(StoreProblem, match=r"older version .* python -m app\.store migrate"):
            opened(old)
    before = rows(old)
    assert main(["migrate", "--url", postgresql_url]) == 0
    assert f"at revision {NEWEST}" in capsys.readouterr().out
    assert rows(old) == before
    assert Journal.open(old).verify().hash == LAST_HASH
    proof = prove_evidence(old)
    assert {name: number for name, number in proof.rows.items() if number} == {
        "decision_journal": 36,
        "policy_proposals": 8,
        "policy_activations": 4,
        "access_log": 60,
        "case_events": 36,
    }
    with old.connect() as connection:
        seen = MigrationContext.configure(connection, opts={"version_table": VERSION_TABLE, "compare_type": True})
        assert compare_metadata(seen, METADATA) == []


def rows(engine):
    with engine.connect() as connection:
        kept = {}
        for name in sorted(FROM_BEFORE):
            found = connection.exec_driver_sql(f"SELECT * FROM {name} ORDER BY 1").mappings()
            kept[name] = [{column: value for column, value in row.items() if column not in SINCE} for row in found]
        return kept


def test_a_journal_that_is_not_as_it_was_written_does_not_enter_the_chain(old):
    with old.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE decision_journal DISABLE TRIGGER ALL")
        connection.exec_driver_sql("UPDATE decision_journal SET comment = 'changed' WHERE number = 7")
    with pytest.raises(BrokenJournal, match="Entry 7 "):
        migrate(old)
    with pytest.raises(StoreProblem, match="older version"):
        Journal.open(old)


def test_an_address_as_long_as_addresses_may_be_is_recorded(written):
    officer = "a" * 64 + "@" + "b" * 250 + ".net"
    assert Journal.open(written).record(replace(CHECKED, officer=officer), decision()).officer == officer


def test_no_store_is_made_where_none_was(postgresql_url, capsys):
    for verb in ("verify", "migrate"):
        assert main([verb, "--url", postgresql_url]) == 2
        assert "There is no store at" in capsys.readouterr().err
    engine = connect(postgresql_url)
    with engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'").scalar() == 0
    engine.dispose()


def test_a_store_beside_mlflow_s_own_revisions_is_made(engine):
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)")
        connection.exec_driver_sql("INSERT INTO alembic_version VALUES ('1bd49d398cd23')")
    write_all(engine)
    assert prove_evidence(engine).links == LINKS


def test_verifying_while_others_write_sees_one_moment(written, postgresql_url):
    stop = Event()

    def write(_):
        journal = Journal.open(connect(postgresql_url))
        while not stop.is_set():
            journal.record(CHECKED, decision())
        journal.engine.dispose()

    with ThreadPoolExecutor(3) as pool:
        writing = pool.map(write, range(3))
        try:
            counts = [prove_evidence(written).links for _ in range(10)]
        finally:
            stop.set()
        list(writing)
    assert counts == sorted(counts) and counts[-1] > counts[0]
