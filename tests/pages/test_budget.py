"""The budget on a client's file: ratios first, then what is left; a draft until a decision records it."""

from __future__ import annotations

import re
from dataclasses import replace
from html import unescape

import pytest

from app.language.words import words_in
from app.scoring.budget import Budget, reckon
from app.scoring.case.actors import Actor
from app.scoring.charges import Charges
from app.settings import settings
from app.store.cases.cases import Cases
from app.store.cases.dossiers import budget_in
from app.store.cases.erasure import erase, held
from app.store.database import connect
from app.store.drafts import drafts_about
from app.store.policies import PolicyHistory
from app.store.proposals import Draft
from app.ui.officer.budget import FIELDS, in_a_line, key_of
from app.ui.officer.charges import debt_rows, finding, left_rows
from tests.pages.number_fields import number_field

EN, FR = words_in("en"), words_in("fr")
GIVEN = {"income": 200_000.0, "rent": 40_000.0, "other_loans": 1_000.5, "maintenance": 5_000.0, "people": 2.0}
BUDGET = Budget(200_000.0, 40_000.0, 1_000.5, 5_000.0, 2)
OPERATOR = Actor("operator", "operator")


@pytest.fixture(scope="module")
def client(served):
    """Somebody whom the model accepts, so that no comment is needed to follow it."""
    policy = served.champion.recommended
    while served.decide(found := served.random_client(), policy).outcome != "accept":
        pass
    return found


@pytest.fixture(scope="module")
def asked(served, client):
    return served.client(client).features["annuity"]


@pytest.fixture
def files():
    return Cases.open(connect(settings().store), settings().champion_archive)


def filled(app, client, **values):
    for name, value in values.items():
        number_field(app, key_of(name, client)).set_value(value)
    return app.run()


def on(app, script):
    return app.switch_page(f"../pages/{script}.py").run()


def decide(app, choice="accept"):
    if app.title[0].value.startswith("Client"):
        app = on(app, "decide")
    app.radio[0].set_value(choice)
    next(each for each in app.checkbox if str(each.key).startswith("reason_income_")).check()
    app = app.text_area[0].set_value("Seen on paper.").run()
    return next(each for each in app.button if str(each.key).startswith("record_")).click().run()


def shown(app):
    return " ".join(re.sub(r"<[^>]+>", " ", unescape(each.proto.body)) for each in app.get("html"))


def tables(app):
    return [each.proto.body for each in app.get("html") if 'class="figures"' in each.proto.body]


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_ratios_of_the_file_are_told_in_the_field_s_words(desk, read, served, client, language) -> None:
    words, charges = words_in(language), Charges.of(served.client(client).features)
    app = desk(client=str(client), lang=language)
    assert not app.exception and finding(charges, words) in read(app)
    told = " ".join(shown(app).split())
    for name, value in (*debt_rows(charges, served.champion.recommended, words), *left_rows(charges, words)):
        assert " ".join(f"{name} {value}".split()) in told
    assert words.say("Papers") in told and words.say("Missing") in told


def test_it_begins_with_what_the_file_knows_and_counts_once_it_is_whole(desk, served, client, asked) -> None:
    known = Charges.of(served.client(client).features)
    app = desk(client=str(client))
    assert number_field(app, key_of("income", client)).value == known.income
    assert number_field(app, key_of("people", client)).value == known.people
    assert number_field(app, key_of("rent", client)).value is None
    assert "Still missing: the rent" in shown(app) and not tables(app)
    app = filled(app, client, **GIVEN)
    (table,) = tables(app)
    found = reckon(BUDGET, asked)
    for each in found.left:
        assert f">{EN.money(each.amount)}</td>" in table and f">{EN.money(each.per_person)}</td>" in table
    assert "income 20% lower" in table and "payment 10% higher" in table
    assert "Less than" not in shown(app), "without a limit in the policy"


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("lots", "“lots” cannot be read as a number."),
        ("1.000.50", "“1.000.50” cannot be read as a number."),
        ("-5", "−5 cannot stand here."),
        ("1000000000", "1,000,000,000 cannot stand here."),
    ],
)
@pytest.mark.parametrize("name", ["rent", "maintenance"])
def test_bad_input_is_a_sentence_and_nothing_is_lost(desk, files, client, name, typed, said) -> None:
    app = filled(desk(client=str(client)), client, **GIVEN)
    app = number_field(app, key_of(name, client)).text.set_value(typed).run()
    assert not app.exception and said in shown(app) and not tables(app)
    assert number_field(app, key_of(name, client)).text.value == typed
    app = decide(app)
    assert "The budget is begun, and cannot be reckoned" in shown(app)
    assert not files.state(client).in_force
    assert next(each for each in app.checkbox if str(each.key).startswith("reason_income_")).value
    app = on(app, "client")
    assert number_field(app, key_of(name, client)).text.value == typed
    assert number_field(app, key_of("income", client)).value == GIVEN["income"]


@pytest.mark.parametrize("people", ["0", "2.5", "31"])
def test_people_are_counted_whole(desk, client, people) -> None:
    app = number_field(desk(client=str(client)), key_of("people", client)).text.set_value(people).run()
    assert "cannot stand here" in shown(app) or "A whole number is needed" in shown(app)


def test_it_is_typed_in_the_reader_s_convention(desk, client) -> None:
    app = desk(client=str(client), lang="fr")
    app = number_field(app, key_of("rent", client)).text.set_value("40\u202f000,50").run()
    assert app.session_state[key_of("rent", client)] == 40_000.5
    assert FR.say("Left per person") in shown(app)


def test_a_decision_records_it_with_the_loan_and_the_advice_never_read_it(desk, files, served, client, asked) -> None:
    app = decide(filled(desk(client=str(client)), client, **GIVEN))
    assert not app.exception and files.state(client).status == "decided"
    (event,) = [each for each in files.case(client).events if each.kind == "decided"]
    content = files.case(client).contents[event.number]
    kept, advice = budget_in(content), content["dossier"]["advice"]
    assert kept == reckon(BUDGET, asked)
    assert advice["probability"] == served.decide(client, served.champion.recommended).probability
    assert "Budget" in shown(app) and in_a_line(kept, EN) in shown(app), "in the history of the file"
    app = on(app, "client")
    assert EN.money(kept.left[2].amount) in tables(app)[0] and "The decision rests on this budget" in read_markdown(app)
    with files.engine.connect() as connection:
        assert drafts_about(connection, client) == [], "what is recorded is no draft any more"


def read_markdown(app):
    return " ".join(each.value for each in app.markdown)


@pytest.mark.parametrize("income", [1_000.0, 5_000_000.0])
def test_whatever_the_budget_the_advice_is_the_same(desk, files, served, client, income) -> None:
    app = decide(filled(desk(client=str(client)), client, **{**GIVEN, "income": income}))
    assert not app.exception
    content = files.case(client).contents[files.state(client).in_force.event]
    assert budget_in(content).budget.income == income
    told = content["dossier"]["advice"]
    now = served.decide(client, served.champion.recommended)
    assert (told["probability"], told["points"]) == (now.probability, now.points)


def test_without_a_budget_a_decision_is_taken_as_before(desk, files, client) -> None:
    app = decide(desk(client=str(client)))
    assert files.state(client).status == "decided"
    assert budget_in(files.case(client).contents[files.state(client).in_force.event]) is None
    assert "The decision rests on no budget" in shown(on(app, "client"))


def test_a_budget_that_is_begun_is_not_dropped_in_silence(desk, files, client) -> None:
    app = decide(filled(desk(client=str(client)), client, maintenance=100.0))
    assert "The budget is begun" in shown(app) and not files.state(client).in_force
    app = on(app, "client").button(key="budget_anew").click().run()
    assert number_field(app, key_of("maintenance", client)).value is None
    decide(app)
    assert files.state(client).status == "decided"


def test_it_is_a_draft_that_survives_a_reload_and_is_no_other_client_s(desk, served, client) -> None:
    app = filled(desk(client=str(client)), client, **GIVEN)
    address = {name: value[0] if isinstance(value, list) else value for name, value in app.query_params.items()}
    fresh = desk(**address)
    assert {name: number_field(fresh, key_of(name, client)).value for name in FIELDS} == GIVEN
    other = served.next_in_grey_zone(served.champion.recommended)
    fresh = fresh.text_input(key="client").set_value(str(other)).run()
    assert number_field(fresh, key_of("rent", other)).value is None


def test_a_reload_of_the_decision_records_it_too(desk, files, client) -> None:
    app = filled(desk(client=str(client)), client, **GIVEN)
    address = {name: value[0] if isinstance(value, list) else value for name, value in app.query_params.items()}
    fresh = on(desk(**address), "decide")
    decide(fresh)
    assert budget_in(files.case(client).contents[files.state(client).in_force.event]).budget == BUDGET


def test_another_loan_is_reckoned_with_its_own_payment(desk, files, client) -> None:
    app = on(filled(desk(client=str(client)), client, **GIVEN), "decide")
    app = app.radio[0].set_value("other").run()
    attempt = app.session_state[f"attempt_{client}"]
    for name, value in (("amount", 100_000.0), ("months", 20.0), ("payment", 5_000.0)):
        number_field(app, f"loan_{name}_{attempt}").set_value(value)
    app = app.run()
    assert in_a_line(reckon(BUDGET, 5_000.0), EN) in shown(app)
    decide(app, "other")
    assert budget_in(files.case(client).contents[files.state(client).in_force.event]).payment == 5_000.0


def test_less_than_the_policy_wants_is_a_sentence_and_no_refusal(desk, files, served, client, asked) -> None:
    policy = replace(served.champion.recommended, left_per_person=70_000.0)
    history, version = PolicyHistory.open(files.engine), served.champion.version
    number = history.propose(Draft(policy, 1.0, 1.0, version), "Joe", "People have to eat.", version).number
    history.activate(number, "Moe", 0, version)
    app = filled(desk(client=str(client)), client, **GIVEN)
    found = reckon(BUDGET, asked, 70_000.0)
    assert {"less income"} <= {each.situation for each in found.below} < {each.situation for each in found.left}
    assert "Less than €70,000 a month is left per person." in shown(
        app
    ) and "it refuses nothing by itself: you decide" in shown(app)
    app = decide(app)
    assert files.state(client).in_force.ruling == "accept"
    assert budget_in(files.case(client).contents[files.state(client).in_force.event]).least == 70_000.0
    assert "Less than €70,000" in shown(on(app, "client"))


def test_it_is_corrected_with_the_decision_from_what_was_recorded(desk, files, client) -> None:
    app = on(decide(filled(desk(client=str(client)), client, **GIVEN)), "client")
    assert number_field(app, key_of("rent", client)).value == GIVEN["rent"]
    app = decide(filled(app, client, rent=50_000.0), "refuse")
    assert files.state(client).in_force.ruling == "refuse"
    kept = budget_in(files.case(client).contents[files.state(client).in_force.event])
    assert kept.budget == replace(BUDGET, rent=50_000.0)


def test_what_was_erased_is_said_to_be(desk, files, client) -> None:
    app = decide(filled(desk(client=str(client)), client, **GIVEN))
    (what,) = held(files.engine, client=client)
    erase(files.engine, replace(what, whole=False), "The person asked for it.", OPERATOR)
    assert "What the budget said has been erased." in shown(on(app, "client"))


def test_who_may_not_decide_finds_no_fields(desk, files, client) -> None:
    files.claim(client, Actor("Ada", "officer"))
    app = desk(client=str(client))
    assert not [each for each in app.text_input if "budget" in str(each.key)]
    assert "Whoever may decide on this file fills in its budget." in shown(app)
