"""The demonstration's month: whole evidence, the same for the same seed, in an empty store of that alone."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from app.demonstration import people
from app.demonstration.__main__ import main
from app.demonstration.past import DAYS, Month
from app.demonstration.store import links, start_again, tell_past
from app.scoring.case.actors import Actor
from app.scoring.problems import StoreProblem
from app.settings import ROOT, Contact, settings
from app.store.cases.cases import Cases
from app.store.cases.tables import CASE_EVENTS
from app.store.database import connect
from app.store.hindsight import hindsight
from app.store.incidents import Incidents
from app.store.journal import Journal
from app.store.policies import PolicyHistory
from app.store.portfolio import Portfolio
from app.store.proof import prove_evidence
from app.store.replay import replay
from app.store.suspensions import Suspensions

UNTIL = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def demo():
    return Portfolio.open(ROOT / "data" / "demo" / "portfolio")


@pytest.fixture(scope="module")
def few():
    """A month of a few files, where all of them would only take longer."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("app.demonstration.past.FILES", 12)
        yield


@pytest.fixture(scope="module")
def told(demo, tmp_path_factory):
    """The whole month, told once: folder and engine."""
    folder = tmp_path_factory.mktemp("past")
    engine = connect(f"sqlite:///{folder / 'store.sqlite'}")
    tell_past(engine, demo, folder / "champions", Contact(), until=UNTIL)
    return folder, engine


def kinds(engine) -> set[str]:
    with engine.connect() as connection:
        return set(connection.execute(select(CASE_EVENTS.c.kind)).scalars())


def facts(engine) -> list[tuple]:
    columns = [CASE_EVENTS.c[name] for name in ("number", "at", "client", "kind", "who", "role", "facts")]
    with engine.connect() as connection:
        return [tuple(row) for row in connection.execute(select(*columns).order_by(CASE_EVENTS.c.number))]


def test_the_evidence_is_whole_and_every_dossier_scores_again(told) -> None:
    folder, engine = told
    proof = prove_evidence(engine)
    entries = Journal.open(engine).verify().entries
    assert 300 < proof.links < 1_000 and entries > 50
    for entry in range(1, entries + 1, 10):
        if Journal.open(engine).entries(limit=1_000)[entries - entry].choice != "refer":
            assert "equal to the last digit" in " ".join(replay(engine, entry, folder / "champions"))


def test_it_holds_what_a_month_holds(told, demo) -> None:
    _, engine = told
    assert kinds(engine) >= {
        *("received", "claimed", "viewed", "first_view", "referred", "decided", "countersigned", "not_countersigned"),
        *("letter_issued", "review_asked", "reviewed", "closed"),
    }
    assert any('"ruling":"other"' in row[-1] for row in facts(engine)), "another loan was offered"
    entries = Journal.open(engine).entries(limit=1_000)
    assert any(each.against_the_model for each in entries) and len({each.officer for each in entries}) >= 4
    (stop,) = Suspensions.open(engine).history()
    assert stop.lifted_by is not None and not stop.lifted_by.is_same(stop.by)
    assert [each.report.about for each in Incidents.open(engine).register()] == [1, None]
    active = PolicyHistory.open(engine).in_force(demo.champion.version)
    assert active is not None and active.activated_by != active.who and active.draft.policy.authority.officer_amount
    found = hindsight(engine, demo.folder)
    assert found.followed.known > 10 and found.minds.towards and found.minds.kept


def test_files_wait_for_somebody_at_its_end(told) -> None:
    _, engine = told
    cases = Cases.open(engine, Path())
    states = [cases.state(client) for client in {row[2] for row in facts(engine)}]
    assert {"referred", "second signature", "review", "decided", "closed"} <= {state.status for state in states}
    addressed = {state.referred_to.name for state in states if state.status == "referred" and state.referred_to}
    assert {"", "Demo officer"} <= addressed


def test_everything_happens_in_office_hours_of_one_month(told) -> None:
    _, engine = told
    moments = [datetime.fromisoformat(row[1]) for row in facts(engine)]
    assert min(moments) >= UNTIL - timedelta(days=DAYS) and max(moments) < UNTIL
    assert all(each.weekday() < 5 and 7 <= each.hour < 17 for each in moments)
    assert moments == sorted(moments)


def test_letters_are_dated_the_day_they_were_issued(told) -> None:
    _, engine = told
    cases = Cases.open(engine, Path())
    client, at = next((row[2], row[1]) for row in facts(engine) if row[3] == "letter_issued")
    case = cases.case(client)
    letter = next(case.contents[event.number]["letter"] for event in case.events if event.kind == "letter_issued")
    assert str(datetime.fromisoformat(at).day) in letter["fr"]["dated"] and "2026" in letter["en"]["dated"]


@pytest.mark.usefixtures("few")
def test_the_same_seed_tells_the_same_month_and_another_seed_another(demo, tmp_path) -> None:
    months = []
    for name, seed in (("one", 1), ("same", 1), ("other", 2)):
        engine = connect(f"sqlite:///{tmp_path / name}.sqlite")
        Month(demo, engine, tmp_path / "champions", Contact(), UNTIL, seed).tell()
        months.append(facts(engine))
    assert months[0] == months[1] != months[2] and len(months[0]) > 50


def other(demo):
    return replace(demo, manifest={**demo.manifest, "demo": False})


def test_a_store_with_an_entry_or_another_portfolio_is_left_as_it_is(demo, tmp_path) -> None:
    engine = connect(f"sqlite:///{tmp_path / 'store.sqlite'}")
    with pytest.raises(StoreProblem, match="not the demonstration"):
        tell_past(engine, other(demo), tmp_path, Contact())
    Cases.open(engine, tmp_path).claim(100_002, people.OFFICERS[0])
    with pytest.raises(StoreProblem, match="holds 1 entries of the chain already"):
        tell_past(engine, demo, tmp_path, Contact())
    with pytest.raises(StoreProblem, match="not the demonstration"):
        start_again(engine, other(demo), signed=False)
    with pytest.raises(StoreProblem, match="EVIDENCE_KEY"):
        start_again(engine, demo, signed=True)
    assert links(engine) == 1


def test_a_store_somebody_signed_in_wrote_in_is_not_emptied(demo, tmp_path) -> None:
    engine = connect(f"sqlite:///{tmp_path / 'store.sqlite'}")
    Cases.open(engine, tmp_path).claim(100_002, Actor("ada@lender.example", "officer", "https://id|1"))
    with pytest.raises(StoreProblem, match="who signed in"):
        start_again(engine, demo, signed=False)
    assert links(engine) == 1


@pytest.mark.usefixtures("few")
def test_starting_again_empties_it_and_tells_the_month_anew(demo, tmp_path, capsys, monkeypatch) -> None:
    monkeypatch.delenv("EVIDENCE_KEY", raising=False)
    settings.cache_clear()
    url = f"sqlite:///{tmp_path / 'store.sqlite'}"
    Cases.open(connect(url), tmp_path).claim(100_002, people.OFFICERS[0])
    assert main(["past", "--url", url]) == 2 and "start-again" in capsys.readouterr().err
    assert main(["past", "--url", url, "--if-empty"]) == 0 and links(connect(url)) == 1
    assert capsys.readouterr() == ("", ""), "another store is left as it is, and nothing is said of it"
    away = f"sqlite:///{tmp_path}"
    assert main(["past", "--url", away, "--if-empty"]) == 0 and "it is not there" in capsys.readouterr().err
    assert main(["start-again", "--url", url]) == 0
    proof = prove_evidence(connect(url))
    assert f"{proof.links} links" in capsys.readouterr().out and proof.links > 100
    assert main(["start-again", "--url", url]) == 0


def test_it_is_a_command() -> None:
    command = [sys.executable, "-m", "app.demonstration", "--help"]
    told = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=True)
    assert "start-again" in told.stdout
