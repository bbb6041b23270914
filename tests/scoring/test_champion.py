"""A champion loads only whole, reads by name, and tells a value it never saw from one it knows."""

import json
import math
import shutil

import numpy as np
import pandas as pd
import pytest

from app.scoring.champion import Champion, encode, encode_row, probability, write_sums
from app.scoring.problems import ModelProblem

FEATURES = ("credit", "education")
CATEGORIES = {"education": ("Higher education", "Lower secondary")}


@pytest.fixture
def folder(demo, tmp_path):
    """A champion's folder of its own."""
    return shutil.copytree(demo.champion.folder, tmp_path / "champion")


@pytest.mark.parametrize(
    ("education", "code"),
    [("Higher education", 0.0), ("Lower secondary", 1.0), ("A value it never saw", np.nan), (None, np.nan)],
)
def test_a_category_is_its_code_and_unknown_where_the_model_never_saw_it(education, code):
    row = {"education": education, "credit": 1_000.0}
    one = encode_row(row, FEATURES, CATEGORIES)
    many = encode(pd.DataFrame([row, row]).astype({"education": "object"}), FEATURES, CATEGORIES)
    np.testing.assert_array_equal(one, [[1_000.0, code]])
    np.testing.assert_array_equal(many, [[1_000.0, code]] * 2)


def test_an_altered_or_missing_file_is_refused_by_name(folder):
    card = folder / "artifacts" / "card.json"
    card.write_text(card.read_text(encoding="utf-8") + " ", encoding="utf-8")
    with pytest.raises(ModelProblem, match=r"card\.json .* missing or altered"):
        Champion.load(folder)
    card.unlink()
    with pytest.raises(ModelProblem, match=r"card\.json .* missing or altered"):
        Champion.load(folder)


def test_a_booster_of_another_feature_list_is_refused_though_every_hash_is_right(folder):
    path = folder / "artifacts" / "champion.json"
    declared = json.loads(path.read_text(encoding="utf-8"))
    declared["features"][:2] = reversed(declared["features"][:2])
    path.write_text(json.dumps(declared), encoding="utf-8")
    write_sums(folder)
    with pytest.raises(ModelProblem, match="another feature list"):
        Champion.load(folder)


def test_a_row_without_an_input_is_refused_by_name():
    for encoding in (
        lambda: encode_row({"credit": 1.0}, FEATURES, CATEGORIES),
        lambda: encode(pd.DataFrame({"credit": [1.0]}), FEATURES, CATEGORIES),
    ):
        with pytest.raises(ModelProblem, match="education"):
            encoding()


def test_a_probability_has_the_same_bits_on_every_machine(monkeypatch):
    # numpy's exponential depends on the processor's vector instructions: here it answers what another one might.
    monkeypatch.setattr(np, "exp", lambda values: np.nextafter(values, np.inf))
    log_odds = np.linspace(-40.0, 40.0, 1_001)
    assert probability(log_odds).tolist() == [1.0 / (1.0 + math.exp(-each)) for each in log_odds.tolist()]


def test_a_probability_stays_one_at_the_ends_of_the_scale():
    assert probability(np.array([-1e9, 1e9, np.nan])).tolist()[:2] == [pytest.approx(0.0, abs=1e-300), 1.0]
    assert np.isnan(probability(np.array([np.nan]))[0])
