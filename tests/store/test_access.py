"""The access log keeps who saw which client, as it was written."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from app.scoring.problems import StoreProblem
from app.store.access import ACCESS_LOG, Access, AccessLog, Asked
from app.store.database import connect


def test_an_access_keeps_whom_the_name_stands_for(tmp_path):
    log = AccessLog.open(connect(f"sqlite:///{tmp_path / 'store.sqlite'}"))
    at = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)
    seen = Access(at, "Ada", "officer", "page client", 100_002, "3-1f0c9a2b", "0" * 16, "https://id.example|17")
    log.write([seen])
    (kept,) = log.of(100_002)
    assert (kept.who, kept.person) == ("Ada", "https://id.example|17")


def access(who="Ada", client=1, at=datetime(2026, 3, 1, 9, 30, tzinfo=UTC)):
    return Access(at, who, "officer", "page client", client, "3-1f0c9a2b", "0" * 16)


@pytest.fixture
def log(tmp_path):
    return AccessLog.open(connect(f"sqlite:///{tmp_path / 'store.sqlite'}"))


def test_accesses_are_numbered_from_one_without_gaps_whoever_writes_them(log):
    for many in (3, 1, 2):
        log.write([access() for _ in range(many)])
    with log.engine.connect() as connection:
        assert connection.execute(select(ACCESS_LOG.c.id).order_by(ACCESS_LOG.c.id)).scalars().all() == [
            1,
            2,
            3,
            4,
            5,
            6,
        ]


def test_the_newest_come_first_by_person_by_client_and_from_a_moment_on(log):
    nine = datetime(2026, 3, 1, 9, tzinfo=UTC)
    written = [access(who, client, nine + timedelta(hours=hour))
               for hour, (who, client) in enumerate([("Ada", 1), ("Bea", 2), ("Ada", 2), ("Cy", 3)])]  # fmt: skip
    log.write(written)
    assert log.newest(Asked(), 10) == tuple(reversed(written))
    assert log.newest(Asked(), 2) == (written[3], written[2])
    assert log.newest(Asked(who="Ada"), 10) == (written[2], written[0])
    assert log.newest(Asked(client=2), 10) == (written[2], written[1])
    assert log.newest(Asked("Ada", 2), 10) == (written[2],)
    assert log.newest(Asked(since=nine + timedelta(hours=2)), 10) == (written[3], written[2])
    assert log.newest(Asked(who="Dan"), 10) == ()


def test_a_log_that_is_not_there_is_a_sentence(log):
    with log.engine.begin() as connection:
        connection.exec_driver_sql("DROP TABLE access_log")
    with pytest.raises(StoreProblem, match="The access log cannot be read: it is not there"):
        log.newest(Asked(), 1)
