"""A PostgreSQL that hangs: whoever waits for it is told so within seconds, and nothing is kept by half."""

import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import httpx
import psutil
import psycopg
import pytest

from app.api.policy_in_force import KEEP_SECONDS
from app.scoring.problems import StoreProblem
from app.settings import settings
from app.store.access import AccessLog
from app.store.database import connect
from app.store.journal import Journal
from app.store.patience import ANSWER_SECONDS, CONNECT_SECONDS, LOCK_SECONDS, STATEMENT_SECONDS
from app.store.policies import PolicyHistory
from app.store.portfolio import Portfolio
from tests.store.evidence import access
from tests.store.verdicts import CHECKED, decision

pytestmark = [pytest.mark.system, pytest.mark.alone, pytest.mark.xdist_group("postgresql")]

LOCKED_SECONDS = 2 * LOCK_SECONDS + 1.5
"""For a call that comes while the one before is still being refused."""
STILL_SECONDS = 2 * (ANSWER_SECONDS + CONNECT_SECONDS) + 1.5


@pytest.fixture
def engine(postgresql_url):
    engine = connect(postgresql_url)
    Journal.open(engine)
    yield engine
    engine.dispose()


@pytest.fixture
def client():
    return Portfolio.open(settings().portfolio).random_client()


@contextmanager
def held(url: str, *tables: str, mode: str = "ACCESS EXCLUSIVE") -> Iterator[None]:
    """Somebody's transaction that was left open holds the tables."""
    with psycopg.connect(url) as holder:
        holder.execute(f"LOCK TABLE {', '.join(tables)} IN {mode} MODE")
        yield
        holder.rollback()


@contextmanager
def stopped(url: str) -> Iterator[None]:
    """The server's processes stand still; its machine goes on taking what is sent, and says nothing."""
    with psycopg.connect(url) as asked:
        server = psutil.Process(asked.info.backend_pid).parent()
        processes = [server, *server.children()]
    try:
        _send(signal.SIGSTOP, processes)
        yield
    finally:
        _send(signal.SIGCONT, processes)


def _send(number: signal.Signals, processes: list[psutil.Process]) -> None:
    for process in processes:
        with suppress(psutil.NoSuchProcess):  # one that had ended by itself
            process.send_signal(number)


def took(act) -> float:
    """Seconds that something takes to be refused."""
    start = time.monotonic()
    with pytest.raises(StoreProblem):
        act()
    return time.monotonic() - start


def answer(api, path: str, body: dict | None = None) -> tuple[int, dict, float]:
    """Status, body, and seconds."""
    answered = httpx.request("POST" if body else "GET", api.url + path, json=body, timeout=90)
    if answered.status_code != 200:
        assert answered.headers["Content-Type"] == "application/problem+json" and answered.headers["Retry-After"]
    return answered.status_code, answered.json(), answered.elapsed.total_seconds()


@pytest.mark.parametrize("tables", [["access_log"], ["policy_proposals", "policy_activations"], ["evidence_chain"]])
def test_the_api_says_within_seconds_that_a_table_is_locked(run_api, postgresql_url, engine, client, tables):
    api = run_api(STORE_URL=postgresql_url)
    asked = [("/predict", {"client": client}), ("/ready", None)]
    told, start = [], time.monotonic()
    with held(postgresql_url, *tables):
        while time.monotonic() - start < KEEP_SECONDS + 2:
            told += [answer(api, *each) for each in asked]
    assert max(seconds for *_, seconds in told) < LOCKED_SECONDS, told
    # While it is the policy that cannot be read, the one read last answers for a moment.
    assert {status for status, *_ in told[-2:]} == {503} and {status for status, *_ in told} <= {200, 503}, told
    assert all("decision" not in body for status, body, _ in told if status == 503)
    time.sleep(0.3)
    assert [answer(api, *each)[0] for each in asked] == [200, 200]
    assert len(list(AccessLog.open(engine).of(client))) == 1 + [status for status, *_ in told[::2]].count(200)


def test_the_api_says_so_of_a_server_that_stands_still(run_api, postgresql_url, engine, client):
    api = run_api(STORE_URL=postgresql_url)
    with stopped(postgresql_url):
        told = [answer(api, "/predict", {"client": client}), answer(api, "/ready")]
    assert [status for status, *_ in told] == [503, 503]
    assert max(seconds for *_, seconds in told) < STILL_SECONDS, told
    deadline = time.monotonic() + 20
    while answer(api, "/predict", {"client": client})[0] != 200 and time.monotonic() < deadline:
        time.sleep(0.5)
    assert answer(api, "/ready")[0] == 200


def writes(engine):
    return {
        "decision": lambda: Journal.open(engine).record(CHECKED, decision()),
        "access": lambda: AccessLog.open(engine).write([access(1)]),
        "policy": lambda: PolicyHistory.open(engine).in_force("3-1f0c9a2b"),
        "decisions": lambda: Journal.open(engine).entries(),
    }


@pytest.mark.parametrize("what", ["decision", "access", "policy", "decisions"])
def test_what_waits_for_a_lock_is_refused_and_nothing_is_kept(postgresql_url, engine, what):
    tables = ["decision_journal", "access_log", "policy_proposals", "policy_activations"]
    with held(postgresql_url, *tables):
        assert took(writes(engine)[what]) < LOCK_SECONDS + 1
    with held(postgresql_url, "evidence_chain"):
        if what in ("decision", "access"):
            assert took(writes(engine)[what]) < LOCK_SECONDS + 1
    assert Journal.open(engine).entries() == () and list(AccessLog.open(engine).of(access(1).client)) == []


def test_the_writer_of_the_chain_who_never_ends_holds_nobody_longer(engine, postgresql_url):
    from app.store.chain import writing

    with writing(connect(postgresql_url)):
        assert took(writes(engine)["decision"]) < LOCK_SECONDS + 1


def test_it_is_said_what_the_matter_is(postgresql_url, engine):
    with held(postgresql_url, "decision_journal"), pytest.raises(StoreProblem, match="cannot be read: it is locked"):
        Journal.open(engine).entries()


def test_a_statement_that_never_ends_is_cut_short(engine):
    start = time.monotonic()
    with pytest.raises(Exception, match="statement timeout"), engine.connect() as connection:
        connection.exec_driver_sql("SELECT pg_sleep(30)")
    assert time.monotonic() - start < STATEMENT_SECONDS + 1


def test_a_server_that_stands_still_is_given_up_and_found_again(postgresql_url, engine):
    journal = Journal.open(engine)
    journal.record(CHECKED, decision())
    with stopped(postgresql_url):
        assert took(journal.entries) < ANSWER_SECONDS + CONNECT_SECONDS + 1
        assert took(lambda: journal.record(CHECKED, decision())) < ANSWER_SECONDS + CONNECT_SECONDS + 1
    assert journal.record(CHECKED, decision()).number == 2
    assert journal.verify().entries == 2


def test_a_verb_that_reads_everything_takes_its_time(postgresql_url, engine):
    from app.store.revision import existing

    with existing(postgresql_url).connect() as connection:
        assert connection.exec_driver_sql("SHOW statement_timeout").scalar() == "0"
        assert connection.exec_driver_sql("SHOW lock_timeout").scalar() == f"{LOCK_SECONDS}s"
        connection.exec_driver_sql(f"SELECT pg_sleep({ANSWER_SECONDS + 1})")


def test_a_limit_that_the_url_names_counts(postgresql_url):
    named = connect(f"{postgresql_url}?options=-c%20statement_timeout%3D9s")
    with named.connect() as connection:
        assert connection.exec_driver_sql("SHOW statement_timeout").scalar() == "9s"
        assert connection.exec_driver_sql("SHOW lock_timeout").scalar() == f"{LOCK_SECONDS}s"
