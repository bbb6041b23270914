"""Who is known by what they did."""

from __future__ import annotations

from dataclasses import replace

from app.scoring.case.actors import Actor
from app.store.cases.people import known_staff
from tests.store.cases.conftest import ADA, MAX, OPERATOR


def test_everybody_who_did_something_is_known_once_by_their_last_role(cases, clients) -> None:
    assert known_staff(cases.engine) == ()
    cases.receive(clients[0], OPERATOR)
    cases.claim(clients[0], ADA)
    cases.release(clients[0], MAX)
    cases.claim(clients[1], replace(ADA, role="manager"))
    cases.claim(clients[2], Actor("ada@lender.example", "officer", "issuer|7"))
    known = known_staff(cases.engine)
    assert len(known) == 3
    assert set(known) == {MAX, replace(ADA, role="manager"), Actor("ada@lender.example", "officer", "issuer|7")}
