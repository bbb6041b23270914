"""What drift checks detect, and how often they cry wolf: measured on a portfolio's own probabilities.

Clients are drawn from those whose outcome is known, outcomes from their probabilities, as they are or with a change
planted. A change is detected when the signal is no longer "stable". All changes are tried on the same draws: what their
probabilities announce is then counted once, and a larger change differs from a smaller one by its size alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from app.scoring.features import FEATURES
from app.scoring.policy import Policy
from app.scoring.population import separated_deciles, summarise
from app.store.effects import importance
from app.store.portfolio import Portfolio
from training.monitoring.checks import SCORES, Announced, against, announced, of_scores
from training.monitoring.drift import drift_of_features, labelled, shares
from training.monitoring.expected_performance import SEED
from training.monitoring.psi import FAMILIES, overall, stability
from training.monitoring.segments import SCORE, score_reference

Floats = NDArray[np.float64]

SIZES = (500, 5_000, 50_000)
TRIALS = 200
WANTED = 0.80
RISKIER = (1.05, 1.1, 1.15, 1.2, 1.3, 1.4, 1.5, 1.75, 2.0, 2.5, 3.0)
"""Odds of default, times."""
BLURRED = (0.02, 0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.6, 0.8, 1.0)
"""Share of clients whose outcome no longer has to do with their score."""
TABLE = "drift-power"
"""Its name in a document."""


@dataclass(frozen=True)
class Detected:
    """At one size: the smallest change detected with ``WANTED`` power, None where none of those tried is."""

    clients: int
    false_alarms: float
    item_alarms: float
    same_clients_riskier: float | None
    others_apply: float | None
    ranking_lost: float | None


@dataclass(frozen=True)
class Draw:
    """A reference and clients of today from one population, and two random numbers of each of today's.

    Attributes:
        luck: below their true probability, a client defaults.
        lot: whom a change that concerns some concerns.
    """

    before: Floats
    defaulted_then: Floats
    then: Announced
    now: Floats
    announced_now: Announced
    luck: Floats
    lot: Floats


Planted = Callable[[Draw, float], tuple[Floats, Floats]]
"""Today's probabilities as the model says them, and the true ones, of a draw and the size of a change."""


def power(opened: Portfolio, sizes: tuple[int, ...] = SIZES, trials: int = TRIALS) -> Iterator[Detected]:
    """Measure each size in ``trials`` draws, the same ones for every change."""
    known = labelled(opened)
    honest = known.out_of_fold_probability
    pool = honest.fillna(known.probability).to_numpy()
    policy, random = opened.champion.recommended, np.random.default_rng(SEED)
    effects = shares(importance(opened.folder))
    for clients in sizes:
        draws = [_draw(pool, clients, policy, random) for _ in range(trials)]
        yield Detected(
            clients=clients,
            false_alarms=_share(_riskier, 1.0, draws, policy, random),
            item_alarms=_item_alarms(known, effects, clients, random, trials),
            same_clients_riskier=_smallest(_riskier, RISKIER, draws, policy, random),
            others_apply=_smallest(_others, RISKIER, draws, policy, random),
            ranking_lost=_smallest(_blurred, BLURRED, draws, policy, random),
        )


def _draw(pool: Floats, clients: int, policy: Policy, random: np.random.Generator) -> Draw:
    before, now = random.choice(pool, len(pool)), random.choice(pool, clients)
    return Draw(
        before=before,
        defaulted_then=(random.random(len(before)) < before).astype("float64"),
        then=announced(before, policy, random),
        now=now,
        announced_now=announced(now, policy, random),
        luck=random.random(clients),
        lot=random.random(clients),
    )


def _riskier(draw: Draw, size: float) -> tuple[Floats, Floats]:
    return draw.now, _odds(draw.now, size)


def _others(draw: Draw, size: float) -> tuple[Floats, Floats]:
    return _odds(draw.now, size), _odds(draw.now, size)


def _blurred(draw: Draw, size: float) -> tuple[Floats, Floats]:
    return draw.now, np.where(draw.lot < size, draw.now.mean(), draw.now)


def _odds(chance: Floats, times: float) -> Floats:
    raised: Floats = times * chance / (1 + (times - 1) * chance)
    return raised


def _smallest(
    planted: Planted, changes: tuple[float, ...], draws: list[Draw], policy: Policy, random: np.random.Generator
) -> float | None:
    """By halving: what a change detects, a larger one does."""
    low, high = 0, len(changes)
    while low < high:
        middle = (low + high) // 2
        if _share(planted, changes[middle], draws, policy, random) >= WANTED:
            high = middle
        else:
            low = middle + 1
    return changes[low] if low < len(changes) else None


def _share(planted: Planted, size: float, draws: list[Draw], policy: Policy, random: np.random.Generator) -> float:
    """Of these draws, the share with a check that is not stable."""
    return sum(_alarms(*planted(draw, size), draw, policy, random) for draw in draws) / len(draws)


def _alarms(said: Floats, true: Floats, draw: Draw, policy: Policy, random: np.random.Generator) -> bool:
    made = of_scores(draw.before, said, policy)
    if any(check.signal != "stable" for check in made):
        return True
    now = draw.announced_now if said is draw.now else announced(said, policy, random)
    made = against(draw.then, draw.defaulted_then, now, (draw.luck < true).astype("float64"))
    return any(check.signal != "stable" for check in made)


def _item_alarms(
    known: pd.DataFrame, effects: dict[str, float], clients: int, random: np.random.Generator, trials: int
) -> float:
    """The share of draws of a reference and of today from the same clients whose items or score's index alarm."""
    read = [feature for feature in FEATURES if feature.name in effects]
    known = known[[*effects, SCORE]]
    found = 0
    for _ in range(trials):
        before, today = (known.iloc[random.integers(0, len(known), drawn)] for drawn in (len(known), clients))
        profile = summarise(before, pd.Series(np.nan, index=before.index), read, separated_deciles)
        score = stability(score_reference(before[SCORE].to_numpy()), today[SCORE], FAMILIES * SCORES)
        found += overall(score, drift_of_features(profile, today, effects)) != "stable"
    return found / trials


def table(measured: list[Detected], reference: int, trials: int = TRIALS) -> str:
    """In Markdown."""
    lines = [
        f"Reference: {reference:,} clients with known outcomes; {trials} draws a figure: a share of 5% is known "
        f"within {2 * (0.05 * 0.95 / trials) ** 0.5:.0%} (two standard errors).",
        "",
        "| clients today | false alarms, scores and outcomes | false alarms, items | same clients riskier: odds"
        " | riskier clients apply: odds | ranking lost for |",
        "|---:|---:|---:|---:|---:|---:|",
    ]
    return "\n".join([*lines, *(_line(each) for each in measured)]) + "\n"


def _line(each: Detected) -> str:
    alarms = f"{each.false_alarms:.1%} | {each.item_alarms:.1%}"
    odds = (
        f"x {value:.2f}" if value else f"more than x {RISKIER[-1]:.2f}"
        for value in (each.same_clients_riskier, each.others_apply)
    )
    lost = "no change tried" if each.ranking_lost is None else f"{each.ranking_lost:.0%} of clients"
    return f"| {each.clients:,} | {alarms} | {' | '.join(odds)} | {lost} |"
