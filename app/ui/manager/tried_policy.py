"""The policy a manager tries out: one slider and one number bound together, by threshold or by acceptance rate.

The trial is kept from page to page, so that fairness is seen at the threshold whose cost was seen, and that one is
proposed. Every figure is of the trial's own threshold, exact: the slider only shows the nearest tenth of a percent.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from itertools import count

import streamlit as st

from app.language.words import Words, mark
from app.scoring.audit.thresholds import Thresholds
from app.scoring.policy import Policy
from app.ui.kit.typed_number import Limits, type_number
from app.ui.loaders import evidence, policies, portfolio

TRIED, SET_BY = "trial", "set_by"
THRESHOLD, ACCEPTANCE = "threshold", "acceptance"
WAYS = {THRESHOLD: mark("Threshold"), ACCEPTANCE: mark("Acceptance rate")}
LARGEST_SLID = {THRESHOLD: 50.0, ACCEPTANCE: 100.0}
"""Ends of the slider in percent; the number goes to 100 %."""
PERCENT, WEIGHT = Limits(0.0, 100.0, needed=True), Limits(0.0, 1_000.0, 1, needed=True)
USUAL_MARGIN = 1_000.0
"""What a repaid loan is taken to earn until a manager says better; a loss is the weight of a missed default of them."""


_controls = count()


@dataclass(frozen=True, slots=True)
class Control:
    """A control of the trial, and what it was last seen at.

    One that has to follow another is a new control: under a fast hand the browser goes on telling of the old one, not
    having heard yet, and that is nobody's wish.
    """

    value: float
    key: str = field(default_factory=lambda: f"tried_{next(_controls)}")

    def moved(self) -> Control | None:
        """What a hand has made of it since; None when it stands still."""
        now = st.session_state.get(self.key, self.value)
        return None if now is None or now == self.value else replace(self, value=now)


@dataclass(frozen=True, slots=True)
class TriedPolicy:
    """What is tried: not yet a policy, as its threshold may be one that no policy could have.

    Attributes:
        by: what the slider and the number stand for, a key of ``WAYS``.
        slider, number, weight: the controls it is set by.
    """

    threshold: float
    grey_zone_points: float
    average_loss: float
    margin: float
    model_version: str
    by: str
    slider: Control
    number: Control
    weight: Control

    @property
    def missed_default_weight(self) -> float:
        """How many lost good clients a missed default costs."""
        return self.weight.value

    @property
    def policy(self) -> Policy:
        """The trial as a policy.

        Raises:
            PolicyProblem: the threshold or the weight is none.
        """
        return Policy(self.threshold, self.grey_zone_points, self.missed_default_weight)


def tried_policy() -> TriedPolicy:
    """What this reader tries; the policy in force at first."""
    kept = st.session_state.get(TRIED)
    return kept if kept is not None else start()


def start() -> TriedPolicy:
    """Try the policy in force."""
    champion = portfolio().champion
    active = policies().in_force(champion.version)
    policy = active.draft.policy if active else champion.recommended
    loss, margin = policy.missed_default_weight * USUAL_MARGIN, USUAL_MARGIN
    if active:
        loss, margin = active.draft.average_loss, active.draft.margin
    percent = 100 * policy.threshold
    tried = st.session_state[TRIED] = TriedPolicy(
        policy.threshold,
        policy.grey_zone_points,
        loss,
        margin,
        champion.version,
        THRESHOLD,
        _slider(percent, THRESHOLD),
        Control(percent),
        Control(policy.missed_default_weight),
    )
    return tried


def choose_tried_policy(words: Words) -> TriedPolicy:
    """Show the controls; returns what they stand at. A trial of a model that is no longer served starts again."""
    with st.spinner(words.say("Sorting the clients…")):
        thresholds = evidence().chosen_on
    tried = tried_policy()
    if tried.model_version != portfolio().champion.version:
        tried = start()
    with st.container(key="trial"):
        way, slider, number, weight = st.columns([3, 4, 2, 3], gap="medium", vertical_alignment="bottom")
    with way:
        by = st.segmented_control(
            words.say("Set by"),
            list(WAYS),
            default=tried.by,
            key=SET_BY,
            required=True,
            format_func=lambda each: words.say(WAYS[each]),
        )
    tried = st.session_state[TRIED] = _after(tried, by, thresholds)
    with slider:
        st.slider(
            words.say(WAYS[by]), 0.0, LARGEST_SLID[by], tried.slider.value, 0.1, _printf(words), key=tried.slider.key
        )
    with number:
        label = words.say("Threshold, in %") if by == THRESHOLD else words.say("Acceptance, in %")
        type_number(label, tried.number.key, PERCENT, words, begin=tried.number.value, lasting=False)
    with weight:
        label = words.say("Weight of a missed default")
        type_number(label, tried.weight.key, WEIGHT, words, begin=tried.weight.value, lasting=False)
    return tried


def _after(tried: TriedPolicy, by: str, thresholds: Thresholds) -> TriedPolicy:
    """The trial after what a hand has done to its controls: the one that was moved says, the other one follows."""
    if weight := tried.weight.moved():
        tried = replace(tried, weight=weight)
    if by != tried.by:
        percent = _percent(tried.threshold, by, thresholds)
        return replace(tried, by=by, slider=_slider(percent, by), number=Control(percent))
    if slider := tried.slider.moved():
        threshold = _threshold(slider.value, by, thresholds)
        return replace(tried, threshold=threshold, slider=slider, number=Control(_percent(threshold, by, thresholds)))
    if number := tried.number.moved():
        threshold = _threshold(number.value, by, thresholds)
        return replace(tried, threshold=threshold, slider=_slider(number.value, by), number=number)
    return tried


def _slider(percent: float, by: str) -> Control:
    return Control(min(round(percent, 1), LARGEST_SLID[by]))


def _percent(threshold: float, by: str, thresholds: Thresholds) -> float:
    return 100 * (threshold if by == THRESHOLD else thresholds.at(threshold).acceptance_rate)


def _threshold(percent: float, by: str, thresholds: Thresholds) -> float:
    share = round(percent, 9) / 100  # the browser adds tenths in binary
    return share if by == THRESHOLD else thresholds.accepting(share)


def _printf(words: Words) -> str:
    """A percentage as the browser writes it while the slider moves."""
    return words.say("{number}%", number="%.1f") + "%"
