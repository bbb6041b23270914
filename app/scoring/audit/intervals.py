"""Intervals of shares, in closed form."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

NORMAL_95 = 1.959963984540054
"""The standard normal's 97.5 % point."""


def wilson(counted: Floats, of: Floats) -> tuple[Floats, Floats]:
    """95 % interval of a share, within 0 and 1 and sound near both (Wilson, *JASA* 22, 1927).

    Args:
        counted: how many have the property.
        of: how many there are; 0 gives the whole of 0 to 1.
    """
    counted, of = np.asarray(counted, dtype="float64"), np.asarray(of, dtype="float64")
    sure = np.maximum(of, 1.0)
    share, z2 = counted / sure, NORMAL_95**2
    centre = (share + z2 / (2 * sure)) / (1 + z2 / sure)
    half = NORMAL_95 / (1 + z2 / sure) * np.sqrt(share * (1 - share) / sure + z2 / (4 * sure**2))
    low, high = np.clip(centre - half, 0.0, share), np.clip(centre + half, share, 1.0)
    return np.where(of > 0, low, 0.0), np.where(of > 0, high, 1.0)
