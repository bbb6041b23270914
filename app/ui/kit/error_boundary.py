"""The one place that turns what went wrong into sentences: a reader never meets a traceback."""

from __future__ import annotations

import logging
import secrets
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import streamlit as st

from app.language.cases import STATUSES, status_in_words
from app.language.verdicts import zone_of
from app.language.words import Words
from app.scoring.problems import (
    AdviceSuspended,
    CaseProblem,
    LinkProblem,
    NumberProblem,
    PolicyProblem,
    Problem,
    SimulationProblem,
    SuspensionProblem,
    UnknownClient,
    VerdictProblem,
)
from app.ui.kit.components import show_alert

log = logging.getLogger(__name__)
TYPED = (
    AdviceSuspended,
    CaseProblem,
    LinkProblem,
    NumberProblem,
    PolicyProblem,
    SimulationProblem,
    SuspensionProblem,
    UnknownClient,
    VerdictProblem,
)
"""Of what a reader typed, or of what a colleague did first: no fault of the desk, so not logged."""


@contextmanager
def error_boundary(words: Words) -> Iterator[None]:
    """Say in the reader's language what the block could not do.

    Streamlit's own signals to stop or run again are no ``Exception`` and pass through.
    """
    try:
        yield
    except TYPED as problem:
        show_alert(*_sentences(problem, words))
    except Problem as problem:
        log.error("%s: %s", type(problem).__name__, problem)
        show_alert(*_sentences(problem, words))
    except Exception as error:
        reference = report(error)
        show_alert(
            words.say("Something went wrong on our side."),
            words.say("The fault was recorded under the reference {reference}.", reference=reference),
            words.say("Reload the page; if it comes back, give this reference to the support team."),
        )


def report(error: Exception) -> str:
    """Log where an error arose, and return the reference it is logged under.

    Its message may quote a client's data, so only its kind and the lines it went through are logged.
    """
    reference = secrets.token_hex(4)
    frames = traceback.extract_tb(error.__traceback__)
    road = " > ".join(f"{Path(frame.filename).name}:{frame.lineno} {frame.name}" for frame in frames)
    log.error("reference %s: %s at %s", reference, type(error).__name__, road)
    return reference


def _sentences(problem: Problem, words: Words) -> list[str]:
    values = {name: _in_words(value, words) for name, value in problem.values.items()}
    return [words.say(sentence, **values) for sentence in problem.sentences if sentence]


def _in_words(value: object, words: Words) -> object:
    """A value of a problem as the reader writes it: labels and causes have a translation, numbers a convention.

    Of a place on the disk only the name is said: where it lies is for the log.
    """
    if isinstance(value, Path):
        return value.name
    if isinstance(value, datetime):
        return words.moment(value.astimezone(zone_of(st.context.timezone)))
    if isinstance(value, str) and value in STATUSES:
        return status_in_words(value, words)
    if isinstance(value, float):
        return words.number(value, digits=4)
    return words.translations.gettext(value) if isinstance(value, str) and value else value
