"""A what-if: the same client with another loan, another income or a corrected form. Nothing stored is touched."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from app.scoring.champion import Champion, Row
from app.scoring.decision import Decision, Value
from app.scoring.features import by_name
from app.scoring.features.columns import DAYS_IN_YEAR
from app.scoring.policy import Policy
from app.scoring.population import Population
from app.scoring.problems import SimulationProblem
from app.scoring.schema import TABLES
from app.scoring.what_if.revision import Form, revised_features

LARGEST_AMOUNT = 1e9
LONGEST_MONTHS = 600.0
LONGEST_YEARS = 100.0
SMALLEST = 1.0
CENTS = 2
"""Digits of an amount."""
MONEY = {
    "credit": "AMT_CREDIT",
    "annuity": "AMT_ANNUITY",
    "goods_price": "AMT_GOODS_PRICE",
    "income": "AMT_INCOME_TOTAL",
}
AMOUNTS = (*MONEY, "duration")


@dataclass(frozen=True, slots=True)
class Edits:
    """What the officer changes; everything left out stays as it is.

    A new loan amount alone keeps the duration, so that the monthly payment follows.

    Attributes:
        amounts: name of ``AMOUNTS`` -> new value in money, months for "duration". "annuity" and "duration" exclude each
            other. None stands for a field that was emptied, which is refused.
        corrections: feature name of ``CORRECTABLE`` -> documented value; None for "not provided".
    """

    amounts: Mapping[str, float | None] = field(default_factory=dict)
    corrections: Mapping[str, Value] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Difference:
    """What one feature did before and does after.

    Attributes:
        points: its effect after minus its effect before.
    """

    feature: str
    before: Value
    after: Value
    points: float


@dataclass(frozen=True, slots=True)
class Unseen:
    """A revised value outside what the model has seen: its score there is a guess.

    Attributes:
        low: smallest value of the population; None for a category.
        high: largest value of the population; None for a category.
    """

    feature: str
    value: Value
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class Simulation:
    """Before and after.

    Attributes:
        before: the decision on the stored file.
        after: the decision on the edited one.
        differences: of every model input whose effect or value changes, largest first; they add up to
            ``after.points - before.points``.
        revised: every feature the edits change, model input or not -> its new value.
        unseen: revised values outside what the model has seen.
    """

    before: Decision
    after: Decision
    differences: tuple[Difference, ...]
    revised: Mapping[str, Value]
    unseen: tuple[Unseen, ...]


def _days_of_years(years: Value) -> Value:
    return None if years is None else -float(round(float(years) * DAYS_IN_YEAR))


def _yes_or_no(flag: Value) -> Value:
    return {None: None, 0.0: "N", 1.0: "Y"}[flag if flag is None else float(flag)]


def _as_it_is(value: Value) -> Value:
    return value


# What a document can prove, by the feature that shows it. Never age, family or an external score.
CORRECTABLE: Mapping[str, tuple[str, Callable[[Value], Value]]] = MappingProxyType(
    {
        "years_employed": ("DAYS_EMPLOYED", _days_of_years),
        "income_type": ("NAME_INCOME_TYPE", _as_it_is),
        "occupation": ("OCCUPATION_TYPE", _as_it_is),
        "employer_type": ("ORGANIZATION_TYPE", _as_it_is),
        "education": ("NAME_EDUCATION_TYPE", _as_it_is),
        "housing": ("NAME_HOUSING_TYPE", _as_it_is),
        "years_since_registration": ("DAYS_REGISTRATION", _days_of_years),
        "years_since_identity_document": ("DAYS_ID_PUBLISH", _days_of_years),
        "years_since_phone_change": ("DAYS_LAST_PHONE_CHANGE", _days_of_years),
        "owns_car": ("FLAG_OWN_CAR", _yes_or_no),
        "car_age": ("OWN_CAR_AGE", _as_it_is),
        "owns_home": ("FLAG_OWN_REALTY", _yes_or_no),
        "work_phone": ("FLAG_WORK_PHONE", _as_it_is),
        "home_phone": ("FLAG_PHONE", _as_it_is),
        "document_3": ("FLAG_DOCUMENT_3", _as_it_is),
    }
)


def simulate(
    client: int, form: Form, features: Row, edits: Edits, champion: Champion, policy: Policy, population: Population
) -> Simulation:
    """Decide again on the edited form.

    Args:
        client: SK_ID_CURR.
        form: the stored raw application columns (``store.records.application_form``).
        features: the stored feature row.

    Raises:
        SimulationProblem: a value no application could bear.
    """
    columns = edited_columns(form, edits)
    before = champion.decide(client, features, policy)
    if not columns:
        return Simulation(before, before, (), {}, ())
    changed = revised_features(form, features, {name: [value] for name, value in columns.items()})
    revised = {name: values[0] for name, values in changed.items() if values[0] != features[name]}
    after = champion.decide(client, {**features, **revised}, policy)
    return Simulation(before, after, _differences(before, after), revised, _unseen(revised, population))


def edited_columns(form: Form, edits: Edits) -> dict[str, Value]:
    """The raw columns the edits change and their new values.

    Raises:
        SimulationProblem: a value no application could bear.
    """
    amounts = {name: _amount(name, value) for name, value in edits.amounts.items()}
    if {"annuity", "duration"} <= amounts.keys():
        raise SimulationProblem(
            "Both a monthly payment and a duration are given.",
            "One follows from the other and the loan amount.",
            "Give one of the two.",
        )
    columns: dict[str, Value] = {MONEY[name]: value for name, value in amounts.items() if name in MONEY}
    if "annuity" not in amounts:
        columns |= _payment(form, amounts.get("credit"), amounts.get("duration"))
    if columns.keys() & {"AMT_CREDIT", "AMT_ANNUITY"}:
        _check_payment({**form, **columns})
    return columns | dict(map(_correction, edits.corrections.items()))


def _amount(name: str, value: float | None) -> float:
    if name not in AMOUNTS:
        raise SimulationProblem(
            "{feature} cannot be simulated.",
            "The loan and the income may change, and what a document corrects.",
            "Leave it as it is.",
            feature=_label(name),
        )
    if value is None or math.isnan(value):
        raise SimulationProblem("{what} is empty.", "It must be a number.", "Type a value.", what=_label(name))
    largest = LONGEST_MONTHS if name == "duration" else LARGEST_AMOUNT
    if not SMALLEST <= value <= largest:
        raise SimulationProblem(
            "{what}: {value} is given.",
            "It must lie between {smallest} and {largest}.",
            "Correct the value.",
            what=_label(name),
            value=value,
            smallest=SMALLEST,
            largest=largest,
        )
    return float(value)


def _label(name: str) -> str:
    feature = "credit_to_annuity" if name == "duration" else name
    return by_name[feature].label if feature in by_name else feature


def _payment(form: Form, credit: float | None, duration: float | None) -> dict[str, Value]:
    """The monthly payment that a new amount or duration leads to, in whole cents, as a contract has it.

    Nothing when neither changes or it is unknown.
    """
    stored, annuity = form["AMT_CREDIT"], form["AMT_ANNUITY"]
    amount = credit if credit is not None else stored
    if duration is not None:
        return {} if amount is None else {"AMT_ANNUITY": round(float(amount) / duration, CENTS)}
    if credit is None or credit == stored or not stored or annuity is None:
        return {}
    return {"AMT_ANNUITY": round(float(annuity) * credit / float(stored), CENTS)}


def _check_payment(form: Form) -> None:
    credit, annuity = form["AMT_CREDIT"], form["AMT_ANNUITY"]
    if credit is not None and annuity is not None and float(annuity) > float(credit):
        raise SimulationProblem(
            "The monthly payment, {annuity}, is above the loan amount, {credit}.",
            "A loan lasts a month at least.",
            "Lower the payment or raise the amount.",
            annuity=annuity,
            credit=credit,
        )


def _correction(item: tuple[str, Value]) -> tuple[str, Value]:
    feature, value = item
    if feature not in CORRECTABLE:
        raise SimulationProblem(
            "{feature} cannot be corrected here.",
            "Only what a document can prove may change.",
            "Leave it as it is.",
            feature=_label(feature),
        )
    column, convert = CORRECTABLE[feature]
    _check_correction(feature, column, value)
    return column, convert(value)


def _check_correction(feature: str, column: str, value: Value) -> None:
    kind, what = by_name[feature].kind, by_name[feature].label
    if value is None:
        return
    if kind == "category" and value not in TABLES["application_test"][column].values:
        raise SimulationProblem(
            "{what}: {value} is given.",
            "It must be one of the values of the application form.",
            "Choose one of them.",
            what=what,
            value=value,
        )
    if kind == "flag" and value not in (0.0, 1.0):
        raise SimulationProblem(
            "{what}: {value} is given.", "It must be yes or no.", "Choose one of the two.", what=what, value=value
        )
    if kind == "number" and (isinstance(value, str) or not 0 <= value <= LONGEST_YEARS):
        raise SimulationProblem(
            "{what}: {value} is given.",
            "It must lie between 0 and {largest} years.",
            "Correct the value.",
            what=what,
            value=value,
            largest=LONGEST_YEARS,
        )


def _differences(before: Decision, after: Decision) -> tuple[Difference, ...]:
    first = {each.feature: each for each in before.contributions}
    pairs = [(first[each.feature], each) for each in after.contributions]
    found = [
        Difference(new.feature, old.value, new.value, new.points - old.points)
        for old, new in pairs
        if new.points != old.points or new.value != old.value
    ]
    return tuple(sorted(found, key=lambda each: -abs(each.points)))


def _unseen(revised: Row, population: Population) -> tuple[Unseen, ...]:
    return tuple(
        Unseen(name, value, population[name].low, population[name].high)
        for name, value in revised.items()
        if value is not None and _is_unseen(name, value, population)
    )


def _is_unseen(name: str, value: Value, population: Population) -> bool:
    known = population[name]
    if isinstance(value, str) or value is None:
        return value not in known.categories
    return known.low is None or known.high is None or not known.low <= value <= known.high
