"""How much waits for who is here: the badge of the queue in the menu."""

from __future__ import annotations

from collections.abc import Mapping

from app.scoring.problems import StoreProblem
from app.store.cases.queue import waiting_for
from app.ui.loaders import cases
from app.ui.shell.sign_in import Person

QUEUE = "queue"


def badges(person: Person) -> Mapping[str, int]:
    """Script of a page -> how many files wait there for somebody; nothing while that cannot be read."""
    if person.role == "data scientist" or not person.name:
        return {}
    try:
        return {QUEUE: waiting_for(cases().engine, person.actor)}
    except StoreProblem:  # the page says so, where it needs the store
        return {}
