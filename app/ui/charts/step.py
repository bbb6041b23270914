"""One bar of an explanation."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Step:
    """One bar of the waterfall.

    Attributes:
        label: the feature with the client's value, in words.
        points: its effect.
        start: where it starts on the points scale.
        feature: its name; None for all the others together.
    """

    label: str
    points: float
    start: float
    feature: str | None = None

    @property
    def end(self) -> float:
        """Where it ends on the points scale."""
        return self.start + self.points
