"""Features of the application, each worked out by hand."""

from __future__ import annotations

import pytest

from app.scoring.features.application import FEATURES, HOUSING, application_features

LOAN = {"AMT_CREDIT": 120_000, "AMT_ANNUITY": 6_000, "AMT_INCOME_TOTAL": 60_000, "AMT_GOODS_PRICE": 100_000}


def test_ratios_of_the_loan(features_of):
    row = features_of(application_features, LOAN)
    assert row["credit_to_income"] == 2.0
    assert row["annuity_to_income"] == 0.1
    assert row["credit_to_annuity"] == 20.0
    assert row["credit_to_goods"] == 1.2
    assert row["credit_over_goods"] == 20_000.0


def test_a_zero_denominator_gives_null_and_not_infinity(features_of):
    row = features_of(application_features, dict.fromkeys(LOAN, 0))
    ratios = [feature.name for feature in FEATURES if feature.unit == "ratio" and not feature.protected]
    assert {name: row[name] for name in ratios} == dict.fromkeys(ratios)


def test_days_become_positive_years(features_of):
    days = {"DAYS_BIRTH": -14_610, "DAYS_EMPLOYED": -1_461, "DAYS_REGISTRATION": -2_922, "DAYS_LAST_PHONE_CHANGE": 0}
    row = features_of(application_features, {**days, "AMT_INCOME_TOTAL": 60_000, "OWN_CAR_AGE": 10})
    assert row["age"] == 40.0
    assert row["years_employed"] == 4.0
    assert row["employed_to_age"] == 0.1
    assert row["employed_to_registration"] == 0.5
    assert row["income_per_year_employed"] == 15_000.0
    assert row["car_age_to_age"] == 0.25
    assert str(row["years_since_phone_change"]) == "0.0"


@pytest.mark.parametrize(("days", "years", "flag"), [(365_243, None, 1.0), (-365.25, 1.0, 0.0)])
def test_who_has_no_job_has_no_time_in_the_job(features_of, days, years, flag):
    row = features_of(application_features, {"DAYS_EMPLOYED": days})
    assert (row["years_employed"], row["not_employed"]) == (years, flag)


def test_external_scores_are_combined_over_those_available(features_of):
    row = features_of(application_features, {**LOAN, "EXT_SOURCE_2": 0.2, "EXT_SOURCE_3": 0.6})
    assert row["external_score_mean"] == pytest.approx(0.4)
    assert (row["external_score_lowest"], row["external_score_highest"]) == (0.2, 0.6)
    assert row["external_score_spread"] == pytest.approx(0.4)
    assert row["external_scores"] == 2.0
    assert row["external_score_mean_to_duration"] == pytest.approx(0.4 / 20)
    assert row["external_score_mean_to_annuity"] == pytest.approx(0.4 / 0.1)


def test_without_external_scores_only_their_number_is_known(features_of):
    row = features_of(application_features, {})
    scores = [feature.name for feature in FEATURES if feature.name.startswith("external_score_")]
    assert {name: row[name] for name in scores} == dict.fromkeys(scores)
    assert row["external_scores"] == 0.0


def test_counts_and_shares(features_of):
    mismatch = {"REG_REGION_NOT_LIVE_REGION": 0, "REG_REGION_NOT_WORK_REGION": 1, "LIVE_REGION_NOT_WORK_REGION": 1}
    mismatch |= {"REG_CITY_NOT_LIVE_CITY": 0, "REG_CITY_NOT_WORK_CITY": 1, "LIVE_CITY_NOT_WORK_CITY": 0}
    documents = {f"FLAG_DOCUMENT_{number}": float(number in (3, 8)) for number in range(2, 22)}
    enquiries = {f"AMT_REQ_CREDIT_BUREAU_{span}": 2 for span in ("HOUR", "DAY", "WEEK", "MON", "QRT", "YEAR")}
    housing = {"APARTMENTS_AVG": 0.5, "LANDAREA_AVG": 0.0}
    circle = {"OBS_30_CNT_SOCIAL_CIRCLE": 4, "DEF_30_CNT_SOCIAL_CIRCLE": 1}
    row = features_of(application_features, mismatch | documents | enquiries | housing | circle)
    assert row["address_mismatches"] == 3.0
    assert (row["documents"], row["document_3"]) == (2.0, 1.0)
    assert row["enquiries"] == 12.0
    assert row["building_missing"] == pytest.approx(1 - 2 / len(HOUSING))
    assert row["circle_late_share"] == 0.25


def test_what_is_not_provided_stays_null(features_of):
    row = features_of(application_features, {})
    known = {name for name, value in row.items() if value is not None}
    assert known == {"SK_ID_CURR", "not_employed", "external_scores", "building_missing"}


def test_family_and_age_are_protected_with_all_that_derives_from_them():
    protected = {feature.name for feature in FEATURES if feature.protected}
    assert protected >= {"gender", "age", "family_status", "children", "family_members", "accompanied_by"}
    assert {name for name in (feature.name for feature in FEATURES) if "family" in name or "age" in name.split("_")} - {
        "car_age",
        "building_age",
    } <= protected
