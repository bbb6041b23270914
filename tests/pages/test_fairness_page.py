"""Fairness at the tried threshold, in words a manager understands; it follows the slider."""

from __future__ import annotations

import json
import re

import pytest

from app.language.words import words_in
from app.scoring.audit.fairness import Audit, Gap, GroupFigures, Share
from app.store.evidence import read_evidence
from app.ui.manager.fairness import answer, group_in_words, told
from tests.pages.managing import lead, number, opener, slider, texts

ENGLISH = words_in("en")


@pytest.fixture
def page(desk):
    return opener(desk)


@pytest.fixture(scope="module")
def attributes(served):
    return read_evidence(served).attributes


def test_each_grouping_tells_its_three_findings_at_the_slider(page, attributes) -> None:
    app = page("fairness")
    for tenths in (60, 150):
        slider(app).set_value(tenths / 10).run()
        assert not app.exception
        cards = next(text for text in texts(app) if text.startswith("Gender"))
        audits = [attribute.audit(tenths / 1_000) for attribute in attributes]
        for audit in audits:
            assert len(audit.gaps) == 3
            for gap in audit.gaps:
                assert told(gap, audit.attribute, ENGLISH) in cards
        assert lead(app) == answer(tuple(audits), ENGLISH)


@pytest.mark.parametrize("grouping", ["gender", "age", "family_status", "income_type"])
def test_one_grouping_is_shown_in_full_with_every_group(page, attributes, grouping, read) -> None:
    app = page("fairness")
    app.segmented_control(key="grouping").set_value(grouping).run()
    threshold = app.session_state["trial"].threshold
    audit = next(attribute for attribute in attributes if attribute.name == grouping).audit(threshold)
    table = next(text for text in texts(app) if text.startswith("Shares with their 95% intervals"))
    for group in audit.groups:
        row = f"{group_in_words(grouping, group.name, ENGLISH)} {ENGLISH.number(group.clients)} "
        assert row + ENGLISH.percent(group.accepted.value, 1) in table
    small = [group_in_words(grouping, group.name, ENGLISH) for group in audit.groups if not group.large_enough]
    said = [text.value for text in app.markdown if text.value.startswith("Too small to be compared")]
    assert bool(said) == bool(small) and all(name in said[0] for name in small)
    alternative = app.get("plotly_chart")[0].proto.alt
    for group in audit.groups:
        assert (group_in_words(grouping, group.name, ENGLISH) in alternative) == group.large_enough


@pytest.mark.parametrize("language", ["en", "fr"])
def test_it_speaks_to_people(page, language) -> None:
    app = page("fairness", lang=language)
    shown = " ".join([*texts(app), *(text.value for text in app.markdown)])
    assert re.findall(r"\b[A-Z]+(?:_[A-Z0-9]+)+\b|\b[Nn]a[Nn]\b|\bNone\b|\bXNA\b", shown) == []
    assert not {"family_status", "income_type"} & set(re.findall(r"\w+", shown))


def test_the_trial_of_the_threshold_page_is_the_one_seen_here(page) -> None:
    app = page("threshold")
    number(app).set_value(12.34).run()
    app.switch_page("../pages/fairness.py").run()
    assert number(app).value == pytest.approx(12.34)
    assert app.session_state["trial"].threshold == pytest.approx(0.1234)


def audited(*findings: str) -> Audit:
    gaps = tuple(Gap("selection gap", 0.1, 0.05, 0.2, 0.1, "F", "M", finding) for finding in findings)
    nobody = Share(None, None, None)
    return Audit("gender", (GroupFigures("F", 5, nobody, nobody, nobody, None, False),), gaps)


@pytest.mark.parametrize(
    ("findings", "said"),
    [
        (("kept", "kept", "kept"), "Yes"),
        (("kept", "unsure", "kept"), "It cannot be told for gender"),
        (("kept", "unsure", "not kept"), "No: by gender"),
    ],
)
def test_the_answer_is_the_worst_finding(findings, said) -> None:
    assert answer((audited("kept"), audited(*findings)), ENGLISH).startswith(said)


def test_the_line_of_four_fifths_stands_in_the_chart_and_is_told(page) -> None:
    app = page("fairness")
    spec = json.loads(app.get("plotly_chart")[0].proto.spec)
    (line,), accepted = spec["layout"]["shapes"], spec["data"][0]["x"]
    assert line["x0"] == pytest.approx(0.8 * max(accepted))
    assert f"The dotted line, {ENGLISH.percent(line['x0'], 1)}, is 80%" in app.caption[-1].value
