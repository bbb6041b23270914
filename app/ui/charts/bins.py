"""The bins of an axis as rows people read: ranges with their unit, the largest categories and all the others."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from app.language.features import value_in_words
from app.language.words import Words
from app.scoring.features import by_name
from app.scoring.peers.comparison import Axis, Outcomes

LARGEST = 8
"""Categories named one by one; the client's own is always among them."""


@dataclass(frozen=True, slots=True)
class Slot:
    """One bar, row or line of a table.

    Attributes:
        label: the range or value in words.
        bins: positions on the axis that it holds.
        client: whether the client's value is in it.
    """

    label: str
    bins: tuple[int, ...]
    client: bool

    def count(self, bins: Sequence[Outcomes]) -> Outcomes:
        """What its bins hold together."""
        return sum((bins[place] for place in self.bins), Outcomes())


def is_scale(axis: Axis) -> bool:
    """Whether the axis is a number's: a flag is a category of two."""
    return bool(axis.edges) and by_name[axis.feature].kind == "number"


def slots(axis: Axis, sizes: Sequence[int], words: Words, largest: int = LARGEST) -> tuple[Slot, ...]:
    """The axis as rows, in its own order.

    Args:
        sizes: clients in each bin, to tell the largest categories.
        largest: how many of these are named.
    """
    if is_scale(axis):
        return tuple(Slot(_range(axis, place, words), (place,), place == axis.bin) for place in range(axis.bins))
    if axis.edges:
        return tuple(_flag(axis, place, words) for place in sorted({0, axis.bins - 1}))
    return _categories(axis, sizes, words, largest)


def _flag(axis: Axis, place: int, words: Words) -> Slot:
    value = axis.edges[0] if place == 0 else 1.0
    return Slot(value_in_words(axis.feature, value, words), (place,), place == axis.bin)


def _categories(axis: Axis, sizes: Sequence[int], words: Words, largest: int) -> tuple[Slot, ...]:
    by_size = sorted(range(axis.bins), key=lambda place: (place != axis.bin, -sizes[place]))
    # One other is no fewer than a name.
    named = by_size if axis.bins <= largest + 1 else by_size[:largest]
    rows = [
        Slot(value_in_words(axis.feature, axis.categories[place], words), (place,), place == axis.bin)
        for place in sorted(named, key=lambda place: -sizes[place])
    ]
    others = tuple(by_size[len(named) :])
    if others:
        label = words.plural("The {count} other value", "The {count} other values", len(others))
        rows.append(Slot(label, others, False))
    return tuple(rows)


def _range(axis: Axis, place: int, words: Words) -> str:
    low, high = axis.edges[place], axis.edges[place + 1]
    if by_name[axis.feature].unit == "count" and high - low == 1:
        return _open_ended(axis, place, value_in_words(axis.feature, low, words), words)
    if place in (0, axis.bins - 1) and axis.bins > 1:
        edge = value_in_words(axis.feature, high if place == 0 else low, words)
        return words.say("under {value}", value=edge) if place == 0 else words.say("{value} and more", value=edge)
    ends = (value_in_words(axis.feature, edge, words) for edge in (low, high))
    return words.say("{low} to {high}", **dict(zip(("low", "high"), ends, strict=True)))


def _open_ended(axis: Axis, place: int, value: str, words: Words) -> str:
    return words.say("{value} and more", value=value) if 0 < place == axis.bins - 1 else value


def ticks(low: float, high: float, most: int = 4) -> list[float]:
    """At most ``most`` + 1 round values from ``low`` to ``high``: steps of 1, 2, 2.5 or 5 times a power of ten."""
    if not high > low:
        return [low]
    smallest = (high - low) / most
    magnitude = 10.0 ** math.floor(math.log10(smallest))
    step = next(times * magnitude for times in (1, 2, 2.5, 5, 10) if times * magnitude >= smallest * 0.999)
    return [count * step for count in range(math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9) + 1)]
