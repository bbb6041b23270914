"""The threshold that training recommends: the break-even one, unless another is cheaper beyond chance.

The cheapest threshold of a sample follows the chance of that sample: other folds of the same clients recommend another,
and what it saves on those who chose it is not saved on others. What is compared is therefore the cost of each client at
the break-even threshold with its cost at the cheapest one of the *other* folds, over several drawings of the folds.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from app.scoring.policy import break_even_threshold
from app.scoring.recommendation import BREAK_EVEN, CHEAPEST, Recommendation
from training.model.cross_validation import Folds
from training.model.evaluate import paired_interval


def recommend(drawings: Sequence[Folds], cheapest: float) -> Recommendation:
    """Choose between the two rules.

    The interval is of the mean over clients of what each saves on average over the drawings: a client's drawings are
    not independent, the clients are.

    Args:
        drawings: of the folds, over the same clients in the same order.
        cheapest: threshold of least cost for all of them.
    """
    break_even = break_even_threshold(drawings[0].weight)
    of_each = np.mean([each.cost_of_each(break_even) - each.cost_of_each(each.cheapest) for each in drawings], axis=0)
    saved = paired_interval(of_each)
    rule = CHEAPEST if saved[1] > 0 else BREAK_EVEN
    chosen = np.concatenate([each.cheapest for each in drawings])
    return Recommendation(
        rule=rule,
        threshold=cheapest if rule == CHEAPEST else break_even,
        break_even=break_even,
        cheapest=cheapest,
        cheapest_between=(float(chosen.min()), float(chosen.max())),
        saved=saved,
        drawings=len(drawings),
    )
