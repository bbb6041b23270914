from __future__ import annotations

import pytest

from app.settings import settings
from app.store.glance import glance
from app.store.portfolio import Portfolio
from app.store.questions import answers, rows_of


@pytest.fixture(scope="module")
def served() -> Portfolio:
    return Portfolio.open(settings().portfolio)


def test_it_counts_what_the_policy_says_of_each_client(served: Portfolio) -> None:
    policy = served.champion.recommended
    rows = answers(f"SELECT probability, points, credit FROM {rows_of(served.folder)}", [])
    accepted = [row for row in rows if policy.outcome(row[0]) == "accept"]
    seen = glance(served, policy)
    assert (seen.applications, seen.accepted) == (len(rows), len(accepted)) and 0 < seen.accepted < seen.applications
    assert seen.grey == sum(policy.band(probability, points) == "review" for probability, points, _ in rows)
    assert seen.lent == pytest.approx(sum(credit for *_, credit in accepted))
    assert seen.defaults == pytest.approx(sum(probability for probability, *_ in accepted))
    assert seen.at_risk == pytest.approx(sum(probability * credit for probability, _, credit in accepted))
