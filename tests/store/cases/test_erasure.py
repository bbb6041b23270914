"""What files say can be erased: the words are nowhere in the file any more, the chain holds, and says who and why."""

import json
import stat
from dataclasses import asdict
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

from app.scoring.budget import Budget
from app.scoring.problems import BrokenEvidence, CaseProblem
from app.store.__main__ import main
from app.store.access import AccessLog
from app.store.cases.erasure import erase, held
from app.store.journal import Journal
from app.store.proof import prove_evidence
from tests.store.cases.conftest import ADA, BEA, LETTER, MAX, OPERATOR, follow_advice
from tests.store.evidence import access

WORDS = "her brother lost his job"
BUDGET = Budget(2_100.0, 654.32, 100.0, 0.0, 3)
RENT = b"654.32"


@pytest.fixture
def client(cases, dossier, clients):
    """A client whose file was decided, and whose words lie in it."""
    rests_on = dossier(clients[0], budget=BUDGET)
    cases.decide(ADA, follow_advice(rests_on, WORDS), rests_on)
    cases.issue_letter(clients[0], ADA, LETTER)
    cases.ask_review(clients[0], WORDS, "06 00 00 00 00")
    return clients[0]


def run(tmp_path, *arguments):
    return main([*arguments, "--url", f"sqlite:///{tmp_path / 'store.sqlite'}"])


def test_after_an_erasure_the_words_are_gone_and_the_chain_holds(tmp_path, cases, client, engine):
    before = prove_evidence(engine)
    everything = b"".join(path.read_bytes() for path in tmp_path.glob("store.sqlite*"))
    assert WORDS.encode() in everything and RENT in everything
    (what,) = held(engine, client=client)
    assert (what.client, what.numbers, what.whole) == (client, (1, 2, 3), True)
    event = erase(engine, what, "The person asked for it.", OPERATOR)
    proof = prove_evidence(engine)
    assert proof.links == before.links + 1
    assert [(each.event, each.who, each.why, each.contents) for each in proof.erased] == [
        (event.number, "operator", "The person asked for it.", 3)
    ]
    assert cases.case(client).contents == {} and cases.state(client).erased
    (entry,) = Journal.open(engine).entries()
    assert entry.intact and entry.erased and entry.comment == ""
    engine.dispose()
    everything = b"".join(path.read_bytes() for path in tmp_path.glob("store.sqlite*"))
    assert WORDS.encode() not in everything and RENT not in everything
    with pytest.raises(CaseProblem, match="Nothing is held of this file any more"):
        cases.claim(client, BEA)
    with pytest.raises(CaseProblem, match="Nothing is held of this file any more"):
        cases.ask_review(client, "Again.", "06")
    cases.receive(client, MAX)
    cases.claim(client, BEA)


def test_what_comes_back_after_it_was_erased_is_told(client, engine):
    with engine.connect() as connection:
        kept = connection.execute(text("SELECT content FROM case_payloads WHERE number = 3")).scalar_one()
    erase(engine, held(engine, client=client)[0], "The person asked for it.", OPERATOR)
    with engine.begin() as connection:
        connection.execute(text("INSERT INTO case_payloads VALUES (3, :kept)"), {"kept": kept})
    with pytest.raises(BrokenEvidence, match="event 3"):
        prove_evidence(engine)


def test_retention_lists_what_is_older_and_nothing_else(tmp_path, cases, client, clients, engine, capsys):
    cases.receive(clients[1], MAX, at=datetime.now(UTC) - timedelta(days=6 * 366))
    assert held(engine, datetime.now(UTC) - timedelta(days=1)) == ()
    assert held(engine, datetime.now(UTC) + timedelta(days=1))[0].client == client
    assert run(tmp_path, "retention") == 0
    told = capsys.readouterr().out
    assert "0 contents of 0 files from before" in told and "would be erased by --apply" in told


def test_retention_erases_what_a_future_clock_finds_old(tmp_path, client, engine, capsys, monkeypatch, cases):
    import app.store.retention as retention

    monkeypatch.setattr(retention, "years_before", lambda now, years: now + timedelta(days=1))
    assert run(tmp_path, "retention") == 0 and f"client {client}: 3 contents" in capsys.readouterr().out
    assert len(cases.case(client).contents) == 3, "a list erases nothing"
    assert len(list(cases.archive.iterdir())) == 1
    assert run(tmp_path, "retention", "--apply") == 0
    told = capsys.readouterr().out
    assert "3 contents of 1 files" in told and "no dossier needs it any more" in told
    assert cases.case(client).contents == {} and list(cases.archive.iterdir()) == []
    assert "older than 5 years" in prove_evidence(engine).erased[0].why


def test_years_before_a_leap_day():
    from app.store.retention import years_before

    assert years_before(datetime(2028, 2, 29, tzinfo=UTC), 5) == datetime(2023, 2, 28, tzinfo=UTC)


def test_one_person_gets_all_that_is_held(tmp_path, cases, client, engine, demo, capsys):
    AccessLog.open(engine).write([access(client - 100_001)])
    out = tmp_path / "subject.json"
    assert run(tmp_path, "subject", "--client", str(client), "--out", str(out)) == 0
    told = json.loads(out.read_text())
    assert [each["kind"] for each in told["events"]] == ["decided", "letter_issued", "review_asked"]
    assert told["events"][2]["content"] == {"words": WORDS, "reach": "06 00 00 00 00"}
    assert told["events"][0]["content"]["dossier"]["advice"]["probability"] == told["file"]["probability"]
    assert told["events"][0]["content"]["dossier"]["budget"]["budget"] == asdict(BUDGET)
    assert told["decision_journal"][0]["comment"] == WORDS and told["accesses"][0]["what"] == "page client"
    assert told["file"]["application"]["SK_ID_CURR"] == client and "bureau" in told["file"]["histories"]
    assert (
        stat.S_IMODE(out.stat().st_mode) == 0o600
        and "3 events, 1 decision journal, 1 accesses" in capsys.readouterr().out
    )
    assert run(tmp_path, "subject", "--client", str(client), "--out", str(out)) == 2


def test_a_client_is_erased_by_a_command_and_verify_says_so(tmp_path, client, capsys, root):
    assert run(tmp_path, "erase", "--client", str(client), "--why", "Asked by letter 17.") == 0
    assert run(tmp_path, "erase", "--client", str(client), "--why", "Asked by letter 17.") == 2
    assert "No content is held of client" in capsys.readouterr().err
    assert run(tmp_path, "verify", "--portfolio", str(root)) == 0
    assert "erased: 3 contents, by " in (told := capsys.readouterr().out) and "Asked by letter 17." in told


def test_a_reason_is_given(client, engine):
    for why in ("", " ", "x" * 500):
        with pytest.raises(CaseProblem, match="No reason"):
            erase(engine, held(engine, client=client)[0], why, OPERATOR)
    assert len(held(engine, client=client)[0].numbers) == 3


def test_a_dossier_is_replayed_by_the_archived_champion(tmp_path, cases, client, capsys, engine):
    assert run(tmp_path, "replay", "1") == 0
    assert "contributions, and the budget, equal to the last digit" in capsys.readouterr().out
    assert run(tmp_path, "replay", "2") == 2
    assert "has no dossier" in capsys.readouterr().err
    (kept,) = cases.archive.iterdir()
    booster = kept / "artifacts" / "booster.txt"
    booster.write_bytes(booster.read_bytes() + b"\n")
    assert run(tmp_path, "replay", "1") == 2
    assert "missing or altered" in capsys.readouterr().err
    assert run(tmp_path, "verify") == 2


def test_a_backup_carries_files_contents_and_champions(tmp_path, cases, client, root, served, engine, capsys):
    engine.dispose()
    kept = tmp_path / "backups" / "monday"
    assert run(tmp_path, "backup", str(kept), "--portfolio", str(root), "--champion", str(served / "champion")) == 0
    new = tmp_path / "new"
    places = ["--portfolio", str(new / "portfolio"), "--champion", str(new / "champion")]
    url = f"sqlite:///{new / 'store.sqlite'}"
    assert main(["restore", str(kept), "--url", url, *places]) == 0, capsys.readouterr().err
    assert main(["replay", "1", "--url", url]) == 0
    for champion in cases.archive.iterdir():
        (champion / "artifacts" / "booster.txt").unlink()
    assert run(tmp_path, "backup", str(kept.with_name("tuesday")), "--portfolio", str(root)) == 2
