"""The policy in force and whether advice is suspended, as the store holds them: every worker follows an activation or
a suspension within a fraction of a second."""

from __future__ import annotations

import asyncio
import logging
import time
from dataclasses import dataclass, field

from anyio import to_thread

from app.scoring.champion import Champion
from app.scoring.policy import Policy
from app.scoring.problems import BrokenEvidence, StoreProblem
from app.store.policies import PolicyHistory
from app.store.suspensions import Suspension, Suspensions, told

LOOK_EVERY_SECONDS, AHEAD_SECONDS = 0.2, 0.1
"""Older than the first it is asked before an answer; older than the second beside it, so that few answers wait."""
KEEP_SECONDS = 5.0
"""How long the last known policy still answers while the store does not: a restart of the database, no more."""
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Known:
    model_version: str
    policy: Policy
    suspended: Suspension | None
    read: float


@dataclass
class PolicyInForce:
    """What the store said last, asked again a few times a second."""

    history: PolicyHistory
    suspensions: Suspensions
    _known: _Known | None = field(init=False, default=None)
    _looked: float = field(init=False, default=float("-inf"))
    _problem: StoreProblem | None = field(init=False, default=None)
    _looking: asyncio.Lock = field(init=False, default_factory=asyncio.Lock)
    _beside: asyncio.Task[None] | None = field(init=False, default=None)

    async def of(self, champion: Champion) -> Policy:
        """The policy activated last for a champion, else what it recommends.

        Raises:
            StoreProblem: the store has not answered for ``KEEP_SECONDS``: the threshold may have changed since.
            BrokenEvidence: the history of policies was changed; nothing answers by it, not even by what was known.
        """
        return (await self._of(champion)).policy

    async def check_not_suspended(self, champion: Champion) -> None:
        """Raise AdviceSuspended where a champion's advice is suspended; StoreProblem as ``of``."""
        if suspended := (await self._of(champion)).suspended:
            raise told(suspended)

    async def _of(self, champion: Champion) -> _Known:
        if self._older(LOOK_EVERY_SECONDS, champion):
            await self._look(LOOK_EVERY_SECONDS, champion)
        elif self._older(AHEAD_SECONDS, champion) and not self._looking.locked():
            self._beside = asyncio.create_task(self._look(AHEAD_SECONDS, champion))
        known = self._known
        if known and known.model_version == champion.version and time.monotonic() - known.read < KEEP_SECONDS:
            return known
        raise self._problem or _read_too_slowly()

    def _older(self, seconds: float, champion: Champion) -> bool:
        of_another = self._known is not None and self._known.model_version != champion.version
        return of_another or time.monotonic() - self._looked >= seconds

    async def _look(self, seconds: float, champion: Champion) -> None:
        """Ask the store, unless another did within those seconds."""
        async with self._looking:
            if self._older(seconds, champion):
                await self._ask(champion)

    async def _ask(self, champion: Champion) -> None:
        moment = time.monotonic()
        try:
            # Not in the event loop: a database that is away answers after seconds.
            policy, suspended = await to_thread.run_sync(self._read, champion)
            self._known, self._problem = _Known(champion.version, policy, suspended, moment), None
        except StoreProblem as problem:
            if isinstance(problem, BrokenEvidence):
                self._known = None
            log.warning("the policy in force cannot be read: %s", problem)
            self._problem = problem
        self._looked = time.monotonic()

    def _read(self, champion: Champion) -> tuple[Policy, Suspension | None]:
        return self.history.decides(champion), self.suspensions.in_force(champion.version)


def _read_too_slowly() -> StoreProblem:
    return StoreProblem(
        "The policy in force was read more slowly than it may have changed.",
        "Nothing is decided on a threshold that may have changed.",
        "Try again in a moment; if it lasts, check the store database.",
    )
