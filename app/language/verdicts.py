"""Answers of the model and decisions of people, with their reasons and moments, as people say them."""

from __future__ import annotations

from datetime import UTC, datetime, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from app.language.words import Words, mark
from app.scoring.verdict import REASON_CODES

VERDICTS = {"accept": mark("Accept"), "refuse": mark("Refuse"), "review": mark("To review")}
CHOICES = {"accept": mark("Accept"), "refuse": mark("Refuse"), "refer": mark("Refer to a colleague")}


def choice_in_words(choice: str, words: Words) -> str:
    """A decision as people say it."""
    return words.say(CHOICES[choice]) if choice in CHOICES else choice


def reason(code: str, words: Words) -> str:
    """A reason as people say it."""
    return words.say(REASON_CODES[code]) if code in REASON_CODES else code


def when(at: str, zone: tzinfo, words: Words) -> str:
    """A moment of the journal in the reader's time zone; as it stands there when it is no moment."""
    try:
        return words.moment(datetime.fromisoformat(at).astimezone(zone))
    except ValueError:
        return at


def zone_of(name: str | None) -> tzinfo:
    """The reader's time zone; UTC while the browser has not said it."""
    try:
        return ZoneInfo(name) if name else UTC
    except (ZoneInfoNotFoundError, ValueError):
        return UTC
