"""The drift page: what to do first, then what moved; nothing of Evidently unless asked."""

from __future__ import annotations

import base64
import gzip
import json
import re
import shutil
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from app.language.words import words_in
from app.scoring.drift import Drift
from app.scoring.features import FEATURES, by_name
from app.scoring.policy import Policy
from app.settings import settings
from app.store.drift_runs import HTML, read_run, runs, write_run
from app.ui.data_scientist.drift_words import most_of_all
from app.ui.manager.home import drift_in_words
from app.ui.shell.navigation import PAGES
from tests.pages.test_client_page import NEVER_SHOWN
from training.monitoring.checks import Known, of_outcomes
from training.monitoring.current_population import CurrentPopulation
from training.monitoring.drift import compare
from training.monitoring.expected_performance import performance
from training.monitoring.psi import overall

ROOT = Path(__file__).parents[2]
COLUMNS = {feature.name for feature in FEATURES if "_" in feature.name}
SYMBOLS = {"stable": "circle", "investigate": "diamond", "act": "square"}
FIRST, SECOND = datetime(2026, 10, 1, 9, 5, tzinfo=UTC), datetime(2026, 11, 1, 9, 5, tzinfo=UTC)


@pytest.fixture(scope="module")
def compared(served) -> Drift:
    """The demonstration's current clients, incomes a third up, an external score lost for half, a new occupation."""
    rows = pd.read_parquet(served.folder / "clients.parquet", filters=[("population", "==", "current")])
    rows = rows.set_index("SK_ID_CURR")
    rows["income"] *= 1.35
    rows.loc[rows.index[::2], "external_score_3"] = None
    rows.loc[rows.index[::12], "occupation"] = "Drone pilots"
    outcomes = pd.Series([0.0, 1.0, 0.0, 0.0] * (len(rows) // 4), index=rows.index)
    return compare(served, CurrentPopulation(rows, outcomes, strangers=2), served.champion.recommended, FIRST)


@pytest.fixture
def portfolio(serving, tmp_path) -> Path:
    """A copy of the served portfolio, so that runs may be written beside its releases."""
    root = tmp_path / "portfolio"
    shutil.copytree(settings().portfolio, root, ignore=shutil.ignore_patterns("drift"))
    serving(root)
    return root


@pytest.fixture
def page(portfolio):
    """Opens the page in a language, with expanders open and whatever else the address says."""

    def opened(*expanders: str, **address: str) -> AppTest:
        app = AppTest.from_file(str(ROOT / "app" / "desk.py"), default_timeout=60)
        app.query_params.update({"lang": "en", **address})
        app.session_state["role"] = "manager"
        for expander in expanders:
            app.session_state[expander] = True
        return app.run().switch_page("../pages/drift.py").run()

    return opened


def tables(app: AppTest) -> list[str]:
    return [each.proto.body for each in app.get("html") if 'class="figures"' in each.proto.body]


def table(app: AppTest, caption: str) -> str:
    return next(each for each in tables(app) if caption in each)


def figures(app: AppTest) -> list[dict]:
    return [json.loads(chart.proto.spec) for chart in app.get("plotly_chart")]


def test_managers_and_data_scientists_open_it_and_officers_do_not():
    page = next(page for page in PAGES if page.script == "drift")
    assert set(page.roles) == {"manager", "data scientist"} and not page.about_client


@pytest.mark.parametrize(
    ("language", "command"), [("en", "make drift CURRENT=folder"), ("fr", "make drift CURRENT=dossier")]
)
def test_without_a_comparison_the_page_says_how_to_make_one(page, read, language, command) -> None:
    app = page(lang=language)
    assert not app.exception and command in read(app)
    assert not app.get("plotly_chart") and not tables(app)


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_answer_comes_first_and_everything_is_in_words(page, read, portfolio, compared, language) -> None:
    write_run(portfolio, compared)
    app, words = page("consequences", "missing", "segments", "all_items", lang=language), words_in(language)
    shown = read(app)
    assert not app.exception
    bodies = [each.proto.body if each.type == "html" else each.type for each in app.main]
    answer = next(place for place, each in enumerate(bodies) if 'class="answer' in each)
    assert answer < bodies.index("plotly_chart")
    verdict = {"stable": "Stable", "investigate": "To investigate", "act": "To act on"}[compared.signal]
    assert words.say(verdict) in shown
    assert NEVER_SHOWN.findall(shown) == []
    assert COLUMNS & set(re.findall(r"\w+", shown)) == set()
    assert words.say("What cannot be known") in shown
    for chart in app.get("plotly_chart"):
        assert len(chart.proto.alt) > 40


def with_outcomes(drift: Drift, outcomes) -> Drift:
    """The same comparison, decided by these outcomes of clients with probabilities as on the reference."""
    random = np.random.default_rng(3)
    chance, before = random.beta(1, 11, 2_000), random.beta(1, 11, 4_000)
    then = Known(before, (random.random(4_000) < before).astype(float))
    now = Known(chance, outcomes(chance, random).astype(float))
    policy = Policy(1 / 11)
    made = of_outcomes(then, now, policy)
    measured = performance(now.probability, now.defaulted, policy)
    return replace(drift, checks=made, signal=overall(drift.score, (), made), on_current=measured)


@pytest.mark.parametrize(
    ("outcomes", "said"),
    [
        (lambda chance, random: random.random(len(chance)) < chance, "The model still ranks clients: AUC 0."),
        (lambda chance, random: random.random(len(chance)) >= chance, "The model ranks clients the wrong way round"),
        (
            lambda chance, random: random.random(len(chance)) < random.permutation(chance),
            "The model ranks clients less well than it should",
        ),
        (lambda chance, random: np.zeros(len(chance)), "is not known: all outcomes are the same."),
    ],
)
def test_whether_the_model_still_ranks_is_the_first_thing_said(page, portfolio, compared, outcomes, said) -> None:
    told = with_outcomes(compared, outcomes)
    write_run(portfolio, told)
    answer = next(each.proto.body for each in page().get("html") if 'class="answer' in each.proto.body)
    assert said in re.search(r'class="lead">(.*?)</p>', answer)[1]
    assert ("To act on" in answer) == (told.signal == "act")


def test_without_outcomes_the_ranking_is_said_to_be_unknown(page, portfolio, compared) -> None:
    write_run(portfolio, replace(compared, on_current=replace(compared.on_current, realised=None)))
    answer = next(each.proto.body for each in page().get("html") if 'class="answer' in each.proto.body)
    assert "is not known: no outcome was given." in answer
    assert "is not known" not in re.search(r'class="lead">(.*?)</p>', answer)[1]


@pytest.mark.parametrize("language", ["en", "fr"])
def test_outcomes_of_nobody_here_are_said_to_be_so(page, read, portfolio, compared, language) -> None:
    """They decide nothing, and are not told as outcomes that were never given."""
    nobody = replace(
        compared, outcomes_given=1_234, on_current=replace(compared.on_current, realised=None), signal="stable"
    )
    write_run(portfolio, nobody)
    app, words = page("consequences", lang=language), words_in(language)
    shown, captions = read(app), " ".join(each.value for each in app.caption)
    said = {"en": f"of {words.number(1_234)} outcomes given, none is of a client of today", "fr": "aucune ne concerne"}
    assert said[language] in shown and words.say("Realised cost per client today") not in shown
    others = words.say(
        "Of {clients} clients today; the outcomes given are of other clients.",
        clients=words.number(compared.current.clients),
    )
    assert others in captions and not app.exception
    assert words.say("Compare again with the outcomes of these clients.") in shown


def test_of_outcomes_of_a_half_it_is_said_that_the_others_may_differ(page, portfolio, compared) -> None:
    told = words_in("en").say("Those whose outcome is known may differ from the others.")
    half = replace(compared.on_current.realised, clients=compared.current.clients // 2)
    write_run(portfolio, replace(compared, on_current=replace(compared.on_current, realised=half)))
    assert told in " ".join(each.value for each in page("consequences").caption)
    write_run(portfolio, replace(compared, run=f"{SECOND:%Y%m%dT%H%M%SZ}"))
    assert told not in " ".join(each.value for each in page("consequences").caption)


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize(
    ("outcomes", "said"),
    [
        (lambda chance, random: random.random(len(chance)) >= chance, "What clients did is not what the model"),
        (lambda chance, random: random.random(len(chance)) < chance, "Today’s clients"),
    ],
)
def test_the_managers_home_says_whether_clients_or_what_they_did_is_the_reason(
    desk, read, portfolio, compared, outcomes, said, language
) -> None:
    decided = with_outcomes(compared, outcomes)
    write_run(portfolio, decided)
    told = drift_in_words(decided)
    assert told.startswith(said)
    assert words_in(language).say(told) in read(desk(role="manager", lang=language))


def test_a_record_from_before_outcomes_decided_still_opens(page, read, portfolio, compared) -> None:
    folder = write_run(portfolio, compared)
    record = json.loads((folder / "result.json").read_text(encoding="utf-8"))
    del record["checks"], record["outcomes_given"], record["on_current"]["realised"]["calibration_error"]
    (folder / "result.json").write_text(json.dumps(record), encoding="utf-8")
    assert read_run(portfolio, compared.run) == replace(
        compared,
        checks=(),
        on_current=replace(compared.on_current, realised=replace(compared.on_current.realised, calibration_error=None)),
    )
    app = page("consequences")
    assert (
        not app.exception
        and "At the threshold" in read(app)
        and "As expected?" not in read(app)
        and "Which items moved?" in read(app)
    )


@pytest.mark.parametrize("out_of_fold", [True, False])
def test_one_line_tells_version_date_and_sizes(page, portfolio, compared, out_of_fold) -> None:
    write_run(portfolio, replace(compared, out_of_fold=out_of_fold))
    app, number = page("consequences", "missing", "segments"), words_in("en").number
    (told,) = [caption.value for caption in app.caption if compared.model_version in caption.value]
    sizes = compared.current.clients, compared.reference_clients, compared.reference.clients
    assert "October 1, 2026" in told and all(number(size) in told for size in sizes)
    assert ("may have learnt" in told) != out_of_fold


def test_the_table_ranks_as_the_run_does(page, portfolio, compared) -> None:
    write_run(portfolio, compared)
    ranked = re.findall(r'<th scope="row"[^>]*>(.*?)</th>', table(page(), "Items by importance times drift"))
    assert ranked == [by_name[each.feature].label for each in compared.features[:10]]


def test_the_picture_is_of_the_chosen_item_and_holds_its_shares(page, portfolio, compared) -> None:
    write_run(portfolio, compared)
    app = page(moved="occupation")
    told = next(each for each in compared.features if each.feature == "occupation")
    before, now = figures(app)[0]["data"]
    assert sum(before["x"]) == pytest.approx(1) and sum(now["x"]) == pytest.approx(1)
    assert now["x"][-2] == pytest.approx(told.current[-2] / sum(told.current))
    assert before["x"][-1] == pytest.approx(told.reference[-1] / sum(told.reference))
    shown = " ".join(each.value for each in app.markdown)
    assert "clients have a value that nobody had before: Drone pilots." in shown


def test_the_scores_two_distributions_are_shown(page, portfolio, compared) -> None:
    write_run(portfolio, compared)
    before, now = figures(page(moved="points"))[0]["data"]
    counts = [
        count
        for pair in zip(compared.score.reference, compared.score.current, strict=True)
        if any(pair)
        for count in pair
    ]
    shown = [share for pair in zip(before["y"], now["y"], strict=True) for share in pair]
    sizes = sum(compared.score.reference), sum(compared.score.current)
    assert shown == pytest.approx([count / sizes[place % 2] for place, count in enumerate(counts)])


def test_what_is_missing_more_often_is_listed(page, portfolio, compared) -> None:
    write_run(portfolio, compared)
    listed = table(page("missing"), "Items whose missing share changed by a point or more")
    assert by_name["bureau_months"].label in listed or by_name["external_score_3"].label in listed


def test_expected_and_realised_performance_stand_side_by_side(page, read, portfolio, compared) -> None:
    write_run(portfolio, compared)
    app, words = page("consequences"), words_in("en")
    shown = read(app)
    verdicts = {"stable": "Stable", "investigate": "To investigate", "act": "To act on"}
    checks = next(each for each in tables(app) if "Calibration shift" in each)
    assert {each.measure for each in compared.checks if each.signal == "act"} >= {"default_rate", "cost"}
    assert len(compared.checks) == 6 and all(verdicts[each.signal] in checks for each in compared.checks)
    assert f"Realised AUC today, {words.number(compared.on_current.realised.clients)} outcomes" in shown
    assert re.search(r"Outcomes left out, of nobody here\s+2\b", shown)
    for value in (
        compared.on_current.expected.auc,
        compared.on_current.realised.auc,
        compared.on_current.realised.cost,
    ):
        assert words.points(value, 3) in shown
    unknown = replace(compared, run="20261101T090500Z", on_current=replace(compared.on_current, realised=None))
    write_run(portfolio, unknown)
    assert "Realised" not in read(page("consequences"))


def test_ordered_bins_are_columns_beside_each_other_and_categories_are_rows(page, portfolio, compared) -> None:
    write_run(portfolio, compared)
    told = next(each for each in compared.features if each.feature == "external_score_3")
    before, now = figures(page(moved="external_score_3"))[0]["data"]
    assert {each["type"] for each in (before, now)} == {"bar"} and "orientation" not in before
    assert len(before["x"]) == len(told.edges) + 2 and before["x"] == sorted(before["x"])
    side_by_side = [after - first for first, after in zip(before["x"], now["x"], strict=True)]
    assert side_by_side == pytest.approx([now["width"]] * len(side_by_side)), "they touch, and hide nothing"
    assert now["y"][-1] == pytest.approx(told.missing[1]) and before["y"][-1] == pytest.approx(told.missing[0])
    apart = before["x"][-1] - before["x"][-2]
    assert apart > before["x"][1] - before["x"][0], "who has no score stands apart from the scale"
    layout = figures(page(moved="external_score_3"))[0]["layout"]
    assert layout["xaxis"]["ticktext"][-1] == "not provided" and len(layout["xaxis"]["ticktext"]) >= 3
    assert figures(page(moved="occupation"))[0]["data"][0]["orientation"] == "h"


@pytest.mark.parametrize(("language", "most"), [("en", 46), ("fr", 46)])
def test_what_stands_under_columns_fits_a_telephone(page, portfolio, compared, language, most) -> None:
    write_run(portfolio, compared)
    app = page(lang=language)
    numbers = [each.feature for each in compared.features if not each.categories]
    for feature in ["points", *numbers[::30], "credit", "owns_car", "children"]:
        axis = figures(app.selectbox(key="moved").set_value(feature).run())[0]["layout"]["xaxis"]
        assert len(axis["ticktext"]) == len(axis["tickvals"]) > 0
        assert sum(map(len, axis["ticktext"])) <= most, feature


def test_past_comparisons_make_a_row_and_open_by_a_link(page, read, portfolio, compared) -> None:
    write_run(portfolio, compared)
    assert "One comparison so far" in read(page())
    later = replace(compared, run=f"{SECOND:%Y%m%dT%H%M%SZ}", at=SECOND.isoformat(), signal="stable")
    write_run(portfolio, later)
    assert runs(portfolio) == (compared.run, later.run)
    app = page()
    assert "Stable" in read(app)
    bars, marks = figures(app)[0]["data"]
    weighed = sum(each.importance for each in compared.drifting)
    assert weighed > 0 and bars["y"] == marks["y"] == pytest.approx([weighed, weighed])
    assert marks["marker"]["symbol"] == [SYMBOLS[compared.signal], "circle"]
    assert figures(app)[0]["layout"]["xaxis"]["ticktext"] == ["Oct<br>1", "<b>Nov<br>1</b>"]
    assert "October 1, 2026" in " ".join(each.value for each in page(run=compared.run).caption)


def test_a_comparison_with_another_models_reference_says_so(page, read, portfolio, compared) -> None:
    write_run(portfolio, replace(compared, model_version="9-99999999"))
    shown = read(page())
    assert "with the reference of model 9-99999999" in shown and "make drift" in shown


def test_a_record_that_cannot_be_read_is_told_and_hides_no_other(page, read, portfolio, compared) -> None:
    folder = write_run(portfolio, compared)
    (folder / "result.json").write_text("{")
    assert "The drift record cannot be read." in read(page())
    write_run(portfolio, replace(compared, run="20261101T090500Z"))
    app = page()
    assert not app.exception and "One comparison so far" in read(app)


def test_evidentlys_report_is_sent_only_to_those_who_ask(page, portfolio, compared) -> None:
    html = "<html><body>the report itself</body></html>"
    write_run(portfolio, compared, lambda folder: (folder / HTML).write_bytes(gzip.compress(html.encode())) and None)
    app = page()
    assert not app.get("iframe")
    assert "the report itself" not in str([each.proto for each in app.main])
    app.toggle(key="show_report").set_value(True).run()
    packed = re.search(r'atob\("([^"]+)"\)', app.get("iframe")[0].proto.srcdoc)[1]
    assert gzip.decompress(base64.b64decode(packed)).decode() == html


def test_a_run_that_fails_half_way_leaves_nothing(portfolio, compared) -> None:
    def fail(folder: Path) -> None:
        (folder / HTML).write_bytes(b"half")
        raise RuntimeError("planted")

    with pytest.raises(RuntimeError, match="planted"):
        write_run(portfolio, compared, fail)
    assert runs(portfolio) == () and not list((portfolio / "drift").iterdir())
    write_run(portfolio, compared)
    assert read_run(portfolio, compared.run) == compared


def test_the_page_never_loads_evidently_nor_mlflow() -> None:
    modules = (
        "app.ui.data_scientist.drift_result, app.ui.data_scientist.drift_panels, app.ui.data_scientist.drift_history"
    )
    code = f"import sys, {modules}; print({{'evidently', 'mlflow'}} & {{*sys.modules}})"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert ran.stdout.strip() == "set()"


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", ("Of the last 8 comparisons, 3 were not stable.", "External score 3: not provided for 100%", "Student")),
        ("fr", ("Sur les 8 dernières comparaisons, 3", "Score externe 3", "Étudiant")),
    ],
)
def test_the_demonstrations_eight_months_tell_their_story(portfolio, page, read, language, said) -> None:
    months = ROOT / "data" / "demo" / "portfolio" / "drift"
    shutil.copytree(months, portfolio / "drift")
    app = page(lang=language)
    shown = read(app)
    assert not app.exception and all(each in shown for each in said), shown
    answer = next(each.proto.body for each in app.get("html") if 'class="answer' in each.proto.body)
    assert "300" in answer and said[2] in answer
    marks = figures(app)[0]["data"][1]
    assert marks["marker"]["symbol"] == ["circle"] * 4 + ["square", "circle", "diamond", "square"]
    assert marks["y"][:4] == [0, 0, 0, 0] and marks["y"][5] == 0 and marks["y"][-1] == max(marks["y"]) > 0.5


def test_the_demonstrations_report_opens_in_the_page_and_the_others_say_where_one_is(portfolio, page, read) -> None:
    shutil.copytree(ROOT / "data" / "demo" / "portfolio" / "drift", portfolio / "drift")
    app = page()
    assert "made without it" not in read(app)
    app.toggle(key="show_report").set_value(True).run()
    packed = re.search(r'atob\("([^"]+)"\)', app.get("iframe")[0].proto.srcdoc)[1]
    assert b"window.drawDashboard" in gzip.decompress(base64.b64decode(packed))
    shown = read(page(run=runs(portfolio)[0]))
    assert (
        "made without it." in shown and "It is there for: August 1, 2026" in shown and "and November 1, 2026" in shown
    )


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda drift: replace(drift, features=(), signal="act"), "Not as expected: "),
        (lambda drift: replace(drift, features=(), checks=(), signal="act"), "The score "),
        (lambda drift: replace(drift, signal="stable"), ""),
    ],
)
def test_what_gave_the_signal_is_said_where_no_item_did(compared, change, said) -> None:
    told = most_of_all(change(compared), words_in("en"))
    assert told.startswith(said) and bool(told) == bool(said)
