"""Reading of client files that somebody should ask about: far more than usual, at unusual hours, one file by many.

What counts as unusual is a bound that people are told: one can argue with a rule one knows. Nobody is accused.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from statistics import median
from typing import Literal

MANY_FILES, TIMES_USUAL = 60, 3.0
"""Files one person opens in a day, one every eight minutes without a break; and times what others open."""
MANY_LISTED = 1_000
"""Clients shown to one person in a day in lists: some sixty pages of them, or the nearest of forty files."""
FIRST_HOUR, LAST_HOUR, LATE_FILES = 6, 22, 5
"""Files opened before the first hour or from the last one on."""
MANY_READERS = 5
"""People who open one file in a day: an application is one officer's work."""
Kind = Literal["many files", "many listed", "late", "many readers"]
Days = dict[tuple[str, date], set[int]]


@dataclass(frozen=True, slots=True)
class Reading:
    """One client shown once to one person.

    Attributes:
        who: name of the person.
        client: SK_ID_CURR.
        at: in the office's time.
        listed: whether in a list of many, rather than on a page of their own.
    """

    who: str
    client: int
    at: datetime
    listed: bool = False


@dataclass(frozen=True, slots=True)
class Unusual:
    """Something to ask about.

    Attributes:
        day: when.
        count: files opened or clients listed; people, of one file.
        who: who read; empty of one file read by many.
        client: whose file; None unless it is one file.
    """

    kind: Kind
    day: date
    count: int
    who: str = ""
    client: int | None = None


def unusual(readings: Iterable[Reading]) -> tuple[Unusual, ...]:
    """What is unusual, the newest day first, within a day the most first."""
    known = tuple(readings)
    opened = _files(each for each in known if not each.listed)
    found = [
        *_counted("many files", opened, _bound(opened)),
        *_counted("many listed", _files(each for each in known if each.listed), MANY_LISTED),
        *_counted("late", _files(each for each in known if not each.listed and _is_late(each.at)), LATE_FILES),
        *_many_readers(known),
    ]
    return tuple(sorted(found, key=lambda each: (each.day, each.count), reverse=True))


def _files(readings: Iterable[Reading]) -> Days:
    found: Days = defaultdict(set)
    for each in readings:
        found[each.who, each.at.date()].add(each.client)
    return found


def _bound(opened: Days) -> float:
    """Of a day's files: those of a busy person, and more where everybody is busier than that."""
    return max(MANY_FILES, TIMES_USUAL * median(len(files) for files in opened.values())) if opened else MANY_FILES


def _counted(kind: Kind, days: Days, bound: float) -> Iterable[Unusual]:
    return (Unusual(kind, day, len(files), who) for (who, day), files in days.items() if len(files) >= bound)


def _many_readers(known: Iterable[Reading]) -> Iterable[Unusual]:
    readers: dict[tuple[int, date], set[str]] = defaultdict(set)
    for each in known:
        if not each.listed:
            readers[each.client, each.at.date()].add(each.who)
    return (
        Unusual("many readers", day, len(people), client=client)
        for (client, day), people in readers.items()
        if len(people) >= MANY_READERS
    )


def _is_late(at: datetime) -> bool:
    return not FIRST_HOUR <= at.hour < LAST_HOUR
