"""Someone new: the form alone gives the features the whole road would give, histories unknown."""

import pytest

from app.scoring.applicant import NEW_CLIENT, applicant_features
from app.scoring.features import FEATURES, application, build_features
from app.scoring.problems import TableProblem
from app.scoring.tables.tables import tables_from_rows


@pytest.fixture
def form(rows):
    return {name: value for name, value in rows["application_test"][2].items() if name != "SK_ID_CURR"}


def test_the_form_gives_the_features_of_the_whole_road(form):
    (expected,) = (
        build_features(tables_from_rows({"application_test": [{**form, "SK_ID_CURR": NEW_CLIENT}]}))
        .to_pyarrow()
        .to_pylist()
    )
    del expected["SK_ID_CURR"]
    assert applicant_features(form) == expected


def test_history_is_absent_and_said_to_be(form):
    known = applicant_features(form)
    ours = {feature.name for feature in application.FEATURES}
    assert all(known[feature.name] is None for feature in FEATURES if feature.name not in ours)


def test_a_half_filled_form_is_decided(demo):
    row = applicant_features({"AMT_CREDIT": 300_000.0, "AMT_ANNUITY": 15_000.0, "AMT_INCOME_TOTAL": 90_000.0})
    decision = demo.champion.decide(NEW_CLIENT, row, demo.champion.recommended)
    assert 0 < decision.probability < 1
    assert row["credit_to_income"] == pytest.approx(10 / 3)
    assert row["external_score_mean"] is None


def test_what_the_table_could_not_hold_is_a_sentence(form):
    with pytest.raises(TableProblem):
        applicant_features({**form, "AMT_CREDIT": "a lot"})
