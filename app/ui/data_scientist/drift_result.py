"""Drift: whether today's clients are still those the model learnt from, from what ``make drift`` found."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from app.language.words import Words, mark
from app.scoring.drift import Drift
from app.settings import settings
from app.store.drift_runs import read_run, runs
from app.ui.data_scientist.drift_words import (
    VERDICTS,
    about_checks,
    checked,
    dated,
    figure,
    most_of_all,
    provenance,
    ranged,
    ranking,
    recommendation,
)
from app.ui.kit.components import card, definitions, show_note, show_table
from app.ui.kit.icons import icon
from app.ui.kit.markup import element
from app.ui.kit.plain_text import plain
from app.ui.kit.url_state import linked_choice
from app.ui.loaders import portfolio

COMMAND = mark("make drift CURRENT=folder")
TONES = {"stable": "accept", "investigate": "review", "act": "refuse"}
HISTORY = 24


# Some 300 kB each; the history shows the last ``HISTORY``.
@st.cache_resource(max_entries=2 * HISTORY, show_spinner=False)
def read(root: Path, run: str) -> Drift:
    """One run; it never changes once it is written.

    Raises:
        DriftProblem: it cannot be read.
    """
    return read_run(root, run)


def choose_run(words: Words) -> Drift | None:
    """The comparison to show, the last one unless another is chosen; None, and how to make one, when there is none.

    Raises:
        DriftProblem: its record cannot be read.
    """
    root = settings().portfolio
    st.title(words.say("Are today’s clients those the model learnt from?"), anchor=False)
    made = runs(root)[::-1]
    if not made:
        show_note(words.say("No comparison has been made yet. To make one: {command}", command=words.say(COMMAND)))
        return None
    chosen = made[0]
    if len(made) > 1:
        chosen = linked_choice(words.say("Comparison"), made, "run", made[0], lambda run: dated(run, words), words)
    return read(root, chosen)


def show_answer(drift: Drift, words: Words) -> None:
    """Whether the model still ranks where outcomes tell it, what moved, and what to do."""
    found, todo = recommendation(drift, words)
    ranked = ranking(drift, words)
    first, then = (ranked, found) if drift.on_current.realised else (found, ranked)
    tone = TONES[drift.signal]
    verdict = element("p", icon(tone), words.say(VERDICTS[drift.signal]), class_="verdict")
    sentences = [element("p", each) for each in (most_of_all(drift, words), then, todo) if each]
    parts = verdict, element("p", first, class_="lead"), *sentences
    st.html(element("section", *parts, class_=f"answer {tone}", aria_label=words.say("Answer")))
    served = portfolio().champion.version
    if served != drift.model_version:
        show_note(
            words.say(
                "This comparison is with the reference of model {compared}; model {served} is in service now. "
                "Compare again: {command}",
                compared=drift.model_version,
                served=served,
                command=words.say(COMMAND),
            )
        )
    st.caption(plain(provenance(drift, words)))


def show_consequences(drift: Drift, words: Words) -> None:
    """Acceptance and mean probability at the threshold, expected performance, realised performance when it is known."""
    st.header(words.say("In detail"), anchor=False)
    panel = st.expander(words.say("What it changes for decisions"), key="consequences", on_change="rerun")
    if panel.open:
        with panel:
            _show_consequences(drift, words)


def _show_consequences(drift: Drift, words: Words) -> None:
    before, now = drift.reference, drift.current
    rates = [
        (words.say("Accepted"), _change(before.acceptance_rate, now.acceptance_rate, words)),
        (words.say("Mean probability of default"), _change(before.mean_probability, now.mean_probability, words)),
        (words.say("Threshold in force"), words.percent(drift.threshold, 1)),
    ]
    cards = card(words.say("At the threshold"), definitions(rates)), _performance(drift, words)
    st.html(element("div", *cards, class_="cards"))
    _show_checks(drift, words)


def _show_checks(drift: Drift, words: Words) -> None:
    """Each figure beside what was expected of it, and what its band says; nothing in a record from before."""
    if not drift.checks:
        return
    st.subheader(words.say("As expected?"), anchor=False)
    heads = (
        words.say("Figure"),
        words.say("Expected"),
        words.say("Within chance"),
        words.say("Today"),
        words.say("Verdict"),
    )
    with st.container(key="wide_table"):
        show_table(words.say("Today beside what was expected"), heads, [checked(each, words) for each in drift.checks])
    st.caption(plain(about_checks(drift, words)))


def _performance(drift: Drift, words: Words) -> str:
    reference, current = drift.on_reference, drift.on_current
    lines = [
        (words.say("Expected AUC today"), ranged(current.expected, "auc", words)),
        (words.say("Expected cost per client today"), ranged(current.expected, "cost", words)),
    ]
    if current.realised:
        clients = words.number(current.realised.clients)
        auc = words.say("not known: all outcomes are the same")
        lines += [
            (
                words.say("Realised AUC today, {clients} outcomes", clients=clients),
                auc if current.realised.auc is None else figure(current.realised.auc, words),
            ),
            (words.say("Realised cost per client today"), figure(current.realised.cost, words)),
        ]
        strangers = words.number(current.realised.strangers)
        lines += [(words.say("Outcomes left out, of nobody here"), strangers)] if current.realised.strangers else []
    if reference.realised and reference.realised.auc is not None:
        pairs = [(reference.expected.auc, reference.realised.auc), (reference.expected.cost, reference.realised.cost)]
        auc, cost = (" · ".join(figure(value, words) for value in pair) for pair in pairs)
        lines += [
            (words.say("On the reference: AUC expected · realised"), auc),
            (words.say("On the reference: cost expected · realised"), cost),
        ]
    return card(words.say("How well the model ranks"), definitions(lines))


def _change(before: float, now: float, words: Words) -> str:
    return words.say("{before} then, {now} today", before=words.percent(before, 1), now=words.percent(now, 1))


def show_unknowable(words: Words) -> None:
    """What this page cannot tell."""
    st.header(words.say("What cannot be known"), anchor=False)
    st.markdown(
        words.say(
            "The tables carry no application dates: no analysis by vintage, and no way to tell when a drift began. "
            "Expected figures hold when who applies has changed; only outcomes tell whether the same client has become "
            "riskier."
        )
    )
