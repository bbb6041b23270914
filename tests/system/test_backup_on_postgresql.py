"""A back-up of a running PostgreSQL, restored into SQLite and into PostgreSQL: the same rows, the same chain."""

import pytest

from app.scoring.problems import BackupProblem
from app.store.access import AccessLog
from app.store.backup import STORE, Places, back_up
from app.store.chain import CHAIN
from app.store.database import connect
from app.store.heads import Heads
from app.store.journal import Journal
from app.store.proof import TABLES, prove_evidence
from app.store.restore import restore
from tests.store.conftest import batches, demo, population, published, root, served
from tests.store.evidence import access, write_all
from tests.store.test_backup import KEY, being_written, elsewhere, kept
from tests.store.verdicts import CHECKED, decision

__all__ = ["batches", "demo", "elsewhere", "kept", "population", "published", "root", "served"]

pytestmark = [pytest.mark.system, pytest.mark.xdist_group("postgresql")]


@pytest.fixture
def places(tmp_path, root, postgresql_url):
    heads, engine = tmp_path / "heads", connect(postgresql_url)
    write_all(engine, Heads(heads, KEY))
    engine.dispose()
    return Places(postgresql_url, root, tmp_path / "none", heads, KEY)


def empty_again(url):
    """As on a new machine."""
    engine = connect(url)
    with engine.begin() as connection:
        connection.exec_driver_sql("DROP SCHEMA public CASCADE")
        connection.exec_driver_sql("CREATE SCHEMA public")
    engine.dispose()


def test_a_running_postgresql_is_backed_up_whole_and_restored_into_either(places, elsewhere, kept, tmp_path):
    with being_written(places.url, places.heads) as told:
        back_up(places, kept)
    restore(kept, elsewhere)
    entries = Journal.open(connect(elsewhere.url)).verify().entries
    assert entries >= told >= 20
    proof = prove_evidence(connect(elsewhere.url), Heads(elsewhere.heads, KEY))
    empty_again(places.url)
    again = tmp_path / "again"
    far_away = f"{places.url}?options=-c%20TimeZone%3DAsia%2FKolkata"
    restore(kept, Places(far_away, again / "portfolio", again / "champion", again / "heads", KEY))
    assert prove_evidence(connect(places.url), Heads(again / "heads", KEY)) == proof
    assert Journal.open(connect(places.url)).record(CHECKED, decision()).number == entries + 1
    first = next(iter(AccessLog.open(connect(places.url)).of(access(0).client)))
    assert first.at == access(0).at


def test_nothing_is_restored_over_a_row(places, elsewhere, kept):
    back_up(places, kept)
    with pytest.raises(BackupProblem, match="holds rows already"):
        restore(kept, Places(places.url, elsewhere.portfolio, elsewhere.champion, elsewhere.heads, KEY))
    assert not elsewhere.portfolio.exists()


def test_the_file_of_a_back_up_is_a_store_of_its_own(places, kept):
    back_up(places, kept)
    copied = connect(f"sqlite:///{kept / STORE}")
    assert prove_evidence(copied) == prove_evidence(connect(places.url))
    with copied.connect() as connection:
        for table in (*TABLES, CHAIN):
            assert connection.exec_driver_sql(f"SELECT count(*) FROM {table.name}").scalar()
