"""Compare: the client's place on any item, in a chosen group and among everyone."""

from __future__ import annotations

import json
import re

import pytest

from app.language.words import words_in
from app.scoring.features import FEATURES, by_name
from app.scoring.peers.comparison import SMALLEST_GROUP, bins_for, to_join
from app.scoring.peers.peer_group import Between, Neighbours, OneOf
from app.store.questions import compare, cross
from app.store.worklist import search
from app.ui.charts.bins import slots
from app.ui.officer.peer_group import NEARNESS, around, range_steps
from app.ui.officer.percentile import fate, finding, headline
from tests.pages.clicks import click, send
from tests.pages.number_fields import number_field

EN = words_in("en")
COLUMNS = {feature.name for feature in FEATURES if "_" in feature.name}


@pytest.fixture
def page(desk):
    """Opens the page at an address, on clients chosen by conditions unless it says another group."""

    def opened(**address):
        chosen = {"group": "filters", **address} if "client" in address else address
        return desk(**chosen).switch_page("../pages/compare.py").run()

    return opened


@pytest.fixture(scope="module")
def client(served):
    return served.next_in_grey_zone(served.champion.recommended)


@pytest.fixture(scope="module")
def row(served, client):
    return served.client(client).features


@pytest.fixture(scope="module")
def usual_group(served, row):
    steps = range_steps(served.population["credit"])
    low, high = around(row["credit"], steps)
    low, high = (None if low == steps[0] else low), (None if high == steps[-1] else high)
    return OneOf("income_type", (row["income_type"],)), Between("credit", low, high)


def figures(app):
    return [json.loads(chart.proto.spec) for chart in app.get("plotly_chart")]


def another(served, client: int) -> int:
    """A client who is not this one."""
    return next(
        line.client for line in search(served, (), served.champion.recommended, limit=2).lines if line.client != client
    )


def test_without_a_client_the_page_leads_home(page) -> None:
    assert page().title[0].value == "What is waiting for you?"


@pytest.mark.parametrize("item", ["income", "annuity", "external_score_2", "enquiries", "income_type", "owns_car"])
def test_the_place_is_the_one_in_the_group_and_among_everyone(page, read, served, client, row, usual_group, item):
    told = compare(served.folder, item, row, usual_group, served.population)
    app = page(client=str(client), items=item)
    assert not app.exception
    shown = read(app)
    assert headline(told.axis, told.group, told.everyone, EN) in shown
    assert fate(told.group.outcomes, EN) in shown and fate(told.everyone.outcomes, EN) in shown
    if told.group.percentile is not None and by_name[item].kind == "number":
        assert f"Percentile {EN.number(100 * told.group.percentile, 0)} of the" in shown


def test_the_groups_rate_is_told_with_its_interval_and_size(page, read, served, client, row, usual_group) -> None:
    outcomes = compare(served.folder, "income", row, usual_group, served.population).group.outcomes
    assert outcomes.known >= SMALLEST_GROUP
    shown = read(page(client=str(client), items="income"))
    for figure in (
        EN.number(outcomes.clients),
        EN.number(outcomes.known),
        EN.percent(outcomes.rate.value, 1),
        EN.percent(outcomes.rate.low, 1),
        EN.percent(outcomes.rate.high, 1),
    ):
        assert figure in shown


def test_the_chart_draws_the_shares_of_each_outcome_and_marks_the_client(page, served, client, row, usual_group):
    told = compare(served.folder, "income", row, usual_group, served.population)
    told = told.joined(to_join(told.axis, told.group.outcomes.clients))
    bars, outline, mark = figures(page(client=str(client), items="income"))[0]["data"]
    repaid = sum(each.repaid for each in told.group.bins)
    defaulted = sum(each.defaulted for each in told.group.bins)
    assert bars["y"] == pytest.approx([each.repaid / repaid for each in told.group.bins])
    assert outline["y"][1:-1] == pytest.approx([each.defaulted / defaulted for each in told.group.bins])
    assert mark["x"] == [row["income"]] and mark["marker"]["symbol"] == "diamond"


def test_a_missing_value_is_said_and_has_no_mark(page, read, served) -> None:
    client = next(served.random_client() for _ in iter(int, 1))
    while served.client(client).features["external_score_1"] is not None:
        client = served.random_client()
    app = page(client=str(client), items="external_score_1")
    assert "External score 1 is not provided for this client." in read(app)
    assert all(each["marker"].get("symbol") != "diamond" for each in figures(app)[1]["data"] if "marker" in each)


def test_the_nearest_on_chosen_items_are_those_of_the_store(page, read, served, client, row) -> None:
    near = Neighbours(client, NEARNESS, 500)
    told = compare(served.folder, "age", row, near, served.population)
    app = page(client=str(client), items="age", group="some")
    assert fate(told.group.outcomes, EN) in read(app)
    assert headline(told.axis, told.group, told.everyone, EN) in read(app)


def test_too_small_a_group_tells_a_range_and_its_chart_no_outcomes(page, read, served, client) -> None:
    app = page(client=str(client), items="age", group="some", size="50")
    in_group = next(each.value for each in app.markdown if each.value.startswith("50 clients"))
    known = int(re.search(r"of whom (\d+)", in_group)[1])
    assert known < SMALLEST_GROUP, "the fifty nearest all have a known outcome: choose another client"
    assert "so few only tell a range" in in_group
    assert len(figures(app)[0]["data"]) == 2, "clients and the mark: outcomes are not told apart"
    assert len(figures(app)[0]["data"][0]["x"]) <= bins_for(50) + 2 < len(figures(app)[1]["data"][0]["x"])


def test_nearness_on_nothing_is_a_sentence(page, read, client) -> None:
    app = page(client=str(client), group="some")
    app.multiselect(key="near").set_value([]).run()
    assert not app.exception
    assert "No item is chosen to tell who is near." in read(app)


def test_a_group_without_a_member_is_a_sentence(page, read, client) -> None:
    for items, charts in (("income", 1), ("income,annuity", 0)):
        app = page(client=str(client), items=items, crossed="1")
        app.multiselect(key=f"among_income_type_{client}").set_value([]).run()
        assert not app.exception
        assert "Nobody is in this group: widen a condition." in read(app)
        assert len(app.get("plotly_chart")) == charts, "everyone is still there, on one item"


def test_conditions_narrow_the_group(page, read, served, client, row) -> None:
    app = page(client=str(client), items="age")
    app.multiselect(key="filters").set_value(["owns_car", "income"]).run()
    steps = range_steps(served.population["income"])
    app.select_slider(key=f"among_income_{client}").set_range(steps[2], steps[-1]).run()
    app.selectbox(key=f"among_owns_car_{client}").set_value(1.0).run()
    group = (Between("owns_car", 1.0, 1.0), Between("income", steps[2], None))
    told = compare(served.folder, "age", row, group, served.population)
    assert fate(told.group.outcomes, EN) in read(app)
    app.multiselect(key="filters").set_value([]).run()
    everyone = compare(served.folder, "age", row, (), served.population).everyone.outcomes
    assert read(app).count(fate(everyone, EN)) >= 2, "without conditions the group is everyone"


@pytest.mark.parametrize(
    ("first", "second"),
    [("income", "credit"), ("income", "education"), ("education", "income"), ("education", "housing")],
)
def test_two_items_at_once_with_the_clients_cell(page, read, served, client, row, usual_group, first, second):
    app = page(client=str(client), items=f"{first},{second}", crossed="1")
    assert not app.exception
    if by_name[first].kind == "category" and by_name[second].kind != "category":
        first, second = second, first
    told = cross(served.folder, first, second, row, usual_group, served.population)
    cells, mark = figures(app)[2]["data"]
    counted = [each or 0 for line in cells["z"] for each in line]
    assert sum(counted) == sum(each.clients for each in told.cells.values())
    column, line = mark["x"][0], round(mark["y"][0])
    here = told.cells[told.first.bin, told.second.bin]
    assert cells["z"][line][column] == here.clients
    assert fate(here, EN) in read(app)
    assert app.get("plotly_chart")[2].proto.alt.startswith(f"{by_name[first].label} against {by_name[second].label}.")


def test_a_cell_shows_a_rate_from_fifty_outcomes_on(page, served, client, row, usual_group) -> None:
    told = cross(served.folder, "owns_car", "education", row, usual_group, served.population)
    texts = figures(page(client=str(client), items="owns_car,education", crossed="1"))[2]["data"][0]["text"]
    expected = sorted(EN.percent(each.rate.value) for each in told.cells.values() if each.rate)
    assert expected and sorted(text for line in texts for text in line if text) == expected


@pytest.mark.parametrize("name", ["items", "group", "neighbours"])
@pytest.mark.parametrize("asked", ["TARGET", "income' OR 1=1", "<b>x</b>", "-1", "9" * 80])
def test_a_link_out_of_range_is_a_sentence_and_the_page_opens(page, read, client, name, asked) -> None:
    app = page(**{"client": str(client), "group": "nearest", name: asked})
    assert not app.exception
    shown = read(app)
    said = "A whole number from 25 to 100 can be asked for." if name == "neighbours" else "which this page does not know"
    assert said in shown and "<b>x" not in shown
    assert app.title[0].value == f"Where does client {client} stand among others?"
    assert app.get("plotly_chart")


def test_a_choice_is_kept_in_the_address_and_over_a_change_of_client(page, served, client) -> None:
    app = page(client=str(client), items="age")
    app.multiselect(key="items").set_value(["income", "credit"]).run()
    assert app.query_params["items"] == "income,credit"
    app.text_input(key="client").set_value(str(another(served, client))).run()
    assert app.multiselect(key="items").value == ["income", "credit"]


def test_another_clients_conditions_start_around_that_client(page, served, client) -> None:
    app = page(client=str(client), items="age")
    app.multiselect(key=f"among_income_type_{client}").set_value([]).run()
    other = another(served, client)
    app.text_input(key="client").set_value(str(other)).run()
    own = served.client(other).features["income_type"]
    assert other != client and app.multiselect(key=f"among_income_type_{other}").value == [own]


def test_the_figures_are_one_click_away(page, served, client, row, usual_group) -> None:
    app = page(client=str(client), items="income_type")
    assert not [each for each in app.get("html") if 'class="figures"' in each.proto.body]
    app.session_state["figures_everyone"] = True
    app.run()
    told = compare(served.folder, "income_type", row, usual_group, served.population)
    (table,) = (each.proto.body for each in app.get("html") if 'class="figures"' in each.proto.body)
    cells = re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", table)[4:]
    rows = [
        (slot.label, slot.count(told.everyone.bins))
        for slot in slots(told.axis, [each.clients for each in told.everyone.bins], EN)
    ]
    assert cells == [
        text
        for name, counted in rows
        for text in (name, *map(EN.number, (counted.repaid, counted.defaulted, counted.unknown)))
    ]


@pytest.mark.parametrize("language", ["en", "fr"])
def test_no_column_name_reaches_the_reader(page, read, served, language) -> None:
    for items, group in (("external_score_mean,employer_type", "filters"), ("last_product", "nearest")):
        app = page(client=str(served.random_client()), lang=language, items=items, group=group, crossed="1")
        drawn = " ".join(json.dumps(each["layout"], ensure_ascii=False) for each in figures(app))
        shown = read(app) + " ".join(str(each.value) for each in app.caption)
        assert not app.exception and app.get("plotly_chart")
        assert COLUMNS & set(re.findall(r"\w+", shown + drawn)) == set()
        assert not re.search(r"\bNone\b|\b[Nn]a[Nn]\b", shown)
        assert all(len(chart.proto.alt) > 40 for chart in app.get("plotly_chart"))
