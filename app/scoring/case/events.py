"""What can happen to a file, and what of it is kept for good: no text of a person, no amount, no score."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, get_args

from app.scoring.case.actors import Actor, Addressee

Kind = Literal[
    "received",
    "claimed",
    "released",
    "viewed",
    "first_view",
    "referred",
    "decided",
    "countersigned",
    "not_countersigned",
    "letter_issued",
    "review_asked",
    "review_assigned",
    "review_claimed",
    "reviewed",
    "corrected",
    "links_revoked",
    "closed",
    "erased",
]
KINDS: tuple[Kind, ...] = get_args(Kind)
Ruling = Literal["accept", "refuse", "other"]
"""What a decision says; "other" accepts another loan than the one asked for."""
RULINGS: tuple[Ruling, ...] = get_args(Ruling)
DECIDING: tuple[Kind, ...] = ("decided", "reviewed", "corrected")
LOOKING: tuple[Kind, ...] = ("viewed", "first_view", "links_revoked")
"""What changes nothing that another person has to know before they act."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What the state of a file follows from beside kind, moment and actor.

    Attributes:
        ruling: of a decision, a review, a correction; of a first view, what was thought of first.
        second: whether it counts only once another person has signed it too.
        to: whom it was referred or given to.
        due: until when a review is to be answered; UTC, ISO 8601.
        entry: number of its entry in the decision journal.
        champion: address of the archived champion that its dossier is scored again by; empty where it has none.
        why: of an erasure, in words that name nobody.
        numbers: events whose contents were erased.
        whole: whether nothing at all is held of the file any more.
    """

    ruling: Ruling | None = None
    second: bool = False
    to: Addressee | None = None
    due: str | None = None
    entry: int | None = None
    champion: str = ""
    why: str = ""
    numbers: tuple[int, ...] = ()
    whole: bool = False


NOTHING_MORE = Facts()


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened to a file.

    Attributes:
        number: of all events of all files, from 1, ascending; 0 while it is not recorded.
        at: UTC, ISO 8601; never before that of the event it follows.
        client: SK_ID_CURR.
        follows: number of the file's event before; 0 for its first.
        attempt: key of the attempt to record it; None where it had none.
        payload: SHA-256 of its contents (texts, amounts, dossier), which lie elsewhere and can be erased; None where
            it has none.
    """

    number: int
    at: str
    client: int
    kind: Kind
    actor: Actor
    facts: Facts = NOTHING_MORE
    follows: int = 0
    attempt: str | None = None
    payload: str | None = None


def moment(at: str) -> datetime | str:
    """When something happened, for a sentence that says it; as it stands there where it is no moment."""
    try:
        return datetime.fromisoformat(at)
    except ValueError:
        return at
