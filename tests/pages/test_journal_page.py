"""The manager reads the journal: who follows the model, who does not, and the decisions themselves."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime, timedelta

import pytest

from app.scoring.case.actors import Actor
from app.scoring.policy import Policy
from app.settings import settings
from app.store.access import AccessLog, Asked
from app.store.agreement import Tally, agreement
from app.store.cases.cases import Cases, Judgement
from app.store.database import connect
from app.store.hindsight import outcomes_of
from app.store.journal import Journal, Verdict
from app.store.recorded import Wanted, newest
from app.ui.manager.journal_list import as_csv
from tests.pages.managing import lead, opener, texts


@pytest.fixture(autouse=True)
def journal(monkeypatch, tmp_path):
    url = f"sqlite:///{tmp_path / 'store.sqlite'}"
    monkeypatch.setenv("STORE_URL", url)
    settings.cache_clear()
    yield Journal.open(connect(url))
    settings.cache_clear()


@pytest.fixture
def page(desk):
    return opener(desk)


@pytest.fixture
def decided(journal, served):
    """Five decisions: two as advised, one either way against, one referred; client ids by kind."""
    low = next(served.decide(each, Policy(0.09)) for each in clients(served, lambda p: p < 0.05))
    high = next(served.decide(each, Policy(0.09)) for each in clients(served, lambda p: p > 0.2))
    journal.record(Verdict("Ada", "accept", ("score",)), low)
    journal.record(Verdict("Ada", "refuse", ("score", "debts")), high)
    journal.record(Verdict("Bea", "refuse", ("fraud",), "False payslip."), low)
    journal.record(Verdict("Bea", "accept", ("income",), "=cmd() seen"), high)
    journal.record(Verdict("Bea", "refer", ("missing",)), high)
    return low.client, high.client


def clients(served, wanted):
    from app.store.scores import clients_after, scores_of

    found = scores_of(served, clients_after(served, 0, 500))
    return (client for client, score in found.items() if wanted(score.probability))


def test_an_empty_journal_says_so(page) -> None:
    app = page("journal")
    assert not app.exception and lead(app) == "No decision is recorded yet."
    assert not app.get("plotly_chart")


def test_agreement_is_counted_by_officer_reason_and_band(journal, decided) -> None:
    counted = agreement(journal, 5.0)
    assert counted.everyone == Tally(2, 1, 1, 1) and counted.everyone.override_rate == 0.5
    assert counted.by_officer == {"Ada": Tally(followed=2), "Bea": Tally(0, 1, 1, 1)}
    assert counted.by_reason["score"] == Tally(followed=2) and counted.by_reason["fraud"] == Tally(refused_against=1)
    assert counted.by_band == {"accept": Tally(1, 0, 1, 0), "refuse": Tally(1, 1, 0, 1)}
    assert set(agreement(journal, 1_000.0).by_band) == {"review"}


def test_the_answer_and_the_rates_are_those_of_the_journal(page, decided) -> None:
    app = page("journal")
    assert lead(app).startswith("50.0% of 4 decisions follow the model. 2 go against it: 1 accepted, 1 refused.")
    assert "Bea, 2 decisions: 100.0%" in app.get("plotly_chart")[0].proto.alt
    app.segmented_control(key="decisions_by").set_value("band").run()
    assert "Accept, 2 decisions: 50.0%" in app.get("plotly_chart")[0].proto.alt
    app.segmented_control(key="decisions_by").set_value("reason").run()
    assert "Suspicion of fraud, 1 decision: 100.0%" in app.get("plotly_chart")[0].proto.alt


def lines(app) -> list[str]:
    """What is listed, a text each."""
    return [text for text in texts(app) if text.startswith("When ")]


def test_the_newest_decisions_are_listed_with_their_comments(page, decided) -> None:
    listed = lines(page("journal"))
    assert len(listed) == 5 and "By Bea What File referred (entry 5)" in listed[0]
    assert "Decision taken: Accept, against the model (entry 4)" in listed[1] and "Comment =cmd() seen" in listed[1]
    assert "Suspicion of fraud" in listed[2] and "Comment False payslip." in listed[2]
    assert "By Ada What Decision taken: Refuse (entry 2)" in listed[3]


def test_each_line_opens_its_file(page, decided) -> None:
    app = page("journal")
    buttons = [each for each in app.button if str(each.key).startswith("open_")]
    assert [each.label for each in buttons] == [f"Client {decided[place]}" for place in (1, 1, 0, 1, 0)]
    app = buttons[2].click().run()
    assert app.text_input(key="client").value == str(decided[0]) and str(decided[0]) in app.title[0].value


def test_it_is_filtered_by_person_kind_and_zone(page, decided, served) -> None:
    app = page("journal")
    app.selectbox(key="journal_who").set_value("Ada").run()
    assert len(lines(app)) == 2 and all("By Ada" in line for line in lines(app))
    app.selectbox(key="journal_who").set_value(None).run()
    app.selectbox(key="journal_kind").set_value("referred").run()
    assert len(lines(app)) == 1
    app.selectbox(key="journal_zone").set_value("grey").run()
    assert lines(app) == [] and "Nothing of this is recorded." in texts(app)
    app.selectbox(key="journal_kind").set_value("").run()
    app.selectbox(key="journal_zone").set_value("clear").run()
    assert len(lines(app)) == 5


def test_the_filters_stay_in_the_other_language_and_after_another_page(page, decided) -> None:
    app = page("journal")
    app.selectbox(key="journal_kind").set_value("referred").run()
    app.session_state["lang"] = "fr"
    app = app.run()
    assert app.selectbox(key="journal_kind").value == "referred"
    app.switch_page("../pages/policy.py").run()
    app.switch_page("../pages/journal.py").run()
    shown = [text for text in texts(app) if text.startswith("Quand ")]
    assert app.selectbox(key="journal_kind").value == "referred" and len(shown) == 1


def test_it_is_filtered_by_day(page, decided) -> None:
    app, today = page("journal"), datetime.now(UTC).date()
    app.date_input(key="journal_since").set_value(today + timedelta(days=1)).run()
    assert lines(app) == []
    app.date_input(key="journal_since").set_value(today).run()
    app.date_input(key="journal_until").set_value(today).run()
    assert len(lines(app)) == 5, "the last day is within"
    app.date_input(key="journal_since").set_value(None)
    app.date_input(key="journal_until").set_value(today - timedelta(days=1)).run()
    assert lines(app) == []


def test_events_of_files_are_listed_where_everything_is_asked_for(page, served, tmp_path, decided) -> None:
    cases = Cases.open(connect(settings().store), tmp_path / "champions")
    cases.claim(decided[0], Actor("<b>Cleo</b>", "officer"))
    app = page("journal")
    assert len(lines(app)) == 5, "taking a file decides nothing"
    app.selectbox(key="journal_kind").set_value("").run()
    assert "By &lt;b&gt;Cleo&lt;/b&gt; What File taken Advice none" in lines(app)[0]


def test_whose_files_are_listed_is_an_access(page, decided) -> None:
    page("journal")
    seen = AccessLog.open(connect(settings().store)).newest(Asked(), 100)
    by_journal = {(each.what, each.client) for each in seen if each.what != "list home"}  # the desk opens at home
    assert by_journal == {("list journal", client) for client in decided}


def test_the_export_holds_exactly_what_is_shown_and_no_formula(page, journal, decided) -> None:
    app = page("journal")
    app.selectbox(key="journal_who").set_value("Bea").run()
    app = app.button(key="prepare_decisions").click().run()
    assert app.get("download_button")
    rows = list(csv.DictReader(io.StringIO(as_csv(newest(journal.engine, Wanted(who="Bea"), 5.0, 100)))))
    assert [row["entry"] for row in rows] == ["5", "4", "3"] and len(lines(app)) == 3
    assert (
        rows[1]["comment"] == "'=cmd() seen" and rows[1]["against_the_model"] == "1" and rows[0]["what"] == "referred"
    )
    assert rows[2]["reasons"] == "fraud" and len(rows[0]["hash"]) == 64 and rows[0]["zone"] == "clear"


def test_where_nothing_is_known_that_is_said(page) -> None:
    said = [each.value for each in page("journal").markdown]
    assert "Not known: nobody decided after recording an own view before the advice was shown." in said
    assert "Not known: this release knows no outcome of a loan that was decided on." in said


def test_minds_and_who_was_right_are_told(page, served, tmp_path, decided) -> None:
    cases = Cases.open(connect(settings().store), tmp_path / "champions")
    policy, ada = served.champion.recommended, Actor("Ada", "officer")
    advice = served.decide(decided[1], policy)
    cases.first_view(decided[1], ada, "accept")
    rests_on = cases.dossier(served, decided[1], policy, advice)
    cases.decide(ada, Judgement("refuse", ("score",)), rests_on)
    app = page("journal")
    told = "1 own view was followed by a decision: 0 was the advice already. Against it: 1, and 1 of these"
    assert any(each.value.startswith(told) for each in app.markdown)
    known = outcomes_of(served.folder, decided)
    table = [text for text in texts(app) if text.startswith("Beside what became of the loan")]
    assert bool(table) == bool(known)


def test_a_journal_that_cannot_be_read_is_a_sentence(page, monkeypatch, tmp_path) -> None:
    monkeypatch.setenv("STORE_URL", f"sqlite:///{tmp_path}")
    settings.cache_clear()
    app = page("journal")
    assert not app.exception
    assert any("cannot be written" in text or "cannot be read" in text for text in texts(app))
