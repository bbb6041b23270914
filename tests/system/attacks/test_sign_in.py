"""Signing in with a real identity provider, in a real browser: who gets in, to what, and for how long."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from oidc_provider_mock import User, run_server_in_thread
from playwright.sync_api import Browser, Page, expect

from app.scoring.policy import Policy
from app.settings import settings
from app.store.access import AccessLog
from app.store.database import connect
from app.store.policies import PolicyHistory
from app.store.portfolio import Portfolio
from app.store.proposals import Draft
from app.ui.shell.navigation import PAGES, sections
from tests.system.desk import PATIENCE, check_open_to_all, running_desk

pytestmark = pytest.mark.system
LONG = 2 * PATIENCE  # a cold server beside an identity provider
expect.set_options(timeout=LONG)

ADA, BOB, EVE = "ada@lender.example", "bob@lender.example", "eve@elsewhere.example"
MALLORY = "mallory"
"""Says to be Bob, and the provider did not verify it."""
ROLES = f"{ADA}:officer, {BOB}:manager"
SHORT = timedelta(seconds=45)
SECRETS = """
[auth]
redirect_uri = "http://127.0.0.1:{{port}}/oauth2callback"
cookie_secret = "3b9c0e71d5a84f26b7e1904cda6f8253"
client_id = "desk"
client_secret = "desk"
server_metadata_url = "http://localhost:{port}/.well-known/openid-configuration"
"""


@dataclass(frozen=True)
class Desk:
    """A desk that asks for a sign-in."""

    address: str
    store: str

    @property
    def log(self) -> AccessLog:
        return AccessLog.open(connect(self.store))

    @property
    def policies(self) -> PolicyHistory:
        return PolicyHistory.open(connect(self.store))


@contextmanager
def desk_with_sign_in(folder: Path, lasting: timedelta) -> Iterator[Desk]:
    """The desk beside an identity provider whose tokens last so long."""
    users = [User(sub=address, claims={"email": address, "email_verified": True}) for address in (ADA, BOB, EVE)]
    users.append(User(sub=MALLORY, claims={"email": BOB, "email_verified": False}))
    with run_server_in_thread(user_claims=users, access_token_max_age=lasting) as provider:
        secrets = folder / "secrets.toml"
        secrets.write_text(SECRETS.format(port=provider.server_port), encoding="utf-8")
        store = f"sqlite:///{folder / 'journal.sqlite'}"
        environment = {"STREAMLIT_SECRETS_FILES": str(secrets), "ROLES": ROLES, "STORE_URL": store}
        with running_desk(folder, **environment) as address:
            yield Desk(address, store)


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    with desk_with_sign_in(tmp_path_factory.mktemp("sign-in"), timedelta(hours=1)) as desk:
        yield desk


@pytest.fixture(scope="module")
def client() -> int:
    return Portfolio.open(settings().portfolio).random_client()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(locale="en-GB")
    context.set_default_timeout(LONG)
    yield context.new_page()
    context.close()


def sign_in(page: Page, desk: Desk, address: str) -> None:
    page.goto(f"{desk.address}/?lang=en")
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.locator("input[name=sub]").fill(address)
    page.get_by_role("button", name="Authorize", exact=True).click()
    page.wait_for_url(f"{desk.address}/**")


def menu(page: Page) -> set[str]:
    expect(page.locator("footer")).to_be_visible()
    page.locator(".st-key-menu a").first.wait_for()
    return {text.strip() for text in page.locator(".st-key-menu a").all_inner_texts()}


def test_a_direct_link_on_a_cold_server_opens_nothing_but_the_sign_in(page: Page, desk: Desk, client: int) -> None:
    for script in ("why", "policy", "", "no_such_page"):
        page.goto(f"{desk.address}/{script}?client={client}&lang=en")
        expect(page.get_by_role("heading", name="Sign in to open the desk")).to_be_visible()
        shown = page.locator("[data-testid=stApp]").inner_text()
        assert str(client) not in shown and "waiting for you" not in shown and "not found" not in shown
        assert page.get_by_role("dialog").all_inner_texts() == []
    check_open_to_all(page)
    assert desk.log.of(client) == []


@pytest.mark.parametrize(("address", "role"), [(ADA, "officer"), (BOB, "manager")])
def test_each_role_has_its_own_pages_and_no_other(page: Page, desk: Desk, address: str, role: str, client: int) -> None:
    page.set_viewport_size({"width": 1900, "height": 900})
    sign_in(page, desk, address)
    assert menu(page) == {name for name, _ in sections(role)}
    for each in PAGES:
        page.goto(f"{desk.address}/{each.script}?client={client}&lang=en")
        expect(page.locator("footer")).to_be_visible()
        refused = page.get_by_role("alert").filter(has_text=f"The page “{each.title}” is not open to you.")
        expect(refused).to_have_count(0 if role in each.roles else 1)
        assert page.get_by_role("dialog").all_inner_texts() == []


def test_every_file_that_was_opened_is_logged_under_the_name_of_who_did(page: Page, desk: Desk, client: int) -> None:
    sign_in(page, desk, ADA)
    before = len(desk.log.of(client))
    for script in ("client", "why"):
        page.goto(f"{desk.address}/{script}?client={client}&lang=en")
        expect(page.locator("footer")).to_be_visible()
        expect(page.get_by_text(str(client)).first).to_be_visible()
    seen = list(desk.log.of(client))[before:]
    assert [(each.who, each.role, each.what) for each in seen] == [
        (ADA, "officer", "page client"),
        (ADA, "officer", "page why"),
    ]


def test_who_asked_for_a_page_before_signing_in_lands_on_it(page: Page, desk: Desk, client: int) -> None:
    page.goto(f"{desk.address}/why?client={client}&lang=fr")
    page.get_by_role("button", name="Se connecter", exact=True).click()
    page.locator("input[name=sub]").fill(ADA)
    page.get_by_role("button", name="Authorize", exact=True).click()
    page.wait_for_url(f"{desk.address}/why?client={client}&lang=fr")
    expect(page.get_by_role("heading", name=str(client)).first).to_be_visible()


def test_who_has_no_role_sees_a_sentence_and_the_way_out(page: Page, desk: Desk, client: int) -> None:
    sign_in(page, desk, EVE)
    for script in ("", "client", "policy", "data_protection"):
        page.goto(f"{desk.address}/{script}?client={client}&lang=en")
        expect(page.get_by_role("alert")).to_contain_text(f"{EVE} is signed in, but has no role here.")
        assert str(client) not in page.locator("[data-testid=stApp]").inner_text()
    page.get_by_role("button", name="Sign out").click()
    confirm_sign_out(page)
    page.goto(f"{desk.address}/?lang=en")
    expect(page.get_by_role("heading", name="Sign in to open the desk")).to_be_visible()


def test_who_says_to_be_somebody_else_is_not(page: Page, desk: Desk) -> None:
    sign_in(page, desk, MALLORY)
    refusal = page.get_by_role("alert")
    expect(refusal).to_contain_text("|mallory is signed in, but has no role here.")
    assert BOB not in page.locator("[data-testid=stApp]").inner_text()


def test_signing_out_closes_the_desk(page: Page, desk: Desk, client: int) -> None:
    sign_in(page, desk, ADA)
    menu(page)
    page.get_by_role("button", name="Sign out").click()
    confirm_sign_out(page)
    page.goto(f"{desk.address}/client?client={client}&lang=en")
    expect(page.get_by_role("heading", name="Sign in to open the desk")).to_be_visible()


def confirm_sign_out(page: Page) -> None:
    """The provider asks whether it should forget its user, too."""
    page.wait_for_url("http://localhost:*/**")


def test_an_expired_sign_in_is_no_sign_in(page: Page, tmp_path_factory: pytest.TempPathFactory, client: int) -> None:
    with desk_with_sign_in(tmp_path_factory.mktemp("short"), SHORT) as desk:
        sign_in(page, desk, ADA)
        menu(page)
        page.wait_for_timeout(SHORT.total_seconds() * 1000)
        page.get_by_role("button", name="Random client").click()  # in the session that was open
        expect(page.get_by_text("Your sign-in has expired.")).to_be_visible()
        page.goto(f"{desk.address}/client?client={client}&lang=en")
        expect(page.get_by_text("Your sign-in has expired.")).to_be_visible()
        assert desk.log.of(client) == []


def test_nothing_is_activated_or_proposed_after_the_sign_in_ended(page: Page, tmp_path: Path) -> None:
    served = Portfolio.open(settings().portfolio).champion.version
    with desk_with_sign_in(tmp_path, SHORT) as desk:
        desk.policies.propose(Draft(Policy(0.12), 1.0, 1.0, served), ADA, "Because.", served)
        other = page.context.new_page()
        sign_in(page, desk, BOB)
        for tab in (page, other):
            tab.goto(f"{desk.address}/policy?lang=en")
            expect(tab.get_by_role("button", name="Activate proposal 1")).to_be_visible()
        other.get_by_label("Reason, needed").fill("Losses rise.")
        page.wait_for_timeout(SHORT.total_seconds() * 1000)
        page.get_by_role("button", name="Activate proposal 1").click()
        expect(page.get_by_text("Your sign-in has expired.")).to_be_visible()
        other.get_by_role("button", name="Propose", exact=True).click()
        expect(other.get_by_text("What you typed is kept for you")).to_be_visible()
        assert desk.policies.in_force(served) is None and len(desk.policies.history()) == 1
        sign_in(other, desk, BOB)
        other.goto(f"{desk.address}/policy?lang=en")
        expect(other.get_by_label("Reason, needed")).to_have_value("Losses rise.")
        expect(other.locator("p.lead")).to_contain_text("as the model recommends")
