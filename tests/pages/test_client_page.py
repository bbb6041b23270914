from __future__ import annotations

import json
import logging
import re
import shutil
import time
from html import unescape
from pathlib import Path

import pytest

from app.language.features import label
from app.language.reasons import value_and_typical
from app.language.words import words_in
from app.scoring.case.actors import Actor
from app.scoring.features import FEATURES
from app.scoring.history import history
from app.scoring.peers.peer_group import OneOf
from app.scoring.reasons import reasons
from app.settings import settings
from app.store.cases.cases import Cases, Judgement
from app.store.cases.queue import queue
from app.store.database import connect
from app.store.records import read_histories
from app.store.served_release import LOOK_EVERY_SECONDS
from app.store.worklist import search
from app.ui.officer.credit_history import summary
from tests.gauge_places import place_on, places

NEVER_SHOWN = re.compile(r"\b[A-Z]+(?:_[A-Z0-9]+)+\b|\bXNA\b|\bXAP\b|\b[Nn]a[Nn]\b|\bNone\b|\bTraceback\b")
COLUMNS = {feature.name for feature in FEATURES if "_" in feature.name}


def first(served) -> int:
    return served.next_in_grey_zone(served.champion.recommended)


def gauge(app) -> str:
    return next(element.proto.body for element in app.get("html") if 'class="gauge"' in element.proto.body)


def test_without_a_client_the_desk_says_what_waits(desk, read) -> None:
    app = desk()
    assert not app.exception
    assert app.title[0].value == "What is waiting for you?"
    for way in ("Next to review", "Random client"):
        assert way in read(app)
    assert not app.get("plotly_chart")


@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_link_opens_a_clients_file(desk, read, served, language) -> None:
    client = served.random_client()
    decision = served.decide(client, served.champion.recommended)
    words = words_in(language)
    app = desk(client=str(client), lang=language)
    assert not app.exception
    assert app.title[0].value == f"Client {client}"
    shown = read(app)
    verdict = {"accept": "Accept", "refuse": "Refuse", "review": "To review"}[decision.band]
    assert words.say(verdict) in shown
    assert words.points(decision.points) in shown and words.points(decision.threshold_points) in shown
    assert words.say("not provided") in shown or "None" not in shown


def test_the_answer_comes_before_the_charts_and_the_identity(desk, served) -> None:
    app = desk(client=str(first(served)))
    text = [element.proto.body if element.type == "html" else element.type for element in app.main]
    answer = next(place for place, each in enumerate(text) if 'class="answer' in each)
    identity = next(place for place, each in enumerate(text) if 'class="cards"' in each)
    reasons = next(place for place, each in enumerate(text) if 'class="cards reasons"' in each)
    scale = next(place for place, each in enumerate(text) if 'class="gauge"' in each)
    assert answer < scale < reasons < identity


def test_the_gauge_stands_on_the_served_policy(desk, served) -> None:
    client = first(served)
    policy = served.champion.recommended
    found, decision = places(gauge(desk(client=str(client)))), served.decide(client, policy)
    half = 50.0 * policy.grey_zone_points / (50.0 - found["band review"][0])
    assert found["mark threshold"] == (50.0,)
    place = place_on(decision.points, policy.threshold_points, half)
    assert found["mark client"][0] == pytest.approx(place, abs=0.1)


def test_the_strongest_reasons_are_told_on_either_side(desk, served) -> None:
    client = first(served)
    told = reasons(served.decide(client, served.champion.recommended), served.population, 2)
    shown = next(each.proto.body for each in desk(client=str(client)).get("html") if "cards reasons" in each.proto.body)
    assert shown.count("<li>") == len(told.for_client) + len(told.against_client) == 4
    for reason in (*told.for_client, *told.against_client):
        assert value_and_typical(reason, words_in("en")) in unescape(shown)


def test_protected_attributes_are_shown_apart_and_never_explain(desk, read, served) -> None:
    app = desk(client=str(first(served)))
    assert "Known, but not used by the model" in read(app)
    explained = next(each.proto.body for each in app.get("html") if "cards reasons" in each.proto.body)
    for feature in FEATURES:
        if feature.protected and feature.name not in served.champion.features:
            assert f"{feature.label}:" not in explained


@pytest.mark.parametrize("language", ["en", "fr"])
def test_every_branch_speaks_to_people_with_its_history_open(desk, read, serving, five_clients, language) -> None:
    serving(five_clients.root)
    for client in five_clients:
        app = with_history(desk(client=str(client), lang=language))
        shown = read(app)
        assert not app.exception, client
        assert NEVER_SHOWN.findall(shown) == []
        assert COLUMNS & set(re.findall(r"\w+", shown)) == set()
        assert app.title[0].value == f"Client {client}"


def test_on_a_refusal_the_reasons_against_come_first(desk, serving, five_clients) -> None:
    serving(five_clients.root)
    for client, first in ((five_clients.accepted, "for this client"), (five_clients.refused, "against")):
        told = next(
            each.proto.body for each in desk(client=str(client)).get("html") if "cards reasons" in each.proto.body
        )
        assert re.findall("What speaks ([a-z ]+)", told)[0] == first


def test_the_branches_are_what_they_are_called(desk, read, serving, five_clients) -> None:
    serving(five_clients.root)
    for client, verdict in ((five_clients.accepted, "Accept"), (five_clients.refused, "Refuse")):
        assert f"</span>{verdict}</p>" in bodies(desk(client=str(client)))
    on_it = bodies(desk(client=str(five_clients.at_threshold)))
    assert "points, on the threshold." in on_it and "The score alone refuses." in on_it
    bare = bodies(desk(client=str(five_clients.bare)))
    assert "Not provided: " in bare and "not provided" in bare
    assert "Client 999999998 is not in this portfolio." in bodies(desk(client=str(five_clients.unknown)))


def test_notices_name_what_is_missing_and_what_is_odd(desk, served) -> None:
    for client in (served.random_client() for _ in range(5)):
        row = served.client(client).features
        shown = unescape(bodies(desk(client=str(client))))
        for name in ("external_score_1", "external_score_2", "external_score_3"):
            listed = re.search(r"Not provided: ([^<]*)\.", shown)
            assert (label(name, words_in("en")) in (listed[1] if listed else "")) == (row[name] is None)
        inputs = served.champion.features
        provided = sum(row[name] is not None for name in inputs)
        assert f"{provided} of the {len(inputs)} items the model reads are provided." in shown


def test_no_job_is_no_missing_item(desk, served) -> None:
    lines = search(served, (OneOf("income_type", ("Pensioner",)),), served.champion.recommended, limit=30).lines
    client = next(line.client for line in lines if served.client(line.client).features["not_employed"])
    shown = bodies(desk(client=str(client)))
    assert "not employed, or retired" in shown
    assert not re.search(r"Not provided: [^<]*(current job|Type of employer|Occupation)", shown)


def test_the_history_is_read_only_once_it_is_opened(desk, read, served, monkeypatch) -> None:
    asked = []
    monkeypatch.setattr(
        "app.ui.officer.credit_history.read_histories", lambda folder, client: asked.append(client) or {}
    )
    app = desk(client=str(first(served)))
    assert asked == []
    assert "Nothing is known of earlier loans" in read(with_history(app))
    assert asked == [first(served)]


def test_the_history_is_this_clients(desk, read, served) -> None:
    client = first(served)
    past = history(read_histories(served.folder, client))
    app = with_history(desk(client=str(client)))
    shown = read(app)
    assert summary(past, words_in("en")) in shown
    marks = json.loads(app.get("plotly_chart")[0].proto.spec)["data"]
    assert sum(len(trace["x"]) for trace in marks) == len(past.timeline)
    assert [tab.label for tab in app.tabs] == ["Loans elsewhere", "Earlier applications", "Payments", "Card balances"]
    captions = re.findall(r"<caption>([^<:]*)", bodies(app))
    assert len(past.payments) == 0 or "Payments" in captions


def test_charts_have_a_text_alternative(desk, served) -> None:
    app = with_history(desk(client=str(first(served))))
    assert app.get("plotly_chart")
    for chart in app.get("plotly_chart"):
        assert len(chart.proto.alt) > 40
    assert re.search(r'class="gauge" role="img" aria-label="Points scale\. [^"]{20,}"', gauge(app))


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("999999999", "Client 999999999 is not in this portfolio."),
        ("-5", "“-5” is not a client number."),
        ("100002abc", "“100002abc” is not a client number."),
        ("1' OR '1'='1", "“1&#x27; OR &#x27;1&#x27;=&#x27;1” is not a client number."),
        ("１００００２", "“１００００２” is not a client number."),
        ("9" * 20, f"“{'9' * 20}” is not a client number."),
        ("1e5", "“1e5” is not a client number."),
        ("<b>x</b>", "“&lt;b&gt;x&lt;/b&gt;” is not a client number."),
        ("9" * 30, f"“{'9' * 30}” is not a client number."),
    ],
)
def test_an_unknown_client_is_said_and_the_picker_stays(desk, read, typed, said) -> None:
    app = desk(client=typed)
    assert not app.exception
    assert said in read(app)
    assert not app.title and not app.get("plotly_chart")
    assert app.text_input(key="client").value == typed
    assert "Model " in read(app)


def test_an_unknown_client_is_said_in_french(desk, read) -> None:
    assert "« abc » n’est pas un numéro de client." in read(desk(client="abc", lang="fr")).replace("\u202f", " ")


def test_a_typed_number_opens_the_file(desk, served) -> None:
    client = served.random_client()
    app = desk().text_input(key="searched_client").set_value(f"  {client} ").run()
    assert app.title[0].value == f"Client {client}"


@pytest.mark.parametrize("space", [" ", "\u00a0", "\u202f", "\u2009"], ids=["ordinary", "no-break", "narrow", "thin"])
def test_a_number_is_read_however_its_digits_are_set_apart(desk, served, space) -> None:
    client = first(served)
    typed = f"{client // 1000}{space}{client % 1000:03d}"
    assert desk().text_input(key="searched_client").set_value(typed).run().title[0].value == f"Client {client}"
    assert desk(client=str(first(served))).text_input(key="client").set_value(typed).run().title[0].value == (
        f"Client {client}"
    )


def test_random_opens_a_client_of_the_portfolio(desk, served) -> None:
    app = desk().button(key="random").click().run()
    assert served.client(int(app.text_input(key="client").value))
    assert app.title[0].value == f"Client {app.text_input(key='client').value}"


def test_next_file_goes_through_the_queue_and_leaves_out_what_is_decided(desk, served) -> None:
    policy, ada = served.champion.recommended, Actor("Ada", "officer")
    app = desk()
    files = Cases.open(connect(settings().store), settings().champion_archive)
    waiting = [each.client for each in queue(files.engine, served, policy, "to do", ada, 4)]
    for client in waiting[:2]:
        app = app.switch_page("../pages/home.py").run()
        app = app.button(key="next").click().run()
        assert app.title[0].value == f"Client {client}"
    dossier = files.dossier(served, waiting[2], policy, served.decide(waiting[2], policy))
    files.decide(ada, Judgement("accept", ("income",), "Seen."), dossier)
    app = app.switch_page("../pages/home.py").run()
    app = app.button(key="next").click().run()
    assert app.title[0].value == f"Client {waiting[3]}"


def test_changing_the_language_keeps_the_client(desk, read, served) -> None:
    app = desk(client=str(first(served)))
    app.session_state["lang"] = "fr"
    app.run()
    assert app.title[0].value == f"Client {first(served)}"
    assert app.header[0].value == "Les raisons principales"


def test_two_readers_never_see_each_others_client(desk, served) -> None:
    one, other = first(served), served.random_client()
    mine, theirs = desk(client=str(one)), desk(client=str(other))
    mine.run()
    assert (mine.title[0].value, theirs.title[0].value) == (f"Client {one}", f"Client {other}")
    points = served.decide(one, served.champion.recommended).points
    assert f"This client {words_in('en').points(points)}<" in gauge(mine)


def test_the_demonstration_is_said_plainly_only_when_it_is_one(desk, read, served, serving, tmp_path) -> None:
    notice = "Demonstration: synthetic clients, no real person."
    assert (notice in read(desk())) == bool(served.manifest["demo"])
    real = copied(served, tmp_path, demo=not served.manifest["demo"])
    serving(real)
    assert (notice in read(desk())) == (not served.manifest["demo"])


def test_the_footer_names_the_model_and_the_size(desk, read, served) -> None:
    shown = read(desk())
    assert f"Model {served.champion.version}" in shown
    assert words_in("en").plural("{count} client", "{count} clients", served.size) in shown


def test_a_portfolio_of_another_model_stops_everything_with_a_sentence(desk, read, served, serving, tmp_path) -> None:
    serving(copied(served, tmp_path, model_version="99-00000000"))
    app = desk(client=str(first(served)))
    assert not app.exception
    shown = read(app)
    assert "scored by model 99-00000000" in shown and "make train" in shown
    assert not app.text_input and not app.button and not app.title and not app.get("plotly_chart")
    assert "Model" not in shown.replace("model 99", "")


def test_an_empty_folder_is_said_in_french(desk, read, serving, tmp_path) -> None:
    serving(tmp_path)
    app = desk(lang="fr")
    assert "Aucun portefeuille n’est publié" in read(app)
    assert not app.exception


def test_a_fault_is_told_calmly_and_logged_without_the_client(desk, read, served, monkeypatch, caplog) -> None:
    client = first(served)

    def fail(*_: object) -> None:
        raise RuntimeError(f"client {client}")

    monkeypatch.setattr("app.store.portfolio.Portfolio.client", fail)
    with caplog.at_level(logging.ERROR):
        app = desk(client=str(client))
    assert not app.exception
    reference = re.search(r"reference ([0-9a-f]{8})", read(app))
    assert reference and reference[1] in caplog.text
    assert str(client) not in caplog.text and "RuntimeError" in caplog.text
    assert "RuntimeError" not in read(app)


def test_a_new_release_is_served_at_the_next_run_once_its_scores_are_proven(
    desk, read, served, serving, tmp_path
) -> None:
    root = copied(served, tmp_path)
    serving(root)
    app = desk()
    release = root / "releases" / served.release
    second = release.with_name("second")
    shutil.copytree(release, second)
    rewrite(second, clients=7)
    (root / "serving.json").write_text(json.dumps({"release": "second"}))
    deadline = time.monotonic() + 30  # a run waits two seconds for the proof, which takes longer on a busy machine
    while "7 clients" not in read(app) and time.monotonic() < deadline:
        time.sleep(LOOK_EVERY_SECONDS)
        app.run()
    assert "7 clients" in read(app)


def with_history(app):
    app.session_state["past"] = True
    return app.run()


def bodies(app) -> str:
    return " ".join(each.proto.body for each in app.get("html"))


def copied(served, folder: Path, **facts: object) -> Path:
    """A copy of the served portfolio whose manifest tells other facts."""
    root = folder / "portfolio"
    shutil.copytree(settings().portfolio, root)
    rewrite(root / "releases" / served.release, **facts)
    return root


def rewrite(release: Path, **facts: object) -> None:
    manifest = release / "manifest.json"
    manifest.write_text(json.dumps(json.loads(manifest.read_text()) | facts))
