"""Errors as RFC 9457 problem details: what was found, the rule, the way out, never what is inside."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.openapi.utils import get_openapi
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field
from sqlalchemy.exc import SQLAlchemyError
from starlette.exceptions import HTTPException

from app.scoring.problems import AdviceSuspended, Problem, StoreProblem, TableProblem, UnknownClient
from app.store.portfolio import Portfolio

MEDIA_TYPE = "application/problem+json"
RETRY_SECONDS = "1"
LISTED_FAULTS = 20
NOT_JSON = "/problems/not-json", "The body is not JSON. Send one JSON object in UTF-8."


class Fault(BaseModel):
    """One thing wrong with a request."""

    where: str = Field(description="Path of the value in the request.", examples=["body.client"])
    message: str = Field(examples=["Input should be a valid integer"])


class ProblemDetails(BaseModel):
    """RFC 9457 problem details."""

    type: str = Field(default="about:blank", description="Kind of problem, stable between versions.")
    title: str = Field(examples=["Not Found"])
    status: int = Field(examples=[404])
    detail: str = Field(description="What was found, the rule it breaks, what to do.")
    instance: str = Field(description="Id of the request: quote it to support.", examples=["urn:request:5f0c"])
    errors: list[Fault] = Field(default=[], description="Faults of the request, at most twenty.")


def problem_response(
    request: Request,
    status: int,
    detail: str,
    kind: str = "about:blank",
    errors: list[dict[str, str]] | None = None,
    headers: Mapping[str, str] | None = None,
) -> JSONResponse:
    """The response that tells a problem."""
    body = {
        "type": kind,
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
        "instance": f"urn:request:{request.scope['request_id']}",
        "errors": errors or [],
    }
    more = {"Retry-After": RETRY_SECONDS} if status == HTTPStatus.SERVICE_UNAVAILABLE else {}
    return JSONResponse(body, status, {**more, **(headers or {})}, media_type=MEDIA_TYPE)


def problem_responses(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """OpenAPI documentation of the problems an operation may answer with."""
    return {status: _documented(HTTPStatus(status)) for status in statuses}


_MEANINGS = {
    400: "The body is not JSON.",
    401: "No key, or one that is unknown or revoked.",
    403: "The key's role does not open this operation.",
    404: "No such client is published.",
    409: "The rows contradict each other.",
    413: "The body is larger than allowed.",
    415: "The body is not declared as application/json.",
    422: "A value is missing, unknown, of another type or out of range.",
    429: "Too many requests from this caller; Retry-After says when to come back.",
    500: "A fault on our side, recorded under the request's id.",
    503: "Not able to answer safely right now; Retry-After says when to try again.",
}


def _documented(status: HTTPStatus) -> dict[str, Any]:
    content = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/ProblemDetails"}}}
    documented: dict[str, Any] = {"description": _MEANINGS[status], "content": content}
    if status in (HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE):
        seconds = {"description": "Seconds to wait.", "schema": {"type": "integer", "minimum": 0}}
        documented["headers"] = {"Retry-After": seconds}
    return documented


def install(api: FastAPI, keys_asked: bool) -> None:
    """Have every error of an application answered as problem details, and documented so.

    Args:
        keys_asked: whether the documentation says that a key is needed.
    """
    api.openapi = lambda: _described(api, keys_asked)  # type: ignore[method-assign]
    api.add_exception_handler(RequestValidationError, _invalid)
    api.add_exception_handler(HTTPException, _refused)
    api.add_exception_handler(Problem, _told)
    for unreadable in (SQLAlchemyError, OSError):
        api.add_exception_handler(unreadable, _unread)


def _described(api: FastAPI, keys_asked: bool) -> dict[str, Any]:
    if api.openapi_schema is None:
        described = get_openapi(title=api.title, version=api.version, description=api.description, routes=api.routes)
        own = ProblemDetails.model_json_schema(ref_template="#/components/schemas/{model}")
        described["components"]["schemas"] |= {**own.pop("$defs"), "ProblemDetails": own}
        for operation in (each for path in described["paths"].values() for each in path.values()):
            if not keys_asked:
                operation.pop("security", None)
        api.openapi_schema = described
    return api.openapi_schema


def _invalid(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)
    found = error.errors()
    if any(fault["type"] == "json_invalid" for fault in found):
        return problem_response(request, 400, NOT_JSON[1], NOT_JSON[0])
    # What was sent is never repeated: it may be a client's.
    faults = [{"where": _path(fault["loc"]), "message": _ascii(fault["msg"])} for fault in found[:LISTED_FAULTS]]
    detail = f"{len(found)} value(s) of the request cannot be used. Correct what is listed and send it again."
    return problem_response(request, 422, detail, "/problems/invalid-request", faults)


def _path(location: tuple[int | str, ...]) -> str:
    return _ascii(".".join(str(step)[:60] for step in location)[:200])


def _ascii(text: str) -> str:
    # A name that was sent can hold half a surrogate pair, which no answer could be written with.
    return text.encode("ascii", "backslashreplace").decode()


_OF_THE_FRAMEWORK = {
    400: NOT_JSON,
    404: ("/problems/unknown-operation", "There is no such operation. /openapi.json lists them."),
    405: ("/problems/unknown-operation", "The operation has another method: the header Allow names it."),
}


def _refused(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)
    kind, detail = _OF_THE_FRAMEWORK.get(error.status_code, ("about:blank", error.detail))
    return problem_response(request, error.status_code, detail, kind, headers=error.headers)


_KINDS: tuple[tuple[type[Problem], int, str], ...] = (
    (UnknownClient, 404, "/problems/unknown-client"),
    (TableProblem, 409, "/problems/contradicting-rows"),
    (AdviceSuspended, 503, "/problems/advice-suspended"),
    (StoreProblem, 503, "/problems/store-unavailable"),
)


def _told(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, Problem)
    for kind, status, name in _KINDS:
        if isinstance(error, kind):
            return problem_response(request, status, str(error), name)
    # What is wrong with the model or the portfolio names folders: for the log, not for the caller.
    told = "What is served is being replaced or repaired. Try again in a moment."
    return problem_response(request, 503, told, "/problems/not-serving")


def _unread(request: Request, error: Exception) -> JSONResponse:
    """A release can be removed between the look at it and the read: that passes. Anything else is a fault."""
    portfolio: Portfolio | None = getattr(request.state, "portfolio", None)
    try:
        if portfolio is not None:
            portfolio.check_untouched()
    except Problem as problem:
        return _told(request, problem)
    raise error
