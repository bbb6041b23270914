"""Heads are signed outside the database, and what was forged is never signed over."""

import json
import logging

import pytest

from app.scoring.problems import BrokenEvidence
from app.settings import Settings
from app.store import heads as module
from app.store.__main__ import main
from app.store.access import AccessLog
from app.store.database import connect
from app.store.heads import EVERY, Heads
from app.store.journal import Journal
from app.store.proof import prove_evidence
from tests.store.evidence import access, tamper, write_all, write_chain_anew
from tests.store.verdicts import CHECKED, decision

KEY = "9f2c61d07be4a83515cd08aa37e6b94f"


@pytest.fixture
def heads(tmp_path):
    return Heads(tmp_path / "away" / "heads", KEY)


@pytest.fixture
def engine(tmp_path, heads):
    heads.file.parent.mkdir()
    engine = connect(f"sqlite:///{tmp_path / 'store.sqlite'}")
    write_all(engine, heads)
    return engine


def lines(heads):
    return [json.loads(line) for line in heads.file.read_text().splitlines()]


def test_decisions_proposals_and_activations_are_signed_at_once(engine, heads):
    assert len(lines(heads)) == 8 + 4 + 2 + 1 + 9
    assert prove_evidence(engine, heads).heads == 24


def test_accesses_are_signed_every_so_many_links(engine, heads):
    log, before = AccessLog.open(engine, heads), len(lines(heads))
    for place in range(EVERY):
        log.write([access(place)])
    assert [line["number"] for line in lines(heads)[before:]] == [EVERY]


@pytest.mark.parametrize("change", ["number", "hash", "at", "signature"])
def test_a_head_that_was_changed_is_told(engine, heads, change):
    told = lines(heads)
    told[4][change] = {"number": 3, "hash": "f" * 64, "at": "2020", "signature": "f" * 64}[change]
    heads.file.write_text("".join(json.dumps(line) + "\n" for line in told))
    with pytest.raises(BrokenEvidence, match="no head signed with EVIDENCE_KEY"):
        prove_evidence(engine, heads)


@pytest.mark.parametrize("line", ["", "[]", "{}", "null", '{"signature": 5}', "ÿ", "not json", '{"signature": "é"}'])
def test_a_line_that_is_no_head_is_told(engine, heads, line):
    heads.file.write_text(heads.file.read_text() + line + "\n", encoding="utf-8")
    with pytest.raises(BrokenEvidence, match="no head signed with EVIDENCE_KEY"):
        prove_evidence(engine, heads)


def test_another_key_signs_nothing_of_ours(engine, heads):
    with pytest.raises(BrokenEvidence, match="no head signed"):
        prove_evidence(engine, Heads(heads.file, "x" * 32))


def test_heads_that_are_gone_are_told_unless_there_never_were_any(engine, heads):
    heads.file.unlink()
    with pytest.raises(BrokenEvidence, match=r"no signed heads at .* --first-heads"):
        prove_evidence(engine, heads)
    assert prove_evidence(engine, heads, first=True).heads == 0


def test_the_first_heads_are_no_way_round_those_that_are_there(engine, heads):
    tamper(engine, "UPDATE decision_journal SET comment = comment", "UPDATE policy_proposals SET threshold = 0.9")
    write_chain_anew(engine)
    with pytest.raises(BrokenEvidence, match="was signed"):
        prove_evidence(engine, heads, first=True)


def test_a_forged_chain_is_not_signed_over(engine, heads, caplog):
    tamper(engine, "UPDATE policy_proposals SET threshold = 0.9 WHERE number = 3")
    write_chain_anew(engine)
    before = lines(heads)
    with caplog.at_level(logging.ERROR):
        assert Journal.open(engine, heads).record(CHECKED, decision()).number == 9
    assert lines(heads) == before and "was signed, and is missing or another one now" in caplog.text
    with pytest.raises(BrokenEvidence, match="was signed"):
        prove_evidence(engine, heads)


def test_a_head_that_cannot_be_written_loses_no_decision_and_is_logged(engine, heads, caplog):
    gone = Heads(heads.file.parent / "nowhere" / "heads", KEY)
    with caplog.at_level(logging.ERROR):
        assert Journal.open(engine, gone).record(CHECKED, decision()).number == 9
    assert "no head of the evidence is signed" in caplog.text


def test_without_a_key_nothing_is_signed_and_no_key_is_printed():
    assert Heads.of(Settings()) is None
    chosen = Settings(evidence_key=KEY, evidence_file="/elsewhere/heads")
    assert str(Heads.of(chosen).file) == "/elsewhere/heads"
    assert KEY not in repr(chosen) and KEY not in repr(Heads.of(chosen))


def test_the_command_holds_the_store_against_its_heads_and_signs_the_end(engine, heads, root, capsys, monkeypatch):
    chosen = Settings(evidence_key=KEY, evidence_file=heads.file)
    monkeypatch.setattr("app.store.verification.settings", lambda: chosen)
    verify = ["verify", "--url", str(engine.url), "--portfolio", str(root)]
    before = len(lines(heads))
    assert main(verify) == 0
    assert "24 signed heads agree" in capsys.readouterr().out and len(lines(heads)) == before + 1
    heads.file.unlink()
    assert main(verify) == 2
    assert "--first-heads" in capsys.readouterr().err
    assert main([*verify, "--first-heads"]) == 0
    assert main(verify) == 0


def test_without_a_key_the_command_says_what_it_would_not_find(engine, root, capsys):
    assert main(["verify", "--url", str(engine.url), "--portfolio", str(root)]) == 0
    assert "no EVIDENCE_KEY is set" in capsys.readouterr().out


def test_the_end_of_a_long_file_is_read(engine, heads):
    with heads.file.open("ab") as file:
        file.write(heads.file.read_bytes() * (2 * module.LAST_BYTES // heads.file.stat().st_size))
    heads.check(engine)
