"""A store is at the newest revision, or it is refused with the command that brings it there."""

import sqlite3
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import event

from app.scoring.problems import BrokenJournal, StoreProblem
from app.store import revision
from app.store.__main__ import main
from app.store.access import AccessLog
from app.store.cases.cases import Cases
from app.store.chain import METADATA
from app.store.database import connect
from app.store.journal import ADDED, Journal
from app.store.policies import PolicyHistory
from app.store.proof import prove_evidence
from app.store.revision import FROM_BEFORE, NEWEST, REVISIONS, VERSION_TABLE, existing, migrate
from tests.store.evidence import write_all
from tests.store.verdicts import CHECKED, decision

WRITTEN_BEFORE = Path(__file__).parent / "fixtures" / "store_of_2026_11.sql"
LAST_HASH = "7d03fa0e2f9ede1b9c07966d1a940bc3cf904b3422e1ea4106b0196bbce99d92"
SINCE = {*ADDED, "officer_amount", "override_amount", "override_points", "payment_to_income", "left_per_person"}
"""Columns that came later."""
OPENED = [Journal.open, PolicyHistory.open, AccessLog.open]


@pytest.fixture
def old(tmp_path):
    """A store as the code of November 2026 wrote it."""
    file = tmp_path / "old.sqlite"
    with sqlite3.connect(file) as connection:
        connection.executescript(WRITTEN_BEFORE.read_text(encoding="utf-8"))
    connection.close()
    return file


def url(file):
    return f"sqlite:///{file}"


def rows(file):
    """Every row from before, as it was then."""
    with sqlite3.connect(file) as connection:
        columns = {name: [each[1] for each in connection.execute(f"PRAGMA table_info({name})")] for name in FROM_BEFORE}
        kept = {name: ", ".join(each for each in all_of if each not in SINCE) for name, all_of in columns.items()}
        return {name: connection.execute(f"SELECT {kept[name]} FROM {name} ORDER BY 1").fetchall() for name in kept}


def content(folder):
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_the_revisions_are_those_of_the_folder():
    config = Config()
    config.set_main_option("script_location", str(revision.MIGRATIONS))
    scripts = ScriptDirectory.from_config(config)
    assert tuple(each.revision for each in reversed(list(scripts.walk_revisions()))) == REVISIONS


def test_a_new_store_is_at_the_newest_revision_and_has_the_tables_the_code_reads(tmp_path):
    engine = connect(url(tmp_path / "new.sqlite"))
    Journal.open(engine)
    with engine.connect() as connection:
        assert revision.revision_of(connection) == NEWEST
        # SQLite holds texts of any length, whatever length is declared.
        seen = MigrationContext.configure(connection, opts={"version_table": VERSION_TABLE, "compare_type": False})
        assert compare_metadata(seen, METADATA) == []


@pytest.mark.parametrize("opened", OPENED)
def test_a_store_from_before_is_refused_with_the_command_and_left_as_it_was(old, opened):
    before = rows(old)
    with pytest.raises(StoreProblem, match=r"older version .* python -m app\.store migrate"):
        opened(connect(url(old)))
    with sqlite3.connect(old) as connection:
        assert not connection.execute("SELECT 1 FROM sqlite_master WHERE name = ?", [VERSION_TABLE]).fetchall()
    assert rows(old) == before


def test_a_store_from_before_keeps_every_row_and_its_chain(old):
    before = rows(old)
    assert migrate(existing(url(old))) == ("", NEWEST)
    assert rows(old) == before and {name: len(each) for name, each in before.items()} == {
        "decision_journal": 36,
        "policy_proposals": 8,
        "policy_activations": 4,
        "access_log": 60,
    }
    engine = connect(url(old))
    journal = Journal.open(engine)
    assert journal.verify().hash == LAST_HASH
    assert all(entry.intact and entry.person == "" for entry in journal.entries())
    proof = prove_evidence(engine)
    known = {name: len(each) for name, each in before.items()} | {"case_events": 36}
    assert {name: number for name, number in proof.rows.items() if number} == known
    assert proof.links == 36 + 8 + 4 + 1 + 1
    assert PolicyHistory.open(engine).in_force("3-1f0c9a2b").draft.policy.threshold == 0.081
    write_more(engine)


def test_a_store_whose_rows_are_in_the_chain_keeps_it_link_by_link(old):
    engine = existing(url(old))
    revision._upgrade(engine, "0003")
    with engine.connect() as connection:
        links = connection.exec_driver_sql("SELECT * FROM evidence_chain ORDER BY number").all()
    assert len(links) == 36 + 8 + 4 + 1 and migrate(engine) == ("0003", NEWEST)
    with engine.connect() as connection:
        *same, entered = connection.exec_driver_sql("SELECT * FROM evidence_chain ORDER BY number").all()
    assert same == links and entered.previous == links[-1].hash and entered.kept_in == "case_events"
    assert prove_evidence(engine).hash == entered.hash
    write_more(engine)


def test_each_decision_from_before_becomes_an_event_of_its_file(old, tmp_path):
    migrate(existing(url(old)))
    engine = connect(url(old))
    cases = Cases.open(engine, tmp_path / "champions")
    for entry in Journal.open(engine).entries():
        case = cases.case(entry.client)
        event = next(each for each in case.events if each.facts.entry == entry.number)
        assert (event.actor.name, event.actor.role, event.at) == (entry.officer, "", entry.at)
        assert event.facts.ruling == (None if entry.choice == "refer" else entry.choice) and case.contents == {}
        last = case.events[-1]
        assert case.state.status == ("referred" if last.kind == "referred" else "decided")


def write_more(engine):
    before = prove_evidence(engine)
    entry = Journal.open(engine).record(CHECKED, decision())
    assert entry.number == 37 and entry.previous == LAST_HASH
    assert prove_evidence(engine).links == before.links + 1


def test_a_store_from_before_that_lacks_tables_is_brought_here(old):
    """Each was made when it was first written to: an API alone never made a journal."""
    with sqlite3.connect(old) as connection:
        connection.execute("DROP TABLE decision_journal")
    migrate(existing(url(old)))
    assert dict(prove_evidence(connect(url(old))).rows)["decision_journal"] == 0


def test_migrating_again_changes_nothing(old):
    migrate(existing(url(old)))
    before = prove_evidence(connect(url(old)))
    assert migrate(existing(url(old))) == (NEWEST, NEWEST)
    assert prove_evidence(connect(url(old))) == before


def test_a_journal_that_is_not_as_it_was_written_does_not_enter_the_chain(old):
    with sqlite3.connect(old) as connection:
        connection.execute("DROP TRIGGER decision_journal_no_update")
        connection.execute("UPDATE decision_journal SET comment = 'changed' WHERE number = 7")
    before = rows(old)
    with pytest.raises(BrokenJournal, match="Entry 7 "):
        migrate(existing(url(old)))
    assert rows(old) == before
    with existing(url(old)).connect() as connection:
        assert revision.revision_of(connection) == ""


def test_a_newer_store_is_refused_everywhere_and_left_as_it_was(tmp_path, capsys):
    file = tmp_path / "newer.sqlite"
    engine = connect(url(file))
    write_all(engine)
    with engine.begin() as connection:
        connection.exec_driver_sql(f"UPDATE {VERSION_TABLE} SET version_num = '9999'")
    engine.dispose()
    for opened in OPENED:
        with pytest.raises(StoreProblem, match=r"newer version .* 9999"):
            opened(connect(url(file)))
    for verb in ("migrate", "verify"):
        assert main([verb, "--url", url(file)]) == 2
        assert "newer version" in capsys.readouterr().err
    with sqlite3.connect(file) as connection:
        assert connection.execute(f"SELECT * FROM {VERSION_TABLE}").fetchall() == [("9999",)]


def no_database(tmp_path):
    (tmp_path / "notes.txt").write_text("these are no pages of a database " * 100)
    return tmp_path / "notes.txt", "it is not a journal"


def folder(tmp_path):
    (tmp_path / "folder").mkdir()
    return tmp_path / "folder", "no file is there"


def mistyped(tmp_path):
    return tmp_path / "not" / "there" / "store.sqlite", "no file is there"


def of_another_program(tmp_path):
    file = tmp_path / "other.sqlite"
    with sqlite3.connect(file) as connection:
        connection.execute("CREATE TABLE runs (id INTEGER)")
    connection.close()
    return file, "none of the tables"


def empty(tmp_path):
    (tmp_path / "empty.sqlite").touch()
    return tmp_path / "empty.sqlite", "none of the tables"


@pytest.mark.parametrize("verb", ["verify", "migrate"])
@pytest.mark.parametrize("made", [no_database, folder, mistyped, of_another_program, empty])
def test_what_is_no_store_is_one_sentence_and_is_left_as_it_was(tmp_path, capsys, verb, made):
    path, told = made(tmp_path)
    before = content(tmp_path)
    assert main([verb, "--url", url(path)]) == 2
    said = capsys.readouterr()
    assert "There is no store at" in said.err and told in said.err and len(said.err.splitlines()) == 1
    assert content(tmp_path) == before and not (tmp_path / "not").exists()


def test_a_store_is_made_where_there_is_none_when_that_is_asked(tmp_path, root, capsys):
    fresh = url(tmp_path / "new" / "desk.sqlite")
    assert main(["migrate", "--make", "--url", fresh]) == 0
    assert f"at revision {NEWEST}, from none" in capsys.readouterr().out
    assert main(["migrate", "--make", "--url", fresh]) == 0
    assert f"at revision {NEWEST}, as it was" in capsys.readouterr().out
    assert main(["verify", "--url", fresh, "--portfolio", str(root)]) == 0
    assert main(["migrate", "--make", "--url", url(tmp_path)]) == 2
    assert "The store cannot be brought to revision" in capsys.readouterr().err


def test_the_command_brings_a_store_here_and_says_so(old, root, capsys):
    assert main(["verify", "--url", url(old), "--portfolio", str(root)]) == 2
    assert "python -m app.store migrate" in capsys.readouterr().err
    assert main(["migrate", "--url", url(old)]) == 0
    assert f"at revision {NEWEST}, from " in capsys.readouterr().out
    assert main(["verify", "--url", url(old), "--portfolio", str(root)]) == 0
    assert "36 entries, whole" in capsys.readouterr().out


def test_a_password_is_never_told(capsys):
    assert main(["verify", "--url", "postgresql://desk:hush@127.0.0.1:1/desk"]) == 2
    assert "hush" not in capsys.readouterr().err


def test_the_revision_is_read_once_an_engine(tmp_path):
    engine = connect(url(tmp_path / "store.sqlite"))
    asked = []
    event.listen(engine, "before_cursor_execute", lambda *told: asked.append(told[2]))
    Journal.open(engine)
    assert asked
    asked.clear()
    for opened in OPENED:
        opened(engine)
    assert asked == []


def test_a_full_disk_while_migrating_is_a_sentence_and_changes_nothing(old):
    before = rows(old)
    engine = connect(url(old))
    event.listen(engine, "connect", lambda connection, _: connection.execute("PRAGMA max_page_count = 20"))
    with pytest.raises(StoreProblem, match="cannot be brought to revision"):
        migrate(engine)
    assert rows(old) == before
    migrate(existing(url(old)))


def test_two_that_make_a_store_at_once_both_have_it(tmp_path):
    from concurrent.futures import ThreadPoolExecutor

    engines = [connect(url(tmp_path / "store.sqlite")) for _ in range(4)]
    with ThreadPoolExecutor(4) as pool:
        journals = list(pool.map(Journal.open, engines))
    for journal in journals:
        journal.record(CHECKED, decision())
    assert prove_evidence(engines[0]).links == 4
