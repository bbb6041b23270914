"""What was decided on a client before, as the journal keeps it."""

from __future__ import annotations

from datetime import tzinfo

from app.language.verdicts import choice_in_words, reason, when
from app.language.words import Words
from app.store.journal import Entry
from app.ui.kit.icons import icon
from app.ui.kit.markup import Markup, element


def broken_entry(entry: Entry, words: Words) -> list[Markup]:
    """The warning on an entry that is not as it was written; nothing on one that is."""
    if entry.intact:
        return []
    text = words.say(
        "Entry {number} is not as it was written: do not rely on it, tell your manager.", number=entry.number
    )
    return [element("p", icon("alert"), text, class_="broken")]


def title(entry: Entry, words: Words) -> str:
    """What was decided, and whether against the model."""
    choice = choice_in_words(entry.choice, words)
    return words.say("{choice}, against the model", choice=choice) if entry.against_the_model else choice


def facts(entry: Entry, zone: tzinfo, words: Words) -> list[tuple[str, str]]:
    """Who, when, why, and what the advice rested on: of an entry that belongs to no event."""
    return [
        (words.say("On"), when(entry.at, zone, words)),
        (words.say("By"), entry.officer),
        (words.say("Reasons"), words.enumeration([reason(code, words) for code in entry.reasons])),
        (words.say("Comment"), entry.comment or words.say("none")),
        *rested_on(entry, words),
    ]


def rested_on(entry: Entry, words: Words) -> list[tuple[str, str]]:
    """The advice that an entry judges, and its number."""
    return [
        (words.say("Advice of the model"), choice_in_words(entry.advice, words)),
        (words.say("Probability of default"), words.percent(entry.probability, 1)),
        (words.say("Refused from"), words.percent(entry.threshold, 1)),
        (words.say("Version of the model"), entry.model_version),
        (words.say("Entry"), words.number(entry.number)),
    ]
