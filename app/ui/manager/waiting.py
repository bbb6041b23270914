"""Proposals that wait for a second person: what each would change; activating, rejecting, withdrawing it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import tzinfo

import streamlit as st

from app.language.verdicts import when
from app.language.words import Words
from app.scoring.case.actors import same_person
from app.scoring.policy import Policy
from app.scoring.problems import AccessProblem, Problem
from app.store.policies import RECOMMENDATION
from app.store.proposals import LONGEST_REASON, Proposal
from app.ui.kit.components import card, definitions
from app.ui.kit.error_boundary import error_boundary
from app.ui.kit.plain_text import plain
from app.ui.loaders import policies, portfolio
from app.ui.manager.before_after import show_before_after
from app.ui.manager.outcome import empty_texts, keep_outcome
from app.ui.manager.policy_form import PAGE
from app.ui.manager.policy_words import amounts, compared
from app.ui.shell.acting import acting_as, clicked, note_click
from app.ui.shell.asked_address import remember_address
from app.ui.shell.sign_in import is_recent, person_here, show_providers

SHOWN = 5
ACTIVATE, REJECT, WITHDRAW = "activate", "reject", "withdraw"
ENDED_FOR = "ending_"
"""How the key of a reason begins, before the proposal's number."""


def show_waiting(
    waiting: tuple[Proposal, ...], active: Proposal | None, now: Policy, zone: tzinfo, words: Words
) -> None:
    """Each proposal beside what is in force, and what this reader may do to it."""
    st.header(words.say("Waiting for a second person"), anchor=False)
    recent = is_recent()
    if not waiting:
        st.markdown(words.say("Nothing waits."))
    elif not recent:
        st.markdown(words.say("To activate or reject a policy, sign in again first: your sign-in is some time ago."))
        remember_address()
        show_providers(words)
    # As this reader saw it: whoever activates another one meanwhile wins, and this one is told.
    seen = RECOMMENDATION if active is None else active.activation or RECOMMENDATION
    for proposal in waiting[:SHOWN]:
        with st.container(key=f"proposal_{proposal.number}"):
            _show_proposal(proposal, now, zone, words)
            with error_boundary(words):
                show_before_after(now, proposal.draft, words)
            _show_actions(proposal, seen, recent, words)
    if older := len(waiting[SHOWN:]):
        st.markdown(words.plural("{count} older proposal waits too.", "{count} older proposals wait too.", older))


def _show_proposal(proposal: Proposal, now: Policy, zone: tzinfo, words: Words) -> None:
    by = words.say(
        "Proposal {number}, by {who} on {when}",
        number=words.number(proposal.number),
        who=proposal.who,
        when=when(proposal.at, zone, words),
    )
    rows = [*compared(now, proposal.draft.policy, words), *amounts(proposal, words)]
    st.html(card(by, definitions([*rows, (words.say("Reason"), proposal.reason)])))


def _show_actions(proposal: Proposal, seen: int, recent: bool, words: Words) -> None:
    """The buttons, off for who may not press them, with the reason beside them."""
    number, own = words.number(proposal.number), _is_here(proposal)
    alone = own and not policies().four_eyes
    st.text_area(
        plain(words.say("Why proposal {number} is rejected or withdrawn, needed for that", number=number)),
        key=f"{ENDED_FOR}{proposal.number}",
        max_chars=LONGEST_REASON,
        height=80,
        persist_state="session",
    )
    buttons = (
        (ACTIVATE, words.say("Activate proposal {number}", number=number), recent and (alone or not own)),
        (REJECT, words.say("Reject proposal {number}", number=number), recent and not own),
        (WITHDRAW, words.say("Withdraw proposal {number}", number=number), own),
    )
    with st.container(key=f"decide_{proposal.number}", horizontal=True):
        for action, label, may in buttons:
            st.button(
                plain(label),
                key=f"{action}_{proposal.number}",
                disabled=not may,
                on_click=note_click,
                args=(action, proposal.number, seen),
            )
    st.caption(plain(_who_may(proposal, own, alone, recent, words)))


def _who_may(proposal: Proposal, own: bool, alone: bool, recent: bool, words: Words) -> str:
    """Why a button is off."""
    if own and not alone:
        return words.say("You proposed it: another manager activates or rejects it, and you may withdraw it.")
    if own:
        return words.say("You proposed it: you may activate or withdraw it, and another manager may reject it.")
    if not recent:
        return words.say(
            "Activating and rejecting ask for a recent sign-in; only {who} may withdraw it.", who=proposal.who
        )
    return words.say("Only {who}, who proposed it, may withdraw it.", who=proposal.who)


def _is_here(proposal: Proposal) -> bool:
    try:
        person = person_here(portfolio())
    except AccessProblem:  # their role was taken away meanwhile: the click is told so
        return False
    return person is not None and same_person((person.name, person.identity), (proposal.who, proposal.person))


def decide_what_was_clicked_on(words: Words) -> None:
    """Before the page is drawn, and by what it showed when it was clicked on."""
    steps: dict[str, Callable[[int, int, Words], str]] = {ACTIVATE: _activate, REJECT: _reject, WITHDRAW: _withdraw}
    for action, step in steps.items():
        asked = clicked(action)
        if asked is None:
            continue
        number, seen = asked
        try:
            keep_outcome(PAGE, step(number, seen, words))
        except Problem as problem:
            keep_outcome(PAGE, problem)


def _activate(number: int, seen: int, words: Words) -> str:
    opened = portfolio()
    with acting_as(opened, "manager", recently=True) as person:
        policies().activate(number, person.name, seen, opened.champion.version, person=person.identity)
    return words.say("Proposal {number} is in force: every page and the API follow it.", number=words.number(number))


def _reject(number: int, seen: int, words: Words) -> str:
    with acting_as(portfolio(), "manager", recently=True) as person:
        policies().reject(number, person.name, _reason(number), person=person.identity)
    _forget_reason(number)
    return words.say("Proposal {number} is rejected; the history keeps it.", number=words.number(number))


def _withdraw(number: int, seen: int, words: Words) -> str:
    with acting_as(portfolio(), "manager") as person:
        policies().withdraw(number, person.name, _reason(number), person=person.identity)
    _forget_reason(number)
    return words.say("Proposal {number} is withdrawn; the history keeps it.", number=words.number(number))


def _reason(number: int) -> str:
    return str(st.session_state.get(f"{ENDED_FOR}{number}", ""))


def _forget_reason(number: int) -> None:
    empty_texts(f"{ENDED_FOR}{number}")
