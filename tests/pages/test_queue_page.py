"""Queue: what is to do, mine, referred to me, to sign, to review, decided; taken by a click, counted in the menu."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from streamlit.testing.v1 import AppTest

from app.language.words import words_in
from app.scoring.case.actors import MANAGERS, Actor, Addressee
from app.scoring.policy import Authority
from app.settings import settings
from app.store.access import LIST
from app.store.cases.cases import Cases, Judgement
from app.store.database import connect
from app.ui.officer.queue import waits
from tests.pages.test_access_matrix import accesses

ADA, ME = Actor("Ada", "officer"), Actor("Demo officer", "officer")
EN, FR = words_in("en"), words_in("fr")


@pytest.fixture
def files(own_store):
    return Cases.open(connect(settings().store), settings().champion_archive)


@pytest.fixture
def page(desk):
    """Opens the queue, in a role."""

    def opened(role="officer", **address):
        app = desk(**address)
        app.session_state["role"] = role
        return app.run().switch_page("../pages/queue.py").run()

    return opened


@pytest.fixture(scope="module")
def client(served):
    return served.next_in_grey_zone(served.champion.recommended)


def listed(app: AppTest) -> list[int]:
    return [int(str(each.key).removeprefix("open_")) for each in app.button if str(each.key).startswith("open_")]


def view(app: AppTest, name: str) -> AppTest:
    return app.button_group(key="view").set_value(name).run()


def decided(files, served, client, actor, authority=None):
    policy = replace(served.champion.recommended, authority=authority or Authority())
    dossier = files.dossier(served, client, policy, served.decide(client, policy))
    return files.decide(actor, Judgement("accept", ("income",), "Seen."), dossier)


def test_it_opens_on_what_is_to_do_the_grey_zone_first(page, read, served) -> None:
    app = page()
    assert not app.exception and app.title[0].value == "Which files wait?"
    policy, found = served.champion.recommended, listed(app)
    assert len(found) == 15 and all(served.decide(each, policy).band == "review" for each in found)
    assert "To do: nobody has it yet." in read(app) and "since it was published" in read(app)
    assert {each.client for each in accesses() if each.what == f"{LIST} queue"} == set(found)


def test_a_file_is_taken_and_opened_and_is_mine_then(page, files, read) -> None:
    app = page()
    first = listed(app)[0]
    app = next(each for each in app.button if str(each.key).startswith(f"claimed_{first}_")).click().run()
    assert files.state(first).holder == ME and app.text_input(key="client").value == str(first)
    app = app.switch_page("../pages/queue.py").run()
    assert first not in listed(app) and "Mine (1)" in offered(app)
    assert listed(view(app, "mine")) == [first]


def test_who_was_slower_is_told_and_stays_on_the_queue(page, files, read) -> None:
    app = page()
    first = listed(app)[0]
    files.claim(first, ADA)
    app = next(each for each in app.button if str(each.key).startswith(f"claimed_{first}_")).click().run()
    assert "Ada has had this file since " in read(app) and files.state(first).holder == ADA
    assert app.title[0].value == "Which files wait?" and first not in listed(app)


def test_each_view_holds_its_files_and_no_other_person_s(page, files, served, client) -> None:
    mine, theirs, signed, asked = (int(each) for each in listed(page())[:4])
    files.refer(mine, ADA, Addressee("Demo officer"), (("income",), ""), served.decide(mine, policy_of(served)))
    files.refer(theirs, ADA, MANAGERS, (("income",), ""), served.decide(theirs, policy_of(served)))
    decided(files, served, signed, ADA, Authority(officer_amount=1.0))
    decided(files, served, asked, ADA)
    files.issue_letter(asked, ADA, {"title": "Letter"})
    files.ask_review(asked, "Look again.", "0199001234")
    app = page()
    assert listed(view(app, "referred")) == [mine] and listed(view(app, "review")) == [asked]
    assert listed(view(app, "decided")) == [] and "second signature" not in offered(app)
    app = page("manager")
    assert listed(view(app, "referred")) == [theirs] and listed(view(app, "second signature")) == [signed]


def policy_of(served):
    return served.champion.recommended


def offered(app: AppTest) -> list[str]:
    return list(app.button_group(key="view").options)


def test_the_menu_counts_what_waits_for_me(page, files, served, client) -> None:
    app = page()
    assert "To do" in links(app)
    files.refer(client, ADA, Addressee("Demo officer"), (("income",), ""), served.decide(client, policy_of(served)))
    assert "To do (1)" in links(app.run())


def links(app) -> list[str]:
    return [each.proto.label for each in app.get("page_link")]


def test_the_pages_of_a_view_follow_one_another(page) -> None:
    app = page()
    first = listed(app)
    app = app.button(key="following").click().run()
    assert not set(first) & set(listed(app)) and len(listed(app)) == 15
    assert listed(app.button(key="previous").click().run()) == first


def test_no_advice_is_shown_before_the_own_view_that_is_asked_for(page, read, monkeypatch) -> None:
    monkeypatch.setenv("FIRST_VIEW", "100%")
    settings.cache_clear()
    shown = read(page())
    assert "your own view first" in shown and "To review" not in shown


def test_how_long_a_file_waits_is_told_in_days_and_in_hours_on_the_first() -> None:
    now = datetime(2026, 3, 4, 12, tzinfo=UTC)
    assert waits("2026-03-01T11:00:00+00:00", now, EN) == "3 days"
    assert waits("2026-03-04T09:30:00+00:00", now, FR) == "2 heures"
    assert waits("2026-03-05T09:30:00+00:00", now, EN) == "0 hours", "a clock that went backwards"
    assert waits("", now, EN) == "since it was published"
