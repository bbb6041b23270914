"""The points scale: equal steps are equal changes of odds.

600 points at odds of 50 good to 1 bad, 20 points double the odds:
``points = OFFSET + FACTOR * ln((1 - p) / p)`` (Siddiqi, *Credit Risk Scorecards*, 2006, ch. 6).
"""

from __future__ import annotations

import math
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

POINTS_TO_DOUBLE_ODDS = 20.0
FACTOR = POINTS_TO_DOUBLE_ODDS / math.log(2.0)
OFFSET = 600.0 - FACTOR * math.log(50.0)

Number = TypeVar("Number", float, NDArray[np.float64])


def points_from_log_odds(log_odds: Number) -> Number:
    """Points of the log-odds of default ``ln(p / (1 - p))``; more points, less risk."""
    return OFFSET - FACTOR * log_odds


def log_odds_from_points(points: Number) -> Number:
    """Log-odds of default at ``points``."""
    return (OFFSET - points) / FACTOR


def points_from_probability(probability: float) -> float:
    """Points of a probability of default strictly between 0 and 1."""
    return points_from_log_odds(math.log(probability / (1.0 - probability)))


def probability_from_points(points: float) -> float:
    """Probability of default at ``points``."""
    return 1.0 / (1.0 + math.exp(-log_odds_from_points(points)))
