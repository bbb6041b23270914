"""Many sequences of different lengths laid end to end, as the monthly tables are."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def steps(lengths: NDArray[np.integer]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """For sequences of ``lengths``: the sequence of each row, and its place in it from 0."""
    lengths = np.asarray(lengths, np.intp)
    sequence = np.repeat(np.arange(len(lengths)), lengths)
    starts = np.cumsum(lengths) - lengths
    return sequence, np.arange(len(sequence)) - starts[sequence]
