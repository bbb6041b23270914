"""Decision: what a person decides is kept as they decided it, or they are told why not."""

from __future__ import annotations

import json
import re
import shutil
import sqlite3
from datetime import UTC, datetime

import pytest
from sqlalchemy import event

from app.language.words import words_in
from app.scoring.features import FEATURES
from app.scoring.policy import Policy
from app.scoring.verdict import REASON_CODES
from app.settings import settings
from app.store.database import connect
from app.store.journal import Journal, Verdict
from app.store.policies import PolicyHistory
from app.store.proposals import Draft
from app.ui import loaders

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


def decide(app, choice=None, reasons=(), comment=""):
    """Fill the form in and send it."""
    if choice:
        app.radio[0].set_value(choice)
    app.multiselect[0].set_value(list(reasons))
    app.text_area[0].set_value(comment)
    return next(each for each in app.button if str(each.key).startswith("record_")).click().run()


def test_without_a_client_the_page_says_what_to_do(page) -> None:
    assert page().title[0].value == "Which client is before you?"


def test_the_models_advice_comes_first_then_the_form_then_what_was_decided(page, read, served, clients) -> None:
    app = page(client=str(clients["refuse"]))
    assert not app.exception
    decision = served.decide(clients["refuse"], served.champion.recommended)
    kinds = [each.proto.body if each.type == "html" else each.type for each in app.main]
    answer = next(place for place, each in enumerate(kinds) if 'class="answer' in each)
    assert answer < kinds.index("radio") < kinds.index("multiselect") < kinds.index("text_area") < kinds.index("header")
    assert EN.points(decision.points) in read(app)
    assert "Decisions on this client" in read(app) and "None is recorded yet." in read(app)


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
    assert ("against the model" in shown.split("Decisions on this client")[0].split("Recorded")[1]) == (
        choice not in ("refer", advice)
    )


def test_going_against_the_model_needs_words(page, read, clients, kept) -> None:
    for advice, choice in (("refuse", "accept"), ("accept", "refuse")):
        app = decide(page(client=str(clients[advice])), choice, ["income"], "   ")
        assert "The decision goes against the model and says nothing why." in read(app)
        assert kept() == ()
        assert app.radio[0].value == choice and app.multiselect[0].value == ["income"], "what was chosen stays"
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
    app = decide(page(client=str(clients["refuse"])), "refuse", ["income"], "")
    assert "Nobody is named." in read(app) and "Sign in first." in read(app)
    assert kept() == ()


def test_a_second_click_on_the_same_form_decides_nothing(page, clients, kept) -> None:
    app = page(client=str(clients["refuse"]))
    first = next(each for each in app.button if str(each.key).startswith("record_")).key
    app = decide(app, "refuse", ["income"], "")
    keys = [each.key for each in app.button]
    assert first not in keys and len(kept()) == 1, "the form that was sent is gone"
    assert app.radio[0].value is None and app.text_area[0].value == ""
    app.run()
    assert len(kept()) == 1, "a rerun records nothing"


def test_what_was_decided_before_is_shown_newest_first_and_only_on_this_client(page, read, served, file, clients):
    journal = Journal.open(connect(f"sqlite:///{file}"))
    one, other = (served.decide(clients[name], served.champion.recommended) for name in ("refuse", "accept"))
    journal.record(Verdict("Ada", "refuse", ("debts",)), one, datetime(2026, 3, 1, 9, 30, tzinfo=UTC))
    journal.record(Verdict("Bob", "refer", ("fraud",)), other)
    journal.record(Verdict("Cyd", "accept", ("income",), "Payslips seen."), one)
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
    assert "{x}" in shown and "yesterday" in shown
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
    assert "The decision journal cannot be written: it is locked." in read(app)
    assert app.text_area[0].value == "Seen.", "what was typed stays"
    holder.close()
    app = decide(app, "refuse", ["income"], "Seen.")
    assert "Recorded: entry 1" in read(app) and len(kept()) == 1


def test_a_full_disk_is_a_sentence_in_french(page, read, file, clients, kept) -> None:
    app = page(client=str(clients["refuse"]), lang="fr")
    pages = sqlite3.connect(file).execute("PRAGMA page_count").fetchone()[0]
    engine = loaders.journal().engine
    engine.dispose()

    def fill(connection, _):
        connection.execute(f"PRAGMA max_page_count = {pages}")

    event.listen(engine, "connect", fill)
    for _ in range(6):
        app = decide(app, "refuse", ["income"], "x" * 1_900)
        if "ne peut pas être écrit" in read(app):
            break
    assert "Le journal des décisions ne peut pas être écrit\u00a0: le disque est plein." in spaced(read(app))
    assert not app.exception
    event.remove(engine, "connect", fill)
    engine.dispose()
    before = len(kept())
    decide(app, "refuse", ["income"], "x")
    assert len(kept()) == before + 1


def spaced(text: str) -> str:
    return text.replace(" :", "\u00a0:")


def test_a_read_only_store_still_shows_what_was_decided(page, read, file, clients, kept) -> None:
    app = decide(page(client=str(clients["refuse"])), "refuse", ["income"], "Seen.")
    engine = loaders.journal().engine
    engine.dispose()

    def seal(connection, _):
        connection.execute("PRAGMA query_only = ON")

    event.listen(engine, "connect", seal)
    app = decide(app, "refuse", ["debts"], "Again.")
    assert not app.exception
    shown = read(app)
    assert "The decision journal cannot be written: it is read-only." in shown and "Seen." in shown
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
    assert "Aucune n’est encore enregistrée." in read(app)


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
    reloaded = decide(reloaded, "refer", ["debts"], "On reflection.")
    assert "By this form entry 1 was recorded already, and it says something else." in read(reloaded)
    assert len(kept()) == 1
    assert (reloaded.radio[0].value, reloaded.multiselect[0].value) == ("refer", ["debts"])
    assert reloaded.text_area[0].value == "On reflection."
    assert "Recorded: entry 2" in read(decide(reloaded, "refer", ["debts"], "On reflection."))


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
    assert app.radio[0].value == "accept" and app.multiselect[0].value == ["income"]
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
    assert "Le conseil a changé depuis qu’il vous a été montré." in read(app)
    decide(app, "refuse", ["income"], "Vu.")
    assert kept()[0].threshold == 0.0001


def test_the_new_advice_once_shown_is_the_one_that_counts(page, read, clients, kept, activate) -> None:
    app = page(client=str(clients["accept"]))
    activate(0.0001)
    decide(app.run(), "refuse", ["income"], "")
    assert kept()[0].advice == "refuse"


def test_a_colleague_who_decided_meanwhile_is_told_and_what_is_typed_stays(page, read, served, clients, kept) -> None:
    mine, theirs = page(client=str(clients["refuse"])), page(client=str(clients["refuse"]))
    decide(theirs, "refer", ["fraud"], "Look at it.")
    mine = decide(mine, "refuse", ["income"], "Seen.")
    assert "Demo officer recorded a decision on this client meanwhile: Refer" in read(mine)
    assert len(kept()) == 1 and mine.text_area[0].value == "Seen." and "Look at it." in read(mine)
    assert "Recorded: entry 2" in read(decide(mine, "refuse", ["income"], "Seen."))


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
    assert app.radio[0].value == "refuse" and app.multiselect[0].value == ["income"]
    assert app.text_area[0].value == "Seen."
    assert "Recorded: entry 1" in read(next(e for e in app.button if str(e.key).startswith("record_")).click().run())
