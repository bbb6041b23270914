"""The demonstration's eight months: they tell what the page says they tell, and the command tells the same again."""

from __future__ import annotations

import gzip
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest

from app.scoring.drift import OF_OUTCOMES, Drift, to_json
from app.scoring.schema import TABLES
from app.scoring.schema.keys import CLIENT
from app.store.drift_runs import read_report, read_run, report_size, runs
from app.store.portfolio import Portfolio
from training.__main__ import main
from training.synthetic import months
from training.synthetic.months import MONTHS, SOURCE, Month, calm, compare_months, drawn, students
from training.synthetic.synthesize import synthesize

PORTFOLIO = Path(__file__).parents[3] / "data" / "demo" / "portfolio"


@pytest.fixture(scope="module")
def told() -> dict[str, Drift]:
    """The committed comparisons."""
    return {run: read_run(PORTFOLIO, run) for run in runs(PORTFOLIO)}


def same(one: object, other: object) -> bool:
    """Whether two records hold the same: floats to the digits that every machine computes alike."""
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(same(one[name], other[name]) for name in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(same(*pair) for pair in zip(one, other, strict=True))
    if isinstance(one, float) and isinstance(other, float):
        return bool(np.isclose(one, other, rtol=1e-7, atol=1e-9))
    return one == other


def record(drift: Drift) -> object:
    return json.loads(to_json(drift))


def test_the_committed_comparisons_are_these_months_with_the_model_that_is_served(told) -> None:
    served = Portfolio.open(PORTFOLIO)
    assert list(told) == [month.run for month in MONTHS] and len(MONTHS) == 8
    assert {each.model_version for each in told.values()} == {served.champion.version}
    assert {each.release for each in told.values()} == {served.release}
    assert {each.at for each in told.values()} == {month.at.isoformat(timespec="seconds") for month in MONTHS}


def test_calm_months_are_stable_and_the_others_are_not(told) -> None:
    quiet = [month.run for month in MONTHS if month.change is calm]
    assert len(quiet) == 5
    assert [run for run, each in told.items() if each.signal == "stable"] == quiet
    assert not [each for run in quiet for each in told[run].drifting]
    assert [told[month.run].signal for month in MONTHS[-2:]] == ["investigate", "act"]


def test_the_month_a_source_stops_names_that_source_first(told) -> None:
    (stopped,) = (told[month.run] for month in MONTHS if month.change is months.a_source_stops)
    first = stopped.features[0]
    assert SOURCE == "EXT_SOURCE_3" and first.feature == "external_score_3"
    assert first.missing[1] == 1.0 > first.missing[0] and first.missing_drift > 0.9 * first.psi
    assert stopped.signal == "act"


def test_the_last_months_name_who_is_new_and_how_many(told) -> None:
    for month, share in zip(MONTHS[-2:], (0.08, 0.30), strict=True):
        first = told[month.run].features[0]
        assert first.feature == "income_type"
        assert first.new_categories == (("Student", round(share * months.CLIENTS)),)


def test_outcomes_are_known_but_for_the_last_two_months(told) -> None:
    for month in MONTHS:
        found = told[month.run]
        known = {each.measure for each in found.checks} >= set(OF_OUTCOMES)
        assert (month in MONTHS[:-2]) == month.outcomes == known == (found.on_current.realised is not None)


def test_evidentlys_report_lies_in_the_newest_and_where_the_source_stopped(told) -> None:
    kept = [run for run in told if report_size(PORTFOLIO, run)]
    assert kept == [MONTHS[4].run, MONTHS[-1].run] == [month.run for month in MONTHS if month.report]
    page = read_report(PORTFOLIO, kept[-1])
    assert "<html" in page[:2_000] and "external_score_mean" in page and "window.drawDashboard" in page


def test_the_command_makes_the_committed_month_again(told, tmp_path) -> None:
    """Drawn, moved and compared anew, down to the last count of each of 244 items."""
    served, month = Portfolio.open(PORTFOLIO), MONTHS[-1]
    current = drawn(month, tmp_path / "tables")
    again = months.drift.compare(served, current, served.champion.recommended, month.at)
    assert same(record(again), record(told[month.run]))
    other = replace(again, current=replace(again.current, clients=999))
    assert not same(record(other), record(told[month.run]))


def test_a_month_takes_the_place_of_its_run_and_of_no_other(tmp_path, monkeypatch, told, capsys) -> None:
    """What the verb does with the months it knows, here a single one of few clients."""
    folder = tmp_path / "demo" / "portfolio"
    folder.mkdir(parents=True)
    for name in ("releases", "serving.json"):
        (folder / name).symlink_to(PORTFOLIO / name)
    for run in ("20260101T000000Z", MONTHS[0].run):
        (folder / "drift" / run).mkdir(parents=True)
        (folder / "drift" / run / "result.json").write_text("{}")
    monkeypatch.setattr(months, "CLIENTS", 500)
    monkeypatch.setattr(compare_months, "__defaults__", ((MONTHS[0],), False))
    with pytest.raises(SystemExit, match="0"):
        main(["demo-drift", "--folder", str(tmp_path / "demo")])
    assert runs(folder) == ("20260101T000000Z", MONTHS[0].run)
    assert read_run(folder, MONTHS[0].run).current.clients == 500
    assert capsys.readouterr().out.split()[0] == MONTHS[0].run


def test_students_have_no_history_and_the_tables_keep_their_form(tmp_path) -> None:
    synthesize(300, 5, tmp_path / "before", labelled=300)
    synthesize(300, 5, tmp_path / "after", labelled=300)
    students(tmp_path / "after", np.random.default_rng(1), share=0.2)
    then, now = (
        {name: pd.read_parquet(tmp_path / when / f"{name}.parquet") for name in TABLES} for when in ("before", "after")
    )
    new = now["application_train"][now["application_train"].NAME_INCOME_TYPE == "Student"]
    assert len(new) == 60 and new.DAYS_BIRTH.between(-25 * 365.25, -18 * 365.25).all()
    others = ~then["application_train"][CLIENT].isin(new[CLIENT])
    assert now["application_train"][others].equals(then["application_train"][others])
    for name in TABLES:
        files = [pq.read_schema(tmp_path / when / f"{name}.parquet") for when in ("before", "after")]
        assert files[0].remove_metadata() == files[1].remove_metadata(), name
        if CLIENT in now[name] and not name.startswith("application"):
            assert not now[name][CLIENT].isin(new[CLIENT]).any() and len(now[name]) < len(then[name]), name
    gone = set(then["bureau"].SK_ID_BUREAU) - set(now["bureau"].SK_ID_BUREAU)
    assert gone & set(then["bureau_balance"].SK_ID_BUREAU)
    assert not gone & set(now["bureau_balance"].SK_ID_BUREAU)


def test_a_packed_report_is_a_gzip_a_browser_opens() -> None:
    newest = Month(MONTHS[-1].at).run
    packed = (PORTFOLIO / "drift" / newest / "evidently.html.gz").read_bytes()
    assert len(gzip.decompress(packed)) == report_size(PORTFOLIO, newest)
