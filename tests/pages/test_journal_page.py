"""The manager reads the journal: who follows the model, who does not, and the decisions themselves."""

from __future__ import annotations

import csv
import io

import pytest

from app.scoring.policy import Policy
from app.settings import settings
from app.store.agreement import Tally, agreement
from app.store.database import connect
from app.store.journal import Journal, Verdict
from app.ui.manager.journal import as_csv
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


def test_the_newest_decisions_are_listed(page, decided) -> None:
    table = next(text for text in texts(page("journal")) if text.startswith("The newest first"))
    assert table.index(" Refer to a colleague ") < table.index("Refuse, against the model") < table.index(" Ada ")
    assert str(decided[0]) in table and "Suspicion of fraud" in table


def test_the_export_holds_every_decision_and_no_formula(page, journal, decided) -> None:
    app = page("journal").button(key="prepare_decisions").click().run()
    assert app.get("download_button")
    rows = list(csv.DictReader(io.StringIO(as_csv(journal.entries(limit=100)))))
    assert [row["entry"] for row in rows] == ["5", "4", "3", "2", "1"]
    assert rows[1]["comment"] == "'=cmd() seen" and rows[1]["against_the_model"] == "1"
    assert rows[3]["reasons"] == "score debts" and len(rows[0]["hash"]) == 64


def test_a_journal_that_cannot_be_read_is_a_sentence(page, monkeypatch, tmp_path) -> None:
    monkeypatch.setenv("STORE_URL", f"sqlite:///{tmp_path}")
    settings.cache_clear()
    app = page("journal")
    assert not app.exception
    assert any("cannot be written" in text or "cannot be read" in text for text in texts(app))
