"""Where the client stands on the points scale, as elements the browser places by itself.

The first chart of a client's page: drawn without Plotly, which takes a browser two seconds to fetch and start.
"""

from __future__ import annotations

import math

from app.language.words import Words
from app.scoring.decision import Decision
from app.ui.kit.markup import Markup, element

NARROWEST_HALF = 60.0
STEPS = (10, 20, 25, 50, 100, 200, 500)
MOST_TICKS = 7
NEAR_AN_END = 0.2
"""Of the scale: there the client's name stands beside the mark, not above its middle."""


def gauge(decision: Decision, words: Words, spoken: str) -> Markup:
    """Where the client stands on the points scale, the active threshold mid-scale and its bands around it.

    Args:
        spoken: the same in a sentence, for those who do not see it.
    """
    threshold = words.say("Threshold {points}", points=words.points(decision.threshold_points))
    low, high = _grey_zone(decision)
    review = words.say("To review from {low} to {high}", low=words.points(low), high=words.points(high))
    return element(
        "div",
        element("div", _name_of_client(decision, words), class_="above"),
        element("div", *_bands(decision, words), _mark("threshold", 0.5), _client(decision), class_="bands"),
        element("div", *_ticks(decision, words), class_="ticks"),
        element("p", threshold, class_="threshold-name"),
        element("p", review, class_="review"),
        class_="gauge",
        role="img",
        aria_label=spoken,
    )


def _scale(decision: Decision) -> tuple[float, float]:
    half = max(NARROWEST_HALF, math.ceil((abs(decision.distance) + 10) / 10) * 10, decision.grey_zone_points * 2)
    return decision.threshold_points - half, decision.threshold_points + half


def _share(points: float, decision: Decision) -> float:
    """Place on the scale, 0 to 1."""
    low, high = _scale(decision)
    return (points - low) / (high - low)


def _grey_zone(decision: Decision) -> tuple[float, float]:
    return decision.threshold_points - decision.grey_zone_points, decision.threshold_points + decision.grey_zone_points


def _bands(decision: Decision, words: Words) -> list[Markup]:
    start, end = (_share(points, decision) for points in _grey_zone(decision))
    bands = (
        ("refuse", 0.0, start, words.say("Refuse")),
        ("review", start, end, ""),
        ("accept", end, 1.0, words.say("Accept")),
    )
    return [
        element("span", name, class_=f"band {band}", style=f"left:{left:.2%};width:{right - left:.2%}")
        for band, left, right, name in bands
    ]


def _client(decision: Decision) -> Markup:
    return _mark("client", _share(decision.points, decision))


def _mark(of: str, place: float) -> Markup:
    return element("span", class_=f"mark {of}", style=f"left:{place:.2%}")


def _name_of_client(decision: Decision, words: Words) -> Markup:
    place = _share(decision.points, decision)
    side = "after" if place < NEAR_AN_END else "before" if place > 1 - NEAR_AN_END else "middle"
    name = words.say("This client {points}", points=words.points(decision.points))
    return element("span", name, class_=f"name {side}", style=f"left:{place:.2%}")


def _ticks(decision: Decision, words: Words) -> list[Markup]:
    low, high = _scale(decision)
    step = next((step for step in STEPS if (high - low) / step < MOST_TICKS), STEPS[-1])
    values = range(math.ceil(low / step) * step, math.floor(high) + 1, step)
    return [
        element("span", words.points(value), class_="tick", style=f"left:{_share(value, decision):.2%}")
        for value in values
    ]
