"""What would it take: the smallest change of the loan that is accepted, asked for by a button, tried by another."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from app.language.words import Words, mark
from app.scoring.what_if.counterfactual import Change, Counterfactual, Lever, Offer
from app.ui.kit.components import show_note
from app.ui.kit.plain_text import plain
from app.ui.loaders import ClientFile, what_it_takes
from app.ui.officer.decision_summary import comparable
from app.ui.officer.edit_form import key_of, try_offer

ASKED = "asked"
CHANGES: Mapping[Lever, str] = {
    "credit": mark("a loan of {after} instead of {before}"),
    "duration": mark("a duration of {after} instead of {before}"),
    "goods_price": mark("goods for {after} instead of {before}"),
}


def show_offers(file: ClientFile, form: Mapping[str, Any], words: Words) -> None:
    """A button that searches, then what was found."""
    st.header(words.say("What would it take?"), anchor=False)
    st.markdown(
        words.say(
            "The nearest loan that is accepted: smaller, longer or for cheaper goods. No offer raises the payment."
        )
    )
    asked = key_of(ASKED, file.client.client)
    st.button(words.say("Search"), icon=":material/search:", key="search", on_click=_ask, args=(asked,))
    if st.session_state.get(asked):
        with st.spinner(words.say("Scoring other loans…")):
            told = what_it_takes(file)
        _show_answer(told, file, form, words)


def _ask(asked: str) -> None:
    st.session_state[asked] = True


def _show_answer(told: Counterfactual, file: ClientFile, form: Mapping[str, Any], words: Words) -> None:
    show_note(summary(told, words))
    for offer in told.offers:
        with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
            st.markdown(f"**{plain(change(offer, words))}** {plain(terms(offer, words))}")
            st.button(
                words.say("Try it"),
                key="_".join(("try", *offer.levers)),
                help=plain(change(offer, words)),
                on_click=try_offer,
                args=(file.client.client, form, offer.amounts),
            )


def summary(told: Counterfactual, words: Words) -> str:
    """Whether any change does."""
    if told.accepted:
        return words.say("The score accepts the loan as it stands: nothing needs to change.")
    if told.offers:
        return words.plural(
            "{count} change is accepted, of {tried} loans scored.",
            "{count} changes are accepted, each by itself, of {tried} loans scored. The smallest comes first.",
            len(told.offers),
            tried=words.number(told.tried),
        )
    return words.say(
        "No smaller or longer loan is accepted, nor cheaper goods: {tried} other loans were scored.",
        tried=words.number(told.tried),
    )


def change(offer: Offer, words: Words) -> str:
    """What changes, from what to what, and by how much."""
    told = words.enumeration([_change(each, words) for each in offer.changes])
    return f"{told[0].upper()}{told[1:]}."


def _change(change: Change, words: Words) -> str:
    written = {"before": _value(change.lever, change.before, words), "after": _value(change.lever, change.after, words)}
    sign = "+" if change.share > 0 else ""
    return words.say(
        "{change} ({share})",
        change=words.say(CHANGES[change.lever], **written),
        share=sign + words.percent(change.share),
    )


def terms(offer: Offer, words: Words) -> str:
    """What else goes with it: monthly payment, down payment, probability, whether a person is to look closely."""
    risk = comparable(offer.probability, words)
    told = [risk]
    if offer.annuity is not None:
        told = [words.say("Monthly payment: {annuity}. {risk}", annuity=words.money(offer.annuity), risk=risk)]
    if offer.down_payment:
        told.append(words.say("Down payment: {amount}.", amount=words.money(offer.down_payment)))
    if offer.band == "review":
        told.append(words.say("It lies in the zone to review."))
    return " ".join(told)


def _value(lever: Lever, value: float, words: Words) -> str:
    if lever == "duration":
        return words.plural("{count} month", "{count} months", round(value, 1))
    return words.money(value)
