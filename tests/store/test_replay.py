"""A decision is scored again by the champion of then, whatever was trained and published since."""

import json
import shutil

import pytest

from app.scoring.case.actors import Actor
from app.scoring.champion import write_sums
from app.scoring.problems import CaseProblem, ModelProblem
from app.store.cases.cases import Cases, Judgement
from app.store.database import connect
from app.store.portfolio import Portfolio
from app.store.publication import publish
from app.store.replay import replay
from app.store.scores import clients_after

ADA = Actor("Ada", "officer")


def retrained(folder, version, slope):
    """Another champion: the same booster, calibrated otherwise."""
    registered, declared = folder / "registered.json", folder / "artifacts" / "champion.json"
    registered.write_text(json.dumps({**json.loads(registered.read_text()), "version": version}))
    facts = json.loads(declared.read_text())
    declared.write_text(json.dumps({**facts, "calibration": {**facts["calibration"], "slope": slope}}))
    write_sums(folder)
    return folder


def decide(cases, opened, client):
    policy = opened.champion.recommended
    advice = opened.decide(client, policy)
    rests_on = cases.dossier(opened, client, policy, advice)
    return cases.decide(ADA, Judgement(advice.outcome, ("score",)), rests_on).facts.entry


def decide_on_the_first(cases, opened):
    return decide(cases, opened, clients_after(opened, 0, 1)[0])


def test_after_two_retrainings_each_dossier_is_scored_as_it_was(tmp_path, root, demo, batches, population):
    cases = Cases.open(connect(f"sqlite:///{tmp_path / 'store.sqlite'}"), tmp_path / "champions")
    clients = [row.as_py() for row in next(iter(batches())).column("SK_ID_CURR")[:3]]
    facts = {"data_hash": "0" * 64, "demo": True, "absent": []}
    entries = {}
    for place, client in enumerate(clients):
        if place:
            other = retrained(shutil.copytree(demo.folder / "champion", tmp_path / f"champion{place}"), 7 + place, 0.5)
            publish(root, other, batches(), population, facts)
        opened = Portfolio.open(root)
        entries[opened.champion.version] = decide(cases, opened, client)
    assert len(entries) == 3 and len(list(cases.archive.iterdir())) == 3
    for version, entry in entries.items():
        (said,) = replay(cases.engine, entry, cases.archive)
        assert version in said and "equal to the last digit" in said


def test_another_champion_under_its_address_is_told(tmp_path, root):
    cases = Cases.open(connect(f"sqlite:///{tmp_path / 'store.sqlite'}"), tmp_path / "champions")
    entry = decide_on_the_first(cases, Portfolio.open(root))
    (kept,) = cases.archive.iterdir()
    retrained(kept, 9, 0.5)
    with pytest.raises(ModelProblem, match="not in the archive as it was kept"):
        replay(cases.engine, entry, cases.archive)
    shutil.rmtree(kept)
    with pytest.raises(ModelProblem, match="not in the archive as it was kept"):
        replay(cases.engine, entry, cases.archive)
    with pytest.raises(CaseProblem, match="Entry 9 of the decision journal has no dossier"):
        replay(cases.engine, 9, cases.archive)


def test_what_is_not_the_same_is_named(tmp_path, root, demo, monkeypatch):
    cases = Cases.open(connect(f"sqlite:///{tmp_path / 'store.sqlite'}"), tmp_path / "champions")
    entry = decide_on_the_first(cases, Portfolio.open(root))
    elsewhere = retrained(shutil.copytree(demo.folder / "champion", tmp_path / "other"), 9, 0.5)
    from app.scoring.champion import Champion

    monkeypatch.setattr("app.store.replay.archived", lambda address, archive: Champion.load(elsewhere))
    with pytest.raises(ModelProblem, match=r"is not scored as it was then: probability, points"):
        replay(cases.engine, entry, cases.archive)
