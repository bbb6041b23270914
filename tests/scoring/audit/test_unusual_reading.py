"""What of people's reading is unusual: each bound met and just missed, days and people apart."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import chain

from app.scoring.audit.unusual_reading import (
    LATE_FILES,
    MANY_FILES,
    MANY_LISTED,
    MANY_READERS,
    TIMES_USUAL,
    Reading,
    unusual,
)

NOON = datetime(2026, 11, 20, 12)


def read(who: str, files: int, at: datetime = NOON, listed: bool = False) -> list[Reading]:
    return [Reading(who, client, at, listed) for client in range(files)]


def kinds(*readings: list[Reading]) -> list[tuple[str, str, int]]:
    return [(each.kind, each.who, each.count) for each in unusual(chain.from_iterable(readings))]


def test_a_day_of_many_files_is_told_once_and_one_file_fewer_is_not() -> None:
    assert kinds(read("ada", MANY_FILES)) == []  # three times the median: that day is the only one there is
    others = [read(f"officer {place}", 10) for place in range(4)]
    alone = [[each for each in one if each.client % 5 == place] for place, one in enumerate(others)]
    assert kinds(read("ada", MANY_FILES), *alone) == [("many files", "ada", MANY_FILES)]
    assert kinds(read("ada", MANY_FILES - 1), *alone) == []


def test_where_everybody_reads_much_more_is_asked_for() -> None:
    days = [read("bob", 40, NOON - timedelta(days=back)) for back in range(1, 6)]
    assert kinds(read("ada", int(TIMES_USUAL * 40) - 1), *days) == []
    assert kinds(read("ada", int(TIMES_USUAL * 40)), *days) == [("many files", "ada", 120)]


def test_the_same_file_again_is_one_file() -> None:
    assert kinds(read("ada", 10) * 50, read("bob", 1)) == []


def test_lists_have_a_bound_of_their_own() -> None:
    assert kinds(read("ada", MANY_LISTED - 1, listed=True)) == []
    assert kinds(read("ada", MANY_LISTED, listed=True)) == [("many listed", "ada", MANY_LISTED)]


def test_the_night_is_told() -> None:
    for hour in (22, 23, 0, 5):
        assert kinds(read("ada", LATE_FILES, NOON.replace(hour=hour))) == [("late", "ada", LATE_FILES)]
    for hour in (6, 21):
        assert kinds(read("ada", LATE_FILES, NOON.replace(hour=hour))) == []
    assert kinds(read("ada", LATE_FILES - 1, NOON.replace(hour=3))) == []


def test_one_file_read_by_many_names_the_file() -> None:
    people = [Reading(f"officer {place}", 7, NOON) for place in range(MANY_READERS)]
    found = unusual(people)
    assert [(each.kind, each.client, each.count) for each in found] == [("many readers", 7, MANY_READERS)]
    assert unusual(people[1:]) == ()


def test_the_newest_day_comes_first_and_nothing_is_nothing() -> None:
    nights = [read("ada", LATE_FILES, NOON.replace(hour=3) - timedelta(days=back)) for back in (2, 0, 1)]
    assert [each.day.day for each in unusual(chain.from_iterable(nights))] == [20, 19, 18]
    assert unusual([]) == ()
