from __future__ import annotations

import pytest

from app.language.words import words_in
from app.scoring.case.actors import Actor, Addressee
from app.settings import settings
from app.store.access import ACCESS_LOG
from app.store.cases.queue import queue
from app.store.database import connect
from app.store.glance import glance
from app.ui.loaders import cases

ADA = Actor("Ada", "officer")


@pytest.fixture
def client(served):
    return served.next_in_grey_zone(served.champion.recommended)


def listed(served) -> list[int]:
    """The first files that are to be done, in their order."""
    policy = served.champion.recommended
    return [each.client for each in queue(cases().engine, served, policy, "to do", Actor("Demo officer", "officer"), 4)]


def test_the_officers_home_goes_on_with_the_first_files_of_the_queue_and_logs_who_saw_them(desk, served) -> None:
    app, ahead = desk(), listed(served)
    shown = [str(each.key) for each in app.button if str(each.key).startswith("home_")]
    assert shown == [f"home_to_do_{each}" for each in ahead] and len(ahead) == 4
    with connect(settings().store).connect() as connection:
        assert [row.client for row in connection.execute(ACCESS_LOG.select())] == ahead
    assert app.button(key=f"home_to_do_{ahead[1]}").click().run().title[0].value == f"Client {ahead[1]}"


def test_the_officers_home_says_what_waits_and_opens_it(desk, read, served, client) -> None:
    app = desk()
    assert "Nothing is waiting for you." in read(app) and [each.value for each in app.header] == ["Next in the queue"]
    policy = served.champion.recommended
    cases().refer(client, ADA, Addressee("Demo officer"), (("income",), ""), served.decide(client, policy))
    app = desk()
    assert "1 referred to you." in read(app)
    assert [each.value for each in app.header] == ["Referred to you (1)", "Next in the queue"]
    assert client not in listed(served)
    assert app.button(key=f"home_referred_{client}").click().run().title[0].value == f"Client {client}"


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_managers_home_tells_what_the_threshold_in_force_does(desk, read, served, language) -> None:
    words, seen = words_in(language), glance(served, served.champion.recommended)
    app = desk(role="manager", lang=language)
    assert not app.exception
    shown = read(app)
    assert words.percent(seen.accepted / seen.applications, 1) in shown and words.money(seen.at_risk) in shown
    for card in (
        "Waiting",
        "Threshold in force",
        "Does this threshold treat groups alike?",
        "Drift",
        "Do officers follow the model?",
    ):
        assert words.say(card) in shown
    assert words.say("No incident is recorded.") in shown


def test_the_data_scientists_home_names_the_model(desk, read, served) -> None:
    app = desk(role="data scientist")
    assert app.title[0].value == "Can this model be trusted?"
    assert f"model {served.champion.version} puts the first at higher risk" in read(app)
