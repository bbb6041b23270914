"""Where a client stands among others, and how the others fared, in sentences."""

from __future__ import annotations

from app.language.features import in_words, label
from app.language.words import Words
from app.scoring.peers.comparison import Axis, Fate, Outcomes, Rate, Spread, observed_rate
from app.ui.charts.bins import is_scale


def headline(axis: Axis, group: Spread, everyone: Spread, words: Words) -> str:
    """The client's place within the group and among everyone, in one sentence."""
    if axis.value is None:
        return words.say("{label} is not provided for this client.", label=label(axis.feature, words))
    value = in_words(axis.feature, axis.value, words)
    if group.same is None:
        return words.say("{value}. Nobody of the group provides it.", value=value)
    if everyone.same is None:
        return words.say("{value}. No client provides it.", value=value)
    if not is_scale(axis):
        near, all_of_them = words.percent(group.same), words.percent(everyone.same)
        return words.say(
            "{value}, like {near} of the group and {everyone} of all clients.",
            value=value,
            near=near,
            everyone=all_of_them,
        )
    near, all_of_them = (words.percent(_below(each)) for each in (group, everyone))
    return words.say(
        "{value}: more than {near} of the group and {everyone} of all clients.",
        value=value,
        near=near,
        everyone=all_of_them,
    )


def percentile(axis: Axis, spread: Spread, words: Words) -> str:
    """The client's percentile on one feature within a set of clients; nothing where there is none."""
    if spread.percentile is None or spread.same is None or not is_scale(axis):
        return ""
    provided = sum(each.clients for each in spread.bins)
    return words.plural(
        "Percentile {percentile} of the {count} client who provides it: {below} less, {same} the same, {above} more.",
        "Percentile {percentile} of the {count} clients who provide it: {below} less, {same} the same, {above} more.",
        provided,
        percentile=words.number(100 * spread.percentile, 0),
        below=words.percent(_below(spread)),
        same=words.percent(spread.same),
        above=words.percent(max(0.0, 1 - _below(spread) - spread.same)),
    )


def _below(spread: Spread) -> float:
    return (spread.percentile or 0.0) - (spread.same or 0.0) / 2


def size(outcomes: Outcomes, words: Words) -> str:
    """How many clients, and of how many the outcome is known."""
    clients = words.plural("{count} client", "{count} clients", outcomes.clients)
    return words.plural(
        "{clients}, of whom {count} has a known outcome.",
        "{clients}, of whom {count} have a known outcome.",
        outcomes.known,
        clients=clients,
    )


def fate(outcomes: Outcomes, words: Words) -> str:
    """The observed default rate with its interval; that there are too few, or nobody."""
    if not outcomes.clients:
        return words.say("Nobody is in this group: widen a condition.")
    if not outcomes.known:
        return size(outcomes, words)
    if outcomes.rate is None:
        few = observed_rate(outcomes.defaulted, outcomes.known)
        return words.plural(
            "{size} {count} did not repay; so few only tell a range, {low} to {high} (95% interval).",
            "{size} {count} did not repay; so few only tell a range, {low} to {high} (95% interval).",
            outcomes.defaulted,
            size=size(outcomes, words),
            **_interval(few, words),
        )
    return words.say(
        "{size} Of these, {rate} did not repay (95% interval: {low} to {high}).",
        size=size(outcomes, words),
        rate=words.percent(outcomes.rate.value, 1),
        low=words.percent(outcomes.rate.low, 1),
        high=words.percent(outcomes.rate.high, 1),
    )


def finding(told: Fate, nearest: bool, with_advice: bool, words: Words) -> str:
    """What the policy says to a group and what became of it, each share with its 95 % interval, in one sentence.

    Args:
        nearest: whether they are the nearest clients, rather than a group somebody chose.
        with_advice: whether what the policy says may be told.
    """
    outcomes = told.outcomes
    if not told.clients:
        return fate(outcomes, words)
    who = (
        words.plural("the {count} nearest client", "the {count} nearest clients", told.clients)
        if nearest
        else words.plural("the {count} client of the group", "the {count} clients of the group", told.clients)
    )
    if not outcomes.known and not with_advice:
        return words.say("Of {who}, no outcome is known yet.", who=who)
    accepted = observed_rate(told.accepted, told.clients)
    asked = {"who": who, "accepted": words.number(told.accepted), "share": words.percent(accepted.value)}
    asked |= _interval(accepted, words)
    if not outcomes.known:
        return words.say(
            "Of {who}, the policy accepts {accepted} ({share}, {low} to {high}); no outcome is known yet.", **asked
        )
    rate = observed_rate(outcomes.defaulted, outcomes.known)
    became = {"known": words.number(outcomes.known), "rate": words.percent(rate.value)}
    least, most = _interval(rate, words).values()
    became |= {"least": least, "most": most}
    if not with_advice:
        return words.plural(
            "Of {who}, {known} have a known outcome, and {count} of these did not repay ({rate}, {least} to {most}).",
            "Of {who}, {known} have a known outcome, and {count} of these did not repay ({rate}, {least} to {most}).",
            outcomes.defaulted,
            who=who,
            **became,
        )
    return words.plural(
        "Of {who}, the policy accepts {accepted} ({share}, {low} to {high}), and of the {known} whose outcome is known"
        " {count} did not repay ({rate}, {least} to {most}).",
        "Of {who}, the policy accepts {accepted} ({share}, {low} to {high}), and of the {known} whose outcome is known"
        " {count} did not repay ({rate}, {least} to {most}).",
        outcomes.defaulted,
        **asked,
        **became,
    )


def _interval(rate: Rate, words: Words) -> dict[str, str]:
    return {"low": words.percent(rate.low), "high": words.percent(rate.high)}
