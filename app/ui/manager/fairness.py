"""The fairness page: are groups treated alike at the tried threshold, said as a manager says it."""

from __future__ import annotations

import streamlit as st

from app.language.features import label
from app.language.groups import group_in_words
from app.language.words import Words, mark
from app.scoring.audit.fairness import FEWEST_CLIENTS, REFERENCES, Audit, Finding, Gap, GroupFigures, Share
from app.ui.charts.shares import Row, shares
from app.ui.charts.style import STILL
from app.ui.kit.components import card, palette, show_table
from app.ui.kit.icons import icon
from app.ui.kit.markup import Markup, element
from app.ui.kit.plain_text import plain
from app.ui.manager.audited import audits
from app.ui.manager.tried_policy import choose_tried_policy

ICONS: dict[Finding, str] = {"kept": "accept", "not kept": "refuse", "unsure": "review"}
FINDINGS: dict[Finding, str] = {"kept": mark("kept"), "not kept": mark("not kept"), "unsure": mark("cannot be told")}


def show_fairness(words: Words) -> None:
    """Choose a threshold; see each grouping's findings, then one of them in full."""
    st.title(words.say("Does this threshold treat groups alike?"), anchor=False)
    summary = st.container()
    tried = choose_tried_policy(words)
    threshold = tried.policy.threshold
    found = {audit.attribute: audit for audit in audits(threshold)}
    with summary:
        st.html(element("p", answer(tuple(found.values()), words), class_="lead"))
    st.header(words.say("What is found, by grouping"), anchor=False)
    st.html(element("div", *(_card(audit, words) for audit in found.values()), class_="cards"))
    st.header(words.say("One grouping in full"), anchor=False)
    chosen = st.segmented_control(
        words.say("Grouping"),
        list(found),
        default=next(iter(found)),
        required=True,
        key="grouping",
        format_func=lambda name: plain(label(name, words)),
    )
    _show_audit(found[chosen], words)


def answer(audits: tuple[Audit, ...], words: Words) -> str:
    """Which groupings are out of the usual references, and which cannot be told."""
    by_finding: dict[Finding, list[str]] = {"kept": [], "not kept": [], "unsure": []}
    for audit in audits:
        findings = {gap.finding for gap in audit.gaps}
        worst: Finding = "not kept" if "not kept" in findings else "unsure" if "unsure" in findings else "kept"
        by_finding[worst].append(label(audit.attribute, words).lower())
    if by_finding["not kept"]:
        listed = words.enumeration(by_finding["not kept"])
        return words.say("No: by {groupings}, at least one usual reference is not kept.", groupings=listed)
    if by_finding["unsure"]:
        listed = words.enumeration(by_finding["unsure"])
        return words.say("It cannot be told for {groupings}: too few clients are known.", groupings=listed)
    return words.say("Yes: every usual reference is kept, by each grouping.")


def _card(audit: Audit, words: Words) -> Markup:
    if not audit.gaps:
        told = words.say(
            "Fewer than two groups have {fewest} clients: nothing is compared.", fewest=words.number(FEWEST_CLIENTS)
        )
        return card(label(audit.attribute, words), element("p", told))
    rows = (_line(gap, audit.attribute, words) for gap in audit.gaps)
    return card(label(audit.attribute, words), element("ul", *rows, class_="findings"))


def _line(gap: Gap, attribute: str, words: Words) -> Markup:
    title = element("strong", icon(ICONS[gap.finding]), words.say(FINDINGS[gap.finding]), class_=ICONS[gap.finding])
    return element("li", title, element("span", told(gap, attribute, words)))


def told(gap: Gap, attribute: str, words: Words) -> str:
    """A gap in words: who against whom, by how much, how sure, and the reference."""
    names = {
        "lowest": group_in_words(attribute, gap.lowest, words),
        "highest": group_in_words(attribute, gap.highest, words),
    }
    figures = {"value": gap.value, "low": gap.low, "high": gap.high}
    if gap.measure == "disparate impact":
        return words.say(
            "“{lowest}” is accepted {value} as often as “{highest}” ({low} to {high}); the reference is {reference} or "
            "more.",
            **names,
            **{name: words.percent(figure, 1) for name, figure in figures.items()},
            reference=words.percent(gap.reference),
        )
    values = names | {name: words.points(100 * figure, 1) for name, figure in figures.items()}
    values["reference"] = words.number(100 * gap.reference)
    if gap.measure == "selection gap":
        return words.say(
            "The acceptance of “{lowest}” and “{highest}” differs by {value} percentage points ({low} to {high}); the "
            "reference is {reference} or less.",
            **values,
        )
    return words.say(
        "Among those who repay, the acceptance of “{lowest}” and “{highest}” differs by {value} percentage points "
        "({low} to {high}); the reference is {reference} or less.",
        **values,
    )


def _show_audit(audit: Audit, words: Words) -> None:
    rows = [_row(group, audit.attribute, words) for group in audit.groups if group.large_enough]
    if rows:
        title = words.say("Share accepted, with its 95% interval")
        listed = "; ".join(words.labelled(row.label, words.percent(row.value, 1)) for row in rows)
        floor = REFERENCES["disparate impact"] * max(row.value for row in rows)
        line = words.say(
            "The dotted line, {floor}, is {reference} of the acceptance of the group accepted most.",
            floor=words.percent(floor, 1),
            reference=words.percent(REFERENCES["disparate impact"]),
        )
        st.caption(plain(line))
        figure = shares(rows, title, words, palette(), floor)
        st.plotly_chart(figure, theme=None, config=STILL, key="groups", alt=f"{words.labelled(title, listed)}. {line}")
    small = [group_in_words(audit.attribute, group.name, words) for group in audit.groups if not group.large_enough]
    if small:
        st.markdown(
            plain(
                words.say(
                    "Too small to be compared, under {fewest} clients: {groups}.",
                    fewest=words.number(FEWEST_CLIENTS),
                    groups=words.enumeration(small),
                )
            )
        )
    with st.expander(words.say("The figures as a table"), key="figures_groups"):
        _show_table(audit, words)
    with st.expander(words.say("How these figures are made"), key="fairness_method"):
        st.markdown(plain(_method(words)))


def _row(group: GroupFigures, attribute: str, words: Words) -> Row:
    name = words.plural(
        "{group}, {count} client",
        "{group}, {count} clients",
        group.clients,
        group=group_in_words(attribute, group.name, words),
    )
    assert group.accepted.value is not None and group.accepted.low is not None and group.accepted.high is not None
    return Row(name, group.accepted.value, group.accepted.low, group.accepted.high)


def _show_table(audit: Audit, words: Words) -> None:
    heads = (
        words.say("Group"),
        words.say("Clients"),
        words.say("Accepted"),
        words.say("Accepted of those who repay"),
        words.say("Accepted, not repaid"),
        words.say("As announced"),
    )
    rows = [
        (
            group_in_words(audit.attribute, group.name, words),
            words.number(group.clients),
            *(_in_words(each, words) for each in (group.accepted, group.good_accepted, group.default_rate)),
            words.say("nobody")
            if group.expected_default_rate is None
            else words.percent(group.expected_default_rate, 1),
        )
        for group in audit.groups
    ]
    with st.container(key="wide_table"):
        show_table(words.say("Shares with their 95% intervals"), heads, rows)


def _in_words(each: Share, words: Words) -> str:
    if each.value is None or each.low is None or each.high is None:
        return words.say("nobody")
    return words.say(
        "{value} ({low} to {high})",
        value=words.percent(each.value, 1),
        low=words.percent(each.low, 1),
        high=words.percent(each.high, 1),
    )


def _method(words: Words) -> str:
    return words.say(
        "On clients whose outcome is known, scored by a model that never saw them. Intervals of a group's share are "
        "Wilson's, in closed form; those of a comparison come from 1,000 resamples of the clients, between the same "
        "two groups each time. References: {impact} or more of the acceptance of the group accepted most, at most "
        "{selection} of difference, at most {opportunity} among those who repay. A group of fewer than {fewest} "
        "clients is compared with nobody.",
        impact=words.percent(REFERENCES["disparate impact"]),
        selection=words.percent(REFERENCES["selection gap"]),
        opportunity=words.percent(REFERENCES["equal-opportunity gap"]),
        fewest=words.number(FEWEST_CLIENTS),
    )
