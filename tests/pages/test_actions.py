"""Everything that writes or hands out, by who may no longer: nothing is done, it is said, what was typed stays."""

from __future__ import annotations

import gzip
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from app.scoring.case.actors import Actor
from app.scoring.case.state import CaseState
from app.scoring.policy import Authority, Policy
from app.settings import settings
from app.store.cases.cases import Cases, Judgement
from app.store.cases.rows import files
from app.store.database import connect
from app.store.drift_runs import FOLDER, HTML, runs
from app.store.incidents import Incidents, Report
from app.store.journal import Journal
from app.store.policies import PolicyHistory
from app.store.portfolio import Portfolio
from app.store.proposals import Draft
from app.store.suspensions import Suspensions
from app.ui.customer import signed_link
from app.ui.loaders import cases
from app.ui.manager import threshold_details
from app.ui.shell import navigation, sign_in
from app.ui.shell.navigation import Role
from app.ui.shell.sign_in import Person
from tests.pages.conftest import MAIN
from tests.pages.managing import number
from tests.pages.number_fields import number_field
from tests.ui.shell.test_acting import acts

ISSUER = "https://provider.example"
ADDRESS = "kim@lender.example"
COLLEAGUE = "lee@lender.example"


def _withdrawals() -> int:
    with cases().engine.connect() as connection:
        return sum(event.kind == "links_revoked" for _, events in files(connection) for event in events)


BY_CUSTOMERS = {("app/ui/customer/review.py", "ask_review")}
"""What a customer's link does: tests/pages/test_customer_page.py takes it away between page and click."""


@dataclass(frozen=True)
class Action:
    """One thing people do.

    Attributes:
        acts: file and name of each place of the source that does it.
        page, role: where it is done, and as whom.
        prepare: brings the page before the click.
        do: clicks.
        done: whether it was done, by the store or by what the page now shows.
        typed: what the page's fields hold.
        filled: what they hold once they are filled.
    """

    acts: tuple[tuple[str, str], ...]
    page: str
    role: Role
    prepare: Callable[[AppTest], object]
    do: Callable[[AppTest], AppTest]
    done: Callable[[AppTest], object]
    typed: Callable[[AppTest], object] = lambda app: None
    filled: object = None


def _click(start: str) -> Callable[[AppTest], AppTest]:
    return lambda app: next(each for each in app.button if str(each.key).startswith(start)).click().run()


def _fill_decision(app: AppTest) -> None:
    app.radio[0].set_value("refuse")
    for code in ("income", "debts"):
        next(each for each in app.checkbox if f"reason_{code}_" in str(each.key)).check()
    app.text_area[0].set_value("Payslips are missing.")


def _filled(app: AppTest) -> object:
    checked = [str(each.key).split("_")[1] for each in app.checkbox if each.value]
    return app.radio[0].value, checked, app.text_area[0].value


def _fill_referral(app: AppTest) -> None:
    _fill_decision(app)
    app.radio[0].set_value("refer").run()


def _client(app: AppTest) -> int:
    opened = Portfolio.open(settings().portfolio)
    return opened.next_in_grey_zone(opened.champion.recommended) or 0


def _state(app: AppTest) -> CaseState:
    return _cases().state(_client(app))


def _cases() -> Cases:
    return Cases.open(connect(settings().store), settings().champion_archive)


def _take(app: AppTest) -> None:
    _cases().claim(_client(app), Actor(ADDRESS, "officer", f"{ISSUER}|42"))
    app.run()


def _have_decided(app: AppTest, second: bool = False) -> None:
    """A colleague decides, by their authority or beyond it."""
    opened = Portfolio.open(settings().portfolio)
    limited = Authority(officer_amount=1.0 if second else None)
    policy = replace(opened.champion.recommended, authority=limited)
    dossier = _cases().dossier(opened, _client(app), policy, opened.decide(_client(app), policy))
    _cases().decide(Actor(COLLEAGUE, "officer", f"{ISSUER}|7"), Judgement("accept", ("income",), "Seen."), dossier)
    app.run()


def _have_decided_beyond(app: AppTest) -> None:
    _have_decided(app, second=True)
    app.text_area[0].set_value("The payslip is old.")


def _have_a_review(app: AppTest) -> None:
    _have_decided(app)
    _cases().issue_letter(_client(app), Actor(COLLEAGUE, "officer", f"{ISSUER}|7"), {"title": "Letter"})
    _cases().ask_review(_client(app), "Look again.", "0199001234")
    app.run()


def _choose_reviewer(app: AppTest) -> None:
    opened, mine = Portfolio.open(settings().portfolio), _client(app)
    another = next(client for client in iter(opened.random_client, None) if client != mine)
    _cases().claim(another, Actor("Bea", "officer"))
    _have_a_review(app)
    next(each for each in app.selectbox if str(each.key).startswith("reviewer_")).select_index(0)


def _closing(app: AppTest) -> Any:
    return next(each for each in app.text_area if str(each.key).startswith("comment_closing_"))


def _have_my_review(app: AppTest) -> None:
    _have_a_review(app)
    _cases().claim_review(_client(app), Actor(ADDRESS, "officer", f"{ISSUER}|42"))
    app.run()
    _fill_decision(app)


def _decide_myself(app: AppTest) -> None:
    opened = Portfolio.open(settings().portfolio)
    policy = opened.champion.recommended
    dossier = _cases().dossier(opened, _client(app), policy, opened.decide(_client(app), policy))
    _cases().decide(Actor(ADDRESS, "officer", f"{ISSUER}|42"), Judgement("accept", ("income",), "Seen."), dossier)
    app.run()
    _fill_decision(app)


def _ask_first(app: AppTest) -> None:
    app.radio[0].set_value("accept")


def _fill_proposal(app: AppTest) -> None:
    number_field(app, "proposed_threshold").set_value(12.5)
    app.text_area(key="proposed_reason").set_value("Losses rise.")


def _have_proposed(app: AppTest) -> None:
    version = _version()
    _policies().propose(Draft(Policy(0.2), 1.0, 1.0, version), ADDRESS, "Because.", version, person=f"{ISSUER}|42")
    app.run()
    app.text_area(key="ending_2").set_value("A slip.")


def _fill_report(app: AppTest) -> None:
    for name, text in (("what", "It jumped."), ("whom", "Four files."), ("done", "We looked.")):
        app.text_area(key=f"incident_{name}").set_value(text)


def _choose_swap(app: AppTest) -> None:
    app.selectbox(key="closer").set_value("swap").run()
    number(app).set_value(12.0).run()


def _journal() -> Journal:
    return Journal.open(connect(settings().store))


def _policies() -> PolicyHistory:
    return PolicyHistory.open(connect(settings().store))


def _suspensions() -> Suspensions:
    return Suspensions.open(connect(settings().store))


def _version() -> str:
    return Portfolio.open(settings().portfolio).champion.version


def _nothing(app: AppTest) -> None:
    """Nothing to prepare."""


EXPORT = ("app/ui/shell/export.py", "download_button")
ACTIONS = {
    "decide": Action(
        (("app/ui/officer/verdict_form.py", "decide"),),
        "decide",
        "officer",
        _fill_decision,
        _click("record_"),
        lambda app: _journal().entries(),
        _filled,
        ("refuse", ["income", "debts"], "Payslips are missing."),
    ),
    "refer": Action(
        (("app/ui/officer/verdict_form.py", "refer"),),
        "decide",
        "officer",
        _fill_referral,
        _click("record_"),
        lambda app: _state(app).status == "referred",
        _filled,
        ("refer", ["income", "debts"], "Payslips are missing."),
    ),
    "correct": Action(
        (("app/ui/officer/verdict_form.py", "correct"),),
        "decide",
        "officer",
        _decide_myself,
        _click("record_"),
        lambda app: len(_journal().entries()) == 2,
        _filled,
        ("refuse", ["income", "debts"], "Payslips are missing."),
    ),
    "review": Action(
        (("app/ui/officer/verdict_form.py", "review"),),
        "decide",
        "officer",
        _have_my_review,
        _click("record_"),
        lambda app: _state(app).status != "review",
        _filled,
        ("refuse", ["income", "debts"], "Payslips are missing."),
    ),
    "take a file": Action(
        (("app/ui/officer/holding.py", "claim"),),
        "decide",
        "officer",
        _nothing,
        _click("claimed_"),
        lambda app: _state(app).status == "claimed",
    ),
    "give a file back": Action(
        (("app/ui/officer/holding.py", "release"),),
        "decide",
        "officer",
        _take,
        _click("released_"),
        lambda app: _state(app).status == "to do",
    ),
    "take a review": Action(
        (("app/ui/officer/holding.py", "claim_review"),),
        "decide",
        "officer",
        _have_a_review,
        _click("review_claimed_"),
        lambda app: _state(app).holder,
    ),
    "sign": Action(
        (("app/ui/officer/second_signature.py", "countersign"),),
        "decide",
        "manager",
        _have_decided_beyond,
        _click("countersign_"),
        lambda app: _state(app).in_force,
        lambda app: app.text_area[0].value,
        "The payslip is old.",
    ),
    "refuse the signature": Action(
        (("app/ui/officer/second_signature.py", "decline"),),
        "decide",
        "manager",
        _have_decided_beyond,
        _click("decline_"),
        lambda app: _state(app).status == "claimed",
        lambda app: app.text_area[0].value,
        "The payslip is old.",
    ),
    "issue the letter": Action(
        (("app/ui/officer/letter_issue.py", "issue_letter"),),
        "decide",
        "officer",
        _have_decided,
        _click("issue_"),
        lambda app: _state(app).letter,
    ),
    "say one's own view": Action(
        (("app/ui/officer/own_view.py", "first_view"),),
        "decide",
        "officer",
        _ask_first,
        _click("view_first_"),
        lambda app: any(each.kind == "first_view" for each in _cases().case(_client(app)).events),
        lambda app: app.radio[0].value,
        "accept",
    ),
    "give a review": Action(
        (("app/ui/officer/review_assignment.py", "assign_review"),),
        "decide",
        "manager",
        _choose_reviewer,
        _click("assign_"),
        lambda app: _state(app).holder,
    ),
    "receive an application": Action(
        (("app/ui/officer/beginning_end.py", "receive"),),
        "decide",
        "officer",
        _nothing,
        _click("receive_"),
        lambda app: _state(app).received,
    ),
    "receive an applicant's": Action(
        (("app/ui/officer/new_applicant.py", "receive"),),
        "new_applicant",
        "officer",
        lambda app: app.text_input(key="applicant_number").set_value(str(_client(app))),
        _click("receive"),
        lambda app: _state(app).received,
        lambda app: app.text_input(key="applicant_number").value == str(_client(app)),
        True,
    ),
    "close a file": Action(
        (("app/ui/officer/beginning_end.py", "close"),),
        "decide",
        "officer",
        lambda app: _closing(app).set_value("She withdrew."),
        _click("close_"),
        lambda app: _state(app).status == "closed",
        lambda app: _closing(app).value,
        "She withdrew.",
    ),
    "propose": Action(
        (("app/ui/manager/policy_form.py", "propose"),),
        "policy",
        "manager",
        _fill_proposal,
        _click("propose_policy"),
        lambda app: len(_policies().history()) > 1,
        lambda app: (number_field(app, "proposed_threshold").value, app.text_area(key="proposed_reason").value),
        (12.5, "Losses rise."),
    ),
    "activate": Action(
        (("app/ui/manager/waiting.py", "activate"),),
        "policy",
        "manager",
        _nothing,
        _click("activate_1"),
        lambda app: _policies().in_force(_version()),
    ),
    "reject a proposal": Action(
        (("app/ui/manager/waiting.py", "reject"),),
        "policy",
        "manager",
        lambda app: app.text_area(key="ending_1").set_value("Too severe."),
        _click("reject_1"),
        lambda app: _policies().history()[-1].ending,
        lambda app: app.text_area(key="ending_1").value,
        "Too severe.",
    ),
    "withdraw a proposal": Action(
        (("app/ui/manager/waiting.py", "withdraw"),),
        "policy",
        "manager",
        _have_proposed,
        _click("withdraw_2"),
        lambda app: _policies().history()[0].ending,
        lambda app: app.text_area(key="ending_2").value,
        "A slip.",
    ),
    "suspend": Action(
        (("app/ui/manager/stop_switch.py", "suspend"),),
        "stop_switch",
        "manager",
        lambda app: app.text_area(key="stop_reason").set_value("Probabilities jumped."),
        _click("suspend_advice"),
        lambda app: _suspensions().in_force(_version()),
        lambda app: app.text_area(key="stop_reason").value,
        "Probabilities jumped.",
    ),
    "lift": Action(
        (("app/ui/manager/stop_switch.py", "lift"),),
        "stop_switch",
        "manager",
        lambda app: app.text_area(key="lifting_1").set_value("Mended."),
        _click("lift_1"),
        lambda app: _suspensions().in_force(_version()) is None,
        lambda app: app.text_area(key="lifting_1").value,
        "Mended.",
    ),
    "report": Action(
        (("app/ui/manager/incidents.py", "report"),),
        "incidents",
        "manager",
        _fill_report,
        _click("report_incident"),
        lambda app: Incidents.open(connect(settings().store)).register(),
        lambda app: [app.text_area(key=f"incident_{name}").value for name in ("what", "whom", "done")],
        ["It jumped.", "Four files.", "We looked."],
    ),
    "export the register": Action(
        (("app/ui/manager/incidents.py", "show_export"), EXPORT),
        "incidents",
        "manager",
        _nothing,
        _click("prepare_incidents"),
        lambda app: app.get("download_button"),
    ),
    "make a customer's link": Action(
        (("app/ui/customer/signed_link.py", "token"),),
        "decide",
        "officer",
        _nothing,
        lambda app: app.run(),
        lambda app: app.get("link_button") or app.code,
    ),
    "withdraw a customer's links": Action(
        (("app/ui/customer/signed_link.py", "revoke_links"),),
        "decide",
        "officer",
        _nothing,
        lambda app: next(button for button in app.button if str(button.key).startswith("revoke_")).click().run(),
        lambda app: _withdrawals(),
    ),
    "export the journal": Action(
        (("app/ui/manager/journal_list.py", "show_export"), EXPORT),
        "journal",
        "manager",
        _nothing,
        _click("prepare_decisions"),
        lambda app: app.get("download_button"),
    ),
    "export the accesses": Action(
        (("app/ui/manager/accesses.py", "show_export"), EXPORT),
        "accesses",
        "manager",
        _nothing,
        _click("prepare_accesses"),
        lambda app: app.get("download_button"),
    ),
    "export who changes": Action(
        (("app/ui/manager/threshold_details.py", "show_export"), EXPORT),
        "threshold",
        "manager",
        _choose_swap,
        _click("prepare_swap"),
        lambda app: app.get("download_button"),
    ),
    "export the drift report": Action(
        (("app/ui/data_scientist/drift_history.py", "show_export"), EXPORT),
        "drift",
        "data scientist",
        _nothing,
        _click("prepare_report"),
        lambda app: app.get("download_button"),
    ),
    "export the technical file": Action(
        (("app/ui/data_scientist/model_card.py", "show_export"), EXPORT),
        "model",
        "manager",
        _nothing,
        _click("prepare_technical_file"),
        lambda app: app.get("download_button"),
    ),
    "call the API": Action(
        (("app/ui/data_scientist/api_console.py", "call"),),
        "api_console",
        "data scientist",
        _nothing,
        _click("send"),
        lambda app: Called.times,
    ),
}


class Called(BaseHTTPRequestHandler):
    """Counts calls."""

    times = 0

    def do_POST(self) -> None:
        Called.times += 1
        self.send_response(503)
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, *_: Any) -> None:
        """Says nothing."""


@pytest.fixture(autouse=True)
def api(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    server = HTTPServer(("127.0.0.1", 0), Called)
    Called.times = 0
    threading.Thread(target=server.serve_forever, daemon=True).start()
    monkeypatch.setenv("API_URL", f"http://127.0.0.1:{server.server_port}")
    yield
    server.shutdown()


@dataclass
class Desk:
    """A page somebody has open, and what happens to them."""

    action: Action
    client: int
    roles: Path
    address: str = ADDRESS
    subject: str = "42"

    def identity(self, lasting: float = 3_600) -> dict[str, Any]:
        token = {"iss": ISSUER, "sub": self.subject, "email": self.address, "email_verified": True}
        return {"is_logged_in": True, **token, "iat": time.time(), "exp": time.time() + lasting}

    def opened(self, page: str = "") -> AppTest:
        page = page or self.action.page
        app = AppTest.from_file(str(MAIN), default_timeout=60)
        app.secrets["auth"] = {"client_id": "desk"}
        app.context = {"url": f"http://desk.example/{page}"}
        app.query_params.update({"lang": "en", "client": str(self.client)})
        app.user = self.identity()
        return app.switch_page(f"../pages/{page}.py").run()

    def give_role(self) -> None:
        self.roles.write_text(f"{ADDRESS}:{self.action.role}")

    def end_sign_in(self, app: AppTest) -> str:
        app.user = self.identity(-1)
        return "Your sign-in has expired"

    def take_role(self, app: AppTest) -> str:
        self.roles.write_text(f"{COLLEAGUE}:{self.action.role}")
        return f"{ADDRESS} is signed in, but has no role here."

    def change_role(self, app: AppTest) -> str:
        other = "officer" if self.action.role != "officer" and self.action.page != "decide" else "data scientist"
        self.roles.write_text(f"{ADDRESS}:{other}")
        return "is not open to you."

    def open_link(self, app: AppTest) -> str:
        made = signed_link.Links(signed_link._demonstration_key(), timedelta(days=1))
        app.query_params["letter"] = made.token(self.client)
        return "is not open to you."


@pytest.fixture
def with_a_report(serving: Callable[[Path], None], tmp_path: Path) -> None:
    """The demonstration's comparison beside Evidently's report of it, which it was published without."""
    root = tmp_path / "portfolio"
    shutil.copytree(settings().portfolio, root)
    (root / FOLDER / runs(root)[-1] / HTML).write_bytes(gzip.compress(b"<p>Report</p>"))
    serving(root)


@pytest.fixture(params=ACTIONS)
def desk(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, served: Portfolio) -> Desk:
    if request.param == "export the drift report":
        request.getfixturevalue("with_a_report")
    if request.param == "say one's own view":
        monkeypatch.setenv("FIRST_VIEW", "100%")
    monkeypatch.setenv("ROLES_FILE", str(tmp_path / "roles"))
    settings.cache_clear()
    desk = Desk(ACTIONS[request.param], served.next_in_grey_zone(served.champion.recommended), tmp_path / "roles")
    desk.give_role()
    version = served.champion.version
    if request.param == "lift":
        _suspensions().suspend(Actor(COLLEAGUE, "manager", f"{ISSUER}|7"), "It jumped.")
    if request.param == "export the register":
        report = Report("It jumped.", "Nobody.", "We looked.")
        Incidents.open(connect(settings().store)).report(report, Actor(COLLEAGUE, "manager"))
    _policies().propose(Draft(Policy(0.12), 1.0, 1.0, version), COLLEAGUE, "Because.", version, person=f"{ISSUER}|7")
    return desk


@pytest.fixture
def past_the_guard(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """As when it happens between the guard's question and the act: the page is drawn as before."""
    person = Person(ADDRESS, (desk.action.role,), f"{ISSUER}|42")
    monkeypatch.setattr(sign_in, "let_in", lambda opened, words: person)
    monkeypatch.setattr(navigation, "is_by_link", lambda: False)
    monkeypatch.setattr(threshold_details, "is_manager", lambda opened: True)


AT_THE_ACT = {
    Desk.end_sign_in: "Your sign-in has expired: nothing was done.",
    Desk.take_role: f"{ADDRESS} is signed in, but has no role here.",
    Desk.change_role: "You no longer have the role for this: nothing was done.",
    Desk.open_link: "A customer’s link records nothing.",
}
HAPPENING = list(AT_THE_ACT)


def shown(app: AppTest) -> str:
    return " ".join([each.proto.body for each in app.get("html")] + [title.value for title in app.title])


def test_the_table_names_everything_that_writes_or_hands_out() -> None:
    assert {each for action in ACTIONS.values() for each in action.acts} | BY_CUSTOMERS == acts()


def test_whoever_may_does_it(desk: Desk) -> None:
    app = desk.opened()
    desk.action.prepare(app)
    app = desk.action.do(app)
    assert not app.exception and desk.action.done(app), shown(app)


@pytest.mark.parametrize("happen", HAPPENING)
def test_whoever_may_no_longer_does_nothing_and_is_told(desk: Desk, happen: Callable[[Desk, AppTest], str]) -> None:
    app = desk.opened()
    desk.action.prepare(app)
    told = happen(desk, app)
    app = desk.action.do(app)
    assert not app.exception and not desk.action.done(app)
    assert told in shown(app)


@pytest.mark.usefixtures("past_the_guard")
@pytest.mark.parametrize("happen", HAPPENING)
def test_it_is_asked_at_the_very_moment_of_the_act(desk: Desk, happen: Callable[[Desk, AppTest], str]) -> None:
    app = desk.opened()
    desk.action.prepare(app)
    happen(desk, app)
    app = desk.action.do(app)
    assert not app.exception and not desk.action.done(app)
    assert AT_THE_ACT[happen] in shown(app)
    assert desk.action.typed(app) == desk.action.filled, "what was typed stays"


@pytest.mark.parametrize("desk", ["activate", "reject a proposal", "suspend", "lift"], indirect=True)
def test_a_sign_in_of_some_time_ago_changes_nothing_and_a_new_one_does(desk: Desk) -> None:
    app = desk.opened()
    desk.action.prepare(app)
    ago = time.time() - 60 * settings().sign_in_minutes - 1
    app.user = {**desk.identity(), "iat": ago}
    app = desk.action.do(app)
    assert not desk.action.done(app) and "You signed in more than 15 minutes ago: nothing was done." in shown(app)
    assert [button for button in app.button if str(button.key).startswith("sign_in_")]
    app.user = desk.identity()
    assert desk.action.done(desk.action.do(app.run()))


@pytest.mark.parametrize("desk", ["activate"], indirect=True)
def test_signing_out_in_one_tab_ends_all_until_one_signs_in_again(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sign_in.st, "logout", lambda: None)
    one, other = desk.opened(), desk.opened()
    made = time.time() - 30
    one.user = other.user = {**desk.identity(), "iat": made}
    try:
        one.run()
        one.button(key="sign_out").click().run()
        assert "Sign in to open the desk" in shown(other.run())
        assert not desk.action.done(other)
        other.user = {**desk.identity(), "iat": made + 1}
        assert desk.action.done(desk.action.do(other.run()))
    finally:
        sign_in._signed_out().clear()


FORMS = ["decide", "propose", "suspend", "lift", "report"]


@pytest.mark.parametrize("desk", FORMS, indirect=True)
def test_what_was_typed_is_back_after_signing_in_again_and_for_nobody_else(desk: Desk) -> None:
    app = desk.opened()
    desk.action.prepare(app)
    desk.end_sign_in(app)
    app = desk.action.do(app)
    assert "Nothing was recorded. What you typed is kept for you for 30 minutes" in shown(app)
    colleague = Desk(desk.action, desk.client, desk.roles, COLLEAGUE, "7")
    desk.roles.write_text(f"{ADDRESS}:{desk.action.role}, {COLLEAGUE}:{desk.action.role}")
    assert desk.action.typed(colleague.opened()) != desk.action.filled
    desk.opened("client")  # where a sign-in comes back to
    again = desk.opened()
    assert desk.action.typed(again) == desk.action.filled
    assert not again.warning
    again = desk.action.do(again)
    assert desk.action.done(again), shown(again)


@pytest.mark.parametrize("desk", ["decide"], indirect=True)
def test_a_budget_is_back_after_signing_in_again_where_it_is_recorded(desk: Desk) -> None:
    app, rent = desk.opened("client"), f"budget_rent_{desk.client}"
    number_field(app, rent).set_value(40_000.0).run()
    desk.end_sign_in(app)
    app.run()
    again = desk.opened()
    assert again.session_state[rent] == 40_000.0
    desk.action.prepare(again)
    desk.action.do(again)
    content = _cases().case(desk.client).contents[_cases().state(desk.client).in_force.event]
    assert content["dossier"]["budget"]["budget"]["rent"] == 40_000.0


@pytest.mark.parametrize("desk", FORMS, indirect=True)
@pytest.mark.parametrize("happen", [Desk.take_role, Desk.change_role])
def test_what_was_typed_is_back_with_the_role(desk: Desk, happen: Callable[[Desk, AppTest], str]) -> None:
    app = desk.opened()
    desk.action.prepare(app)
    happen(desk, app)
    app = desk.action.do(app)
    desk.give_role()
    app = app.run()
    assert desk.action.typed(app) == desk.action.filled and not desk.action.done(app)


@pytest.mark.parametrize("desk", ["activate"], indirect=True)
@pytest.mark.parametrize("happen", HAPPENING)
def test_a_click_that_was_refused_never_acts_later(desk: Desk, happen: Callable[[Desk, AppTest], str]) -> None:
    app = desk.opened()
    happen(desk, app)
    app = desk.action.do(app)
    desk.give_role()
    app.user = desk.identity()
    app.query_params.pop("letter", None)
    app = app.run()
    assert [each for each in app.button if each.key == "activate_1"], "the page is open again"
    assert not desk.action.done(app)
