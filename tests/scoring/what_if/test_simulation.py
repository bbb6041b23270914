"""A what-if follows the one definition of a feature, flags what nobody has seen, and touches nothing stored."""

import hashlib
import math
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.scoring.features import build_features, by_name
from app.scoring.features.lineage import DECLARED, dependent, form_columns
from app.scoring.problems import SimulationProblem
from app.scoring.schema import TABLES
from app.scoring.tables.tables import tables_from_rows
from app.scoring.what_if.revision import revised_features
from app.scoring.what_if.simulation import AMOUNTS, CORRECTABLE, Edits, simulate


@pytest.fixture(scope="module")
def what_if(demo, file_of):
    def run(client, amounts=None, **corrections):
        policy = demo.champion.recommended
        edits = Edits(amounts or {}, corrections)
        return simulate(client, *file_of(client), edits, demo.champion, policy, demo.population)

    return run


@pytest.fixture(scope="module")
def clients(demo):
    draw = random.Random(11)
    return [demo.random_client(draw) for _ in range(12)]


def form_and_features(rows):
    tables = tables_from_rows(rows)
    (form,) = tables.application.select(*form_columns()).to_pyarrow().to_pylist()
    (features,) = build_features(tables).to_pyarrow().to_pylist()
    return form, features


@pytest.mark.parametrize("place", [1, 2, 3])
def test_revised_features_are_those_of_build_features_on_the_edited_rows(rows, place):
    """All eight tables in memory: edit the application row, rebuild everything, and compare bit for bit."""
    form = rows["application_train"][place]
    client = form["SK_ID_CURR"]
    for name in ("bureau", "previous_application", "credit_card_balance", "installments_payments", "POS_CASH_balance"):
        rows[name] = [{**row, "SK_ID_CURR": client} for row in rows[name]]
    only = {name: rows[name] for name in rows if name != "application_test"} | {"application_train": [form]}
    cleaned, stored = form_and_features(only)
    edits = {"AMT_CREDIT": 123_456.0, "AMT_ANNUITY": 7_890.5, "AMT_GOODS_PRICE": 99_000.0, "AMT_INCOME_TOTAL": 54_321.0}
    only["application_train"] = [{**form, **edits}]
    _, expected = form_and_features(only)
    revised = revised_features(cleaned, stored, {name: [value] for name, value in edits.items()})
    assert {**stored, **{name: values[0] for name, values in revised.items()}} == expected
    changed = {name for name in expected if expected[name] != stored[name]} - {"SK_ID_CURR"}
    assert {"bureau_debt_to_income", "annuity_to_approved"} <= revised.keys() and changed <= revised.keys()


def test_the_stored_form_and_features_give_the_stored_features_again(file_of, clients):
    columns = {name for name in form_columns() if name != "SK_ID_CURR"}
    for client in clients:
        form, features = file_of(client)
        again = revised_features(form, features, {name: [form[name]] for name in columns})
        assert again.keys() == set(dependent(columns)) <= DECLARED.keys()
        assert {name: values[0] for name, values in again.items()} == {name: features[name] for name in again}


def test_many_alternatives_at_once_score_as_one_by_one(demo, file_of, clients, what_if):
    client = clients[0]
    form, features = file_of(client)
    incomes = [50_000.0, 150_000.0, 900_000.0]
    at_once = demo.champion.alternatives(features, revised_features(form, features, {"AMT_INCOME_TOTAL": incomes}))
    assert at_once.tolist() == [what_if(client, {"income": income}).after.probability for income in incomes]


def test_derived_ratios_follow_and_differences_add_up(what_if, file_of, clients):
    for client in clients:
        told = what_if(client, {"income": 77_777.0})
        credit = file_of(client)[0]["AMT_CREDIT"]
        assert told.revised["income"] == 77_777.0
        assert told.revised["credit_to_income"] == pytest.approx(credit / 77_777.0)
        gap = sum(difference.points for difference in told.differences)
        assert gap == pytest.approx(told.after.points - told.before.points, abs=1e-6)


def test_a_smaller_loan_keeps_its_duration(what_if, file_of, clients):
    form, features = file_of(clients[0])
    told = what_if(clients[0], {"credit": form["AMT_CREDIT"] / 2})
    assert told.revised["annuity"] == round(form["AMT_ANNUITY"] / 2, 2)
    assert told.revised.get("credit_to_annuity", features["credit_to_annuity"]) == pytest.approx(
        features["credit_to_annuity"]
    )


def test_a_duration_sets_the_payment(what_if, file_of, clients):
    form, _ = file_of(clients[1])
    assert what_if(clients[1], {"duration": 24.0}).revised["annuity"] == round(form["AMT_CREDIT"] / 24.0, 2)
    both = what_if(clients[1], {"credit": 120_000.0, "duration": 24.0})
    assert both.revised["annuity"] == 5_000.0


def test_no_edit_and_an_edit_to_the_same_value_change_nothing(what_if, file_of, clients):
    form, _ = file_of(clients[2])
    for amounts in ({}, {"credit": form["AMT_CREDIT"]}, {"income": form["AMT_INCOME_TOTAL"]}):
        told = what_if(clients[2], amounts)
        assert told.before == told.after and told.differences == () and told.revised == {}


def test_the_stored_files_are_never_touched(demo, what_if, clients):
    def hashes():
        return {path: hashlib.sha256(path.read_bytes()).digest() for path in demo.folder.rglob("*") if path.is_file()}

    before, row = hashes(), demo.client(clients[0])
    what_if(clients[0], {"credit": 10_000.0, "income": 1_000_000.0})
    assert hashes() == before
    assert demo.client(clients[0]) == row


@settings(max_examples=60)
@given(
    name=st.sampled_from(AMOUNTS),
    value=st.one_of(
        st.sampled_from([None, 0.0, -1.0, 1e12, math.nan, math.inf, -math.inf, 0.99]),
        st.floats(max_value=0.5),
        st.floats(min_value=1e10),
    ),
)
def test_an_impossible_value_is_a_sentence(what_if, clients, name, value):
    with pytest.raises(SimulationProblem) as told:
        what_if(clients[0], {name: value})
    assert "AMT_" not in str(told.value) and "_" not in str(told.value.values["what"])


def test_payment_and_duration_exclude_each_other(what_if, clients):
    with pytest.raises(SimulationProblem, match="Both"):
        what_if(clients[0], {"annuity": 1_000.0, "duration": 12.0})


def test_a_payment_above_the_loan_is_refused(what_if, clients):
    with pytest.raises(SimulationProblem, match="above the loan amount"):
        what_if(clients[0], {"credit": 10_000.0, "annuity": 10_001.0})


@pytest.mark.parametrize("name", ["age", "external_score_2", "gender", "nonsense"])
def test_what_no_document_corrects_cannot_be_changed(what_if, clients, name):
    with pytest.raises(SimulationProblem):
        what_if(clients[0], **{name: 1.0})
    with pytest.raises(SimulationProblem):
        what_if(clients[0], {name: 1.0})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("occupation", "Spy"),
        ("owns_car", 2.0),
        ("years_employed", -1.0),
        ("years_employed", math.nan),
        ("car_age", 500.0),
    ],
)
def test_an_impossible_correction_is_a_sentence(what_if, clients, name, value):
    with pytest.raises(SimulationProblem, match=by_name[name].label):
        what_if(clients[0], **{name: value})


def test_a_correction_reaches_its_feature_in_the_same_unit(what_if, clients):
    revised = what_if(clients[3], years_employed=10.0, education="Academic degree", occupation="Accountants").revised
    assert revised["years_employed"] == pytest.approx(10.0, abs=1 / 365)
    assert (revised["education"], revised["occupation"]) == ("Academic degree", "Accountants")


def test_every_correction_names_a_declared_column_and_nothing_protected():
    for feature, (column, _) in CORRECTABLE.items():
        assert column in TABLES["application_test"].names
        assert not by_name[feature].protected


def test_a_value_nobody_had_is_flagged_with_what_was_seen(what_if, demo, clients):
    told = what_if(clients[0], {"income": 9e8})
    flagged = {unseen.feature: unseen for unseen in told.unseen}
    assert flagged["income"].high == demo.population["income"].high < 9e8
    assert what_if(clients[0], {"income": demo.population["income"].typical}).unseen == ()
