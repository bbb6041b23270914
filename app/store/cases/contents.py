"""What events say in people's words, amounts and scores: JSON beside the chain, which holds its SHA-256 only.

So it can be erased, and the chain still proves everything else: that there was something, when, by whom, and who erased
it and why. A salt in each makes sure that nobody finds out what was erased by trying what it may have been.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, delete, insert, select

from app.scoring.case.events import Event
from app.scoring.problems import BrokenEvidence
from app.store.cases.rows import event_of
from app.store.cases.tables import CASE_EVENTS, CASE_PAYLOADS

Content = Mapping[str, Any]
SALT = "salt"


@dataclass(frozen=True, slots=True)
class Erased:
    """What was erased, as ``verify`` says it.

    Attributes:
        event: number of the event that erased.
        contents: how many.
    """

    event: int
    at: str
    who: str
    why: str
    contents: int


def sealed(content: Content) -> tuple[str, str]:
    """A content as it is kept, and the hash that its event holds."""
    text = json.dumps({**content, SALT: secrets.token_hex(16)}, sort_keys=True, allow_nan=False)
    return text, hash_of_content(text)


def hash_of_content(text: str) -> str:
    """SHA-256 of a content as it is kept, in hexadecimal."""
    return hashlib.sha256(text.encode()).hexdigest()


def write_content(connection: Connection, number: int, text: str) -> None:
    """Keep the content of an event, once."""
    connection.execute(insert(CASE_PAYLOADS), {"number": number, "content": text})


def read_contents(connection: Connection, events: Iterable[Event]) -> dict[int, Content]:
    """Number of each event that has a content -> that; those that were erased are left out.

    Raises:
        BrokenEvidence: one is not as it was written.
    """
    hashes = {event.number: event.payload for event in events if event.payload}
    asked = select(CASE_PAYLOADS).where(CASE_PAYLOADS.c.number.in_(hashes))
    found = {row.number: row.content for row in connection.execute(asked)}
    for number, text in found.items():
        if hash_of_content(text) != hashes[number]:
            raise broken(number)
    return {number: json.loads(text) for number, text in found.items()}


def erase_contents(connection: Connection, numbers: Iterable[int]) -> None:
    """Take contents out of the database for good."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("PRAGMA secure_delete = ON")  # else the words stay in pages that count as free
    connection.execute(delete(CASE_PAYLOADS).where(CASE_PAYLOADS.c.number.in_(list(numbers))))


def check(connection: Connection) -> tuple[Erased, ...]:
    """What was erased, once each content is found to be as written, or erased by an event that says so.

    Raises:
        BrokenEvidence: one is neither.
    """
    erasures = select(CASE_EVENTS).where(CASE_EVENTS.c.kind == "erased").order_by(CASE_EVENTS.c.number)
    events = [event_of(row) for row in connection.execute(erasures).mappings()]
    gone = {number for event in events for number in event.facts.numbers}
    joined = CASE_EVENTS.join(CASE_PAYLOADS, CASE_EVENTS.c.number == CASE_PAYLOADS.c.number, full=True)
    asked = select(CASE_EVENTS.c.number, CASE_PAYLOADS.c.number, CASE_EVENTS.c.payload, CASE_PAYLOADS.c.content)
    for number, kept, payload, text in connection.execute(asked.select_from(joined)):
        there = payload is not None and text is not None and hash_of_content(text) == payload
        nothing = text is None and (payload is None or number in gone)
        if not (nothing or (there and number not in gone)):
            raise broken(number or kept)
    return tuple(Erased(e.number, e.at, e.actor.name, e.facts.why, len(e.facts.numbers)) for e in events)


def broken(number: int) -> BrokenEvidence:
    """What is told of a content that is not as it was written."""
    return BrokenEvidence(
        "What event {number} of a file says is missing, or not as it was written, and no erasure tells of it.",
        "The chain holds the hash of each content, and who erased which and why.",
        "Keep the database as it is, and compare it with the last backup.",
        number=number,
    )
