"""Typed dependencies of the routes: who calls, whether they may, and what answers.

One dependency a route: each more would cost a tenth of a decision.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Literal

from anyio import CapacityLimiter
from fastapi import Query, Request, Security
from fastapi.exceptions import HTTPException
from fastapi.security import APIKeyHeader

from app.api.access_writer import AccessWriter
from app.api.connections import network_of
from app.api.keys import ANYONE, Caller, KeyList, Role
from app.api.opened import Opened
from app.api.policy_in_force import PolicyInForce
from app.api.rate_limit import RateLimit
from app.store.access import Access
from app.store.served_release import ServedRelease

KEY = Security(APIKeyHeader(name="X-API-Key", auto_error=False, description="A key of `python -m app.api.keys`."))
Action = Literal["score", "read", "metrics", "test"]
OPENS: dict[Role, frozenset[Action]] = {
    "scoring": frozenset({"score", "read"}),
    "monitoring": frozenset({"read", "metrics"}),
    "data_scientist": frozenset({"score", "read", "metrics", "test"}),
    "revoked": frozenset(),
}


TEST = "(test)"
"""What the access log says of a call behind its operation when it was a test."""


@dataclass(frozen=True, slots=True)
class Desk:
    """What one process shares between requests.

    Attributes:
        wrong_keys: how many calls with a wrong key one address may make.
        applicants: bounds how many applications are computed at once, each in an engine of its own.
    """

    served: ServedRelease
    policy: PolicyInForce
    keys: KeyList
    rate: RateLimit
    wrong_keys: RateLimit
    accesses: AccessWriter
    applicants: CapacityLimiter
    commit: str


@dataclass(frozen=True, slots=True)
class Call:
    """One call under way.

    Attributes:
        release: what answers, the same from the first to the last byte.
        is_test: answered alike, and logged as a test.
    """

    desk: Desk
    release: Opened
    caller: Caller
    operation: str
    request_id: str
    is_test: bool = False

    async def seen(self, clients: list[int]) -> None:
        """Write to the access log whose scores are shown: the answer may leave once this returned.

        Raises:
            StoreProblem: the log cannot be written, so nothing may be shown.
        """
        if not clients:
            return
        fixed = self.caller.name, self.caller.role, f"{self.operation} {TEST}" if self.is_test else self.operation
        now, version = datetime.now(UTC), self.release.portfolio.champion.version
        await self.desk.accesses.record([Access(now, *fixed, client, version, self.request_id) for client in clients])


async def open_call(request: Request) -> Call:
    """A call that anyone may make."""
    return await _call(request, ANYONE)


def call_to(action: Action) -> Callable[..., Awaitable[Call]]:
    """A call of somebody whose key opens ``action``."""

    async def entitled_call(request: Request, key: Annotated[str | None, KEY]) -> Call:
        return await _call(request, _entitled(request, key, action))

    return entitled_call


async def scoring_call(
    request: Request,
    key: Annotated[str | None, KEY],
    test: Annotated[
        Literal["true", "false"], Query(description="A test is answered alike, and logged as a test.")
    ] = "false",
) -> Call:
    """A call for scores, by a JSON body; AdviceSuspended while no advice is given."""
    _require_json(request)
    is_test = test == "true"
    call = await _call(request, _entitled(request, key, "test" if is_test else "score"), is_test)
    await call.desk.policy.check_not_suspended(call.release.portfolio.champion)
    return call


async def _call(request: Request, caller: Caller, is_test: bool = False) -> Call:
    desk: Desk = request.app.state.desk
    operation = f"{request.method} {request.url.path}"
    portfolio = request.state.portfolio = desk.served.now()
    release = Opened(portfolio, await desk.policy.of(portfolio.champion))
    return Call(desk, release, caller, operation, request.scope["request_id"], is_test)


def _entitled(request: Request, key: str | None, action: Action) -> Caller:
    desk: Desk = request.app.state.desk
    address = network_of(request.client.host) if request.client else "unknown"
    caller = request.state.caller = _identify(key, desk, address)
    _within(desk.rate, address if caller is ANYONE else caller.name)
    if action not in OPENS[caller.role]:
        raise HTTPException(403, f"Keys of the role {caller.role} do not open this operation. Use another key.")
    return caller


def _within(rate: RateLimit, caller: str) -> None:
    wait = rate.seconds_to_wait(caller)
    if wait:
        told = f"More than {rate} were asked. Come back in {wait} s."
        raise HTTPException(429, told, headers={"Retry-After": str(wait)})


def _identify(key: str | None, desk: Desk, address: str) -> Caller:
    """Whose key it is; anyone may call the demonstration while no key is configured."""
    keys = desk.keys.now()
    if key is None and not keys.callers and desk.served.demonstration:
        return ANYONE
    found = keys.caller(key) if key is not None else None
    if found is None or found.role == "revoked":
        _within(desk.wrong_keys, address)  # a right key from the same address goes on
        told = "This key was revoked. Ask for a new one." if found else "Send a valid key in the header X-API-Key."
        raise HTTPException(401, told, headers={"WWW-Authenticate": "ApiKey"})
    return found


def _require_json(request: Request) -> None:
    declared = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if declared != "application/json":
        raise HTTPException(415, "Declare the body as application/json.")
