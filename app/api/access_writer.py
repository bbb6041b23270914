"""Writes the access log for many requests at once: an answer leaves when its access is safely written.

Requests that arrive while a transaction is under way share the next one, so that a thousand logged decisions a second
cost tens of transactions, and a database that cannot be written turns into 503 rather than into unlogged answers.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Sequence

from app.store.access import Access, AccessLog

GATHER_SECONDS = 0.002
Waiting = tuple[Sequence[Access], "asyncio.Future[None]"]


class AccessWriter:
    """One per process; lives in the event loop."""

    def __init__(self, log: AccessLog) -> None:
        self.log = log
        self._waiting: list[Waiting] = []
        self._wake = asyncio.Event()

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[AccessWriter]:
        """Writes until the exit, and then what is left."""
        task = asyncio.create_task(self._run())
        try:
            yield self
        finally:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task
            await self._write()

    async def record(self, accesses: Sequence[Access]) -> None:
        """Return when the accesses are written.

        Raises:
            StoreProblem: they could not be: the database is locked, full or away.
        """
        written: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((accesses, written))
        self._wake.set()
        await written

    async def _run(self) -> None:
        while True:
            await self._wake.wait()
            self._wake.clear()
            await asyncio.sleep(GATHER_SECONDS)
            await self._write()

    async def _write(self) -> None:
        batch, self._waiting = self._waiting, []
        if not batch:
            return
        fault: Exception | None = None
        try:
            await asyncio.to_thread(self.log.write, [access for accesses, _ in batch for access in accesses])
        except Exception as error:  # whatever it is, those who wait must hear of it
            fault = error
        for _, written in batch:
            if not written.done():
                written.set_exception(fault) if fault else written.set_result(None)
