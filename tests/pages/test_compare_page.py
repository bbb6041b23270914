"""Compare: the client's place on any item, in a chosen group and among everyone."""

from __future__ import annotations

import json
import re
from html import unescape

import pytest

from app.language.features import value_in_words
from app.language.words import words_in
from app.scoring.case.actors import Actor
from app.scoring.champion import Champion
from app.scoring.features import FEATURES, by_name
from app.scoring.peers.comparison import SMALLEST_GROUP, bins_for, observed_rate, to_join
from app.scoring.peers.peer_group import Between, Neighbours, OneOf
from app.scoring.problems import ModelProblem
from app.settings import settings
from app.store.access import AccessLog, Asked
from app.store.database import connect
from app.store.neighbours import neighbours, read_nearness
from app.store.questions import compare, cross
from app.store.suspensions import Suspensions
from app.store.worklist import search
from app.ui.charts.bins import slots
from app.ui.officer.peer_group import NEARNESS, around, range_steps
from app.ui.officer.percentile import fate, headline
from tests.decided_file import decide_and_write
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
        app.multiselect(key=f"among_{client}_income_type").set_value([]).run()
        assert not app.exception
        assert "Nobody is in this group: widen a condition." in read(app)
        assert len(app.get("plotly_chart")) == charts, "everyone is still there, on one item"


def test_conditions_narrow_the_group(page, read, served, client, row) -> None:
    app = page(client=str(client), items="age")
    app.multiselect(key="filters").set_value(["owns_car", "income"]).run()
    steps = range_steps(served.population["income"])
    app.select_slider(key=f"among_{client}_income").set_range(steps[2], steps[-1]).run()
    app.selectbox(key=f"among_{client}_owns_car").set_value("yes").run()
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
@pytest.mark.parametrize("asked", ["income' OR 1=1", "<b>x</b>", "9" * 80])
def test_a_link_out_of_range_is_a_sentence_and_the_page_opens(page, read, client, name, asked) -> None:
    app = page(**{"client": str(client), "group": "nearest", name: asked})
    assert not app.exception
    shown = read(app)
    said = (
        "A whole number from 25 to 100 can be asked for." if name == "neighbours" else "which this page does not know"
    )
    assert said in shown and "<b>x" not in shown
    assert app.title[0].value == f"Where does client {client} stand among others?"
    assert app.get("plotly_chart")


def test_a_choice_is_kept_in_the_address_and_over_a_change_of_client(page, served, client) -> None:
    app = page(client=str(client), items="age")
    app.multiselect(key="items").set_value(["income", "credit"]).run()
    assert app.query_params["items"] == "income,credit"
    app.text_input(key="client").set_value(str(another(served, client))).run()
    assert app.multiselect(key="items").value == ["income", "credit"]


def test_a_link_opens_the_conditions_as_they_were(page, read, served, client, row) -> None:
    app = page(client=str(client), items="age", filters="owns_car,income,income_type")
    steps = range_steps(served.population["income"])
    app.select_slider(key=f"among_{client}_income").set_range(steps[2], steps[4]).run()
    app.selectbox(key=f"among_{client}_owns_car").set_value("no").run()
    app.multiselect(key=f"among_{client}_income_type").set_value(["0", "1"]).run()
    address = {name: values[0] if isinstance(values, list) else values for name, values in app.query_params.items()}
    again = page(**address)
    types = served.population["income_type"].categories[:2]
    group = (Between("owns_car", 0.0, 0.0), Between("income", steps[2], steps[4]), OneOf("income_type", types))
    told = compare(served.folder, "age", row, group, served.population)
    assert fate(told.group.outcomes, EN) in read(app) and fate(told.group.outcomes, EN) in read(again)
    for asked in ("9-2", "0-99", "a-b", "١-٢"):
        broken = page(**{**address, f"among_{client}_income": asked})
        assert not broken.exception and f"The link asks for “{asked}”" in read(broken)


def test_another_clients_conditions_start_around_that_client(page, served, client) -> None:
    app = page(client=str(client), items="age")
    app.multiselect(key=f"among_{client}_income_type").set_value([]).run()
    other = another(served, client)
    app.text_input(key="client").set_value(str(other)).run()
    own = served.population["income_type"].categories.index(served.client(other).features["income_type"])
    assert other != client and app.multiselect(key=f"among_{other}_income_type").value == [str(own)]
    assert not [each for each in app.query_params if str(client) in each], (
        "the other client's are gone from the address"
    )


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


# The nearest clients, one by one.


@pytest.fixture(scope="module")
def near(served, client):
    return neighbours(served, read_nearness(served).nearest(client, 100), served.champion.recommended)


def listed(app) -> list[list[str]]:
    """The rows of the list, each cell's text."""
    (body,) = (each.proto.body for each in app.get("html") if "What differs most" in each.proto.body)
    rows = re.findall(r"<tr>(.*?)</tr>", body)[1:]
    return [
        [unescape(re.sub(r"<[^>]+>", "", cell)) for cell in re.findall(r"<t[hd].*?>(.*?)</t[hd]>", row)] for row in rows
    ]


def lead(app) -> str:
    return next(
        re.sub(r"<[^>]+>", "", each.proto.body) for each in app.get("html") if 'class="lead" role=' in each.proto.body
    )


def test_the_nearest_are_listed_with_the_advice_the_outcome_and_what_differs(page, near, client, row) -> None:
    app = page(client=str(client), group="nearest")
    assert not app.exception
    rows = listed(app)
    assert [int(each[0]) for each in rows] == [each.client for each in near[:25]]
    became = {None: "Not known yet", True: "Not repaid", False: "Repaid"}
    verdicts = {"accept": "Accept", "review": "To review", "refuse": "Refuse"}
    assert len({each[4] for each in rows}) == 3, "every outcome is among them"
    for found, (_, verdict, points, decided, outcome, alike, apart) in zip(near, rows, strict=False):
        assert (verdict, outcome) == (verdicts[found.band], became[found.defaulted])
        assert (points, alike) == (EN.points(found.points), EN.percent(1 - found.distance))
        assert decided == "not decided"
        item = next(iter(found.apart))
        assert (
            apart.startswith(by_name[item].label) and f"(this client: {value_in_words(item, row[item], EN)})" in apart
        )


def test_the_answer_is_how_many_are_accepted_and_how_many_did_not_repay(page, near, client) -> None:
    app = page(client=str(client), group="nearest", neighbours="60")
    known = [each.defaulted for each in near[:60] if each.defaulted is not None]
    accepted = sum(each.band == "accept" for each in near[:60])
    share, rate = observed_rate(accepted, 60), observed_rate(sum(known), len(known))
    expected = (
        f"Of the 60 nearest clients, the policy accepts {accepted} ({_interval(share)}), and of the {len(known)} whose"
        f" outcome is known {sum(known)} did not repay ({_interval(rate)})."
    )
    assert lead(app) == expected and len(listed(app)) == 60


def _interval(rate) -> str:
    return f"{EN.percent(rate.value)}, {EN.percent(rate.low)} to {EN.percent(rate.high)}"


def test_who_is_listed_is_logged_as_listed_and_only_a_click_opens_a_file(page, near, client, own_store) -> None:
    log = AccessLog.open(connect(settings().store))
    app = page(client=str(client), group="nearest")
    ours = [each.client for each in near[:25]]
    seen = [each for each in log.newest(Asked(), 1_000) if each.client in ours]
    assert sorted((each.client, each.what) for each in seen) == [(each, "list compare") for each in sorted(ours)]
    app = click(app, f"file {ours[3]}")
    assert app.title[0].value == f"Client {ours[3]}" and app.query_params["client"] == str(ours[3])
    opened = [(each.what, each.client) for each in log.newest(Asked(), 1_000) if each.what.startswith("page")]
    assert opened == [("page client", ours[3]), ("page compare", client), ("page client", client)]


def test_what_no_link_asks_for_is_a_sentence(page, read, client) -> None:
    app = send(page(client=str(client), group="nearest"), "file 999999999")
    assert not app.exception and "Client 999999999 is not in this portfolio." in read(app)
    app = send(page(client=str(client), group="nearest"), "file <b>x</b>")
    assert "is not a client number." in read(app)
    assert not send(page(client=str(client), group="nearest"), "order age-up").exception


def test_how_many_is_typed_and_kept_in_the_address(page, read, client) -> None:
    app = page(client=str(client), group="nearest")
    number_field(app, "neighbours").set_value(40).run()
    assert len(listed(app)) == 40 and app.query_params["neighbours"] == "40"
    number_field(app, "neighbours").set_value(101).run()
    assert not app.exception and len(listed(app)) == 25
    assert "It must lie between 25 and 100." in read(app)


def test_nothing_of_anybodys_advice_is_told_while_it_is_suspended(page, client) -> None:
    Suspensions.open(connect(settings().store)).suspend(Actor("Max", "manager"), "It drifts.")
    app = page(client=str(client), group="nearest")
    assert {(each[1], each[2]) for each in listed(app)} == {("suspended", "")}
    assert "accepts" not in lead(app) and "did not repay" in lead(app)
    assert app.multiselect(key="items").value == ["credit"], "what weighs most is part of the advice"


def test_what_a_person_decided_stands_beside_the_advice(page, served, near, client) -> None:
    decide_and_write(settings().store, settings().champion_archive, served, near[2].client)
    decided = [each[3] for each in listed(page(client=str(client), group="nearest"))]
    assert decided[:4] == ["not decided", "not decided", "Refuse", "not decided"]


def test_several_items_stand_side_by_side_in_bins_that_fit_so_few(page, read, served, client, near) -> None:
    items = ["credit", "income", "income_type", "external_score_2"]
    app = page(client=str(client), group="nearest", items=",".join([*items, "annuity"]))
    assert "5 items are chosen, 4 fit side by side" in read(app)
    drawn = figures(app)
    assert len(drawn) == 4 and all(len(each["data"][0]["y"]) <= 6 for each in drawn)
    ours = [served.client(each.client).features["credit"] for each in near[:25]]
    bars, everyone, mark = drawn[0]["data"]
    assert sum(bars["y"]) == pytest.approx(1) and sum(everyone["y"]) == pytest.approx(1)
    assert sum(value >= bars["x"][-1] - bars["width"] / 2 for value in ours) == round(25 * bars["y"][-1])
    assert mark["marker"]["symbol"] == "diamond"
    ends = [each["text"] for each in drawn[0]["layout"]["annotations"]]
    assert any(text.endswith(" and more") for text in ends), "the largest loans lie beyond the axis"


def test_no_item_at_all_is_a_sentence_and_the_list_stays(page, read, client) -> None:
    app = page(client=str(client), group="nearest")
    app.multiselect(key="items").set_value([]).run()
    assert not app.exception and "No item is chosen: choose one" in read(app) and len(listed(app)) == 25


def test_a_client_the_model_cannot_score_is_a_sentence(page, read, client, monkeypatch) -> None:
    app = page(client=str(client), group="nearest")

    def fails(*_):
        raise ModelProblem("A value is none the model knows.", "Every input must be there.", "Publish again.")

    monkeypatch.setattr(Champion, "decide", fails)
    app.run()
    assert not app.exception and "A value is none the model knows." in read(app)
