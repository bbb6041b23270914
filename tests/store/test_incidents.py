"""The register of incidents: what happened, whom it touched, what was done, and what it belongs to."""

import pytest

from app.scoring.case.actors import Actor
from app.scoring.problems import SuspensionProblem
from app.store.database import connect
from app.store.incidents import Incidents, Report
from app.store.proof import prove_evidence

MAX = Actor("Max", "manager")
REPORT = Report(
    "A provider failed.", "12 files.", "The advice was suspended.", suspension=1, drift_run="20261122T015650Z"
)


@pytest.fixture
def register(tmp_path):
    return Incidents.open(connect(f"sqlite:///{tmp_path / 'store.sqlite'}"))


def test_a_report_is_kept_and_gone_on_with(register):
    first = register.report(REPORT, MAX)
    more = register.report(Report("It is back.", "The same.", "They were scored again.", about=first.number), MAX)
    assert register.register() == (more, first) and first.report == REPORT and first.by == MAX
    assert prove_evidence(register.engine).rows["incidents"] == 2


def test_what_it_lacks_is_told(register):
    with pytest.raises(SuspensionProblem, match="no incident 3"):
        register.report(Report("a", "b", "c", about=3), MAX)
    with pytest.raises(SuspensionProblem, match="characters"):
        register.report(Report("a", " ", "c"), MAX)
    with pytest.raises(SuspensionProblem, match="for managers"):
        register.report(REPORT, Actor("Ada", "officer"))
