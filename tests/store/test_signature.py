"""Where a key is set, only a release signed with it is served: sums alone tell an accident, not a forger."""

import json
import shutil

import pytest

from app.scoring.champion import hash_of
from app.scoring.problems import PortfolioProblem
from app.settings import settings
from app.store import signature
from app.store.__main__ import main
from app.store.portfolio import Portfolio
from app.store.publication import publish, reinstate
from tests.chosen_settings import changed

KEY = "5f2d8a7c1b9e4f60a3d8c2b7e1f4096d"
FACTS = {"data_hash": "1" * 64, "demo": True, "absent": []}


@pytest.fixture
def with_key(monkeypatch):
    """Sets ``RELEASE_KEY``."""

    def set_key(key=KEY):
        chosen = changed(settings(), release_key=key)
        monkeypatch.setattr(signature, "settings", lambda: chosen)

    return set_key


@pytest.fixture
def signed(with_key, root, demo, batches, population):
    """The folder of a release published with the key set."""
    with_key()
    return root / "releases" / publish(root, demo.folder / "champion", batches(), population, FACTS)


def altered_with_its_sum(release):
    """A forger's change: the file, and the sum that the manifest holds of it."""
    file, told = release / "population.json", release / "manifest.json"
    file.write_text(file.read_text() + " ")
    manifest = json.loads(told.read_text())
    manifest["hashes"]["population.json"] = hash_of(file)
    manifest["sizes"]["population.json"] = file.stat().st_size
    told.write_text(json.dumps(manifest))


def champion_of_another(release):
    (release / "champion" / "SHA256SUMS").write_text("")


def unsigned(release):
    (release / signature.FILE).unlink()


def test_a_release_published_with_the_key_is_served(signed, root):
    assert Portfolio.open(root).folder == signed


def test_without_a_key_nothing_is_signed_and_sums_alone_decide(root, served):
    assert not (served / signature.FILE).exists()
    altered_with_its_sum(served)
    assert Portfolio.open(root).folder == served


@pytest.mark.parametrize("forge", [altered_with_its_sum, champion_of_another, unsigned])
def test_what_a_forger_changes_is_not_opened(signed, root, forge):
    forge(signed)
    with pytest.raises(PortfolioProblem, match=rf"{signed.name} is not signed with RELEASE_KEY"):
        Portfolio.open(root)


def test_another_key_opens_nothing(signed, root, with_key):
    with_key(KEY[::-1])
    with pytest.raises(PortfolioProblem, match="not signed"):
        Portfolio.open(root)


def test_a_signature_of_another_release_counts_for_nothing(signed, root, demo, batches, population):
    later = root / "releases" / publish(root, demo.folder / "champion", batches(), population, FACTS)
    shutil.copy(signed / signature.FILE, later / signature.FILE)
    with pytest.raises(PortfolioProblem, match="not signed"):
        Portfolio.open(root)


def test_one_published_before_there_was_a_key_is_signed_by_a_verb(root, served, with_key, capsys):
    with_key()
    with pytest.raises(PortfolioProblem, match=r"python -m app\.store sign"):
        Portfolio.open(root)
    assert main(["sign", "--portfolio", str(root)]) == 0
    assert served.name in capsys.readouterr().out
    assert Portfolio.open(root).folder == served


def test_one_that_is_not_whole_is_not_signed(root, served, with_key, capsys):
    with_key()
    (served / "population.json").write_text("{}")
    assert main(["sign", "--portfolio", str(root)]) == 2
    assert "population.json" in capsys.readouterr().err
    assert not (served / signature.FILE).exists()


def test_signing_without_a_key_is_a_sentence(root, capsys):
    assert main(["sign", "--portfolio", str(root)]) == 2
    assert "RELEASE_KEY" in capsys.readouterr().err


def test_a_former_release_without_signature_is_not_reinstated(root, served, signed):
    version = json.loads((served / "manifest.json").read_text())["model_version"]
    unsigned(signed)
    pointer = (root / "serving.json").read_text()
    with pytest.raises(PortfolioProblem, match="not signed"):
        reinstate(root, version)
    assert (root / "serving.json").read_text() == pointer
