"""Every page, every role, signed in or not: what a direct link opens on a cold server, and what it writes down."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from streamlit.testing.v1 import AppTest

from app.settings import ROOT, settings
from app.store.access import ACCESS_LOG, OPENED, Access
from app.store.database import connect
from app.store.policies import PolicyHistory
from app.ui.customer import signed_link
from app.ui.shell.navigation import BY_LINK, PAGES, ROLES
from tests.pages.conftest import MAIN
from tests.pages.test_client_page import copied

WHO = {role: f"{role.replace(' ', '.')}@lender.example" for role in ROLES}
CONFIGURED = ", ".join(f"{address}:{role}" for role, address in WHO.items())
SCRIPTS = tuple(page.script for page in PAGES)
HOUR = 3_600
Visit = Callable[..., AppTest]


def identity(role: str, lasting: float = HOUR) -> dict[str, Any]:
    address, ends = WHO[role], time.time() + lasting
    token = {"iss": "https://provider.example", "sub": f"subject of {role}", "email": address, "email_verified": True}
    return {"is_logged_in": True, **token, "iat": time.time(), "exp": ends}


@pytest.fixture
def visit(monkeypatch: pytest.MonkeyPatch) -> Visit:
    """Opens a page by its own address in a fresh session, as the first thing that session does."""
    monkeypatch.setenv("ROLES", CONFIGURED)
    settings.cache_clear()

    def visited(script: str, user: dict[str, Any] | None = None, session: str = "", **address: str) -> AppTest:
        app = AppTest.from_file(str(MAIN), default_timeout=60)
        app.secrets["auth"] = {"client_id": "desk"}
        app.context = {"url": f"http://desk.example/{script}"}
        app.query_params.update({"lang": "en", **address})
        if user is not None:
            app.user = user
        if session:
            app.session_state["role"] = session
        if (ROOT / "pages" / f"{script}.py").is_file():
            app.switch_page(f"../pages/{script}.py")
        return app.run()

    return visited


@pytest.fixture
def ran(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Scripts that ran as pages, in order: nothing shown can hide one."""
    scripts: list[str] = []
    from streamlit.navigation.page import Page

    run = Page.run

    def noted(page: Page) -> None:
        if isinstance(page._page, Path):
            scripts.append(page._page.stem)
        run(page)

    monkeypatch.setattr(Page, "run", noted)
    return scripts


def accesses() -> list[Access]:
    with connect(settings().store).connect() as connection:
        if not connection.dialect.has_table(connection, ACCESS_LOG.name):
            return []
        rows = connection.execute(select(ACCESS_LOG).order_by(ACCESS_LOG.c.id)).mappings().all()
    return [Access(**{name: value for name, value in row.items() if name != "id"}) for row in rows]


def test_every_page_is_declared_once() -> None:
    files = {path.stem for path in (ROOT / "pages").glob("*.py")}
    assert files == {page.script for page in (*PAGES, *BY_LINK)}
    assert len(SCRIPTS) == len(set(SCRIPTS))


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.script)
def test_a_direct_link_opens_a_page_to_its_roles_only(visit, read, served, ran, page, role) -> None:
    client = served.next_in_grey_zone(served.champion.recommended)
    app = visit(page.script, identity(role), **({} if page.script == "home" else {"client": str(client)}))
    assert not app.exception
    refused = f"The page “{page.title}” is not open to you." in read(app)
    assert ran == ([page.script] if role in page.roles else [])
    assert refused == (role not in page.roles)
    opened = [each.client for each in accesses() if each.what.startswith(OPENED)]
    assert opened == ([client] if role in page.roles and page.about_client else [])


@pytest.mark.parametrize("user", [{"is_logged_in": False}, identity("manager", -1)], ids=["not signed in", "expired"])
@pytest.mark.parametrize("script", [*SCRIPTS, "customer", "no_such_page", ""])
def test_nobody_opens_a_page_without_a_valid_sign_in(visit, read, served, ran, script, user) -> None:
    client = served.next_in_grey_zone(served.champion.recommended)
    app = visit(script, user, client=str(client))
    assert not app.exception and ran == []
    assert [title.value for title in app.title] == ["Sign in to open the desk"]
    assert ("Your sign-in has expired." in read(app)) == user["is_logged_in"]
    assert not app.text_input and [button.label for button in app.button] == ["Sign in"]
    assert str(client) not in read(app) and accesses() == []


@pytest.mark.parametrize("claims", [{"exp": None}, {"exp": "tomorrow"}, {}], ids=str)
def test_an_identity_that_does_not_say_when_it_ends_is_none(visit, ran, claims) -> None:
    app = visit("client", {"is_logged_in": True, "email": WHO["officer"], **claims})
    assert [title.value for title in app.title] == ["Sign in to open the desk"] and ran == []


@pytest.mark.parametrize("script", [*SCRIPTS, "customer", ""])
def test_who_has_no_role_sees_a_sentence_and_nothing_else(visit, read, ran, script) -> None:
    stranger = {**identity("officer"), "email": "eve@elsewhere.example"}
    app = visit(script, stranger)
    assert "eve@elsewhere.example is signed in, but has no role here." in read(app)
    assert ran == [] and not app.title and [button.label for button in app.button] == ["Sign out"]


def test_a_setting_that_cannot_be_read_lets_nobody_in(visit, read, ran, monkeypatch) -> None:
    monkeypatch.setenv("ROLES", f"{CONFIGURED}, bob@lender.example:boss")
    settings.cache_clear()
    assert "ROLES holds “bob@lender.example:boss”." in read(visit("client", identity("officer")))
    assert ran == []


@pytest.mark.parametrize("verified", [False, None, "true", "false", 1, 0], ids=repr)
def test_an_unverified_address_is_nobody(visit, read, ran, verified) -> None:
    app = visit("policy", {**identity("manager"), "email_verified": verified})
    assert "https://provider.example|subject of manager is signed in, but has no role here." in read(app)
    assert WHO["manager"] not in read(app) and ran == []


def test_whose_address_is_unverified_acts_under_no_address(visit, read, served, ran, monkeypatch) -> None:
    monkeypatch.setenv("ROLE_CLAIM", "groups")
    settings.cache_clear()
    somebody = {**identity("manager"), "email_verified": False, "sub": "somebody", "groups": ["manager"]}
    propose(visit("policy", somebody))
    kept = PolicyHistory.open(connect(settings().store)).history()[0]
    assert (kept.who, kept.person) == ("https://provider.example|somebody",) * 2


def test_a_token_that_does_not_say_who_it_is_for_opens_nothing(visit, read, ran) -> None:
    for nameless in ({"iss": ""}, {"sub": None}):
        assert "The sign-in does not say who you are." in read(visit("client", {**identity("officer"), **nameless}))
    assert ran == []


def test_one_person_under_two_addresses_is_one_pair_of_eyes(visit, served, monkeypatch) -> None:
    other = "boss@lender.example"
    monkeypatch.setenv("ROLES", f"{CONFIGURED}, {other}:manager")
    propose(visit("policy", identity("manager")))
    history = PolicyHistory.open(connect(settings().store))
    app = visit("policy", {**identity("manager"), "email": other})
    assert app.button(key="activate_1").disabled and app.button(key="reject_1").disabled
    assert history.in_force(served.champion.version) is None
    app = visit("policy", {**identity("manager"), "sub": "somebody else", "email": other})
    app.button(key="activate_1").click().run()
    kept = history.in_force(served.champion.version)
    assert (kept.activated_by, kept.activated_person) == (other, "https://provider.example|somebody else")


def propose(app: AppTest) -> AppTest:
    app.text_area(key="proposed_reason").set_value("Losses rise.")
    return app.button(key="propose_policy").click().run()


@pytest.mark.parametrize("listed", ["ROLES", "ROLES_FILE"])
def test_a_role_taken_away_or_given_counts_at_the_next_run(visit, read, ran, monkeypatch, tmp_path, listed) -> None:
    file = tmp_path / "roles.txt"

    def list_roles(roles: str) -> None:
        file.write_text(roles, encoding="utf-8")
        monkeypatch.setenv(listed, roles if listed == "ROLES" else str(file))

    list_roles(CONFIGURED)
    app = visit("policy", identity("manager"))
    list_roles(CONFIGURED.replace(WHO["manager"], "another@lender.example"))
    assert "is signed in, but has no role here." in read(app.run())
    list_roles(CONFIGURED)
    app.run()
    assert ran == ["policy", "policy"]


def test_a_list_of_roles_that_cannot_be_read_lets_nobody_in(visit, read, ran, monkeypatch, tmp_path) -> None:
    monkeypatch.setenv("ROLES_FILE", str(tmp_path / "nowhere"))
    assert "The file that ROLES_FILE names cannot be read." in read(visit("client", identity("officer")))
    assert ran == []


def test_a_role_can_come_from_a_claim(visit, ran, monkeypatch) -> None:
    monkeypatch.setenv("ROLE_CLAIM", "groups")
    settings.cache_clear()
    newcomer = {**identity("officer"), "email": "new@lender.example", "groups": ["manager"]}
    visit("policy", newcomer)
    assert ran == ["policy"]


def test_somebody_with_two_roles_chooses(visit, ran, monkeypatch) -> None:
    monkeypatch.setenv("ROLE_CLAIM", "groups")
    settings.cache_clear()
    both = {**identity("officer"), "groups": ["manager"]}
    app = visit("policy", both)
    assert ran == ["policy"]
    app.session_state["role"] = "officer"
    app.run()
    assert ran == ["policy"]
    app = visit("drift", both, session="data scientist")  # not theirs, whatever a session says
    assert app.session_state["role"] == "manager" and app.query_params["role"] == "manager"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.script)
def test_the_demonstration_opens_every_page_in_a_role_that_may(visit, read, served, ran, page) -> None:
    client = {"client": str(served.random_client())} if page.about_client else {}
    app = visit(page.script, **client)
    assert ran == [page.script] and not app.exception
    assert app.session_state["role"] == page.roles[0]
    assert "Demonstration: synthetic clients, no real person." in read(app)


def test_the_demonstrations_role_can_be_changed(visit, read, ran) -> None:
    app = visit("new_applicant")
    shown = read(app.selectbox(key="role").set_value("manager").run())
    assert "is not open to you" not in shown and "How does the portfolio stand?" in shown
    assert ran == ["new_applicant", "home"] and app.query_params["role"] == "manager"


def links(app: AppTest) -> list[str]:
    return [each.proto.label for each in app.get("page_link")]


def test_a_role_kept_in_the_address_is_the_one_after_a_reload(visit, ran) -> None:
    assert visit("find", role="manager").session_state["role"] == "manager"
    assert visit("find", role="boss").session_state["role"] == "officer"
    assert visit("policy", role="officer").session_state["role"] == "manager"  # the page asked for comes first
    assert "Threshold and policy" not in links(visit("find", identity("officer"), role="manager"))
    assert ran == ["find", "find", "policy", "find"]


def test_others_clients_are_not_shown_to_anybody(visit, read, served, serving, tmp_path, ran) -> None:
    serving(copied(served, tmp_path, demo=False))
    for script in (*SCRIPTS, "customer", ""):
        app = visit(script, client=str(served.random_client()))
        assert "This desk shows no client: nobody can sign in." in read(app)
        assert ran == [] and not app.title and not app.button and not app.text_input and accesses() == []


def test_unless_that_is_asked_for_knowingly(visit, read, served, serving, tmp_path, ran, monkeypatch) -> None:
    monkeypatch.setenv("ALLOW_ANONYMOUS", "1")
    serving(copied(served, tmp_path, demo=False))
    app = visit("client", client=str(served.random_client()))
    assert ran == ["client"]
    assert "Anybody can open this desk: no sign-in is configured." in read(app)
    assert [each.who for each in accesses()] == ["anybody"]


def test_others_clients_are_open_to_who_is_signed_in(visit, served, serving, tmp_path, ran) -> None:
    serving(copied(served, tmp_path, demo=False))
    visit("client", identity("officer"), client=str(served.random_client()))
    visit("client", {"is_logged_in": False})
    assert ran == ["client"]


def test_a_view_is_logged_once_however_often_the_page_runs(visit, served) -> None:
    one, other = (served.random_client() for _ in range(2))
    app = visit("client", identity("officer"), client=str(one))
    app.run()
    app.text_input(key="client").set_value(str(other)).run()
    app.text_input(key="client").set_value(str(one)).run().run()
    assert [each.client for each in accesses()] == [one, other, one]
    seen = accesses()[0]
    assert (seen.who, seen.role, seen.what) == (WHO["officer"], "officer", "page client")
    assert seen.person == "https://provider.example|subject of officer"
    assert seen.model_version == served.champion.version and len({each.request for each in accesses()}) == 1


def test_a_page_without_a_file_ends_the_visit(visit, served) -> None:
    app = visit("client", identity("officer"), client=str(served.random_client()))
    app.switch_page("../pages/find.py").run()
    app.switch_page("../pages/client.py").run()
    assert [each.what for each in accesses() if each.what.startswith(OPENED)] == ["page client"] * 2


@pytest.mark.parametrize("script", [page.script for page in PAGES if page.about_client])
def test_a_file_is_not_shown_when_that_cannot_be_logged(visit, read, served, ran, monkeypatch, tmp_path, script):
    client = served.random_client()
    monkeypatch.setenv("STORE_URL", f"sqlite:///{tmp_path}")
    settings.cache_clear()
    role = next(page.roles[0] for page in PAGES if page.script == script)
    app = visit(script, identity(role), client=str(client))
    assert "The access log cannot be written." in read(app) and ran == []
    assert not app.title and not app.get("plotly_chart")


def test_a_customers_link_opens_the_letter_whoever_is_signed_in(visit, served, ran) -> None:
    client, other = served.random_client(), served.next_in_grey_zone(served.champion.recommended)
    token = signed_link.Links(signed_link._demonstration_key(), timedelta(days=1)).token(client)
    for user in (None, {"is_logged_in": False}, identity("manager"), identity("officer", -1)):
        app = visit("", user, letter=token, client=str(other))
        assert not app.exception and not app.title and not app.text_input
    assert ran == ["customer"] * 4
    assert {(each.client, each.role) for each in accesses()} == {(client, "customer")}
    for script in SCRIPTS[:-1]:
        visit(script, identity("officer"), letter=token)
    assert set(ran) == {"customer"}
