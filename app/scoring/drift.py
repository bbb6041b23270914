"""Frozen answers about drift: is today's population still the one the model learnt? Computed by ``make drift``."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

from app.scoring.problems import DriftProblem

Signal = Literal["stable", "investigate", "act"]
Measure = Literal["mean_probability", "acceptance", "default_rate", "auc", "cost", "calibration"]
SIGNALS: tuple[Signal, ...] = ("stable", "investigate", "act")
"""From the calmest to the gravest."""
OF_OUTCOMES: tuple[Measure, ...] = ("default_rate", "auc", "cost", "calibration")
FORMAT = 1


@dataclass(frozen=True, slots=True)
class Stability:
    """How far one column moved between the reference and the current clients.

    Attributes:
        feature: feature name; ``"points"`` for the score.
        psi: population stability index over the reference's bins, a bin of new categories and one of missing values.
        low, high: 95 % interval of it, freed of what chance adds.
        chance: what chance alone exceeds in one of twenty whole reports.
        value_drift: part of ``psi`` that is due to the values provided.
        missing_drift: the rest: due to how many are not provided.
        edges: inner borders of the bins of a number; empty for a category.
        categories: known values of a category; empty for a number.
        reference: clients per bin; then, for a category, of new categories; last, of missing values.
        current: the same bins today.
        new_categories: values the reference never had, with their clients, most frequent first.
        importance: share of all effects on the score that is this feature's; 0 when the model does not read it.
        signal: what the bands say of ``psi``, "stable" when chance explains it.
    """

    feature: str
    psi: float
    low: float
    high: float
    chance: float
    value_drift: float
    missing_drift: float
    edges: tuple[float, ...]
    categories: tuple[str, ...]
    reference: tuple[int, ...]
    current: tuple[int, ...]
    new_categories: tuple[tuple[str, int], ...]
    importance: float
    signal: Signal

    @property
    def impact(self) -> float:
        """Importance times drift; 0 when chance explains the drift."""
        return self.importance * self.psi if self.psi > self.chance else 0.0

    @property
    def missing(self) -> tuple[float, float]:
        """Share of missing values in the reference and today."""
        return self.reference[-1] / sum(self.reference), self.current[-1] / sum(self.current)


@dataclass(frozen=True, slots=True)
class Scored:
    """What the model says of one set of clients at the active threshold.

    Attributes:
        clients: how many were scored.
        mean_probability: mean calibrated probability of default.
        acceptance_rate: share accepted.
    """

    clients: int
    mean_probability: float
    acceptance_rate: float


@dataclass(frozen=True, slots=True)
class Segment:
    """The clients who share one value of a feature, then and now.

    Attributes:
        feature: feature name.
        value: the category.
        reference, current: what the model says of them.
        psi, low, high, chance, signal: of their score, as in ``Stability``.
    """

    feature: str
    value: str
    reference: Scored
    current: Scored
    psi: float
    low: float
    high: float
    chance: float
    signal: Signal


@dataclass(frozen=True, slots=True)
class Expected:
    """Performance to expect from calibrated probabilities alone, with the 95 % range of what labels may turn out."""

    auc: float
    auc_low: float
    auc_high: float
    cost: float
    cost_low: float
    cost_high: float


@dataclass(frozen=True, slots=True)
class Realised:
    """Performance once labels are there.

    Attributes:
        clients: how many labelled clients it was measured on.
        auc: None where all outcomes are the same: there is no pair to order.
        strangers: labels of clients who are not in the population; left out.
        calibration_error: None in a record from before it was measured.
    """

    clients: int
    default_rate: float
    auc: float | None
    cost: float
    strangers: int = 0
    calibration_error: float | None = None


@dataclass(frozen=True, slots=True)
class Check:
    """One figure of today beside what was expected of it.

    Attributes:
        measure: "mean_probability" and "acceptance" are of the scores, the others of known outcomes; "calibration" is
            how far defaults beyond those announced are from the reference's, summed over tenths of the scores.
        clients: whom it is found on.
        expected: from the probabilities, as far as they came true on the reference.
        low, high: what chance leaves around ``expected``, at the level of this check among all that are made.
        found: today's.
        signal: "stable" within ``low`` and ``high``, and as long as the difference is too small to matter.
    """

    measure: Measure
    clients: int
    expected: float
    low: float
    high: float
    found: float
    signal: Signal


@dataclass(frozen=True, slots=True)
class Performance:
    """Expected performance of one set of clients beside the realised one; None while nothing is known."""

    expected: Expected
    realised: Realised | None


@dataclass(frozen=True, slots=True)
class Drift:
    """One comparison of a current population with the champion's frozen reference.

    Attributes:
        run: its name, from its date.
        at: UTC, ISO 8601.
        model_version: of the champion, whose reference it is.
        release: served release whose labelled clients gave the reference's scores.
        threshold: active threshold the rates are told at.
        missed_default_weight: cost of a missed default, in lost good clients.
        reference_clients: size of the frozen reference.
        out_of_fold: whether the reference's scores come from models that never saw the client.
        reference, current: what the model says of both populations.
        score: drift of the score, in points.
        features: drift of every feature, largest importance times drift first.
        segments: drift of the score by segment.
        on_reference, on_current: expected and realised performance.
        notices: what was found in the current tables and tolerated, in English.
        signal: what to do.
        checks: mean probability and acceptance, and the outcomes where they are known, beside what was expected; none
            in a record from before they were made.
        outcomes_given: how many, whoever they are of; None where none were asked to be read, or in an older record.
        format: version of this record.
    """

    run: str
    at: str
    model_version: str
    release: str
    threshold: float
    missed_default_weight: float
    reference_clients: int
    out_of_fold: bool
    reference: Scored
    current: Scored
    score: Stability
    features: tuple[Stability, ...]
    segments: tuple[Segment, ...]
    on_reference: Performance
    on_current: Performance
    notices: tuple[str, ...]
    signal: Signal
    checks: tuple[Check, ...] = ()
    outcomes_given: int | None = None
    format: int = FORMAT

    @property
    def drifting(self) -> tuple[Stability, ...]:
        """Model inputs that are not stable, in the order of ``features``."""
        return tuple(each for each in self.features if each.importance and each.signal != "stable")

    @property
    def by_outcomes(self) -> bool:
        """Whether known outcomes are reason enough for the signal."""
        told = gravest(each.signal for each in self.checks if each.measure in OF_OUTCOMES)
        return told == self.signal != "stable"

    @property
    def outcomes_of_nobody(self) -> bool:
        """Whether outcomes were given and none of them is of a client who is compared: they could not decide."""
        return self.outcomes_given is not None and self.on_current.realised is None


def gravest(signals: Iterable[Signal]) -> Signal:
    """The gravest of several; "stable" of none."""
    return max(signals, key=SIGNALS.index, default="stable")


def ranked(features: Sequence[Stability]) -> tuple[Stability, ...]:
    """Largest importance times drift first; what the model does not read comes last, by its drift."""
    return tuple(sorted(features, key=lambda each: (-each.impact, not each.importance, -each.psi, each.feature)))


def to_json(drift: Drift) -> str:
    """The record as JSON."""
    return json.dumps(asdict(drift), separators=(",", ":"))


def from_json(text: str) -> Drift:
    """Read what ``to_json`` wrote.

    Raises:
        DriftProblem: it is no such record, or one of another format.
    """
    try:
        told = json.loads(text)
        if told["format"] != FORMAT:
            raise DriftProblem(
                "The drift record is of format {written}.",
                "This version of the desk reads format {known}.",
                "Compare again: make drift CURRENT=folder.",
                written=told["format"],
                known=FORMAT,
            )
        parts: dict[str, Any] = {name: Scored(**told.pop(name)) for name in ("reference", "current")}
        parts |= {name: _performance(told.pop(name)) for name in ("on_reference", "on_current")}
        features = tuple(_stability(each) for each in told.pop("features"))
        segments = tuple(_segment(each) for each in told.pop("segments"))
        return Drift(
            **parts,
            features=features,
            segments=segments,
            score=_stability(told.pop("score")),
            notices=tuple(told.pop("notices")),
            checks=tuple(Check(**each) for each in told.pop("checks", ())),
            **told,
        )
    except (ValueError, KeyError, TypeError) as error:
        raise DriftProblem(
            "The drift record cannot be read.",
            "It is written whole, by make drift.",
            "Remove it and compare again: make drift CURRENT=folder.",
        ) from error


def _stability(told: dict[str, Any]) -> Stability:
    listed: dict[str, Any] = {name: tuple(told.pop(name)) for name in ("edges", "categories", "reference", "current")}
    new = tuple((value, clients) for value, clients in told.pop("new_categories"))
    return Stability(**listed, new_categories=new, **told)


def _segment(told: dict[str, Any]) -> Segment:
    return Segment(reference=Scored(**told.pop("reference")), current=Scored(**told.pop("current")), **told)


def _performance(told: dict[str, Any]) -> Performance:
    realised = told["realised"]
    return Performance(Expected(**told["expected"]), realised and Realised(**realised))
