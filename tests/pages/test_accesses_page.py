"""Who saw which file: lists are accesses too, what is unusual comes first, the log is read by person and by client."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from app.language.words import words_in
from app.settings import settings
from app.store.access import Access, AccessLog, Asked
from app.store.database import connect
from app.ui.manager.accesses import as_csv, seen_on
from tests.pages.managing import lead, opener


@pytest.fixture
def log() -> AccessLog:
    return AccessLog.open(connect(settings().store))


def seen(who: str, client: int, what: str = "page client", role: str = "officer", hours: float = 1.0) -> Access:
    return Access(datetime.now(UTC) - timedelta(hours=hours), who, role, what, client, "1-0", "session")


def shown(app) -> str:
    return " ".join(element.proto.body for element in app.get("html"))


def test_a_page_of_found_files_is_an_access_to_each_once(desk, log, served) -> None:
    app = desk()
    app.switch_page("../pages/find.py").run()
    assert not app.exception
    listed = _listed(log)
    assert len(listed) == len({each.client for each in listed}) == 15
    app.run()
    assert _listed(log) == listed
    app.button(key="following").click().run()
    assert len({each.client for each in _listed(log)}) == 30


def _listed(log: AccessLog) -> list[Access]:
    return [each for each in log.newest(Asked(), 1_000) if each.what == "list find"]


def test_the_page_says_what_is_unusual_and_leaves_keys_and_customers_out(desk, log) -> None:
    log.write([seen("ada", client) for client in range(1, 4)])
    log.write([seen(f"officer {place}", 7) for place in range(5)])
    log.write([seen("batch-key", client, "POST /predict", "scoring") for client in range(100, 2_200)])
    log.write([seen("the customer", 8, "page customer", "customer")])
    app = opener(desk)("accesses")  # by way of an officer's home: one person more, who saw the four files it lists
    assert lead(app).startswith("In the last 7 days, 7 people saw something of 8 files. 1 thing is unusual.")
    assert "5 people opened the file of client 7." in shown(app)


def test_the_log_is_read_by_person_and_by_client(desk, log) -> None:
    log.write([seen("ada", 100_002), seen("bob", 100_003, "list find"), seen("bob", 100_002, "page why")])
    app = opener(desk)("accesses")
    app.selectbox(key="accesses_of").select("bob").run()
    assert "100003" in shown(app) and "List: Find a file" in shown(app) and '<th scope="row">ada' not in shown(app)
    app.text_input(key="accesses_to").input("100002").run()
    assert "Why this result?" in shown(app) and "100003" not in shown(app)
    app.text_input(key="accesses_to").input("nobody").run()
    assert "nobody" in shown(app) and not app.exception


def test_a_name_that_is_a_formula_is_none_in_the_file(desk, log) -> None:
    assert "'=cmd" in as_csv([seen("=cmd|x", 1)])


def test_what_showed_a_client_is_named_as_people_know_it() -> None:
    words = words_in("en")
    assert [seen_on(what, words) for what in ("page why", "list find", "POST /predict (test)")] == [
        "Why this result?", "List: Find a file", "API: POST /predict (test)",
    ]  # fmt: skip
