"""``python -m tests.pictures``: the pictures of the README and of ``docs``, taken of the demonstration as it is served.

The same clients and the same screen each time: what changes in a picture has changed on the page.
"""

from __future__ import annotations

import tempfile
from datetime import timedelta
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from app.settings import settings
from app.store.portfolio import Portfolio
from app.ui.customer.signed_link import Links
from tests.decided_file import decide_and_write
from tests.system.desk import CHROMIUM, QUIET, in_the_grey_zone, opened, running_desk

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
KEY = "of the pictures alone, for a desk of this machine"
AFTER = 102_000
"""The clients shown come next after it."""


def main() -> None:
    """Take them all, and say which."""
    served = Portfolio.open(settings().portfolio)
    client = served.next_in_grey_zone(served.champion.recommended, after=AFTER)
    refused = in_the_grey_zone(served, "refuse", AFTER)
    with tempfile.TemporaryDirectory() as scratch, sync_playwright() as playwright:
        folder = Path(scratch)
        store = f"sqlite:///{folder / 'journal.sqlite'}"
        decide_and_write(store, folder / "champions", served, refused)
        letter = Links(KEY, timedelta(days=7)).token(refused)
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        with running_desk(folder, STORE_URL=store, LINK_SECRET=KEY) as desk:
            for name, address, whole in (
                ("client_fr", f"/client?client={client}&lang=fr", False),
                ("why_fr", f"/why?client={client}&lang=fr", False),
                ("threshold_fr", "/threshold?lang=fr", False),
                ("letter_fr", f"/?letter={letter}&lang=fr", True),
            ):
                _take(browser, desk, address, DOCS / f"{name}.png", whole)
        browser.close()


def _take(browser: Browser, desk: str, address: str, file: Path, whole: bool) -> None:
    with opened(browser) as visit:
        page = visit(desk, address)
        if whole:
            height = page.locator(".letter").evaluate("letter => letter.getBoundingClientRect().bottom")
            page.set_viewport_size({"width": 1440, "height": round(height) + 60})
        page.screenshot(path=file)
    print(f"{file.relative_to(ROOT)}: {file.stat().st_size // 1_000} kB")


if __name__ == "__main__":
    main()
