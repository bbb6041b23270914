"""A load generator that costs little itself: asyncio streams, kept-alive connections, one request at a time on each."""

from __future__ import annotations

import asyncio
import json
import statistics
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit


@dataclass
class Load:
    """What came back.

    Attributes:
        seconds: how long it took.
        milliseconds: latency of each answer.
        statuses: how many answers had each status; 0 stands for a broken connection.
    """

    seconds: float = 0.0
    milliseconds: list[float] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)

    @property
    def per_second(self) -> float:
        """Answers a second."""
        return len(self.milliseconds) / self.seconds

    def percentile(self, hundredths: int) -> float:
        """Latency in milliseconds below which that share of the answers came."""
        return statistics.quantiles(self.milliseconds, n=100)[hundredths - 1]


Check = Callable[[dict[str, Any], int, dict[str, str], bytes], None]


def run_load(
    url: str,
    bodies: Iterator[dict[str, Any]],
    connections: int,
    seconds: float,
    headers: dict[str, str] | None = None,
    check: Check | None = None,
) -> Load:
    """Post ``bodies`` to ``url`` over so many connections for so long.

    Args:
        check: called with the body sent, the status, the headers and the body received.
    """
    asked = _run(url, bodies, connections, seconds, headers or {}, check)
    with ThreadPoolExecutor(1) as aside:  # where a browser test ran before, this thread has an event loop already
        return aside.submit(asyncio.run, asked).result()


async def _run(
    url: str,
    bodies: Iterator[dict[str, Any]],
    connections: int,
    seconds: float,
    headers: dict[str, str],
    check: Check | None,
) -> Load:
    load, started = Load(), time.perf_counter()
    ends = started + seconds
    await asyncio.gather(*(_connection(url, bodies, ends, headers, check, load) for _ in range(connections)))
    load.seconds = time.perf_counter() - started
    return load


async def _connection(
    url: str, bodies: Iterator[dict[str, Any]], ends: float, headers: dict[str, str], check: Check | None, load: Load
) -> None:
    place = urlsplit(url)
    more = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    head = (
        f"POST {place.path}?{place.query} HTTP/1.1\r\nHost: {place.netloc}\r\nContent-Type: application/json\r\n{more}"
    )
    streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None
    while time.perf_counter() < ends:
        body = next(bodies)
        sent, asked = json.dumps(body).encode(), time.perf_counter()
        try:
            streams = streams or await asyncio.open_connection(place.hostname, place.port)
            streams[1].write(f"{head}Content-Length: {len(sent)}\r\n\r\n".encode() + sent)
            status, received_headers, received = await _answer(streams[0])
        except (OSError, asyncio.IncompleteReadError):
            load.statuses[0] += 1
            streams = None
            await asyncio.sleep(0.05)
            continue
        load.milliseconds.append((time.perf_counter() - asked) * 1000)
        load.statuses[status] += 1
        if check:
            check(body, status, received_headers, received)
    if streams:
        streams[1].close()


async def _answer(reader: asyncio.StreamReader) -> tuple[int, dict[str, str], bytes]:
    lines = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    headers = dict(line.lower().split(": ", 1) for line in lines[1:] if line)
    return int(lines[0].split()[1]), headers, await reader.readexactly(int(headers["content-length"]))
