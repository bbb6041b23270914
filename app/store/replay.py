"""``python -m app.store replay ENTRY``: a decision's dossier scored again, by the champion of then."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Engine, select

from app.scoring.case.dossier import differences
from app.scoring.problems import CaseProblem, ModelProblem
from app.store.cases.cases import unreadable
from app.store.cases.contents import read_contents
from app.store.cases.dossiers import from_content
from app.store.cases.rows import event_of
from app.store.cases.tables import CASE_EVENTS
from app.store.champions import archived
from app.store.database import reading
from app.store.journal import JOURNAL


def replay(engine: Engine, entry: int, archive: Path) -> list[str]:
    """Score the dossier of a journal's entry again; says "equal to the last digit".

    Raises:
        CaseProblem: there is no such entry, it has no dossier, or it was erased.
        ModelProblem: something is not the same, or the champion is not there as it was kept.
        StoreProblem: the database cannot be read.
    """
    with reading(engine, unreadable) as connection:
        joined = CASE_EVENTS.join(JOURNAL, JOURNAL.c.event == CASE_EVENTS.c.number)
        asked = select(CASE_EVENTS).select_from(joined).where(JOURNAL.c.number == entry)
        row = connection.execute(asked).mappings().one_or_none()
        content = read_contents(connection, [event_of(row)]).get(row["number"]) if row else None
    if content is None or "dossier" not in content:
        raise CaseProblem(
            "Entry {entry} of the decision journal has no dossier.",
            "A dossier is kept with each decision since there are any, until it is erased.",
            "Name another entry; python -m app.store verify says what was erased, by whom and why.",
            entry=entry,
        )
    dossier = from_content(content["dossier"])
    unlike = differences(dossier, archived(dossier.champion, archive))
    advice = dossier.advice
    assert advice is not None  # else it had no entry
    if unlike:
        raise ModelProblem(
            "Entry {entry}, model {model}, is not scored as it was then: {what}.",
            "The champion of then gives the same, to the last digit.",
            "Compare the machine and the parts' versions with those of then.",
            entry=entry,
            model=advice.model_version,
            what=", ".join(unlike),
        )
    counted = f"probability {advice.probability!r} and {len(advice.contributions)} contributions"
    counted += ", and the budget" if dossier.budget else ""
    return [
        f"entry {entry}: client {dossier.client}, model {advice.model_version}, release {dossier.release}: "
        f"{counted}, equal to the last digit"
    ]
