"""Whose own view is asked for: nobody's, the grey zone's, or a share that is drawn the same for ever."""

import pytest

from app.scoring.case.first_view import FirstView, asks_first_view

CLIENTS = range(100_001, 120_001)


def test_off_asks_nobody_and_all_everybody():
    assert not any(asks_first_view(client, "review", FirstView.of("off")) for client in CLIENTS)
    assert all(asks_first_view(client, "accept", FirstView.of("100%")) for client in CLIENTS)
    assert not any(asks_first_view(client, "review", FirstView.of("0%")) for client in CLIENTS)


def test_the_grey_zone_is_asked_for_and_nobody_else():
    wanted = FirstView.of("grey zone")
    assert [asks_first_view(7, band, wanted) for band in ("accept", "review", "refuse")] == [False, True, False]


@pytest.mark.parametrize("share", [1, 20, 50])
def test_a_share_is_drawn_evenly_and_a_larger_one_holds_the_smaller(share):
    drawn = {client for client in CLIENTS if asks_first_view(client, "accept", FirstView.of(f"{share}%"))}
    assert abs(len(drawn) / len(CLIENTS) - share / 100) < 0.01
    assert abs(sum(client % 2 for client in drawn) / len(drawn) - 0.5) < 0.1
    assert all(asks_first_view(client, "accept", FirstView.of(f"{share + 10}%")) for client in drawn)


def test_it_is_the_same_on_every_machine():
    assert [client for client in range(1, 41) if asks_first_view(client, "accept", FirstView.of("20%"))] == DRAWN


DRAWN = [3, 6, 10, 12, 15, 22, 29, 30, 32, 33, 37]


@pytest.mark.parametrize("written", ["", "on", "20", "101%", "-1%", "grey"])
def test_what_the_setting_may_not_be(written):
    with pytest.raises(ValueError, match=r"^" + written):
        FirstView.of(written)
