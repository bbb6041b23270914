"""An officer at a desk whose database hangs: one sentence within seconds, the text stays, the decision counts once."""

from __future__ import annotations

import re
import time

import pytest
from playwright.sync_api import expect

from app.settings import settings
from app.store.database import connect
from app.store.journal import Journal
from app.store.patience import LOCK_SECONDS
from app.store.portfolio import Portfolio
from tests.system.attacks.test_store_that_hangs import held
from tests.system.desk import opened, running_desk, settle
from tests.system.test_story_in_browser import record

pytestmark = [pytest.mark.system, pytest.mark.alone, pytest.mark.xdist_group("postgresql")]

TOLD_MS = 1_000 * (2 * LOCK_SECONDS + 4)


@pytest.fixture
def journal(postgresql_url):
    journal = Journal.open(connect(postgresql_url))
    yield journal
    journal.engine.dispose()


@pytest.mark.parametrize("mode", ["ACCESS EXCLUSIVE", "EXCLUSIVE"])
def test_a_locked_journal_is_one_sentence_and_the_decision_counts_once(
    browser, tmp_path, journal, postgresql_url, mode
):
    portfolio = Portfolio.open(settings().portfolio)
    client = portfolio.next_in_grey_zone(portfolio.champion.recommended)
    with running_desk(tmp_path, STORE_URL=postgresql_url) as address, opened(browser) as visited:
        officer = visited(address, f"/decide?lang=en&client={client}")
        attempt = re.search(rf"attempt=({client}-[0-9a-f]{{32}})", officer.url)
        assert attempt, officer.url
        with held(postgresql_url, "decision_journal", mode=mode):
            start = time.monotonic()
            record(officer, "Refuse", "Documents are missing", "Payslips are missing.")
            expect(officer.get_by_role("alert")).to_contain_text("it is locked", timeout=TOLD_MS)
            settle(officer)
            assert time.monotonic() - start < TOLD_MS / 1_000
            expect(officer.get_by_role("alert")).to_have_count(1)
            if mode == "EXCLUSIVE":  # which lets the page be read
                expect(officer.get_by_label(re.compile("Comment, needed"))).to_have_value("Payslips are missing.")
        assert journal.entries() == ()
        officer.reload()
        settle(officer)
        assert attempt[1] in officer.url, "the same attempt after a reload"
        # What was typed is there again: it is recorded as it stands.
        expect(officer.get_by_role("checkbox", name="Documents are missing")).to_be_checked()
        expect(officer.get_by_label(re.compile("Comment, needed"))).to_have_value("Payslips are missing.")
        officer.get_by_role("button", name="Record the decision").click()
        expect(officer.get_by_role("status").filter(has_text="Recorded: entry 1")).to_be_visible()
        assert [entry.attempt for entry in journal.entries()] == [attempt[1]]
        settle(officer)
        assert attempt[1] not in officer.url, "what is recorded is spent"
