"""Why the model recommends its threshold, and not the one that was cheapest for some clients."""

from __future__ import annotations

from app.language.words import Words
from app.scoring.audit.thresholds import Thresholds
from app.scoring.policy import Policy, break_even_threshold
from app.scoring.recommendation import BREAK_EVEN, CHEAPEST, Recommendation
from app.ui.charts.cost import PER


def advised(known: Recommendation | None, recommended: Policy, thresholds: Thresholds, weight: float) -> float:
    """The recommended threshold at any weight: the champion's own at its weight, by its rule at another."""
    if weight == recommended.missed_default_weight:
        return recommended.threshold
    if known is not None and known.rule == BREAK_EVEN:
        return break_even_threshold(weight)
    return thresholds.cheapest_between(weight)[2]


def why_advised(
    known: Recommendation | None, recommended: Policy, thresholds: Thresholds, weight: float, words: Words
) -> str:
    """Why that threshold, and not the cheapest of these very clients; empty where it is the same."""
    if known is not None and weight == recommended.missed_default_weight:
        return why_recommended(known, words)
    values = {
        "recommended": words.percent(advised(known, recommended, thresholds, weight), 1),
        "cheapest": words.percent(thresholds.cheapest(weight), 1),
    }
    if values["recommended"] == values["cheapest"]:
        return ""
    if known is not None and known.rule == BREAK_EVEN:
        return words.say(
            "{recommended} is recommended at this weight, although {cheapest} is the cheapest of these very clients: "
            "there, accepting and refusing are expected to cost the same, whoever applies.",
            **values,
        )
    return words.say(
        "{recommended} is recommended, although {cheapest} is the cheapest of these very clients: a handful of others "
        "would move that one, so the median of the cheapest of many samples is taken.",
        **values,
    )


def why_recommended(known: Recommendation, words: Words) -> str:
    """The rule, what searching for a cheaper threshold saved on clients who had no part in it, and how far it moves."""
    saved, low, high = (PER * each for each in known.saved)
    found = {
        "threshold": words.percent(known.threshold, 1),
        "break_even": words.percent(known.break_even, 1),
        "drawings": words.number(known.drawings),
        "change": words.signed(-saved, 1),
        "low": words.signed(-high, 1),
        "high": words.signed(-low, 1),
        "files": words.number(PER),
        "least": words.percent(known.cheapest_between[0], 1),
        "most": words.percent(known.cheapest_between[1], 1),
    }
    if known.rule == CHEAPEST:
        return words.say(
            "The model recommends {threshold}, not the {break_even} at which accepting and refusing are expected to "
            "cost the same: a threshold searched for on other clients lay between {least} and {most}, and changed the "
            "cost by {change} lost good clients per {files} applications ({low} to {high}, folds drawn {drawings} "
            "times), more than chance explains.",
            **found,
        )
    return words.say(
        "The model recommends {threshold}: there, accepting and refusing are expected to cost the same. A threshold "
        "searched for on other clients lay anywhere between {least} and {most}, and changed the cost by {change} lost "
        "good clients per {files} applications ({low} to {high}, folds drawn {drawings} times): no more than chance.",
        **found,
    )
