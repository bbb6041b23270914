"""The letter on a decision that counts: written once, kept with the file as the customer reads it."""

from __future__ import annotations

from typing import Any

from app.language.words import mark
from app.scoring.problems import CaseProblem, PortfolioProblem
from app.scoring.what_if.counterfactual import Counterfactual
from app.settings import settings
from app.store.cases.cases import Case
from app.ui.customer.letter import answer_of, letters
from app.ui.loaders import ClientFile, portfolio, what_it_takes
from app.ui.shell.frame import BRAND


def letter_to_issue(case: Case, file: ClientFile) -> dict[str, Any]:
    """What ``Cases.issue_letter`` keeps: the letter in every language.

    Raises:
        CaseProblem: nothing is decided.
    """
    answer = answer_of(case, file)
    if answer is None:
        raise CaseProblem(
            mark("There is no decision to write about."),
            mark("The letter tells the customer what was decided."),
            mark("Decide first."),
        )
    demo = bool(portfolio().manifest.get("demo"))
    change = _change(file) if answer.ruling == "refuse" else None  # an accepted loan needs none
    return letters(answer, file, portfolio().population, change, settings().contact, BRAND, demo)


def _change(file: ClientFile) -> Counterfactual | None:
    try:
        return what_it_takes(file)
    except PortfolioProblem:  # published without the raw applications: the letter says to ask
        return None
