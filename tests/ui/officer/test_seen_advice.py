"""A decision counts on what was seen: whatever of it has changed is told, with what was seen and what is."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.language.words import words_in
from app.scoring.problems import VerdictProblem
from app.ui.officer.seen_advice import Seen, check_seen
from tests.ui.officer.test_decision_history import ENTRY

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
    seen, now = Seen(decision(), ()), Seen(replace(decision(), **changed), ())
    check_seen(seen, seen, "one", EN)
    with pytest.raises(VerdictProblem, match="The advice has changed since it was shown to you"):
        check_seen(seen, now, "one", EN)
    assert seen.name != now.name


def test_what_was_recorded_by_this_very_attempt_is_no_change(decision) -> None:
    recorded = replace(ENTRY, attempt="one")
    seen, now = Seen(decision(), ()), Seen(decision(0.2), (recorded,))
    check_seen(seen, now, "one", EN)
    with pytest.raises(VerdictProblem):
        check_seen(seen, now, "another", EN)
