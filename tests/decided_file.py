"""A file as an officer leaves it: decided, and its letter issued."""

from __future__ import annotations

from pathlib import Path

from app.scoring.case.actors import Actor
from app.scoring.case.dossier import Terms
from app.scoring.case.events import Ruling
from app.settings import Contact
from app.store.cases.cases import Cases, Judgement
from app.store.database import connect
from app.store.portfolio import Portfolio
from app.ui.customer.letter import answer_of, letters
from app.ui.loaders import ClientFile
from app.ui.shell.frame import BRAND

OFFICER = Actor("ada@lender.example", "officer")


def decide_and_write(
    store: str,
    archive: Path,
    served: Portfolio,
    client: int,
    ruling: Ruling = "refuse",
    reasons: tuple[str, ...] = ("debts",),
    contact: Contact | None = None,
    terms: Terms | None = None,
) -> None:
    """Decide on a client of ``served`` in the database at ``store``, and issue the letter.

    Args:
        terms: the other loan, where that is what is accepted.
    """
    cases, policy = Cases.open(connect(store), archive), served.champion.recommended
    advice = served.decide(client, policy)
    dossier = cases.dossier(served, client, policy, advice, terms)
    cases.decide(OFFICER, Judgement(ruling, reasons, "Papers seen."), dossier)
    file = ClientFile(served.client(client), advice, frozenset(served.champion.features))
    answer = answer_of(cases.case(client), file)
    assert answer is not None
    cases.issue_letter(
        client, OFFICER, letters(answer, file, served.population, None, contact or Contact(), BRAND, True)
    )
