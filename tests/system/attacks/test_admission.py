"""What anybody may send to the running desk before signing in: no file, no flood of sessions, no large message."""

from __future__ import annotations

import contextlib
import os
import subprocess
from collections.abc import Iterator

import httpx
import psutil
import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect

from tests.system.desk import command, running_desk
from tests.system.servers import ROOT, free_port

pytestmark = [pytest.mark.system, pytest.mark.alone]

UPLOADS, MEGABYTES = 4, 50
ALLOWED = 20
"""Megabytes the process may grow by meanwhile."""
MOST = 3


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("desk")
    store = f"sqlite:///{folder / 'journal.sqlite'}"
    with running_desk(folder, STORE_URL=store, SESSIONS_PER_ADDRESS=str(MOST)) as address:
        yield address


def memory(server: str) -> float:
    """Megabytes of the process that listens there."""
    port = int(server.rpartition(":")[2])
    ours = (child for child in psutil.Process().children() if child.status() != psutil.STATUS_ZOMBIE)
    listening = next(child for child in ours if any(c.laddr.port == port for c in child.net_connections()))
    return listening.memory_info().rss / 1e6


def session(server: str, address: str) -> ClientConnection:
    """A socket as a browser at that address opens it, through a proxy on this machine."""
    socket = server.replace("http", "ws", 1) + "/_stcore/stream"
    return connect(socket, subprotocols=["streamlit"], additional_headers={"X-Forwarded-For": address}, max_size=None)


def number_of(opened: ClientConnection) -> str:
    """The session's own number, once a first page is drawn: what pages need is loaded by then."""
    opened.send(BackMsg(rerun_script={}).SerializeToString())
    number = ""
    while True:
        message = ForwardMsg.FromString(opened.recv(timeout=60))
        number = message.new_session.initialize.session_id or number
        if message.WhichOneof("type") == "script_finished":
            return number


def upload(server: str, number: str, place: int) -> int:
    """A file sent as Streamlit's own uploader sends it, token against forgery included; the status it was met with."""
    with httpx.Client(base_url=server, timeout=60) as browser:
        browser.get("/_stcore/health")
        token = browser.cookies.get("_streamlit_xsrf", "")
        file = {"file": (f"{place}.bin", b"\x07" * MEGABYTES * 1_000_000)}
        address = f"/_stcore/upload_file/{number}/{place}"
        try:
            return browser.put(address, files=file, headers={"X-Xsrftoken": token}).status_code
        except httpx.TransportError:  # the desk hung up while we were still sending
            return 405


def test_uploads_are_refused_before_any_page_was_opened(server: str) -> None:
    for method in ("PUT", "POST", "DELETE", "OPTIONS"):
        for path in ("/_stcore/upload_file/any/1", "/", "/_stcore/agent/interact"):
            assert httpx.request(method, server + path).status_code == 405, f"{method} {path}"


def test_uploads_leave_no_trace_in_memory(server: str) -> None:
    with session(server, "192.0.2.1") as opened:
        number = number_of(opened)
        before = memory(server)
        assert [upload(server, number, place) for place in range(UPLOADS)] == [405] * UPLOADS
        assert memory(server) - before < ALLOWED


def test_an_address_holds_so_many_sessions(server: str) -> None:
    with contextlib.ExitStack() as held:
        for _ in range(MOST):
            held.enter_context(session(server, "192.0.2.2"))
        with pytest.raises(InvalidStatus, match="403"), session(server, "192.0.2.2"):
            pass
        number_of(held.enter_context(session(server, "192.0.2.3")))
    with session(server, "192.0.2.2") as opened:
        number_of(opened)


def test_a_page_loads_nothing_of_another_host_and_nobody_else_shows_it(server: str) -> None:
    for path in ("/", "/why?client=100002", "/_stcore/health", "/static/nothing.js"):
        headers = httpx.get(server + path).headers
        assert "frame-ancestors 'self'" in headers["content-security-policy"], path
        assert "http" not in headers["content-security-policy"]
        assert (headers["referrer-policy"], headers["x-content-type-options"]) == ("no-referrer", "nosniff")
    assert "content-security-policy" in httpx.post(server + "/").headers


def test_nobody_empties_the_caches_or_stops_the_server(server: str) -> None:
    with session(server, "192.0.2.5") as opened:
        number_of(opened)
        for message in (
            BackMsg(clear_cache=True),
            BackMsg(load_git_info=True),
            BackMsg(set_run_on_save=True),
            BackMsg(debug_disconnect_websocket=True),
            BackMsg(debug_shutdown_runtime=True),
        ):
            opened.send(message.SerializeToString())
        opened.send(b"\xff no message")
        number_of(opened)


@pytest.mark.parametrize("size", [1_100_000, 9_000_000])
def test_a_large_message_ends_the_session(server: str, size: int) -> None:
    with session(server, "192.0.2.4") as opened:
        number_of(opened)
        flood = BackMsg(rerun_script={"query_string": "a" * size}).SerializeToString()
        with pytest.raises(ConnectionClosed):
            opened.send(flood)
            while True:
                opened.recv(timeout=30)


def test_a_wrong_setting_is_told_in_a_sentence_and_nothing_is_served() -> None:
    environment = os.environ | {"SESSIONS_PER_ADDRESS": "many"}
    ran = subprocess.run(
        command(free_port()), cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120, check=False
    )
    assert ran.returncode == 2
    assert "SESSIONS_PER_ADDRESS is “many”." in ran.stderr
    assert "Traceback" not in ran.stderr
