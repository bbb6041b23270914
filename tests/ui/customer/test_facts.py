"""A fact of the file, as the customer reads it."""

from __future__ import annotations

import pytest

from app.language.words import LANGUAGES, Language, words_in
from app.scoring.features import FEATURES, by_name
from app.settings import settings
from app.store.portfolio import Portfolio
from app.ui.customer.facts import SENTENCES, YES_OR_NO, fact, value_of


@pytest.mark.parametrize(
    ("feature", "value", "english", "french"),
    [
        (
            "instalment_late_share",
            0.42,
            "42% of your past instalments were paid late.",
            "42\u00a0% de vos échéances passées ont été payées en retard.",
        ),
        (
            "external_score_mean",
            0.433,
            "Credit agencies give your file 43 out of 100 on average.",
            "Les organismes de crédit notent votre dossier 43 sur 100 en moyenne.",
        ),
        ("owns_home", 1.0, "You own your home.", "Vous êtes propriétaire de votre logement."),
        ("owns_home", 0.0, "You do not own your home.", "Vous n’êtes pas propriétaire de votre logement."),
        (
            "refused_asked",
            7_300.0,
            "The requests we refused were for €7,300 on average.",
            "Les demandes que nous avons refusées étaient de 7\u202f300\u00a0€ en moyenne.",
        ),
        ("years_employed", 0.75, "Time in your present job: 9 months.", None),
        ("occupation", None, "Occupation: not provided.", None),
        ("bureau_mortgages", 2.0, "Mortgages at other lenders: 2.", None),
    ],
)
def test_it_says_the_value_in_the_readers_language(feature: str, value: object, english: str, french: str | None):
    assert fact(feature, value, words_in("en")) == english  # type: ignore[arg-type]
    assert french is None or fact(feature, value, words_in("fr")) == french  # type: ignore[arg-type]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_feature_is_told_with_its_value_and_never_by_its_name(language: Language) -> None:
    words = words_in(language)
    for feature in FEATURES:
        value = "Other" if feature.kind == "category" else 1.0 if feature.kind == "flag" else 0.25
        told = fact(feature.name, value, words)
        assert told.endswith(".") and told.strip() == told and told[0].isupper() | told[0].isdigit(), told
        assert feature.name not in told or "_" not in feature.name
        assert feature.name in YES_OR_NO or value_of(feature.name, value, words) in told


def test_whatever_the_served_model_reads_has_a_sentence_of_its_own_unless_it_is_never_told() -> None:
    served = Portfolio.open(settings().portfolio).champion.features
    own = {*SENTENCES, *YES_OR_NO}
    assert {name for name in served if name not in own} == {
        "region_rating",
        "city_rating",
        "city_not_work",
        "address_mismatches",
    }
    assert own <= set(by_name) and {by_name[name].kind for name in YES_OR_NO} == {"flag"}
    assert not [name for name in SENTENCES if by_name[name].kind == "flag" or by_name[name].protected]
