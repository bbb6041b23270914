"""How much one caller may ask of one worker.

A token bucket, of which only the moment it will be full again is kept (the generic cell rate algorithm). The library
``limits`` was tried: its memory storage starts a thread for one request in four, a third of what a decision costs.
"""

from __future__ import annotations

import math
import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from app.scoring.problems import Problem

SECONDS = {"second": 1, "minute": 60, "hour": 3_600}
CALLERS_KEPT = 10_000


@dataclass(frozen=True)
class RateLimit:
    """At most ``requests`` at once, and as many in every ``seconds`` after that."""

    requests: int
    seconds: int
    clock: Callable[[], float] = time.monotonic
    _full_at: dict[str, float] = field(default_factory=dict)

    @classmethod
    def of(cls, written: str) -> RateLimit:
        """The rate as it is written in the settings, e.g. ``"600/minute"``.

        Raises:
            Problem: it is not of that form.
        """
        found = re.fullmatch(r"([1-9]\d{0,11})/(second|minute|hour)", written.strip())
        if not found:
            raise Problem(
                "API_RATE is {rate}.",
                "It is a whole number per second, minute or hour.",
                "Write, for example, 600/minute.",
                rate=repr(written),
            )
        return cls(int(found[1]), SECONDS[found[2]])

    def __str__(self) -> str:
        return f"{self.requests} requests in {self.seconds} s"

    def seconds_to_wait(self, caller: str) -> int:
        """0 when the caller may go on; else the whole seconds until they may."""
        now = self.clock()
        full_at = max(self._full_at.get(caller, now), now) + self.seconds / self.requests
        if full_at - now > self.seconds:
            return math.ceil(full_at - now - self.seconds)
        if len(self._full_at) >= CALLERS_KEPT:
            self._forget_full(now)
        self._full_at[caller] = full_at
        return 0

    def _forget_full(self, now: float) -> None:
        for caller in [caller for caller, full_at in self._full_at.items() if full_at <= now]:
            del self._full_at[caller]
