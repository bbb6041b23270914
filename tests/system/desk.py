"""The desk as people meet it: the real server, a real browser. Fixtures are taken up by conftest.py."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from urllib.error import URLError
from urllib.parse import urljoin, urlsplit
from urllib.request import urlopen

import psutil
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, ConsoleMessage, Error, Locator, Page, expect, sync_playwright

from app.scoring.features import FEATURES
from app.scoring.schema import TABLES
from app.settings import settings
from app.store.portfolio import Portfolio
from tests.system.servers import HELD_MEMORY, ROOT, free_port, memory_of

CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome") or "/usr/bin/chromium"
QUIET = """--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking
 --disable-component-update --disable-sync""".split()
SCREENS = {"desk": {"width": 1440, "height": 900}, "telephone": {"width": 390, "height": 844}}
PATIENCE = 60_000
expect.set_options(timeout=PATIENCE)  # five seconds, unless said: too short for a busy machine
COLUMNS = {feature.name for feature in FEATURES if "_" in feature.name}
RAW_COLUMNS = {column.name for table in TABLES.values() for column in table.columns} | {"XNA", "XAP", "Unknown"}
EMPTY = re.compile(r"\b(NaN|nan|NaT|null)\b|^None$", re.MULTILINE)
# Opened by its own link, a page is first taken for a base path: Streamlit's front end asks there, then at the root.
PROBE = re.compile(r"/\w+/_stcore/(health|host-config)$")


@contextmanager
def running_desk(folder: Path, script: str = "app/main.py", **environment: str) -> Iterator[str]:
    """Address of the desk, started as people start it; it must not have met a fault when it stops.

    Args:
        script: what Streamlit serves, when it is not the desk.
    """
    port = free_port()
    log = folder / "desk.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            command(port, script), cwd=ROOT, stdout=output, stderr=output, env=os.environ | environment
        )
        try:
            _await(f"http://127.0.0.1:{port}/_stcore/health", process, log)
            at_first = memory_of(psutil.Process(process.pid))
            yield f"http://127.0.0.1:{port}"
            if process.poll() is None:
                HELD_MEMORY.append(("desk", at_first, memory_of(psutil.Process(process.pid))))
        finally:
            process.terminate()
            process.wait(timeout=20)
    assert "Traceback" not in log.read_text(encoding="utf-8")


def command(port: int, script: str = "app/main.py") -> list[str]:
    """How people start the desk."""
    streamlit = str(Path(sys.executable).with_name("streamlit"))
    return [streamlit, "run", script, "--server.port", str(port), "--server.address", "127.0.0.1"]


def _await(address: str, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urlopen(address, timeout=2):  # noqa: S310  our own server
                return
        except (URLError, OSError):
            time.sleep(0.3)
    pytest.fail(f"the desk did not start:\n{log.read_text(encoding='utf-8')}")


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of the one desk that all modules read; one that writes, or needs another desk, declares its own."""
    yield from _on_demonstration(tmp_path_factory.mktemp("desk"))


@pytest.fixture(scope="module")
def own_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of a desk whose journal and policies are this module's alone."""
    yield from _on_demonstration(tmp_path_factory.mktemp("desk"))


def _on_demonstration(folder: Path) -> Iterator[str]:
    with running_desk(folder, STORE_URL=f"sqlite:///{folder / 'journal.sqlite'}") as address:
        yield address


@pytest.fixture(scope="module")
def client() -> int:
    """Somebody whose file a person has to look at."""
    served = Portfolio.open(settings().portfolio)
    found = served.next_in_grey_zone(served.champion.recommended)
    assert found is not None
    return found


def in_the_grey_zone(served: Portfolio, outcome: str, after: int | None = None) -> int:
    """The next client in the zone to review whom the score alone would accept, or refuse."""
    policy = served.champion.recommended
    client = served.next_in_grey_zone(policy, after=after)
    while client is not None and served.decide(client, policy).outcome != outcome:
        client = served.next_in_grey_zone(policy, after=client)
    assert client is not None, f"nobody there would be told to {outcome}"
    return client


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One browser for all tests; each visit is a new profile."""
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield chromium
        chromium.close()


Visit = Callable[..., Page]
Tabs = dict[tuple[str, str, str], Page]
"""By screen, language and theme."""


@pytest.fixture(scope="session")
def tabs(browser: Browser) -> Tabs:
    """Tabs that stand empty, for the next visit: half of a visit's time goes into Streamlit's scripts, compiled anew by
    each new tab."""
    return {}


@pytest.fixture
def visit(browser: Browser, server: str, tabs: Tabs) -> Iterator[Visit]:
    """Opens an address of the desk in an empty tab; at the end, the console must have stayed clean.

    The tab is emptied for the next one. A test that changes more than a page's contents closes its tab.
    """
    with opened(browser, tabs) as visited:
        yield partial(visited, server)


@contextmanager
def opened(browser: Browser, tabs: Tabs | None = None) -> Iterator[Visit]:
    """Opens an address of any server in a fresh browser; at the end, the console must have stayed clean.

    Args:
        tabs: empty ones to be used first, and to be given back to.
    """
    kept, used, complaints = {} if tabs is None else tabs, list[tuple[tuple[str, str, str], Page]](), []

    def listen(message: ConsoleMessage) -> None:
        if message.type == "error" and not PROBE.search(message.location["url"]):
            complaints.append(f"{message.text} {message.location['url']}")

    def complain(error: Error) -> None:
        complaints.append(str(error))

    def visited(server: str, address: str, screen: str = "desk", locale: str = "en-GB", theme: str = "light") -> Page:
        key = (screen, locale, theme)
        page = (
            kept.pop(key, None)
            or browser.new_context(viewport=SCREENS[screen], locale=locale, color_scheme=theme).new_page()
        )
        used.append((key, page))
        page.on("console", listen)
        page.on("pageerror", complain)
        page.set_default_timeout(PATIENCE)
        page.goto(server + address)
        settle(page)
        return page

    yield visited
    for key, page in used:
        page.remove_listener("console", listen)
        page.remove_listener("pageerror", complain)
        if tabs is None or key in tabs or page.is_closed():
            page.context.close()
        else:
            tabs[key] = emptied(page)
    assert complaints == []


def emptied(page: Page) -> Page:
    """The tab without what it held of its last page."""
    page.evaluate("localStorage.clear(); sessionStorage.clear()")
    page.context.clear_cookies()
    page.goto("about:blank")
    return page


def settle(page: Page) -> None:
    """Wait until the desk has drawn everything."""
    expect(page.locator("footer, .alert, .letter").first).to_be_visible(timeout=PATIENCE)
    expect(page.locator("[data-testid=stApp]")).to_have_attribute(
        "data-test-script-state", "notRunning", timeout=PATIENCE
    )
    # Streamlit fetches Plotly only when the first chart comes: a skeleton stands in its place meanwhile.
    expect(page.locator("[data-testid=stSkeleton]:visible")).to_have_count(0, timeout=PATIENCE)
    # Asked anew each time, not chart by chart: the next run may have taken one away.
    blank = page.locator("[data-testid=stPlotlyChart]:visible:not(:has(.main-svg))")
    expect(blank).to_have_count(0, timeout=PATIENCE)


def follow(page: Page, name: str) -> None:
    """Go to a page by the bar: the menu's link or the tab of that name."""
    spaced = " ".join(name.split())  # Playwright knows names by plain spaces
    named = re.compile(rf"^{re.escape(spaced)}( \(\d+\))?$")
    link = page.locator(".st-key-menu, .st-key-tabs").get_by_role("link", name=named).first
    path = urlsplit(urljoin(page.url, link.get_attribute("href") or "/")).path  # "" is the page that comes first
    link.click()
    page.wait_for_url(lambda url: urlsplit(url).path == path, timeout=PATIENCE)  # until then the page before it stands
    settle(page)


def search(page: Page, typed: object) -> None:
    """Find a client by number, with the keyboard alone."""
    page.locator("h1, .alert").first.wait_for()
    page.keyboard.press("Control+k")
    field = page.locator(".st-key-number_search input").filter(visible=True)
    expect(field).to_be_focused()
    field.fill(str(typed))
    field.press("Enter")


def on_screen(page: Page, label: str) -> Locator:
    """The one control of a label that is shown: React hides the one it replaces, and takes it away when it has time."""
    return page.get_by_label(label).filter(visible=True)


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


def check_whole(page: Page, language: str) -> None:
    """Nothing of the machinery shows, nothing runs over the edge, and the page says which language it speaks."""
    shown = read(page)
    assert "Traceback" not in shown and "streamlit.errors" not in shown
    assert (COLUMNS | RAW_COLUMNS) & set(re.findall(r"\w+", shown)) == set(), page.url
    assert EMPTY.findall(shown) == [], page.url
    assert sideways(page) <= 0, page.url
    assert page.evaluate("document.documentElement.lang") == language


def check_open_to_all(page: Page) -> None:
    """axe-core finds no barrier."""
    found = Axe().run(page)
    assert found.violations_count == 0, f"{page.url}\n{found.generate_report()}"
