"""Promotion on a small synthetic population: who is compared, what the gate refuses, how one goes back."""

import json
import shutil
from dataclasses import replace

import mlflow
import numpy as np
import pandas as pd
import pytest
from mlflow import MlflowClient

from app.scoring.champion import Champion, write_sums
from app.scoring.problems import ModelProblem
from app.store.portfolio import Portfolio
from training.model.recipe import Recipe
from training.pipeline import run
from training.places import Places
from training.registry import gate, mlflow_registry, promote
from training.registry.challenge import Challenge, Side, calibration_limit, compare
from training.registry.gate import PromotionProblem, reasons
from training.registry.promote import clients_of
from training.registry.rollback import rollback
from training.synthetic.synthesize import synthesize

QUICK = Recipe(repeats=1, rounds=15, parameters={**Recipe().parameters, "learning_rate": 0.2})
# The same booster: on so few clients the gate could refuse another one by chance.
OTHER = replace(QUICK, grey_zone_points=6.0)
CLIENTS, LABELLED = 900, 860

# Two whole trainings, with the examination of each: half a minute on a quiet machine.
pytestmark = [pytest.mark.xdist_group("promotion"), pytest.mark.timeout(900)]


@pytest.fixture(scope="module")
def few_suffice():
    """The gate's least numbers, brought down to what a small population has."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(gate, "FEWEST_CLIENTS", 50)
        patched.setattr(gate, "FEWEST_DEFAULTS", 2)
        yield


@pytest.fixture(scope="module")
def tables(tmp_path_factory):
    folder = tmp_path_factory.mktemp("synthetic") / "tables"
    synthesize(CLIENTS, 5, folder, labelled=LABELLED)
    return folder


@pytest.fixture(scope="module")
def desk(tmp_path_factory, tables, few_suffice):
    """A lender with champion 1, and challenger 2 that is registered only."""
    root = tmp_path_factory.mktemp("desk")
    made = Places(root / "model_store", root / "portfolio")
    run(tables, made, QUICK, synthetic=True)
    run(tables, made, OTHER, synthetic=True, challenger=True)
    return made


@pytest.fixture
def places(desk, monkeypatch, few_suffice):
    """The desk; each test leaves champion 1 served."""
    mlflow_registry.connect(desk.store)
    assert mlflow_registry.named(mlflow_registry.CHAMPION) == 1
    return desk


@pytest.fixture(scope="module")
def labelled(tables):
    with promote.read_data(tables) as data:
        return data.labelled()


def exported(version, folder):
    mlflow_registry.export(version, folder)
    return folder


def served(places):
    return Portfolio.open(places.portfolio).champion.version.split("-")[0], (places.champion / "registered.json")


def test_a_challenger_is_registered_and_changes_nothing_served(places):
    assert mlflow_registry.named(mlflow_registry.CHALLENGER) == 2
    assert served(places)[0] == "1"


def test_each_version_says_whom_it_learnt_from_and_what_it_said_of_each_unseen(places, labelled):
    known, (rows, _) = clients_of(2), labelled
    assert set(known.index) == set(rows.index)
    assert known["untouched"].sum() == round(LABELLED * QUICK.untouched_share)
    assert known["out_of_fold_probability"].between(0, 1).all()


def test_the_run_holds_what_it_takes_to_repeat_and_to_judge_it(places):
    run_id = mlflow_registry.run_of(1)
    logged = mlflow.get_run(run_id).data
    card = Champion.load(places.champion).card
    assert logged.params["seed"] == str(QUICK.seed)
    assert logged.tags["data_hash"] == card["data"]["hash"]
    assert logged.tags["git_revision"] == card["recipe"]["git_revision"]
    assert logged.tags["library.lightgbm"] == card["recipe"]["libraries"]["lightgbm"]
    counts = json.loads(mlflow.artifacts.load_text(f"runs:/{run_id}/confusion/confusion.json"))["untouched"]
    measured = card["measures"]["untouched"]
    assert sum(counts.values()) == measured["clients"]
    assert counts["accepted, defaulted"] == measured["missed_defaults"]
    assert counts["accepted, repaid"] + counts["refused, repaid"] == round(
        measured["clients"] * (1 - measured["default_rate"])
    )
    nested = MlflowClient().search_runs(
        [mlflow.get_run(run_id).info.experiment_id], f"tags.mlflow.parentRunId = '{run_id}'"
    )
    assert "with the protected attributes" in {each.info.run_name for each in nested}


def test_only_clients_new_to_both_are_compared(places, tmp_path, labelled, monkeypatch):
    rows, labels = labelled
    asked = []
    monkeypatch.setattr(promote, "compare", lambda *given: asked.append(given) or compare(*given))
    promote.judge(2, exported(2, tmp_path / "two"), rows, labels)
    ((challenger, champion, compared, outcome),) = asked
    assert (challenger.version[0], champion.version[0]) == ("2", "1")
    untouched = [set(known.index[known["untouched"]]) for known in (clients_of(1), clients_of(2))]
    assert set(compared.index) == untouched[0] & untouched[1]
    assert list(outcome.index) == list(compared.index)


def test_a_model_that_does_not_say_whom_it_learnt_from_is_compared_with_nobody(places, tmp_path, labelled, monkeypatch):
    monkeypatch.setattr(promote, "CLIENTS", "never_logged.parquet")
    with pytest.raises(PromotionProblem, match=r"Only 0 client\(s\)"):
        promote.judge(2, exported(2, tmp_path / "two"), *labelled)


def test_promotion_serves_the_challenger_and_one_command_goes_back(places, tables, tmp_path):
    release = promote.promote(2, tables, places.store, places.portfolio)
    opened = Portfolio.open(places.portfolio)
    assert opened.champion.version.split("-")[0] == "2" and release.startswith("2-")
    assert Champion.load(places.champion).version == opened.champion.version
    assert mlflow_registry.named(mlflow_registry.CHAMPION) == 2
    assert opened.manifest["demo"] is True
    rollback(places.store, places.portfolio)
    assert Portfolio.open(places.portfolio).champion.version.split("-")[0] == "1"
    assert Champion.load(places.champion).version.split("-")[0] == "1"
    assert mlflow_registry.named(mlflow_registry.CHAMPION) == 1


def test_going_back_to_a_release_that_is_gone_asks_for_the_tables(places, tables):
    promote.promote(2, tables, places.store, places.portfolio)
    for release in (places.portfolio / "releases").glob("1-*"):
        shutil.rmtree(release)
    with pytest.raises(PromotionProblem, match="no longer holds a release of version 1"):
        rollback(places.store, places.portfolio)
    assert Portfolio.open(places.portfolio).champion.version.split("-")[0] == "2"
    rollback(places.store, places.portfolio, tables)
    assert Portfolio.open(places.portfolio).champion.version.split("-")[0] == "1"
    assert mlflow_registry.named(mlflow_registry.CHAMPION) == 1


def test_there_is_nothing_before_the_first_champion(places):
    with pytest.raises(PromotionProblem, match="no champion before version 1"):
        rollback(places.store, places.portfolio)


def test_a_refused_version_leaves_everything_and_an_override_is_recorded(
    places, tables, tmp_path, labelled, monkeypatch
):
    monkeypatch.setattr(gate, "LEAK_AUC", 0.5)
    before = (places.portfolio / "serving.json").read_bytes()
    with pytest.raises(PromotionProblem, match="suspect a leak") as refused:
        promote.promote(2, tables, places.store, places.portfolio)
    assert 'make promote VERSION=2 OVERRIDE="reason"' in str(refused.value)
    assert (places.portfolio / "serving.json").read_bytes() == before
    assert mlflow_registry.named(mlflow_registry.CHAMPION) == 1
    promote.judge(2, exported(2, tmp_path / "two"), *labelled, override="synthetic data, known")
    assert mlflow_registry.tags_of(2)["override"].startswith("synthetic data, known (AUC")
    logged = MlflowClient().search_runs(
        [mlflow.get_run(mlflow_registry.run_of(2)).info.experiment_id], "tags.version = '2' and tags.passed = 'False'"
    )
    assert logged and logged[0].data.tags["mlflow.parentRunId"] == mlflow_registry.run_of(2)
    assert "cost_difference" in logged[0].data.metrics


def test_a_first_champion_passes_without_a_comparison_unless_a_leak_is_suspected(
    tables, tmp_path, labelled, monkeypatch
):
    monkeypatch.setattr(gate, "LEAK_AUC", 0.5)
    places = Places(tmp_path / "model_store", tmp_path / "portfolio")
    with pytest.raises(PromotionProblem, match="suspect a leak"):
        run(tables, places, OTHER, synthetic=True)
    assert not places.portfolio.exists() and not places.champion.exists()
    mlflow_registry.connect(places.store)
    assert mlflow_registry.named(mlflow_registry.CHALLENGER) == 1


@pytest.mark.parametrize("spoil", ["input", "kind", "signature"])
def test_a_version_this_code_could_not_feed_is_refused_whatever_the_reason(places, tmp_path, labelled, spoil):
    folder = exported(2, tmp_path / "two")
    spoilt = {"input": _rename_an_input, "kind": _forget_a_category, "signature": _change_the_signature}[spoil]
    told = spoilt(folder)
    write_sums(folder)
    with pytest.raises(ModelProblem, match=told):
        promote.judge(2, folder, *labelled, override="whatever")


def _rename_an_input(folder):
    for name in ("champion.json", "booster.txt"):
        path = folder / "artifacts" / name
        path.write_text(path.read_text().replace("external_score_2", "external_score_9"))
    return "first external_score_9"


def _forget_a_category(folder):
    path = folder / "artifacts" / "champion.json"
    declared = json.loads(path.read_text())
    forgotten = next(iter(declared["categories"]))
    del declared["categories"][forgotten]
    path.write_text(json.dumps(declared))
    return f"first {forgotten}"


def _change_the_signature(folder):
    path = folder / "MLmodel"
    path.write_text(
        path.read_text().replace('"type": "double", "name": "probability"', '"type": "float", "name": "probability"')
    )
    return "signature"


def side(refused, audits=(), calibration_error=0.0):
    measured = {"calibration_error": calibration_error}
    return Side("9-abc", np.zeros(0), np.array(refused), measured, audits)


def card_of(out_of_fold, untouched, low):
    measured = {"out_of_fold": {"auc": out_of_fold}, "untouched": {"auc": untouched}}
    return {"measures": {**measured, "intervals_95": {"untouched": {"auc": (low, 0.9)}}}}


CARD = card_of(0.76, 0.80, 0.77)
FAIR = Challenge(1000, 80, True, side([]), 0.02, side([]), (0.0, -0.01, 0.01))


@pytest.mark.parametrize(
    ("card", "changed", "reason"),
    [
        (CARD, {}, None),
        (card_of(0.8061, 0.80, 0.77), {}, "0.8061"),
        (card_of(0.80, 0.83, 0.8061), {}, "0.8300"),
        (CARD, {"cost_difference": (0.005, 0.001, 0.009)}, "It costs 0.0050 per client more"),
        (CARD, {"cost_difference": (0.012, -0.002, 0.026)}, "It costs 0.0120 per client more"),
        (CARD, {"cost_difference": (0.009, -0.002, 0.020)}, None),
        (CARD, {"challenger": side([], calibration_error=0.021)}, "calibration error is 0.0210"),
        (CARD, {"challenger": side([], calibration_error=0.019)}, None),
        (CARD, {"challenger": side([], calibration_error=0.009), "calibration_limit": 0.001}, None),
        (CARD, {"clients": 499}, "Only 499 client"),
        (CARD, {"defaults": 29}, "29 of them defaulted"),
        (CARD, {"clients": 499, "contested": False, "champion": None, "cost_difference": None}, None),
    ],
)
def test_the_gate_refuses_what_it_says_and_nothing_else(card, changed, reason, monkeypatch):
    monkeypatch.setattr(gate, "FEWEST_CLIENTS", 500)  # the small desk above brings them down for the whole module
    monkeypatch.setattr(gate, "FEWEST_DEFAULTS", 30)
    found = reasons(card, replace(FAIR, **changed))
    assert len(found) == (reason is not None)
    assert reason is None or reason in found[0]


def drawn(clients=6_000, seed=1):
    """Clients with a true probability, half of them of one gender."""
    draws = np.random.default_rng(seed)
    chance = draws.beta(1, 11, clients)
    rows = pd.DataFrame({"gender": draws.choice(["F", "M"], clients), "age": draws.uniform(21, 69, clients)})
    return rows, chance, pd.Series(draws.binomial(1, chance))


class Scored:
    """A model whose probabilities are given."""

    def __init__(self, version, chance, threshold=1 / 11):
        from app.scoring.policy import Policy

        self.version, self.chance, self.recommended = version, chance, Policy(threshold)

    def probabilities(self, rows):
        return self.chance


def test_the_cost_difference_is_paired_and_holds_the_truth():
    rows, chance, labels = drawn()
    blurred = np.clip(chance * np.random.default_rng(2).lognormal(0, 1.0, len(chance)), 1e-6, 0.999)
    found = compare(Scored("2", blurred), Scored("1", chance), rows, labels)
    value, low, high = found.cost_difference
    assert value == pytest.approx(
        found.challenger.measures["cost_per_client"] - found.champion.measures["cost_per_client"]
    )
    assert 0 < low < value < high
    assert any("per client more" in reason for reason in reasons(CARD, found))
    turned = compare(Scored("1", chance), Scored("2", blurred), rows, labels)
    assert turned.cost_difference[0] == pytest.approx(-value)
    assert not any("per client more" in reason for reason in reasons(CARD, turned))


def test_the_swap_set_counts_whom_the_two_decide_differently():
    rows, chance, labels = drawn()
    found = compare(Scored("2", chance, 0.12), Scored("1", chance, 0.08), rows, labels)
    between = (chance >= 0.08) & (chance < 0.12)
    assert (found.accepted.clients, found.accepted.defaults) == (between.sum(), labels[between].sum())
    assert (found.refused.clients, found.refused.defaults) == (0, 0)


def test_a_challenger_less_fair_to_a_gender_is_refused_and_the_champion_beside_it_is_not():
    rows, chance, labels = drawn()
    harsher = np.where(rows["gender"] == "M", np.clip(chance * 3, 0, 0.999), chance)
    told = reasons(CARD, compare(Scored("2", harsher), Scored("1", chance), rows, labels))
    assert any("By gender" in reason and "M and F" in reason for reason in told)
    same = reasons(CARD, compare(Scored("2", harsher), Scored("1", harsher), rows, labels))
    assert not any("By gender" in reason for reason in same)


def test_the_calibration_limit_is_what_chance_alone_reaches():
    from training.model.evaluate import calibration_error

    _, chance, _ = drawn()
    draws = np.random.default_rng(9)
    errors = [calibration_error(chance, draws.binomial(1, chance).astype(float)) for _ in range(400)]
    above = np.mean(np.array(errors) > calibration_limit(chance))
    assert 0.005 < above < 0.06
    assert calibration_limit(chance[:500]) > 2 * calibration_limit(chance)
