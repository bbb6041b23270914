"""The gate: what a challenger must keep to before it is served, and why it may not be."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from mlflow.models import Model

from app.scoring.audit.fairness import Gap
from app.scoring.champion import Champion
from app.scoring.features import by_name
from app.scoring.problems import ModelProblem, Problem
from training.model.evaluate import LEAK_AUC, suspected_leaks
from training.registry.challenge import Challenge
from training.registry.register import signature

COST_MARGIN = 0.01
"""Lost good clients per client: what an unproven loss may be at most."""
CALIBRATION_ERROR = 0.01
FAIRNESS_MARGIN = 0.02
FEWEST_CLIENTS, FEWEST_DEFAULTS = 500, 30


class PromotionProblem(Problem):
    """A version that the gate does not let through."""


def check_declared(folder: Path, champion: Champion) -> None:
    """Refuse a version that this code could not feed; no reason overrides that.

    Raises:
        ModelProblem: an input that is no feature here or of another kind, or a signature that is not this code's.
    """
    unknown = [name for name in champion.features if name not in by_name]
    known = (name for name in champion.features if name in by_name)
    wrong = [name for name in known if _is_category(name) != (name in champion.categories)]
    if unknown or wrong:
        raise ModelProblem(
            "Version {version} reads {count} input(s) that this code does not build as it expects, first {first}.",
            "Every input is a feature of app/scoring/features, of the same kind.",
            "Check out the revision that trained it, or train again: make train DATA=folder.",
            version=champion.version,
            count=len(unknown + wrong),
            first=(unknown + wrong)[0],
        )
    if Model.load(str(folder)).signature != signature(champion.features):
        raise ModelProblem(
            "The signature of version {version} is not the one this code declares for its {count} inputs.",
            "It names each input with its type, and probability, decision and threshold as the answer.",
            "Check out the revision that trained it, or train again: make train DATA=folder.",
            version=champion.version,
            count=len(champion.features),
        )


def _is_category(name: str) -> bool:
    return by_name[name].kind == "category"


def reasons(card: dict[str, Any], challenge: Challenge) -> tuple[str, ...]:
    """Why the challenger may not be served, one sentence each; empty when it may.

    A first champion has nobody to be compared with: it is held to the leak alarm and, on enough clients, to its
    calibration.

    Args:
        card: the challenger's.
    """
    found = list(suspected_leaks(card["measures"], LEAK_AUC))
    if challenge.clients >= FEWEST_CLIENTS and challenge.defaults >= FEWEST_DEFAULTS:
        found += [*_miscalibrated(challenge), *_costlier(challenge), *_less_fair(challenge)]
    elif challenge.contested:
        found.append(
            f"Only {challenge.clients:,} client(s), {challenge.defaults:,} of them defaulted, are new to both models:"
            f" {FEWEST_CLIENTS} and {FEWEST_DEFAULTS} are needed to tell them apart."
        )
    return tuple(found)


def _miscalibrated(challenge: Challenge) -> Iterator[str]:
    if challenge.challenger is None or challenge.calibration_limit is None:
        return
    error, limit = challenge.challenger.measures["calibration_error"], challenge.calibration_limit
    if error > max(CALIBRATION_ERROR, limit):
        yield f"Its calibration error is {error:.4f}, above {CALIBRATION_ERROR} and what chance explains ({limit:.4f})."


def _costlier(challenge: Challenge) -> Iterator[str]:
    if challenge.cost_difference:
        value, low, high = challenge.cost_difference
        if low > 0 or value > COST_MARGIN:
            yield f"It costs {value:.4f} per client more than the champion ({low:+.4f} to {high:+.4f})."


def _less_fair(challenge: Challenge) -> Iterator[str]:
    if challenge.challenger is None or challenge.champion is None:
        return
    for new, old in zip(challenge.challenger.audits, challenge.champion.audits, strict=True):
        before = {gap.measure: gap for gap in old.gaps}
        for gap in new.gaps:
            if gap.finding == "not kept" and gap.measure in before and _wider(gap, before[gap.measure]):
                yield (
                    f"By {new.attribute}, its {gap.measure} is {gap.value:.3f} ({gap.lowest} and {gap.highest}),"
                    f" beyond {gap.reference:.2f}; the champion's is {before[gap.measure].value:.3f}."
                )


def _wider(gap: Gap, before: Gap) -> bool:
    further = before.value - gap.value if gap.measure == "disparate impact" else gap.value - before.value
    return further > FAIRNESS_MARGIN
