"""The desk as people meet it: the real server, a real browser, both languages, a desk's screen and a telephone's."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect, sync_playwright

from app.scoring.features import FEATURES
from app.settings import settings
from app.store.portfolio import Portfolio

pytestmark = pytest.mark.system

ROOT = Path(__file__).parents[2]
CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome") or "/usr/bin/chromium"
QUIET = """--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking
 --disable-component-update --disable-sync""".split()
SCREENS = {"desk": {"width": 1440, "height": 900}, "telephone": {"width": 390, "height": 844}}
PATIENCE = 30_000
RAW_NAME = re.compile(r"[A-Z_]{6,}")
COLUMNS = {feature.name for feature in FEATURES if "_" in feature.name}


@pytest.fixture(scope="module")
def served() -> Portfolio:
    return Portfolio.open(settings().portfolio)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of the desk, started as people start it."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    streamlit = Path(sys.executable).with_name("streamlit")
    command = [streamlit, "run", "app/main.py", "--server.port", str(port), "--server.address", "127.0.0.1"]
    log = tmp_path_factory.mktemp("server") / "log"
    with log.open("wb") as output:
        process = subprocess.Popen(command, cwd=ROOT, stdout=output, stderr=output, env=os.environ)
        try:
            _await(f"http://127.0.0.1:{port}/_stcore/health", process, log)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()
            process.wait(timeout=20)
    assert "Traceback" not in log.read_text(encoding="utf-8")


def _await(address: str, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urlopen(address, timeout=2):  # noqa: S310  our own server
                return
        except (URLError, OSError):
            time.sleep(0.3)
    pytest.fail(f"the desk did not start:\n{log.read_text(encoding='utf-8')}")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield chromium
        chromium.close()


Visit = Callable[..., Page]


@pytest.fixture
def visit(browser: Browser, server: str) -> Iterator[Visit]:
    """Opens an address of the desk in a fresh browser; at the end, the console must have stayed clean."""
    contexts, complaints = [], []

    def visited(address: str, screen: str = "desk", locale: str = "en-GB", theme: str = "light") -> Page:
        context = browser.new_context(viewport=SCREENS[screen], locale=locale, color_scheme=theme)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.set_default_timeout(PATIENCE)
        page.goto(server + address)
        settle(page)
        return page

    yield visited
    for context in contexts:
        context.close()
    assert complaints == []


def settle(page: Page) -> None:
    """Wait until the desk has drawn everything."""
    expect(page.locator("footer, .alert").first).to_be_visible(timeout=PATIENCE)
    expect(page.locator("[data-testid=stApp]")).to_have_attribute(
        "data-test-script-state", "notRunning", timeout=PATIENCE
    )
    if page.locator(".answer").count():
        expect(page.locator(".js-plotly-plot .main-svg").first).to_be_visible(timeout=PATIENCE)
        expect(page.locator(".js-plotly-plot .waterfalllayer .point")).not_to_have_count(0, timeout=PATIENCE)


def read(page: Page) -> str:
    """What the page shows, charts' texts included, without styles."""
    drawn = page.locator(".js-plotly-plot text").all_text_contents()
    return page.locator("[data-testid=stApp]").inner_text() + "\n" + "\n".join(drawn)


def sideways(page: Page) -> int:
    """How many pixels the page can be scrolled sideways."""
    return page.evaluate(
        """Math.max(...[document.documentElement, document.querySelector('[data-testid=stMain]')]
           .map(part => part.scrollWidth - part.clientWidth))"""
    )


def addresses(served: Portfolio, language: str) -> tuple[str, ...]:
    client = served.next_in_grey_zone(served.champion.recommended)
    return tuple(f"/?lang={language}{client}" for client in ("", f"&client={client}", "&client=999999999"))


@pytest.mark.parametrize("screen", SCREENS)
@pytest.mark.parametrize("language", ["en", "fr"])
def test_every_screen_is_whole_and_speaks_to_people(
    visit: Visit, served: Portfolio, language: str, screen: str
) -> None:
    for address in addresses(served, language):
        page = visit(address, screen)
        shown = read(page)
        assert "Traceback" not in shown and "streamlit.errors" not in shown
        assert RAW_NAME.findall(shown) == [], address
        assert COLUMNS & set(re.findall(r"\w+", shown)) == set(), address
        assert sideways(page) <= 0, address
        assert page.evaluate("document.documentElement.lang") == language
        assert page.title().startswith({"en": "Client file", "fr": "Dossier client"}[language])


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("screen", SCREENS)
@pytest.mark.parametrize("language", ["en", "fr"])
def test_axe_finds_no_barrier(visit: Visit, served: Portfolio, language: str, screen: str, theme: str) -> None:
    for address in addresses(served, language):
        page = visit(address, screen, theme=theme)
        if (figures := page.locator("[data-testid=stExpander] summary")).count():
            figures.click()
            expect(page.locator("table.figures")).to_be_visible()
        found = Axe().run(page)
        assert found.violations_count == 0, found.generate_report()


def test_every_label_of_the_charts_stays_within_a_telephone(visit: Visit, served: Portfolio) -> None:
    for _ in range(3):
        page = visit(f"/?lang=fr&client={served.random_client()}", "telephone")
        edges = "texts => texts.map(text => text.getBoundingClientRect()).flatMap(box => [box.left, box.right])"
        reached = page.locator(".js-plotly-plot text").evaluate_all(edges)
        assert min(reached) >= 0 and max(reached) <= SCREENS["telephone"]["width"]


@pytest.mark.parametrize(
    ("locale", "question"), [("fr-FR", "Quel client"), ("en-US", "Which client"), ("de-DE", "Which client")]
)
def test_the_browser_chooses_the_first_language(visit: Visit, locale: str, question: str) -> None:
    expect(visit("/", locale=locale).locator("h1")).to_contain_text(question)


def test_the_language_is_kept_in_the_address_with_the_client(visit: Visit, served: Portfolio) -> None:
    client = served.random_client()
    page = visit(f"/?client={client}", locale="en-GB")
    page.get_by_text("fr", exact=True).click()
    expect(page.locator("html")).to_have_attribute("lang", "fr")
    expect(page.locator("h1")).to_have_text(f"Client {client}")
    expect(page).to_have_url(re.compile(r"lang=fr"))
    expect(page).to_have_url(re.compile(rf"client={client}"))
    page.reload()
    settle(page)
    expect(page.locator("h2").first).to_have_text(re.compile("Pourquoi ce résultat"))


def test_a_number_is_typed_and_entered(visit: Visit, served: Portfolio) -> None:
    client = served.random_client()
    page = visit("/?lang=en")
    page.get_by_label("Client number").fill(str(client))
    page.get_by_label("Client number").press("Enter")
    expect(page.locator("h1")).to_have_text(f"Client {client}")
    expect(page).to_have_url(re.compile(rf"client={client}"))


def test_an_unknown_number_is_told_and_another_can_be_tried(visit: Visit) -> None:
    page = visit("/?lang=fr&client=12")
    expect(page.get_by_role("alert")).to_contain_text("Le client 12 ne figure pas dans ce portefeuille.")
    page.get_by_role("button", name="Client au hasard").click()
    expect(page.locator("h1")).to_have_text(re.compile(r"Client \d+"))
    expect(page.get_by_role("alert")).to_have_count(0)


def test_next_to_review_walks_the_grey_zone_and_can_be_linked_to(visit: Visit, served: Portfolio) -> None:
    policy = served.champion.recommended
    one = served.next_in_grey_zone(policy)
    other = served.next_in_grey_zone(policy, after=one)
    page = visit("/?lang=en")
    for client in (one, other):
        page.get_by_role("button", name="Next to review").click()
        expect(page.locator("h1")).to_have_text(f"Client {client}")
        expect(page.locator(".verdict")).to_have_text("To review")
        expect(page).to_have_url(re.compile(rf"client={client}"))


def test_charts_tell_themselves_to_those_who_do_not_see_them(visit: Visit, served: Portfolio) -> None:
    client = served.next_in_grey_zone(served.champion.recommended)
    page = visit(f"/?lang=en&client={client}")
    points = round(served.decide(client, served.champion.recommended).points)
    tree = page.locator("[data-testid=stMain]").aria_snapshot()
    assert f"Points scale. {points} points" in tree and "Effects in points" in tree
