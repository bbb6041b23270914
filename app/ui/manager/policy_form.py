"""The form a policy is proposed by: filled with what was tried, kept over other pages, wrong values told beside it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import streamlit as st

from app.language.words import Words, mark
from app.scoring.policy import Authority, Policy, check_left_per_person, check_payment_to_income, check_weight
from app.scoring.problems import PolicyProblem, Problem
from app.store.proposals import LARGEST_AMOUNT, LONGEST_REASON, Draft, check_amount, check_reason
from app.ui.kit.error_boundary import error_boundary
from app.ui.kit.typed_number import Limits, clear_number, is_unread, set_number, type_number
from app.ui.loaders import policies, policy_in_force, portfolio
from app.ui.manager.outcome import empty_texts, keep_outcome
from app.ui.manager.tried_policy import TRIED, TriedPolicy, tried_policy
from app.ui.shell.acting import acting_as, clicked, note_click
from app.ui.shell.lasting_drafts import begin_anew

PAGE, PROPOSE = "policy", "propose"
TYPED = "proposed_"
"""How the key of each field begins."""
FILLED, WRONG = "policy_filled", "policy_wrong"
"""What the fields were filled with last, and what of them cannot be: value and problem of each."""
OF_TRIAL = {
    "threshold": (mark("Threshold, in %"), Limits(0.0, 100.0, needed=True)),
    "zone": (mark("Grey zone, points on either side"), Limits(0.0, 100.0, 1, needed=True)),
    "weight": (mark("Weight of a missed default"), Limits(0.0, 1_000.0, 1, needed=True)),
    "loss": (mark("Average loss on a loan not repaid, in €"), Limits(0.0, LARGEST_AMOUNT, needed=True)),
    "margin": (mark("Average margin on a loan repaid, in €"), Limits(0.0, LARGEST_AMOUNT, needed=True)),
}
"""Field -> label, what can stand there."""
LIMITS = {
    "officer_amount": mark("Loan up to which an officer accepts alone, in €"),
    "override_amount": mark("Loan from which accepting against the advice wants a second signature, in €"),
    "override_points": mark("Points below the threshold from which it does, whatever the loan"),
}
"""Field of ``Authority`` -> label."""
SHARE = "payment_to_income"
"""Field of ``Policy``, typed in percent."""
LEAST = "left_per_person"
"""Another one, in money a month."""
FIELDS = (*OF_TRIAL, SHARE, LEAST, *LIMITS)

UNREAD = PolicyProblem(
    mark("A number cannot be read: nothing is proposed."),
    mark("Each field says what can stand in it."),
    mark("Correct the field, then propose."),
)


def show_form(version: str, words: Words) -> None:
    """The fields, what of them cannot be, the button."""
    tried = tried_policy()
    _fill(tried, policy_in_force())
    st.header(words.say("Propose a policy"), anchor=False)
    st.markdown(words.say("Filled with what the threshold page tried last."))
    with st.container(border=True, key="propose"):
        left, right = st.columns(2, gap="medium")
        for name in OF_TRIAL:
            with left if name in ("threshold", "zone", "weight") else right:
                _ask_tried(name, words)
        with right:
            _ask_share(words)
        with left:
            _ask_least(words)
        st.markdown(words.say("What one person may decide alone; an empty field sets no limit."))
        for column, name in zip(st.columns(3, gap="medium", vertical_alignment="bottom"), LIMITS, strict=True):
            with column:
                _ask_limit(name, words)
        st.text_area(
            words.say("Reason, needed"), key=f"{TYPED}reason", max_chars=LONGEST_REASON, persist_state="session"
        )
        _show_wrong("reason", words)
        st.button(
            words.say("Propose"), type="primary", key="propose_policy", on_click=note_click, args=(PROPOSE, version)
        )


def _fill(tried: TriedPolicy, active: Policy) -> None:
    """Fill what is empty, and anew what was tried otherwise since it was filled."""
    now: dict[str, Any] = {
        "threshold": 100 * tried.threshold,
        "zone": tried.grey_zone_points,
        "weight": tried.missed_default_weight,
        "loss": tried.average_loss,
        "margin": tried.margin,
        SHARE: None if active.payment_to_income is None else 100 * active.payment_to_income,
        LEAST: active.left_per_person,
        **{name: getattr(active.authority, name) for name in LIMITS},
    }
    before = st.session_state.get(FILLED, now)
    for name, value in now.items():
        if f"{TYPED}{name}" not in st.session_state or before[name] != value:
            set_number(f"{TYPED}{name}", value)
    st.session_state[FILLED] = now


def _ask_tried(name: str, words: Words) -> None:
    label, limits = OF_TRIAL[name]
    type_number(words.say(label), f"{TYPED}{name}", limits, words)
    _show_wrong(name, words)


def _ask_share(words: Words) -> None:
    label = words.say("Largest payment of a loan that is offered, in % of income")
    type_number(label, f"{TYPED}{SHARE}", Limits(0.0, 100.0), words, nothing=words.say("no limit"))
    _show_wrong(SHARE, words)


def _ask_least(words: Words) -> None:
    label = words.say("Left to live on per person, at least, in € a month")
    type_number(label, f"{TYPED}{LEAST}", Limits(), words, nothing=words.say("no limit"))
    _show_wrong(LEAST, words)


def _ask_limit(name: str, words: Words) -> None:
    type_number(words.say(LIMITS[name]), f"{TYPED}{name}", Limits(), words, nothing=words.say("no limit"))
    _show_wrong(name, words)


def _show_wrong(name: str, words: Words) -> None:
    """Why a value cannot be, as long as it stands there."""
    value, problem = st.session_state.get(WRONG, {}).get(name, (None, None))
    if problem is not None and value == st.session_state.get(f"{TYPED}{name}"):
        with error_boundary(words):
            raise problem


def wrong(typed: Mapping[str, Any]) -> dict[str, PolicyProblem]:
    """Fields whose value no policy can have, and why."""
    checks: dict[str, Callable[[Any], object]] = {
        "threshold": lambda percent: Policy(percent / 100),
        "zone": lambda points: Policy(0.5, points),
        "weight": check_weight,
        "loss": check_amount,
        "margin": check_amount,
        SHARE: lambda percent: check_payment_to_income(_share(percent)),
        LEAST: check_left_per_person,
        "officer_amount": lambda limit: Authority(officer_amount=limit),
        "override_amount": lambda limit: Authority(override_amount=limit),
        "override_points": lambda limit: Authority(override_points=limit),
        "reason": check_reason,
    }
    found = {}
    for name, check in checks.items():
        try:
            check(typed[name])
        except PolicyProblem as problem:
            found[name] = problem
    return found


def propose_what_was_clicked_on(words: Words) -> None:
    """Before the page is drawn, by what its fields hold."""
    asked = clicked(PROPOSE)
    if asked is None:
        return
    (version,) = asked
    if is_unread(*(f"{TYPED}{name}" for name in FIELDS)):
        keep_outcome(PAGE, UNREAD)
        return
    tried, filled = tried_policy(), st.session_state.get(FILLED, {})
    typed = {name: st.session_state.get(f"{TYPED}{name}", filled.get(name)) for name in FIELDS}
    typed["reason"] = st.session_state.get(f"{TYPED}reason", "")
    found = wrong(typed)
    st.session_state[WRONG] = {name: (typed[name], problem) for name, problem in found.items()}
    if found:
        return
    try:
        with acting_as(portfolio(), "manager") as person:
            drafted = _draft(typed, tried)
            kept = policies().propose(drafted, person.name, typed["reason"], version, person=person.identity)
    except Problem as problem:
        keep_outcome(PAGE, problem)
        return
    for name in FIELDS:
        clear_number(f"{TYPED}{name}")  # filled anew, with what is tried or in force then
    for key in (TRIED, FILLED):
        st.session_state.pop(key, None)
    empty_texts(f"{TYPED}reason")
    begin_anew(PAGE)
    done = words.say("Proposal {number} is recorded. Another person can activate it.", number=words.number(kept.number))
    keep_outcome(PAGE, done)


def _draft(typed: Mapping[str, Any], tried: TriedPolicy) -> Draft:
    # Shown with two decimals: what was not touched is proposed as exactly as it was tried.
    same = abs(typed["threshold"] - 100 * tried.threshold) < 0.005
    threshold = tried.threshold if same else typed["threshold"] / 100
    authority = Authority(**{name: typed[name] for name in LIMITS})
    policy = Policy(threshold, typed["zone"], typed["weight"], authority, _share(typed[SHARE]), typed[LEAST])
    return Draft(policy, typed["loss"], typed["margin"], tried.model_version)


def _share(percent: float | None) -> float | None:
    return None if percent is None else percent / 100
