"""The threshold page: what the tried threshold does, where the cheapest is, and whose decision would change."""

from __future__ import annotations

import numpy as np
import streamlit as st

from app.language.words import Words
from app.scoring.audit.intervals import wilson
from app.scoring.audit.thresholds import Consequences, Thresholds
from app.scoring.policy import Policy
from app.store.evidence import Evidence
from app.ui.charts.cost import PER, Mark, cost
from app.ui.charts.style import STILL
from app.ui.kit.components import card, definitions, palette, show_note, show_table
from app.ui.kit.markup import element
from app.ui.kit.plain_text import plain
from app.ui.loaders import evidence, policy_in_force, portfolio
from app.ui.manager.recommendation import advised, why_advised
from app.ui.manager.threshold_details import show_details
from app.ui.manager.tried_policy import TriedPolicy, choose_tried_policy
from app.ui.shell.frame import link_to
from app.ui.shell.sign_in import is_manager


def show_threshold(words: Words) -> None:
    """Choose a threshold and a weight; see what they do."""
    st.title(words.say("Which threshold should we set?"), anchor=False)
    summary = st.container()
    tried = choose_tried_policy(words)
    policy, known, current = tried.policy, evidence(), policy_in_force()
    thresholds, here = known.chosen_on, known.chosen_on.at(policy.threshold)
    cheapest = thresholds.at(thresholds.cheapest(policy.missed_default_weight))
    with summary:
        st.html(element("p", answer(here, cheapest, policy.missed_default_weight, words), class_="lead"))
        _show_beside(tried, known, current, words)
    _show_cost(thresholds, policy, current, words)
    _show_outcomes(here, words)
    _show_report(known, policy, words)
    show_details(tried, current, words)
    if is_manager(portfolio()):
        st.markdown(words.say("To propose what is tried here:"))
        link_to("policy", words)


def answer(here: Consequences, cheapest: Consequences, weight: float, words: Words) -> str:
    """What the tried threshold does, and what the cheapest would save."""
    rate = here.default_rate_accepted
    told = words.say(
        "Refusing from {threshold} on accepts {accepted} of the applications; {defaults} of the loans accepted are "
        "not repaid.",
        threshold=words.percent(here.threshold, 1),
        accepted=words.percent(here.acceptance_rate, 1),
        defaults=words.say("none") if rate is None else words.percent(rate, 1),
    )
    more = PER * (here.cost(weight) - cheapest.cost(weight))
    if round(more) < 1:
        return words.say("{told} No threshold costs noticeably less.", told=told)
    return words.plural(
        "{told} Per {files} applications it costs {count} lost good client more than the cheapest threshold, "
        "{cheapest}.",
        "{told} Per {files} applications it costs {count} lost good clients more than the cheapest threshold, "
        "{cheapest}.",
        round(more),
        told=told,
        files=words.number(PER),
        cheapest=words.percent(cheapest.threshold, 1),
    )


def _show_beside(tried: TriedPolicy, known: Evidence, current: Policy, words: Words) -> None:
    """Money, and the figure of clients from whom nothing was chosen."""
    here, now = (known.chosen_on.at(threshold) for threshold in (tried.threshold, current.threshold))
    result, before = (each.result(tried.average_loss, tried.margin) for each in (here, now))
    money = [
        (words.say("Result"), words.money(result)),
        (words.say("Against the policy in force"), words.money(result - before)),
    ]
    counted_with = words.say(
        "A loss of {loss} on a loan not repaid, a margin of {margin} on one repaid",
        loss=words.money(tried.average_loss),
        margin=words.money(tried.margin),
    )
    cards = [card(counted_with, definitions(money))]
    if known.reported_on is not None:
        apart = known.reported_on.at(tried.threshold)
        rate = apart.default_rate_accepted
        kept = [
            (
                words.say("Cost per {files} applications", files=words.number(PER)),
                words.number(PER * apart.cost(tried.missed_default_weight), 0),
            ),
            (words.say("Not repaid"), words.say("none") if rate is None else words.percent(rate, 1)),
        ]
        title = words.say("On {clients} clients kept from every choice", clients=words.number(apart.clients))
        cards.append(card(title, definitions(kept)))
    st.header(words.say("At a glance"), anchor=False)
    st.html(element("div", *cards, class_="cards"))


def marks(thresholds: Thresholds, policy: Policy, current: Policy, advised: float, words: Words) -> list[Mark]:
    """The thresholds that matter at this weight, the tried one last."""
    named = (
        (thresholds.cheapest(policy.missed_default_weight), words.say("Cheapest"), False),
        (advised, words.say("Recommended"), False),
        (current.threshold, words.say("In force"), False),
        (policy.threshold, words.say("Tried"), True),
    )
    return [
        Mark(threshold, words.say("{name} {share}", name=name, share=words.percent(threshold, 1)), tried)
        for threshold, name, tried in named
    ]


def _show_cost(thresholds: Thresholds, policy: Policy, current: Policy, words: Words) -> None:
    weight = policy.missed_default_weight
    st.header(words.say("What does each threshold cost?"), anchor=False)
    low, high, _ = thresholds.cheapest_between(weight)
    finding = words.say(
        "The cheapest threshold lies between {low} and {high}: other clients of the same kind would move it that far.",
        low=words.percent(low, 1),
        high=words.percent(high, 1),
    )
    st.markdown(plain(finding))
    champion = portfolio().champion
    asked = champion.recommendation, champion.recommended, thresholds, weight
    if why := why_advised(*asked, words):
        st.markdown(plain(why))
    marked = marks(thresholds, policy, current, advised(*asked), words)
    costs = [(mark.label, words.number(PER * thresholds.at(mark.threshold).cost(weight), 1)) for mark in marked]
    listed = "; ".join(words.labelled(name, value) for name, value in costs)
    about = words.say(
        "Cost per {files} applications, counted in lost good clients, with its 95% band.", files=words.number(PER)
    )
    st.caption(plain(about))
    figure = cost(thresholds, weight, marked, words, palette())
    st.plotly_chart(figure, theme=None, config=STILL, key="cost", alt=f"{about} {finding} {listed}")
    with st.expander(words.say("The figures as a table"), key="figures_cost"):
        show_table(about, (words.say("Threshold"), words.say("Cost")), costs)


def _show_outcomes(here: Consequences, words: Words) -> None:
    """The confusion matrix, in words."""
    st.header(
        words.plural("What becomes of {count} client", "What becomes of {count} clients", here.clients), anchor=False
    )
    groups = (
        (
            words.say("Clients accepted"),
            here.accepted,
            (
                (words.say("Repaid"), here.kept_good_clients),
                (words.say("Missed defaults: accepted, not repaid"), here.missed_defaults),
            ),
        ),
        (
            words.say("Clients refused"),
            here.clients - here.accepted,
            (
                (words.say("Avoided defaults"), here.avoided_defaults),
                (words.say("Lost good clients: refused, would have repaid"), here.lost_good_clients),
            ),
        ),
    )
    cards = [
        card(
            _counted(name, of, here.clients, words),
            definitions((label, _of(count, here.clients, words)) for label, count in rows),
        )
        for name, of, rows in groups
    ]
    st.html(element("div", *cards, class_="cards"))


def _counted(name: str, count: int, clients: int, words: Words) -> str:
    return words.labelled(name, _of(count, clients, words))


def _of(count: int, clients: int, words: Words) -> str:
    return words.say("{count} ({share})", count=words.number(count), share=words.percent(count / clients, 1))


def _show_report(known: Evidence, policy: Policy, words: Words) -> None:
    """The same threshold on clients who chose nothing."""
    chosen = words.number(known.chosen_on.clients)
    if known.reported_on is None:
        show_note(
            words.say(
                "Judged on {chosen} clients the model never saw when it scored them. Too few are kept apart to check "
                "the choice on others.",
                chosen=chosen,
            )
        )
        return
    apart = known.reported_on.at(policy.threshold)
    low, high = wilson(np.array(apart.missed_defaults), np.array(apart.accepted))
    show_note(
        words.say(
            "Chosen on {chosen} clients; to be reported from {apart} others, kept from every choice. On those it "
            "accepts {accepted}, {defaults} of the loans accepted are not repaid ({low} to {high}), and it costs "
            "{cost} per {files} applications.",
            chosen=chosen,
            apart=words.number(apart.clients),
            accepted=words.percent(apart.acceptance_rate, 1),
            defaults=words.percent(apart.default_rate_accepted or 0.0, 1),
            low=words.percent(float(low), 1),
            high=words.percent(float(high), 1),
            files=words.number(PER),
            cost=words.number(PER * apart.cost(policy.missed_default_weight), 0),
        )
    )
