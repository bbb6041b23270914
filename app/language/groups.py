"""Groups of clients that are audited, as people call them."""

from __future__ import annotations

from app.language.categories import category_in_words
from app.language.words import Words, mark

AGES = {
    "-30": mark("under 30 years"),
    "30-40": mark("30 to 39 years"),
    "40-50": mark("40 to 49 years"),
    "50-60": mark("50 to 59 years"),
    "60-": mark("60 years or more"),
}


def group_in_words(attribute: str, group: str, words: Words) -> str:
    """A group that is audited, as people call it."""
    return words.say(AGES[group]) if attribute == "age" else category_in_words(attribute, group, words)
