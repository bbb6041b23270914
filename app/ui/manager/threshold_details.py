"""What a manager looks closer at, one thing at a time: strategies, money, who changes, and the usual curves."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import streamlit as st

from app.language.words import Words, mark
from app.scoring.audit.discrimination import calibration_error
from app.scoring.audit.swap_set import SwapSet
from app.scoring.audit.thresholds import DRAWN, LARGEST_DRAWN, Consequences
from app.scoring.policy import Policy
from app.store.evidence import Evidence
from app.ui.charts.cost import PER
from app.ui.charts.curve import Curve, Plane, Point, curve
from app.ui.charts.style import STILL
from app.ui.kit.components import card, definitions, palette, show_note, show_table
from app.ui.kit.plain_text import plain
from app.ui.kit.spreadsheet import csv_text
from app.ui.kit.typed_number import Limits, type_number
from app.ui.loaders import evidence, portfolio
from app.ui.manager.tried_policy import TRIED, TriedPolicy
from app.ui.shell.export import Export, show_export
from app.ui.shell.sign_in import is_manager

LARGEST_AMOUNT = 1_000_000.0
AMOUNT = Limits(0.0, LARGEST_AMOUNT, needed=True)
CLOSER = "closer"


def show_details(tried: TriedPolicy, current: Policy, words: Words) -> None:
    """Choose what to look at, and see it."""
    st.header(words.say("Look closer"), anchor=False)
    chosen = st.selectbox(
        words.say("What to look at"), list(DETAILS), key=CLOSER, format_func=lambda each: words.say(DETAILS[each][0])
    )
    DETAILS[chosen][1](tried, current, evidence(), words)


def _show_strategies(tried: TriedPolicy, current: Policy, known: Evidence, words: Words) -> None:
    heads = (
        words.say("Accepted"),
        words.say("Threshold"),
        words.say("Not repaid"),
        words.say("Missed defaults"),
        words.say("Lost good clients"),
        words.say("Cost"),
    )
    weight = tried.missed_default_weight
    rows = [_strategy(each, weight, words) for each in known.chosen_on.table()]
    about = words.say("Ten strategies, from the most severe on; cost per {files} applications", files=words.number(PER))
    with st.container(key="wide_table"):
        show_table(about, heads, rows)


def _strategy(each: Consequences, weight: float, words: Words) -> tuple[str, ...]:
    figures = each.missed_defaults, each.lost_good_clients, round(PER * each.cost(weight))
    rates = words.percent(each.threshold, 1), words.percent(each.default_rate_accepted or 0.0, 1)
    return (words.percent(each.acceptance_rate, 1), *rates, *(words.number(figure) for figure in figures))


def _show_money(tried: TriedPolicy, current: Policy, known: Evidence, words: Words) -> None:
    left, right = st.columns(2, gap="medium")
    with left:
        title = words.say("Average loss on a loan not repaid, in €")
        loss = type_number(title, "tried_loss", AMOUNT, words, begin=tried.average_loss, lasting=False)
    with right:
        title = words.say("Average margin on a loan repaid, in €")
        margin = type_number(title, "tried_margin", AMOUNT, words, begin=tried.margin, lasting=False)
    if loss is None or margin is None:
        show_note(words.say("The money is told once both amounts can be read."))
        return
    st.session_state[TRIED] = replace(tried, average_loss=loss, margin=margin)
    here, now = (known.chosen_on.at(threshold) for threshold in (tried.threshold, current.threshold))
    result, before = here.result(loss, margin), now.result(loss, margin)
    rows = [
        (
            words.say("Margins on {count} loans repaid", count=words.number(here.kept_good_clients)),
            words.money(margin * here.kept_good_clients),
        ),
        (
            words.say("Losses on {count} missed defaults", count=words.number(here.missed_defaults)),
            words.money(-loss * here.missed_defaults),
        ),
        (words.say("Result"), words.money(result)),
        (words.say("Against the policy in force"), words.money(result - before)),
    ]
    st.html(card(words.say("Money at the tried threshold"), definitions(rows)))
    if margin > 0 and abs(loss / margin - tried.missed_default_weight) > 0.05 * tried.missed_default_weight:
        st.markdown(
            plain(
                words.say(
                    "These amounts put the weight of a missed default at {amounts}, not {weight}: the threshold of the "
                    "best result is then not the cheapest one above.",
                    amounts=words.number(loss / margin),
                    weight=words.number(tried.missed_default_weight),
                )
            )
        )


def _show_swap(tried: TriedPolicy, current: Policy, known: Evidence, words: Words) -> None:
    swap = known.ranking.swap_set(current.threshold, tried.threshold)
    st.markdown(plain(swapped(swap, words)))
    if len(swap) and is_manager(portfolio()):
        changes = Export("swap", mark("Download who changes"), f"swap-set-{swap.change}.csv", "text/csv", ("manager",))
        show_export(changes, lambda: as_csv(swap), words, swap.clients.tolist)


def swapped(swap: SwapSet, words: Words) -> str:
    """Who would be decided otherwise than by the policy in force, and how they would repay."""
    if swap.expected_default_rate is None:
        return words.say("Nobody's decision changes against the policy in force.")
    values = {"expected": words.percent(swap.expected_default_rate, 1)}
    if swap.change == "accept":
        told = words.plural(
            "{count} client refused now would be accepted; {expected} are expected not to repay.",
            "{count} clients refused now would be accepted; {expected} are expected not to repay.",
            len(swap),
            **values,
        )
    else:
        told = words.plural(
            "{count} client accepted now would be refused; {expected} are expected not to repay.",
            "{count} clients accepted now would be refused; {expected} are expected not to repay.",
            len(swap),
            **values,
        )
    if swap.observed_default_rate is None:
        return told
    return words.plural(
        "{told} Of the {count} whose outcome is known, {observed} did not.",
        "{told} Of the {count} whose outcome is known, {observed} did not.",
        swap.known,
        told=told,
        observed=words.percent(swap.observed_default_rate, 1),
    )


def as_csv(swap: SwapSet) -> str:
    """The swap set as a file: one client a line, riskiest last."""
    rows = zip(swap.clients.tolist(), swap.probability.tolist(), strict=True)
    return csv_text(
        ("client", "probability_of_default", "new_decision"), ((client, chance, swap.change) for client, chance in rows)
    )


def _show_precision(tried: TriedPolicy, current: Policy, known: Evidence, words: Words) -> None:
    curves, here = known.separation, known.chosen_on.at(tried.threshold)
    refused = here.avoided_defaults + here.lost_good_clients
    precision = here.avoided_defaults / refused if refused else 1.0
    caught = here.avoided_defaults / known.chosen_on.defaults
    told = words.say(
        "{precision} of those refused would have defaulted, and {caught} of all defaults are refused. Average "
        "precision: {figure}; by chance it would be {chance}.",
        precision=words.percent(precision, 1),
        caught=words.percent(caught, 1),
        figure=words.percent(curves.average_precision, 1),
        chance=words.percent(curves.default_rate, 1),
    )
    lines = (
        Curve(words.say("This model"), curves.caught, curves.precision),
        Curve(words.say("By chance"), [0, 1], [curves.default_rate] * 2, "muted", "dash"),
    )
    plane = Plane(words.say("Share of the defaults that are refused"), words.say("Share of the refused who default"))
    _draw(lines, plane, (caught, precision, words.say("Tried")), told, words)


def _show_roc(tried: TriedPolicy, current: Policy, known: Evidence, words: Words) -> None:
    curves, here = known.separation, known.chosen_on.at(tried.threshold)
    lost = here.lost_good_clients / known.chosen_on.good_clients
    caught = here.avoided_defaults / known.chosen_on.defaults
    told = words.say(
        "{caught} of the defaults are refused at the price of {lost} of the good clients. Of a client who defaults and "
        "one who repays, the model puts the first at higher risk {auc} of the time (AUC).",
        caught=words.percent(caught, 1),
        lost=words.percent(lost, 1),
        auc=words.percent(curves.auc, 1),
    )
    lines = (
        Curve(words.say("This model"), curves.lost, curves.caught),
        Curve(words.say("By chance"), [0, 1], [0, 1], "muted", "dash"),
    )
    plane = Plane(words.say("Share of the good clients who are refused"), words.say("Share of the defaults refused"))
    _draw(lines, plane, (lost, caught, words.say("Tried")), told, words)


def _show_ks(tried: TriedPolicy, current: Policy, known: Evidence, words: Words) -> None:
    thresholds, curves = known.chosen_on, known.separation
    position = np.searchsorted(thresholds.probability, DRAWN)
    bad, good = thresholds.missed_defaults[position], thresholds.good_clients - thresholds.lost_good_clients[position]
    told = words.say(
        "Good and bad clients are furthest apart at {threshold}: {ks} (Kolmogorov-Smirnov).",
        threshold=words.percent(curves.ks_threshold, 1),
        ks=words.percent(curves.ks, 1),
    )
    lines = (
        Curve(words.say("Repaid"), DRAWN, good / thresholds.good_clients, "accept"),
        Curve(words.say("Not repaid"), DRAWN, bad / thresholds.defaults, "refuse", "dash"),
    )
    plane = Plane(words.say("Threshold"), words.say("Share accepted"), LARGEST_DRAWN)
    here = thresholds.at(tried.threshold)
    point = (min(tried.threshold, LARGEST_DRAWN), here.kept_good_clients / thresholds.good_clients, words.say("Tried"))
    _draw(lines, plane, point, told, words)


def _show_calibration(tried: TriedPolicy, current: Policy, known: Evidence, words: Words) -> None:
    bins = known.calibration
    told = words.say(
        "The probability announced and the share not repaid differ by {error} on average, over {bins} groups of "
        "equally many clients.",
        error=words.percent(calibration_error(bins), 1),
        bins=words.number(len(bins.clients)),
    )
    end = 1.05 * float(max(bins.expected.max(), bins.high.max()))
    error = bins.observed - bins.low, bins.high - bins.observed
    lines = (
        Curve(words.say("Observed, with its 95% interval"), bins.expected, bins.observed, error=error, dots=True),
        Curve(words.say("As announced"), [0, end], [0, end], "muted", "dash"),
    )
    plane = Plane(words.say("Probability of default announced"), words.say("Share not repaid"), end, end)
    _draw(lines, plane, None, told, words)


def _show_lift(tried: TriedPolicy, current: Policy, known: Evidence, words: Words) -> None:
    bins = known.deciles
    lift = bins.lift[::-1]
    told = words.say(
        "The riskiest tenth defaults {most} times as often as everyone, the safest tenth {least} times.",
        most=words.number(float(lift[0])),
        least=words.number(float(lift[-1]), 2),
    )
    tenths = np.arange(1, len(lift) + 1) / len(lift)
    lines = (
        Curve(words.say("This model"), tenths, lift, dots=True),
        Curve(words.say("By chance"), [0, 1], [1, 1], "muted", "dash"),
    )
    plane = Plane(
        words.say("Tenths of the clients, the riskiest first"),
        words.say("Times as many defaults as everyone"),
        y_end=1.05 * float(lift.max()),
        shares=False,
    )
    _draw(lines, plane, None, told, words)


def _show_gains(tried: TriedPolicy, current: Policy, known: Evidence, words: Words) -> None:
    curves, here = known.separation, known.chosen_on.at(tried.threshold)
    refused, caught = 1 - here.acceptance_rate, here.avoided_defaults / known.chosen_on.defaults
    told = words.say(
        "Refusing the riskiest {refused} of the clients avoids {caught} of the defaults.",
        refused=words.percent(refused, 1),
        caught=words.percent(caught, 1),
    )
    lines = (
        Curve(words.say("This model"), curves.refused, curves.caught),
        Curve(words.say("By chance"), [0, 1], [0, 1], "muted", "dash"),
    )
    plane = Plane(words.say("Share of the clients refused, the riskiest first"), words.say("Share of defaults avoided"))
    _draw(lines, plane, (refused, caught, words.say("Tried")), told, words)


def _draw(lines: tuple[Curve, ...], plane: Plane, point: Point | None, told: str, words: Words) -> None:
    st.markdown(plain(told))
    figure = curve(lines, plane, point, words, palette())
    st.plotly_chart(figure, theme=None, config=STILL, key="closer_chart", alt=told)
    with st.expander(words.say("The figures as a table"), key="figures_closer"):
        first = lines[0]
        x, y = np.asarray(first.x), np.asarray(first.y)
        places = np.unique(np.linspace(0, len(x) - 1, min(len(x), 21)).round().astype(int))
        written = [
            (words.percent(x[each], 1), words.percent(y[each], 1) if plane.shares else words.number(y[each], 2))
            for each in places
        ]
        show_table(first.name, (plane.x_title, plane.y_title), written)


DETAILS: dict[str, tuple[str, Callable[[TriedPolicy, Policy, Evidence, Words], None]]] = {
    "strategies": (mark("Ten strategies side by side"), _show_strategies),
    "swap": (mark("Who would be decided otherwise"), _show_swap),
    "money": (mark("Money"), _show_money),
    "precision": (mark("Precision and recall"), _show_precision),
    "roc": (mark("ROC curve"), _show_roc),
    "ks": (mark("Good and bad clients apart (KS)"), _show_ks),
    "calibration": (mark("Calibration"), _show_calibration),
    "lift": (mark("Lift"), _show_lift),
    "gains": (mark("Cumulative gains"), _show_gains),
}
