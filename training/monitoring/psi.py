"""How far a population moved: the population stability index (PSI), the same for a score and for any feature.

PSI is the sum over bins of ``(q - p) ln(q / p)``, p and q being the shares of the reference and of today, i.e. the
symmetrised Kullback-Leibler divergence (Siddiqi, *Credit Risk Scorecards*, 2006, ch. 9: 0.10 and 0.25 are its bands).
Bins are the reference's, with one for missing values and one for categories it never had: a provider that fails and a
new product are drifts that bins over values alone do not see.

Without drift ``PSI / (1/n + 1/m)`` follows a chi-squared distribution with one degree of freedom fewer than there are
bins (Yurdakul, *Statistical Properties of Population Stability Index*, Western Michigan University, 2018; Yurdakul and
Naranjo, Journal of Risk Model Validation 14(4), 2020); with drift, to first order, a noncentral one. So the bands say
nothing as long as chance explains the index.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import chdtr, chdtri, chndtrinc

from app.scoring.drift import Check, Signal, Stability, gravest
from app.scoring.population import Distribution

INVESTIGATE, ACT = 0.10, 0.25
FALSE_ALARMS = 0.05
"""Chance that anything compared at once goes beyond chance without drift (Bonferroni's bound)."""
FAMILIES = 3
"""What decides together: items, score and outcomes. A third of the false alarms each, however many they are."""
HALF = 0.5
FEWEST_EXPECTED = 5.0
"""Clients a bin should hold in the smaller population: below, it is put together with the other rare ones, as the
distribution above needs (Cochran, "Some methods for strengthening the common chi-squared tests", Biometrics 10, 1954).
"""
WEIGHTY = 0.10
"""Share of all effects on the score above which inputs that drift far are a reason to act whatever the score says."""
GONE, GONE_WEIGHT = 0.10, 0.01
"""More clients without an item that carries this share of all effects: its provider fails. Act, whatever the score
says: the model reads an absent value as it did when that was rare, and may accept for it."""

Counts = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Split:
    """An index and its two parts, which sum to it exactly.

    Attributes:
        values: drift among the values provided.
        missing: drift of the share that is not provided.
        bins: number of bins that hold anyone.
    """

    values: float
    missing: float
    bins: int

    @property
    def psi(self) -> float:
        """Both parts together."""
        return self.values + self.missing


def split_psi(reference: Counts, current: Counts) -> Split:
    """PSI of two counts over the same bins, the last of which holds missing values; each counts one client at least.

    With v the share provided and a, b the shares of the bins among those, the index is, by the chain rule of the
    divergence, ``(v' - v) ln(v'/v) + (m' - m) ln(m'/m)`` for m = 1 - v, plus ``sum (v' b - v a) ln(b / a)``.
    An empty bin would make it infinite: half a client a bin is added to either side, spread as both sides together are
    (so that two halves of one population stay alike, whatever their sizes).
    """
    before, now = _provided(reference, current), _provided(current, reference)
    occupied = reference[:-1] + current[:-1] > 0
    bins = int(occupied.sum()) + bool(reference[-1] + current[-1])
    missing = _divergence(before, now) + _divergence(1 - before, 1 - now)
    if not occupied.any():
        return Split(0.0, missing, bins)
    a, b = (_shares(side[:-1][occupied], (reference + current)[:-1][occupied]) for side in (reference, current))
    return Split(float(np.sum((now * b - before * a) * np.log(b / a))), missing, bins)


def rare_together(reference: Counts, current: Counts, apart: int) -> tuple[Counts, Counts]:
    """The same counts, bins that are rare in the reference put into one; the last ``apart`` bins stay as they are."""
    share = reference[:-apart] / max(1.0, reference.sum())
    rare = share * min(reference.sum(), current.sum()) < FEWEST_EXPECTED
    together = ([side[:-apart][~rare], [side[:-apart][rare].sum()], side[-apart:]] for side in (reference, current))
    before, now = (np.concatenate(parts) for parts in together)
    return before, now


def _provided(side: Counts, other: Counts) -> float:
    """Share of ``side`` that is provided; half a client is added to both kinds where both are seen at all."""
    known, missing = side[:-1].sum(), side[-1]
    half = HALF if known + other[:-1].sum() and missing + other[-1] else 0.0
    return float((known + half) / (known + missing + 2 * half))


def _divergence(before: float, now: float) -> float:
    return (now - before) * float(np.log(now / before)) if before != now else 0.0


def _shares(side: Counts, together: Counts) -> Counts:
    filled = side + HALF * len(side) * together / together.sum()
    shares: Counts = filled / filled.sum()
    return shares


@dataclass(frozen=True, slots=True)
class Uncertainty:
    """What chance does to an index; attributes as in ``drift.Stability``."""

    low: float
    high: float
    chance: float


def uncertainty(split: Split, reference: float, current: float, compared: int) -> Uncertainty:
    """95 % interval of an index, and what chance exceeds; see the module's sources.

    Args:
        reference, current: numbers of clients.
        compared: how many indices are looked at together.
    """
    unit, freedom = 1 / reference + 1 / current, max(1, split.bins - 1)
    found = split.psi / unit
    low, high = (_noncentrality(found, freedom, tail) * unit for tail in (0.975, 0.025))
    return Uncertainty(low, high, float(chdtri(freedom, FALSE_ALARMS / compared)) * unit)


def _noncentrality(found: float, freedom: int, tail: float) -> float:
    """The noncentrality under which values up to ``found`` have the probability ``tail``; 0 where even that is less."""
    return float(chndtrinc(found, freedom, tail)) if chdtr(freedom, found) > tail else 0.0


def signal_of(psi: float, chance: float) -> Signal:
    """The band of an index; "stable" whatever it is when chance explains it."""
    if psi <= chance or psi < INVESTIGATE:
        return "stable"
    return "act" if psi >= ACT else "investigate"


def stability(reference: Distribution, column: pd.Series, compared: int, importance: float = 0.0) -> Stability:
    """Drift of one column against its reference.

    Args:
        column: one value per current client; infinite values lie beyond every border.
        compared: how many columns are looked at together.
        importance: share of all effects on the score that is this feature's.
    """
    category = bool(reference.categories) or not (reference.edges or pd.api.types.is_numeric_dtype(column))
    before = np.array(reference.clients, dtype="float64")
    if category:
        now, new = _count_categories(reference.categories, column)
        before = np.insert(before, -1, 0.0)
    else:
        now, new = _count_numbers(reference.edges, column), ()
    split = split_psi(*rare_together(before, now, 2 if category else 1))
    told = uncertainty(split, before.sum(), now.sum(), compared)
    return Stability(
        feature=reference.feature,
        psi=split.psi,
        low=told.low,
        high=told.high,
        chance=told.chance,
        value_drift=split.values,
        missing_drift=split.missing,
        edges=reference.edges,
        categories=reference.categories,
        reference=tuple(before.astype(int).tolist()),
        current=tuple(now.astype(int).tolist()),
        new_categories=new,
        importance=importance,
        signal=signal_of(split.psi, told.chance),
    )


def _count_numbers(edges: tuple[float, ...], column: pd.Series) -> Counts:
    values = column.to_numpy(dtype="float64", na_value=np.nan)
    place = np.where(np.isnan(values), len(edges) + 1, np.searchsorted(edges, values, side="right"))
    return np.bincount(place, minlength=len(edges) + 2).astype("float64")


def _count_categories(known: tuple[str, ...], column: pd.Series) -> tuple[Counts, tuple[tuple[str, int], ...]]:
    """Clients in each known category, in new ones, and without any; the new ones with their clients."""
    found = {str(value): int(clients) for value, clients in column.value_counts().items()}
    new = tuple((value, clients) for value, clients in found.items() if value not in known)
    provided = [found.get(value, 0) for value in known]
    return np.array([*provided, sum(clients for _, clients in new), column.isna().sum()], dtype="float64"), new


def overall(score: Stability, features: tuple[Stability, ...], checks: tuple[Check, ...] = ()) -> Signal:
    """What to do, from the score, the inputs of the model and the checks; features it does not read decide nothing.

    Act when the score drifts far, inputs that drift far carry ``WEIGHTY`` of all effects, one that matters goes
    missing, or a check says so; investigate when the score, any input or any check is not stable.
    """
    read = [each for each in features if each.importance]
    far = sum(each.importance for each in read if each.signal == "act")
    if far >= WEIGHTY or any(gone_missing(each) for each in read):
        return "act"
    inputs: Signal = "investigate" if any(each.signal != "stable" for each in read) else "stable"
    return gravest([score.signal, inputs, *(each.signal for each in checks)])


def gone_missing(told: Stability) -> bool:
    """Whether an item that matters is provided for fewer clients by ``GONE`` or more, beyond chance."""
    before, now = told.missing
    return told.importance >= GONE_WEIGHT and told.psi > told.chance and now - before >= GONE
