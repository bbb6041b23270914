"""Features and their values as sentences' nouns: "Monthly payment to income: 31 %", never a column name."""

from __future__ import annotations

from app.language.categories import category_in_words
from app.language.words import Words
from app.scoring.decision import Value
from app.scoring.features import by_name
from app.scoring.features.feature import Unit

DAYS_IN_YEAR = 365.25


def label(feature: str, words: Words) -> str:
    """What people call a feature."""
    return words.say(by_name[feature].label)


def value_in_words(feature: str, value: Value, words: Words) -> str:
    """A feature's value with its unit, "not provided" when there is none."""
    declared = by_name[feature]
    if value is None or value != value:
        return words.say("not provided")
    if declared.kind == "category":
        return category_in_words(feature, value, words)
    if declared.kind == "flag":
        return words.say("yes") if value else words.say("no")
    return _with_unit(float(value), declared.unit, words)


def in_words(feature: str, value: Value, words: Words) -> str:
    """Label and value."""
    return words.labelled(label(feature, words), value_in_words(feature, value, words))


def _with_unit(value: float, unit: Unit, words: Words) -> str:
    match unit:
        case "money":
            return words.money(value)
        case "share" | "ratio":
            return words.percent(value)
        case "years":
            return words.duration(value)
        case "months":
            return words.plural("{count} month", "{count} months", round(value, 1))
        case "days":
            return words.plural("{count} day", "{count} days", round(value, 1))
        case "count":
            return words.number(value)
        case _:
            return words.number(value, digits=2 if abs(value) >= 0.1 else 4)
