"""Hostile texts in every field that data, people and settings fill, on the pages that show them: they stay text.

A beacon listens where the texts point: nothing may reach it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from app.environment import variable
from app.settings import Contact, settings
from app.store.portfolio import Portfolio
from app.ui.customer.signed_link import Links
from tests.decided_file import decide_and_write
from tests.hostile import attack, hostile, listening, publish_hostile, write_hostile
from tests.system.desk import PATIENCE, running_desk, settle

pytestmark = pytest.mark.system

KEY = "3b9c0e71d5a84f26b7e1904cda6f8253"
JOINER = "\u2060"
FOUND = """beacon => {
  window.planted ??= null;
  const inside = document.querySelector('[data-testid=stApp]');
  const addresses = [...inside.querySelectorAll('*')].flatMap(part => ['href', 'src', 'action', 'xlink:href']
    .map(name => part.getAttribute(name)).filter(Boolean));
  return {
    addresses: addresses.filter(each => each.includes(beacon) || /javascript:|evil|^mailto:/.test(each)),
    formulae: inside.querySelectorAll('.katex').length,
    coloured: inside.querySelectorAll('.stMarkdownColoredText, .stMarkdownColoredBackground').length,
    icons: [...inside.querySelectorAll('[data-testid=stMarkdownContainer] [role=img]')].map(each => each.innerText),
    turned: /[\\u202a-\\u202e\\u2066-\\u2069]/.test(inside.innerText),
  }
}"""
NOTHING = {"addresses": [], "formulae": 0, "coloured": 0, "icons": [], "turned": False}


@dataclass(frozen=True)
class Planted:
    """A desk full of hostile texts.

    Attributes:
        asked: what the beacon was asked for.
    """

    address: str
    beacon: str
    asked: list[str]
    client: int


@pytest.fixture(scope="module")
def planted(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Planted]:
    folder = tmp_path_factory.mktemp("hostile")
    store = f"sqlite:///{folder / 'journal.sqlite'}"
    with listening() as (beacon, asked):
        text = hostile(beacon)
        opened = publish_hostile(folder, Portfolio.open(settings().portfolio), text, attack(beacon))
        write_hostile(store, opened, text)
        contact = {variable(field): text for field in Contact.model_fields.values()}
        client = opened.random_client()
        decide_and_write(store, folder / "champions", opened, client, contact=Contact.model_validate(contact))
        with running_desk(
            folder, STORE_URL=store, PORTFOLIO_DIR=str(opened.folder.parents[1]), LINK_SECRET=KEY, **contact
        ) as address:
            yield Planted(address, beacon, asked, client)


@pytest.fixture(autouse=True)
def nothing_asked_yet(planted: Planted) -> None:
    planted.asked.clear()


@pytest.fixture(scope="module")
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(locale="en-GB")
    context.set_default_timeout(PATIENCE)
    yield context.new_page()
    context.close()


def check_text_only(page: Page, beacon: str, asked: list[str]) -> None:
    """Nothing on the page is a link, a picture, a formula, a colour, an icon of theirs; nothing was fetched or run."""
    assert page.evaluate(FOUND, beacon) == NOTHING, page.url
    assert page.evaluate("typeof window.planted") != "function"
    assert asked == []


def open_everything(page: Page) -> None:
    """Every expander."""
    for summary in page.locator("[data-testid=stExpander] summary").all():
        summary.click()
        settle(page)


SHOWING = {
    "client": "client={client}",
    "why": "client={client}&feature=occupation",
    "compare": "client={client}&items=occupation&group=filters",
    "compare ": "client={client}&items=occupation,education&crossed=1&group=filters",
    "find": "income_type={text}",
    "journal": "",
    "policy": "",
    "drift": "moved=occupation&segment=income_type",
    "data_protection": "",
}
"""Page -> its address's parameters; each shows a hostile text."""


@pytest.mark.parametrize("script", SHOWING)
def test_a_page_shows_hostile_texts_as_they_are_written(planted: Planted, page: Page, script: str) -> None:
    parameters = SHOWING[script].format(client=planted.client, text="%5Bx%5D(javascript:planted())%20:red%5By%5D")
    page.goto(f"{planted.address}/{script.strip()}?lang=en&{parameters}")
    settle(page)
    open_everything(page)
    check_text_only(page, planted.beacon, planted.asked)
    drawn = page.locator(".js-plotly-plot text").all_text_contents()
    shown = "".join([page.locator("[data-testid=stApp]").inner_text(), *drawn]).replace(JOINER, "")
    assert "[Sign in again](" in shown


def test_the_letter_shows_the_settings_as_they_are_written(planted: Planted, page: Page) -> None:
    token = Links(KEY, timedelta(days=7)).token(planted.client)
    page.goto(f"{planted.address}/?lang=en&letter={token}")
    settle(page)
    check_text_only(page, planted.beacon, planted.asked)
    assert page.locator(".letter").inner_text().count("[Sign in again](") >= 4


def test_evidentlys_report_reaches_neither_the_desk_nor_a_network(planted: Planted, page: Page) -> None:
    page.goto(f"{planted.address}/drift?lang=en")
    settle(page)
    page.locator("label").filter(has_text="Show it here").click()
    report = page.frame_locator("[data-testid=stIFrame]").frame_locator("iframe")
    expect(report.locator("body")).to_contain_text('"network"')
    got = json.loads(report.locator("body").inner_text())
    assert set(got.values()) == {"refused"}, got
    expect(report.locator("body")).to_contain_text("ERR_BLOCKED_BY_CSP")  # it tried to leave with what it knew
    assert planted.asked == []
    assert page.url.startswith(planted.address)


def test_whatever_streamlit_draws_stays_text(tmp_path: Path, browser: Browser, page: Page) -> None:
    with (
        listening() as (beacon, asked),
        running_desk(tmp_path, script="tests/system/shown_by_streamlit.py", HOSTILE=hostile(beacon)) as address,
    ):
        page.goto(address)
        expect(page.locator("#end")).to_be_visible(timeout=PATIENCE)
        expect(page.locator(".main-svg").first).to_be_visible(timeout=PATIENCE)
        check_text_only(page, beacon, asked)
        for tip in page.locator("[data-testid=stTooltipIcon], [data-testid=stTooltipHoverTarget]").all():
            tip.hover()
            expect(page.locator("[data-testid=stTooltipContent]").first).to_contain_text("[Sign in again](")
            check_text_only(page, beacon, asked)
        for box in page.locator("[data-testid=stSelectbox], [data-testid=stMultiSelect]").all():
            box.locator("input").click()
            check_text_only(page, beacon, asked)
            page.keyboard.press("Escape")
