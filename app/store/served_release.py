"""The release that answers: opened once, opened again when another takes its place, never half of each."""

from __future__ import annotations

import logging
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

from app.scoring.problems import Problem
from app.store.portfolio import POINTER, Portfolio
from app.store.score_proof import prove_scores

LOOK_EVERY_SECONDS = 0.2
TRY_AGAIN_SECONDS = 2.0
FIRST_PROOF_SECONDS = 2.0
"""How long the first answer waits for the scores to be proven; a large release goes on being proven beside it."""
log = logging.getLogger(__name__)


@dataclass
class ServedRelease:
    """What ``root`` serves. A swap is noticed by the pointer's own stamp, looked at a few times a second.

    A release that cannot be opened yet, because it arrives in pieces, is tried again until it is whole; one that is
    altered while it answers stops answering, and so does one whose stored scores are not its champion's. The release
    that follows is proven before it answers.

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
        proving = threading.Thread(target=self._prove, args=(self._opened,), name="prove-scores", daemon=True)
        proving.start()
        proving.join(FIRST_PROOF_SECONDS)

    @property
    def demonstration(self) -> bool:
        """Whether nobody who is served is real."""
        return bool(self.now().manifest.get("demo"))

    def now(self, patience: float = 0.0) -> Portfolio:
        """The served release. After a swap the one before answers, whole, until the new one is open.

        Args:
            patience: seconds to wait for the new one.

        Raises:
            PortfolioProblem: a file of the open one was changed and is not whole again, or its scores are not its
                champion's.
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
            following = Portfolio.open(self.root)
            prove_scores(following)
            self._opened = following
            self._stamp, self._altered, self.waiting = stamp, None, None
            log.info("serving release %s", self._opened.release)
        except Problem as problem:
            if self.waiting != str(problem):
                log.error("the new release cannot be opened yet: %s", problem)
            self.waiting = str(problem)
        finally:
            self._opening.release()

    def _prove(self, first: Portfolio) -> None:
        try:
            prove_scores(first)
        except Problem as problem:
            log.error("what is served is no longer: %s", problem)
            if self._opened is first:
                self._altered = problem

    def _pointer(self) -> tuple[int, int]:
        try:
            state = (self.root / POINTER).stat()
        except OSError:
            return (0, 0)
        return (state.st_mtime_ns, state.st_ino)
