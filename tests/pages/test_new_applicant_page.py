"""New applicant: the answer on the application alone, its history said to be absent."""

from __future__ import annotations

import re

import pytest

from app.language.words import words_in
from app.scoring.applicant import NEW_CLIENT, applicant_features
from app.scoring.features import FEATURES, application
from app.settings import settings
from app.store.cases.cases import Cases
from app.store.database import connect
from app.ui.officer.decision_summary import distance
from app.ui.officer.new_applicant import provided
from tests.pages.number_fields import number_field, number_fields

EN = words_in("en")
COLUMNS = {feature.name for feature in FEATURES if "_" in feature.name}
REQUEST = {"credit": 300_000.0, "annuity": 15_000.0, "income": 90_000.0}


@pytest.fixture
def page(desk):
    """Opens the page at an address."""
    return lambda **address: desk(**address).switch_page("../pages/new_applicant.py").run()


def scored(app, **numbers):
    """Fill numbers in and send the form."""
    for name, value in numbers.items():
        number_field(app, f"applicant_{name}").set_value(value)
    return app.button(key="score").click().run()


def test_the_page_asks_and_answers_nothing_yet(page, read) -> None:
    app = page()
    assert not app.exception
    assert app.title[0].value == "What would a new applicant be answered?"
    assert "no earlier loan, payment or card" in read(app)
    assert not app.get("plotly_chart") and not [e for e in app.get("html") if 'class="answer' in e.proto.body]


def test_no_protected_attribute_is_asked_for(page) -> None:
    app = page()
    asked = {each.label for each in (*number_fields(app), *app.selectbox)}
    assert not asked & {feature.label for feature in FEATURES if feature.protected}


def test_the_answer_is_the_scoring_centres(page, read, served) -> None:
    app = page()
    app.selectbox(key="applicant_contract").set_value("Revolving loans")
    app.selectbox(key=f"value_occupation_{NEW_CLIENT}").set_value("Drivers")
    app.selectbox(key=f"value_owns_car_{NEW_CLIENT}").set_value(1.0)
    number_field(app, f"value_years_employed_{NEW_CLIENT}").set_value(4.0)
    app = scored(app, **REQUEST, external_score_2=0.4)
    assert not app.exception
    row = applicant_features(
        {
            "NAME_CONTRACT_TYPE": "Revolving loans",
            "AMT_CREDIT": 300_000.0,
            "AMT_ANNUITY": 15_000.0,
            "AMT_INCOME_TOTAL": 90_000.0,
            "OCCUPATION_TYPE": "Drivers",
            "FLAG_OWN_CAR": "Y",
            "DAYS_EMPLOYED": -1461.0,
            "EXT_SOURCE_2": 0.4,
        }
    )
    decision = served.champion.decide(NEW_CLIENT, row, served.champion.recommended)
    shown = read(app)
    assert distance(decision, EN) in shown
    assert provided(row, served, EN) in shown
    assert str(NEW_CLIENT) not in shown


def test_the_history_is_absent_and_said_to_be(page, read, served) -> None:
    ours = {feature.name for feature in application.FEATURES}
    row = applicant_features({"AMT_CREDIT": 300_000.0, "AMT_ANNUITY": 15_000.0, "AMT_INCOME_TOTAL": 90_000.0})
    assert all(row[name] is None for name in served.champion.features if name not in ours)
    assert "Without history:" in read(scored(page(), **REQUEST))


@pytest.mark.parametrize("name", ["credit", "annuity", "income"])
@pytest.mark.parametrize(
    ("value", "said"),
    [
        (0.0, "0 is given."),
        (-5.0, "−5 is given."),
        (1e12, "1,000,000,000,000 is given."),
        (None, "is empty."),
    ],
)
def test_an_impossible_amount_is_a_sentence(page, read, name, value, said) -> None:
    app = scored(page(), **{**REQUEST, name: value})
    assert not app.exception and said in read(app)
    assert not app.get("plotly_chart")
    assert number_field(app, "applicant_credit").value == {**REQUEST, name: value}["credit"], "the form keeps it"


@pytest.mark.parametrize("value", [-0.1, 1.1, 1e12])
def test_an_external_score_out_of_range_is_a_sentence(page, read, value) -> None:
    shown = read(scored(page(), **REQUEST, external_score_1=value))
    assert "cannot stand here." in shown and "It must lie between 0 and 1." in shown


def test_an_application_of_a_client_is_received_once_and_its_file_opens(page, read, served) -> None:
    client, files = served.random_client(), Cases.open(connect(settings().store), settings().champion_archive)
    app = page()
    app.text_input(key="applicant_number").set_value(f" {client} ")
    app = app.button(key="receive").click().run()
    assert not app.exception and app.title[0].value == f"Client {client}"
    (event, *_) = files.case(client).events
    assert (event.kind, event.actor.name) == ("received", "Demo officer") and files.state(client).received
    app = page()
    app.text_input(key="applicant_number").set_value(str(client))
    app = app.button(key="receive").click().run()
    assert "This cannot be done now: the state of the file is “to do”" in read(app)
    assert [each.kind for each in files.case(client).events].count("received") == 1


@pytest.mark.parametrize(("typed", "said"), [("", "is not a client number"), ("999999999", "is not in this portfolio")])
def test_a_number_that_is_nobody_s_is_a_sentence(page, read, typed, said) -> None:
    app = page()
    app.text_input(key="applicant_number").set_value(typed)
    assert said in read(app.button(key="receive").click().run())


@pytest.mark.parametrize("value", [0.0, 1.0])
def test_the_ends_of_the_scores_range_are_within_it(page, read, value) -> None:
    assert "It must lie between 0 and 1." not in read(scored(page(), **REQUEST, external_score_1=value))


def test_a_value_nobody_had_is_flagged(page, read) -> None:
    assert "The model has seen nothing like this." in read(scored(page(), **{**REQUEST, "credit": 9e8}))
    assert "The model has seen nothing like this." not in read(scored(page(), **REQUEST))


def test_goods_may_have_no_price(page, read) -> None:
    shown = read(scored(page(), **REQUEST, goods_price=None))
    assert "is empty." not in shown and "Without history:" in shown


@pytest.mark.parametrize("language", ["en", "fr"])
def test_no_column_name_reaches_the_reader(page, read, language) -> None:
    app = scored(page(lang=language), **REQUEST)
    shown = read(app) + " ".join(each.label for each in (*number_fields(app), *app.selectbox))
    assert COLUMNS & set(re.findall(r"\w+", shown)) == set()
    assert not re.search(r"\bNone\b|\b[Nn]a[Nn]\b", shown)
    assert [each for each in app.get("html") if 'class="gauge"' in each.proto.body]
