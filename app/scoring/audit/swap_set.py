"""The swap set: whose decision changes when one threshold takes the place of another."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from app.scoring.policy import Floats

Change = Literal["accept", "refuse"]


@dataclass(frozen=True, slots=True)
class SwapSet:
    """Clients whose decision changes, riskiest last.

    Attributes:
        change: what the new threshold decides about them.
        clients: their SK_ID_CURR, read-only.
        probability: the probability that decides about each.
        expected_default_rate: mean probability from a model that never saw them; None when there are none.
        known: how many have a known outcome.
        observed_default_rate: of those, who defaulted; None when there are none.
    """

    change: Change
    clients: NDArray[np.int64]
    probability: Floats
    expected_default_rate: float | None
    known: int
    observed_default_rate: float | None

    def __len__(self) -> int:
        return len(self.clients)


@dataclass(frozen=True)
class Ranking:
    """Everyone in the order of the probability that decides about them; sums from the first client to each.

    Attributes:
        clients: SK_ID_CURR.
        probability: ascending.
        expected, known, defaults: (clients + 1,) sums of honest probabilities, known outcomes and defaults.
    """

    clients: NDArray[np.int64]
    probability: Floats
    expected: Floats
    known: Floats
    defaults: Floats

    @classmethod
    def of(cls, clients: NDArray[np.int64], decides: Floats, honest: Floats, defaulted: Floats) -> Ranking:
        """Sort everyone once.

        Args:
            clients: SK_ID_CURR.
            decides: probability the decision is taken on.
            honest: probability from a model that never saw the client; the same where it did not.
            defaulted: 1 or 0; NaN where the outcome is not known.
        """
        order = np.argsort(decides, kind="stable")
        outcome = defaulted[order]
        known = ~np.isnan(outcome)
        sums = (honest[order], known.astype("float64"), np.where(known, outcome, 0.0))
        arrays = clients[order], decides[order], *(np.concatenate([[0.0], np.cumsum(each)]) for each in sums)
        for array in arrays:
            array.setflags(write=False)
        return cls(*arrays)

    def swap_set(self, current: float, new: float) -> SwapSet:
        """Whose decision changes from the threshold ``current`` to ``new``: at or above it is refused."""
        start, end = (int(place) for place in np.searchsorted(self.probability, sorted((current, new))))
        known, defaults = (sums[end] - sums[start] for sums in (self.known, self.defaults))
        return SwapSet(
            change="accept" if new > current else "refuse",
            clients=self.clients[start:end],
            probability=self.probability[start:end],
            expected_default_rate=float((self.expected[end] - self.expected[start]) / (end - start))
            if end > start
            else None,
            known=int(known),
            observed_default_rate=float(defaults / known) if known else None,
        )
