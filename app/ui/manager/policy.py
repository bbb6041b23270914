"""The policy page: what is in force, proposing another, activating what somebody else proposed, and the history."""

from __future__ import annotations

from datetime import tzinfo

import streamlit as st

from app.language.verdicts import when, zone_of
from app.language.words import Words
from app.scoring.policy import Policy
from app.scoring.problems import Problem
from app.store.policies import RECOMMENDATION
from app.store.proposals import LARGEST_AMOUNT, LONGEST_REASON, Draft, Proposal
from app.ui.kit.components import card, definitions, show_table
from app.ui.kit.error_boundary import error_boundary
from app.ui.kit.icons import icon
from app.ui.kit.markup import Markup, element
from app.ui.kit.plain_text import plain
from app.ui.loaders import policies, policy_in_force, portfolio
from app.ui.manager.tried_policy import TRIED, tried_policy
from app.ui.shell.acting import acting_as, clicked, note_click
from app.ui.shell.asked_address import remember_address
from app.ui.shell.sign_in import choose_manager, is_recent, show_providers

SHOWN, WAITING = 50, 5
DONE, ACTIVATE = "policy_done", "activate"


def show_policy(words: Words) -> None:
    """The answer, the form, what waits for a second pair of eyes, the history."""
    opened, zone = portfolio(), zone_of(st.context.timezone)
    version, recommended = opened.champion.version, opened.champion.recommended
    _activate_what_was_clicked_on(words)
    st.title(words.say("Which policy is in force?"), anchor=False)
    active = policies().in_force(version)
    st.html(element("p", answer(active, recommended, zone, words), class_="lead"))
    _show_done(words)
    st.header(words.say("In force now"), anchor=False)
    st.html(_in_force(active, recommended, words))
    past = policies().history(SHOWN)
    choose_manager(opened, words)
    waiting = [each for each in past if each.activation is None and each.draft.model_version == version]
    _show_waiting(waiting[:WAITING], active, zone, words)
    _show_form(version, words)
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


def _show_done(words: Words) -> None:
    done = st.session_state.pop(DONE, None)
    if isinstance(done, Problem):
        with error_boundary(words):
            raise done
    elif done is not None:
        st.html(element("p", icon("accept"), done, class_="note recorded", role="status"))


def _in_force(active: Proposal | None, recommended: Policy, words: Words) -> Markup:
    policy = active.draft.policy if active else recommended
    rows = facts(policy, words)
    if active:
        rows += amounts(active, words)
        rows.append((words.say("Reason"), active.reason))
    return element("section", definitions(rows), class_="card")


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
    ]


def amounts(proposal: Proposal, words: Words) -> list[tuple[str, str]]:
    """The money a proposal counts with."""
    return [
        (words.say("Average loss"), words.money(proposal.draft.average_loss)),
        (words.say("Average margin"), words.money(proposal.draft.margin)),
    ]


def _show_waiting(waiting: list[Proposal], active: Proposal | None, zone: tzinfo, words: Words) -> None:
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
            rows = [*facts(proposal.draft.policy, words), *amounts(proposal, words)]
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
        st.session_state[DONE] = words.say(
            "Proposal {number} is in force: every page and the API follow it.", number=words.number(number)
        )
    except Problem as problem:
        st.session_state[DONE] = problem


def _show_form(version: str, words: Words) -> None:
    tried = tried_policy()
    st.header(words.say("Propose a policy"), anchor=False)
    st.markdown(words.say("Filled with what the threshold page tried last."))
    with st.form("propose"):
        left, right = st.columns(2, gap="medium")
        with left:
            threshold = st.number_input(words.say("Threshold, in %"), 0.0, 100.0, 100 * tried.threshold, 0.1,
                                        format="%.2f", key="proposed_threshold")  # fmt: skip
            zone = st.number_input(words.say("Grey zone, points on either side"), 0.0, 100.0, tried.grey_zone_points,
                                   1.0, format="%.1f", key="proposed_zone")  # fmt: skip
            weight = st.number_input(words.say("Weight of a missed default"), 0.0, 1_000.0, tried.missed_default_weight,
                                     1.0, format="%.1f", key="proposed_weight")  # fmt: skip
        with right:
            loss = st.number_input(words.say("Average loss on a loan not repaid, in €"), 0.0, LARGEST_AMOUNT,
                                   tried.average_loss, 100.0, format="%.0f", key="proposed_loss")  # fmt: skip
            margin = st.number_input(words.say("Average margin on a loan repaid, in €"), 0.0, LARGEST_AMOUNT,
                                     tried.margin, 100.0, format="%.0f", key="proposed_margin")  # fmt: skip
        reason = st.text_area(words.say("Reason, needed"), key="proposed_reason", max_chars=LONGEST_REASON)
        sent = st.form_submit_button(words.say("Propose"), type="primary", key="propose_policy")
    if sent:
        with error_boundary(words):
            # Shown with two decimals: what was not touched is proposed as exactly as it was tried.
            same = abs(threshold - 100 * tried.threshold) < 0.005
            # What one person may decide alone stays as it is in force: it is no matter of the threshold.
            authority = policy_in_force().authority
            policy = Policy(tried.threshold if same else threshold / 100, zone, weight, authority)
            drafted = Draft(policy, loss, margin, tried.model_version)
            with acting_as(portfolio(), "manager") as person:
                proposal = policies().propose(drafted, person.name, reason, version, person=person.identity)
            del st.session_state[TRIED]
            st.session_state[DONE] = words.say(
                "Proposal {number} is recorded. Another person can activate it.", number=words.number(proposal.number)
            )
            st.rerun()


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
        each.draft.model_version,
        by.format(who=each.who, when=when(each.at, zone, words)),
        activated,
        each.reason,
    )
