"""The road from the average client's points to this client's: the largest effects, then all the others together."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import accumulate

from app.language.features import in_words
from app.language.words import Words
from app.scoring.decision import Decision
from app.ui.charts.step import Step

LARGEST = 8


def steps(decision: Decision, words: Words, largest: int = LARGEST) -> tuple[Step, ...]:
    """Steps that lead exactly from ``average_points`` to ``points``; an input without effect is not counted."""
    first, rest = decision.contributions[:largest], [each for each in decision.contributions[largest:] if each.points]
    named: list[tuple[str, float, str | None]]
    named = [(in_words(each.feature, each.value, words), each.points, each.feature) for each in first if each.points]
    if rest:
        label = words.plural("The {count} other item", "The {count} other items", len(rest))
        named.append((label, sum(each.points for each in rest), None))
    starts = accumulate((points for _, points, _ in named), initial=decision.average_points)
    return tuple(Step(label, points, at, name) for (label, points, name), at in zip(named, starts, strict=False))


def finding(decision: Decision, words: Words) -> str:
    """What the waterfall shows, in one sentence."""
    gap = round(decision.points) - round(decision.average_points)
    values = {"client": words.points(decision.points), "average": words.points(decision.average_points)}
    if gap == 0:
        return words.say("This file stands at {client} points, like the average client.", **values)
    if gap > 0:
        return words.plural(
            "This file stands at {client} points, {count} point above the average client ({average}).",
            "This file stands at {client} points, {count} points above the average client ({average}).",
            gap,
            **values,
        )
    return words.plural(
        "This file stands at {client} points, {count} point below the average client ({average}).",
        "This file stands at {client} points, {count} points below the average client ({average}).",
        -gap,
        **values,
    )


def spoken(explained: Iterable[Step], decision: Decision, words: Words) -> str:
    """The waterfall as a text alternative."""
    effects = "; ".join(f"{step.label}, {words.signed(step.points)}" for step in explained)
    return words.say("{finding} Effects in points: {effects}.", finding=finding(decision, words), effects=effects)
