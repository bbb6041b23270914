"""What would it take: the nearest loans that are accepted, searched for by a button, tried by another."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from app.language.words import Words
from app.scoring.policy import Policy
from app.scoring.what_if.counterfactual import Change, Counterfactual, Offer
from app.ui.kit.components import show_note
from app.ui.kit.plain_text import plain
from app.ui.loaders import ClientFile, policy_in_force, what_it_takes
from app.ui.officer.decision_summary import comparable
from app.ui.officer.edit_form import try_offer
from app.ui.officer.loan_terms import key_of

ASKED = "asked"


def show_offers(file: ClientFile, form: Mapping[str, Any], words: Words) -> None:
    """A button that searches, then what was found."""
    st.header(words.say("What would it take?"), anchor=False)
    st.markdown(plain(promise(policy_in_force(), words)))
    asked = key_of(ASKED, file.client.client)
    st.button(words.say("Search"), icon=":material/search:", key="search", on_click=_ask, args=(asked,))
    if st.session_state.get(asked):
        with st.spinner(words.say("Scoring other loans…")):
            told = what_it_takes(file)
        _show_answer(told, file, form, words)


def _ask(asked: str) -> None:
    st.session_state[asked] = True


def promise(policy: Policy, words: Words) -> str:
    """What is searched for, and what no offer does."""
    if policy.payment_to_income is None:
        return words.say("The nearest loans that are accepted: smaller, longer or both. No offer raises the payment.")
    return words.say(
        "The nearest loans that are accepted: smaller, longer or both. No offer raises the payment, "
        "nor lets it take more than {share} of the income.",
        share=words.percent(policy.payment_to_income),
    )


def _show_answer(told: Counterfactual, file: ClientFile, form: Mapping[str, Any], words: Words) -> None:
    show_note(summary(told, words))
    for place, offer in enumerate(told.offers):
        with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
            st.markdown(f"**{plain(loan(offer, words))}** {plain(change(offer, words))} {plain(terms(offer, words))}")
            st.button(
                words.say("Try it"),
                key=f"try_{place}",
                help=plain(loan(offer, words)),
                on_click=try_offer,
                args=(file.client.client, form, offer.amounts),
            )


def summary(told: Counterfactual, words: Words) -> str:
    """Whether any change does."""
    if told.accepted:
        return words.say("The score accepts the loan as it stands: nothing needs to change.")
    if told.offers:
        return words.plural(
            "{count} loan can be offered, of {tried} scored.",
            "{count} loans can be offered, of {tried} scored. The nearest comes first.",
            len(told.offers),
            tried=words.number(told.tried),
        )
    return words.say(
        "No smaller or longer loan can be offered: {tried} others were scored.",
        tried=words.number(told.tried),
    )


def loan(offer: Offer, words: Words) -> str:
    """The loan itself: amount, duration, payment."""
    return words.say(
        "{amount} over {duration}, {payment} a month.",
        amount=words.money(offer.amount),
        duration=_months(offer.months, words),
        payment=words.money(offer.annuity),
    )


def change(offer: Offer, words: Words) -> str:
    """What it stands instead of, and by how much it differs."""
    return words.say("Instead of {before}.", before=words.enumeration([_change(each, words) for each in offer.changes]))


def _change(change: Change, words: Words) -> str:
    before = words.money(change.before) if change.lever == "credit" else _months(change.before, words)
    sign = "+" if change.share > 0 else ""
    return words.say("{change} ({share})", change=before, share=sign + words.percent(change.share))


def terms(offer: Offer, words: Words) -> str:
    """What else goes with it: down payment, probability, whether a person is to look closely."""
    told = [comparable(offer.probability, words)]
    if offer.down_payment:
        told.insert(0, words.say("Down payment: {amount}.", amount=words.money(offer.down_payment)))
    if offer.band == "review":
        told.append(words.say("It lies in the zone to review."))
    return " ".join(told)


def _months(value: float, words: Words) -> str:
    return words.plural("{count} month", "{count} months", round(value, 1))
