"""A decision counts on what was seen: whatever of it has changed is told, with what was seen and what is."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.language.words import words_in
from app.scoring.problems import VerdictProblem
from app.ui.officer.seen_advice import Seen, check_seen

EN = words_in("en")


@pytest.mark.parametrize(
    "changed",
    [
        {"outcome": "accept"},
        {"band": "review"},
        {"probability": 0.2},
        {"threshold": 0.2},
        {"grey_zone_points": 9.0},
        {"model_version": "2-0123abcd"},
    ],
)
def test_each_thing_the_advice_rests_on_is_held_to(decision, changed) -> None:
    seen, now = Seen(decision(), 3), Seen(replace(decision(), **changed), 3)
    check_seen(seen, seen, EN)
    with pytest.raises(VerdictProblem, match="The advice has changed since it was shown to you"):
        check_seen(seen, now, EN)
    assert seen.name != now.name


def test_an_advice_suspended_or_given_again_is_another(decision) -> None:
    given, suspended = Seen(decision(), 3), Seen(None, 3)
    check_seen(suspended, suspended, EN)
    with pytest.raises(VerdictProblem, match="Now: suspended"):
        check_seen(given, suspended, EN)
    with pytest.raises(VerdictProblem, match="Shown: suspended"):
        check_seen(suspended, given, EN)


def test_where_the_file_stood_is_part_of_what_was_shown_and_the_store_judges_it(decision) -> None:
    seen, now = Seen(decision(), 3), Seen(decision(), 4)
    check_seen(seen, now, EN)
    assert seen.name != now.name
