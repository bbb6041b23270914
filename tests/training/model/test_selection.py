"""Selection removes what it says, for the reason it says, and never looks at the fold it serves."""

import numpy as np
import pytest

from app.scoring.features import INPUTS, by_name
from training.model.cross_validation import _select_by_fold, fold_of_each
from training.model.recipe import Recipe
from training.model.selection import select
from training.progress import Progress

CLIENTS = 3_000
NAMES = tuple(name for name in INPUTS if by_name[name].kind == "number" and not by_name[name].direction)[:8]
STRONG, WEAKER_COPY, MEDIUM, MISSING, *NOISE = NAMES
RECIPE = Recipe(inputs=NAMES)


@pytest.fixture(scope="module")
def drawn():
    draws = np.random.default_rng(3)
    inputs = draws.normal(size=(CLIENTS, len(NAMES)))
    inputs[:, 1] = inputs[:, 0] + 0.02 * draws.normal(size=CLIENTS)
    inputs[: int(0.99 * CLIENTS), 3] = np.nan
    log_odds = -2.2 + 1.0 * inputs[:, 0] + 0.6 * inputs[:, 2]
    outcome = (draws.random(CLIENTS) < 1 / (1 + np.exp(-log_odds))).astype(float)
    return inputs, outcome


def removed_by(selection, name):
    return next(step.removed for step in selection.steps if step.name == name)


def test_each_step_says_what_it_removed(drawn):
    selection = select(*drawn, (), RECIPE)
    assert removed_by(selection, "missing rate") == (MISSING,)
    assert removed_by(selection, "multicollinearity") in [(STRONG,), (WEAKER_COPY,)]
    assert MEDIUM in selection.inputs
    told = [name for step in selection.steps for name in step.removed]
    assert sorted([*told, *selection.inputs]) == sorted(NAMES)


def test_what_says_nothing_of_the_outcome_goes(drawn):
    inputs, outcome = drawn
    selection = select(inputs, outcome, (), RECIPE)
    gone = {*removed_by(selection, "correlation with the outcome"), *removed_by(selection, "permuted outcome")}
    assert gone <= set(NOISE) and gone
    alone = inputs.copy()
    alone[:, 4] = 1.0
    assert NOISE[0] in removed_by(select(alone, outcome, (), RECIPE), "correlation with the outcome")


def test_of_two_copies_the_one_that_tells_more_stays(drawn):
    inputs, outcome = drawn
    blurred = inputs.copy()
    blurred[:, 1] = blurred[:, 0]
    blurred[np.flatnonzero(outcome)[:12], 1] = -3.0  # a dozen defaults look safe in the copy
    assert removed_by(select(blurred, outcome, (), RECIPE), "multicollinearity") == (WEAKER_COPY,)
    swapped = blurred[:, [1, 0, *range(2, len(NAMES))]]
    assert removed_by(select(swapped, outcome, (), RECIPE), "multicollinearity") == (STRONG,)


def test_at_most_as_many_stay_as_the_recipe_says_and_they_keep_their_order(drawn):
    inputs, outcome = drawn
    few = select(inputs, outcome, (), Recipe(inputs=NAMES, most_inputs=2))
    assert set(few.inputs) == {MEDIUM, *({STRONG, WEAKER_COPY} & set(few.inputs))} and len(few.inputs) == 2
    assert list(few.inputs) == [name for name in NAMES if name in few.inputs]


def test_without_a_limit_everything_stays(drawn):
    assert select(*drawn, (), Recipe(inputs=NAMES, most_inputs=None)).inputs == NAMES


def test_the_same_data_select_the_same(drawn):
    assert select(*drawn, (), RECIPE) == select(*drawn, (), RECIPE)


def test_a_fold_selects_without_its_own_outcomes(drawn):
    inputs, outcome = drawn
    fold = fold_of_each(outcome, RECIPE)
    other = outcome.copy()
    other[fold == 0] = inputs[fold == 0, 5] > 0  # noise elsewhere, everything here
    first, second = (_select_by_fold(inputs, labels, fold, {}, RECIPE, Progress()) for labels in (outcome, other))
    assert first[0].inputs == second[0].inputs
    assert first[1].inputs != second[1].inputs
