"""A back-up holds everything written before it, is proven, and is never made over anything, or of what is broken."""

import json
import shutil
import sqlite3
import stat
import subprocess
import sys
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from app.scoring.problems import BackupProblem, BrokenEvidence, ModelProblem, PortfolioProblem, StoreProblem
from app.store.__main__ import main
from app.store.backup import CHAMPION, CONTENTS, HEADS, PORTFOLIO, STORE, Places, back_up
from app.store.database import connect
from app.store.heads import Heads
from app.store.journal import Journal
from app.store.proof import prove_evidence
from app.store.restore import restore
from tests.store.evidence import tamper, write_all, write_chain_anew
from tests.store.test_revision import LAST_HASH, WRITTEN_BEFORE
from tests.store.verdicts import CHECKED, PROJECT, decision

KEY = "k" * 32


@pytest.fixture
def places(tmp_path, root, served):
    """An installation with something of everything."""
    (tmp_path / "here").mkdir()
    shutil.copytree(served / "champion", tmp_path / "here" / "champion")
    url, heads = f"sqlite:///{tmp_path / 'here' / 'store.sqlite'}", tmp_path / "here" / "heads"
    write_all(connect(url), Heads(heads, KEY))
    return Places(url, root, tmp_path / "here" / "champion", heads, KEY)


@pytest.fixture
def elsewhere(tmp_path):
    """A machine where nothing is."""
    new = tmp_path / "new" / "machine"
    return Places(f"sqlite:///{new / 'data' / 'store.sqlite'}", new / "portfolio", new / "champion", new / "heads", KEY)


@pytest.fixture
def kept(tmp_path):
    return tmp_path / "backups" / "monday"


@contextmanager
def being_written(url, heads, at_least=20):
    """Another process writes and signs all the time; gives the number of the decision it told last at that moment."""
    command = [sys.executable, "-m", "tests.store.backups", url, str(heads), KEY]
    with subprocess.Popen(command, cwd=PROJECT, stdout=subprocess.PIPE, text=True) as writer:
        number = 0
        while number < at_least:
            number = int(writer.stdout.readline())
        try:
            yield number
        finally:
            writer.kill()


def files(folder):
    return {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_running_store_is_backed_up_whole_and_restored_where_nothing_is(places, elsewhere, kept):
    with being_written(places.url, places.heads) as told:
        back_up(places, kept)
    said = restore(kept, elsewhere)
    journal = Journal.open(connect(elsewhere.url))
    entries = journal.verify().entries
    assert entries >= told >= 20, "every decision that was told as recorded before the back-up"
    proof = prove_evidence(journal.engine, Heads(elsewhere.heads, KEY))
    assert proof.rows["decision_journal"] == entries and proof.rows["policy_activations"] == 2
    assert proof.rows["access_log"] >= entries - 9 and proof.heads >= 13 + told - 8
    assert f"{sum(proof.rows.values()):,} rows in {proof.links:,} links, whole" in said[0]
    assert journal.record(CHECKED, decision()).number == entries + 1


def test_a_copied_file_of_a_running_store_would_have_held_nothing(tmp_path):
    """Why a verb: what is written lies in the log beside the file for long."""
    url = f"sqlite:///{tmp_path / 'store.sqlite'}"
    with being_written(url, tmp_path / "heads"):
        shutil.copyfile(tmp_path / "store.sqlite", tmp_path / "copied.sqlite")
    with closing(sqlite3.connect(tmp_path / "copied.sqlite")) as copied:
        assert copied.execute("SELECT count(*) FROM sqlite_master WHERE name = 'decision_journal'").fetchone() == (0,)


def test_the_back_up_says_what_it_holds_and_is_its_owners_alone(places, kept):
    back_up(places, kept)
    told = json.loads((kept / CONTENTS).read_text())
    assert told["rows"] == {
        "decision_journal": 8,
        "policy_proposals": 4,
        "policy_activations": 2,
        "policy_endings": 1,
        "access_log": 9,
        "case_events": 3,
        "suspensions": 2,
        "suspension_liftings": 2,
        "incidents": 2,
    }
    assert {name.split("/")[0] for name in told["files"]} == {STORE, HEADS, PORTFOLIO, CHAMPION}
    assert stat.S_IMODE(kept.stat().st_mode) == 0o700 and [each.name for each in kept.parent.iterdir()] == ["monday"]
    assert prove_evidence(connect(f"sqlite:///{kept / STORE}")).hash == told["ends_on"]


def test_what_is_restored_is_the_very_same(places, elsewhere, kept):
    back_up(places, kept)
    restore(kept, elsewhere)
    assert files(elsewhere.portfolio) == {
        path: content for path, content in files(places.portfolio).items() if not path.name.startswith(".")
    }
    assert files(elsewhere.champion) == files(places.champion)
    assert elsewhere.heads.read_bytes() == places.heads.read_bytes()
    rows = [Journal.open(connect(each.url)).entries() for each in (places, elsewhere)]
    assert rows[0] == rows[1]


def test_without_champion_heads_or_key_the_rest_is_backed_up(places, elsewhere, kept):
    places.heads.unlink()
    shutil.rmtree(places.champion)
    back_up(Places(places.url, places.portfolio, places.champion, places.heads), kept)
    restore(kept, Places(elsewhere.url, elsewhere.portfolio, elsewhere.champion, elsewhere.heads))
    assert not elsewhere.champion.exists() and not elsewhere.heads.exists()
    with pytest.raises(BrokenEvidence, match="no signed heads"):
        back_up(places, kept.with_name("with a key"))


def broken(places):
    tamper(connect(places.url), "UPDATE decision_journal SET choice = 'accept' WHERE number = 3")


def forged(places):
    tamper(connect(places.url), "UPDATE policy_proposals SET threshold = 0.9 WHERE number = 2")
    write_chain_anew(connect(places.url))


def altered_release(places):
    next(places.portfolio.glob("releases/*/population.json")).write_text("{}")


def altered_older_release(places):
    served = next(places.portfolio.glob("releases/*"))
    shutil.copytree(served, served.with_name("older"))
    (served.with_name("older") / "population.json").write_text("{}")


def altered_champion(places):
    (places.champion / "artifacts" / "card.json").write_text("{}")


def no_store(places):
    Path(places.url.removeprefix("sqlite:///")).unlink()


@pytest.mark.parametrize(
    ("breaks", "told"),
    [
        (broken, BrokenEvidence),
        (forged, BrokenEvidence),
        (altered_release, PortfolioProblem),
        (altered_older_release, PortfolioProblem),
        (altered_champion, ModelProblem),
        (no_store, StoreProblem),
    ],
)
def test_what_is_not_whole_is_told_and_leaves_nothing(places, kept, breaks, told):
    breaks(places)
    with pytest.raises(told):
        back_up(places, kept)
    assert not kept.exists() and list(kept.parent.iterdir()) == []


@pytest.mark.parametrize("there", ["a folder", "a file", "a dangling link"])
def test_a_back_up_is_never_made_over_anything(places, kept, there):
    kept.parent.mkdir()
    {"a folder": kept.mkdir, "a file": kept.touch, "a dangling link": lambda: kept.symlink_to("nowhere")}[there]()
    with pytest.raises(BackupProblem, match="is there already"):
        back_up(places, kept)


def test_a_place_that_cannot_be_written_is_a_sentence(places, kept):
    kept.parent.write_text("a file")
    with pytest.raises(BackupProblem, match="cannot be written to"):
        back_up(places, kept)


def test_a_store_of_an_older_version_is_backed_up_as_it_is_and_restored_at_the_newest(tmp_path, root, elsewhere, kept):
    """Before it is migrated, as the sentence that asks for it says."""
    file = tmp_path / "old.sqlite"
    with closing(sqlite3.connect(file)) as connection:
        connection.executescript(WRITTEN_BEFORE.read_text(encoding="utf-8"))
    unsigned = Places(f"sqlite:///{file}", root, tmp_path / "none", tmp_path / "none")
    back_up(unsigned, kept)
    with closing(sqlite3.connect(kept / STORE)) as copied:
        assert copied.execute("SELECT count(*) FROM decision_journal").fetchone() == (36,)
        assert not copied.execute("SELECT 1 FROM sqlite_master WHERE name = 'evidence_chain'").fetchall()
    restore(kept, Places(elsewhere.url, elsewhere.portfolio, elsewhere.champion, elsewhere.heads))
    assert Journal.open(connect(elsewhere.url)).verify().hash == LAST_HASH


def test_they_are_verbs(places, elsewhere, kept, capsys):
    given = ["--portfolio", str(places.portfolio), "--champion", str(places.champion)]
    assert main(["backup", str(kept), "--url", places.url, *given]) == 0
    assert "33 rows in " in capsys.readouterr().out
    assert main(["backup", str(kept), "--url", places.url, *given]) == 2
    assert "is there already" in capsys.readouterr().err
    given = ["--portfolio", str(elsewhere.portfolio), "--champion", str(elsewhere.champion)]
    assert main(["restore", str(kept), "--url", elsewhere.url, *given]) == 0
    assert main(["verify", "--url", elsewhere.url, "--portfolio", str(elsewhere.portfolio)]) == 0
    assert "8 entries, whole" in capsys.readouterr().out
    for wrong in (["backup"], ["restore"], ["verify", str(kept)]):
        assert main(wrong) == 2 and "--help" in capsys.readouterr().err
