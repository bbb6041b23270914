"""Start the scoring API: ``make api``, or ``python -m app.api --port 8000 --workers 1``.

Imports next to nothing: each worker imports this module before it can answer the supervisor that it is alive.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile

import uvicorn

ANSWER_WITHIN_SECONDS = 10
"""A worker that does not answer its supervisor is replaced, and a worker killed while it is asked is missed as late."""
FINISH_WITHIN_SECONDS = 10
"""What a worker that must stop may still spend on calls under way."""


def main() -> None:
    """Run until a signal says to stop."""
    arguments = _arguments()
    with tempfile.TemporaryDirectory() as folder:
        if arguments.workers > 1:
            os.environ.setdefault("PROMETHEUS_MULTIPROC_DIR", folder)
        uvicorn.run(
            "app.api.app:worker",
            factory=True,
            host=arguments.host,
            port=arguments.port,
            workers=arguments.workers,
            access_log=False,
            server_header=False,
            log_config=None,
            http="app.api.connections:Connection",
            timeout_worker_healthcheck=ANSWER_WITHIN_SECONDS,
            timeout_graceful_shutdown=FINISH_WITHIN_SECONDS,
        )


def _arguments() -> argparse.Namespace:
    from app.scoring.problems import Problem
    from app.settings import settings
    from app.store.portfolio import serving

    try:
        arguments = _parser(settings().port).parse_args()
        serving(settings().portfolio)
    except Problem as problem:
        print(problem, file=sys.stderr)
        sys.exit(2)
    return arguments


def _parser(port: int) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--host", default="127.0.0.1", help="0.0.0.0 to answer the network")
    parser.add_argument("--port", type=int, default=port)
    parser.add_argument("--workers", type=int, default=1, help="processes; they share nothing but files and database")
    return parser


if __name__ == "__main__":
    main()
