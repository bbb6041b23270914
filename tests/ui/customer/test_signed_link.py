"""Signed links: for one client, for some days, and by nobody else."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from itsdangerous import URLSafeTimedSerializer

from app.scoring.problems import LinkProblem
from app.ui.customer.signed_link import PURPOSE, Links

OURS = Links("a key", timedelta(days=7))
NOW = datetime.now(UTC)
TOKEN = OURS.token(100_002)


def test_a_link_opens_its_client_until_its_last_day() -> None:
    assert OURS.opened(TOKEN, NOW) == (100_002, 0)
    assert OURS.opened(TOKEN, NOW + timedelta(days=7) - timedelta(minutes=1)) == (100_002, 0)


def test_a_link_bears_its_series_and_one_from_before_there_were_any_opens_as_the_first() -> None:
    assert OURS.opened(OURS.token(100_002, 3), datetime.now(UTC)) == (100_002, 3)
    before = str(URLSafeTimedSerializer("a key", salt=PURPOSE).dumps(100_002))
    assert OURS.opened(before, datetime.now(UTC)) == (100_002, 0)


def test_an_expired_link_says_so() -> None:
    with pytest.raises(LinkProblem, match=r"expired.*7 days"):
        OURS.opened(TOKEN, NOW + timedelta(days=7, seconds=2))


def test_clocks_that_differ_a_little_do_no_harm_and_more_is_said() -> None:
    assert OURS.opened(TOKEN, NOW - timedelta(minutes=4)) == (100_002, 0)
    with pytest.raises(LinkProblem, match="still to come"):
        OURS.opened(TOKEN, NOW - timedelta(minutes=6))


def altered() -> list[str]:
    other = OURS.token(100_003)
    return [
        other.split(".")[0] + TOKEN[TOKEN.index(".") :],
        *(TOKEN[:at] + ("A" if TOKEN[at] != "A" else "B") + TOKEN[at + 1 :] for at in (0, 6, TOKEN.index(".") + 2, -9)),
        TOKEN[:-3],
        TOKEN + "x",
        TOKEN.upper(),
        "100002",
        "",
        "." * 9,
        "é" * 40,
        TOKEN * 200,
    ]


@pytest.mark.parametrize("token", altered(), ids=range(len(altered())))
def test_an_altered_link_opens_nothing(token: str) -> None:
    with pytest.raises(LinkProblem, match="not one of ours"):
        OURS.opened(token, NOW)


@pytest.mark.parametrize("key", [("another key", PURPOSE), ("a key", "another purpose")])
def test_a_foreign_link_opens_nothing(key: tuple[str, str]) -> None:
    with pytest.raises(LinkProblem, match="not one of ours"):
        OURS.opened(str(URLSafeTimedSerializer(key[0], salt=key[1]).dumps(100_002)), NOW)
