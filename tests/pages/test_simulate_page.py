"""Simulate: edits and their answer, what it would take, and a stored file that nothing touches."""

from __future__ import annotations

import hashlib
import json
import re

import pytest

from app.language.words import words_in
from app.scoring.features import FEATURES
from app.scoring.policy import Policy
from app.scoring.what_if.counterfactual import what_would_it_take
from app.scoring.what_if.simulation import CORRECTABLE, Edits, simulate
from app.store.records import application_form
from app.store.worklist import search
from app.ui.officer.counterfactual_offers import change, loan, promise, summary, terms
from app.ui.officer.score_change import finding, guess, score_changes
from tests.pages.number_fields import number_field, number_fields

EN = words_in("en")
COLUMNS = {feature.name for feature in FEATURES if "_" in feature.name}


@pytest.fixture
def page(desk):
    """Opens the page at an address."""
    return lambda **address: desk(**address).switch_page("../pages/simulate.py").run()


@pytest.fixture(scope="module")
def client(served):
    return served.next_in_grey_zone(served.champion.recommended)


@pytest.fixture(scope="module")
def form(served, client):
    return application_form(served.folder, client)


@pytest.fixture(scope="module")
def what_if(served, client, form):
    def answer(amounts=None, **corrections):
        row, policy = served.client(client).features, served.champion.recommended
        return simulate(
            client, form, row, Edits(amounts or {}, corrections), served.champion, policy, served.population
        )

    return answer


@pytest.fixture(scope="module")
def answers(served):
    """A refused client whose loan some change bridges, and one whom none does."""
    policy, found, client = served.champion.recommended, {}, None
    while len(found) < 2:
        client = served.random_client()
        if served.client(client).probability >= policy.threshold:
            form, row = application_form(served.folder, client), served.client(client).features
            told = what_would_it_take(form, row, served.champion, policy, served.population)
            found[bool(told.offers)] = (client, told)
    return found


def filled(app, client, **values):
    for name, value in values.items():
        number_field(app, f"{name}_{client}").set_value(value)
    return app.run()


def test_who_comes_straight_from_compare_finds_the_loan_of_the_file(desk, client, form) -> None:
    app = desk(client=str(client), group="filters", filters="income").switch_page("../pages/compare.py").run()
    assert not app.exception and len(app.select_slider) == 1
    app = app.switch_page("../pages/simulate.py").run()
    assert not app.exception and number_field(app, f"credit_{client}").value == form["AMT_CREDIT"]
    assert number_field(app, f"income_{client}").value == form["AMT_INCOME_TOTAL"]


def another(served, client: int) -> int:
    """A client who is not this one."""
    return next(
        line.client for line in search(served, (), served.champion.recommended, limit=2).lines if line.client != client
    )


def test_without_a_client_the_page_leads_home(page) -> None:
    assert page().title[0].value == "What is waiting for you?"


def test_it_starts_at_the_file_as_it_stands(page, read, client, form) -> None:
    app = page(client=str(client))
    assert not app.exception
    assert [each.value for each in number_fields(app)] == [
        form["AMT_CREDIT"],
        form["AMT_CREDIT"] / form["AMT_ANNUITY"],
        form["AMT_ANNUITY"],
        form["AMT_GOODS_PRICE"],
        form["AMT_INCOME_TOTAL"],
    ]
    assert "Nothing is changed yet" in read(app)
    assert not app.get("plotly_chart")


@pytest.mark.parametrize(
    "amounts", [{"credit": 200_000.0}, {"income": 90_000.0}, {"goods_price": 500_000.0, "income": 300_000.0}]
)
def test_before_and_after_stand_side_by_side_with_the_difference(page, read, client, what_if, amounts) -> None:
    told = what_if(amounts)
    app = filled(page(client=str(client)), client, **amounts)
    assert not app.exception
    assert finding(told, EN) in read(app)
    assert [each.value for each in app.subheader[:2]] == ["As it stands", "With the changes"]
    answered = [each.proto.body for each in app.get("html") if 'class="answer ' in each.proto.body]
    assert EN.points(told.before.points) in answered[0] and EN.points(told.after.points) in answered[1]
    bars, origin, end = json.loads(app.get("plotly_chart")[0].proto.spec)["data"]
    assert bars["x"] == pytest.approx([step.points for step in score_changes(told, EN)])
    assert (origin["x"][0], end["x"][0]) == pytest.approx((told.before.points, told.after.points))
    for step in score_changes(told, EN):
        assert step.label in app.get("plotly_chart")[0].proto.alt


def test_every_difference_is_in_the_table(page, client, what_if) -> None:
    app = page(client=str(client))
    app.session_state["figures_difference"] = True
    app = filled(app, client, credit=200_000.0)
    (table,) = (each.proto.body for each in app.get("html") if 'class="figures"' in each.proto.body)
    told = what_if({"credit": 200_000.0})
    assert len(re.findall("<tr>", table)) == len(told.differences) + 1
    assert f">{EN.signed(told.differences[0].points, 1)}</td>" in table


def loan_of(app, client):
    return [number_field(app, f"{name}_{client}").value for name in ("credit", "duration", "annuity")]


def follows(app):
    (told,) = [each.value for each in app.caption]
    return told.split(";")[0]


def test_any_two_of_amount_duration_and_payment_give_the_third_and_it_is_said(page, read, client, form, what_if):
    app, asked, months = page(client=str(client)), form["AMT_ANNUITY"], form["AMT_CREDIT"] / form["AMT_ANNUITY"]
    assert follows(app).startswith("Any two give the third")
    app = filled(app, client, credit=200_000.0)
    assert loan_of(app, client) == [200_000.0, months, round(200_000.0 / months, 2)]
    assert follows(app) == "The payment follows" and finding(what_if({"credit": 200_000.0}), EN) in read(app)
    app = filled(app, client, annuity=asked)
    kept = what_if({"credit": 200_000.0, "annuity": asked})
    assert loan_of(app, client) == [200_000.0, 200_000.0 / asked, asked]
    assert follows(app) == "The duration follows" and finding(kept, EN) in read(app)
    assert kept.after != what_if({"credit": 200_000.0}).after, "the payment as stored is not the one that follows"
    app = filled(app, client, duration=30.0)
    assert loan_of(app, client) == [200_000.0, 30.0, 6_666.67] and follows(app) == "The payment follows"
    assert finding(what_if({"credit": 200_000.0, "duration": 30.0}), EN) in read(app)
    app = filled(app, client, annuity=10_000.0, duration=24.0)
    assert loan_of(app, client) == [240_000.0, 24.0, 10_000.0] and follows(app) == "The amount follows"
    assert finding(what_if({"credit": 240_000.0, "annuity": 10_000.0}), EN) in read(app)
    app = filled(app, client, credit=180_000.0)
    assert loan_of(app, client) == [180_000.0, 24.0, 7_500.0]


@pytest.mark.parametrize("typed", ["", "lots", "0", "-3"])
def test_the_third_waits_for_what_it_follows_from(page, client, typed) -> None:
    app = filled(page(client=str(client)), client, duration=30.0)
    before = loan_of(app, client)
    app = number_field(app, f"duration_{client}").text.set_value(typed).run()
    assert not app.exception and number_field(app, f"duration_{client}").text.value == typed
    assert loan_of(app, client)[::2] == before[::2]
    app = filled(app, client, duration=40.0)
    assert loan_of(app, client) == [before[0], 40.0, round(before[0] / 40.0, 2)]


@pytest.mark.parametrize("name", ["credit", "goods_price", "income", "annuity", "duration"])
@pytest.mark.parametrize(
    ("value", "said"),
    [
        (0.0, "0 is given."),
        (-5.0, "−5 is given."),
        (1e12, "1,000,000,000,000 is given."),
        (None, "is empty."),
    ],
)
def test_an_impossible_value_is_a_sentence(page, read, client, name, value, said) -> None:
    app = page(client=str(client))
    app = filled(app, client, **{name: value})
    assert not app.exception
    assert said in read(app)
    assert not app.get("plotly_chart")
    assert app.button(key="search"), "the rest of the page stays"


def test_an_impossible_value_is_said_in_french(page, read, client) -> None:
    shown = read(filled(page(client=str(client), lang="fr"), client, credit=1e12))
    assert "Montant du prêt" in shown and "Loan amount" not in shown
    assert "1\u202f000\u202f000\u202f000\u202f000 est indiqué" in shown


def test_a_payment_above_the_loan_is_a_sentence(page, read, client) -> None:
    app = page(client=str(client))
    assert "is above the loan amount" in read(filled(app, client, annuity=9e8))


def test_a_value_nobody_had_is_flagged_with_what_was_seen(page, read, client, what_if) -> None:
    told = what_if({"income": 9e8})
    shown = read(filled(page(client=str(client)), client, income=9e8))
    assert "The model has seen nothing like this." in shown
    assert all(guess(each, EN) in shown for each in told.unseen)
    assert "The model has seen nothing like this." not in read(
        filled(page(client=str(client)), client, income=150_000.0)
    )


def test_a_documented_correction_changes_the_answer(page, read, client, served, what_if) -> None:
    app = page(client=str(client))
    app.multiselect(key=f"corrected_{client}").set_value(["years_employed", "occupation", "owns_car"]).run()
    assert "Nothing is changed yet" in read(app), "controls start at the file"
    number_field(app, f"value_years_employed_{client}").set_value(20.0)
    app.selectbox(key=f"value_occupation_{client}").set_value("Accountants")
    app.selectbox(key=f"value_owns_car_{client}").set_value(1.0).run()
    corrections = {"years_employed": 20.0, "occupation": "Accountants", "owns_car": 1.0}
    assert finding(what_if(**corrections), EN) in read(app)


@pytest.mark.parametrize("name", sorted(CORRECTABLE))
def test_every_correction_has_a_control_that_starts_at_the_file(page, read, client, name) -> None:
    app = page(client=str(client))
    app.multiselect(key=f"corrected_{client}").set_value([name]).run()
    assert not app.exception
    assert "Nothing is changed yet" in read(app)


@pytest.mark.parametrize("years", [-1.0, 500.0])
def test_an_impossible_correction_is_a_sentence(page, read, client, years) -> None:
    app = page(client=str(client))
    app.multiselect(key=f"corrected_{client}").set_value(["years_employed"]).run()
    number_field(app, f"value_years_employed_{client}").set_value(years).run()
    assert "It must lie between 0 and 100 years." in read(app)


def test_back_to_the_file_undoes_every_change(page, read, client) -> None:
    app = filled(page(client=str(client)), client, credit=200_000.0, income=9e8)
    app.multiselect(key=f"corrected_{client}").set_value(["owns_car"]).run()
    app.button(key="reset").click().run()
    assert "Nothing is changed yet" in read(app)
    assert app.multiselect(key=f"corrected_{client}").value == []


def test_the_next_client_starts_at_their_own_file(page, read, served, client) -> None:
    app = filled(page(client=str(client)), client, credit=123_456.0)
    other = another(served, client)
    app.text_input(key="client").set_value(str(other)).run()
    assert other != client
    assert number_field(app, f"credit_{other}").value == application_form(served.folder, other)["AMT_CREDIT"]
    assert "Nothing is changed yet" in read(app)


def test_the_stored_file_is_never_touched(page, served, client) -> None:
    def hashes():
        files = (path for path in served.folder.rglob("*") if path.is_file())
        return {path: hashlib.sha256(path.read_bytes()).digest() for path in files}

    before, row, form = hashes(), served.client(client), application_form(served.folder, client)
    app = filled(page(client=str(client)), client, credit=200_000.0, income=1_000_000.0)
    app.button(key="search").click().run()
    assert hashes() == before
    assert served.client(client) == row and application_form(served.folder, client) == form
    assert "Nothing is changed yet" in str([e.proto.body for e in page(client=str(client)).get("html")])


def test_nothing_is_searched_before_it_is_asked_for(page, client, monkeypatch) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("searched at a mere rerun")

    monkeypatch.setattr("app.ui.officer.counterfactual_offers.what_it_takes", refuse)
    app = filled(page(client=str(client)), client, credit=200_000.0)
    assert not app.exception and app.get("plotly_chart")
    assert "Something went wrong" not in str([e.proto.body for e in app.get("html")])


def test_offers_are_told_and_tried_with_one_click(page, read, served, answers) -> None:
    client, told = answers[True]
    app = page(client=str(client))
    app.button(key="search").click().run()
    assert not app.exception
    shown = read(app)
    assert summary(told, EN) in shown and promise(served.champion.recommended, EN) in shown
    assert all(tell(offer, EN) in shown for offer in told.offers for tell in (loan, change, terms))
    for offer in told.offers:
        app.button(key=f"try_{told.offers.index(offer)}").click().run()
        form, row, policy = (
            application_form(served.folder, client),
            served.client(client).features,
            served.champion.recommended,
        )
        tried = simulate(client, form, row, offer.edits, served.champion, policy, served.population)
        assert tried.after.outcome == "accept"
        assert finding(tried, EN) in read(app)
        assert loan_of(app, client) == pytest.approx([offer.amount, offer.months, offer.annuity])
        assert summary(told, EN) in read(app), "the other offers can be tried next"


def test_when_no_change_is_enough_it_is_said(page, read, answers) -> None:
    client, told = answers[False]
    app = page(client=str(client))
    app.button(key="search").click().run()
    assert "No smaller or longer loan can be offered" in read(app)
    assert summary(told, EN) in read(app)
    assert not [each for each in app.button if str(each.key).startswith("try_")]


def test_an_accepted_loan_needs_no_change(page, read, served) -> None:
    client = served.random_client()
    while served.client(client).probability >= served.champion.recommended.threshold:
        client = served.random_client()
    app = page(client=str(client))
    app.button(key="search").click().run()
    assert "The score accepts the loan as it stands" in read(app)


def test_an_answer_is_kept_by_release_client_and_policy(page, served, answers, monkeypatch) -> None:
    from app.ui import loaders

    searched = []

    def counted(*arguments):
        searched.append(arguments)
        return what_would_it_take(*arguments)

    monkeypatch.setattr(loaders, "what_would_it_take", counted)
    loaders._search.clear()
    client, told = answers[True]
    policy = served.champion.recommended
    assert loaders._search(served.release, client, policy, served) == told
    loaders._search(served.release, client, policy, served)
    assert len(searched) == 1
    loaders._search(served.release, client, Policy(policy.threshold / 2), served)
    loaders._search(served.release, answers[False][0], policy, served)
    assert len(searched) == 3


@pytest.mark.parametrize("language", ["en", "fr"])
def test_no_column_name_reaches_the_reader(page, read, answers, language) -> None:
    client, _ = answers[True]
    app = page(client=str(client), lang=language)
    app.session_state["figures_difference"] = True
    app.button(key="search").click().run()
    filled(app, client, credit=200_000.0, income=9e8)
    drawn = app.get("plotly_chart")[0].proto.spec
    notes = " ".join(note["text"] for note in json.loads(drawn)["layout"]["annotations"])
    shown = read(app) + notes + " ".join(each.value for each in app.subheader)
    assert COLUMNS & set(re.findall(r"\w+", shown)) == set()
    assert not re.search(r"\bNone\b|\b[Nn]a[Nn]\b", shown)


def test_what_was_tried_survives_another_page_and_another_language_and_is_no_other_client_s(page, served, client):
    app = filled(page(client=str(client)), client, credit=210_000.0)
    app = app.switch_page("../pages/why.py").run().switch_page("../pages/simulate.py").run()
    assert number_field(app, f"credit_{client}").value == 210_000.0
    app = app.button_group(key="lang").set_value("fr").run()
    assert number_field(app, f"credit_{client}").value == 210_000.0
    other = served.next_in_grey_zone(served.champion.recommended, after=client)
    app = app.text_input(key="client").set_value(str(other)).run()
    assert number_field(app, f"credit_{other}").value == served.client(other).features["credit"]
    app = app.text_input(key="client").set_value(str(client)).run()
    assert number_field(app, f"credit_{client}").value == 210_000.0
