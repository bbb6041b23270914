"""Features of the application itself: the loan asked for, the applicant, external scores, region, housing, enquiries.

Left out of the raw columns: the ``*_MODE`` and ``*_MEDI`` copies of the housing averages, near-constant contact flags,
twenty of the twenty-one document flags (rare: their number is kept) and the weekday and hour of the application, which
tell about the branch rather than the applicant.
"""

from __future__ import annotations

from functools import partial, reduce
from operator import add

import ibis
from ibis import _

from app.scoring.features.columns import Columns, flag_of, known, mean_of, named, ratio, select_features, years_since
from app.scoring.features.directions import (
    BURDEN,
    EARNING,
    ELSEWHERE,
    GOOD_SCORE,
    LATE_AROUND,
    LITTLE_OF_ONES_OWN,
    LOOKING,
    OLD_CAR,
    PAYMENT,
    POPULOUS,
    RISKY_PLACE,
    SETTLED,
)
from app.scoring.features.feature import Feature
from app.scoring.schema.keys import CLIENT
from app.scoring.tables.tables import Tables

number = partial(Feature, kind="number", source="application")
flag = partial(Feature, unit="", kind="flag", source="application")
category = partial(Feature, unit="", kind="category", source="application")

HOUSING = {
    "APARTMENTS": ("building_apartments", "Apartments in the building"),
    "BASEMENTAREA": ("basement_area", "Basement area"),
    "YEARS_BEGINEXPLUATATION": ("building_use", "Time the building has been in use"),
    "YEARS_BUILD": ("building_age", "Age of the building"),
    "COMMONAREA": ("common_area", "Common area of the building"),
    "ELEVATORS": ("lifts", "Lifts in the building"),
    "ENTRANCES": ("entrances", "Entrances of the building"),
    "FLOORSMAX": ("floors_highest", "Highest number of floors"),
    "FLOORSMIN": ("floors_lowest", "Lowest number of floors"),
    "LANDAREA": ("land_area", "Land area"),
    "LIVINGAPARTMENTS": ("living_apartments", "Lived-in apartments in the building"),
    "LIVINGAREA": ("living_area", "Living area"),
    "NONLIVINGAPARTMENTS": ("other_apartments", "Apartments not used for living"),
    "NONLIVINGAREA": ("other_area", "Area not used for living"),
}
BUILDING_MISSING = 1 - known(*(_[f"{column}_AVG"] for column in HOUSING)) / len(HOUSING)
DOCUMENTS = tuple(f"FLAG_DOCUMENT_{document}" for document in range(2, 22))
ENQUIRIES = {
    "HOUR": ("hour", "last hour"),
    "DAY": ("day", "last day, before the last hour"),
    "WEEK": ("week", "last week, before the last day"),
    "MON": ("month", "last month, before the last week"),
    "QRT": ("quarter", "last 3 months, before the last month"),
    "YEAR": ("year", "last year, before the last 3 months"),
}
SCORES = (_.EXT_SOURCE_1, _.EXT_SOURCE_2, _.EXT_SOURCE_3)
LOWEST, HIGHEST = ibis.least(*SCORES), ibis.greatest(*SCORES)
SCORE_MEAN = mean_of(SCORES)
CREDIT_TO_ANNUITY = ratio(_.AMT_CREDIT, _.AMT_ANNUITY)
AGE = years_since(_.DAYS_BIRTH)
EMPLOYED = years_since(_.DAYS_EMPLOYED)
REGISTERED = years_since(_.DAYS_REGISTRATION)
DOCUMENTED = years_since(_.DAYS_ID_PUBLISH)
PER_MEMBER = ratio(_.AMT_INCOME_TOTAL, _.CNT_FAM_MEMBERS)
BOTH_WAYS = "It rises with one and falls with another of the features that lower the risk: no direction can be held."
MISMATCHES = (
    _.REG_REGION_NOT_LIVE_REGION,
    _.REG_REGION_NOT_WORK_REGION,
    _.LIVE_REGION_NOT_WORK_REGION,
    _.REG_CITY_NOT_LIVE_CITY,
    _.REG_CITY_NOT_WORK_CITY,
    _.LIVE_CITY_NOT_WORK_CITY,
)

LOAN: Columns = {
    category("contract_type", "Type of loan"): _.NAME_CONTRACT_TYPE,
    number("credit", "Loan amount", "money"): _.AMT_CREDIT,
    number("annuity", "Monthly payment", "money", expected=PAYMENT): _.AMT_ANNUITY,
    number("goods_price", "Price of the goods", "money"): _.AMT_GOODS_PRICE,
    number("income", "Declared income", "money", expected=EARNING): _.AMT_INCOME_TOTAL,
    number("credit_to_income", "Loan amount to income", "ratio", expected=BURDEN): ratio(
        _.AMT_CREDIT, _.AMT_INCOME_TOTAL
    ),
    number("annuity_to_income", "Monthly payment to income", "ratio", expected=BURDEN): ratio(
        _.AMT_ANNUITY, _.AMT_INCOME_TOTAL
    ),
    number("credit_to_annuity", "Loan duration without interest", "months"): CREDIT_TO_ANNUITY,
    number("credit_to_goods", "Loan amount to price of the goods", "ratio", expected=LITTLE_OF_ONES_OWN): ratio(
        _.AMT_CREDIT, _.AMT_GOODS_PRICE
    ),
    number(
        "credit_over_goods", "Loan amount above the price of the goods", "money", expected=LITTLE_OF_ONES_OWN
    ): _.AMT_CREDIT - _.AMT_GOODS_PRICE,
}
PROTECTED: Columns = {
    category("gender", "Gender", protected=True): _.CODE_GENDER,
    number("age", "Age", "years", protected=True): AGE,
    number("age_at_end", "Age at the end of the loan", "years", protected=True): AGE + CREDIT_TO_ANNUITY / 12,
    category("family_status", "Family status", protected=True): _.NAME_FAMILY_STATUS,
    number("children", "Children", "count", protected=True): _.CNT_CHILDREN,
    number("family_members", "Family members", "count", protected=True): _.CNT_FAM_MEMBERS,
    number("income_per_family_member", "Income per family member", "money", protected=True): PER_MEMBER,
    category("accompanied_by", "Who came along to apply", protected=True): _.NAME_TYPE_SUITE,
    number("employed_to_age", "Time in the job to age", "ratio", protected=True): ratio(EMPLOYED, AGE),
    number("registration_to_age", "Time since registration to age", "ratio", protected=True): ratio(REGISTERED, AGE),
    number("identity_document_to_age", "Time since identity document to age", "ratio", protected=True): ratio(
        DOCUMENTED, AGE
    ),
    number("car_age_to_age", "Age of the car to age of its owner", "ratio", protected=True): ratio(_.OWN_CAR_AGE, AGE),
}
APPLICANT: Columns = {
    category("income_type", "Source of income"): _.NAME_INCOME_TYPE,
    category("education", "Education"): _.NAME_EDUCATION_TYPE,
    category("housing", "Housing situation"): _.NAME_HOUSING_TYPE,
    category("occupation", "Occupation"): _.OCCUPATION_TYPE,
    category("employer_type", "Type of employer"): _.ORGANIZATION_TYPE,
    flag("not_employed", "No current job"): flag_of(_.DAYS_EMPLOYED.isnull()),
    number("years_employed", "Time in the current job", "years", expected=SETTLED): EMPLOYED,
    number("years_since_registration", "Time since registration change", "years", expected=SETTLED): REGISTERED,
    number(
        "years_since_identity_document", "Time since identity document change", "years", expected=SETTLED
    ): DOCUMENTED,
    number("years_since_phone_change", "Time since phone number change", "years", expected=SETTLED): years_since(
        _.DAYS_LAST_PHONE_CHANGE
    ),
    number(
        "employed_to_registration", "Time in the job to time since registration", "ratio", withheld=BOTH_WAYS
    ): ratio(EMPLOYED, REGISTERED),
    number("income_per_year_employed", "Income per year in the job", "money", withheld=BOTH_WAYS): ratio(
        _.AMT_INCOME_TOTAL, EMPLOYED
    ),
    flag("owns_car", "Owns a car"): flag_of(_.FLAG_OWN_CAR == "Y"),
    flag("owns_home", "Owns a home"): flag_of(_.FLAG_OWN_REALTY == "Y"),
    number("car_age", "Age of the car", "years", expected=OLD_CAR): _.OWN_CAR_AGE,
    flag("work_phone", "Work phone provided"): _.FLAG_WORK_PHONE,
    flag("home_phone", "Home phone provided"): _.FLAG_PHONE,
    flag("document_3", "Main document provided"): _.FLAG_DOCUMENT_3,
    number("documents", "Documents provided", "count"): reduce(add, (_[document] for document in DOCUMENTS)),
}
EXTERNAL: Columns = {
    number("external_score_1", "External score 1", "score", expected=GOOD_SCORE): _.EXT_SOURCE_1,
    number("external_score_2", "External score 2", "score", expected=GOOD_SCORE): _.EXT_SOURCE_2,
    number("external_score_3", "External score 3", "score", expected=GOOD_SCORE): _.EXT_SOURCE_3,
    number("external_score_mean", "Average external score", "score", expected=GOOD_SCORE): SCORE_MEAN,
    number("external_score_lowest", "Lowest external score", "score", expected=GOOD_SCORE): LOWEST,
    number("external_score_highest", "Highest external score", "score", expected=GOOD_SCORE): HIGHEST,
    number("external_score_spread", "Gap between external scores", "score", withheld=BOTH_WAYS): HIGHEST - LOWEST,
    number("external_scores", "External scores available", "count"): known(*SCORES),
    number(
        "external_score_mean_to_duration", "Average external score to loan duration", "index", expected=GOOD_SCORE
    ): ratio(SCORE_MEAN, CREDIT_TO_ANNUITY),
    number(
        "external_score_mean_to_annuity", "Average external score to payment burden", "index", expected=GOOD_SCORE
    ): ratio(SCORE_MEAN, ratio(_.AMT_ANNUITY, _.AMT_INCOME_TOTAL)),
}
REGION: Columns = {
    number("region_population", "Population of the region", "index", expected=POPULOUS): _.REGION_POPULATION_RELATIVE,
    number("region_rating", "Risk rating of the region", "index", expected=RISKY_PLACE): _.REGION_RATING_CLIENT,
    number(
        "city_rating", "Risk rating of the region and city", "index", expected=RISKY_PLACE
    ): _.REGION_RATING_CLIENT_W_CITY,
    flag("region_not_work", "Works outside the registered region", expected=ELSEWHERE): _.REG_REGION_NOT_WORK_REGION,
    flag("city_not_live", "Lives outside the registered city", expected=ELSEWHERE): _.REG_CITY_NOT_LIVE_CITY,
    flag("city_not_work", "Works outside the registered city", expected=ELSEWHERE): _.REG_CITY_NOT_WORK_CITY,
    number("address_mismatches", "Addresses that differ", "count", expected=ELSEWHERE): reduce(add, MISMATCHES),
}
BUILDING: Columns = {number(name, label, "index"): _[f"{column}_AVG"] for column, (name, label) in HOUSING.items()} | {
    number("total_area", "Total area of the home", "index"): _.TOTALAREA_MODE,
    category("repair_account", "Repair account of the building"): _.FONDKAPREMONT_MODE,
    category("house_type", "Type of building"): _.HOUSETYPE_MODE,
    category("walls", "Wall material"): _.WALLSMATERIAL_MODE,
    category("emergency_state", "Building in emergency state"): _.EMERGENCYSTATE_MODE,
    number("building_missing", "Building information not provided", "share"): BUILDING_MISSING,
}
CIRCLE: Columns = {
    number("circle", "Acquaintances observed", "count"): _.OBS_30_CNT_SOCIAL_CIRCLE,
    number("circle_late_30", "Acquaintances 30 days late", "count", expected=LATE_AROUND): _.DEF_30_CNT_SOCIAL_CIRCLE,
    number("circle_late_60", "Acquaintances 60 days late", "count", expected=LATE_AROUND): _.DEF_60_CNT_SOCIAL_CIRCLE,
    number("circle_late_share", "Part of acquaintances 30 days late", "share", expected=LATE_AROUND): ratio(
        _.DEF_30_CNT_SOCIAL_CIRCLE, _.OBS_30_CNT_SOCIAL_CIRCLE
    ),
}
REQUESTS: Columns = {
    number(f"enquiries_{name}", f"Credit enquiries ({when})", "count"): _[f"AMT_REQ_CREDIT_BUREAU_{column}"]
    for column, (name, when) in ENQUIRIES.items()
} | {
    number("enquiries", "Credit enquiries in all (last year)", "count", expected=LOOKING): reduce(
        add, (_[f"AMT_REQ_CREDIT_BUREAU_{column}"] for column in ENQUIRIES)
    ),
}
COLUMNS: Columns = LOAN | PROTECTED | APPLICANT | EXTERNAL | REGION | BUILDING | CIRCLE | REQUESTS
FEATURES = tuple(COLUMNS)


def application_features(tables: Tables) -> ibis.Table:
    """One row per client: SK_ID_CURR and the features of the application."""
    return select_features(tables.application.select(CLIENT, **named(COLUMNS)), FEATURES)
