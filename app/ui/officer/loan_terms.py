"""Amount, duration and payment of a loan, typed together: any two of them give the third.

Whoever changes one is told which of the others follows it. Of the duration and the payment the one that was typed last
counts; while neither was, the duration of the file stays.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

import streamlit as st

from app.language.words import Words, mark
from app.scoring.what_if.counterfactual import asked_for
from app.scoring.what_if.simulation import CENTS, MONEY
from app.ui.kit.typed_number import set_number

Term = Literal["same", "annuity", "duration"]
LOAN = ("credit", "duration", "annuity")
TERM, SETTLED, FOLLOWING = "term", "settled_loan", "follows"
"""How keys begin: which of duration and payment counts, the three as they fitted together last, which one followed."""
FOLLOWS = {
    "": mark(
        "Any two give the third: the payment follows the amount and the duration, the duration follows the payment."
    ),
    "annuity": mark("The payment follows; amount and duration stay."),
    "duration": mark("The duration follows; amount and payment stay."),
    "credit": mark("The amount follows; duration and payment stay."),
}
"""Field that followed last -> what is said of it."""
Values = dict[str, float | None]


def key_of(name: str, client: int) -> str:
    """Of a control; each client has their own, so that no value passes from one to the next."""
    return f"{name}_{client}"


def stored(form: Mapping[str, Any], name: str) -> float | None:
    """An amount as the file has it: money, or months; None when not provided."""
    if name == "duration":
        return asked_for(form, "duration")
    value = form[MONEY[name]]
    return None if value is None else float(value)


def term_of(client: int) -> Term:
    """Which of duration and payment was typed last; "same" while neither was."""
    term: Term = st.session_state.get(key_of(TERM, client)) or "same"
    return term


def settle(client: int, form: Mapping[str, Any]) -> None:
    """Have the third follow the two that were typed. Before the fields are drawn."""
    held = st.session_state
    held.setdefault(key_of(TERM, client), "same")
    now: Values = {name: held.setdefault(key_of(name, client), stored(form, name)) for name in LOAN}
    before: Values = held.get(key_of(SETTLED, client)) or {name: stored(form, name) for name in LOAN}
    changed = {name for name in LOAN if now[name] != before[name]}
    typed = changed & {"annuity", "duration"}
    if typed and not _fits(now):
        held[key_of(TERM, client)] = "annuity" if "annuity" in typed else "duration"
    if not _can_follow(changed, now):
        return
    if changed and not _fits(now):
        follower = _follower(changed)
        now[follower] = _third(follower, now)
        set_number(key_of(follower, client), now[follower])
        held[key_of(FOLLOWING, client)] = follower
        if follower == "annuity" and term_of(client) == "annuity":
            held[key_of(TERM, client)] = "duration"
    held[key_of(SETTLED, client)] = now


def begin_anew_with(client: int, form: Mapping[str, Any], amounts: Mapping[str, float]) -> None:
    """Put the three back to the file, but for the amounts given; the payment follows them."""
    now: Values = {name: amounts.get(name, stored(form, name)) for name in LOAN}
    if amounts.keys() & {"credit", "duration"} and now["credit"] and now["duration"]:
        now["annuity"] = _third("annuity", now)
    for name, value in now.items():
        set_number(key_of(name, client), value)
    st.session_state[key_of(TERM, client)] = "duration" if "duration" in amounts else "same"
    st.session_state[key_of(SETTLED, client)] = now
    st.session_state[key_of(FOLLOWING, client)] = "annuity" if amounts else ""


def follows_in_words(client: int, words: Words) -> str:
    """Which one followed last; how they hang together where none did."""
    followed = st.session_state.get(key_of(FOLLOWING, client)) or ""
    return words.say(FOLLOWS[followed])


def _can_follow(changed: set[str], now: Values) -> bool:
    """Whether what the third follows from is there; otherwise it waits for it."""
    needed = set(LOAN) - {_follower(changed)} if changed else set()
    return all((now[name] or 0.0) > 0.0 for name in needed)


def _follower(changed: set[str]) -> str:
    if changed == {"annuity", "duration"}:
        return "credit"
    return "duration" if "annuity" in changed and "duration" not in changed else "annuity"


def _fits(now: Values) -> bool:
    credit, duration, annuity = (now[name] for name in LOAN)
    if not credit or not duration or not annuity:
        return credit is None and duration is None
    return abs(credit / duration - annuity) < 0.01


def _third(name: str, now: Values) -> float:
    credit, duration, annuity = (now[each] or 0.0 for each in LOAN)
    if name == "credit":
        return round(duration * annuity, CENTS)
    return credit / annuity if name == "duration" else round(credit / duration, CENTS)
