"""Every page by its own link, for the clients who strain it, in both languages, on both screens."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from app.language.words import words_in
from app.settings import settings
from app.store.portfolio import Portfolio
from app.ui.shell.navigation import PAGES
from tests.five_clients import FiveClients, publish_five_clients
from tests.system.desk import SCREENS, Tabs, Visit, check_open_to_all, check_whole, opened, running_desk, settle

pytestmark = pytest.mark.system

FIRST, *OTHERS = (page.script for page in PAGES)
SCRIPTS = (FIRST, *OTHERS)
ABOUT_CLIENT = [page.script for page in PAGES if page.about_client]
ANSWERING = [script for script in ABOUT_CLIENT if script != "api_console"]  # there an unknown client is a call to try
LANGUAGES = ("en", "fr")


@pytest.fixture(scope="module")
def five(tmp_path_factory: pytest.TempPathFactory) -> FiveClients:
    return publish_five_clients(tmp_path_factory.mktemp("five"), Portfolio.open(settings().portfolio))


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, five: FiveClients) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("desk")
    store = f"sqlite:///{folder / 'journal.sqlite'}"
    with running_desk(folder, STORE_URL=store, PORTFOLIO_DIR=str(five.root)) as address:
        yield address


def link(script: str, language: str, client: int) -> str:
    return f"/{'' if script == FIRST else script}?lang={language}&client={client}"


def go(page: Page, server: str, address: str) -> None:
    page.goto(server + address)
    settle(page)


def unfold(page: Page) -> None:
    """Open what is folded away."""
    for folded in page.locator("[data-testid=stExpander] details").all():
        if folded.get_attribute("open") is None:
            folded.locator("summary").first.click()
    settle(page)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("script", ABOUT_CLIENT)
def test_a_clients_page_is_whole_and_open_to_all_for_every_kind_of_client(
    visit: Visit, server: str, five: FiveClients, script: str, language: str
) -> None:
    page = visit(link(script, language, five.accepted))
    for client in five:
        go(page, server, link(script, language, client))
        expect(page.get_by_role("alert")).to_have_count(0)
        unfold(page)
        check_whole(page, language)
        check_open_to_all(page)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("script", ANSWERING)
def test_a_clients_page_tells_an_unknown_client(visit: Visit, five: FiveClients, script: str, language: str) -> None:
    page = visit(link(script, language, five.unknown))
    told = {"en": "is not in this portfolio", "fr": "ne figure pas dans ce portefeuille"}[language]
    expect(page.get_by_text(told).first).to_be_visible()
    check_whole(page, language)
    check_open_to_all(page)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("script", "screen"),
    [*((script, "telephone") for script in SCRIPTS), *((each, "desk") for each in SCRIPTS if each not in ABOUT_CLIENT)],
)
def test_a_page_is_whole_and_open_to_all(
    visit: Visit, five: FiveClients, script: str, screen: str, language: str
) -> None:
    page = visit(link(script, language, five.refused), screen)
    check_whole(page, language)
    check_open_to_all(page)
    if script != FIRST:  # that leads to the client's file
        title = next(each.title for each in PAGES if each.script == script)
        assert page.title().startswith(words_in(language).say(title))


@pytest.mark.parametrize("screen", SCREENS)
@pytest.mark.parametrize("script", SCRIPTS)
def test_a_page_is_open_to_all_in_the_dark(
    visit: Visit, server: str, five: FiveClients, script: str, screen: str
) -> None:
    language = LANGUAGES[SCRIPTS.index(script) % 2]
    page = visit(link(script, language, five.refused), screen, theme="dark")
    unfold(page)
    check_open_to_all(page)
    if script in ANSWERING:
        go(page, server, link(script, language, five.unknown))
        check_open_to_all(page)


@pytest.mark.parametrize("script", SCRIPTS)
def test_a_page_opens_by_its_own_link_on_a_cold_server(
    browser: Browser, tabs: Tabs, tmp_path: Path, script: str
) -> None:
    language = LANGUAGES[SCRIPTS.index(script) % 2]
    client = Portfolio.open(settings().portfolio).random_client()
    store = f"sqlite:///{tmp_path / 'journal.sqlite'}"
    with running_desk(tmp_path, STORE_URL=store) as address, opened(browser, tabs) as visit:
        page = visit(address, link(script, language, client))
        check_whole(page, language)
        assert page.get_by_role("heading", level=1).count() == 1
