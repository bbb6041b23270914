from __future__ import annotations

import pytest

from app.language.categories import CATEGORY_WORDS
from app.language.features import in_words, value_in_words
from app.language.words import words_in
from app.scoring.decision import Value
from app.scoring.features import FEATURES, by_name
from app.scoring.schema import APPLICATIONS, TABLES
from app.ui.officer.identity import PERSON, REQUEST, WORK

EN, FR = words_in("en"), words_in("fr")


@pytest.mark.parametrize(
    ("feature", "value", "english", "french"),
    [
        (
            "annuity_to_income",
            0.31,
            "Monthly payment to income: 31%",
            "Mensualité rapportée au revenu\u202f: 31\u00a0%",
        ),
        ("credit", 406_597.5, "Loan amount: €406,598", "Montant du prêt\u202f: 406\u202f598\u00a0€"),
        ("external_score_2", None, "External score 2: not provided", "Score externe 2\u202f: non renseigné"),
        ("external_score_2", float("nan"), "External score 2: not provided", "Score externe 2\u202f: non renseigné"),
        ("external_score_2", 0.2629, "External score 2: 0.26", "Score externe 2\u202f: 0,26"),
        (
            "years_employed",
            1.75,
            "Time in the current job: 1 year 9 months",
            "Ancienneté dans l’emploi actuel\u202f: 1 an 9 mois",
        ),
        ("owns_car", 0.0, "Owns a car: no", "Possède une voiture\u202f: non"),
        ("income_type", "State servant", "Source of income: Civil servant", "Source de revenu\u202f: Fonctionnaire"),
    ],
)
def test_a_feature_is_said_with_its_value_and_unit(feature: str, value: Value, english: str, french: str) -> None:
    assert (in_words(feature, value, EN), in_words(feature, value, FR)) == (english, french)


def test_a_category_nobody_foresaw_is_shown_as_it_is() -> None:
    assert value_in_words("income_type", "Astronaut {x}", FR) == "Astronaut (x)"


def test_every_category_feature_has_its_words() -> None:
    assert {feature.name for feature in FEATURES if feature.kind == "category"} == set(CATEGORY_WORDS)


def test_words_name_every_declared_value_of_the_application() -> None:
    columns = [column for column in TABLES[APPLICATIONS[0]].columns if column.kind == "category"]
    worded = [set(values) for values in CATEGORY_WORDS.values()]
    spoken_of = [column for column in columns if any(set(map(str, column.values)) & values for values in worded)]
    assert len(spoken_of) >= 12
    for column in spoken_of:
        assert any(set(map(str, column.values)) <= values for values in worded), column.name


def test_the_identity_shows_declared_features() -> None:
    assert set(REQUEST + WORK + PERSON) <= set(by_name)


def test_every_feature_can_be_said_without_its_column_name() -> None:
    for feature in FEATURES:
        value = next(iter(CATEGORY_WORDS[feature.name])) if feature.kind == "category" else 1.0
        for words in (EN, FR):
            said = in_words(feature.name, value, words)
            assert "{" not in said and "_" not in said, said
