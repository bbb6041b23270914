"""A file's life in a real browser, from arrival to the letter on the customer's review: two officers and two managers,
each signed in, and the customer by their link; on SQLite in English, on PostgreSQL in French."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from oidc_provider_mock import User, run_server_in_thread
from playwright.sync_api import Browser, Locator, Page, expect
from playwright.sync_api import TimeoutError as PlaywrightTimeout

from app.language.features import label
from app.language.verdicts import reason
from app.language.words import Words, words_in
from app.scoring.policy import Authority
from app.settings import settings
from app.store.cases.cases import Cases
from app.store.database import connect
from app.store.policies import PolicyHistory
from app.store.portfolio import Portfolio
from app.store.proof import prove_evidence
from app.store.proposals import Draft
from tests.system.attacks.test_sign_in import SECRETS
from tests.system.desk import PATIENCE, check_open_to_all, follow, on_screen, running_desk, settle, sideways

pytestmark = pytest.mark.system

ADA, BEN, MAX, MIA = (f"{name}@lender.example" for name in ("ada", "ben", "max", "mia"))
ROLES = f"{ADA}:officer, {BEN}:officer, {MAX}:manager, {MIA}:manager"
STORES = [
    pytest.param(("sqlite", "en"), id="sqlite-en"),
    pytest.param(("postgresql", "fr"), id="postgresql-fr", marks=pytest.mark.xdist_group("postgresql")),
]


@dataclass(frozen=True)
class Desk:
    """A desk that asks for a sign-in, its store, and the language its people read."""

    address: str
    cases: Cases
    words: Words


SignIn = Callable[[str], Page]


@pytest.fixture(scope="module")
def served() -> Portfolio:
    return Portfolio.open(settings().portfolio)


@pytest.fixture(params=STORES)
def desk(request: pytest.FixtureRequest, tmp_path: Path, served: Portfolio) -> Iterator[Desk]:
    kind, language = request.param
    on_postgresql = kind == "postgresql"
    store = request.getfixturevalue("postgresql_url") if on_postgresql else f"sqlite:///{tmp_path / 'store.sqlite'}"
    version = served.champion.version
    history, limited = PolicyHistory.open(connect(store)), Authority(officer_amount=50_000.0)
    policy = replace(served.champion.recommended, authority=limited)
    number = history.propose(Draft(policy, 1.0, 1.0, version), "Joe", "Limits.", version).number
    history.activate(number, "Moe", 0, version)
    users = [User(sub=each, claims={"email": each, "email_verified": True}) for each in (ADA, BEN, MAX, MIA)]
    with run_server_in_thread(user_claims=users) as provider:
        secrets = tmp_path / "secrets.toml"
        secrets.write_text(SECRETS.format(port=provider.server_port), encoding="utf-8")
        archive = tmp_path / "champions"
        environment = {"STREAMLIT_SECRETS_FILES": str(secrets), "ROLES": ROLES, "STORE_URL": store}
        with running_desk(tmp_path, **environment, CHAMPIONS_DIR=str(archive)) as address:
            yield Desk(address, Cases.open(connect(store), archive), words_in(language))


@pytest.fixture
def fresh(browser: Browser) -> Iterator[Callable[[], Page]]:
    """A browser of somebody's own."""
    contexts = []

    def opened() -> Page:
        contexts.append(browser.new_context(viewport={"width": 1440, "height": 900}, locale="en-GB"))
        page = contexts[-1].new_page()
        page.set_default_timeout(2 * PATIENCE)
        return page

    yield opened
    for context in contexts:
        context.close()


@pytest.fixture
def sign_in(fresh: Callable[[], Page], desk: Desk) -> SignIn:
    def signed_in(who: str) -> Page:
        page = fresh()
        page.goto(f"{desk.address}/?lang={desk.words.language}")
        page.get_by_role("button", name=desk.words.say("Sign in"), exact=True).click()
        page.locator("input[name=sub]").fill(who)
        page.get_by_role("button", name="Authorize", exact=True).click()
        page.wait_for_url(f"{desk.address}/**")
        settle(page)
        return page

    return signed_in


def go(page: Page, desk: Desk, script: str, client: int, language: str = "") -> None:
    page.goto(f"{desk.address}/{script}?lang={language or desk.words.language}&client={client}")
    settle(page)


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name).click()
    settle(page)


def choose(page: Page, choice: str) -> None:
    page.get_by_test_id("stRadio").get_by_text(choice, exact=True).click()
    settle(page)


def pick(page: Page, field: Locator, choice: str, never: str = "") -> None:
    """Choose of a list that a page still moving into place may close again: who meets that opens it once more."""
    offered = page.get_by_role("option", name=choice)
    field.click()
    with suppress(PlaywrightTimeout):
        offered.wait_for(timeout=3_000)
    if not offered.is_visible():
        field.press("ArrowDown")
    expect(offered).to_be_visible()
    if never:
        expect(page.get_by_role("option", name=never)).to_have_count(0)
    offered.click()


def why(page: Page, code: str, comment: str, words: Words) -> None:
    page.get_by_text(reason(code, words), exact=True).click()
    settle(page)
    page.get_by_label(COMMENT).fill(comment)
    page.get_by_label(COMMENT).blur()
    settle(page)


COMMENT = re.compile("^Comment")
"""In both languages."""


def begins(sentence: str) -> str:
    """What stands before the first mark in a sentence that was said with one."""
    return sentence.partition("§")[0].strip()


def switch_language(page: Page, language: str) -> None:
    page.locator(".st-key-lang").get_by_text(language, exact=True).click()
    settle(page)


@pytest.mark.timeout(1_200)  # five people's pages, on a machine that others use too
def test_a_file_lives_from_arrival_to_the_letter_on_the_review(
    sign_in: SignIn, fresh: Callable[[], Page], desk: Desk, served: Portfolio
) -> None:
    client = served.next_in_grey_zone(served.champion.recommended)
    ada, ben, max_, mia = (sign_in(each) for each in (ADA, BEN, MAX, MIA))
    arrive(ada, desk, client)
    refer(ada, ben, desk, client)
    decide_by_two(ben, max_, desk, client)
    everybody_reads(ada, desk, client)
    ask_for_a_review(ben, fresh(), desk, client)
    reverse(mia, ada, desk, client)
    case = desk.cases.case(client)
    assert [each.kind for each in case.events if each.kind not in ("viewed", "first_view")] == [
        "received", "claimed", "referred", "claimed", "decided", "countersigned", "letter_issued",
        "review_asked", "review_assigned", "reviewed", "countersigned", "letter_issued",
    ]  # fmt: skip
    assert case.state.in_force.ruling == "accept" and case.state.in_force.by.name == ADA
    assert prove_evidence(desk.cases.engine).rows["case_events"] >= len(case.events)


def arrive(ada: Page, desk: Desk, client: int) -> None:
    say = desk.words.say
    go(ada, desk, "decide", client)
    ada.get_by_text(say("Arrival and closing"), exact=True).click()
    press(ada, say("The application has arrived"))
    expect(ada.locator(".standing")).to_contain_text(begins(say("To do since {when}.", when="§")))


def refer(ada: Page, ben: Page, desk: Desk, client: int) -> None:
    """Two officers at one file: the second is told who has it and keeps what was typed; then it is referred to them."""
    words, say = desk.words, desk.words.say
    other = "en" if words.language == "fr" else "fr"
    go(ben, desk, "decide", client)
    choose(ben, say("Refuse"))
    why(ben, "debts", "Too much debt.", words)
    switch_language(ben, other)
    there = words_in(other)
    expect(ben.get_by_role("radio", name=there.say("Refuse"), exact=True)).to_be_checked()
    expect(ben.get_by_role("checkbox", name=reason("debts", there))).to_be_checked()
    follow(ben, there.say("Why?"))
    follow(ben, there.say("Decide"))
    switch_language(ben, words.language)
    ben.reload()
    settle(ben)
    expect(ben.get_by_role("radio", name=say("Refuse"), exact=True)).to_be_checked()
    expect(ben.get_by_label(COMMENT)).to_have_value("Too much debt.")
    go(ada, desk, "decide", client)
    expect(ada.get_by_label(COMMENT)).to_have_value("")
    press(ada, say("Take the file"))
    taken = begins(say("In progress: {who} has had this file since {when}.", who=ADA, when="§"))
    expect(ada.locator(".standing")).to_contain_text(taken)
    press(ben, say("Record the decision"))
    expect(ben.get_by_role("alert")).to_contain_text(
        begins(say("{who} has had this file since {when}.", who=ADA, when="§"))
    )
    expect(ben.get_by_label(COMMENT)).to_have_value("Too much debt.")
    assert desk.cases.state(client).in_force is None

    choose(ada, say("Refer"))
    pick(ada, on_screen(ada, say("To whom")), BEN)
    settle(ada)
    why(ada, "missing", "You know this employer.", words)
    press(ada, say("Record the decision"))
    told = begins(say("Referred by {who} to {to}, since {when}.", who=ADA, to=BEN, when="§"))
    expect(ada.locator(".standing")).to_contain_text(told)
    ben.goto(f"{desk.address}/queue?lang={words.language}&view=referred")
    settle(ben)
    expect(ben.get_by_text(say("{name} ({count})", name=say("To do"), count="1")).first).to_be_attached()
    expect(ben.get_by_role("button", name=say("Client {client}", client=client))).to_be_visible()
    check_open_to_all(ben)
    press(ben, say("Take the file"))
    expect(ben.get_by_role("heading", name=say("Client {client}", client=client))).to_be_visible()


def decide_by_two(ben: Page, max_: Page, desk: Desk, client: int) -> None:
    """Another loan, as tried on Simulate; beyond his authority; a manager signs, the letter is issued."""
    words, say = desk.words, desk.words.say
    go(ben, desk, "simulate", client)
    amount = ben.get_by_label(say("{label} (€)", label=label("credit", words)))
    amount.fill("200000")
    amount.press("Enter")
    expect(ben.get_by_role("heading", name=say("With the changes"))).to_be_visible()
    settle(ben)
    ben.reload()
    settle(ben)
    expect(amount).to_have_value(words.number(200_000))
    follow(ben, say("Decide"))
    choose(ben, say("Accept another loan"))
    expect(ben.get_by_label(say("Amount (€)"), exact=True)).to_have_value(words.number(200_000))
    limit = say("an officer accepts up to {limit} alone", limit=words.money(50_000))
    expect(ben.get_by_role("note").filter(has_text=limit)).to_be_visible()
    ben.get_by_text(reason("debts", words), exact=True).click()  # what was typed at first is still there
    settle(ben)
    why(ben, "burden", "They can pay this.", words)
    press(ben, say("Record the decision"))
    signed_too = say("Recorded. The decision counts once a manager has signed it too.")
    expect(ben.get_by_role("status").filter(has_text=signed_too)).to_be_visible()
    expect(ben.locator(".decided")).to_contain_text(say("Accept another loan"))
    go(max_, desk, "decide", client)
    press(max_, say("Sign the decision"))
    owed = say("Decided by {who}, since {when}: the letter is to be issued.", who=BEN, when="§").partition("§")[2]
    expect(max_.locator(".standing")).to_contain_text(owed)
    go(ben, desk, "decide", client)
    press(ben, say("Issue the letter"))
    issued = say("Decided by {who}, since {when}; the letter is issued.", who=BEN, when="§").partition("§")[2]
    expect(ben.locator(".standing")).to_contain_text(issued)


def everybody_reads(ada: Page, desk: Desk, client: int) -> None:
    """Every page says first what was decided; the letter holds its terms; the next file is a key away."""
    for script in ("", "why", "compare", "simulate", "decide"):
        go(ada, desk, script, client)
        expect(ada.locator(".decided")).to_contain_text(desk.words.say("Accept another loan"))
        expect(ada.locator(".decided")).to_contain_text(MAX)
        assert sideways(ada) <= 0
    case = desk.cases.case(client)
    assert case.contents[case.state.in_force.event]["terms"]["amount"] == 200_000.0
    assert "200" in str(case.contents[case.state.letter]["letter"]["fr"]["loan"])
    ada.keyboard.press("Alt+n")
    expect(ada.get_by_role("heading", level=1)).not_to_contain_text(str(client))


def ask_for_a_review(ben: Page, customer: Page, desk: Desk, client: int) -> None:
    """The customer opens their link, reads the letter and asks for a person; nobody is signed in there."""
    say = desk.words.say
    link = ben.get_by_role("link", name=say("Open the customer’s screen")).get_attribute("href")
    customer.goto(link or "")
    settle(customer)
    expect(customer.locator(".letter")).to_contain_text("200")
    customer.get_by_label(say("What should we look at again?")).fill("I asked for more: my rent ends in May.")
    reach = say("How can we reach you? A telephone number or an address.")
    customer.get_by_label(reach).fill("01 99 00 12 34")
    press(customer, say("Send"))
    expect(customer.locator(".recorded")).to_be_visible()
    number = desk.cases.state(client).review_asked
    expect(customer.get_by_role("status").filter(has_text=str(number))).to_be_visible()


def reverse(mia: Page, ada: Page, desk: Desk, client: int) -> None:
    """A manager gives the review to somebody who did not decide; that person reverses the decision."""
    words, say = desk.words, desk.words.say
    mia.goto(f"{desk.address}/queue?lang={words.language}&view=review")
    settle(mia)
    press(mia, say("Client {client}", client=client))
    go(mia, desk, "decide", client)
    expect(mia.get_by_text("my rent ends in May").first).to_be_visible()
    pick(mia, mia.get_by_test_id("stExpander").get_by_label(say("To whom")), ADA, never=BEN)
    settle(mia)
    press(mia, say("Give the review"))
    expect(mia.locator(".standing")).to_contain_text(ADA)
    assert desk.cases.state(client).holder.name == ADA
    ada.goto(f"{desk.address}/queue?lang={words.language}&view=review")
    settle(ada)
    press(ada, say("Client {client}", client=client))
    go(ada, desk, "decide", client)
    choose(ada, say("Accept"))
    why(ada, "correction", "Their rent ends in May.", words)
    press(ada, say("Record the decision on the review"))
    expect(ada.locator(".decided").last).to_contain_text(say("Decided by a person, does not count yet"))
    go(mia, desk, "decide", client)
    press(mia, say("Sign the decision"))
    go(ada, desk, "decide", client)
    press(ada, say("Issue the letter"))
    expect(ada.locator(".decided")).to_contain_text(MIA)
    link = ada.get_by_role("link", name=say("Open the customer’s screen")).get_attribute("href")
    ada.goto(link or "")
    settle(ada)
    letter = desk.cases.case(client)
    expect(ada.locator(".letter")).to_contain_text(
        letter.contents[letter.state.letter]["letter"][words.language]["answer"]
    )
