"""A manager proposes, another activates, and every page follows at once; the history shows who, when, why."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from app.language.words import words_in
from app.scoring.case.actors import Actor
from app.scoring.policy import Authority, Policy
from app.settings import settings
from app.store.cases.cases import Cases
from app.store.database import connect
from app.store.evidence import read_evidence
from app.store.policies import RECOMMENDATION, PolicyHistory
from app.store.proposals import Draft
from app.ui import loaders
from app.ui.manager import policy, waiting
from app.ui.manager.policy_form import LIMITS
from app.ui.manager.recommendation import why_recommended
from app.ui.shell.sign_in import MANAGERS
from tests.pages.managing import lead, opener, slider, texts, weight
from tests.pages.number_fields import number_field
from tests.store.evidence import tamper


@pytest.fixture(autouse=True)
def store(monkeypatch, tmp_path):
    url = f"sqlite:///{tmp_path / 'store.sqlite'}"
    monkeypatch.setenv("STORE_URL", url)
    settings.cache_clear()
    yield url
    settings.cache_clear()


@pytest.fixture
def history(store):
    return PolicyHistory.open(connect(store))


@pytest.fixture
def page(desk):
    return opener(desk)


def propose(app, threshold, reason="Losses rise."):
    number_field(app, "proposed_threshold").set_value(threshold)
    app.text_area(key="proposed_reason").set_value(reason)
    return app.button(key="propose_policy").click().run()


def play(app, manager):
    return app.segmented_control(key="as_manager").set_value(manager).run()


def test_until_something_is_activated_the_recommendation_is_in_force(page, served) -> None:
    app = page("policy")
    assert not app.exception and app.title[0].value == "Which policy is in force?"
    recommended = words_in("en").percent(served.champion.recommended.threshold, 1)
    assert f"from {recommended} on, as the model recommends" in lead(app)
    known = served.champion.recommendation
    assert any(why_recommended(known, words_in("en")) == each.value for each in app.markdown)


def test_one_proposes_another_activates_and_the_officers_page_follows(page, desk, read, served, history) -> None:
    client = served.next_in_grey_zone(served.champion.recommended)
    app = propose(page("policy"), 40.0)
    assert any("Proposal 1 is recorded" in text for text in texts(app))
    assert "as the model recommends" in lead(app)
    off = {each: app.button(key=f"{each}_1").disabled for each in ("activate", "reject", "withdraw")}
    assert off == {"activate": True, "reject": True, "withdraw": False}
    assert "You proposed it: another manager activates or rejects it" in app.caption[-1].value
    play(app, MANAGERS[1]).button(key="activate_1").click().run()
    assert any("Proposal 1 is in force" in text for text in texts(app))
    assert f"from 40.0% on: proposed by {MANAGERS[0]}, activated by {MANAGERS[1]}" in lead(app)
    kept = history.in_force(served.champion.version)
    assert (kept.draft.policy.threshold, kept.reason) == (0.4, "Losses rise.")
    officer = desk(client=str(client))
    before, now = (
        f"({words_in('en').points(policy.threshold_points)})"
        for policy in (served.champion.recommended, kept.draft.policy)
    )
    assert "Accept" in read(officer) and now in read(officer) and before not in read(officer)


def test_the_history_tells_who_when_why_and_on_which_model(page, served) -> None:
    app = propose(page("policy"), 7.5, "Fewer defaults wanted.")
    play(app, MANAGERS[1]).button(key="activate_1").click().run()
    line = next(text for text in texts(app) if text.startswith("The newest first"))
    for word in ("7.5%", MANAGERS[0], MANAGERS[1], "Fewer defaults wanted.", served.champion.version, "20"):
        assert word in line


def test_the_form_is_filled_with_the_trial_and_proposes_exactly_it(page, served, history) -> None:
    app = page("threshold")
    app.segmented_control(key="set_by").set_value("acceptance").run()
    slider(app).set_value(85.0).run()
    weight(app).set_value(12.0).run()
    tried = app.session_state["trial"].threshold
    app.switch_page("../pages/policy.py").run()
    app.text_area(key="proposed_reason").set_value("Volume.")
    app.button(key="propose_policy").click().run()
    kept = history.history()[0].draft
    assert kept.policy.threshold == tried and kept.policy.missed_default_weight == 12.0
    assert kept.model_version == served.champion.version


@pytest.mark.parametrize(
    ("key", "value", "told"),
    [
        ("proposed_officer_amount", -1.0, "A limit of −1"),
        ("proposed_override_amount", -20.0, "A limit of −20"),
        ("proposed_override_points", -0.5, "A limit of −0.5"),
        ("proposed_payment_to_income", 0.0, "A largest payment of 0 of income"),
        ("proposed_left_per_person", -3.0, "−3 left per person is given."),
        ("proposed_threshold", 0.0, "The threshold is 0."),
        ("proposed_threshold", 100.0, "The threshold is 1."),
        ("proposed_weight", 0.0, "The weight of a missed default is 0."),
    ],
)
def test_what_is_no_policy_is_refused_in_words_and_not_kept(page, history, key, value, told) -> None:
    app = page("policy")
    number_field(app, key).set_value(value)
    app.text_area(key="proposed_reason").set_value("Why not.")
    app.button(key="propose_policy").click().run()
    assert not app.exception and any(told in text for text in texts(app))
    assert number_field(app, key).value == value and app.text_area(key="proposed_reason").value == "Why not."
    assert history.history() == ()
    number_field(app, key).set_value(5.0).run()
    assert not any(told in text for text in texts(app)), "it stands there no longer"


def test_what_cannot_be_is_told_under_its_own_field(page) -> None:
    app = page("policy")
    number_field(app, "proposed_officer_amount").set_value(-1.0)
    app.button(key="propose_policy").click().run()
    told = [text for text in texts(app) if "A limit of" in text or "The reason has" in text]
    assert [text.split(" is given.")[0] for text in told] == ["A limit of −1", told[1]]
    assert told[1].startswith("The reason has 0 characters.")


AUTHORITY = Authority(50_000.0, 20_000.0, 10.0)


def test_authority_is_proposed_shown_before_and_after_and_in_force(page, served, history) -> None:
    app = page("policy")
    assert "An officer accepts alone any amount" in " ".join(texts(app))
    for name, value in (("officer_amount", 50_000.0), ("override_amount", 20_000.0), ("override_points", 10.0)):
        number_field(app, f"proposed_{name}").set_value(value)
    app = propose(app, 9.0)
    assert history.history()[0].draft.policy.authority == AUTHORITY
    card = next(text for text in texts(app) if text.startswith("Proposal 1,"))
    assert "An officer accepts alone up to €50,000 (now: any amount)" in card
    assert "from €20,000 on, or from 10 points below the threshold on (now: never)" in card
    play(app, MANAGERS[1]).button(key="activate_1").click().run()
    shown = " ".join(texts(app))
    assert "An officer accepts alone up to €50,000 Second signature" in shown
    assert "above €50,000 · against the advice: from €20,000 on" in shown
    assert history.decides(served.champion).authority == AUTHORITY
    assert [number_field(app, f"proposed_{name}").value for name in LIMITS] == [50_000.0, 20_000.0, 10.0]
    number_field(app, "proposed_override_amount").set_value(None)
    app = propose(app, 9.0)
    assert history.history()[0].draft.policy.authority == replace(AUTHORITY, override_amount=None)


def test_what_a_payment_may_take_of_an_income_is_proposed_shown_and_in_force(page, served, history) -> None:
    app = page("policy")
    assert "Payment of a loan that is offered at most 35.0% of income" in " ".join(texts(app))
    assert number_field(app, "proposed_payment_to_income").value == 35.0
    number_field(app, "proposed_payment_to_income").set_value(12.5)
    app = propose(app, 9.0)
    assert history.history()[0].draft.policy.payment_to_income == 0.125
    card = next(text for text in texts(app) if text.startswith("Proposal 1,"))
    assert "at most 12.5% of income (now: at most 35.0% of income)" in card
    play(app, MANAGERS[1]).button(key="activate_1").click().run()
    assert history.decides(served.champion).payment_to_income == 0.125
    assert number_field(app, "proposed_payment_to_income").value == 12.5
    number_field(app, "proposed_payment_to_income").set_value(None)
    app = propose(app, 9.0)
    assert history.history()[0].draft.policy.payment_to_income is None
    assert "no limit (now: at most 12.5% of income)" in " ".join(texts(app))


def test_what_is_to_be_left_per_person_is_proposed_shown_and_in_force(page, served, history) -> None:
    app = page("policy")
    assert "Left to live on, per person no limit" in " ".join(texts(app))
    number_field(app, "proposed_left_per_person").set_value(400.0)
    app = propose(app, 9.0)
    assert history.history()[0].draft.policy.left_per_person == 400.0
    card = next(text for text in texts(app) if text.startswith("Proposal 1,"))
    assert "at least €400 a month (now: no limit)" in card
    play(app, MANAGERS[1]).button(key="activate_1").click().run()
    assert history.decides(served.champion).left_per_person == 400.0
    assert number_field(app, "proposed_left_per_person").value == 400.0


def test_the_draft_survives_another_page_and_the_other_language(page, history) -> None:
    app = page("policy")
    number_field(app, "proposed_threshold").set_value(12.5)
    number_field(app, "proposed_officer_amount").set_value(30_000.0)
    app.text_area(key="proposed_reason").set_value("Half a sentence").run()
    app.switch_page("../pages/journal.py").run()
    app.switch_page("../pages/policy.py").run()
    app.session_state["lang"] = "fr"
    app = app.run()
    assert number_field(app, "proposed_threshold").value == 12.5
    assert number_field(app, "proposed_officer_amount").value == 30_000.0
    assert app.text_area(key="proposed_reason").value == "Half a sentence"
    app.button(key="propose_policy").click().run()
    assert history.history()[0].reason == "Half a sentence" and app.text_area(key="proposed_reason").value == ""


def test_what_is_tried_after_a_draft_fills_its_numbers_and_leaves_its_reason(page) -> None:
    app = page("policy")
    number_field(app, "proposed_threshold").set_value(12.5)
    app.text_area(key="proposed_reason").set_value("Volume.").run()
    app.switch_page("../pages/threshold.py").run()
    slider(app).set_value(20.0).run()
    app.switch_page("../pages/policy.py").run()
    assert number_field(app, "proposed_threshold").value == pytest.approx(20.0)
    assert app.text_area(key="proposed_reason").value == "Volume."


def test_a_proposal_without_a_reason_is_refused_in_words(page, history) -> None:
    app = propose(page("policy"), 8.0, " ")
    assert any("The reason has 0 characters" in text for text in texts(app))
    assert history.history() == ()


def test_of_two_managers_who_activate_at_once_one_is_told_who_was_first(page, served, history) -> None:
    version = served.champion.version
    for threshold in (0.07, 0.12):
        history.propose(Draft(Policy(threshold), 1.0, 1.0, version), "Ada", "Because.", version)
    mine, theirs = page("policy"), page("policy")
    theirs.button(key="activate_2").click().run()
    assert any("Proposal 2 is in force" in text for text in texts(theirs))
    mine.button(key="activate_1").click().run()
    assert not mine.exception
    assert any(f"{MANAGERS[0]} activated another policy meanwhile: proposal 2." in text for text in texts(mine))
    assert history.in_force(version).number == 2


def test_activating_what_a_colleague_just_activated_is_told(page, served, history) -> None:
    version = served.champion.version
    history.propose(Draft(Policy(0.07), 1.0, 1.0, version), "Ada", "Because.", version)
    app = page("policy")
    history.activate(1, "Bea", RECOMMENDATION, version)
    app.button(key="activate_1").click().run()
    assert any("Bea has activated this proposal already." in text for text in texts(app))


def test_another_manager_rejects_for_a_reason_and_nothing_waits_any_more(page, desk, read, history) -> None:
    app = play(propose(page("policy"), 40.0), MANAGERS[1])
    assert app.button(key="withdraw_1").disabled and f"Only {MANAGERS[0]}" in app.caption[-1].value
    app.button(key="reject_1").click().run()
    assert any("The reason has 0 characters" in text for text in texts(app))
    app.text_area(key="ending_1").set_value("Nobody would repay.")
    app.button(key="reject_1").click().run()
    assert any("Proposal 1 is rejected" in text for text in texts(app))
    assert not [each for each in app.button if each.key == "activate_1"]
    line = next(text for text in texts(app) if text.startswith("The newest first"))
    assert f"rejected by {MANAGERS[1]}, " in line and "Nobody would repay." in line
    assert history.history()[0].ending.who == MANAGERS[1]
    assert "Policies proposed, not decided yet 0" in re.sub(r"\s+", " ", read(desk(role="manager")))


def test_who_proposed_withdraws(page, served, history) -> None:
    app = propose(page("policy"), 40.0)
    app.text_area(key="ending_1").set_value("A slip.")
    app.button(key="withdraw_1").click().run()
    assert any("Proposal 1 is withdrawn" in text for text in texts(app))
    assert history.history()[0].ending.kind == "withdrawn" and history.waiting(served.champion.version) == ()


def test_activating_what_a_colleague_just_rejected_is_told(page, served, history) -> None:
    version = served.champion.version
    history.propose(Draft(Policy(0.07), 1.0, 1.0, version), "Ada", "Because.", version)
    app = page("policy")
    history.reject(1, "Bea", "Why.")
    app.button(key="activate_1").click().run()
    assert any("Bea has rejected this proposal already." in text for text in texts(app))
    assert history.in_force(version) is None


def test_what_it_changes_stands_beside_what_is_in_force(page, served, history) -> None:
    version, now, then, words = served.champion.version, served.champion.recommended, Policy(0.2), words_in("en")
    history.propose(Draft(then, 6_000.0, 500.0, version), "Ada", "Because.", version)
    columns = pq.read_table(served.folder / "clients.parquet", columns=["SK_ID_CURR", "probability"]).to_pydict()
    scores = dict(zip(columns["SK_ID_CURR"], columns["probability"], strict=True))
    accepted = [client for client, chance in scores.items() if now.threshold <= chance < 0.2]
    Cases.open(history.engine, settings().champion_archive).close(accepted[0], Actor("Ada", "officer"), "Withdrew.")
    app = page("policy")
    table = next(text for text in texts(app) if text.startswith("Before and after"))
    shares = [sum(chance < each.threshold for chance in scores.values()) / served.size for each in (now, then)]
    before, after = (words.percent(each, 1) for each in shares)
    assert f"Acceptance rate {before} {after} {words.signed(100 * (shares[1] - shares[0]), 1)} points" in table
    assert f"Open files that would be accepted to refuse to accept {words.number(len(accepted) - 1)} " in table
    assert "Open files that would be refused to accept to refuse 0 " in table
    apart = read_evidence(served).reported_on
    rates = " ".join(words.percent(apart.at(each.threshold).default_rate_accepted, 1) for each in (now, then))
    assert f"Not repaid, on {words.number(apart.clients)} clients kept apart {rates} " in table
    for name in ("gender", "age", "Money the loans accepted leave", "Cost per 1,000 applications"):
        assert name in table


def test_a_trial_of_a_superseded_model_is_not_proposed(page, history) -> None:
    app = page("threshold")
    app.session_state["trial"] = replace(app.session_state["trial"], model_version="1-00000000")
    app.switch_page("../pages/policy.py").run()
    propose(app, 8.0)
    assert any("was made for model 1-00000000" in text for text in texts(app))
    assert history.history() == ()


def test_without_four_eyes_one_manager_is_enough(page, monkeypatch, served, history) -> None:
    monkeypatch.setenv("FOUR_EYES", "0")
    settings.cache_clear()
    app = propose(page("policy"), 8.0).button(key="activate_1").click().run()
    assert history.in_force(served.champion.version).activated_by == MANAGERS[0]
    assert any("Proposal 1 is in force" in text for text in texts(app))


def test_with_the_store_away_no_page_decides(desk, read, served, monkeypatch, tmp_path) -> None:
    monkeypatch.setenv("STORE_URL", f"sqlite:///{tmp_path}")
    settings.cache_clear()
    app = desk(client=str(served.random_client()))
    assert not app.exception and not app.get("plotly_chart")
    assert [each for each in app.get("html") if 'role="alert"' in each.proto.body]


@pytest.mark.parametrize("script", ["policy", "threshold", "journal", "find"])
def test_a_policy_that_changed_by_another_road_stops_the_pages(page, desk, served, history, script) -> None:
    version = served.champion.version
    draft = Draft(Policy(0.3), 5_000.0, 500.0, version)
    history.activate(history.propose(draft, "Ada", "Because.", version).number, "Bea", RECOMMENDATION, version)
    tamper(history.engine, "UPDATE policy_proposals SET threshold = 0.9")
    app = page(script)
    assert not app.exception
    assert any("The history of policies is not as it was written" in text for text in texts(app))
    assert not any("90" in text and "%" in text for text in texts(app))


def test_what_is_activated_is_what_was_seen_or_nothing(page, served, history) -> None:
    """The model is another one by the time of the click: the policy that was looked at belongs to the one before."""
    version = served.champion.version
    history.propose(Draft(Policy(0.07), 1.0, 1.0, version), "Ada", "Because.", version)
    app = page("policy")
    newer = replace(served, champion=replace(served.champion, version="9-77aa01bc"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(loaders, "portfolio", lambda: newer)
        patch.setattr(policy, "portfolio", lambda: newer)
        patch.setattr(waiting, "portfolio", lambda: newer)
        app.button(key="activate_1").click().run()
    assert not app.exception
    assert any(f"The policy was made for model {version}, and model 9-77aa01bc is served now." in t for t in texts(app))
    assert history.in_force(version) is None and history.in_force("9-77aa01bc") is None


def test_a_proposal_sent_while_the_store_is_away_stays_typed_and_is_not_recorded(page, store, history) -> None:
    app, file = page("policy"), Path(store.removeprefix("sqlite:///"))
    history.engine.dispose()
    loaders.policies().engine.dispose()
    hidden = file.parent.rename(file.parent.with_name("away"))
    app = propose(app, 12.5)
    assert not app.exception and not app.text_area
    hidden.rename(file.parent)
    app = app.run()
    assert history.history() == () and not app.warning
    assert number_field(app, "proposed_threshold").value == 12.5
    assert app.text_area(key="proposed_reason").value == "Losses rise."
    app.button(key="propose_policy").click().run()
    assert [each.draft.policy.threshold for each in history.history()] == [0.125]
