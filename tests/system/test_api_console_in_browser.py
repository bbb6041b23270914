"""The API console in a real browser, calling the real API."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from app.settings import settings
from app.store.portfolio import Portfolio
from tests.system.desk import SCREENS, Visit, check_open_to_all, check_whole, running_desk, settle
from tests.system.servers import RunningApi, running_api

pytestmark = pytest.mark.system

SAME = {"en": "The same as this desk, to the last digit", "fr": "Comme cette application, à la dernière décimale"}
SEND = {"en": "Send", "fr": "Envoyer"}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("console")


@pytest.fixture(scope="module")
def api(folder: Path) -> Iterator[RunningApi]:
    with running_api(folder, STORE_URL=f"sqlite:///{folder / 'api.sqlite'}") as api:
        yield api


@pytest.fixture(scope="module")
def server(folder: Path, api: RunningApi) -> Iterator[str]:
    with running_desk(folder, STORE_URL=f"sqlite:///{folder / 'desk.sqlite'}", API_URL=api.url) as address:
        yield address


def console(visit: Visit, language: str, screen: str = "desk") -> Page:
    served = Portfolio.open(settings().portfolio)
    client = served.next_in_grey_zone(served.champion.recommended)
    return visit(f"/api_console?lang={language}&client={client}", screen)


def send(page: Page, language: str) -> None:
    page.get_by_role("button", name=SEND[language], exact=True).click()
    expect(page.get_by_role("heading", level=2).first).to_be_visible()
    settle(page)


@pytest.mark.parametrize("screen", SCREENS)
@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_call_is_answered_as_the_desk_answers(visit: Visit, language: str, screen: str) -> None:
    page = console(visit, language, screen)
    send(page, language)
    expect(page.get_by_text(SAME[language])).to_be_visible()
    check_open_to_all(page)


@pytest.mark.parametrize("screen", SCREENS)
@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_console_is_whole_before_anything_is_sent(visit: Visit, language: str, screen: str) -> None:
    page = console(visit, language, screen)
    check_whole(page, language)
    check_open_to_all(page)
