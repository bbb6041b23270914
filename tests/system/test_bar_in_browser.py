"""The one bar: where the title starts, one edge, the keys to the search, a role that changes, what a reload keeps."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from app.settings import settings
from app.store.portfolio import Portfolio
from app.ui.kit.palette import contrast
from app.ui.shell.navigation import FILE
from tests.system.desk import Visit, follow, search, settle

pytestmark = pytest.mark.system

HIGHEST = {"desk": 150, "telephone": 220}
ADDRESSES = ("/", "/queue", "/find", "/new_applicant", "/threshold", "/policy", "/journal", "/drift")


def left(page: Page, selector: str) -> float:
    box = page.locator(selector).first.bounding_box()
    assert box is not None
    return box["x"]


@pytest.mark.parametrize("screen", HIGHEST)
def test_the_title_starts_high_up_and_everything_on_one_edge(visit: Visit, client: int, screen: str) -> None:
    page = visit("/?lang=fr", screen)
    server = page.url.split("/?")[0]
    for address in (*(f"/{script}?client={client}" for script in FILE), *ADDRESSES):
        page.goto(f"{server}{address}{'&' if '?' in address else '?'}lang=fr")
        settle(page)
        title = page.locator("h1").first.bounding_box()
        assert title is not None and title["y"] < HIGHEST[screen], f"{address}: {title}"
        assert left(page, "h1") == left(page, ".brand"), address
        if page.locator(".st-key-tabs a").count():
            assert abs(left(page, ".st-key-tabs a p") - left(page, ".brand")) <= 1, address


def test_a_file_is_one_under_a_header_that_stays(visit: Visit, client: int) -> None:
    page = visit(f"/?lang=en&client={client}")
    told = page.locator(".file-header").text_content()
    assert told is not None and str(client) in told and "Advice: to review" in told and "points" in told and "€" in told
    for name in ("Why?", "Compare", "Simulate", "Decide", "File"):
        follow(page, name)
        expect(page.locator(".file-header")).to_have_text(told)
        expect(page).to_have_url(re.compile(rf"client={client}"))


@pytest.mark.parametrize("key", ["/", "Control+k"])
def test_a_key_goes_to_the_search_from_every_page(visit: Visit, client: int, key: str) -> None:
    page = visit("/queue?lang=en")
    page.locator("h1").click()
    page.keyboard.press(key)
    expect(page.locator(".st-key-number_search input").filter(visible=True)).to_be_focused()
    page.keyboard.type(f"{client // 1000} {client % 1000:03d}")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text(f"Client {client}")
    search(page, "12")
    expect(page.get_by_role("alert")).to_contain_text("Client 12 is not in this portfolio.")


@pytest.mark.parametrize("address", ["/why", "/"])  # the home's own address bears a file too
def test_a_file_opens_from_the_home_after_another(visit: Visit, client: int, address: str) -> None:
    page = visit(f"{address}?lang=en&client={client}")
    served = Portfolio.open(settings().portfolio)
    other = served.next_in_grey_zone(served.champion.recommended, after=client)
    follow(page, "Home")
    search(page, other)
    expect(page.locator("h1")).to_have_text(f"Client {other}")
    expect(page).to_have_url(re.compile(rf"client={other}\b"))
    page.reload()
    expect(page.locator("h1")).to_have_text(f"Client {other}")


def tap(link: Locator) -> None:
    """A finger's short tap."""
    box = link.bounding_box()
    assert box is not None
    finger = link.page.context.new_cdp_session(link.page)
    finger.send("Emulation.setTouchEmulationEnabled", {"enabled": True})
    point = {"x": box["x"] + box["width"] / 2, "y": box["y"] + box["height"] / 2}
    finger.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [point]})
    link.page.wait_for_timeout(80)
    finger.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})


@pytest.mark.parametrize(("screen", "press"), [("telephone", tap), ("desk", Locator.click)])
def test_a_link_is_followed_straight_from_a_field_and_what_was_typed_stays(
    visit: Visit, client: int, screen: str, press: Callable[[Locator], None]
) -> None:
    page = visit(f"/simulate?lang=en&client={client}", screen)
    amount = page.locator("[class*='st-key-as_typed'] input").first
    amount.fill("123,000")
    page.locator("[data-testid=stMain]").evaluate("part => part.scrollTo(0, 0)")
    press(page.locator(".st-key-tabs").get_by_role("link", name="Why?"))
    expect(page).to_have_url(re.compile("/why"))
    settle(page)
    follow(page, "Simulate")
    expect(amount).to_have_value("123,000")
    page.close()  # its fingers stay


def test_where_the_focus_is_can_be_seen(visit: Visit) -> None:
    page = visit("/?lang=en")
    for selector in (".st-key-menu a", ".st-key-lang button", "[data-testid=stMain] button"):
        page.locator(selector).last.focus()
        page.keyboard.press("Shift+Tab")
        page.keyboard.press("Tab")
        style = page.evaluate(
            "(({outlineColor, outlineWidth}) => [outlineColor, outlineWidth])(getComputedStyle(document.activeElement))"
        )
        red, green, blue = (int(each) for each in re.findall(r"\d+", style[0])[:3])
        assert contrast(f"#{red:02x}{green:02x}{blue:02x}", "#FFFFFF") >= 3 and style[1] == "3px", selector


def test_another_role_leads_to_its_home_and_is_kept_over_a_reload(visit: Visit) -> None:
    page = visit("/new_applicant?lang=fr")
    page.get_by_role("combobox", name="Rôle").click()
    page.get_by_role("option", name="Responsable").click()
    expect(page.locator("h1")).to_contain_text("Où en est le portefeuille")
    settle(page)
    expect(page.get_by_role("alert")).to_have_count(0)
    follow(page, "Contrôle")
    page.reload()
    settle(page)
    expect(page.get_by_role("combobox", name="Rôle")).to_have_value("Responsable")
    expect(page.locator("h1")).to_contain_text("suivent-ils le modèle")
    expect(page.locator("html")).to_have_attribute("lang", "fr")
