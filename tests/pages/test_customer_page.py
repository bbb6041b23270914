"""The customer's screen by its link: this one client's letter, and nothing else."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from itsdangerous import URLSafeTimedSerializer
from streamlit.testing.v1 import AppTest

from app.language.words import words_in
from app.scoring.case.actors import MANAGERS, Actor
from app.scoring.case.dossier import Terms
from app.scoring.case.events import Event, Ruling
from app.scoring.features import by_name
from app.settings import settings
from app.store.access import AccessLog
from app.store.cases.cases import Judgement
from app.store.cases.erasure import erase, held
from app.store.database import connect
from app.store.scores import clients_after
from app.ui.customer import data_protection
from app.ui.customer.issuing import letter_to_issue
from app.ui.customer.signed_link import PURPOSE, Links, _demonstration_key
from app.ui.loaders import cases, client_file
from app.ui.shell.navigation import PAGES, ROLES
from tests.pages.conftest import MAIN
from tests.pages.test_client_page import copied

KEY = "3b9c0e71d5a84f26b7e1904cda6f8253"
OpenLetter = Callable[..., AppTest]
Decided = Callable[..., Event]
ADA, MAX = Actor("ada@lender.example", "officer"), Actor("max@lender.example", "manager")
OPERATOR = Actor("operator", "operator")


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


@pytest.fixture
def decide(served) -> Decided:
    """Decides on a client as an officer does, and issues the letter unless told otherwise."""

    def decided(client: int, ruling: Ruling, comment: str = "", letter: bool = True) -> Event:
        policy = served.champion.recommended
        advice = served.decide(client, policy)
        terms = Terms(3_000.0, 12.0, 260.0) if ruling == "other" else None
        kept = cases()
        dossier = kept.dossier(served, client, policy, advice, terms)
        event = kept.decide(ADA, Judgement(ruling, ("debts",), comment), dossier)
        if letter:
            kept.issue_letter(client, ADA, letter_to_issue(kept.case(client), client_file(client)))
        return event

    return decided


def test_before_a_decision_it_says_where_the_request_stands_and_hints_at_nothing(
    letter, read, served, made, refused, decide
) -> None:
    policy = served.champion.recommended
    accepted = next(c for c in clients_after(served, 0, 100) if served.decide(c, policy).outcome == "accept")
    shown = {client: read(letter(made.token(client))) for client in (accepted, refused)}
    amounts = {client: words_in("en").money(float(served.client(client).features["credit"])) for client in shown}
    assert len({text.replace(amounts[client], "") for client, text in shown.items()}) == 1
    assert "We are looking at your request for" in shown[refused] and amounts[refused] in shown[refused]
    assert "against" not in shown[refused] and "could change" not in shown[refused]
    cases().refer(refused, ADA, MANAGERS, (("missing",), "Which papers?"), served.decide(refused, policy))
    assert "Some papers are missing" in read(letter(made.token(refused)))
    cases().claim(refused, MAX)
    cases().release(refused, MAX)


def test_a_decision_without_its_letter_says_so_and_no_more(letter, read, made, refused, decide) -> None:
    decide(refused, "refuse", letter=False)
    shown = read(letter(made.token(refused)))
    assert "A person has decided. We are writing your letter." in shown and "cannot lend" not in shown


@pytest.mark.parametrize(
    ("ruling", "told"),
    [
        ("refuse", "We cannot lend you"),
        ("accept", "We accept your request"),
        ("other", "but we offer you another loan"),
    ],
)
def test_the_letter_is_the_one_that_was_issued(letter, read, made, refused, decide, ruling, told, monkeypatch) -> None:
    event = decide(refused, ruling, "Payslips seen.")
    monkeypatch.setattr("app.ui.customer.letter.given", lambda *_: pytest.fail("the letter was written again"))
    shown = read(letter(made.token(refused)))
    assert told in shown and "They looked at your other loans." in shown
    assert ("€3,000" in shown and "€260" in shown and "12 months, interest not counted" in shown) == (ruling == "other")
    assert ("You pay each month" in shown) == (ruling != "refuse")
    assert f"Our reference: {refused}-{event.number}" in shown
    assert "Payslips" not in shown and "ada@" not in shown


def test_a_letter_is_read_in_either_language_and_after_the_client_left_the_portfolio(
    letter, read, made, refused, decide, serving, five_clients
) -> None:
    decide(refused, "refuse")
    assert "Nous ne pouvons pas" in read(letter(made.token(refused), lang="fr"))
    serving(five_clients.root)
    assert "We cannot lend you" in read(letter(made.token(refused)))


def test_a_customer_asks_for_a_review_once_and_has_a_receipt(letter, read, made, refused, decide) -> None:
    decide(refused, "refuse")
    app = letter(made.token(refused))
    app.text_area[0].set_value("My salary went up.")
    app.button[0].click().run()
    assert "Something is missing: nothing was sent." in read(app) and app.text_area[0].value == "My salary went up."
    other = letter(made.token(refused))
    app.text_input[0].set_value("01 02 03 04 05")
    app.button[0].click().run()
    case = cases().case(refused)
    asked = case.events[-1]
    assert (asked.kind, asked.actor.role, case.contents[asked.number]["words"]) == (
        "review_asked",
        "customer",
        "My salary went up.",
    )
    due = words_in("en").day(datetime.fromisoformat(case.state.due).date())
    assert f"Your receipt is number {asked.number}." in read(app) and f"by {due}." in read(app)
    assert not app.text_area
    other.text_area[0].set_value("Again.")
    other.text_input[0].set_value("here")
    other.button[0].click().run()
    assert f"number {asked.number}." in read(other) and len(cases().case(refused).events) == len(case.events)


@pytest.mark.parametrize(
    ("words", "found"),
    [("x" * 100_000, "The text has 100000 characters."), ("a\x00b", "The text has 3 characters.")],
    ids=["too long", "not plain"],
)
def test_what_no_review_can_say_is_a_sentence_and_stays(letter, read, made, refused, decide, words, found) -> None:
    decide(refused, "refuse")
    app = letter(made.token(refused))
    app.text_area[0].set_value(words)
    app.text_input[0].set_value("here")
    app.button[0].click().run()
    assert found in read(app) and app.text_area[0].value == words
    assert cases().state(refused).status == "decided"


def test_a_review_is_text_whatever_it_looks_like(letter, made, refused, decide) -> None:
    decide(refused, "refuse")
    app = letter(made.token(refused))
    hostile = "<script>alert(1)</script> [x](javascript:x) :red[y] $x$"
    app.text_area[0].set_value(hostile)
    app.text_input[0].set_value(hostile)
    app.button[0].click().run()
    case = cases().case(refused)
    assert case.contents[case.events[-1].number]["words"] == hostile and not app.exception


def test_an_expired_link_asks_for_nothing(letter, read, made, refused, decide) -> None:
    decide(refused, "refuse")
    app = letter(made.token(refused))
    app.text_area[0].set_value("Again.")
    app.text_input[0].set_value("here")
    cases().revoke_links(refused, ADA)
    app.button[0].click().run()
    assert "This link was withdrawn." in read(app) and cases().state(refused).status == "decided"


def test_links_of_one_client_are_withdrawn_and_the_others_open(desk, letter, read, made, refused, served) -> None:
    before, other = made.token(refused), made.token(served.random_client())
    app = desk(client=str(refused)).switch_page("../pages/decide.py").run()
    next(button for button in app.button if button.key == f"revoke_{refused}").click().run()
    assert "Every link made so far is withdrawn." in read(app)
    again = re.search(r"letter=([^&]+)", app.code[0].value)[1]
    assert "This link was withdrawn." in read(letter(before))
    assert "We are looking at your request" in read(letter(again))
    assert "We are looking at your request" in read(letter(other))


def test_an_erased_file_is_a_sentence(letter, read, made, refused, decide) -> None:
    decide(refused, "refuse")
    found = held(cases().engine, client=refused)
    erase(cases().engine, found[0], "Asked by the customer.", OPERATOR)
    shown = read(letter(made.token(refused)))
    assert "We no longer hold the file" in shown and "cannot lend" not in shown


def test_there_is_nothing_but_the_letter(letter, read, served, made, refused) -> None:
    other = served.random_client()
    app = letter(made.token(refused), client=str(other))
    shown = read(app)
    assert not app.text_input and not app.button and not app.title and not app.get("plotly_chart")
    assert "Model " not in shown and f"{served.size:,}" not in shown
    assert {int(number) for number in re.findall(r"\b\d{6}\b", shown)} <= {refused}


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
    assert Links(_demonstration_key(), timedelta(days=7)).opened(token, datetime.now(UTC)) == (refused, 0)
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
