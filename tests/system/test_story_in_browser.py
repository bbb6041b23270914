"""The whole story in a real browser: two officers' decisions, two managers' policy, one customer's letter."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from app.settings import settings
from app.store.portfolio import Portfolio
from tests.system.desk import Visit, in_the_grey_zone, settle

pytestmark = pytest.mark.system


@pytest.fixture(scope="module")
def server(own_server: str) -> str:
    return own_server


@pytest.fixture(scope="module")
def served() -> Portfolio:
    return Portfolio.open(settings().portfolio)


def record(page: Page, choice: str, reason: str, comment: str = "") -> None:
    page.get_by_test_id("stRadio").get_by_text(choice, exact=True).click()
    page.get_by_text(reason, exact=True).click()
    settle(page)
    if comment:
        page.get_by_label(re.compile("Comment, needed")).fill(comment)
    page.get_by_role("button", name="Record the decision").click()


def test_from_an_officers_decision_to_the_customers_letter(visit: Visit, served: Portfolio) -> None:
    refused, accepted = in_the_grey_zone(served, "refuse"), in_the_grey_zone(served, "accept")

    officer = visit(f"/decide?lang=en&client={refused}")
    record(officer, "Refuse", "Payments against income")
    expect(officer.get_by_role("status").filter(has_text="Recorded: entry 1")).to_be_visible()

    officer = visit(f"/decide?lang=en&client={accepted}")
    record(officer, "Refuse", "Suspicion of fraud")
    expect(officer.get_by_role("alert")).to_be_visible()  # against the model: a comment is needed
    officer.get_by_label(re.compile("Comment, needed")).fill("The employer does not know this person.")
    officer.get_by_role("button", name="Record the decision").click()
    expect(officer.get_by_role("status").filter(has_text="Recorded: entry 2")).to_be_visible()
    expect(officer.get_by_text("Refuse, against the model")).to_be_visible()

    manager = visit("/fairness?lang=en")
    before = manager.locator("[data-testid=stMain]").inner_text()
    manager.get_by_label("Threshold, in %").fill("30")
    manager.get_by_label("Threshold, in %").press("Enter")
    expect(manager.locator("[data-testid=stMain]")).not_to_have_text(before)
    settle(manager)
    manager.goto(manager.url.replace("/fairness", "/policy"))
    settle(manager)
    manager.get_by_label("Threshold, in %").fill("30")
    manager.get_by_label("Threshold, in %").press("Enter")
    settle(manager)
    manager.get_by_label("Reason, needed").fill("A campaign, agreed with the board.")
    manager.get_by_role("button", name="Propose", exact=True).click()
    expect(manager.get_by_role("status").filter(has_text="Proposal 1 is recorded")).to_be_visible()
    second = visit("/policy?lang=en")
    second.get_by_text("Demo manager B", exact=True).click()
    expect(second.get_by_role("button", name="Activate proposal 1")).to_be_enabled()
    second.get_by_role("button", name="Activate proposal 1").click()
    expect(second.locator("p.lead")).to_contain_text("activated by Demo manager B")

    officer = visit(f"/?lang=en&client={refused}")
    expect(officer.locator(".decided .verdict")).to_have_text("Refuse")  # what a person decided stays, and stands first
    expect(officer.locator(".answer.second .verdict")).to_have_text("Accept")

    officer = visit(f"/decide?lang=en&client={refused}")
    officer.get_by_role("button", name="Issue the letter").click()
    expect(officer.locator(".standing")).to_contain_text("the letter is issued")
    link = officer.get_by_role("link", name="Open the customer’s screen").get_attribute("href")
    assert link is not None
    address = link[link.index("/?") :]
    customer = visit(address)
    expect(customer.get_by_role("heading", level=1)).to_contain_text("your loan request")
    expect(customer.locator(".letter")).to_contain_text("No")
    assert str(accepted) not in customer.locator("[data-testid=stApp]").inner_text()
    expect(customer.get_by_role("button", name="Print", exact=True)).to_be_visible()
    altered = visit(address.replace("letter=", "letter=A"))
    expect(altered.get_by_role("alert")).to_be_visible()
