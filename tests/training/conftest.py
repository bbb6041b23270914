"""What keeps whole trainings light: intervals from fewer resamples, which no test of a whole run looks into."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import pytest

from training.model import evaluate, slices, train

RESAMPLES = 20


@pytest.fixture(scope="module", autouse=True)
def few_resamples() -> Iterator[None]:
    """Seven of ten seconds of a small run are resampled AUCs; ``evaluate.interval`` itself is tested as it is."""
    with pytest.MonkeyPatch.context() as patched:
        for module in (slices, train):
            patched.setattr(module, "interval", partial(evaluate.interval, resamples=RESAMPLES))
        yield
