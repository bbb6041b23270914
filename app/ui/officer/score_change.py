"""What a simulation changes, in words: the road from the points of the file to those of the edited one."""

from __future__ import annotations

from itertools import accumulate

from app.language.features import in_words, label, value_in_words
from app.language.verdicts import VERDICTS
from app.language.words import Words
from app.scoring.what_if.simulation import Difference, Simulation, Unseen
from app.ui.charts.step import Step
from app.ui.officer.explanation import LARGEST


def score_changes(simulation: Simulation, words: Words, largest: int = LARGEST) -> tuple[Step, ...]:
    """Steps that lead exactly from the points before to the points after, the largest differences first."""
    first, rest = simulation.differences[:largest], simulation.differences[largest:]
    named = [(changed(each, words), each.points) for each in first]
    if rest:
        label_of_rest = words.plural("The {count} other item", "The {count} other items", len(rest))
        named.append((label_of_rest, sum(each.points for each in rest)))
    starts = accumulate((points for _, points in named), initial=simulation.before.points)
    return tuple(Step(name, points, start) for (name, points), start in zip(named, starts, strict=False))


def changed(difference: Difference, words: Words) -> str:
    """An item with its value before and after; once when only its effect differs."""
    before, after = (value_in_words(difference.feature, each, words) for each in (difference.before, difference.after))
    if before == after:
        return in_words(difference.feature, difference.after, words)
    return words.labelled(label(difference.feature, words), f"{before} → {after}")


def finding(simulation: Simulation, words: Words) -> str:
    """How many points the changes bring, and what becomes of the answer."""
    before, after = simulation.before, simulation.after
    gap = round(after.points) - round(before.points)
    answers = {"before": words.say(VERDICTS[before.band]), "after": words.say(VERDICTS[after.band])}
    if before.band == after.band:
        outcome = words.say("The answer stays: {after}.", after=answers["after"])
    else:
        outcome = words.say("The answer goes from “{before}” to “{after}”.", **answers)
    if gap == 0:
        return words.say("The changes bring no point. {outcome}", outcome=outcome)
    if gap > 0:
        return words.plural(
            "The changes bring {count} point. {outcome}",
            "The changes bring {count} points. {outcome}",
            gap,
            outcome=outcome,
        )
    return words.plural(
        "The changes cost {count} point. {outcome}",
        "The changes cost {count} points. {outcome}",
        -gap,
        outcome=outcome,
    )


def guess(unseen: Unseen, words: Words) -> str:
    """That a value lies outside what the model has seen, and what it has seen."""
    value = in_words(unseen.feature, unseen.value, words)
    if unseen.low is None or unseen.high is None:
        return words.say("{value}: the model has never seen it, its answer is a guess.", value=value)
    low, high = (value_in_words(unseen.feature, each, words) for each in (unseen.low, unseen.high))
    return words.say(
        "{value}: the model has seen {low} to {high}; beyond, its answer is a guess.", value=value, low=low, high=high
    )
