"""Whether a threshold treats groups of clients alike, with how sure that is.

Measures: Hardt, Price and Srebro, "Equality of Opportunity in Supervised Learning" (NeurIPS 2016); disparate impact and
its reference of four fifths: *Uniform Guidelines on Employee Selection Procedures*, 29 CFR 1607.4 (D), 1978.

Intervals of shares are Wilson's. Those of ratios and gaps between two groups come from the client bootstrap: its counts
are multinomial, so they are drawn directly, which is exact and costs the same for any number of clients.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from app.scoring.audit.intervals import wilson
from app.scoring.policy import Floats

FEWEST_CLIENTS = 100
RESAMPLES, SEED = 1_000, 20180517
Measure = Literal["disparate impact", "selection gap", "equal-opportunity gap"]
REFERENCES: dict[Measure, float] = {"disparate impact": 0.80, "selection gap": 0.10, "equal-opportunity gap": 0.05}
"""Disparate impact is at least, gaps are at most."""
Finding = Literal["kept", "not kept", "unsure"]


@dataclass(frozen=True, slots=True)
class Share:
    """A share with its 95 % interval; all None when there is nobody to take it of."""

    value: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class GroupFigures:
    """One group at one threshold.

    Attributes:
        name: of the group.
        clients: how many have a known outcome.
        accepted: of the group's clients.
        default_rate: of those accepted.
        good_accepted: of those who repay, the share accepted (true-positive rate of good payers).
        expected_default_rate: mean probability of those accepted: calibrated when ``default_rate`` holds it.
        large_enough: whether it has ``FEWEST_CLIENTS``; otherwise it is compared with nobody.
    """

    name: str
    clients: int
    accepted: Share
    default_rate: Share
    good_accepted: Share
    expected_default_rate: float | None
    large_enough: bool


@dataclass(frozen=True, slots=True)
class Gap:
    """The distance between the group treated least well and the one treated best, with its 95 % interval.

    Attributes:
        reference: what is usually held to be acceptable.
        lowest, highest: names of the two groups.
        finding: whether the reference is kept; "unsure" when the interval holds it.
    """

    measure: Measure
    value: float
    low: float
    high: float
    reference: float
    lowest: str
    highest: str
    finding: Finding


@dataclass(frozen=True, slots=True)
class Audit:
    """An attribute at one threshold; ``gaps`` is empty when fewer than two groups are large enough."""

    attribute: str
    groups: tuple[GroupFigures, ...]
    gaps: tuple[Gap, ...]


@dataclass(frozen=True)
class Attribute:
    """Clients by group, sorted once. Arrays are read-only, one entry a group.

    Attributes:
        name: feature name.
        groups: names of the groups, in the order to show them.
        good, bad: ascending probabilities of those who repay, and of those who do not.
        good_sums, bad_sums: sums of those probabilities, from none to all.
    """

    name: str
    groups: tuple[str, ...]
    good: tuple[Floats, ...]
    bad: tuple[Floats, ...]
    good_sums: tuple[Floats, ...]
    bad_sums: tuple[Floats, ...]

    @classmethod
    def of(
        cls, name: str, groups: Sequence[str], group: NDArray[np.int_], probability: Floats, defaulted: Floats
    ) -> Attribute:
        """Sort the clients of each group.

        Args:
            group: position in ``groups`` of each client; negative when not provided.
            probability: from a model that never saw the client.
            defaulted: 1 where the client did not repay, 0 where they did.
        """
        sides = []
        for outcome in (0, 1):
            of_outcome = defaulted == outcome
            sides.append([_frozen(np.sort(probability[of_outcome & (group == place)])) for place in range(len(groups))])
        met = [place for place in range(len(groups)) if len(sides[0][place]) + len(sides[1][place])]
        good, bad = (tuple(side[place] for place in met) for side in sides)
        names = tuple(groups[place] for place in met)
        return cls(name, names, good, bad, tuple(map(_summed, good)), tuple(map(_summed, bad)))

    def audit(self, threshold: float) -> Audit:
        """Each group at a threshold, and the gaps between those that are large enough."""
        good, bad = (
            np.array([np.searchsorted(each, threshold) for each in side], dtype="float64")
            for side in (self.good, self.bad)
        )
        all_good, all_bad = (np.array([len(each) for each in side], dtype="float64") for side in (self.good, self.bad))
        counts = np.stack([good, bad, all_good - good, all_bad - bad], axis=1)
        expected = [
            (goods[int(some)] + bads[int(others)]) / (some + others) if some + others else None
            for goods, bads, some, others in zip(self.good_sums, self.bad_sums, good, bad, strict=True)
        ]
        groups = tuple(_figures(*each) for each in zip(self.groups, counts, expected, strict=True))
        large = [place for place, group in enumerate(groups) if group.large_enough]
        return Audit(self.name, groups, _gaps([self.groups[place] for place in large], counts[large]))


def _frozen(array: Floats) -> Floats:
    array.setflags(write=False)
    return array


def _summed(probability: Floats) -> Floats:
    return _frozen(np.concatenate([[0.0], np.cumsum(probability)]))


def _figures(name: str, counts: Floats, expected: float | None) -> GroupFigures:
    good, bad, lost, _ = counts
    clients = int(counts.sum())
    return GroupFigures(
        name=name,
        clients=clients,
        accepted=_share(good + bad, clients),
        default_rate=_share(bad, good + bad),
        good_accepted=_share(good, good + lost),
        expected_default_rate=None if expected is None else float(expected),
        large_enough=clients >= FEWEST_CLIENTS,
    )


def _share(counted: float, of: float) -> Share:
    if not of:
        return Share(None, None, None)
    low, high = wilson(np.array(counted), np.array(of))
    return Share(float(counted / of), float(low), float(high))


def _rates(counts: Floats) -> tuple[Floats, Floats]:
    """Acceptance, and acceptance of those who repay: from (..., groups, 4) counts to (..., groups)."""
    good, bad, lost, avoided = np.moveaxis(counts, -1, 0)
    with np.errstate(invalid="ignore"):
        return (good + bad) / (good + bad + lost + avoided), good / (good + lost)


def _gaps(names: list[str], counts: Floats) -> tuple[Gap, ...]:
    if len(names) < 2:
        return ()
    clients = int(counts.sum())
    drawn = np.random.default_rng(SEED).multinomial(clients, counts.ravel() / clients, RESAMPLES)
    accepted, good_accepted = _rates(counts)
    drawn_accepted, drawn_good = _rates(drawn.reshape(RESAMPLES, *counts.shape).astype("float64"))
    found = [
        _gap("disparate impact", names, accepted, drawn_accepted),
        _gap("selection gap", names, accepted, drawn_accepted),
        _gap("equal-opportunity gap", names, good_accepted, drawn_good),
    ]
    return tuple(gap for gap in found if gap is not None)


def _gap(measure: Measure, names: list[str], rates: Floats, drawn: Floats) -> Gap | None:
    """Between the extreme groups, the same two in every resample: each resample's own extremes would overstate it."""
    if np.isnan(rates).any():
        return None
    lowest, highest = int(np.argmin(rates)), int(np.argmax(rates))
    value = _distance(measure, rates[lowest], rates[highest])
    low, high = np.nanquantile(_distance(measure, drawn[:, lowest], drawn[:, highest]), [0.025, 0.975])
    reference = REFERENCES[measure]
    finding = _finding(measure, float(low), float(high), reference)
    return Gap(measure, float(value), float(low), float(high), reference, names[lowest], names[highest], finding)


def _distance(measure: Measure, lowest: Floats, highest: Floats) -> Floats:
    if measure == "disparate impact":
        # Nobody of either group accepted: they are treated alike.
        return np.where(highest > 0, lowest / np.where(highest > 0, highest, 1.0), 1.0)
    return highest - lowest


def _finding(measure: Measure, low: float, high: float, reference: float) -> Finding:
    if measure == "disparate impact":
        low, high, reference = -high, -low, -reference
    return "kept" if high <= reference else "not kept" if low > reference else "unsure"
