"""The policy page: what is in force, proposing another, activating what somebody else proposed, and the history."""

from __future__ import annotations

from datetime import tzinfo

import streamlit as st

from app.language.verdicts import when, zone_of
from app.language.words import Words
from app.scoring.policy import Policy
from app.scoring.problems import Problem
from app.store.policies import RECOMMENDATION
from app.store.proposals import Proposal
from app.ui.kit.components import card, definitions, show_table
from app.ui.kit.markup import Markup, element
from app.ui.kit.plain_text import plain
from app.ui.loaders import policies, policy_in_force, portfolio
from app.ui.manager.outcome import keep_outcome, show_outcome
from app.ui.manager.policy_form import PAGE, propose_what_was_clicked_on, show_form
from app.ui.manager.policy_words import authority_in_words, compared, facts, largest_payment
from app.ui.shell.acting import acting_as, clicked, note_click
from app.ui.shell.asked_address import remember_address
from app.ui.shell.sign_in import choose_manager, is_recent, show_providers

SHOWN, WAITING = 50, 5
ACTIVATE = "activate"


def show_policy(words: Words) -> None:
    """The answer, the form, what waits for a second pair of eyes, the history."""
    opened, zone = portfolio(), zone_of(st.context.timezone)
    version, recommended = opened.champion.version, opened.champion.recommended
    _activate_what_was_clicked_on(words)
    propose_what_was_clicked_on(words)
    st.title(words.say("Which policy is in force?"), anchor=False)
    active = policies().in_force(version)
    st.html(element("p", answer(active, recommended, zone, words), class_="lead"))
    show_outcome(PAGE, words)
    st.header(words.say("In force now"), anchor=False)
    now = policy_in_force()
    st.html(_in_force(active, now, words))
    past = policies().history(SHOWN)
    choose_manager(opened, words)
    waiting = [each for each in past if each.activation is None and each.draft.model_version == version]
    _show_waiting(waiting[:WAITING], active, now, zone, words)
    show_form(version, words)
    _show_history(past, zone, words)


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


def amounts(proposal: Proposal, words: Words) -> list[tuple[str, str]]:
    """The money a proposal counts with."""
    return [
        (words.say("Average loss"), words.money(proposal.draft.average_loss)),
        (words.say("Average margin"), words.money(proposal.draft.margin)),
    ]


def _show_waiting(waiting: list[Proposal], active: Proposal | None, now: Policy, zone: tzinfo, words: Words) -> None:
    st.header(words.say("Waiting for a second person"), anchor=False)
    if not waiting:
        st.markdown(words.say("Nothing waits."))
    elif not is_recent():
        st.markdown(words.say("To activate a policy, sign in again first: your sign-in is some time ago."))
        remember_address()
        show_providers(words)
    # As this reader saw it: whoever activates another one meanwhile wins, and this one is told.
    seen = RECOMMENDATION if active is None else active.activation or RECOMMENDATION
    for proposal in waiting:
        with st.container(key=f"proposal_{proposal.number}"):
            by = words.say(
                "Proposal {number}, by {who} on {when}",
                number=words.number(proposal.number),
                who=proposal.who,
                when=when(proposal.at, zone, words),
            )
            rows = [*compared(now, proposal.draft.policy, words), *amounts(proposal, words)]
            st.html(card(by, definitions([*rows, (words.say("Reason"), proposal.reason)])))
            st.button(
                plain(words.say("Activate proposal {number}", number=words.number(proposal.number))),
                key=f"activate_{proposal.number}",
                on_click=note_click,
                args=(ACTIVATE, proposal.number, seen),
            )


def _activate_what_was_clicked_on(words: Words) -> None:
    """Before the page is drawn, and by what it showed when it was clicked on."""
    asked = clicked(ACTIVATE)
    if asked is None:
        return
    (number, seen), opened = asked, portfolio()
    try:
        with acting_as(opened, "manager", recently=True) as person:
            policies().activate(number, person.name, seen, opened.champion.version, person=person.identity)
        done = words.say(
            "Proposal {number} is in force: every page and the API follow it.", number=words.number(number)
        )
        keep_outcome(PAGE, done)
    except Problem as problem:
        keep_outcome(PAGE, problem)


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
    )
