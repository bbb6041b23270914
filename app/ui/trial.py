"""The policy a manager tries out: one slider and one number bound together, by threshold or by acceptance rate.

The trial is kept from page to page, so that fairness is seen at the threshold whose cost was seen, and that one is
proposed. Every figure is of the trial's own threshold, exact: the slider only shows the nearest tenth of a percent.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache

import streamlit as st

from app.scoring.policy import Policy
from app.scoring.strategy import Strategy
from app.store.proposals import Draft
from app.ui.loaders import evidence, policies, portfolio
from app.ui.place import share
from app.ui.plain_text import Markdown, plain
from app.ui.words import Words, mark, words_in

TRIAL, BY = "trial", "trial_by"
SET_BY, SLIDER, NUMBER, WEIGHT = "set_by", "tried_slider", "tried_number", "tried_weight"
THRESHOLD, ACCEPTANCE = "threshold", "acceptance"
WAYS = {THRESHOLD: mark("Threshold"), ACCEPTANCE: mark("Acceptance rate")}
LAST_TENTH = {THRESHOLD: 500, ACCEPTANCE: 1_000}
"""Ends of the slider in tenths of a percent; the number goes to 100 %."""
USUAL_MARGIN = 1_000.0
"""What a repaid loan is taken to earn until a manager says better; a loss is the weight of a missed default of them."""


@dataclass(frozen=True, slots=True)
class Trial:
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


def trial(words: Words) -> Trial:
    """What this reader tries; the policy in force at first."""
    kept = st.session_state.get(TRIAL)
    return kept if kept is not None else start(words)


def start(words: Words) -> Trial:
    """Try the policy in force."""
    champion = portfolio(words).champion
    active = policies().in_force(champion.version)
    policy = active.draft.policy if active else champion.recommended
    loss, margin = policy.missed_default_weight * USUAL_MARGIN, USUAL_MARGIN
    if active:
        loss, margin = active.draft.average_loss, active.draft.margin
    amounts = policy.grey_zone_points, policy.missed_default_weight, loss, margin
    st.session_state[TRIAL] = Trial(policy.threshold, *amounts, champion.version)
    return st.session_state[TRIAL]


def choose_trial(words: Words) -> Trial:
    """Show the controls; returns what they stand at. A trial of a model that is no longer served starts again."""
    strategy = evidence(words).chosen_on
    tried = trial(words)
    if tried.model_version != portfolio(words).champion.version:
        tried = start(words)
    by = st.session_state.setdefault(BY, THRESHOLD)
    _show(tried, by, strategy)
    with st.container(key="trial"):
        way, slider, number, weight = st.columns([3, 4, 2, 3], gap="medium", vertical_alignment="bottom")
    with way:
        st.segmented_control(
            words.say("Set by"), list(WAYS), key=SET_BY, required=True, on_change=_other_way,
            format_func=lambda each: words.say(WAYS[each]),
        )  # fmt: skip
    with slider:
        st.select_slider(
            words.say(WAYS[by]), range(LAST_TENTH[by] + 1), key=SLIDER, on_change=_moved, args=(SLIDER, strategy),
            format_func=lambda each: _tenth(each, words),
        )  # fmt: skip
    with number:
        label = words.say("Threshold, in %") if by == THRESHOLD else words.say("Acceptance, in %")
        st.number_input(
            plain(label), 0.0, 100.0, step=0.1, format="%.2f", key=NUMBER, on_change=_moved, args=(NUMBER, strategy)
        )  # fmt: skip
    with weight:
        st.number_input(
            words.say("Weight of a missed default"), 0.0, 1_000.0, step=1.0, format="%.1f", key=WEIGHT,
            on_change=_weigh,
        )  # fmt: skip
    return tried


def _tenth(tenth: int, words: Words) -> Markdown:
    return _tenths(words.language)[tenth]


@cache
def _tenths(language: str) -> tuple[Markdown, ...]:
    words = words_in(language)  # type: ignore[arg-type]
    return tuple(plain(share(tenth / 1_000, words)) for tenth in range(max(LAST_TENTH.values()) + 1))


def _show(tried: Trial, by: str, strategy: Strategy) -> None:
    """Set every control to what is tried: the trial alone is kept from page to page."""
    value = tried.threshold if by == THRESHOLD else strategy.at(tried.threshold).acceptance_rate
    st.session_state[SET_BY], st.session_state[WEIGHT] = by, tried.missed_default_weight
    st.session_state[NUMBER] = 100 * value
    st.session_state[SLIDER] = min(round(1_000 * value), LAST_TENTH[by])


def _other_way() -> None:
    st.session_state[BY] = st.session_state[SET_BY]


def _moved(widget: str, strategy: Strategy) -> None:
    """What was moved says what is tried, and the other one follows."""
    value = st.session_state[SLIDER] / 1_000 if widget == SLIDER else st.session_state[NUMBER] / 100
    threshold = value if st.session_state[BY] == THRESHOLD else strategy.accepting(value)
    st.session_state[TRIAL] = replace(st.session_state[TRIAL], threshold=threshold)


def _weigh() -> None:
    st.session_state[TRIAL] = replace(st.session_state[TRIAL], missed_default_weight=st.session_state[WEIGHT])
