"""What the desk's server lets in before anybody signs in: requests that only read, so many sessions an address, each at
a pace. ASGI middleware in front of Streamlit's own routes, so that it holds from the first request on."""

from __future__ import annotations

import asyncio
import logging
import time
from collections import Counter
from dataclasses import dataclass

from google.protobuf.message import DecodeError
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit.proto.BackMsg_pb2 import BackMsg

log = logging.getLogger(__name__)
READING = ("GET", "HEAD")
SHUT = ("/_stcore/metrics",)
"""What Streamlit tells anybody of how many sessions and how much memory there are."""
MESSAGES_AT_ONCE, MESSAGES_A_SECOND = 200, 50
"""Of one session: a slider held down sends some 30 a second, a page's first drawing a handful."""
POLICY_VIOLATION = 1008
HANDED_ON = frozenset({"rerun_script", "stop_script", "app_heartbeat", "backend_operation_request"})
"""Kinds of message a page sends. Streamlit's others are for who develops it: anybody could empty all caches by one."""


class ReadingOnly:
    """Refuses every request that could send something: Streamlit would keep files that anybody uploads in memory. What
    is ``SHUT`` is not read either.

    Nothing of a refused body is read; the connection is closed instead.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["method"] not in READING:
            headers = {"Allow": ", ".join(READING), "Connection": "close"}
            refusal = PlainTextResponse("This desk takes no uploads. Open its pages.", 405, headers)
            await refusal(scope, receive, send)
        elif scope["type"] == "http" and scope["path"].rstrip("/").endswith(SHUT):
            await PlainTextResponse("There is no such page.", 404)(scope, receive, send)
        else:
            await self.app(scope, receive, send)


class Protected:
    """Says to the browser what a page of the desk may load and who may show it: nothing of another host, nobody else.

    Streamlit's scripts start within the page and compile expressions; its pictures and workers are data of the page.
    """

    HEADERS = (
        (
            b"content-security-policy",
            b"default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval' blob:; "
            b"style-src 'self' 'unsafe-inline'; "
            b"img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self' ws: wss: data: blob:; "
            b"worker-src 'self' blob:; frame-src 'self' data: blob:; frame-ancestors 'self'; "
            b"object-src 'none'; "
            b"base-uri 'self'; form-action 'self'",
        ),
        (b"x-frame-options", b"SAMEORIGIN"),
        (b"x-content-type-options", b"nosniff"),
        (b"referrer-policy", b"no-referrer"),  # a customer's link is an address
    )

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def protected(message: Message) -> None:
            if message["type"] == "http.response.start":
                named = {name for name, _ in self.HEADERS}
                others = [(name, value) for name, value in message["headers"] if name.lower() not in named]
                message = {**message, "headers": [*others, *self.HEADERS]}
            await send(message)

        await self.app(scope, receive, protected if scope["type"] == "http" else send)


class Sessions:
    """Counts the open sessions of each address, refuses those above ``most``, and slows one that floods.

    The address is the proxy's where a proxy stands in front that the server was not told to trust
    (``FORWARDED_ALLOW_IPS``).
    """

    def __init__(self, app: ASGIApp, most: int) -> None:
        self.app, self.most = app, most
        self.open: Counter[str] = Counter()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "websocket":
            await self.app(scope, receive, send)
            return
        address = (scope.get("client") or ("",))[0]
        if self.open[address] >= self.most:
            log.warning("A session is refused: %d are open from one address.", self.open[address])
            await send({"type": "websocket.close", "code": POLICY_VIOLATION})
            return
        self.open[address] += 1
        try:
            await self.app(scope, Paced(receive), send)
        finally:
            self.open[address] -= 1
            if not self.open[address]:
                del self.open[address]


def is_of_a_page(message: Message) -> bool:
    """Whether a websocket's message is none, or one that a page sends; what nobody can read is not."""
    if message["type"] != "websocket.receive":
        return True
    try:
        return BackMsg.FromString(message.get("bytes") or b"").WhichOneof("type") in HANDED_ON
    except DecodeError:
        return False


@dataclass
class Paced:
    """Hands on ``MESSAGES_AT_ONCE`` messages, then ``MESSAGES_A_SECOND``; meanwhile the sender's network waits.

    What no page sends is counted, and not handed on.

    Attributes:
        full_at: when the bucket of tokens will be full again: all that has to be kept of it.
    """

    receive: Receive
    full_at: float = 0.0

    async def __call__(self) -> Message:
        message = await self._next()
        while not is_of_a_page(message):
            message = await self._next()
        return message

    async def _next(self) -> Message:
        message = await self.receive()
        now = time.monotonic()
        self.full_at = max(self.full_at, now) + 1 / MESSAGES_A_SECOND
        await asyncio.sleep(max(0.0, self.full_at - now - MESSAGES_AT_ONCE / MESSAGES_A_SECOND))
        return message
