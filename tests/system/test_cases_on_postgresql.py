"""Files on a real PostgreSQL: decided once by many at once, reviewed, erased, backed up and scored again."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext

from app.demonstration.__main__ import main as demonstration
from app.scoring.case.actors import Actor
from app.scoring.problems import BrokenEvidence, CaseProblem
from app.settings import settings
from app.store.__main__ import main
from app.store.cases.cases import Cases, Judgement
from app.store.cases.erasure import erase, held
from app.store.cases.queue import queue, waiting_for
from app.store.chain import METADATA
from app.store.database import connect
from app.store.drafts import About, Drafts
from app.store.journal import Journal
from app.store.portfolio import Portfolio
from app.store.proof import prove_evidence
from app.store.revision import VERSION_TABLE
from app.store.suspensions import Suspensions

pytestmark = [pytest.mark.system, pytest.mark.xdist_group("postgresql")]

OFFICERS, FILES = 6, 8
MAX, MIA = Actor("Max", "manager"), Actor("Mia", "manager")


@pytest.fixture
def demo():
    return Portfolio.open(settings().portfolio)


@pytest.fixture
def cases(postgresql_url, tmp_path):
    return Cases.open(connect(postgresql_url), tmp_path / "champions")


def test_a_new_store_has_the_tables_the_code_reads(cases):
    with cases.engine.connect() as connection:
        seen = MigrationContext.configure(connection, opts={"version_table": VERSION_TABLE, "compare_type": True})
        assert compare_metadata(seen, METADATA) == []


def test_many_officers_on_one_queue_decide_each_file_once_and_all_of_it_is_kept(
    cases, demo, postgresql_url, tmp_path, capsys
):
    policy, ada = demo.champion.recommended, Actor("officer 0", "officer")
    clients = [each.client for each in queue(cases.engine, demo, policy, "to do", ada, FILES)]
    dossiers = {client: cases.dossier(demo, client, policy, demo.decide(client, policy)) for client in clients}

    def work(place):
        own = Cases.open(connect(postgresql_url), cases.archive)
        told = []
        for client in clients:
            judgement = Judgement(dossiers[client].advice.outcome, ("score",), "Her brother helps.")
            try:
                own.decide(replace(ada, name=f"officer {place}"), judgement, dossiers[client])
            except CaseProblem as problem:
                told.append(problem.values["who"])
        return told

    with ThreadPoolExecutor(OFFICERS) as pool:
        told = [who for each in pool.map(work, range(OFFICERS)) for who in each]
    assert len(told) == (OFFICERS - 1) * FILES and all(who.startswith("officer ") for who in told)
    entries = Journal.open(cases.engine).entries()
    assert sorted(entry.client for entry in entries) == sorted(clients) and all(entry.intact for entry in entries)

    client = clients[0]
    decider = cases.state(client).in_force.by
    cases.issue_letter(client, decider, {"title": "Votre demande"})
    cases.ask_review(client, "Regardez encore une fois.", "06 00 00 00 00")
    assert waiting_for(cases.engine, MAX) == 1 and waiting_for(cases.engine, decider) == 0
    cases.review(MAX, Judgement("accept", ("correction",), "An error."), dossiers[client])
    stop = Suspensions.open(cases.engine).suspend(MAX, "Probabilities jumped.")
    Suspensions.open(cases.engine).lift(stop.number, MIA, "Mended.")
    proof = prove_evidence(cases.engine)
    erase(cases.engine, held(cases.engine, client=clients[1])[0], "Asked by letter 17.", Actor("root", "operator"))
    after = prove_evidence(cases.engine)
    assert after.links == proof.links + 1 and after.erased[0].why == "Asked by letter 17."
    _check_backup(postgresql_url, cases, tmp_path, capsys)


def _check_backup(url, cases, tmp_path, capsys):
    new, kept = tmp_path / "new", tmp_path / "backup"
    given = ["--champions", str(cases.archive), "--champion", str(tmp_path / "none")]
    assert main(["backup", str(kept), "--url", url, *given]) == 0, capsys.readouterr().err
    restored = f"sqlite:///{new / 'store.sqlite'}"
    places = ["--portfolio", str(new / "portfolio"), "--champion", str(new / "champion")]
    assert main(["restore", str(kept), "--url", restored, *places]) == 0, capsys.readouterr().err
    assert main(["replay", "1", "--url", restored]) == 0, capsys.readouterr().err
    assert prove_evidence(connect(restored)).hash == prove_evidence(cases.engine).hash


def test_the_demonstration_s_month_is_told_and_told_anew(postgresql_url, tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("CHAMPIONS_DIR", str(tmp_path / "champions"))
    monkeypatch.setattr("app.demonstration.past.FILES", 12)
    settings.cache_clear()
    try:
        assert demonstration(["past", "--url", postgresql_url]) == 0, capsys.readouterr().err
        proof = prove_evidence(connect(postgresql_url))
        assert f"{proof.links} links of the chain" in capsys.readouterr().out and proof.rows["suspensions"] == 1
        assert demonstration(["past", "--url", postgresql_url]) == 2, "a store with entries is left as it is"
        assert demonstration(["past", "--if-empty", "--url", postgresql_url]) == 0
        assert prove_evidence(connect(postgresql_url)).hash == proof.hash
        Drafts.open(connect(postgresql_url)).save_draft(About("kim", "decide 1", 1), "Half a sentence")
        assert demonstration(["start-again", "--url", postgresql_url]) == 0, capsys.readouterr().err
        assert prove_evidence(connect(postgresql_url)).links == proof.links
        assert Drafts.open(connect(postgresql_url)).read_draft(About("kim", "decide 1", 1)) is None
    finally:
        settings.cache_clear()


def test_drafts_are_written_over_and_each_is_its_owner_s(postgresql_url):
    drafts = Drafts.open(connect(postgresql_url))
    ada, bea = (About(each, "decide 1", 1) for each in ("issuer|ada", "issuer|bea"))
    with ThreadPoolExecutor(4) as pool:
        assert all(pool.map(lambda number: drafts.save_draft(ada, f"{number}"), range(20)))
    drafts.save_draft(bea, "hers")
    assert drafts.read_draft(ada) in {str(number) for number in range(20)} and drafts.read_draft(bea) == "hers"
    drafts.save_draft(ada, None)
    assert drafts.read_draft(ada) is None and drafts.read_draft(bea) == "hers"


def test_a_content_that_was_changed_is_told(cases, demo):
    policy, ada = demo.champion.recommended, Actor("Ada", "officer")
    client = queue(cases.engine, demo, policy, "to do", ada, 1)[0].client
    cases.first_view(client, ada, "accept", "A good file.")
    with cases.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE case_payloads SET content = replace(content, 'good', 'bad')")
    with pytest.raises(BrokenEvidence, match="What event 1 of a file says"):
        prove_evidence(cases.engine)
