"""The policy a manager tries out: one slider and one number bound together, by threshold or by acceptance rate.

The trial is kept from page to page, so that fairness is seen at the threshold whose cost was seen, and that one is
proposed. Every figure is of the trial's own threshold, exact: the slider only shows the nearest tenth of a percent.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache

import streamlit as st

from app.language.words import Words, mark, words_in
from app.scoring.audit.thresholds import Thresholds
from app.scoring.policy import Policy
from app.store.proposals import Draft
from app.ui.loaders import evidence, policies, portfolio

TRIED, BY = "trial", "trial_by"
SET_BY, SLIDER, NUMBER, WEIGHT = "set_by", "tried_slider", "tried_number", "tried_weight"
THRESHOLD, ACCEPTANCE = "threshold", "acceptance"
WAYS = {THRESHOLD: mark("Threshold"), ACCEPTANCE: mark("Acceptance rate")}
LAST_TENTH = {THRESHOLD: 500, ACCEPTANCE: 1_000}
"""Ends of the slider in tenths of a percent; the number goes to 100 %."""
USUAL_MARGIN = 1_000.0
"""What a repaid loan is taken to earn until a manager says better; a loss is the weight of a missed default of them."""


@dataclass(frozen=True, slots=True)
class TriedPolicy:
    """What is tried: not yet a policy, as its threshold may be one that no policy could have."""

    threshold: float
    grey_zone_points: float
    missed_default_weight: float
    average_loss: float
    margin: float
    model_version: str

    @property
    def policy(self) -> Policy:
        """The trial as a policy.

        Raises:
            PolicyProblem: the threshold or the weight is none.
        """
        return Policy(self.threshold, self.grey_zone_points, self.missed_default_weight)

    @property
    def draft(self) -> Draft:
        """What would be proposed."""
        return Draft(self.policy, self.average_loss, self.margin, self.model_version)


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
    amounts = policy.grey_zone_points, policy.missed_default_weight, loss, margin
    st.session_state[TRIED] = TriedPolicy(policy.threshold, *amounts, champion.version)
    return st.session_state[TRIED]


def choose_tried_policy(words: Words) -> TriedPolicy:
    """Show the controls; returns what they stand at. A trial of a model that is no longer served starts again."""
    with st.spinner(words.say("Sorting the clients…")):
        thresholds = evidence().chosen_on
    tried = tried_policy()
    if tried.model_version != portfolio().champion.version:
        tried = start()
    by = st.session_state.setdefault(BY, THRESHOLD)
    _show(tried, by, thresholds)
    with st.container(key="trial"):
        way, slider, number, weight = st.columns([3, 4, 2, 3], gap="medium", vertical_alignment="bottom")
    with way:
        st.segmented_control(
            words.say("Set by"), list(WAYS), key=SET_BY, required=True, on_change=_other_way,
            format_func=lambda each: words.say(WAYS[each]),
        )  # fmt: skip
    with slider:
        st.select_slider(
            words.say(WAYS[by]), range(LAST_TENTH[by] + 1), key=SLIDER, on_change=_moved, args=(SLIDER, thresholds),
            format_func=_tenths(words.language).__getitem__,
        )  # fmt: skip
    with number:
        label = words.say("Threshold, in %") if by == THRESHOLD else words.say("Acceptance, in %")
        st.number_input(
            label, 0.0, 100.0, step=0.1, format="%.2f", key=NUMBER, on_change=_moved, args=(NUMBER, thresholds)
        )  # fmt: skip
    with weight:
        st.number_input(
            words.say("Weight of a missed default"), 0.0, 1_000.0, step=1.0, format="%.1f", key=WEIGHT,
            on_change=_weigh,
        )  # fmt: skip
    return tried


@cache
def _tenths(language: str) -> tuple[str, ...]:
    words = words_in(language)  # type: ignore[arg-type]
    return tuple(words.percent(tenth / 1_000, 1) for tenth in range(max(LAST_TENTH.values()) + 1))


def _show(tried: TriedPolicy, by: str, thresholds: Thresholds) -> None:
    """Set every control to what is tried: the trial alone is kept from page to page."""
    value = tried.threshold if by == THRESHOLD else thresholds.at(tried.threshold).acceptance_rate
    st.session_state[SET_BY], st.session_state[WEIGHT] = by, tried.missed_default_weight
    st.session_state[NUMBER] = 100 * value
    st.session_state[SLIDER] = min(round(1_000 * value), LAST_TENTH[by])


def _other_way() -> None:
    st.session_state[BY] = st.session_state[SET_BY]


def _moved(widget: str, thresholds: Thresholds) -> None:
    """What was moved says what is tried, and the other one follows."""
    value = st.session_state[SLIDER] / 1_000 if widget == SLIDER else st.session_state[NUMBER] / 100
    threshold = value if st.session_state[BY] == THRESHOLD else thresholds.accepting(value)
    st.session_state[TRIED] = replace(st.session_state[TRIED], threshold=threshold)


def _weigh() -> None:
    st.session_state[TRIED] = replace(st.session_state[TRIED], missed_default_weight=st.session_state[WEIGHT])
