"""Where the parts of a client's gauge stand, read from its elements."""

from __future__ import annotations

import re

_PART = re.compile(r'class="((?:band|mark|name|tick)[^"]*)" style="left:([\d.]+)%(?:;width:([\d.]+)%)?"')


def places(gauge: str) -> dict[str, tuple[float, ...]]:
    """Class of each part, e.g. ``"band review"`` -> its place on the scale and, of a band, its width, in percent."""
    return {name: tuple(float(each) for each in numbers if each) for name, *numbers in _PART.findall(gauge)}


def place_on(points: float, middle: float, half: float) -> float:
    """Where so many points stand on a scale around ``middle``, in percent."""
    return 50.0 * (1.0 + (points - middle) / half)
