"""Who is near whom on what the model reads, each item counting as much as it moves the score.

The distance between two clients is the sum over the model's inputs of weight times difference. The weight is the
input's mean effect in points over the release, as a share of all of them. The difference is, for a number, in units of
the population's middle 80 %, at most 1; for a category 1 if it is another one; 1 where one of the two is missing, 0
where both are. Gender, age, family status and what is derived from them count for nothing, whatever a model reads.

Everybody is held as one byte an input: a number to the eightieth of that unit, no farther than one unit beyond either
end. Weights are whole millionths, so sums are exact and the order is the same on every machine.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from app.scoring.features import by_name
from app.scoring.population import Distribution, Population
from app.scoring.problems import QuestionProblem

MISSING = 255
STEPS = 80
"""In which one unit of difference is told apart."""
LAST = 3 * STEPS
"""Code of the largest numbers; categories beyond the two hundred and fifty largest are one."""
WHOLE = 1_000_000
"""The largest distance: another one on every input."""
BEYOND = 2 * WHOLE
FIRST, THEN = 32, 12
"""Inputs worked out for everybody, the heaviest; and how many more, before who is too far by then is left out."""
BLOCK = 1 << 16
"""Clients whose distances are worked out at once: they stay in the processor's cache."""

Codes = NDArray[np.uint8]
Distances = NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Near:
    """A client near another one.

    Attributes:
        client: SK_ID_CURR.
        distance: between 0, alike on all the model reads, and 1.
        apart: inputs on which the two differ, what adds most to the distance first.
    """

    client: int
    distance: float
    apart: tuple[str, ...]


@dataclass(frozen=True)
class Nearness:
    """Everybody of a release, ready to be compared with anybody. Safe to share between threads.

    Attributes:
        clients: SK_ID_CURR, one a place.
        weights: input -> its share of the distance, in millionths; what counts for nothing is left out.
        codes: input -> where each client stands on it.
    """

    clients: NDArray[np.int64]
    weights: Mapping[str, int]
    codes: Mapping[str, Codes]

    def nearest(self, client: int, size: int) -> tuple[Near, ...]:
        """The clients nearest to one, the nearest first, ties by their number; that client left out.

        Raises:
            QuestionProblem: the client is not among them.
        """
        place = int(np.searchsorted(self.clients, client))
        if place == len(self.clients) or self.clients[place] != client:
            raise QuestionProblem(
                "Client {client} is not among those who can be compared.",
                "Nearness is known within the portfolio that is served.",
                "Open the file of a client of this portfolio.",
                client=client,
            )
        steps = {
            name: _differences(name, int(self.codes[name][place]), weight) for name, weight in self.weights.items()
        }
        size = min(size, len(self.clients) - 1)
        if size < 1:
            return ()
        found, distances = self._closest(place, size, steps)
        # The places ascend with the numbers, so a stable order breaks ties by them.
        order = np.argsort(distances, kind="stable")[:size]
        return tuple(self._near(int(found[each]), int(distances[each]), steps) for each in order)

    def _closest(self, place: int, size: int, steps: Mapping[str, Distances]) -> tuple[NDArray[np.intp], Distances]:
        """Places and distances of the nearest, and of some others.

        Whoever is farther on some inputs than those nearest on the first ones are on all is not looked at again.
        """
        by_weight = sorted(steps, key=lambda name: (-self.weights[name], name))
        so_far = self._of_everybody(by_weight[:FIRST], steps)
        so_far[place] = BEYOND  # nobody is their own neighbour
        likely = np.argpartition(so_far, size - 1)[:size]
        farthest = self._further(so_far[likely], likely, by_weight[FIRST:], steps).max()
        kept = np.flatnonzero(so_far <= farthest)
        distances = so_far[kept]
        for start in range(FIRST, len(by_weight), THEN):
            distances = self._further(distances, kept, by_weight[start : start + THEN], steps)
            within = distances <= farthest
            kept, distances = kept[within], distances[within]
        return kept, distances

    def _of_everybody(self, names: Iterable[str], steps: Mapping[str, Distances]) -> Distances:
        found, added = np.zeros(len(self.clients), np.int32), np.empty(BLOCK, np.int32)
        for start in range(0, len(found), BLOCK):
            within = found[start : start + BLOCK]
            for name in names:
                codes = self.codes[name][start : start + BLOCK]
                # Every code has its difference: clipping changes none, and is twice as fast as checking.
                within += np.take(steps[name], codes, out=added[: len(codes)], mode="clip")
        return found

    def _further(
        self, so_far: Distances, places: NDArray[np.intp], names: Iterable[str], steps: Mapping[str, Distances]
    ) -> Distances:
        found = so_far.copy()
        for name in names:
            found += steps[name][self.codes[name][places]]
        return found

    def _near(self, place: int, distance: int, steps: Mapping[str, Distances]) -> Near:
        apart = {name: int(differences[self.codes[name][place]]) for name, differences in steps.items()}
        most_first = sorted((name for name in apart if apart[name]), key=lambda name: -apart[name])
        return Near(int(self.clients[place]), distance / WHOLE, tuple(most_first))


def _differences(name: str, own: int, weight: int) -> Distances:
    """What each code adds to the distance from a client who has the code ``own``."""
    codes = np.arange(MISSING + 1)
    if by_name[name].kind == "category" or own == MISSING:
        return np.where(codes == own, 0, weight).astype(np.int32)
    apart = np.minimum(np.abs(codes - own), STEPS)
    apart[MISSING] = STEPS
    return np.rint(apart * weight / STEPS).astype(np.int32)


def weights_of(importance: Mapping[str, float]) -> dict[str, int]:
    """What each input counts for, in millionths of the whole.

    Args:
        importance: input -> its mean effect in points, largest first.
    """
    counted = {name: effect for name, effect in importance.items() if effect > 0 and not by_name[name].protected}
    everything = sum(counted.values()) or 1.0
    shares = {name: int(effect / everything * WHOLE) for name, effect in counted.items()}
    return {name: share for name, share in shares.items() if share}


def nearness_of(
    clients: NDArray[np.int64], columns: Iterable[tuple[str, pd.Series]], weights: Mapping[str, int], known: Population
) -> Nearness:
    """Lay everybody out.

    Args:
        clients: SK_ID_CURR, in any order.
        columns: values of each input with a weight, in the order of ``clients``; asked for one by one.
        known: how each of them is spread.
    """
    order = np.argsort(clients, kind="stable")
    codes = {name: _codes(column, known[name])[order] for name, column in columns}
    return Nearness(clients[order], dict(weights), codes)


def _codes(column: pd.Series, known: Distribution) -> Codes:
    if known.categories:
        code = {value: min(place, LAST) for place, value in enumerate(known.categories)}
        return np.asarray(column.map(code).fillna(MISSING), np.uint8)
    values = column.to_numpy(np.float64, na_value=np.nan)
    low, width = unit_of(known)
    placed = np.rint(np.clip((values - low) / width + 1.0, 0.0, 3.0) * STEPS)
    return np.where(np.isnan(placed), MISSING, placed).astype(np.uint8)


def unit_of(known: Distribution) -> tuple[float, float]:
    """Where the population's middle 80 % of a number begin, and how wide they are; 1 where all are alike."""
    if not known.edges:
        return 0.0, 1.0
    return known.edges[0], known.edges[-1] - known.edges[0] or 1.0
