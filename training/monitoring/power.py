"""What drift detects, and how often it cries wolf: measured on a portfolio's own clients.

A reference and today's clients are drawn, with replacement, from the clients whose outcome is known: with their items,
their probability and their outcome. As they are, any signal but "stable" is a false alarm of the signal as a whole: the
items, the score and its checks and, where outcomes are known, theirs. Then a change is planted, and in each draw the
smallest of its sizes that raises an alarm is found: the power of a size is the share of draws where the smallest is no
larger. A change is looked for where it is planted only; what else alarms by chance adds no power.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.optimize import brentq

from app.scoring.drift import Check, Stability
from app.scoring.features import FEATURES, by_name
from app.scoring.points import points_from_log_odds
from app.scoring.policy import Policy
from app.scoring.population import Distribution, separated_deciles, summarise
from app.store.effects import importance
from app.store.portfolio import Portfolio
from training.monitoring import checks
from training.monitoring.drift import labelled, shares
from training.monitoring.expected_performance import SEED, auc_of, places
from training.monitoring.psi import FAMILIES, gone_missing, overall, stability
from training.monitoring.segments import score_reference

Floats = NDArray[np.float64]
Raises = Callable[[float], bool]

SIZES = (500, 5_000, 50_000)
TRIALS = 200
WANTED = 0.80
RELATIVE = (0.01, 0.02, 0.03, 0.04, 0.05, 0.06, 0.07, 0.08, 0.1, 0.12, 0.15, 0.2, 0.25, 0.3, 0.4, 0.5, 0.75, 1.0)
AUC_LOST = (0.005, 0.01, 0.015, 0.02, 0.025, 0.03, 0.035, 0.04, 0.05, 0.06, 0.08, 0.1, 0.12, 0.15, 0.2)
CHANCED = 0.5
"""AUC of a model that tells nothing."""
TABLE = "drift-power"
"""Its name in a document."""


@dataclass(frozen=True)
class Changes:
    """Of each change the smallest size that is detected with ``WANTED`` power; None where none of those tried is.

    Attributes:
        mean_probability: riskier clients apply: their mean probability rises by this share.
        acceptance: clients just accepted are just refused: acceptance falls by this share.
        default_rate: clients with the same probabilities default more: by this share.
        auc: outcomes of some no longer have to do with their probability: so much of the AUC is lost.
        item_mean: larger values of the amount that weighs most become more frequent: its mean rises by this share.
        item_lost: the item that weighs most is not provided for this share of those who had it.
    """

    mean_probability: float | None
    acceptance: float | None
    default_rate: float | None
    auc: float | None
    item_mean: float | None
    item_lost: float | None


@dataclass(frozen=True)
class Detected:
    """At one size: false alarms of the whole signal, with outcomes and without; what is detected."""

    clients: int
    alarms: float
    alarms_without_outcomes: float
    changes: Changes


@dataclass(frozen=True)
class Pool:
    """The clients draws are made from.

    Attributes:
        rows: the items the model reads.
        weights: of each, its share of all effects.
        probability, defaulted: one per client.
        policy: at whose threshold they are accepted.
    """

    rows: pd.DataFrame
    weights: dict[str, float]
    probability: Floats
    defaulted: Floats
    policy: Policy

    @classmethod
    def of(cls, opened: Portfolio) -> Pool:
        """Those of a portfolio whose outcome is known."""
        weights, known = shares(importance(opened.folder)), labelled(opened)
        probability = known.out_of_fold_probability.fillna(known.probability).to_numpy(dtype="float64")
        outcomes = known.defaulted.to_numpy(dtype="float64")
        return cls(known[[*weights]], weights, probability, outcomes, opened.champion.recommended)

    @cached_property
    def amount(self) -> str:
        """The amount of money that weighs most; the item that does where the model reads no amount."""
        amounts = [name for name in self.weights if by_name[name].unit == "money"]
        return max(amounts or self.weights, key=self.weights.__getitem__)

    @cached_property
    def heaviest(self) -> str:
        """The item that weighs most."""
        return max(self.weights, key=self.weights.__getitem__)

    def riskier(self, chance: Floats, share: float) -> Floats:
        """These probabilities as they are when the pool's mean has risen by ``share``, all odds alike."""
        return _odds(chance, self._times[share])

    @cached_property
    def _times(self) -> dict[float, float]:
        mean, chance = float(self.probability.mean()), self.probability
        return {
            share: brentq(lambda times, wanted=(1 + share) * mean: _odds(chance, times).mean() - wanted, 1.0, 1e4)
            for share in RELATIVE
            if (1 + share) * mean < 0.9
        }

    def just_refused(self, chance: Floats, share: float) -> Floats:
        """The same, that share of the accepted, the riskiest of them, at the threshold."""
        threshold = self.policy.threshold
        accepted = self.probability[self.probability < threshold]
        moved = (chance >= np.quantile(accepted, 1 - share)) & (chance < threshold)
        return np.where(moved, threshold, chance)

    def turned_bad(self, chance: Floats, share: float) -> Floats:
        """Chance that one who repaid does not, when ``share`` more default, all odds alike."""
        raised = _odds(chance, self.turning[share])
        return (raised - chance) / (1 - chance)

    @cached_property
    def turning(self) -> dict[float, float]:
        chance, repaid, rate = self.probability, 1 - self.defaulted, float(self.defaulted.mean())

        def more(times: float) -> float:
            return float((repaid * (_odds(chance, times) - chance) / (1 - chance)).mean())

        return {
            share: brentq(lambda times, wanted=share * rate: more(times) - wanted, 1.0, 1e4)
            for share in RELATIVE
            if share * rate < 0.9 * (1 - rate)
        }

    @cached_property
    def larger(self) -> Floats:
        """Values of that amount above its median."""
        known = self.rows[self.amount].dropna().to_numpy(dtype="float64")
        return np.sort(known[known > np.median(known)])

    @cached_property
    def enlarged(self) -> dict[float, float]:
        """Share of clients who must have one of these instead of their own, by the rise of the mean."""
        mean = float(self.rows[self.amount].mean())
        told = {share: share / (float(self.larger.mean()) / mean - 1) for share in RELATIVE}
        return {share: clients for share, clients in told.items() if clients <= 1}

    @cached_property
    def blurred(self) -> dict[float, float]:
        """Share of clients whose outcome must have nothing to do with their probability, by the AUC that is lost.

        The outcomes of a blurred pool are, on average, the fractions that ``auc_of`` counts in.
        """
        place, rate = places(self.probability), float(self.defaulted.mean())

        def remains(share: float) -> float:
            return auc_of(place, (1 - share) * self.defaulted + share * rate)

        whole = auc_of(place, self.defaulted)
        return {
            lost: brentq(lambda share, wanted=whole - lost: remains(share) - wanted, 0.0, 1.0)
            for lost in AUC_LOST
            if lost < whole - CHANCED
        }


def _odds(chance: Floats, times: float) -> Floats:
    raised: Floats = times * chance / (1 + (times - 1) * chance)
    return raised


class Draw:
    """A reference and clients of today, drawn from one pool; the same ones however often they are drawn."""

    def __init__(self, pool: Pool, clients: int, number: int) -> None:
        self.pool, self.random = pool, np.random.default_rng([SEED, clients, number])
        everyone = len(pool.rows)
        self.before, self.today = (self.random.integers(0, everyone, drawn) for drawn in (everyone, clients))
        self.luck, self.lot = self.random.random(clients), self.random.random(clients)
        self.said = pool.probability[self.today]
        self.score = score_reference(_points(pool.probability[self.before]))

    def scores(self, said: Floats) -> tuple[Stability, tuple[Check, ...]]:
        """Index and checks of the scores, when today's are ``said``."""
        index = stability(self.score, pd.Series(_points(said)), FAMILIES * checks.SCORES)
        return index, checks.of_scores(self.pool.probability[self.before], said, self.pool.policy)

    def by_scores(self) -> tuple[float, float]:
        """The smallest rise of the mean probability and fall of acceptance that raise an alarm."""

        def raises(said: Floats) -> bool:
            index, made = self.scores(said)
            return overall(index, (), made) != "stable"

        riskier = _smallest(RELATIVE, lambda share: raises(self.pool.riskier(self.said, share)))
        return riskier, _smallest(RELATIVE, lambda share: raises(self.pool.just_refused(self.said, share)))

    @cached_property
    def profile(self) -> dict[str, Distribution]:
        """Of the reference's items."""
        before = self.pool.rows.iloc[self.before]
        read = [feature for feature in FEATURES if feature.name in self.pool.weights]
        return summarise(before, pd.Series(np.nan, index=before.index), read, separated_deciles)

    def item(self, name: str, column: pd.Series) -> Stability:
        """One item today, among all that a comparison looks at."""
        return stability(self.profile[name], column, FAMILIES * len(FEATURES), self.pool.weights[name])

    def items(self) -> tuple[Stability, ...]:
        """All that the model reads, as they were drawn."""
        today = self.pool.rows.iloc[self.today]
        return tuple(self.item(name, today[name]) for name in self.profile)

    def by_items(self) -> tuple[float, float]:
        """The smallest rise of the heaviest amount's mean and share of the heaviest item lost that raise an alarm."""
        amount, heaviest = (self.pool.rows[name].iloc[self.today] for name in (self.pool.amount, self.pool.heaviest))
        larger = self.pool.larger[(self.luck * len(self.pool.larger)).astype("int64")]

        def raises(name: str, column: pd.Series) -> bool:
            told = self.item(name, column)
            return told.signal != "stable" or gone_missing(told)

        def risen(share: float) -> bool:
            enlarged = amount.notna() & (self.lot < self.pool.enlarged[share])
            return raises(self.pool.amount, amount.mask(enlarged, larger))

        lost = _smallest(RELATIVE, lambda share: raises(self.pool.heaviest, heaviest.mask(self.lot < share)))
        return _smallest(tuple(self.pool.enlarged), risen), lost

    @cached_property
    def announced(self) -> tuple[checks.Announced, checks.Announced]:
        """What the probabilities of the reference, and of today, announce of outcomes."""
        sides = self.pool.probability[self.before], self.said
        then, now = (checks.announced(side, self.pool.policy, self.random) for side in sides)
        return then, now

    def outcomes(self, defaulted: Floats) -> tuple[Check, ...]:
        """Checks of today's outcomes, when they are these."""
        then, now = self.announced
        return checks.against(then, self.pool.defaulted[self.before], now, defaulted)

    def by_outcomes(self) -> tuple[float, float]:
        """The smallest rise of the default rate and loss of AUC that raise an alarm."""
        found, rate = self.pool.defaulted[self.today], float(self.pool.defaulted.mean())

        def raises(defaulted: Floats) -> bool:
            return any(check.signal != "stable" for check in self.outcomes(defaulted))

        def riskier(share: float) -> bool:
            return raises(np.maximum(found, self.luck < self.pool.turned_bad(self.said, share)))

        def blurred(lost: float) -> bool:
            by_chance = (self.luck < rate).astype("float64")
            return raises(np.where(self.lot < self.pool.blurred[lost], by_chance, found))

        return _smallest(tuple(self.pool.turning), riskier), _smallest(tuple(self.pool.blurred), blurred)

    def alarms(self) -> tuple[bool, bool]:
        """Whether the signal as a whole is a false alarm: with outcomes, and without."""
        index, made = self.scores(self.said)
        items, outcomes = self.items(), self.outcomes(self.pool.defaulted[self.today])
        return overall(index, items, (*made, *outcomes)) != "stable", overall(index, items, made) != "stable"


def _points(chance: Floats) -> Floats:
    return points_from_log_odds(np.log(chance / (1 - chance)))


def _smallest(sizes: tuple[float, ...], raises: Raises) -> float:
    """By halving, since what a change raises, a larger one does; infinite where none of them does."""
    low, high = 0, len(sizes)
    while low < high:
        middle = (low + high) // 2
        if raises(sizes[middle]):
            high = middle
        else:
            low = middle + 1
    return sizes[low] if low < len(sizes) else np.inf


def detected(smallest: list[float]) -> float | None:
    """The size that ``WANTED`` of the draws detect, from the smallest that each does."""
    found = float(np.quantile(smallest, WANTED, method="inverted_cdf"))
    return found if np.isfinite(found) else None


def power(opened: Portfolio, sizes: tuple[int, ...] = SIZES, trials: int = TRIALS) -> Iterator[Detected]:
    """Measure each size in ``trials`` draws."""
    pool = Pool.of(opened)
    for clients in sizes:
        alarms, smallest = [], []
        for number in range(trials):
            draw = Draw(pool, clients, number)
            smallest.append((*draw.by_scores(), *draw.by_outcomes(), *draw.by_items()))
            alarms.append(draw.alarms())
        with_outcomes, without = np.mean(alarms, axis=0).tolist()
        found = Changes(*(detected(list(each)) for each in zip(*smallest, strict=True)))
        yield Detected(clients, with_outcomes, without, found)


def table(measured: list[Detected], pool: Pool, trials: int = TRIALS) -> str:
    """In Markdown."""
    amount, heaviest = (by_name[name].label.lower() for name in (pool.amount, pool.heaviest))
    lines = [
        f"Reference: {len(pool.rows):,} clients with known outcomes; {trials} draws a size: a share of 5% is known "
        f"within {2 * (0.05 * 0.95 / trials) ** 0.5:.0%} (two standard errors). The item whose mean rises, since "
        f"larger values become more frequent, is the {amount}; the one lost is the {heaviest}, for a share of the "
        "clients who had it.",
        "",
        "| clients today | false alarms, outcomes known | not known | mean probability | acceptance | default rate"
        " | AUC | mean of an item | an item lost |",
        f"|---:|{'---:|' * 8}",
    ]
    return "\n".join([*lines, *(line(each) for each in measured)]) + "\n"


SIGNS = {"acceptance": "-", "auc": "-"}


def line(each: Detected) -> str:
    """A row of the table."""
    sizes = (written(field.name, getattr(each.changes, field.name)) for field in fields(Changes))
    return f"| {each.clients:,} | {each.alarms:.1%} | {each.alarms_without_outcomes:.1%} | {' | '.join(sizes)} |"


def written(name: str, size: float | None) -> str:
    """A change in the table."""
    if size is None:
        return "none tried"
    told = f"{size:.3f}" if name == "auc" else f"{size:.0%}"
    return f"{SIGNS.get(name, '+' if name != 'item_lost' else '')}{told}"
