"""The controls of a what-if: what can really change, each starting at what the file holds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from app.language.features import label, value_in_words
from app.language.words import Words
from app.scoring.decision import Value
from app.scoring.features import by_name
from app.scoring.schema import TABLES
from app.scoring.what_if.simulation import CORRECTABLE, MONEY, Edits
from app.ui.kit.plain_text import plain, visible
from app.ui.kit.typed_number import Limits, is_unread, set_number, type_number
from app.ui.loaders import ClientFile
from app.ui.officer.loan_terms import LOAN, begin_anew_with, follows_in_words, key_of, settle, stored, term_of
from app.ui.shell.lasting_drafts import begin_anew

ANY = Limits()
"""Whatever is typed: what no application can hold, the simulation tells."""
YES_NO = (1.0, 0.0)
PAGE, CORRECTED = "simulate", "corrected"
REST = ("goods_price", "income")
"""Amounts of a request beside the loan's own."""


def choose_edits(file: ClientFile, form: Mapping[str, Any], words: Words) -> Edits | None:
    """The controls, and what they change: a field left as the file has it is no edit.

    Returns:
        None while a number that stands in a field cannot be read.
    """
    client = file.client.client
    amounts = _choose_loan(client, form, words)
    with st.expander(words.say("Corrections that a document proves")):
        corrections = _choose_corrections(file, words)
    st.button(
        words.say("Back to the file as it stands"),
        icon=":material/undo:",
        key="reset",
        on_click=start_from_file,
        args=(client, form),
    )
    corrected = (f"value_{name}" for name in corrections)
    if is_unread(*(key_of(name, client) for name in (*LOAN, *REST, *corrected))):
        return None
    before = file.client.features
    return Edits(amounts, {name: value for name, value in corrections.items() if value != before[name]})


def start_from_file(client: int, form: Mapping[str, Any], **amounts: float) -> None:
    """Put every control back to the file, but for the amounts given."""
    st.session_state[key_of(CORRECTED, client)] = []
    begin_anew_with(client, form, amounts)
    for name in REST:
        set_number(key_of(name, client), amounts.get(name, stored(form, name)))
    if not amounts:
        begin_anew(PAGE, client)


def _choose_loan(client: int, form: Mapping[str, Any], words: Words) -> dict[str, float | None]:
    settle(client, form)
    amounts = {name: _amount(name, client, form, words) for name in LOAN}
    st.caption(plain(follows_in_words(client, words)))
    amounts |= {name: _amount(name, client, form, words) for name in REST}
    term = term_of(client)
    changed = {name: amounts[name] for name in ("credit", *REST) if amounts[name] != stored(form, name)}
    if term != "same" and (amounts[term] is not None or stored(form, term) is not None):
        # Even as the file has it: the payment must then not follow another amount.
        changed[term] = amounts[term]
    return changed


def tried(client: int, form: Mapping[str, Any]) -> dict[str, float | None]:
    """What of the loan was tried last for a client, without drawing the controls; nothing where nothing was."""
    held = st.session_state
    changed = {name: held[key] for name in MONEY if name != "annuity" and (key := key_of(name, client)) in held}
    changed = {name: value for name, value in changed.items() if value and value != stored(form, name)}
    term = term_of(client)
    value = None if term == "same" else held.get(key_of(term, client))
    return {**changed, term: value} if value else changed


def _amount(name: str, client: int, form: Mapping[str, Any], words: Words) -> float | None:
    title = words.say("Duration without interest (months)") if name == "duration" else _in_money(name, words)
    begin, key = stored(form, name), key_of(name, client)
    return type_number(title, key, ANY, words, begin=begin, nothing=words.say("not provided"))


def _in_money(name: str, words: Words) -> str:
    return words.say("{label} (€)", label=label(name, words))


def _choose_corrections(file: ClientFile, words: Words) -> dict[str, Value]:
    names = st.multiselect(
        words.say("What a document corrects"),
        sorted(CORRECTABLE, key=lambda name: label(name, words)),
        key=key_of(CORRECTED, file.client.client),
        format_func=lambda name: visible(label(name, words)),
        placeholder=words.say("Choose an item"),
        persist_state="session",
    )
    return {name: choose_value(name, file.client.features[name], file.client.client, words) for name in names}


def choose_value(name: str, value: Value, client: int, words: Words) -> Value:
    """The control of one item of ``CORRECTABLE``, starting at a value."""
    key = key_of(f"value_{name}", client)
    if by_name[name].kind == "number":
        number = None if value is None else float(value)
        title = words.say("{label} (years)", label=label(name, words))
        return type_number(title, key, ANY, words, begin=number, nothing=words.say("not provided"))
    options = _options(name, value)
    return st.selectbox(
        plain(label(name, words)),
        options,
        options.index(value),
        key=key,
        placeholder=words.say("not provided"),
        format_func=lambda each: visible(value_in_words(name, each, words)),
        persist_state="session",
    )


def _options(name: str, value: Value) -> list[Value]:
    column = TABLES["application_test"][CORRECTABLE[name][0]]
    options: list[Value] = list(YES_NO) if by_name[name].kind == "flag" else list(column.values)
    options += [value] if value is not None and value not in options else []
    return [*options, None] if column.nullable or value is None else options


def try_offer(client: int, form: Mapping[str, Any], amounts: Mapping[str, float]) -> None:
    """Put an offer into the controls."""
    start_from_file(client, form, **amounts)
