"""Around every request: its id, one structured line without personal data, and no traceback that gets out."""

from __future__ import annotations

import json
import logging
import re
import secrets
import sys
import time
import traceback
from pathlib import Path
from typing import Any

from fastapi import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.api.problem_details import problem_response

log = logging.getLogger("api.requests")
HEADER = b"x-request-id"
REFUSED = (401, 403, 429)
PROTECTING = (
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"no-referrer"),
    (b"cache-control", b"no-store"),
)
"""What every answer says to a browser."""
SHOWS_NOTHING = b"default-src 'none'; frame-ancestors 'none'"
# Swagger UI starts by a script within the page, and styles itself.
SHOWS_ITS_OWN = (
    b"default-src 'none'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    b"connect-src 'self'; frame-ancestors 'none'"
)
_ACCEPTED = re.compile(rb"[A-Za-z0-9._-]{8,64}")
_UNLOGGED = frozenset({"/live", "/ready"})


class RequestLog:
    """ASGI middleware. The line names the route, never its values: client numbers travel in bodies."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        request_id = scope["request_id"] = _request_id(scope)
        started, status = time.perf_counter(), 0

        async def answer(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                policy = SHOWS_ITS_OWN if scope["path"] == "/docs" else SHOWS_NOTHING
                more = (HEADER, request_id.encode()), (b"content-security-policy", policy), *PROTECTING
                message["headers"] = [*message["headers"], *more]
            await send(message)

        try:
            await self.app(scope, receive, answer)
        except Exception as error:
            _log_fault(error, request_id)
            if status:
                raise
            told = "Something went wrong on our side. It was recorded under this request's id."
            await problem_response(Request(scope), 500, told, "/problems/fault")(scope, receive, answer)
        finally:
            _log_line(scope, request_id, status, time.perf_counter() - started)


def _request_id(scope: Scope) -> str:
    """The caller's own id where it is harmless, so that both sides' logs can be joined; else a new one."""
    given = next((value for name, value in scope["headers"] if name == HEADER), b"")
    return given.decode() if _ACCEPTED.fullmatch(given) else secrets.token_hex(8)


def _log_line(scope: Scope, request_id: str, status: int, seconds: float) -> None:
    route = getattr(scope.get("route"), "path", "unknown")
    if route in _UNLOGGED:
        return
    caller = scope.get("state", {}).get("caller")
    fields = {
        "request_id": request_id,
        "method": scope["method"],
        "route": route,
        "status": status,
        "milliseconds": round(seconds * 1000, 2),
        "caller": caller.name if caller else None,
    }
    if status in REFUSED:  # who it was that was not let in
        fields["address"] = (scope.get("client") or ("unknown",))[0]
    log.info("request", extra={"fields": fields})


def _log_fault(error: Exception, request_id: str) -> None:
    """Kind of error and the lines it went through; its message may quote a client's data."""
    frames = traceback.extract_tb(error.__traceback__)
    road = " > ".join(f"{Path(frame.filename).name}:{frame.lineno} {frame.name}" for frame in frames)
    log.error("fault", extra={"fields": {"request_id": request_id, "error": type(error).__name__, "at": road}})


class JsonLines(logging.Formatter):
    """One JSON object a line."""

    def format(self, record: logging.LogRecord) -> str:
        """The record with its fields."""
        line: dict[str, Any] = {
            "at": self.formatTime(record, "%Y-%m-%dT%H:%M:%S%z"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            **getattr(record, "fields", {}),
        }
        if record.exc_info and record.exc_info[1] is not None:
            line["error"] = f"{type(record.exc_info[1]).__name__}"
        return json.dumps(line, ensure_ascii=False)


def install() -> None:
    """Send every logger's lines to standard output as JSON."""
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(JsonLines())
    root = logging.getLogger()
    root.handlers, root.level = [handler], logging.INFO
