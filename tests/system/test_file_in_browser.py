"""A file's life in a real browser: two officers and two managers, each signed in, on one store; claim, referral, second
signature, another loan, letter."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from oidc_provider_mock import User, run_server_in_thread
from playwright.sync_api import Browser, Page, expect

from app.scoring.policy import Authority
from app.settings import settings
from app.store.cases.cases import Cases
from app.store.database import connect
from app.store.policies import PolicyHistory
from app.store.portfolio import Portfolio
from app.store.proposals import Draft
from tests.system.attacks.test_sign_in import SECRETS
from tests.system.desk import PATIENCE, check_open_to_all, follow, running_desk, settle, sideways

pytestmark = pytest.mark.system

ADA, BEN, MAX = "ada@lender.example", "ben@lender.example", "max@lender.example"
ROLES = f"{ADA}:officer, {BEN}:officer, {MAX}:manager"


@dataclass(frozen=True)
class Desk:
    """A desk that asks for a sign-in, and its store."""

    address: str
    cases: Cases


@pytest.fixture(scope="module")
def served() -> Portfolio:
    return Portfolio.open(settings().portfolio)


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory, served: Portfolio) -> Iterator[Desk]:
    folder: Path = tmp_path_factory.mktemp("file")
    store = f"sqlite:///{folder / 'store.sqlite'}"
    version = served.champion.version
    history, limited = PolicyHistory.open(connect(store)), Authority(officer_amount=50_000.0)
    policy = replace(served.champion.recommended, authority=limited)
    number = history.propose(Draft(policy, 1.0, 1.0, version), "Mia", "Limits.", version).number
    history.activate(number, "Moe", 0, version)
    users = [User(sub=each, claims={"email": each, "email_verified": True}) for each in (ADA, BEN, MAX)]
    with run_server_in_thread(user_claims=users) as provider:
        secrets = folder / "secrets.toml"
        secrets.write_text(SECRETS.format(port=provider.server_port), encoding="utf-8")
        environment = {"STREAMLIT_SECRETS_FILES": str(secrets), "ROLES": ROLES, "STORE_URL": store}
        with running_desk(folder, **environment) as address:
            yield Desk(address, Cases.open(connect(store), folder / "champions"))


@pytest.fixture
def sign_in(browser: Browser, desk: Desk) -> Iterator[object]:
    contexts = []

    def signed_in(who: str) -> Page:
        contexts.append(browser.new_context(viewport={"width": 1440, "height": 900}, locale="en-GB"))
        page = contexts[-1].new_page()
        page.set_default_timeout(2 * PATIENCE)
        page.goto(f"{desk.address}/?lang=en")
        page.get_by_role("button", name="Sign in", exact=True).click()
        page.locator("input[name=sub]").fill(who)
        page.get_by_role("button", name="Authorize", exact=True).click()
        page.wait_for_url(f"{desk.address}/**")
        settle(page)
        return page

    yield signed_in
    for context in contexts:
        context.close()


def go(page: Page, desk: Desk, script: str, client: int, language: str = "en") -> None:
    page.goto(f"{desk.address}/{script}?lang={language}&client={client}")
    settle(page)


def choose(page: Page, choice: str) -> None:
    page.get_by_test_id("stRadio").get_by_text(choice, exact=True).click()
    settle(page)


def why(page: Page, reason: str, comment: str) -> None:
    page.get_by_text(reason, exact=True).click()
    settle(page)
    page.get_by_label(re.compile("^Comment")).fill(comment)


def test_a_file_is_taken_referred_decided_by_two_and_answered(sign_in, desk: Desk, served: Portfolio) -> None:
    client = served.next_in_grey_zone(served.champion.recommended)
    ada, ben, max_ = sign_in(ADA), sign_in(BEN), sign_in(MAX)

    # Two officers at one file: the second is told who has it, and keeps what was typed.
    go(ben, desk, "decide", client)
    choose(ben, "Refuse")
    why(ben, "Other debts", "Too much debt.")
    ben.locator(".st-key-lang").get_by_text("fr", exact=True).click()
    settle(ben)
    expect(ben.get_by_role("radio", name="Refuser", exact=True)).to_be_checked()
    expect(ben.get_by_role("checkbox", name="Autres dettes")).to_be_checked()
    follow(ben, "Pourquoi\u202f?")
    settle(ben)
    follow(ben, "Décider")
    settle(ben)
    ben.locator(".st-key-lang").get_by_text("en", exact=True).click()
    settle(ben)
    expect(ben.get_by_role("radio", name="Refuse", exact=True)).to_be_checked()
    go(ada, desk, "decide", client)
    ada.get_by_role("button", name="Take the file").click()
    expect(ada.locator(".standing")).to_contain_text(f"In progress: {ADA} has had this file since")
    ben.get_by_role("button", name="Record the decision").click()
    expect(ben.get_by_role("alert")).to_contain_text(f"{ADA} has had this file since")
    expect(ben.get_by_label(re.compile("^Comment"))).to_have_value("Too much debt.")
    assert desk.cases.state(client).in_force is None

    # Referred by name: it waits for him, and his menu counts it.
    choose(ada, "Refer")
    ada.get_by_label("To whom").click()
    ada.get_by_role("option", name=BEN).click()
    settle(ada)
    why(ada, "Documents are missing", "You know this employer.")
    ada.get_by_role("button", name="Record the decision").click()
    expect(ada.locator(".standing")).to_contain_text(f"Referred by {ADA} to {BEN}")
    ben.goto(f"{desk.address}/queue?lang=en&view=referred")
    settle(ben)
    expect(ben.get_by_text("Queue (1)").first).to_be_attached()
    expect(ben.get_by_role("button", name=f"Client {client}")).to_be_visible()
    check_open_to_all(ben)
    ben.get_by_role("button", name="Take the file").click()
    expect(ben.get_by_role("heading", name=f"Client {client}")).to_be_visible()

    # Another loan, as tried on Simulate; beyond his authority.
    go(ben, desk, "simulate", client)
    ben.get_by_label("Loan amount (€)").fill("200000")
    ben.get_by_label("Loan amount (€)").press("Enter")
    settle(ben)
    follow(ben, "Decide")
    settle(ben)
    choose(ben, "Accept another loan")
    expect(ben.get_by_label("Amount (€)", exact=True)).to_have_value("200000.00")
    expect(ben.get_by_role("note").filter(has_text="an officer accepts up to €50,000 alone")).to_be_visible()
    why(ben, "Payments against income", "They can pay this.")
    ben.get_by_role("button", name="Record the decision").click()
    expect(ben.get_by_role("status").filter(has_text="once a manager has signed it too")).to_be_visible()
    expect(ben.locator(".decided")).to_contain_text("Accept another loan")

    # A manager signs, the letter is issued, every page says so first.
    go(max_, desk, "decide", client)
    max_.get_by_role("button", name="Sign the decision").click()
    expect(max_.locator(".standing")).to_contain_text("the letter is to be issued")
    go(ben, desk, "decide", client)
    ben.get_by_role("button", name="Issue the letter").click()
    expect(ben.locator(".standing")).to_contain_text("the letter is issued")
    for script in ("", "why", "compare", "simulate", "decide"):
        go(ada, desk, script, client, "fr")
        expect(ada.locator(".decided")).to_contain_text("Accorder un autre prêt")
        expect(ada.locator(".decided")).to_contain_text(MAX)
        assert sideways(ada) <= 0
    case = desk.cases.case(client)
    assert [each.kind for each in case.events if each.kind not in ("viewed", "first_view")] == [
        "claimed", "referred", "claimed", "decided", "countersigned", "letter_issued",
    ]  # fmt: skip
    assert case.contents[case.state.in_force.event]["terms"]["amount"] == 200_000.0
    assert "200" in case.contents[case.state.letter]["letter"]["fr"]["answer"]

    # The next file is a key away.
    go(ben, desk, "decide", client)
    ben.keyboard.press("Alt+n")
    expect(ben.get_by_role("heading", level=1)).not_to_contain_text(str(client))
