"""The manager's home: the portfolio at a glance, from what the release and the store know."""

from __future__ import annotations

import streamlit as st

from app.language.words import Words, mark
from app.scoring.audit.thresholds import Thresholds
from app.scoring.drift import Drift, Signal
from app.scoring.policy import Policy
from app.settings import settings
from app.store.agreement import agreement
from app.store.cases.queue import View, counts
from app.store.drift_runs import read_run, runs
from app.store.glance import Glance, glance
from app.ui.charts.cost import PER
from app.ui.kit.components import card, definitions
from app.ui.kit.error_boundary import error_boundary
from app.ui.kit.markup import element
from app.ui.loaders import cases, evidence, incidents, journal, policies, policy_in_force, portfolio, suspensions
from app.ui.manager.audited import audits
from app.ui.manager.fairness import answer as fairness_in_words
from app.ui.manager.journal import answer as decisions_in_words
from app.ui.shell.frame import link_to
from app.ui.shell.sign_in import drawn_for

SIGNALS: dict[Signal, str] = {
    "stable": mark("Today’s clients are those the model learnt from."),
    "investigate": mark("Today’s clients have changed a little: to be looked into."),
    "act": mark("Today’s clients are no longer those the model learnt from: act."),
}
BY_OUTCOMES: dict[Signal, str] = {
    "investigate": mark("What clients did is not quite what the model announced: to be looked into."),
    "act": mark("What clients did is not what the model announced: act."),
}


def show_home(words: Words) -> None:
    """What the threshold in force does, what waits for a manager, then people, fairness, drift and incidents."""
    policy = policy_in_force()
    seen = glance(portfolio(), policy)
    st.title(words.say("How does the portfolio stand?"), anchor=False)
    st.html(element("p", answer(seen, policy, words), class_="lead"))
    with st.container(key="glance", gap="medium"):
        first, second = st.columns(2, gap="medium")
        with first, error_boundary(words):
            _show_portfolio(seen, words)
            _show_people(words)
            _show_fairness(policy, words)
        with second, error_boundary(words):
            _show_waiting(words)
            _show_threshold(policy, words)
            _show_drift(words)
            _show_incidents(words)


def answer(seen: Glance, policy: Policy, words: Words) -> str:
    """What the threshold in force accepts, and what is expected not to come back."""
    return words.say(
        "Refusing from {threshold} on, the desk accepts {share} of {applications} applications; {defaults} of the "
        "loans accepted are expected not to be repaid.",
        threshold=words.percent(policy.threshold, 1),
        share=words.percent(seen.accepted / seen.applications, 1),
        applications=words.number(seen.applications),
        defaults=words.percent(seen.defaults / seen.accepted, 1) if seen.accepted else words.say("none"),
    )


def _show_portfolio(seen: Glance, words: Words) -> None:
    rows = [
        (words.say("Applications"), words.number(seen.applications)),
        (words.say("Accepted by the score"), _of(seen.accepted, seen.applications, words)),
        (words.say("In the grey zone, a person decides"), _of(seen.grey, seen.applications, words)),
        (words.say("Loans accepted"), words.money(seen.lent)),
        (words.say("Expected not to be repaid"), words.number(round(seen.defaults))),
        (words.say("Amount of those loans"), words.money(seen.at_risk)),
    ]
    st.html(card(words.say("Portfolio"), definitions(rows)))


def _of(count: int, everyone: int, words: Words) -> str:
    return words.say("{count} ({share})", count=words.number(count), share=words.percent(count / everyone, 1))


def _show_people(words: Words) -> None:
    counted = agreement(journal(), policy_in_force().grey_zone_points).everyone
    _show_told(words.say("Do officers follow the model?"), decisions_in_words(counted, words), "journal", words)


def _show_waiting(words: Words) -> None:
    """Second signatures, reviews, policies to activate, and a suspension to lift."""
    views: tuple[View, ...] = ("second signature", "referred", "review")
    counted = counts(cases().engine, drawn_for().actor, views)
    version = portfolio().champion.version
    rows = [
        (words.say("Decisions to sign"), words.number(counted["second signature"])),
        (words.say("Files referred to you"), words.number(counted["referred"])),
        (words.say("Reviews asked for"), words.number(counted["review"])),
        (words.say("Policies proposed, not decided yet"), words.number(len(policies().waiting(version)))),
    ]
    if suspensions().in_force(version):
        rows.append((words.say("The model’s advice"), words.say("suspended")))
    st.html(card(words.say("Waiting"), definitions(rows)))
    with st.container(key="told_waiting", horizontal=True):
        link_to("queue", words)
        link_to("policy", words)


def _show_threshold(policy: Policy, words: Words) -> None:
    told = dearer(evidence().chosen_on, policy, words)
    _show_told(words.say("Threshold in force"), told, "threshold", words)


def dearer(thresholds: Thresholds, policy: Policy, words: Words) -> str:
    """What the threshold costs more than the cheapest of the clients whose outcome is known."""
    weight = policy.missed_default_weight
    cheapest = thresholds.cheapest(weight)
    more = round(PER * (thresholds.at(policy.threshold).cost(weight) - thresholds.at(cheapest).cost(weight)))
    values = {"threshold": words.percent(policy.threshold, 1), "cheapest": words.percent(cheapest, 1)}
    if more < 1:
        return words.say("{threshold}: no threshold costs noticeably less.", **values)
    return words.plural(
        "{threshold}: per {files} applications it costs {count} lost good client more than the cheapest, {cheapest}.",
        "{threshold}: per {files} applications it costs {count} lost good clients more than the cheapest, {cheapest}.",
        more,
        files=words.number(PER),
        **values,
    )


def _show_fairness(policy: Policy, words: Words) -> None:
    told = fairness_in_words(audits(policy.threshold), words)
    _show_told(words.say("Does this threshold treat groups alike?"), told, "fairness", words)


def _show_drift(words: Words) -> None:
    root = settings().portfolio
    made = runs(root)
    told = words.say(drift_in_words(read_run(root, made[-1])) if made else "No comparison has been made yet.")
    _show_told(words.say("Drift"), told, "drift", words)


def drift_in_words(drift: Drift) -> str:
    """The signal, and whether it comes from what clients did or from who they are; to be said in a language."""
    return BY_OUTCOMES[drift.signal] if drift.by_outcomes else SIGNALS[drift.signal]


def _show_incidents(words: Words) -> None:
    known = [each for each in incidents().register() if each.report.about is None]
    told = words.plural("{count} incident is recorded.", "{count} incidents are recorded.", len(known))
    _show_told(words.say("Incidents"), told if known else words.say("No incident is recorded."), "incidents", words)


def _show_told(title: str, told: str, script: str, words: Words) -> None:
    """A finding in a sentence, and the page that has all of it."""
    with st.container(key=f"told_{script}", gap="xxsmall"):
        st.html(card(title, element("p", told)))
        link_to(script, words)
