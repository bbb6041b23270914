"""The demonstration served with another champion: what the retraining workflow proposes holds together."""

import json
import shutil
from pathlib import Path

import pytest
import yaml

from app.scoring.champion import write_sums
from app.store.drift_runs import read_run, runs
from app.store.portfolio import Portfolio
from training.synthetic.demo import publish_demo
from training.synthetic.months import MONTHS

ROOT = Path(__file__).parents[3]
DEMO, CHAMPION = ROOT / "data" / "demo", ROOT / "model_store" / "champion"
PROPOSED = {"model_store/champion", "data/demo/portfolio"}


@pytest.fixture(scope="module")
def other(tmp_path_factory):
    """Another version of the champion."""
    folder = tmp_path_factory.mktemp("other") / "champion"
    shutil.copytree(CHAMPION, folder)
    facts = json.loads((folder / "registered.json").read_text(encoding="utf-8"))
    (folder / "registered.json").write_text(json.dumps({**facts, "version": 77}), encoding="utf-8")
    write_sums(folder)
    return folder


@pytest.fixture(scope="module")
def demo(tmp_path_factory, other):
    """A copy of the demonstration, published with that champion."""
    folder = tmp_path_factory.mktemp("demo")
    shutil.copytree(DEMO, folder, dirs_exist_ok=True)
    publish_demo(folder, other, MONTHS[:1])
    return folder


def test_it_serves_that_champion_file_by_file(demo, other):
    opened = Portfolio.open(demo / "portfolio")
    assert opened.champion.version.startswith("77-")
    assert (opened.champion.folder / "SHA256SUMS").read_bytes() == (other / "SHA256SUMS").read_bytes()
    assert (opened.size, opened.manifest["demo"]) == (6_000, True)


def test_nothing_of_the_champion_before_is_left(demo):
    assert len(list((demo / "portfolio" / "releases").iterdir())) == 1
    (run,) = runs(demo / "portfolio")
    served, made = Portfolio.open(demo / "portfolio"), read_run(demo / "portfolio", run)
    assert (made.model_version, made.release) == (served.champion.version, served.release)
    assert made.current == read_run(DEMO / "portfolio", run).current, "of the same clients, by the same booster"


def test_months_that_were_compared_with_it_are_not_compared_again(demo, other):
    record = demo / "portfolio" / "drift" / MONTHS[0].run / "result.json"
    before = record.stat().st_mtime_ns
    publish_demo(demo, other, MONTHS[:1])
    assert record.stat().st_mtime_ns == before


def steps(job):
    workflow = yaml.safe_load((ROOT / ".github" / "workflows" / "retrain.yml").read_text(encoding="utf-8"))
    return workflow["jobs"][job]["steps"]


def test_the_workflow_publishes_before_it_proposes_and_proposes_both():
    training = steps("train")
    published = [place for place, step in enumerate(training) if "training publish-demo" in step.get("run", "")]
    uploads = [place for place, step in enumerate(training) if "upload-artifact" in step.get("uses", "")]
    assert published and published[0] < uploads[0]
    assert {path.strip("/") for path in training[uploads[0]]["with"]["path"].split()} >= PROPOSED
    run = "\n".join(step.get("run", "") for step in steps("propose"))
    forgotten, added = (line.split() for line in run.splitlines() if line.strip().startswith(("rm -rf", "git add")))
    assert set(forgotten) >= PROPOSED and set(added) >= PROPOSED
