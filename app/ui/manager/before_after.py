"""A proposed policy beside the one in force: one table of what each does, and to whom something changes."""

from __future__ import annotations

import streamlit as st

from app.language.features import label
from app.language.words import Words
from app.scoring.audit.before_after import Changes, Clients, Expected
from app.scoring.audit.fairness import Audit
from app.scoring.audit.thresholds import Consequences
from app.scoring.policy import Policy
from app.store.cases.queue import ended
from app.store.evidence import Evidence
from app.store.proposals import Draft
from app.ui.charts.cost import PER
from app.ui.kit.components import show_table
from app.ui.loaders import cases, evidence, portfolio
from app.ui.manager.audited import audits

Row = tuple[str, str, str, str]
"""A measure, what it is now, what it would be, the difference."""


def show_before_after(now: Policy, draft: Draft, words: Words) -> None:
    """The table; both sides count with the proposal's weight and money, so that only the policy differs."""
    known, then = evidence(), draft.policy
    changes = _changes(portfolio().release, now, then, known)
    before, after = (Expected.of(known.ranking, policy.threshold) for policy in (now, then))
    rows = [
        *_expected(before, after, draft, words),
        *_fairness(now, then, words),
        *_kept_apart(known, now, then, words),
        *_open_files(changes, words),
    ]
    heads = (words.say("Measure"), words.say("Now"), words.say("Proposed"), words.say("Change"))
    caption = words.say(
        "Before and after, expected over {applications} applications; both sides count with the weight, the loss and "
        "the margin of the proposal.",
        applications=words.number(before.applications),
    )
    show_table(caption, heads, rows)


@st.cache_resource(max_entries=16, show_spinner=False)
def _changes(release: str, now: Policy, then: Policy, _known: Evidence) -> Changes:
    return Changes.between(_known.ranking, now, then)


def _expected(before: Expected, after: Expected, draft: Draft, words: Words) -> list[Row]:
    costs = [PER * each.cost(draft.policy.missed_default_weight) for each in (before, after)]
    result, then = (each.result(draft.average_loss, draft.margin) for each in (before, after))
    return [
        _shares(words.say("Acceptance rate"), before.acceptance_rate, after.acceptance_rate, words),
        _costs(words.say("Cost per {files} applications, in lost good clients", files=words.number(PER)), costs, words),
        (
            words.say("Money the loans accepted leave"),
            words.money(result),
            words.money(then),
            _money(then - result, words),
        ),
    ]


def _fairness(now: Policy, then: Policy, words: Words) -> list[Row]:
    both = zip(audits(now.threshold), audits(then.threshold), strict=True)
    return [
        _shares(
            words.say("Smallest acceptance ratio: {grouping}", grouping=label(before.attribute, words).lower()),
            _ratio(before),
            _ratio(after),
            words,
        )
        for before, after in both
    ]


def _ratio(audit: Audit) -> float | None:
    """Acceptance of the group accepted least, of that of the one accepted most; None where none can be compared."""
    return next((gap.value for gap in audit.gaps if gap.measure == "disparate impact"), None)


def _kept_apart(known: Evidence, now: Policy, then: Policy, words: Words) -> list[Row]:
    """The check on clients from whom nothing was chosen."""
    if known.reported_on is None:
        name, untold = words.say("Check on clients kept from every choice"), words.say("too few")
        return [(name, untold, untold, "")]
    sides: list[Consequences] = [known.reported_on.at(policy.threshold) for policy in (now, then)]
    clients = words.number(known.reported_on.clients)
    before, after = (each.default_rate_accepted for each in sides)
    return [
        _shares(words.say("Not repaid, on {clients} clients kept apart", clients=clients), before, after, words),
        _costs(
            words.say("Cost per {files} applications, on the same", files=words.number(PER)),
            [PER * each.cost(then.missed_default_weight) for each in sides],
            words,
        ),
    ]


def _open_files(changes: Changes, words: Words) -> list[Row]:
    """How many files that are not decided yet would be advised otherwise."""
    accepted, refused = words.say("to accept"), words.say("to refuse")
    outside, inside = words.say("outside the zone"), words.say("to review")
    moves = (
        (words.say("Open files that would be refused"), accepted, refused, changes.refused),
        (words.say("Open files that would be accepted"), refused, accepted, changes.accepted),
        (words.say("Open files that enter the grey zone"), outside, inside, changes.to_review),
        (words.say("Open files that leave the grey zone"), inside, outside, changes.from_review),
    )
    return [(name, before, after, words.number(_open(clients))) for name, before, after, clients in moves]


def _open(clients: Clients) -> int:
    return len(clients) - len(ended(cases().engine) & set(clients.tolist()))


def _shares(name: str, before: float | None, after: float | None, words: Words) -> Row:
    now, then = (words.say("nobody") if share is None else words.percent(share, 1) for share in (before, after))
    change = "" if before is None or after is None else _points(100 * (after - before), words)
    return name, now, then, change


def _points(change: float, words: Words) -> str:
    if not round(change, 1):
        return words.say("unchanged")
    return words.plural("{change} point", "{change} points", change, change=words.signed(change, 1))


def _costs(name: str, costs: list[float], words: Words) -> Row:
    before, after = costs
    change = round(after - before, 1)
    return (
        name,
        words.points(before, 1),
        words.points(after, 1),
        words.signed(change, 1) if change else words.say("unchanged"),
    )


def _money(change: float, words: Words) -> str:
    if not round(change):
        return words.say("unchanged")
    return ("+" if change > 0 else "") + words.money(change)
