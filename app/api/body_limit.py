"""No body larger than allowed is read, whether its length is declared or not."""

from __future__ import annotations

from fastapi import Request
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.api.problem_details import problem_response


class BodyLimit:
    """ASGI middleware. Starlette's own answers 413 in plain text, which would be the only error of its kind here.

    Args:
        largest: bytes a body may have.
    """

    def __init__(self, app: ASGIApp, largest: int) -> None:
        self.app, self.largest = app, largest
        self.told = f"The body is larger than {largest // 2**20} MB. Send it in parts."

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        declared = next((value for name, value in scope["headers"] if name == b"content-length"), b"0")
        if int(declared) > self.largest:  # the server refuses a length that is no number
            await problem_response(Request(scope), 413, self.told, "/problems/too-large")(scope, receive, send)
            return
        read = 0

        async def limited() -> Message:
            nonlocal read
            message = await receive()
            read += len(message.get("body", b""))
            if read > self.largest:
                raise HTTPException(413, self.told)
            return message

        await self.app(scope, limited, send)
