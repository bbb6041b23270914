"""A back-up is restored as it was made, where nothing is; whatever is there stays as it is."""

import json
import shutil
from pathlib import Path

import pytest

from app.scoring.problems import BackupProblem, BrokenEvidence
from app.store.backup import CHAMPION, CONTENTS, HEADS, PORTFOLIO, STORE, back_up, sums
from app.store.database import connect
from app.store.journal import Journal
from app.store.restore import restore
from tests.store.evidence import tamper, write_chain_anew
from tests.store.test_backup import elsewhere, files, kept, places
from tests.store.verdicts import CHECKED, decision

__all__ = ["elsewhere", "kept", "places"]


def move(path):
    path.rename(path.with_name("other"))


@pytest.fixture
def made(places, kept):
    back_up(places, kept)
    return kept


def change(path):
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


@pytest.mark.parametrize("part", [STORE, HEADS, f"{PORTFOLIO}/serving.json", f"{CHAMPION}/artifacts/card.json"])
@pytest.mark.parametrize("attack", [change, Path.unlink, move])
def test_a_back_up_that_was_altered_is_told_and_nothing_is_restored(made, elsewhere, part, attack):
    attack(made / part)
    with pytest.raises(BackupProblem, match="is missing, altered, or none of it"):
        restore(made, elsewhere)
    assert not elsewhere.portfolio.parent.exists()


@pytest.mark.parametrize("content", [None, "", "[]", "{}", '{"files": 7}'])
def test_a_folder_that_is_no_back_up_is_told(made, elsewhere, content):
    (made / CONTENTS).unlink() if content is None else (made / CONTENTS).write_text(content)
    with pytest.raises(BackupProblem, match=CONTENTS):
        restore(made, elsewhere)


def test_a_back_up_made_good_again_by_a_forger_lacks_what_was_signed(made, elsewhere):
    engine = connect(f"sqlite:///{made / STORE}")
    tamper(engine, "UPDATE policy_proposals SET threshold = 0.9 WHERE number = 2")
    write_chain_anew(engine)
    engine.dispose()
    (made / CONTENTS).unlink()
    (made / CONTENTS).write_text(json.dumps({"files": sums(made)}))
    with pytest.raises(BrokenEvidence, match="was signed"):
        restore(made, elsewhere)
    assert not elsewhere.portfolio.parent.exists()


def a_store(elsewhere):
    Journal.open(connect(elsewhere.url)).record(CHECKED, decision())
    return "holds rows already"


def a_portfolio(elsewhere):
    elsewhere.portfolio.mkdir(parents=True)
    (elsewhere.portfolio / "serving.json").write_text("{}")
    return "portfolio is there already"


def a_champion(elsewhere):
    elsewhere.champion.mkdir(parents=True)
    (elsewhere.champion / "SHA256SUMS").write_text("")
    return "champion is there already"


def signed_heads(elsewhere):
    elsewhere.heads.parent.mkdir(parents=True)
    elsewhere.heads.write_text("{}\n")
    return "heads is there already"


def but_the_store(content):
    """What a look at an empty database may leave is none of it."""
    return {name: each for name, each in content.items() if "store" not in name.name}


@pytest.mark.parametrize("there", [a_store, a_portfolio, a_champion, signed_heads])
def test_nothing_that_is_there_is_written_over(made, elsewhere, there):
    told = there(elsewhere)
    before = files(elsewhere.portfolio.parent)
    with pytest.raises(BackupProblem, match=told):
        restore(made, elsewhere)
    assert {
        name: content for name, content in files(elsewhere.portfolio.parent).items() if "store" not in name.name
    } == {name: content for name, content in before.items() if "store" not in name.name}
    if there is a_store:
        assert Journal.open(connect(elsewhere.url)).verify().entries == 1


def test_one_that_was_cut_short_is_begun_again(made, elsewhere):
    """The portfolio had arrived, and a desk that was started in between has made an empty store."""
    shutil.copytree(made / PORTFOLIO, elsewhere.portfolio)
    elsewhere.champion.mkdir(parents=True)
    Journal.open(connect(elsewhere.url))
    restore(made, elsewhere)
    assert Journal.open(connect(elsewhere.url)).verify().entries == 8
    assert files(elsewhere.champion) == files(made / CHAMPION)


def test_what_cannot_be_written_is_a_sentence_and_leaves_the_store_empty(made, elsewhere, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(shutil, "copytree", full)
    with pytest.raises(BackupProblem, match="No space left on device"):
        restore(made, elsewhere)
    monkeypatch.undo()
    assert not elsewhere.portfolio.exists()
    restore(made, elsewhere)
