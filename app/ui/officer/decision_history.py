"""What was decided on a client before, as the journal keeps it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import tzinfo

import streamlit as st

from app.language.verdicts import choice_in_words, reason, when, zone_of
from app.language.words import Words
from app.store.journal import Entry
from app.ui.kit.components import card, definitions
from app.ui.kit.icons import icon
from app.ui.kit.markup import Markup, element


def show_decision_history(entries: Iterable[Entry], words: Words) -> None:
    """A card for each, the newest first."""
    st.header(words.say("Decisions on this client"), anchor=False)
    zone = zone_of(st.context.timezone)
    cards = [_card(entry, zone, words) for entry in entries]
    if cards:
        st.html(element("div", *cards, class_="cards"))
    else:
        st.markdown(words.say("None is recorded yet."))


def _card(entry: Entry, zone: tzinfo, words: Words) -> Markup:
    warning = [] if entry.intact else [_warning(entry, words)]
    return card(title(entry, words), *warning, definitions(facts(entry, zone, words)))


def _warning(entry: Entry, words: Words) -> Markup:
    text = words.say(
        "Entry {number} is not as it was written: do not rely on it, tell your manager.", number=entry.number
    )
    return element("p", icon("alert"), text, class_="broken")


def title(entry: Entry, words: Words) -> str:
    """What was decided, and whether against the model."""
    choice = choice_in_words(entry.choice, words)
    return words.say("{choice}, against the model", choice=choice) if entry.against_the_model else choice


def facts(entry: Entry, zone: tzinfo, words: Words) -> list[tuple[str, str]]:
    """Who, when, why, and what the advice rested on."""
    return [
        (words.say("Decided on"), when(entry.at, zone, words)),
        (words.say("By"), entry.officer),
        (words.say("Reasons"), words.enumeration([reason(code, words) for code in entry.reasons])),
        (words.say("Comment"), entry.comment or words.say("none")),
        (words.say("Advice of the model"), choice_in_words(entry.advice, words)),
        (words.say("Probability of default"), words.percent(entry.probability, 1)),
        (words.say("Refused from"), words.percent(entry.threshold, 1)),
        (words.say("Version of the model"), entry.model_version),
        (words.say("Entry"), words.number(entry.number)),
    ]
