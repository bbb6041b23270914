"""A file's life as people say it: where it stands, what happened to it, who did it."""

from __future__ import annotations

from app.language.words import Words, mark

STATUSES = {
    "to do": mark("to do"),
    "claimed": mark("in progress"),
    "referred": mark("referred"),
    "second signature": mark("waiting for a second signature"),
    "decided": mark("decided"),
    "review": mark("review asked"),
    "closed": mark("closed"),
}
"""Status of ``scoring.case.state`` -> what people call it."""
EVENTS = {
    "received": mark("Application received"),
    "claimed": mark("File taken"),
    "released": mark("File released"),
    "viewed": mark("Advice seen"),
    "first_view": mark("Own view recorded"),
    "referred": mark("File referred"),
    "decided": mark("Decision taken"),
    "countersigned": mark("Second signature given"),
    "not_countersigned": mark("Second signature refused"),
    "letter_issued": mark("Letter issued"),
    "review_asked": mark("Review asked by the customer"),
    "review_assigned": mark("Review given to somebody"),
    "review_claimed": mark("Review taken"),
    "reviewed": mark("File reviewed"),
    "corrected": mark("Decision corrected"),
    "links_revoked": mark("Links to the customer withdrawn"),
    "closed": mark("File closed"),
    "erased": mark("Contents erased"),
}
"""Kind of event -> what people call it."""
RULINGS = {"accept": mark("Accept"), "refuse": mark("Refuse"), "other": mark("Accept another loan")}
MANAGERS = mark("the managers")
"""Whom a file is referred to that is referred to nobody by name."""


def status_in_words(status: str, words: Words) -> str:
    """Where a file stands."""
    return words.say(STATUSES[status]) if status in STATUSES else status


def event_in_words(kind: str, words: Words) -> str:
    """What happened to a file."""
    return words.say(EVENTS[kind]) if kind in EVENTS else kind


def ruling_in_words(ruling: str, words: Words) -> str:
    """What a decision says."""
    return words.say(RULINGS[ruling]) if ruling in RULINGS else ruling
