"""Somebody without a file here: the form, and the answer on the application alone."""

from __future__ import annotations

import streamlit as st

from app.language.features import label, value_in_words
from app.language.words import Words
from app.scoring.applicant import NEW_CLIENT, applicant_features
from app.scoring.champion import Row
from app.scoring.decision import Value
from app.scoring.population import Population
from app.scoring.quality import remarks
from app.scoring.schema import TABLES
from app.scoring.what_if.simulation import CORRECTABLE, MONEY, Edits, Unseen, edited_columns
from app.store.portfolio import Portfolio, parse_client
from app.ui.kit.components import show_alert, show_note
from app.ui.kit.error_boundary import error_boundary
from app.ui.kit.plain_text import plain, visible
from app.ui.kit.typed_number import Limits, is_unread, type_number
from app.ui.loaders import cases, policy_in_force, portfolio
from app.ui.officer.decision_summary import show_answer
from app.ui.officer.edit_form import ANY, choose_value
from app.ui.officer.loan_terms import key_of
from app.ui.officer.score_change import guess
from app.ui.officer.why import show_gauge, show_reasons
from app.ui.shell.acting import acting_as, clicked, note_click
from app.ui.shell.advice import show_suspended, showing
from app.ui.shell.frame import open_file

REQUIRED = ("credit", "annuity", "income")
SCORES = {"external_score_1": "EXT_SOURCE_1", "external_score_2": "EXT_SOURCE_2", "external_score_3": "EXT_SOURCE_3"}
CONTRACT = "NAME_CONTRACT_TYPE"
RECEIVE, NUMBER = "receive_applicant", "applicant_number"
SCORE = Limits(0.0, 1.0, 3)
NOTHING = dict.fromkeys(MONEY.values())
Form = dict[str, Value]


def show_new_applicant(words: Words) -> None:
    """The form, then the answer; below, the way to a file once there is a number."""
    st.title(words.say("What would a new applicant be answered?"), anchor=False)
    st.markdown(
        words.say(
            "Only the application is known: no earlier loan, payment or card. What is left empty is not provided. "
            "Nothing is kept; a decision is recorded once the applicant has a number."
        )
    )
    with st.form("applicant"):
        asked = _ask(words)
        sent = st.form_submit_button(words.say("Score the application"), type="primary", key="score")
    if sent:
        with error_boundary(words):
            _show_result(asked, words)
    with error_boundary(words):
        _receive_what_was_clicked_on()
    _show_arrival(words)


def _show_arrival(words: Words) -> None:
    st.header(words.say("The applicant has a number"), anchor=False)
    st.markdown(words.say("Their application is received: the file waits in the queue with its date, and opens here."))
    with st.container(key="arrival", horizontal=True, vertical_alignment="bottom"):
        st.text_input(words.say("Client number"), key=NUMBER, autocomplete="off", max_chars=40, width=260)
        st.button(words.say("Receive the application"), key="receive", on_click=note_click, args=(RECEIVE,))


def _receive_what_was_clicked_on() -> None:
    if clicked(RECEIVE) is None:
        return
    with acting_as(portfolio(), "officer") as person:
        client = portfolio().client(parse_client(st.session_state.get(NUMBER) or "")).client
        cases().receive(client, person.actor)
    open_file(client)


def _ask(words: Words) -> tuple[Edits, Form]:
    """What was typed: amounts and documented items, then the columns that have no edit."""
    st.header(words.say("The request"), anchor=False)
    request = st.columns(2)
    types = TABLES["application_test"][CONTRACT].values
    contract = request[0].selectbox(
        plain(label("contract_type", words)),
        types,
        key="applicant_contract",
        format_func=lambda each: visible(value_in_words("contract_type", each, words)),
    )
    amounts = {name: _amount(name, request[place % 2], words) for place, name in enumerate(MONEY, start=1)}
    st.header(words.say("The applicant"), anchor=False)
    applicant = st.columns(2)
    documented: dict[str, Value] = {}
    for place, name in enumerate(CORRECTABLE):
        with applicant[place % 2]:
            documented[name] = choose_value(name, None, NEW_CLIENT, words)
    st.header(words.say("External scores, from 0 to 1"), anchor=False)
    sides = st.columns(3)
    scores = {name: _score(name, side, words) for name, side in zip(SCORES, sides, strict=True)}
    given = {name: value for name, value in amounts.items() if value is not None or name in REQUIRED}
    edits = Edits(given, {name: value for name, value in documented.items() if value is not None})
    return edits, {CONTRACT: contract, **{SCORES[name]: value for name, value in scores.items()}}


def _amount(name: str, side: st.delta_generator.DeltaGenerator, words: Words) -> float | None:
    title = words.say("{label} (€)", label=label(name, words))
    nothing = words.say("not provided")
    return type_number(title, f"applicant_{name}", ANY, words, nothing=nothing, lasting=False, place=side)


def _score(name: str, side: st.delta_generator.DeltaGenerator, words: Words) -> float | None:
    title, key, nothing = label(name, words), f"applicant_{name}", words.say("not provided")
    return type_number(title, key, SCORE, words, nothing=nothing, lasting=False, place=side)


def _show_result(asked: tuple[Edits, Form], words: Words) -> None:
    edits, others = asked
    documented = (key_of(f"value_{name}", NEW_CLIENT) for name in CORRECTABLE)
    if is_unread(*(f"applicant_{name}" for name in (*MONEY, *SCORES)), *documented):
        show_note(words.say("The answer comes once every number can be read."))
        return
    if showing().suspended:
        show_suspended(words)
        return
    opened = portfolio()
    with st.spinner(words.say("Scoring the application…")):
        row = applicant_features({**NOTHING, **edited_columns(NOTHING, edits), **others})
        decision = opened.champion.decide(NEW_CLIENT, row, policy_in_force())
    st.header(words.say("The answer"), anchor=False)
    left, right = st.columns([5, 7], vertical_alignment="center", gap="medium")
    with left:
        show_answer(decision, words)
    with right:
        show_gauge(decision, words)
    show_note(provided(row, opened, words))
    _show_guesses(row, opened.population, words)
    show_reasons(decision, opened.population, words)


def provided(row: Row, opened: Portfolio, words: Words) -> str:
    """How much of what the model reads the application provides."""
    inputs = opened.champion.features
    count = sum(row[name] is not None for name in inputs)
    return words.say(
        "Without history: {provided} of the {inputs} items the model reads are provided. The answer is less sure.",
        provided=words.number(count),
        inputs=words.number(len(inputs)),
    )


def _show_guesses(row: Row, population: Population, words: Words) -> None:
    odd = [each for each in remarks(row, population, row.keys() & population.keys()) if each.what == "unseen"]
    if odd:
        seen = (
            Unseen(each.feature, each.value, population[each.feature].low, population[each.feature].high)
            for each in odd
        )
        show_alert(words.say("The model has seen nothing like this."), *(guess(each, words) for each in seen))
