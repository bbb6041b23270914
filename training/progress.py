"""Progress: a bar whose end is known, because whoever does a part of the work declares its steps beforehand."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from tqdm import tqdm
from tqdm.contrib.logging import logging_redirect_tqdm


class Progress:
    """The steps of a run, counted when they are done; without a bar nobody is told."""

    def __init__(self, bar: tqdm | None = None) -> None:
        self._bar = bar
        self._begun = False

    def step(self, message: str) -> None:
        """Begin the next step: the one before is done."""
        self._finish_step()
        self._begun = True
        self.detail(message)

    def detail(self, message: str) -> None:
        """Say how far the step is, without counting."""
        if self._bar is not None:
            self._bar.set_description(message[:60])

    def _finish_step(self) -> None:
        if self._bar is not None and self._begun:
            self._bar.update()

    def end(self) -> None:
        """The last step is done."""
        self._finish_step()
        self._begun = False


@contextmanager
def progress_bar(total: int) -> Iterator[Progress]:
    """A bar of ``total`` steps on standard error; it is full when the work ended well."""
    with logging_redirect_tqdm(), tqdm(total=total, unit="step") as bar:
        progress = Progress(bar)
        yield progress
        progress.end()
