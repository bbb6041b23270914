"""Finding a file: by number, by attributes, in the order of work, at random, among those opened last."""

from __future__ import annotations

import re

import pytest

from app.language.words import words_in
from app.scoring.peers.peer_group import Between, in_band
from app.store.worklist import search
from app.ui.officer.find import LINES
from tests.pages.clicks import click, send
from tests.pages.number_fields import number_field

FIND = "../pages/find.py"
NEVER_SHOWN = re.compile(r"\b[A-Z]+(?:_[A-Z0-9]+)+\b|\bXNA\b|\b[Nn]a[Nn]\b|\bNone\b|\bTraceback\b")
EN = words_in("en")


@pytest.fixture
def find(desk):
    """Opens the page with parameters in its address."""

    def opened(**address: str):
        app = desk(lang=address.pop("lang", "en"))
        app.switch_page(FIND)
        app.query_params.update(address)
        return app.run()

    return opened


def listed(app) -> list[int]:
    """Clients of the list, in its order."""
    bodies = " ".join(each.proto.body for each in app.get("html"))
    return [int(client) for client in re.findall(r'data-asks="file (\d+)"', bodies)]


def opened_file(app) -> str:
    return app.title[0].value


def count(app, read) -> int:
    return int(re.search(r"([\d,]+) files? match", read(app))[1].replace(",", ""))


def test_the_queue_opens_with_the_grey_zone_nearest_first(find, read, served) -> None:
    app = find()
    policy = served.champion.recommended
    assert not app.exception
    assert app.title[0].value == "Which file is next?"
    assert listed(app) == [line.client for line in search(served, (), policy, limit=LINES).lines]
    assert all(served.decide(client, policy).band == "review" for client in listed(app))
    assert count(app, read) == served.size


@pytest.mark.parametrize("language", ["en", "fr"])
def test_no_column_name_reaches_the_reader(find, read, language) -> None:
    app = find(lang=language)
    shown = read(app) + " ".join(option for box in app.selectbox for option in [box.label, *box.options])
    assert NEVER_SHOWN.findall(shown) == []
    assert "{" not in shown and "not_employed" not in shown


def test_a_line_opens_its_file(find) -> None:
    app = find()
    client = listed(app)[2]
    app = click(app, f"file {client}")
    assert opened_file(app) == f"Client {client}"
    assert app.text_input(key="client").value == str(client)


def test_a_number_opens_its_file(find, served) -> None:
    client = served.random_client()
    app = find().text_input(key="searched_client").set_value(f" {client} ").run()
    assert opened_file(app) == f"Client {client}"


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("999999999", "Client 999999999 is not in this portfolio."),
        ("100 99", "Client 10099 is not in this portfolio."),
        ("abc", "“abc” is not a client number."),
        ("1" * 20, f"“{'1' * 20}” is not a client number."),
        ("1; DROP TABLE clients", "“1; DROP TABLE clients” is not a client number."),
        ("<img src=x onerror=alert(1)>", "“&lt;img src=x onerror=alert(1)&gt;” is not a client number."),
        ("١٢٣", "“١٢٣” is not a client number."),
    ],
)
def test_a_number_that_is_none_is_said_and_the_list_stays(find, read, typed, said) -> None:
    app = find().text_input(key="searched_client").set_value(typed).run()
    assert not app.exception
    bodies = " ".join(element.proto.body for element in app.get("html"))
    assert said in bodies
    assert opened_file(app) == "Which file is next?" and len(listed(app)) == LINES


def test_filters_narrow_the_list_and_the_count_follows(find, read, served) -> None:
    policy = served.champion.recommended
    app = find()
    app.selectbox(key="answer").set_value("refuse").run()
    number_field(app, "smallest").set_value(200_000).run()
    number_field(app, "largest").set_value(400_000).run()
    asked = (in_band("refuse", policy), Between("credit", 200_000, 400_000))
    expected = search(served, asked, policy, limit=LINES)
    assert count(app, read) == expected.found > 0
    assert listed(app) == [line.client for line in expected.lines]
    app.selectbox(key="income_type").set_value("Pensioner").run()
    app.selectbox(key="age").set_value("50-59").run()
    rows = [served.client(client).features for client in listed(app)]
    assert rows and all(row["income_type"] == "Pensioner" and 50 <= row["age"] < 60 for row in rows)
    assert app.query_params["age"] == "50-59" and app.query_params["smallest"] == "200000"


def test_a_link_opens_the_list_as_it_was(find, served) -> None:
    policy = served.champion.recommended
    app = find(within="3", order="amount-down", page="2")
    lines = search(
        served,
        (Between("points", policy.threshold_points - 3, policy.threshold_points + 3),),
        policy,
        "credit",
        True,
        LINES,
        LINES,
    ).lines
    assert listed(app) == [line.client for line in lines] != []


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ({"age": "12-200"}, "The link asks for “12-200”"),
        ({"answer": "<b>yes</b>"}, "The link asks for “&lt;b&gt;yes&lt;/b&gt;”"),
        ({"within": "-3"}, "Points from the threshold, at most: the link asks for “-3”."),
        ({"smallest": "1e12"}, "Loan from: the link asks for “1e12”."),
        ({"largest": "9" * 20}, "A whole number from 0 to 100,000,000 can be asked for."),
        ({"order": "credit; DROP TABLE clients"}, "The link asks for “credit; DROP TABLE clients”"),
        ({"page": "-1"}, "The link asks for “-1”"),
        ({"page": "999999"}, "Page 999999 is not there: the last one is"),
    ],
)
def test_a_parameter_out_of_range_is_said_and_passed_over(find, address, said) -> None:
    app = find(**address)
    assert not app.exception
    assert said in " ".join(element.proto.body for element in app.get("html"))
    assert listed(app)


def test_filters_that_match_nobody_say_so(find, read) -> None:
    app = find(smallest="99000000")
    assert "No file matches: widen a filter." in read(app)
    assert not listed(app) and not [button for button in app.button if button.key == "random_like"]
    app = find(smallest="500000", largest="100000")
    assert "the smallest amount is above the largest" in read(app)


def test_one_of_them_at_random_is_one_of_them(find, served) -> None:
    app = find(answer="accept", income_type="State servant").button(key="random_like").click().run()
    client = int(app.text_input(key="client").value)
    assert served.client(client).features["income_type"] == "State servant"
    assert served.decide(client, served.champion.recommended).band == "accept"


def test_pages_follow_each_other_and_a_new_search_starts_at_the_first(find, read) -> None:
    app = find()
    first = listed(app)
    app.button(key="following").click().run()
    second = listed(app)
    assert not set(first) & set(second) and number_field(app, "page").value == 2
    app.button(key="previous").click().run()
    assert listed(app) == first
    app.button(key="following").click().run()
    app.selectbox(key="order").set_value("age-up").run()
    assert number_field(app, "page").value == 1 and app.query_params["page"] == "1"


def test_a_page_is_jumped_to_by_its_number_and_one_that_is_none_is_said(find, read, served) -> None:
    policy, app = served.champion.recommended, find()
    number_field(app, "page").set_value(7).run()
    assert listed(app) == [line.client for line in search(served, (), policy, limit=LINES, offset=6 * LINES).lines]
    assert app.query_params["page"] == "7"
    for typed in ("99999", "0", "seven"):
        number_field(app, "page").text.set_value(typed).run()
        assert not app.exception and app.query_params["page"] == "7" and len(listed(app)) == LINES
        assert re.search("It must lie between 1 and 400|“seven”", read(app)), typed
    app.button(key="following").click().run()
    assert number_field(app, "page").value == 8 and "It must lie" not in read(app)


def test_the_list_is_a_table_sorted_by_the_head_of_a_column(find, served) -> None:
    app = find()
    table = next(each.proto.body for each in app.get("html") if "<table" in each.proto.body)
    assert table.count('<th scope="col"') == 8 and table.count('<th scope="row"') == LINES
    assert "aria-sort" not in table, "the order of work is no column's"
    policy = served.champion.recommended
    for asked, column, descending in (("amount-down", "credit", True), ("amount-up", "credit", False)):
        app = click(app, f"order {asked}")
        lines = search(served, (), policy, column, descending, LINES).lines
        assert listed(app) == [line.client for line in lines]
        assert app.selectbox(key="order").value == app.query_params["order"] == asked
        table = next(each.proto.body for each in app.get("html") if "<table" in each.proto.body)
        assert table.count("aria-sort") == 1
        assert f'aria-sort="{"descending" if descending else "ascending"}"' in table
    assert send(app, "order credit; DROP TABLE clients").selectbox(key="order").value == "amount-up"


def test_files_opened_last_are_offered_again_newest_first_to_this_session_only(find, desk) -> None:
    app = find()
    one, other = listed(app)[:2]
    for client in (one, other, one):
        app = click(app, f"file {client}")
        app.switch_page(FIND).run()
    again = [button.key for button in app.button if (button.key or "").startswith("again_")]
    assert again == [f"again_{one}", f"again_{other}"]
    app.button(key=f"again_{other}").click().run()
    assert opened_file(app) == f"Client {other}"
    stranger = find()
    assert not [button for button in stranger.button if (button.key or "").startswith("again_")]


def test_filters_are_still_there_after_a_file_was_read(find, read) -> None:
    app = find(answer="refuse")
    found = count(app, read)
    app = click(app, f"file {listed(app)[0]}")
    app.switch_page(FIND).run()
    assert app.selectbox(key="answer").value == "refuse" and count(app, read) == found


def test_every_branch_is_listed(find, serving, five_clients) -> None:
    serving(five_clients.root)
    app = find()
    assert not app.exception
    assert sorted(listed(app)) == sorted(five_clients)
    assert listed(app)[0] == five_clients.at_threshold
