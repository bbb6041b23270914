"""The stop switch: what is suspended and since when, taking it back by another manager, suspending, the history."""

from __future__ import annotations

from datetime import tzinfo

import streamlit as st

from app.language.verdicts import when, zone_of
from app.language.words import Words
from app.scoring.case.actors import Actor
from app.scoring.problems import AccessProblem, Problem
from app.settings import settings
from app.store.suspensions import EVERY_MODEL, LONGEST_TEXT, Suspension
from app.ui.kit.components import card, definitions, show_table
from app.ui.kit.kept_choice import choose_one, chosen
from app.ui.kit.markup import element
from app.ui.kit.plain_text import plain
from app.ui.loaders import models, portfolio, suspensions
from app.ui.manager.outcome import empty_texts, keep_outcome, show_outcome
from app.ui.shell.acting import acting_as, clicked, note_click
from app.ui.shell.asked_address import remember_address
from app.ui.shell.frame import link_to
from app.ui.shell.sign_in import choose_manager, is_recent, person_here, show_providers

PAGE, SHOWN, READ = "stop_switch", 50, 10_000
SUSPEND, LIFT = "suspend", "lift"
REASON, MODELS, LIFTED_FOR = "stop_reason", "stop_models", "lifting_"
"""Keys of what is typed; the last one ends with the suspension's number."""


def show_stop_switch(words: Words) -> None:
    """The answer, what is in force, the way to suspend, the history."""
    opened, zone = portfolio(), zone_of(st.context.timezone)
    _suspend_what_was_clicked_on(words)
    _lift_what_was_clicked_on(words)
    st.title(words.say("Is the model’s advice given?"), anchor=False)
    past = suspensions().history(READ)
    stopped = [each for each in reversed(past) if each.lifted_by is None]
    st.html(element("p", answer(stopped, opened.champion.version, zone, words), class_="lead"))
    show_outcome(PAGE, words)
    choose_manager(opened, words)
    _ask_for_a_recent_sign_in(words)
    for each in stopped:
        _show_in_force(each, zone, words)
    _show_form(opened.champion.version, words)
    _show_history(past[:SHOWN], zone, words)
    st.markdown(words.say("What happened and whom it touched is told in the register:"))
    link_to("incidents", words)


def answer(stopped: list[Suspension], served: str, zone: tzinfo, words: Words) -> str:
    """Whether the model that is served advises; if not, since when, by whom and why."""
    holding = next((each for each in stopped if each.model_version in (EVERY_MODEL, served)), None)
    if holding is None:
        return words.say("Yes: model {version} advises, nothing stops it.", version=served)
    return words.say(
        "No: {who} suspended it on {when}. People decide without it.",
        who=holding.by.name,
        when=when(holding.at, zone, words),
    )


def _ask_for_a_recent_sign_in(words: Words) -> None:
    if is_recent():
        return
    st.markdown(words.say("To suspend the advice or lift that, sign in again first: your sign-in is some time ago."))
    remember_address()
    show_providers(words)


def models_in_words(version: str, words: Words) -> str:
    """Whose advice is suspended."""
    return words.say("Every model") if version == EVERY_MODEL else words.say("Model {version}", version=version)


def _show_in_force(stop: Suspension, zone: tzinfo, words: Words) -> None:
    rows = [
        (words.say("Suspended"), models_in_words(stop.model_version, words)),
        (words.say("Since"), when(stop.at, zone, words)),
        (words.say("By"), stop.by.name),
        (words.say("Reason"), stop.reason),
    ]
    number = words.number(stop.number)
    with st.container(key=f"suspension_{stop.number}"):
        st.html(card(words.say("Suspension {number}", number=number), definitions(rows)))
        own = suspensions().four_eyes and _is_here(stop.by)
        st.text_area(
            plain(words.say("Why suspension {number} is lifted, needed", number=number)),
            key=f"{LIFTED_FOR}{stop.number}",
            max_chars=LONGEST_TEXT,
            height=80,
            disabled=own,
            persist_state="session",
        )
        st.button(
            plain(words.say("Lift suspension {number}", number=number)),
            key=f"lift_{stop.number}",
            disabled=own,
            on_click=note_click,
            args=(LIFT, stop.number),
        )
        if own:
            st.caption(words.say("You suspended it: another manager lifts it."))


def _is_here(who: Actor) -> bool:
    try:
        person = person_here(portfolio())
    except AccessProblem:  # their role was taken away meanwhile: the click is told so
        return False
    return person is not None and person.actor.is_same(who)


def _show_form(served: str, words: Words) -> None:
    st.header(words.say("Suspend the advice"), anchor=False)
    st.markdown(
        words.say(
            "Every page says so at once with your reason, people decide without the model, and the API and batch "
            "scoring refuse. Another manager lifts it."
        )
    )
    choose_one(words.say("Whose advice"), _models(served), MODELS, lambda each: _model_in_words(each, served, words))
    st.text_area(
        words.say("Reason, needed; it names no client"), key=REASON, max_chars=LONGEST_TEXT, persist_state="session"
    )
    st.button(words.say("Suspend the advice now"), key="suspend_advice", on_click=note_click, args=(SUSPEND, served))


def _models(served: str) -> tuple[str, ...]:
    """Every one, the one that is served, those that were served or decided by before."""
    known = models(settings().portfolio, settings().champion_archive)
    return (EVERY_MODEL, served, *(each for each in reversed(known) if each != served))


def _model_in_words(version: str, served: str, words: Words) -> str:
    if version in (EVERY_MODEL, served):
        return models_in_words(version, words)
    return words.say("Model {version}, not served now", version=version)


def _suspend_what_was_clicked_on(words: Words) -> None:
    """Before the page is drawn: it then shows what is in force."""
    asked = clicked(SUSPEND)
    if asked is None:
        return
    reason, models = st.session_state.get(REASON, ""), chosen(MODELS, _models(asked[0]), EVERY_MODEL)
    try:
        with acting_as(portfolio(), "manager", recently=True) as person:
            stop = suspensions().suspend(person.actor, reason, models)
        empty_texts(REASON)
        keep_outcome(PAGE, words.say("Suspension {number} is in force.", number=words.number(stop.number)))
    except Problem as problem:
        keep_outcome(PAGE, problem)
        return
    st.rerun()  # what surrounds the page says so too


def _lift_what_was_clicked_on(words: Words) -> None:
    asked = clicked(LIFT)
    if asked is None:
        return
    (number,) = asked
    reason = st.session_state.get(f"{LIFTED_FOR}{number}", "")
    try:
        with acting_as(portfolio(), "manager", recently=True) as person:
            suspensions().lift(number, person.actor, reason)
        empty_texts(f"{LIFTED_FOR}{number}")
        keep_outcome(PAGE, words.say("Suspension {number} is lifted.", number=words.number(number)))
    except Problem as problem:
        keep_outcome(PAGE, problem)
        return
    st.rerun()


def _show_history(past: tuple[Suspension, ...], zone: tzinfo, words: Words) -> None:
    st.header(words.say("History"), anchor=False)
    if not past:
        st.markdown(words.say("The advice was never suspended."))
        return
    heads = (
        words.say("Suspension"),
        words.say("Whose advice"),
        words.say("Suspended"),
        words.say("Why"),
        words.say("Lifted"),
        words.say("Why lifted"),
    )
    with st.container(key="wide_words"):
        show_table(words.say("The newest first"), heads, [_line(each, zone, words) for each in past])


def _line(stop: Suspension, zone: tzinfo, words: Words) -> tuple[str, ...]:
    by, lifted = "{who}, {when}", words.say("no")
    if stop.lifted_by is not None:
        lifted = by.format(who=stop.lifted_by.name, when=when(stop.lifted_at or "", zone, words))
    return (
        words.number(stop.number),
        models_in_words(stop.model_version, words),
        by.format(who=stop.by.name, when=when(stop.at, zone, words)),
        stop.reason,
        lifted,
        stop.lifted_for or "",
    )
