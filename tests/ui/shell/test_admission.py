"""What the server lets in, message by message; tests/system/attacks/test_admission.py asks the running desk."""

from __future__ import annotations

import asyncio

import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg

from app.ui.shell import admission
from app.ui.shell.admission import MESSAGES_A_SECOND, MESSAGES_AT_ONCE, Paced, ReadingOnly, Sessions


async def inner(scope, receive, send) -> None:
    await send({"type": "reached"})
    await receive()


async def nothing_more() -> dict:
    return {"type": "websocket.disconnect"}


def sent_by(app, scope, receive=nothing_more) -> list[dict]:
    sent: list[dict] = []

    async def send(message) -> None:
        sent.append(message)

    asyncio.run(app(scope, receive, send))
    return sent


@pytest.mark.parametrize("method", ["PUT", "POST", "DELETE", "PATCH", "OPTIONS", "BREW"])
def test_what_could_send_something_is_refused_unread_and_the_connection_closed(method: str) -> None:
    async def never() -> dict:
        raise AssertionError("a refused body is read")

    start, _ = sent_by(ReadingOnly(inner), {"type": "http", "method": method, "path": "/", "headers": []}, never)
    assert start["status"] == 405
    assert (b"connection", b"close") in start["headers"]


@pytest.mark.parametrize(
    "scope",
    [
        {"type": "http", "method": "GET", "path": "/_stcore/health"},
        {"type": "http", "method": "HEAD", "path": "/client"},
        {"type": "websocket"},
        {"type": "lifespan"},
    ],
)
def test_reading_goes_on(scope) -> None:
    assert sent_by(ReadingOnly(inner), scope) == [{"type": "reached"}]


@pytest.mark.parametrize("path", ["/_stcore/metrics", "/_stcore/metrics/", "/desk/_stcore/metrics"])
def test_nobody_is_told_how_many_sessions_and_how_much_memory_there_are(path: str) -> None:
    start, _ = sent_by(ReadingOnly(inner), {"type": "http", "method": "GET", "path": path, "headers": []})
    assert start["status"] == 404


def test_an_address_holds_so_many_sessions_and_another_address_its_own() -> None:
    async def play() -> list[str]:
        ended = asyncio.Event()

        async def session(scope, receive, send) -> None:
            await send({"type": "reached"})
            await ended.wait()

        doors, heard = Sessions(session, most=2), []

        def knock(address: str) -> asyncio.Task:
            async def send(message) -> None:
                heard.append(f"{address} {message['type']}")

            scope = {"type": "websocket", "client": (address, 1)}
            return asyncio.create_task(doors(scope, nothing_more, send))

        tasks = [knock(each) for each in "aaab"]
        await asyncio.sleep(0.01)
        ended.set()
        await asyncio.gather(*tasks)
        assert not doors.open
        await knock("a")
        return heard

    assert asyncio.run(play()) == [
        "a reached",
        "a reached",
        "a websocket.close",
        "b reached",
        "a reached",
    ]


def test_a_session_that_fails_is_counted_out() -> None:
    async def failing(scope, receive, send) -> None:
        raise OSError

    doors = Sessions(failing, most=1)
    for _ in range(3):
        with pytest.raises(OSError):
            sent_by(doors, {"type": "websocket", "client": ("a", 1)})
    assert not doors.open


def test_messages_beyond_a_burst_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    now, waited = [1_000.0], []

    async def sleep(seconds: float) -> None:
        waited.append(seconds)
        now[0] += seconds

    monkeypatch.setattr(admission.time, "monotonic", lambda: now[0])
    monkeypatch.setattr(admission.asyncio, "sleep", sleep)

    async def play(messages: int) -> None:
        for _ in range(messages):
            assert await paced() == {"type": "websocket.disconnect"}

    paced = Paced(nothing_more)
    asyncio.run(play(MESSAGES_AT_ONCE))
    assert sum(waited) == pytest.approx(0.0, abs=1e-6)
    asyncio.run(play(MESSAGES_A_SECOND))
    assert sum(waited) == pytest.approx(1.0, abs=1e-6)
    now[0] += MESSAGES_AT_ONCE / MESSAGES_A_SECOND
    waited.clear()
    asyncio.run(play(MESSAGES_AT_ONCE))
    assert sum(waited) == pytest.approx(0.0, abs=1e-6)


def test_only_what_a_page_sends_is_handed_on() -> None:
    page = BackMsg(rerun_script={"query_string": "client=100002"}).SerializeToString()
    others = [
        BackMsg(clear_cache=True).SerializeToString(),
        BackMsg(load_git_info=True).SerializeToString(),
        b"\xff",
        b"",
    ]
    sent = iter(
        [*({"type": "websocket.receive", "bytes": each} for each in [*others, page]), {"type": "websocket.disconnect"}]
    )

    async def receive() -> dict:
        return next(sent)

    async def play() -> list[dict]:
        return [await paced(), await paced()]

    paced = Paced(receive)
    handed_on = asyncio.run(play())
    assert [each.get("bytes") for each in handed_on] == [page, None]
