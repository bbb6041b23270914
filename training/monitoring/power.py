"""What drift checks detect, and how often they cry wolf: measured on a portfolio's own probabilities.

Clients are drawn from those whose outcome is known, outcomes from their probabilities, as they are or with a change
planted. A change is detected when the signal is no longer "stable".
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
from training.monitoring.checks import Known, of_outcomes, of_scores
from training.monitoring.drift import drift_of_features, labelled, shares
from training.monitoring.expected_performance import SEED
from training.monitoring.psi import overall, stability
from training.monitoring.segments import SCORE, score_reference

Floats = NDArray[np.float64]

SIZES = (500, 5_000, 50_000)
TRIALS = 60
WANTED = 0.80
RISKIER = (1.05, 1.1, 1.15, 1.2, 1.3, 1.4, 1.5, 1.75, 2.0, 2.5, 3.0)
"""Odds of default, times."""
BLURRED = (0.02, 0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.6, 0.8, 1.0)
"""Share of clients whose outcome no longer has to do with their score."""
START, END = "<!-- drift-power: written by the command -->\n", "<!-- end of drift-power -->"


@dataclass(frozen=True)
class Detected:
    """At one size: the smallest change detected with ``WANTED`` power, None where none of those tried is."""

    clients: int
    false_alarms: float
    item_alarms: float | None
    same_clients_riskier: float | None
    others_apply: float | None
    ranking_lost: float | None


Planted = Callable[[Floats, float, np.random.Generator], tuple[Floats, Floats]]
"""Today's probabilities as the model says them, and the true ones, from drawn ones and the size of a change."""


def power(opened: Portfolio, sizes: tuple[int, ...] = SIZES, trials: int = TRIALS) -> Iterator[Detected]:
    """Measure each size in ``trials`` draws of every change."""
    known = labelled(opened)
    honest = known.out_of_fold_probability
    pool = honest.fillna(known.probability).to_numpy()
    policy, random = opened.champion.recommended, np.random.default_rng(SEED)
    effects = shares(importance(opened.folder))
    for clients in sizes:
        yield Detected(
            clients=clients,
            false_alarms=_share(_same, 1.0, pool, clients, policy, random, trials),
            item_alarms=_item_alarms(known, effects, clients, random, trials) if clients <= len(pool) else None,
            same_clients_riskier=_smallest(_riskier, RISKIER, pool, clients, policy, random, trials),
            others_apply=_smallest(_others, RISKIER, pool, clients, policy, random, trials),
            ranking_lost=_smallest(_blurred, BLURRED, pool, clients, policy, random, trials),
        )


def _same(chance: Floats, size: float, random: np.random.Generator) -> tuple[Floats, Floats]:
    return chance, chance


def _riskier(chance: Floats, size: float, random: np.random.Generator) -> tuple[Floats, Floats]:
    return chance, _odds(chance, size)


def _others(chance: Floats, size: float, random: np.random.Generator) -> tuple[Floats, Floats]:
    return _odds(chance, size), _odds(chance, size)


def _blurred(chance: Floats, size: float, random: np.random.Generator) -> tuple[Floats, Floats]:
    return chance, np.where(random.random(len(chance)) < size, chance.mean(), chance)


def _odds(chance: Floats, times: float) -> Floats:
    raised: Floats = times * chance / (1 + (times - 1) * chance)
    return raised


def _smallest(
    planted: Planted,
    changes: tuple[float, ...],
    pool: Floats,
    clients: int,
    policy: Policy,
    random: np.random.Generator,
    trials: int,
) -> float | None:
    """By halving: what a change detects, a larger one does."""
    low, high = 0, len(changes)
    while low < high:
        middle = (low + high) // 2
        if _share(planted, changes[middle], pool, clients, policy, random, trials) >= WANTED:
            high = middle
        else:
            low = middle + 1
    return changes[low] if low < len(changes) else None


def _share(
    planted: Planted,
    size: float,
    pool: Floats,
    clients: int,
    policy: Policy,
    random: np.random.Generator,
    trials: int,
) -> float:
    """Of so many draws, the share with a check that is not stable."""
    found = 0
    for _ in range(trials):
        before = random.choice(pool, len(pool))
        said, true = planted(random.choice(pool, clients), size, random)
        then, now = Known(before, _outcomes(before, random)), Known(said, _outcomes(true, random))
        made = *of_scores(before, said, policy), *of_outcomes(then, now, policy)
        found += any(check.signal != "stable" for check in made)
    return found / trials


def _outcomes(chance: Floats, random: np.random.Generator) -> Floats:
    return (random.random(len(chance)) < chance).astype("float64")


def _item_alarms(
    known: pd.DataFrame, effects: dict[str, float], clients: int, random: np.random.Generator, trials: int
) -> float:
    """The share of draws of the same clients whose items or score's index are not stable."""
    read = [feature for feature in FEATURES if feature.name in effects]
    nothing = pd.Series(np.nan, index=known.index)
    profile, score = summarise(known, nothing, read, separated_deciles), score_reference(known[SCORE].to_numpy())
    found = 0
    for _ in range(trials):
        today = known.iloc[random.integers(0, len(known), clients)]
        items = drift_of_features(profile, today, effects)
        found += overall(stability(score, today[SCORE], 1), items) != "stable"
    return found / trials


def table(measured: list[Detected], reference: int) -> str:
    """In Markdown."""
    lines = [
        f"Reference: {reference:,} clients with known outcomes, {TRIALS} draws a figure.",
        "",
        "| clients today | false alarms, scores and outcomes | false alarms, items | same clients riskier: odds"
        " | riskier clients apply: odds | ranking lost for |",
        "|---:|---:|---:|---:|---:|---:|",
    ]
    return "\n".join([*lines, *(_line(each) for each in measured)]) + "\n"


def _line(each: Detected) -> str:
    items = "" if each.item_alarms is None else f"{each.item_alarms:.1%}"
    odds = (
        f"x {value:.2f}" if value else f"more than x {RISKIER[-1]:.2f}"
        for value in (each.same_clients_riskier, each.others_apply)
    )
    lost = "no change tried" if each.ranking_lost is None else f"{each.ranking_lost:.0%} of clients"
    return f"| {each.clients:,} | {each.false_alarms:.1%} | {items} | {' | '.join(odds)} | {lost} |"


def written_into(document: str, found: str) -> str:
    """The document with its table replaced.

    Raises:
        ValueError: it has no place for it.
    """
    before, rest = document.split(START)
    return before + START + found + END + rest.split(END)[1]
