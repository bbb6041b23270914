"""Callers that send half of something: real ones are answered all the same, and the half-sent is closed in time."""

from __future__ import annotations

import contextlib
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from app.api.connections import SEND_WITHIN_SECONDS
from tests.system.servers import RunningApi, running_api

pytestmark = [pytest.mark.system, pytest.mark.alone]

HALF_SENT = 1_100
FILES = 1_024
HALVES = {
    "nothing": b"",
    "a header": b"POST /predict HTTP/1.1\r\nHost: desk\r\nX-Slow: 1",
    "a body": b"POST /predict HTTP/1.1\r\nHost: desk\r\nContent-Type: application/json\r\nContent-Length: 900\r\n\r\n{",
}
MOST_OF_AN_ADDRESS = 40


@pytest.fixture(scope="module")
def api(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningApi]:
    """One that may open a thousand files, as many machines allow a service."""
    folder = tmp_path_factory.mktemp("half-sent")
    environment = {"STORE_URL": f"sqlite:///{folder / 'journal.sqlite'}"}
    environment |= {"CONNECTIONS_PER_ADDRESS": str(MOST_OF_AN_ADDRESS)}
    with running_api(folder, within=["prlimit", f"--nofile={FILES}:{FILES}"], **environment) as running:
        yield running


def knock(api: RunningApi, sent: bytes, address: str = "127.0.0.1") -> socket.socket:
    """A connection from an address of this machine, with so much of a request sent."""
    opened = socket.create_connection(("127.0.0.1", httpx.URL(api.url).port or 0), 10, source_address=(address, 0))
    opened.sendall(sent)
    return opened


def predicted(api: RunningApi) -> int:
    """The status a real caller is answered with, on a connection of its own."""
    client = api.get("/clients?limit=1")["clients"][0]
    return httpx.post(f"{api.url}/predict", json={"client": client}, timeout=10).status_code


@pytest.mark.parametrize("half", HALVES)
def test_a_thousand_halves_keep_no_real_caller_out(api: RunningApi, half: str) -> None:
    with contextlib.ExitStack() as held:
        for _ in range(HALF_SENT):
            with contextlib.suppress(OSError):  # given up already, which is one way to hold
                held.enter_context(knock(api, HALVES[half]))
        assert [predicted(api) for _ in range(5)] == [200] * 5


@pytest.mark.parametrize("half", HALVES)
def test_what_is_not_sent_in_time_is_closed(api: RunningApi, half: str) -> None:
    started = time.monotonic()
    with knock(api, HALVES[half]) as opened:
        opened.settimeout(SEND_WITHIN_SECONDS + 10)
        assert opened.recv(200).startswith(b"HTTP/1.1 408")
        assert opened.recv(1) == b""
    assert time.monotonic() - started >= SEND_WITHIN_SECONDS - 0.5


def test_a_stranger_who_holds_all_of_an_address_keeps_out_neither_neighbours_nor_others(api: RunningApi) -> None:
    with contextlib.ExitStack() as held:
        for _ in range(MOST_OF_AN_ADDRESS):
            held.enter_context(knock(api, HALVES["a header"], "127.0.0.2"))
        with knock(api, b"GET /live HTTP/1.1\r\nHost: desk\r\n\r\n", "127.0.0.2") as neighbour:
            assert neighbour.recv(20).startswith(b"HTTP/1.1 200"), "one of the halves gave way"
        with knock(api, b"GET /live HTTP/1.1\r\nHost: desk\r\n\r\n", "127.0.0.3") as other:
            assert other.recv(20).startswith(b"HTTP/1.1 200")


def test_a_request_sent_slowly_but_in_time_is_answered(api: RunningApi) -> None:
    request = b"GET /live HTTP/1.1\r\nHost: desk\r\nConnection: close\r\n\r\n"
    with knock(api, b"") as opened:
        for place in range(0, len(request), 10):
            opened.sendall(request[place : place + 10])
            time.sleep(0.05)
        assert opened.recv(20).startswith(b"HTTP/1.1 200")


def test_the_log_says_that_halves_gave_way(api: RunningApi) -> None:
    assert "its address holds" in Path(api.log).read_text(encoding="utf-8")
