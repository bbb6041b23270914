"""What was decided on a client before, as the journal keeps it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import streamlit as st

from app.store.journal import REASON_CODES, Entry
from app.ui.components import card, definitions
from app.ui.icons import icon
from app.ui.markup import Markup, element
from app.ui.place import share
from app.ui.words import Words, mark

CHOICES = {"accept": mark("Accept"), "refuse": mark("Refuse"), "refer": mark("Refer to a colleague")}


def show_past(entries: Iterable[Entry], words: Words) -> None:
    """A card for each, the newest first."""
    st.header(words.say("Decisions on this client"), anchor=False)
    zone = zone_of(st.context.timezone)
    cards = [_card(entry, zone, words) for entry in entries]
    if cards:
        st.html(element("div", *cards, class_="cards"))
    else:
        st.markdown(words.say("None is recorded yet."))


def zone_of(name: str | None) -> tzinfo:
    """The reader's time zone; UTC while the browser has not said it."""
    try:
        return ZoneInfo(name) if name else UTC
    except (ZoneInfoNotFoundError, ValueError):
        return UTC


def _card(entry: Entry, zone: tzinfo, words: Words) -> Markup:
    warning = [] if entry.intact else [_warning(entry, words)]
    return card(title(entry, words), *warning, definitions(facts(entry, zone, words)))


def _warning(entry: Entry, words: Words) -> Markup:
    text = words.say("Entry {number} is not as it was written: do not rely on it, tell your manager.",
                     number=entry.number)  # fmt: skip
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
        (words.say("Probability of default"), share(entry.probability, words)),
        (words.say("Refused from"), share(entry.threshold, words)),
        (words.say("Version of the model"), entry.model_version),
        (words.say("Entry"), words.number(entry.number)),
    ]


def when(at: str, zone: tzinfo, words: Words) -> str:
    """A moment of the journal in the reader's time zone; as it stands there when it is no moment."""
    try:
        return words.moment(datetime.fromisoformat(at).astimezone(zone))
    except ValueError:
        return at


def choice_in_words(choice: str, words: Words) -> str:
    """A decision as people say it."""
    return words.say(CHOICES[choice]) if choice in CHOICES else choice


def reason(code: str, words: Words) -> str:
    """A reason as people say it."""
    return words.say(REASON_CODES[code]) if code in REASON_CODES else code
