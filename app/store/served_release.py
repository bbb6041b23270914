"""The release that answers: opened once, opened again when another takes its place, never half of each."""

from __future__ import annotations

import logging
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

from app.scoring.problems import Problem
from app.store.portfolio import POINTER, Portfolio

LOOK_EVERY_SECONDS = 0.2
TRY_AGAIN_SECONDS = 2.0
log = logging.getLogger(__name__)


@dataclass
class ServedRelease:
    """What ``root`` serves. A swap is noticed by the pointer's own stamp, looked at a few times a second.

    A release that cannot be opened yet, because it arrives in pieces, is tried again until it is whole; one that is
    altered while it answers stops answering.

    Attributes:
        waiting: why the release that should answer does not, in a sentence for the log; None while it does.
    """

    root: Path
    waiting: str | None = field(init=False, default=None)
    _opened: Portfolio = field(init=False)
    _stamp: tuple[int, int] | None = field(init=False)
    _altered: Problem | None = field(init=False, default=None)
    _looked: float = field(init=False, default=0.0)
    _tried: float = field(init=False, default=0.0)
    _opening: threading.Lock = field(init=False, default_factory=threading.Lock)

    def __post_init__(self) -> None:
        self._stamp = self._pointer()
        self._opened = Portfolio.open(self.root)

    @property
    def demonstration(self) -> bool:
        """Whether nobody who is served is real."""
        return bool(self.now().manifest.get("demo"))

    def now(self, patience: float = 0.0) -> Portfolio:
        """The served release. After a swap the one before answers, whole, until the new one is open.

        Args:
            patience: seconds to wait for the new one.

        Raises:
            PortfolioProblem: a file of the open one was changed, and is not whole again.
        """
        moment = time.monotonic()
        if moment - self._looked >= LOOK_EVERY_SECONDS:
            self._looked = moment
            self._look(moment, patience)
        if self._altered:
            raise self._altered.with_traceback(None)
        return self._opened

    def _look(self, moment: float, patience: float) -> None:
        try:
            self._opened.check_untouched()
        except Problem as problem:
            self._altered, self._stamp = problem, None
        due = self.waiting is None or moment - self._tried >= TRY_AGAIN_SECONDS
        if self._pointer() != self._stamp and due and self._opening.acquire(blocking=False):
            self._tried = moment
            opening = threading.Thread(target=self._follow, name="open-release", daemon=True)
            opening.start()
            opening.join(patience)

    def _follow(self) -> None:
        try:
            # The stamp is taken first: a second swap meanwhile is seen at the next look.
            stamp = self._pointer()
            self._opened = Portfolio.open(self.root)
            self._stamp, self._altered, self.waiting = stamp, None, None
            log.info("serving release %s", self._opened.release)
        except Problem as problem:
            if self.waiting != str(problem):
                log.error("the new release cannot be opened yet: %s", problem)
            self.waiting = str(problem)
        finally:
            self._opening.release()

    def _pointer(self) -> tuple[int, int]:
        try:
            state = (self.root / POINTER).stat()
        except OSError:
            return (0, 0)
        return (state.st_mtime_ns, state.st_ino)
