"""A reason as two short sentences: the value beside the typical one, then what it does. The API says it alike."""

from __future__ import annotations

from app.language.features import in_words, value_in_words
from app.language.words import Words
from app.scoring.features import by_name
from app.scoring.reasons import Reason


def in_a_sentence(reason: Reason, words: Words) -> str:
    """Value, typical value, direction: "External score 3: 0.23, below the typical 0.54. It costs 17 points."."""
    return f"{value_and_typical(reason, words)} {effect(reason.points, words)}"


def value_and_typical(reason: Reason, words: Words) -> str:
    """Where the client's value stands."""
    item = in_words(reason.feature, reason.value, words)
    if reason.typical is None:
        return words.say("{item}.", item=item)
    typical = value_in_words(reason.feature, reason.typical, words)
    # A yes is not above a no; and two values that differ may be written alike once rounded.
    if reason.position == "typical" or typical == value_in_words(reason.feature, reason.value, words):
        return words.say("{item}, like most clients.", item=item)
    if by_name[reason.feature].kind != "number":
        return words.say("{item}; most often {typical}.", item=item, typical=typical)
    if reason.position == "missing":
        return words.say("{item}; typically {typical}.", item=item, typical=typical)
    if reason.position == "above":
        return words.say("{item}, above the typical {typical}.", item=item, typical=typical)
    return words.say("{item}, below the typical {typical}.", item=item, typical=typical)


def effect(points: float, words: Words) -> str:
    """What it does to the score, never as nothing: reasons weigh half a point at least."""
    count = max(1, round(abs(points)))
    if points > 0:
        return words.plural("It brings {count} point.", "It brings {count} points.", count)
    return words.plural("It costs {count} point.", "It costs {count} points.", count)
