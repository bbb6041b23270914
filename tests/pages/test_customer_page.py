"""The customer's screen by its link: this one client's letter, and nothing else."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from itsdangerous import URLSafeTimedSerializer
from streamlit.testing.v1 import AppTest

from app.scoring.features import by_name
from app.settings import settings
from app.store.access import AccessLog
from app.store.database import connect
from app.store.journal import Journal, Verdict
from app.ui.customer import data_protection
from app.ui.customer.signed_link import PURPOSE, Links, _demonstration_key
from app.ui.shell.navigation import PAGES, ROLES
from tests.pages.conftest import MAIN
from tests.pages.test_client_page import copied

KEY = "3b9c0e71d5a84f26b7e1904cda6f8253"
OpenLetter = Callable[..., AppTest]


@pytest.fixture
def made() -> Links:
    return Links(_demonstration_key(), timedelta(days=7))


@pytest.fixture
def letter(desk) -> OpenLetter:
    return lambda token, **address: desk(letter=token, **address)


@pytest.fixture
def refused(served) -> int:
    """A client whom the policy refuses, and for whom some smaller loan would do."""
    policy = served.champion.recommended
    client = served.next_in_grey_zone(policy)
    while served.decide(client, policy).outcome == "accept":
        client = served.next_in_grey_zone(policy, after=client)
    return client


def test_the_letter_tells_the_answer_a_person_gave(letter, read, served, made, refused) -> None:
    token = made.token(refused)
    assert "We have not decided yet" in read(letter(token))
    journal = Journal.open(connect(settings().store))
    decision = served.decide(refused, served.champion.recommended)
    journal.record(Verdict("Ada Byron", "refuse", ("debts",)), decision)
    shown = read(letter(token))
    assert "We cannot lend you" in shown and "They looked at your other loans." in shown
    journal.record(Verdict("Ada Byron", "accept", ("income",), "Payslips seen."), decision)
    shown = read(letter(token))
    assert "We accept your request" in shown and "Payslips" not in shown and "Ada" not in shown


def test_there_is_nothing_but_the_letter(letter, read, served, made, refused) -> None:
    other = served.random_client()
    app = letter(made.token(refused), client=str(other))
    shown = read(app)
    assert not app.text_input and not app.button and not app.title and not app.get("plotly_chart")
    assert "Model " not in shown and f"{served.size:,}" not in shown
    assert {int(number) for number in re.findall(r"\b\d{6}\b", shown)} <= {refused}


def test_what_could_change_the_answer_is_searched_with_the_model(letter, read, made, refused) -> None:
    shown = read(letter(made.token(refused)))
    assert re.search(r"could change the answer\.|would be enough by itself", shown)


@pytest.mark.parametrize(("lang", "said"), [("en", "Your loan request"), ("fr", "Votre demande de crédit")])
def test_it_speaks_the_readers_language(letter, read, made, refused, lang, said) -> None:
    assert said in read(letter(made.token(refused), lang=lang))


def signed(key: str, days_ago: float, client: int) -> str:
    serializer = URLSafeTimedSerializer(key, salt=PURPOSE)
    moment = int((datetime.now(UTC) - timedelta(days=days_ago)).timestamp())

    class Signer(serializer.default_signer):  # type: ignore[name-defined]
        def get_timestamp(self) -> int:
            return moment

    serializer.signer = Signer
    return str(serializer.dumps(client))


@pytest.mark.parametrize(
    ("token", "told"),
    [
        (lambda key, client: signed(key, 8, client), "This link has expired."),
        (lambda key, client: signed(key, -1, client), "This link bears a date that is still to come."),
        (lambda key, client: signed("foreign", 0, client), "This link is not one of ours"),
        (lambda key, client: signed(key, 0, client)[:-2], "This link is not one of ours"),
        (lambda key, client: "", "This link is not one of ours"),
        (lambda key, client: signed(key, 0, 999_999_999), "We no longer hold the file this link was made for."),
    ],
    ids=["expired", "clock skew", "foreign", "altered", "empty", "gone"],
)
def test_a_link_that_opens_nothing_says_why_and_shows_nothing(letter, read, made, refused, token, told) -> None:
    app = letter(token(made.key, refused), client=str(refused))
    shown = read(app)
    assert told in shown and "Your loan request" not in shown and str(refused) not in shown
    assert not app.exception and not app.text_input and not app.button


def test_a_log_that_cannot_be_written_shows_no_letter(letter, read, made, refused) -> None:
    log = AccessLog.open(connect(settings().store))
    with log.engine.begin() as connection:
        connection.exec_driver_sql(
            "CREATE TRIGGER full BEFORE INSERT ON access_log BEGIN SELECT RAISE(ABORT, 'the disk is full'); END"
        )
    shown = read(letter(made.token(refused)))
    assert "The access log cannot be written." in shown and "Your loan request" not in shown


def test_real_customers_links_need_a_key_and_a_contact(letter, read, served, serving, refused, monkeypatch, tmp_path):
    serving(copied(served, tmp_path, demo=False))
    configured = {"LINK_SECRET": KEY, "CONTACT_EMAIL": "us@lender.example"}
    for missing in configured:
        for name, value in configured.items():
            monkeypatch.setenv(name, "" if name == missing else value)
        settings.cache_clear()
        shown = read(letter(Links(KEY, timedelta(1)).token(refused)))
        assert f"Links to customers need the setting {missing}." in shown
    for name, value in configured.items():
        monkeypatch.setenv(name, value)
    settings.cache_clear()
    shown = read(letter(Links(KEY, timedelta(1)).token(refused)))
    assert "us@lender.example" in shown and "Demonstration" not in shown


def test_the_officer_finds_the_link_beside_the_decision(desk, served, refused) -> None:
    app = desk(client=str(refused)).switch_page("../pages/decide.py").run()
    link = app.get("link_button")[0].proto.url
    token = re.search(r"letter=([^&]+)", link)[1]
    assert Links(_demonstration_key(), timedelta(days=7)).client(token, datetime.now(UTC)) == refused
    assert app.code[0].value == link


def test_a_link_is_whole_wherever_the_desk_stands(refused) -> None:
    app = AppTest.from_file(str(MAIN), default_timeout=30)
    app.context = {"url": "https://lender.example/desk/decide"}
    app.query_params.update({"lang": "fr", "client": str(refused)})
    app.switch_page("../pages/decide.py").run()
    assert app.code[0].value.startswith("https://lender.example/desk/?letter=")
    assert app.code[0].value.endswith("&lang=fr")


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_data_protection_is_open_to_customers_and_staff(desk, read, made, refused, lang) -> None:
    question = {
        "en": "How are personal data protected?",
        "fr": "Comment les données personnelles sont-elles protégées ?",
    }
    for address in ({}, {"letter": made.token(refused)}):
        app = desk(lang=lang, **address).switch_page("../pages/data_protection.py").run()
        assert app.title[0].value.replace("\u00a0", " ").replace("\u202f", " ") == question[lang]
        assert {"en": "neither gender, nor age", "fr": "ni le genre, ni l’âge"}[lang] in read(app)


def test_data_protection_says_when_a_protected_attribute_is_read(desk, read, monkeypatch) -> None:
    read_by_the_model = replace(by_name["external_score_2"], protected=True)
    monkeypatch.setattr(data_protection, "FEATURES", (read_by_the_model,))
    shown = read(desk().switch_page("../pages/data_protection.py").run())
    assert "these attributes the law protects: External score 2." in shown and "neither gender" not in shown


def test_who_sees_what_is_what_the_navigation_routes(desk) -> None:
    app = desk().switch_page("../pages/data_protection.py").run()
    table = next(each.proto.body for each in app.get("html") if 'class="figures"' in each.proto.body)
    rows = [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row) for row in re.findall(r"<tr>(.*?)</tr>", table)]
    told = {row[0]: [cell == "yes" for cell in row[1:4]] for row in rows[1:-1]}
    assert told == {page.title: [role in page.roles for role in ROLES] for page in PAGES}
