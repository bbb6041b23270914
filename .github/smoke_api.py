"""Smoke test of a deployed API: waits until ``/ready`` names the commit, then asks it for a decision.

``smoke_api.py URL --commit SHA --wait 1200``; the key, if it wants one, in API_KEY. Only the standard library.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen


def ask(url: str, path: str, body: dict | None = None) -> dict:
    """The JSON answer of one operation."""
    headers = {"Content-Type": "application/json", "X-API-Key": os.environ.get("API_KEY", "")}
    if not headers["X-API-Key"]:
        del headers["X-API-Key"]
    data = None if body is None else json.dumps(body).encode()
    request = Request(url.rstrip("/") + path, data, headers)  # noqa: S310  the host of the deployment
    with urlopen(request, timeout=60) as answer:  # noqa: S310
        return json.load(answer)


def wait_until_ready(url: str, commit: str, seconds: float) -> dict:
    """What ``/ready`` answers once it names the commit (any, when empty)."""
    deadline, met = time.monotonic() + seconds, "no answer"
    while True:
        try:
            ready = ask(url, "/ready")
            if not commit or ready["commit"] == commit:
                return ready
            met = f"commit {ready['commit']}"
        except (URLError, OSError, ValueError) as fault:
            met = str(fault)
        if time.monotonic() > deadline:
            sys.exit(f"{url} did not become ready with {commit or 'any commit'}: {met}")
        time.sleep(min(10, max(0.5, seconds / 60)))


def smoke(url: str, ready: dict) -> None:
    """A known client is decided and explained by the ready model, an unknown one is refused."""
    client = ask(url, "/clients?limit=1")["clients"][0]
    answer = ask(url, "/predict?test=true", {"client": client})
    explained = ask(url, "/interpretation?test=true", {"client": client, "language": "fr"})
    assert answer["model_version"] == ready["model_version"], answer
    assert 0 < answer["probability"] < 1 and answer["decision"] in ("accept", "refuse"), answer
    assert {name: explained[name] for name in answer} == answer, "prediction and interpretation differ"
    total = explained["average_points"] + sum(effect["points"] for effect in explained["contributions"])
    assert abs(total - explained["points"]) < 1e-6, "contributions do not add up"
    try:
        ask(url, "/predict?test=true", {"client": 999_999_999_999})
    except HTTPError as refused:
        assert refused.code == 404, refused.code
    else:
        raise AssertionError("an unknown client was answered")


def main() -> None:
    """Wait, then smoke."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("url")
    parser.add_argument("--commit", default="")
    parser.add_argument("--wait", type=float, default=60)
    arguments = parser.parse_args()
    ready = wait_until_ready(arguments.url, arguments.commit, arguments.wait)
    smoke(arguments.url, ready)
    print(f"ready: model {ready['model_version']}, {ready['clients']:,} clients, commit {ready['commit']}")


if __name__ == "__main__":
    main()
