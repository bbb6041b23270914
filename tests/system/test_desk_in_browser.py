"""The client file as people meet it: both languages, a desk's screen and a telephone's."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from app.settings import settings
from app.store.portfolio import Portfolio
from tests.system.desk import PATIENCE, SCREENS, Visit, follow, search, settle

pytestmark = pytest.mark.system


@pytest.fixture(scope="module")
def served() -> Portfolio:
    return Portfolio.open(settings().portfolio)


def test_every_label_of_the_charts_stays_within_a_telephone(visit: Visit, served: Portfolio) -> None:
    for _ in range(3):
        page = visit(f"/why?lang=fr&client={served.random_client()}", "telephone")
        expect(page.locator(".js-plotly-plot .waterfalllayer .point")).not_to_have_count(0, timeout=PATIENCE)
        edges = "texts => texts.map(text => text.getBoundingClientRect()).flatMap(box => [box.left, box.right])"
        reached = page.locator(".js-plotly-plot text").evaluate_all(edges)
        assert min(reached) >= 0 and max(reached) <= SCREENS["telephone"]["width"]


@pytest.mark.parametrize(
    ("locale", "question"),
    [("fr-FR", "Qu’est-ce qui vous attend"), ("en-US", "What is waiting"), ("de-DE", "What is waiting")],
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
    expect(page.locator("h2").first).to_have_text("Les raisons principales")


def test_a_number_is_typed_and_entered(visit: Visit, served: Portfolio) -> None:
    client = served.random_client()
    page = visit("/?lang=en")
    search(page, client)
    expect(page.locator("h1")).to_have_text(f"Client {client}")
    expect(page).to_have_url(re.compile(rf"client={client}"))


def test_an_unknown_number_is_told_and_another_can_be_tried(visit: Visit, served: Portfolio) -> None:
    page, client = visit("/?lang=fr&client=12"), served.random_client()
    expect(page.get_by_role("alert")).to_contain_text("Le client 12 ne figure pas dans ce portefeuille.")
    search(page, client)
    expect(page.locator("h1")).to_have_text(re.compile(r"Client \d+"))
    expect(page.get_by_role("alert")).to_have_count(0)


def test_next_to_review_follows_the_queue_and_can_be_linked_to(visit: Visit) -> None:
    page = visit("/?lang=en")
    met: list[str] = []
    for _ in range(2):
        follow(page, "Home")
        page.get_by_role("button", name="Next to review").click()
        title = page.locator("h1", has_text="Client ")
        expect(title).not_to_have_text(f"Client {met[-1]}" if met else "")
        expect(title).to_have_text(re.compile(r"^Client \d+$"))
        met.append(title.inner_text().removeprefix("Client "))
        expect(page.locator(".verdict")).to_have_text("To review")
        expect(page).to_have_url(re.compile(rf"client={met[-1]}"))
    assert met[0] != met[1]


def test_charts_tell_themselves_to_those_who_do_not_see_them(visit: Visit, served: Portfolio) -> None:
    client = served.next_in_grey_zone(served.champion.recommended)
    page = visit(f"/?lang=en&client={client}")
    points = round(served.decide(client, served.champion.recommended).points)
    tree = page.locator("[data-testid=stMain]").aria_snapshot()
    assert f"Points scale. {points} points" in tree
    tree = visit(f"/why?lang=en&client={client}").locator("[data-testid=stMain]").aria_snapshot()
    assert "Effects in points" in tree and "moves a file on average" in tree
