"""A policy in words: threshold, grey zone, limits on a payment and on what one person decides; what is changed."""

from __future__ import annotations

from app.language.words import Words
from app.scoring.policy import Authority, Policy
from app.store.proposals import Proposal


def facts(policy: Policy, words: Words) -> list[tuple[str, str]]:
    """A policy in words."""
    return [
        (
            words.say("Threshold"),
            words.say(
                "{share}, or {points} points",
                share=words.percent(policy.threshold, 1),
                points=words.points(policy.threshold_points),
            ),
        ),
        (
            words.say("Grey zone, to review by a person"),
            words.say("within {points} points", points=words.number(policy.grey_zone_points)),
        ),
        (words.say("Weight of a missed default"), words.number(policy.missed_default_weight)),
        (words.say("Payment of a loan that is offered"), largest_payment(policy, words)),
        (words.say("Left to live on, per person"), least_left(policy, words)),
        (words.say("An officer accepts alone"), alone(policy.authority, words)),
        (words.say("Second signature to accept against the advice"), against(policy.authority, words)),
    ]


def compared(now: Policy, proposed: Policy, words: Words) -> list[tuple[str, str]]:
    """A proposed policy in words, beside what is in force wherever that is another."""
    return [
        (name, then if then == before else words.say("{then} (now: {before})", then=then, before=before))
        for (name, then), (_, before) in zip(facts(proposed, words), facts(now, words), strict=True)
    ]


def amounts(proposal: Proposal, words: Words) -> list[tuple[str, str]]:
    """The money a proposal counts with."""
    return [
        (words.say("Average loss"), words.money(proposal.draft.average_loss)),
        (words.say("Average margin"), words.money(proposal.draft.margin)),
    ]


def largest_payment(policy: Policy, words: Words) -> str:
    """What of an income a loan that is offered may take."""
    if policy.payment_to_income is None:
        return words.say("no limit")
    return words.say("at most {share} of income", share=words.percent(policy.payment_to_income, 1))


def least_left(policy: Policy, words: Words) -> str:
    """What a budget is to leave per person."""
    if policy.left_per_person is None:
        return words.say("no limit")
    return words.say("at least {amount} a month", amount=words.money(policy.left_per_person))


def alone(authority: Authority, words: Words) -> str:
    """Up to which amount an officer accepts alone."""
    if authority.officer_amount is None:
        return words.say("any amount")
    return words.say("up to {amount}", amount=words.money(authority.officer_amount))


def against(authority: Authority, words: Words) -> str:
    """When accepting against the advice wants a second signature."""
    limits = []
    if authority.override_amount is not None:
        limits.append(words.say("from {amount} on", amount=words.money(authority.override_amount)))
    if authority.override_points is not None:
        points = words.number(authority.override_points)
        limits.append(words.say("from {points} points below the threshold on", points=points))
    if len(limits) == 2:
        return words.say("{one}, or {other}", one=limits[0], other=limits[1])
    return limits[0] if limits else words.say("never")


def authority_in_words(authority: Authority, words: Words) -> str:
    """Both on one line of the history."""
    told = []
    if authority.officer_amount is not None:
        told.append(words.say("above {amount}", amount=words.money(authority.officer_amount)))
    if authority.override_amount is not None or authority.override_points is not None:
        told.append(words.say("against the advice: {limits}", limits=against(authority, words)))
    return " · ".join(told) or words.say("never")
