"""The baseline is fair only if it computes what we do."""

import numpy as np
import pytest

from app.scoring.features import FEATURES, by_name
from app.scoring.tables.tables import open_tables
from tests.bench.pandas_features import pandas_features
from training.features.rows import read_rows, write_features
from training.synthetic.synthesize import synthesize


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    made = tmp_path_factory.mktemp("synthetic") / "tables"
    synthesize(400, 3, made, labelled=300, form="csv")
    return made


def test_the_baseline_covers_the_bulk_of_the_features_with_the_same_values(folder, tmp_path):
    write_features(open_tables(folder), tmp_path / "features.parquet")
    ours = read_rows(tmp_path / "features.parquet")
    baseline = pandas_features(folder).sort_index()
    assert list(baseline.index) == list(ours.index)
    assert set(baseline.columns) <= set(ours.columns)
    of_histories = [feature.name for feature in FEATURES if feature.source != "application"]
    assert len(set(of_histories) & set(baseline.columns)) >= 0.85 * len(of_histories)
    for name in baseline.columns:
        if by_name[name].kind == "category":
            assert baseline[name].fillna("").tolist() == ours[name].fillna("").tolist(), name
            continue
        theirs = baseline[name].astype("float64")
        known = ours[name].notna()
        assert set(theirs[~known].dropna()) <= {0.0}, name  # pandas sums nothing to 0
        np.testing.assert_allclose(theirs[known], ours[name][known], rtol=1e-5, atol=1e-6, err_msg=name)
