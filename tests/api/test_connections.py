"""What a connection may cost: time to send, time to read, and how many one caller holds. A server of bytes alone."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Callable, Iterator

import pytest
import uvicorn

from app.api import connections
from app.api.connections import Connection, Held, network_of

WHOLE = b"GET /%d HTTP/1.1\r\nHost: desk\r\n\r\n"
HALF = b"GET / HTTP/1.1\r\nHost: desk\r\nX-Slow: 1"
SEND_WITHIN, READ_WITHIN = 1.5, 1.5
MOST_OF_AN_ADDRESS = 5
MORE_THAN_THE_SYSTEM_TAKES = 32 * 2**20

Knock = Callable[..., socket.socket]


async def bytes_asked(scope, receive, send) -> None:
    """Answers with as many bytes as its path says."""
    if scope["type"] != "http":
        return
    size = int(scope["path"].strip("/") or 2)
    headers = [(b"content-length", str(size).encode())]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": b"x" * size})


@pytest.fixture
def port(monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """Where such a server listens, with small bounds."""
    monkeypatch.setattr(connections, "SEND_WITHIN_SECONDS", SEND_WITHIN)
    monkeypatch.setattr(connections, "READ_WITHIN_SECONDS", READ_WITHIN)
    monkeypatch.setattr(Connection, "held", Held())
    monkeypatch.setattr(Connection, "most_of_an_address", MOST_OF_AN_ADDRESS)
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        config = uvicorn.Config(bytes_asked, http=Connection, lifespan="off", log_config=None, forwarded_allow_ips="")
        server = uvicorn.Server(config)
        running = threading.Thread(target=server.run, args=([listening],), daemon=True)
        running.start()
        while not server.started:
            time.sleep(0.01)
        yield listening.getsockname()[1]
        server.should_exit = True
        running.join(10)


@pytest.fixture
def knock(port: int) -> Iterator[Knock]:
    """Opens a connection from an address of this machine, with so much sent."""
    with contextlib.ExitStack() as held:

        def knocked(sent: bytes = b"", address: str = "127.0.0.1") -> socket.socket:
            opened = socket.socket()
            opened.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
            opened.settimeout(10)
            opened.bind((address, 0))
            opened.connect(("127.0.0.1", port))
            opened.sendall(sent)
            return held.enter_context(opened)

        yield knocked


def answered(opened: socket.socket) -> bool:
    """Whether the answer of two bytes comes, whole."""
    received = b""
    while not received.endswith(b"xx"):
        part = opened.recv(500)
        if not part:
            return False
        received += part
    return received.startswith(b"HTTP/1.1 200")


def closed_after(opened: socket.socket) -> float:
    """Seconds until the other end closes, reading what still comes."""
    started = time.monotonic()
    with contextlib.suppress(ConnectionResetError):
        while opened.recv(500):
            pass
    return time.monotonic() - started


def test_an_empty_line_after_an_answer_buys_no_more_time_than_a_request(knock: Knock) -> None:
    opened = knock(WHOLE % 2)
    assert answered(opened)
    opened.sendall(b"\r\n")
    assert closed_after(opened) < SEND_WITHIN + 1.5


def test_a_request_after_an_empty_line_is_answered(knock: Knock) -> None:
    opened = knock(WHOLE % 2)
    assert answered(opened)
    opened.sendall(b"\r\n" + WHOLE % 2)
    assert answered(opened)


def test_many_requests_on_one_connection_outlive_the_time_for_one(knock: Knock) -> None:
    opened = knock()
    for _ in range(6):
        opened.sendall(WHOLE % 2)
        assert answered(opened)
        time.sleep(SEND_WITHIN / 4)


def test_an_answer_that_nobody_reads_is_dropped(knock: Knock) -> None:
    opened = knock(WHOLE % MORE_THAN_THE_SYSTEM_TAKES)
    time.sleep(READ_WITHIN + 1)
    assert not Connection.held.of, "it is held no longer"
    received = 0
    with contextlib.suppress(ConnectionResetError):
        while part := opened.recv(2**20):
            received += len(part)
    assert received < MORE_THAN_THE_SYSTEM_TAKES


def test_an_answer_that_is_read_slowly_comes_whole(knock: Knock) -> None:
    opened = knock(WHOLE % (2**20))
    received = 0
    while received <= 2**20 and (part := opened.recv(2**16)):
        received += len(part)
        time.sleep(0.005)
    assert received > 2**20


def test_one_that_is_sending_gives_way_to_the_next_of_its_address(knock: Knock) -> None:
    halves = [knock(HALF) for _ in range(MOST_OF_AN_ADDRESS)]
    assert answered(knock(WHOLE % 2)), "a real caller behind the same address"
    assert halves[0].recv(12) == b"HTTP/1.1 408", "the one that has been sending longest"
    halves[-1].sendall(b"\r\n\r\n")
    assert answered(halves[-1]), "the others go on"


def test_where_none_is_sending_the_next_is_refused_and_other_addresses_are_not(knock: Knock) -> None:
    kept = [knock(WHOLE % 2) for _ in range(MOST_OF_AN_ADDRESS)]
    assert all(answered(each) for each in kept)
    assert closed_after(knock()) < 1
    assert answered(knock(WHOLE % 2, "127.0.0.3"))


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::1", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("testclient", "testclient"),
    ],
)
def test_a_caller_is_an_ipv4_address_or_a_network_of_ipv6(address: str, network: str) -> None:
    assert network_of(address) == network
