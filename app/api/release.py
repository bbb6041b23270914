"""The release that answers: opened once, opened again when another takes its place, never half of each."""

from __future__ import annotations

import logging
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

from app.scoring.policy import Policy
from app.scoring.problems import Problem
from app.store.portfolio import POINTER, Portfolio

LOOK_EVERY_SECONDS = 0.2
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Opened:
    """One release with the policy in force: everything an answer is made of."""

    portfolio: Portfolio
    policy: Policy


@dataclass
class ServedRelease:
    """What ``root`` serves. A swap is noticed by the pointer's own stamp, looked at a few times a second."""

    root: Path
    _opened: Portfolio = field(init=False)
    _stamp: tuple[int, int] = field(init=False)
    _looked: float = field(init=False, default=0.0)
    _opening: threading.Lock = field(init=False, default_factory=threading.Lock)

    def __post_init__(self) -> None:
        self._stamp = self._pointer()
        self._opened = Portfolio.open(self.root)

    @property
    def demonstration(self) -> bool:
        """Whether nobody who is served is real."""
        return bool(self.now().manifest.get("demo"))

    def now(self) -> Portfolio:
        """The served release. After a swap the one before answers, whole, until the new one is open."""
        moment = time.monotonic()
        if moment - self._looked < LOOK_EVERY_SECONDS:
            return self._opened
        self._looked = moment
        if self._pointer() != self._stamp and self._opening.acquire(blocking=False):
            threading.Thread(target=self._follow, name="open-release", daemon=True).start()
        return self._opened

    def _follow(self) -> None:
        try:
            # The stamp is taken first: a second swap meanwhile is seen at the next request.
            self._stamp = self._pointer()
            self._opened = Portfolio.open(self.root)
            log.info("serving release %s", self._opened.release)
        except Problem:
            log.exception("the new release cannot be opened: the one before still answers")
        finally:
            self._opening.release()

    def _pointer(self) -> tuple[int, int]:
        try:
            state = (self.root / POINTER).stat()
        except OSError:
            return (0, 0)
        return (state.st_mtime_ns, state.st_ino)
