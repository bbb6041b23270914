"""How the API is started: its options, and the server it runs in."""

from __future__ import annotations

import os
import tempfile
from typing import Annotated

import typer
import uvicorn

from app import command
from app.settings import settings
from app.store.portfolio import serving

ANSWER_WITHIN_SECONDS = 10
"""A worker that does not answer its supervisor is replaced, and a worker killed while it is asked is missed as late."""
FINISH_WITHIN_SECONDS = 10
"""What a worker that must stop may still spend on calls under way."""


def serve(
    host: Annotated[str, typer.Option(help="0.0.0.0 to answer the network.")] = "127.0.0.1",
    port: Annotated[
        int | None,
        typer.Option(min=0, max=65_535, show_default="PORT, or 8000", help="Where it listens; 0 takes a free one."),
    ] = None,
    workers: Annotated[int, typer.Option(min=1, help="Processes; they share nothing but files and database.")] = 1,
) -> None:
    """Answer until a signal says to stop."""
    known = settings()
    serving(known.portfolio)
    with tempfile.TemporaryDirectory() as folder:
        if workers > 1:
            os.environ.setdefault("PROMETHEUS_MULTIPROC_DIR", folder)
        uvicorn.run(
            "app.api.app:worker",
            factory=True,
            host=host,
            port=known.port if port is None else port,
            workers=workers,
            access_log=False,
            server_header=False,
            log_config=None,
            http="app.api.connections:Connection",
            timeout_worker_healthcheck=ANSWER_WITHIN_SECONDS,
            timeout_graceful_shutdown=FINISH_WITHIN_SECONDS,
        )


def main() -> None:
    """``python -m app.api``."""
    command.run_alone(serve, "python -m app.api")
