"""The scoring API: the dashboard's own answers over HTTP. ``make api``, then http://127.0.0.1:8000/docs."""

from __future__ import annotations

import ctypes
import gc
import sys
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated, Any

from anyio import CapacityLimiter, to_thread
from fastapi import APIRouter, Depends, FastAPI, Query, Response
from fastapi.responses import PlainTextResponse
from prometheus_fastapi_instrumentator import Instrumentator
from prometheus_fastapi_instrumentator import metrics as instruments

from app.api import docs_page, problem_details, request_log, responses
from app.api.access_writer import AccessWriter
from app.api.application_form import raw_rows
from app.api.body_limit import BodyLimit
from app.api.connections import bound_connections
from app.api.dependencies import Call, Desk, call_to, open_call, scoring_call
from app.api.keys import KeyList
from app.api.policy_in_force import PolicyInForce
from app.api.problem_details import problem_responses
from app.api.rate_limit import RateLimit
from app.api.requests import ApplicationQuestion, BatchQuestion, InterpretationQuestion, PredictQuestion
from app.scoring.applicant import feature_row, warm_up
from app.scoring.problems import Problem, UnknownClient
from app.scoring.schema.bounds import HIGHEST_ID
from app.scoring.schema.keys import CLIENT
from app.settings import Settings, settings
from app.store.access import AccessLog
from app.store.database import connect
from app.store.heads import Heads
from app.store.policies import PolicyHistory
from app.store.scores import clients_after, score_of, scores_of
from app.store.served_release import ServedRelease
from app.store.suspensions import Suspensions

M_ARENA_MAX, ARENAS = -8, 2  # malloc.h
SWITCH_SECONDS = 0.0005
"""The thread that writes the accesses waits for the interpreter, and every answer for that thread: hand over soon."""
LARGEST_BODY = 4 * 2**20
APPLICANTS_AT_ONCE = 2
WRONG_KEYS = 20, 60
"""Calls with a wrong key from one address, and in how many seconds: after that they are 429."""
LATENCIES = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5)  # seconds
ALWAYS = (401, 403, 429, 500, 503)
ASKED = (400, *ALWAYS, 413, 415, 422)

Scoring = Annotated[Call, Depends(scoring_call)]
Reading = Annotated[Call, Depends(call_to("read"))]
Open = Annotated[Call, Depends(open_call)]


def create(chosen: Settings | None = None) -> FastAPI:
    """The application, its release open and its access log ready.

    Raises:
        Problem: the portfolio, the keys, the rate or the store cannot be used.
    """
    chosen = chosen or settings()
    keys, served = KeyList(chosen.api_keys.get_secret_value(), chosen.api_keys_file), ServedRelease(chosen.portfolio)
    if not keys.now().callers and not served.demonstration:
        raise Problem(
            "The portfolio holds real clients and no API key is configured.",
            "Only the demonstration is open to anyone.",
            "Make a key with: python -m app.api.keys NAME ROLE, and set API_KEYS or API_KEYS_FILE.",
        )
    store, heads, rate = connect(chosen.store), Heads.of(chosen), RateLimit.of(chosen.api_rate)
    accesses = AccessWriter(AccessLog.open(store, heads))
    policies = PolicyHistory.open(store, chosen.four_eyes, heads)
    in_force = PolicyInForce(policies, Suspensions.open(store, chosen.four_eyes, heads))

    @asynccontextmanager
    async def lifespan(api: FastAPI) -> AsyncIterator[None]:
        limiter = CapacityLimiter(APPLICANTS_AT_ONCE)
        wrong = RateLimit(*WRONG_KEYS)
        api.state.desk = Desk(served, in_force, keys, rate, wrong, accesses, limiter, chosen.commit)
        threading.Thread(target=_settle, daemon=True).start()
        async with accesses.running():
            yield

    api = FastAPI(
        title="Credit decisions",
        version="1.0.0",
        description=__doc__,
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
    )
    docs_page.install(api)
    problem_details.install(api, keys_asked=bool(keys.now().callers))
    add_routes(api)
    metrics: dict[str, Any] = {"dependencies": [Depends(call_to("metrics"))], "responses": problem_responses(*ALWAYS)}
    watched = Instrumentator(excluded_handlers=["/live", "/ready", "/metrics"])
    watched.add(instruments.requests(), instruments.latency(buckets=LATENCIES)).instrument(api)
    watched.expose(api, tags=["operation"], response_class=PlainTextResponse, **metrics)
    api.add_middleware(BodyLimit, largest=LARGEST_BODY)
    api.add_middleware(request_log.RequestLog)
    return api


def add_routes(api: FastAPI) -> None:
    """Every operation under its path."""
    scoring, served = APIRouter(tags=["scoring"]), APIRouter(tags=["what is served"])
    scoring.post("/predict", responses=problem_responses(*ASKED, 404))(predict)
    scoring.post("/interpretation", responses=problem_responses(*ASKED, 404))(interpretation)
    scoring.post("/predict/batch", response_model=responses.Batch, responses=problem_responses(*ASKED))(predict_batch)
    scoring.post("/score", responses=problem_responses(*ASKED, 409))(score)
    served.get("/clients", responses=problem_responses(*ALWAYS, 422))(clients)
    served.get("/model", responses=problem_responses(*ALWAYS))(model)
    served.get("/policy", responses=problem_responses(*ALWAYS))(policy)
    api.include_router(scoring)
    api.include_router(served)
    api.get("/live", tags=["operation"])(live)
    api.get("/ready", responses=problem_responses(500, 503), tags=["operation"])(ready)


async def predict(question: PredictQuestion, call: Scoring) -> responses.Prediction:
    """One client's probability, points and decision."""
    # A read by id takes a tenth of a millisecond: handing it to a thread would cost more.
    found = score_of(call.release.portfolio, question.client)
    if found is None:
        raise _unknown(question.client)
    await call.seen([question.client])
    return responses.Prediction.of(question.client, found, call.release.policy, call.release.portfolio.champion.version)


async def interpretation(question: InterpretationQuestion, call: Scoring) -> responses.Interpretation:
    """One client's decision with its contributions in points and its reasons in words."""

    def explain() -> responses.Interpretation:
        decision = call.release.portfolio.decide(question.client, call.release.policy)
        population = call.release.portfolio.population
        return responses.Interpretation.told(decision, population, question.language, question.most_reasons)

    explained = await to_thread.run_sync(explain)
    await call.seen([question.client])
    return explained


async def predict_batch(question: BatchQuestion, call: Scoring) -> Response:
    """Many clients' decisions, in the order asked."""

    def answer() -> tuple[list[int], bytes]:
        scores = scores_of(call.release.portfolio, question.clients)
        return list(scores), responses.BATCH.dump_json(responses.batch_of(question.clients, scores, call.release))

    seen, body = await to_thread.run_sync(answer)
    await call.seen(seen)
    return Response(body, media_type="application/json")


async def score(question: ApplicationQuestion, call: Scoring) -> responses.Interpretation:
    """A new application's decision with its explanation; nothing of it is stored but the access."""

    def explain() -> responses.Interpretation:
        application, histories = raw_rows(question.application, question.history)
        row, notices = feature_row(application, histories)
        champion, population = call.release.portfolio.champion, call.release.portfolio.population
        decision = champion.decide(application[CLIENT], row, call.release.policy)
        return responses.Interpretation.told(decision, population, question.language, question.most_reasons, notices)

    explained = await to_thread.run_sync(explain, limiter=call.desk.applicants)
    await call.seen([explained.client])
    return explained


async def clients(
    call: Reading,
    after: Annotated[int, Query(ge=0, le=HIGHEST_ID)] = 0,
    limit: Annotated[int, Query(ge=1, le=1_000)] = 100,
) -> responses.Clients:
    """Numbers of the published clients, a page at a time."""
    found = clients_after(call.release.portfolio, after, limit)
    following = found[-1] if len(found) == limit else None
    return responses.Clients(clients=found, total=call.release.portfolio.size, next_after=following)


async def model(call: Reading) -> responses.Model:
    """The champion's card."""
    portfolio = call.release.portfolio
    inputs, version = list(portfolio.champion.features), portfolio.champion.version
    return responses.Model(
        model_version=version, release=portfolio.release, inputs=inputs, card=portfolio.champion.card
    )


async def policy(call: Reading) -> responses.ServedPolicy:
    """The policy in force."""
    active = call.release.policy
    return responses.ServedPolicy(
        threshold=active.threshold,
        threshold_points=active.threshold_points,
        grey_zone_points=active.grey_zone_points,
        missed_default_weight=active.missed_default_weight,
        model_version=call.release.portfolio.champion.version,
    )


async def live() -> responses.Life:
    """Whether the process answers at all."""
    return responses.Life()


async def ready(call: Open) -> responses.Readiness:
    """Whether scores can be answered and logged, by which model, of which revision."""
    await call.desk.accesses.record([])  # by the road of every access: what cannot be logged cannot be answered
    portfolio = call.release.portfolio
    return responses.Readiness(
        commit=call.desk.commit,
        release=portfolio.release,
        model_version=portfolio.champion.version,
        clients=portfolio.size,
        demonstration=call.desk.served.demonstration,
        newer_waits=call.desk.served.waiting is not None,
    )


def _unknown(client: int) -> UnknownClient:
    return UnknownClient(
        "Client {client} is not in this portfolio.",
        "Only published clients can be scored by number.",
        "Check the number on the application, or send its raw fields to /score.",
        client=client,
    )


def _settle() -> None:
    """Compile what the first application would wait for, then keep all that out of every later collection's way."""
    warm_up()
    gc.collect()
    gc.freeze()


def worker() -> FastAPI:
    """The application of one uvicorn worker; what stops it is one sentence, not a traceback."""
    request_log.install()
    sys.setswitchinterval(SWITCH_SECONDS)
    _share_arenas()
    try:
        bound_connections(settings().connections_per_address)
        return create()
    except Problem as problem:
        sys.exit(str(problem))


def _share_arenas() -> None:
    """Let threads share two of glibc's arenas: with one each, ten scored applicants hold 20 MB more for good."""
    libc = ctypes.CDLL(None)
    if sys.platform == "linux" and hasattr(libc, "mallopt"):
        libc.mallopt(M_ARENA_MAX, ARENAS)
