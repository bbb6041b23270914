"""Decision: what a person decides is kept as they decided it, or they are told why not."""

from __future__ import annotations

import json
import random
import re
import shutil
import sqlite3
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from sqlalchemy import event

from app.language.words import words_in
from app.scoring.case.actors import MANAGERS, Actor
from app.scoring.features import FEATURES
from app.scoring.policy import Authority, Policy
from app.scoring.verdict import REASON_CODES
from app.scoring.what_if.counterfactual import what_would_it_take
from app.scoring.what_if.simulation import Edits, simulate
from app.settings import settings
from app.store.cases.cases import Cases, Judgement
from app.store.database import connect
from app.store.journal import Journal
from app.store.policies import PolicyHistory
from app.store.proposals import Draft
from app.store.records import application_form
from app.store.suspensions import Suspensions
from app.ui import loaders
from tests.pages.number_fields import number_field, number_fields

EN, FR = words_in("en"), words_in("fr")
COLUMNS = {feature.name for feature in FEATURES if "_" in feature.name}


@pytest.fixture
def file(tmp_path, monkeypatch):
    """The store's SQLite file, which the desk opens anew."""
    file = tmp_path / "store.sqlite"
    monkeypatch.setenv("STORE_URL", f"sqlite:///{file}")
    settings.cache_clear()
    yield file
    settings.cache_clear()


@pytest.fixture
def page(desk, file):
    """Opens the page at an address."""
    return lambda **address: desk(**address).switch_page("../pages/decide.py").run()


@pytest.fixture(scope="module")
def clients(served):
    """A client the model refuses and one it accepts."""
    threshold, found = served.champion.recommended.threshold, {}
    while len(found) < 2:
        client = served.random_client()
        found["refuse" if served.client(client).probability >= threshold else "accept"] = client
    return found


@pytest.fixture
def kept(file):
    """Reads the journal as another process does."""
    return lambda **asked: Journal.open(connect(f"sqlite:///{file}")).entries(**asked)


@pytest.fixture
def files(file):
    """The files' lives, as another process reads and writes them."""
    return Cases.open(connect(f"sqlite:///{file}"), file.parent / "champions")


ADA, BEA = Actor("Ada", "officer"), Actor("Bea", "officer")
MIA = Actor("Demo manager A", "manager")


def decide(app, choice=None, reasons=(), comment=""):
    """Fill the form in and send it."""
    if choice:
        app.radio[0].set_value(choice)
    if choice in ("other", "refer"):  # whose own fields are drawn then
        app = app.run()
    for code in reasons:
        box(app, code).check()
    app.text_area[0].set_value(comment)
    return click(app, "record_")


def box(app, code):
    return next(each for each in app.checkbox if str(each.key).startswith(f"reason_{code}_"))


def checked(app):
    return [str(each.key).split("_")[1] for each in app.checkbox if each.value]


def button(app, start):
    return next((each for each in app.button if str(each.key).startswith(start)), None)


def click(app, start):
    return button(app, start).click().run()


def follow(files, served, client, actor, **changed):
    """A colleague decides as the model advises."""
    policy = served.champion.recommended
    advice = served.decide(client, policy)
    dossier = files.dossier(served, client, policy, advice)
    return files.decide(actor, Judgement(advice.outcome, ("score",), **changed), dossier)


def test_without_a_client_the_page_leads_home(page) -> None:
    assert page().title[0].value == "What is waiting for you?"


def test_the_models_advice_comes_first_then_the_form_then_what_was_decided(page, read, served, clients) -> None:
    app = page(client=str(clients["refuse"]))
    assert not app.exception
    decision = served.decide(clients["refuse"], served.champion.recommended)
    kinds = [each.proto.body if each.type == "html" else each.type for each in app.main]
    answer = next(place for place, each in enumerate(kinds) if 'class="answer' in each)
    assert answer < kinds.index("radio") < kinds.index("checkbox") < kinds.index("text_area") < kinds.index("header")
    assert len(app.checkbox) == len(REASON_CODES)
    assert EN.points(decision.points) in read(app) and "The model’s advice" in read(app)
    assert "To do: nobody has it yet." in read(app) and "What happened to this file" in read(app)


@pytest.mark.parametrize("choice", ["accept", "refuse", "refer"])
@pytest.mark.parametrize("advice", ["accept", "refuse"])
def test_a_decision_is_kept_with_all_it_rests_on(page, read, served, clients, kept, advice, choice) -> None:
    client, before = clients[advice], datetime.now(UTC)
    app = decide(page(client=str(client)), choice, ["income", "debts"], "Payslips <seen>.")
    assert not app.exception
    (entry,) = kept()
    decision = served.decide(client, served.champion.recommended)
    assert (entry.client, entry.choice, entry.reasons) == (client, choice, ("income", "debts"))
    assert (entry.officer, entry.comment, entry.advice) == ("Demo officer", "Payslips <seen>.", advice)
    assert (entry.model_version, entry.threshold) == (served.champion.version, decision.threshold)
    assert entry.probability == decision.probability
    assert before <= datetime.fromisoformat(entry.at) <= datetime.now(UTC)
    shown = read(app)
    assert "Recorded: entry 1 of the decision journal." in shown
    assert "Payslips &lt;seen&gt;." in shown and EN.say(REASON_CODES["debts"]) in shown
    assert (", against the model" in shown) == (choice not in ("refer", advice))


def test_going_against_the_model_needs_words(page, read, clients, kept) -> None:
    for advice, choice in (("refuse", "accept"), ("accept", "refuse")):
        app = decide(page(client=str(clients[advice])), choice, ["income"], "   ")
        assert "The decision goes against the model and says nothing why." in read(app)
        assert kept() == ()
        assert app.radio[0].value == choice and checked(app) == ["income"], "what was chosen stays"
    app = decide(app, "refuse", ["income"], "No payslip.")
    assert len(kept()) == 1


@pytest.mark.parametrize(
    ("choice", "reasons", "said"),
    [
        (None, ["income"], "No decision is chosen."),
        ("refer", [], "No known reason is given."),
    ],
)
def test_what_lacks_is_said_and_nothing_is_kept(page, read, clients, kept, choice, reasons, said) -> None:
    app = decide(page(client=str(clients["refuse"])), choice, reasons, "A comment.")
    assert not app.exception and said in read(app)
    assert "None is given" not in read(app) and "“None”" not in read(app)
    assert kept() == ()
    assert app.text_area[0].value == "A comment."


def test_a_comment_no_database_can_hold_is_a_sentence(page, read, clients, kept) -> None:
    app = decide(page(client=str(clients["refuse"])), "refuse", ["income"], "nul \x00 character")
    assert not app.exception and "The comment has" in read(app)
    assert kept() == ()


def test_where_nobody_is_known_nothing_is_decided(
    page, read, served, clients, kept, serving, tmp_path, monkeypatch
) -> None:
    monkeypatch.setenv("ALLOW_ANONYMOUS", "1")
    root = tmp_path / "portfolio"
    shutil.copytree(settings().portfolio, root)
    manifest = root / "releases" / served.release / "manifest.json"
    manifest.write_text(json.dumps(json.loads(manifest.read_text()) | {"demo": False}))
    serving(root)
    app = page(client=str(clients["refuse"]))
    assert "Nobody is named." in read(app) and "Sign in first." in read(app)
    assert not app.radio and kept() == ()


def test_a_second_click_on_the_same_form_decides_nothing(page, clients, kept) -> None:
    app = page(client=str(clients["refuse"]))
    first = next(each for each in app.button if str(each.key).startswith("record_")).key
    app = decide(app, "refuse", ["income"], "")
    keys = [each.key for each in app.button]
    assert first not in keys and len(kept()) == 1, "the form that was sent is gone"
    assert app.radio[0].value is None and app.text_area[0].value == "" and not checked(app)
    app.run()
    assert len(kept()) == 1, "a rerun records nothing"


def test_what_was_decided_before_is_shown_newest_first_and_only_on_this_client(
    page, read, served, file, clients, tmp_path
):
    long_ago = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)
    policy, engine = served.champion.recommended, connect(f"sqlite:///{file}")
    past, today = (Cases.open(engine, tmp_path / "champions", **when) for when in ({"clock": lambda: long_ago}, {}))

    def rests_on(name):
        return today.dossier(served, clients[name], policy, served.decide(clients[name], policy))

    past.decide(ADA, Judgement("refuse", ("debts",)), rests_on("refuse"))
    past.decide(Actor("Bob", "officer"), Judgement("accept", ("score",)), rests_on("accept"))
    today.correct(Actor("Cyd", "manager"), Judgement("accept", ("income",), "Payslips seen."), rests_on("refuse"))
    cards = next(
        each.proto.body
        for each in page(client=str(clients["refuse"])).get("html")
        if each.proto.body.startswith('<div class="cards">')
    )
    assert cards.index("Cyd") < cards.index("Ada") and "Bob" not in cards
    assert "Accept, against the model" in cards and "March 1, 2026, 9:30" in cards
    shown = next(
        each.proto.body
        for each in page(client=str(clients["refuse"]), lang="fr").get("html")
        if each.proto.body.startswith('<div class="cards">')
    )
    assert "Accepter, contre le modèle" in shown and "1 mars 2026" in shown and "Autres dettes" in shown


def test_a_tampered_entry_is_pointed_at_and_the_page_stays(page, read, file, clients, kept) -> None:
    app = decide(page(client=str(clients["refuse"])), "refuse", ["income"], "Seen.")
    assert "is not as it was written" not in read(app)
    tamper(file, "UPDATE decision_journal SET choice = 'accept', reasons = '[\"{x}\"]', at = 'yesterday'")
    app = page(client=str(clients["refuse"]))
    assert not app.exception
    shown = read(app)
    assert "Entry 1 is not as it was written: do not rely on it" in shown
    assert "Decision taken" in shown, "what the file itself holds still stands"
    assert not kept()[0].intact


def test_an_entry_that_cannot_be_read_is_a_sentence(page, read, file, clients) -> None:
    decide(page(client=str(clients["refuse"])), "refuse", ["income"], "Seen.")
    tamper(file, "UPDATE decision_journal SET reasons = 'no list'")
    app = page(client=str(clients["refuse"]))
    assert not app.exception
    assert "The decision journal cannot be read" in read(app)


def tamper(file, statement):
    with sqlite3.connect(file) as connection:
        for (trigger,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            connection.execute(f"DROP TRIGGER {trigger}")
        connection.execute(statement)
    connection.close()


def test_a_locked_store_is_a_sentence_and_the_decision_can_be_sent_again(page, read, file, clients, kept) -> None:
    app = page(client=str(clients["refuse"]))
    holder = sqlite3.connect(file, isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    app = decide(app, "refuse", ["income"], "Seen.")
    assert not app.exception
    assert "What is done to the file cannot be written: it is locked." in read(app)
    assert app.text_area[0].value == "Seen.", "what was typed stays"
    holder.close()
    app = decide(app, "refuse", ["income"], "Seen.")
    assert "Recorded: entry 1" in read(app) and len(kept()) == 1


def test_a_full_disk_is_a_sentence_in_french(page, read, file, clients, kept) -> None:
    app = page(client=str(clients["refuse"]), lang="fr")
    pages = sqlite3.connect(file).execute("PRAGMA page_count").fetchone()[0]
    engine = loaders.cases().engine
    engine.dispose()

    def fill(connection, _):
        connection.execute(f"PRAGMA max_page_count = {pages}")

    event.listen(engine, "connect", fill)
    for _ in range(6):
        app = decide(app, "refuse", ["income"], "x" * 1_900)
        if "ne peut être écrit" in read(app):
            break
    assert "Ce qui est fait du dossier ne peut être écrit\u202f: le disque est plein." in read(app)
    assert not app.exception
    event.remove(engine, "connect", fill)
    engine.dispose()
    before = len(kept())
    decide(app, "refuse", ["income"], "x")
    assert len(kept()) == before + 1


def test_a_read_only_store_still_shows_what_was_decided(page, read, file, clients, kept) -> None:
    app = decide(page(client=str(clients["refuse"])), "refuse", ["income"], "Seen.")
    engine = loaders.cases().engine
    engine.dispose()

    def seal(connection, _):
        connection.execute("PRAGMA query_only = ON")

    event.listen(engine, "connect", seal)
    app = decide(app, "refuse", ["debts"], "Again.")
    assert not app.exception
    shown = read(app)
    assert "What is done to the file cannot be written: it is read-only." in shown and "Seen." in shown
    event.remove(engine, "connect", seal)
    engine.dispose()
    assert "Recorded: entry 2" in read(decide(app, "refuse", ["debts"], "Again."))


def test_a_store_removed_under_the_desk_is_said_and_found_again(page, read, file, clients, kept) -> None:
    app = decide(page(client=str(clients["refuse"])), "refuse", ["income"], "Seen.")
    away = file.with_name("away.sqlite")
    sqlite3.connect(file).execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    shutil.copy(file, away)
    for each in file.parent.glob(file.name + "*"):
        each.unlink()
    app.run()
    assert not app.exception
    assert "cannot be read: it is not there." in read(app)
    assert not app.radio, "nothing can be decided that would not be kept"
    for each in file.parent.glob(file.name + "*"):
        each.unlink()
    shutil.move(away, file)
    app.run()
    assert "Seen." in read(app)
    assert "Recorded: entry 2" in read(decide(app, "refuse", ["debts"], "Back."))
    assert [entry.number for entry in kept()] == [2, 1]


def test_a_store_that_cannot_be_opened_is_tried_again_at_the_next_run(page, read, file, clients) -> None:
    file.write_bytes(b"these are no pages of a database " * 100)
    app = page(client=str(clients["refuse"]), lang="fr")
    assert not app.exception and not app.radio
    assert [each for each in app.get("html") if 'role="alert"' in each.proto.body]
    file.unlink()
    app.run()
    assert "À traiter\u202f: personne ne l’a encore pris." in read(app)


@pytest.mark.parametrize("language", ["en", "fr"])
def test_no_column_name_or_code_reaches_the_reader(page, read, clients, language) -> None:
    app = decide(page(client=str(clients["refuse"]), lang=language), "accept", list(REASON_CODES), "Seen.")
    shown = read(app)
    words = words_in(language)
    assert COLUMNS & set(re.findall(r"\w+", shown)) == set()
    assert all(words.say(wording) in shown for wording in REASON_CODES.values())
    assert not re.search(r"\bNone\b", shown) and not re.search(r"\b(purpose|burden)\b", shown)


def attempt(app):
    told = app.query_params["attempt"]
    return told if isinstance(told, str) else told[0]


def test_a_form_that_is_sent_again_after_a_reload_is_one_decision(page, read, clients, kept) -> None:
    """The first answer never came; its browser was reloaded, and the same was typed once more."""
    first = page(client=str(clients["refuse"]))
    reloaded = page(client=str(clients["refuse"]), attempt=attempt(first))
    assert attempt(reloaded) == attempt(first)
    for app in (first, reloaded):
        assert "Recorded: entry 1 of" in read(decide(app, "refuse", ["income"], "Seen."))
    assert [entry.number for entry in kept()] == [1]
    assert reloaded.text_area[0].value == "" and attempt(reloaded) != kept()[0].attempt


def test_another_decision_by_a_form_that_is_spent_is_told_and_stays_typed(page, read, clients, kept) -> None:
    first = page(client=str(clients["refuse"]))
    reloaded = page(client=str(clients["refuse"]), attempt=attempt(first))
    decide(first, "refuse", ["income"], "Seen.")
    reloaded = decide(reloaded, "accept", ["debts"], "On reflection.")
    assert "By this form something was recorded already, and it says something else." in read(reloaded)
    assert len(kept()) == 1
    assert (reloaded.radio[0].value, checked(reloaded)) == ("accept", ["debts"])
    assert reloaded.text_area[0].value == "On reflection."
    assert "Recorded: entry 2" in read(click(reloaded, "record_"))


@pytest.mark.parametrize("foreign", ["", "x", "7-" + "0" * 32, "{client}-" + "0" * 31 + "g", "{client}-" + "0" * 33])
def test_an_attempt_that_is_none_of_this_client_is_not_taken(page, clients, kept, foreign) -> None:
    given = foreign.format(client=clients["refuse"])
    app = page(client=str(clients["refuse"]), attempt=given)
    assert attempt(app) != given and attempt(app).startswith(f"{clients['refuse']}-")
    decide(app, "refuse", ["income"], "Seen.")
    assert kept()[0].attempt.startswith(f"{clients['refuse']}-")


def test_each_client_has_an_attempt_of_its_own_kept_while_one_looks_elsewhere(page, clients) -> None:
    app = page(client=str(clients["refuse"]))
    first = attempt(app)
    app.text_input(key="client").set_value(str(clients["accept"])).run()
    assert attempt(app).startswith(f"{clients['accept']}-")
    app.text_input(key="client").set_value(str(clients["refuse"])).run()
    assert attempt(app) == first


@pytest.fixture
def activate(file, served):
    """Puts a threshold in force, as two managers do elsewhere."""
    version = served.champion.version

    def put(threshold):
        history = PolicyHistory.open(connect(f"sqlite:///{file}"))
        number = history.propose(Draft(Policy(threshold), 1.0, 1.0, version), "Ada", "Because.", version).number
        active = history.in_force(version)
        history.activate(number, "Bea", active.activation if active else 0, version)

    return put


def test_a_decision_counts_on_the_advice_that_was_seen(page, read, clients, kept, activate) -> None:
    """“Accept, I follow the model”, and meanwhile the model's policy refuses."""
    app = page(client=str(clients["accept"]))
    activate(0.0001)
    app = decide(app, "accept", ["income"], "I follow the model.")
    shown = read(app)
    assert not app.exception and kept() == ()
    assert "The advice has changed since it was shown to you. Shown: Accept (" in shown and "Now: Refuse (" in shown
    assert app.radio[0].value == "accept" and checked(app) == ["income"]
    assert app.text_area[0].value == "I follow the model.", "what was typed stays"
    assert "against the model (Refuse)" in app.text_area[0].label
    app = decide(app, "accept", ["income"], "I follow the model.")
    (entry,) = kept()
    assert entry.advice == "refuse" and entry.threshold == 0.0001 and entry.against_the_model


def test_a_threshold_that_moved_is_told_even_where_the_advice_is_the_same(page, read, clients, kept, activate) -> None:
    app = page(client=str(clients["refuse"]), lang="fr")
    activate(0.0001)
    app = decide(app, "refuse", ["income"], "Vu.")
    assert kept() == () and app.text_area[0].value == "Vu."
    assert "L’avis a changé depuis qu’il vous a été montré." in read(app)
    decide(app, "refuse", ["income"], "Vu.")
    assert kept()[0].threshold == 0.0001


def test_the_new_advice_once_shown_is_the_one_that_counts(page, read, clients, kept, activate) -> None:
    app = page(client=str(clients["accept"]))
    activate(0.0001)
    decide(app.run(), "refuse", ["income"], "")
    assert kept()[0].advice == "refuse"


def test_a_colleague_who_decided_meanwhile_is_told_and_what_is_typed_stays(page, read, served, clients, files) -> None:
    mine = page(client=str(clients["refuse"]))
    follow(files, served, clients["refuse"], ADA)
    mine = decide(mine, "refuse", ["income"], "Seen.")
    shown = read(mine)
    assert "Ada has decided this file, at " in shown and "nothing was recorded, what you typed is still there" in shown
    assert mine.text_area[0].value == "Seen." and checked(mine) == ["income"]
    assert [each.actor for each in files.case(clients["refuse"]).events if each.kind == "decided"] == [ADA]


def test_a_colleague_who_took_the_file_is_told_with_since_when(page, read, clients, files) -> None:
    mine = page(client=str(clients["refuse"]))
    files.claim(clients["refuse"], ADA)
    mine = decide(mine, "refuse", ["income"], "Seen.")
    assert "Ada has had this file since " in read(mine) and mine.text_area[0].value == "Seen."
    assert files.state(clients["refuse"]).status == "claimed"
    again = page(client=str(clients["refuse"]))
    assert "In progress: Ada has had this file since " in read(again)
    assert not again.radio and not button(again, "claimed_") and not button(again, "released_")


def away(file):
    """Has the store's file away until it is called again; what was written is in it."""
    sqlite3.connect(file).execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    kept = shutil.copy(file, file.with_name("away.sqlite"))
    for each in file.parent.glob(file.name + "*"):
        each.unlink()

    def back():
        for each in file.parent.glob(file.name + "*"):
            each.unlink()
        shutil.move(kept, file)

    return back


def test_what_is_typed_stays_while_nothing_can_be_read(page, read, file, clients, kept) -> None:
    """At the click the page cannot even be drawn; Streamlit forgets a field that is not drawn."""
    app = page(client=str(clients["refuse"]))
    back = away(file)
    with sqlite3.connect(file) as other:
        other.execute("CREATE TABLE of_another_program (value INTEGER)")
    app = decide(app, "refuse", ["income"], "Seen.")
    assert not app.exception and not app.radio
    assert len([each for each in app.get("html") if 'role="alert"' in each.proto.body]) == 1, "one sentence"
    back()
    app = app.run()
    assert kept() == (), "nothing is recorded by itself"
    assert app.radio[0].value == "refuse" and checked(app) == ["income"]
    assert app.text_area[0].value == "Seen."
    assert "Recorded: entry 1" in read(click(app, "record_"))


def test_a_file_is_taken_and_given_back(page, read, clients, files) -> None:
    client = clients["refuse"]
    app = click(page(client=str(client)), "claimed_")
    state = files.state(client)
    assert state.status == "claimed" and state.holder.name == "Demo officer"
    assert "In progress: Demo officer has had this file since " in read(app)
    app = click(app, "released_")
    assert files.state(client).status == "to do" and button(app, "claimed_")


def test_the_next_file_is_a_click_away_and_never_the_one_decided(page, clients, files) -> None:
    app = decide(page(client=str(clients["refuse"])), "refuse", ["income"])
    app = click(app, "next_file")
    following = int(app.text_input(key="client").value)
    assert following != clients["refuse"] and files.state(following).status == "to do"
    assert str(following) in app.title[0].value


def test_a_file_is_referred_to_a_colleague_by_name(page, read, clients, files) -> None:
    files.claim(clients["accept"], BEA)  # by which she is known
    app = page(client=str(clients["refuse"])).radio[0].set_value("refer").run()
    whom = next(each for each in app.selectbox if each.label == "To whom")
    assert whom.options == ["the managers", "Bea"]
    app = decide(whom.set_value(whom.options[1]).run(), None, ["debts"], "You know them.")
    state = files.state(clients["refuse"])
    assert state.status == "referred" and state.referred_to.name == "Bea"
    assert "Referred by Demo officer to Bea, since " in read(app)


def test_without_a_colleague_a_file_goes_to_the_managers(page, clients, files) -> None:
    decide(page(client=str(clients["refuse"])), "refer", ["debts"], "Above me.")
    assert files.state(clients["refuse"]).referred_to == MANAGERS


def test_another_loan_is_accepted_with_its_terms_and_the_advice_on_it(page, read, served, clients, files) -> None:
    client = clients["refuse"]
    app = page(client=str(client)).radio[0].set_value("other").run()
    asked = served.client(client).features
    field = {name: next(e for e in number_fields(app) if e.key.startswith(f"loan_{name}_")) for name in TERMS}
    assert field["amount"].value == asked["credit"] and field["payment"].value == pytest.approx(
        asked["annuity"], abs=0.01
    )
    field["amount"].set_value(100_000.0)
    field["months"].set_value(24.0)
    app = field["payment"].set_value(5_000.0).run()
    assert "The model’s advice on this loan" in read(app)
    app = decide(app, None, ["burden"], "They can pay this.")
    assert not app.exception and "Recorded: entry 1" in read(app)
    case = files.case(client)
    ruled, content = case.state.in_force, case.contents[case.state.in_force.event]
    assert ruled.ruling == "other" and content["terms"] == {"amount": 100_000.0, "months": 24.0, "payment": 5_000.0}
    advised = {each["feature"]: each["value"] for each in content["dossier"]["advice"]["contributions"]}
    assert advised["credit_to_annuity"] == pytest.approx(100_000.0 / 5_000.0), "of the loan that is accepted"
    assert "Accept another loan" in read(app) and "€100,000 over 24 months, €5,000 a month." in read(app)


TERMS = ("amount", "months", "payment")


def test_no_whole_loan_is_a_sentence(page, read, clients, files) -> None:
    app = page(client=str(clients["refuse"])).radio[0].set_value("other").run()
    app = next(e for e in number_fields(app) if e.key.startswith("loan_amount_")).set_value(None).run()
    app = decide(app, None, ["burden"], "They can pay this.")
    assert "The other loan has a value of 0." in read(app)
    assert files.state(clients["refuse"]).in_force is None and app.text_area[0].value == "They can pay this."


@pytest.fixture
def two_sign(file, served):
    """A policy by which accepting any loan wants a second signature."""
    version, authority = served.champion.version, Authority(officer_amount=1.0)
    policy = replace(served.champion.recommended, authority=authority)
    history = PolicyHistory.open(connect(f"sqlite:///{file}"))
    number = history.propose(Draft(policy, 1.0, 1.0, version), "Ada", "Because.", version).number
    history.activate(number, "Bea", 0, version)
    return policy


@pytest.mark.usefixtures("two_sign")
def test_a_decision_beyond_ones_authority_waits_for_a_manager(page, read, clients, files) -> None:
    client = clients["accept"]
    app = page(client=str(client)).radio[0].set_value("accept").run()
    assert "This decision counts once a manager has signed it too: an officer accepts up to €1 alone." in read(app)
    app = decide(app, None, ["income"])
    assert "The decision counts once a manager has signed it too." in read(app)
    assert "Decided by a person, does not count yet" in read(app) and not button(app, "countersign_")
    assert files.state(client).status == "second signature"
    app.session_state["role"] = "manager"
    app = click(app.run(), "decline_")
    assert "where it says why, it is not empty" in read(app) and files.state(client).status == "second signature"
    app = click(app, "countersign_")
    state = files.state(client)
    assert state.status == "decided" and state.in_force.countersigned_by.name == "Demo manager A"
    assert "Second signature: Demo manager A." in read(app)


@pytest.mark.usefixtures("two_sign")
def test_a_signature_refused_sends_the_file_back_with_the_reason(page, read, clients, files) -> None:
    client = clients["accept"]
    app = decide(page(client=str(client)), "accept", ["income"])
    app.session_state["role"] = "manager"
    app = app.run()
    app.text_area[0].set_value("The payslip is of last year.")
    app = click(app, "decline_")
    state = files.state(client)
    assert state.status == "claimed" and state.holder.name == "Demo officer"
    assert "The payslip is of last year." in read(app)


def test_managers_decide_too(page, files, clients) -> None:
    app = page(client=str(clients["refuse"]))
    app.session_state["role"] = "manager"
    decide(app.run(), "refuse", ["income"])
    assert files.state(clients["refuse"]).in_force.by == MIA


def test_while_the_advice_is_suspended_people_decide_on_the_documents(page, read, files, served, clients) -> None:
    Suspensions.open(files.engine).suspend(Actor("Max", "manager"), "It drifts.")
    client = clients["refuse"]
    app = page(client=str(client))
    shown = read(app)
    assert "The advice has been suspended by Max, since " in shown and "It drifts." in shown
    points = EN.points(served.decide(client, served.champion.recommended).points)
    assert "Suspended: people decide without it, on the documents." in shown and f"{points} points" not in shown
    app = decide(app, "accept", ["income"], "")
    state = files.state(client)
    assert state.in_force.ruling == "accept" and state.in_force.entry is None
    assert "Recorded: Decision taken." in read(app)


def test_an_advice_suspended_after_it_was_seen_counts_no_more(page, read, files, clients) -> None:
    app = page(client=str(clients["refuse"]))
    Suspensions.open(files.engine).suspend(Actor("Max", "manager"), "It drifts.")
    app = decide(app, "refuse", ["income"], "Seen.")
    assert "The advice has changed since it was shown to you." in read(app) and "Now: suspended" in read(app)
    assert files.state(clients["refuse"]).in_force is None and app.text_area[0].value == "Seen."


def test_a_decision_is_corrected_by_who_took_it_and_by_no_colleague(page, read, files, served, clients) -> None:
    client = clients["refuse"]
    follow(files, served, client, ADA)
    assert not page(client=str(client)).radio
    own = decide(page(client=str(clients["accept"])), "accept", ["income"])
    own = decide(own, "refuse", ["fraud"], "The payslip is forged.")
    state = files.state(clients["accept"])
    assert state.in_force.ruling == "refuse" and files.case(clients["accept"]).events[-1].kind == "corrected"
    assert "Decision corrected" in read(own)


def test_the_letter_is_issued_once_and_kept_as_issued(page, read, files, served, clients) -> None:
    client = clients["refuse"]
    app = decide(page(client=str(client)), "refuse", ["income"])
    assert files.state(client).letter_owed
    app = click(app, "issue_")
    state, case = files.state(client), files.case(client)
    assert not state.letter_owed and not button(app, "issue_")
    letter = case.contents[state.letter]["letter"]
    assert letter["fr"]["title"].startswith("Objet\u202f: votre demande de crédit de") and letter["en"][
        "answer"
    ].startswith("We cannot lend you")
    assert "the letter is issued" in read(app)


def test_a_review_is_taken_and_decided_by_somebody_else(page, read, files, served, clients) -> None:
    client = clients["refuse"]
    follow(files, served, client, ADA)
    files.issue_letter(client, ADA, {"title": "Your request"})
    files.ask_review(client, "My payslip was not <read>.", "0199001234")
    app = page(client=str(client))
    shown = read(app)
    assert "My payslip was not &lt;read&gt;." in shown and "0199001234" in shown and "to be answered by" in shown
    app = decide(click(app, "review_claimed_"), "accept", ["income"], "The payslip is right.")
    state = files.state(client)
    assert state.in_force.ruling == "accept" and state.in_force.by.name == "Demo officer" and state.letter_owed
    assert "File reviewed" in read(app)


def test_a_manager_gives_a_review_to_somebody_who_did_not_decide(page, read, files, served, clients) -> None:
    client = clients["refuse"]
    files.claim(clients["accept"], BEA)  # who is known by it
    follow(files, served, client, ADA)
    files.issue_letter(client, ADA, {"title": "Your request"})
    files.ask_review(client, "Look again.", "0199001234")
    assert not button(page(client=str(client)), "assign_"), "an officer gives it to nobody"
    app = page(client=str(client))
    app.session_state["role"] = "manager"
    app = app.run()
    box = next(each for each in app.selectbox if str(each.key).startswith("reviewer_"))
    assert list(box.options) == ["Bea", "Demo officer"], "and not Ada, who decided"
    app = click(app, "assign_")
    assert "Nobody is chosen to have the file." in read(app) and files.state(client).holder is None
    box = next(each for each in app.selectbox if str(each.key).startswith("reviewer_"))
    app = click(box.select_index(0).run(), "assign_")
    assert files.state(client).holder.is_same(BEA) and files.case(client).events[-1].kind == "review_assigned"
    assert "Bea has it." in read(app)


def test_a_file_is_closed_with_a_reason_and_a_new_application_begins_it_anew(page, read, files, clients) -> None:
    client = clients["refuse"]
    app = click(page(client=str(client)), "close_")
    assert "The text has 0 characters." in read(app) and files.state(client).status == "to do"
    next(each for each in app.text_area if str(each.key).startswith("comment_closing_")).set_value("She withdrew.")
    app = click(app, "close_")
    assert files.state(client).status == "closed" and "She withdrew." in read(app) and not button(app, "record_")
    app = click(app, "receive_")
    assert files.state(client).status == "to do" and files.state(client).received and button(app, "record_")


def test_a_file_that_is_decided_is_closed_once_its_letter_is_issued(page, files, served, clients) -> None:
    follow(files, served, clients["refuse"], ADA)
    assert not button(page(client=str(clients["refuse"])), "close_")
    files.issue_letter(clients["refuse"], ADA, {"title": "Your request"})
    assert button(page(client=str(clients["refuse"])), "close_")


def test_who_closes_what_a_colleague_took_meanwhile_is_told(page, read, files, clients) -> None:
    client = clients["refuse"]
    app = page(client=str(client))
    files.claim(client, ADA)
    next(each for each in app.text_area if str(each.key).startswith("comment_closing_")).set_value("She withdrew.")
    app = click(app, "close_")
    assert "Ada has had this file since" in read(app) and files.state(client).status == "claimed"


def test_an_own_view_comes_first_where_it_is_asked_for(page, read, files, served, clients, monkeypatch) -> None:
    monkeypatch.setenv("FIRST_VIEW", "100%")
    settings.cache_clear()
    client = clients["refuse"]
    points = EN.points(served.decide(client, served.champion.recommended).points)
    app = page(client=str(client))
    assert "The model’s advice" not in read(app).replace("the model’s advice is shown", "")
    assert f"{points} points" not in read(app) and not button(app, "record_")
    app = click(app, "view_first_")
    assert "No view is chosen." in read(app)
    app.radio[0].set_value("accept")
    app = click(app, "view_first_")
    kinds = [(each.kind, each.facts.ruling) for each in files.case(client).events]
    assert kinds[0] == ("first_view", "accept") and f"{points} points" in read(app)
    assert button(decide(app, "refuse", ["income"]), "issue_")


def typed(app):
    return app.radio[0].value, checked(app), app.text_area[0].value


def test_what_is_typed_survives_another_page_another_language_and_another_client(page, clients) -> None:
    app = page(client=str(clients["refuse"]))
    app.radio[0].set_value("refuse")
    box(app, "income").check()
    app.text_area[0].set_value("The payslip is missing.")
    app = app.run().switch_page("../pages/why.py").run().switch_page("../pages/decide.py").run()
    expected = ("refuse", ["income"], "The payslip is missing.")
    assert typed(app) == expected
    app = app.button_group(key="lang").set_value("fr").run()
    assert typed(app) == expected and "Que décidez-vous" in app.title[0].value
    app = app.text_input(key="client").set_value(str(clients["accept"])).run()
    assert typed(app) == (None, [], ""), "one client's draft is no other's"
    app = app.text_input(key="client").set_value(str(clients["refuse"])).run()
    assert typed(app) == expected


def test_the_other_loan_begins_with_what_was_tried_on_simulate(desk, clients) -> None:
    client = clients["refuse"]
    app = desk(client=str(client)).switch_page("../pages/simulate.py").run()
    number_field(app, f"credit_{client}").set_value(120_000.0).run()
    app = number_field(app, f"duration_{client}").set_value(40.0).run()
    app = app.switch_page("../pages/decide.py").run()
    app = app.radio[0].set_value("other").run()
    field = {name: next(e for e in number_fields(app) if e.key.startswith(f"loan_{name}_")) for name in TERMS}
    assert [field[name].value for name in TERMS] == [120_000.0, 40.0, 3_000.0]


def test_an_offer_tried_on_simulate_is_the_loan_that_is_decided_upon(desk, served) -> None:
    policy, draw, offers = served.champion.recommended, random.Random(15), ()
    while not offers or offers[0].amount / offers[0].annuity == offers[0].months:  # in cents, as a rule it is not
        client = served.random_client(draw)
        form, row = application_form(served.folder, client), served.client(client).features
        offers = what_would_it_take(form, row, served.champion, policy, served.population).offers
    offer = offers[0]
    app = desk(client=str(client)).switch_page("../pages/simulate.py").run()
    app = app.button(key="search").click().run()
    app = app.button(key="try_0").click().run()
    app = app.switch_page("../pages/decide.py").run()
    app = app.radio[0].set_value("other").run()
    field = {name: next(e for e in number_fields(app) if e.key.startswith(f"loan_{name}_")) for name in TERMS}
    amount, months, payment = (field[name].value for name in TERMS)
    assert (amount, payment) == (offer.amount, offer.annuity) and months == pytest.approx(offer.months, abs=0.005)
    edits = Edits({"credit": amount, "annuity": payment})
    decided = simulate(client, form, row, edits, served.champion, policy, served.population).after
    assert (decided.probability, decided.band) == (offer.probability, offer.band)


def test_what_is_no_loan_on_simulate_does_not_take_the_fields_away(desk, clients, served) -> None:
    client = clients["refuse"]
    app = desk(client=str(client)).switch_page("../pages/simulate.py").run()
    app = number_field(app, f"annuity_{client}").set_value(900_000_000.0).run()
    app = app.switch_page("../pages/decide.py").run()
    app = app.radio[0].set_value("other").run()
    amount = next(each for each in number_fields(app) if each.key.startswith("loan_amount_"))
    assert amount.value == served.client(client).features["credit"]
