"""One call to the scoring API, timed, and whether it answers what the dashboard itself decides."""

from __future__ import annotations

import json
import shlex
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

from app.scoring.decision import Decision

PATIENCE_SECONDS = 30
KEY_HEADER = "X-API-Key"


@dataclass(frozen=True, slots=True)
class Operation:
    """What is called: ``body`` is None for a reading operation."""

    method: str
    path: str
    body: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Exchange:
    """A call and its answer.

    Attributes:
        milliseconds: from sending to the last byte.
        answer: the JSON received.
    """

    operation: Operation
    status: int
    milliseconds: float
    request_id: str
    answer: dict[str, Any]


def call(url: str, key: str, operation: Operation) -> Exchange:
    """Send the operation.

    Raises:
        OSError: nobody answers there.
        ValueError: what answers is not the API.
    """
    headers = {"Content-Type": "application/json"} if operation.body is not None else {}
    headers |= {KEY_HEADER: key} if key else {}
    sent = None if operation.body is None else json.dumps(operation.body).encode()
    request = Request(url.rstrip("/") + operation.path, sent, headers, method=operation.method)  # noqa: S310  configured
    started = time.perf_counter()
    try:
        with urlopen(request, timeout=PATIENCE_SECONDS) as received:  # noqa: S310  configured, never typed by a reader
            status, told, text = received.status, received.headers, received.read()
    except HTTPError as refused:
        status, told, text = refused.code, refused.headers, refused.read()
    milliseconds = (time.perf_counter() - started) * 1000
    return Exchange(operation, status, milliseconds, told.get("X-Request-ID", ""), json.loads(text))


def curl(url: str, keyed: bool, operation: Operation) -> str:
    """The same call for a terminal; the key stays a variable of the reader's shell."""
    parts = [f"curl -X {operation.method} {shlex.quote(url.rstrip('/') + operation.path)}"]
    if keyed:
        parts.append(f'-H "{KEY_HEADER}: $API_KEY"')
    if operation.body is not None:
        parts += ["-H 'Content-Type: application/json'", f"-d {shlex.quote(json.dumps(operation.body))}"]
    return " \\\n  ".join(parts)


def differing(answer: Mapping[str, Any], decisions: Iterable[Decision]) -> list[int]:
    """Clients for whom the answer is not, to the last digit, what the dashboard decides."""
    lines = answer.get("scores", [answer])
    told = {line.get("client"): line for line in lines}
    return [decision.client for decision in decisions if not _same(told.get(decision.client, {}), decision)]


def _same(line: Mapping[str, Any], decision: Decision) -> bool:
    scored = (line.get("probability"), line.get("points"), line.get("decision"), line.get("band"))
    return scored == (decision.probability, decision.points, decision.outcome, decision.band) and all(
        (effect["feature"], effect["value"], effect["points"]) == (own.feature, own.value, own.points)
        for effect, own in zip(line.get("contributions", ()), decision.contributions, strict=False)
    )
