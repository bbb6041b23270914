"""The policy page: what is in force, what waits for a second person, proposing another, and the history."""

from __future__ import annotations

from datetime import tzinfo

import streamlit as st

from app.language.verdicts import when, zone_of
from app.language.words import Words
from app.scoring.policy import Policy
from app.store.proposals import Ending, Proposal
from app.ui.kit.components import definitions, show_table
from app.ui.kit.markup import Markup, element
from app.ui.kit.plain_text import plain
from app.ui.loaders import policies, policy_in_force, portfolio
from app.ui.manager.outcome import show_outcome
from app.ui.manager.policy_form import PAGE, propose_what_was_clicked_on, show_form
from app.ui.manager.policy_words import amounts, authority_in_words, facts, largest_payment
from app.ui.manager.recommendation import why_recommended
from app.ui.manager.waiting import decide_what_was_clicked_on, show_waiting
from app.ui.shell.sign_in import choose_manager

SHOWN = 50


def show_policy(words: Words) -> None:
    """The answer, the form, what waits for a second pair of eyes, the history."""
    opened, zone = portfolio(), zone_of(st.context.timezone)
    version, recommended = opened.champion.version, opened.champion.recommended
    decide_what_was_clicked_on(words)
    propose_what_was_clicked_on(words)
    st.title(words.say("Which policy is in force?"), anchor=False)
    active = policies().in_force(version)
    st.html(element("p", answer(active, recommended, zone, words), class_="lead"))
    show_outcome(PAGE, words)
    st.header(words.say("In force now"), anchor=False)
    now = policy_in_force()
    st.html(_in_force(active, now, words))
    if (known := opened.champion.recommendation) is not None:
        st.markdown(plain(why_recommended(known, words)))
    choose_manager(opened, words)
    show_waiting(policies().waiting(version), active, now, zone, words)
    show_form(version, words)
    _show_history(policies().history(SHOWN), zone, words)


def answer(active: Proposal | None, recommended: Policy, zone: tzinfo, words: Words) -> str:
    """The threshold everything is decided by, and since when."""
    if active is None:
        return words.say(
            "Applications are refused from {threshold} on, as the model recommends: no other policy was activated.",
            threshold=words.percent(recommended.threshold, 1),
        )
    return words.say(
        "Applications are refused from {threshold} on: proposed by {proposer}, activated by {activator} on {when}.",
        threshold=words.percent(active.draft.policy.threshold, 1),
        proposer=active.who,
        activator=active.activated_by,
        when=when(active.activated_at or "", zone, words),
    )


def _in_force(active: Proposal | None, now: Policy, words: Words) -> Markup:
    rows = facts(now, words)
    if active:
        rows += amounts(active, words)
        rows.append((words.say("Reason"), active.reason))
    return element("section", definitions(rows), class_="card")


def _show_history(past: tuple[Proposal, ...], zone: tzinfo, words: Words) -> None:
    st.header(words.say("History"), anchor=False)
    if not past:
        st.markdown(words.say("No policy was proposed yet."))
        return
    heads = (
        words.say("Proposal"),
        words.say("Threshold"),
        words.say("Grey zone"),
        words.say("Weight"),
        words.say("Payment of an offer"),
        words.say("Second signature"),
        words.say("Model"),
        words.say("Proposed"),
        words.say("Activated"),
        words.say("Reason"),
        words.say("Rejected or withdrawn"),
        words.say("Why rejected or withdrawn"),
    )
    with st.container(key="wide_words"):
        show_table(words.say("The newest first"), heads, [_history(each, zone, words) for each in past])


def _history(each: Proposal, zone: tzinfo, words: Words) -> tuple[str, ...]:
    policy = each.draft.policy
    by = "{who}, {when}"
    activated = words.say("no")
    if each.activated_by is not None:
        activated = by.format(who=each.activated_by, when=when(each.activated_at or "", zone, words))
    return (
        words.number(each.number),
        words.percent(policy.threshold, 1),
        words.number(policy.grey_zone_points),
        words.number(policy.missed_default_weight),
        largest_payment(policy, words),
        authority_in_words(policy.authority, words),
        each.draft.model_version,
        by.format(who=each.who, when=when(each.at, zone, words)),
        activated,
        each.reason,
        *_ended(each.ending, zone, words),
    )


def _ended(ending: Ending | None, zone: tzinfo, words: Words) -> tuple[str, str]:
    """How a proposal ended without being activated, and why."""
    if ending is None:
        return words.say("no"), ""
    who_and_when = {"who": ending.who, "when": when(ending.at, zone, words)}
    if ending.kind == "rejected":
        return words.say("rejected by {who}, {when}", **who_and_when), ending.reason
    return words.say("withdrawn by {who}, {when}", **who_and_when), ending.reason
