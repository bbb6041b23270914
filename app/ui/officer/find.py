"""Finding a file: by attributes in the order of work, among those opened last."""

from __future__ import annotations

import math
from dataclasses import replace
from functools import partial
from typing import Literal

import streamlit as st

from app.language.features import label, value_in_words
from app.language.verdicts import VERDICTS
from app.language.words import Words
from app.scoring.case.state import UNTOUCHED
from app.scoring.features import by_name
from app.scoring.policy import Policy
from app.store.cases.queue import states_of
from app.store.portfolio import Portfolio
from app.store.worklist import Line, Worklist, random_like, search
from app.ui.kit.components import Head, show_note, show_table
from app.ui.kit.icons import icon
from app.ui.kit.markup import element
from app.ui.kit.plain_text import plain
from app.ui.kit.typed_number import Limits, is_unread, set_number, type_number
from app.ui.kit.url_state import keep_in_address, linked_choice, linked_number
from app.ui.loaders import cases, policy_in_force, portfolio
from app.ui.officer.identity import shown_value
from app.ui.officer.recent_files import recent
from app.ui.officer.search import AGES, ANSWERS, ANY, BY_ADVICE, MOST_MONEY, MOST_POINTS, ORDERS, Search, age_in_words
from app.ui.shell.access_record import record_list
from app.ui.shell.advice import WHY_HIDDEN, Hidden, Showing
from app.ui.shell.frame import file_link, files_open_by_click, open_file
from app.ui.shell.sign_in import person_here

LINES = 15
SORT, ORDER = "order ", "order"
"""How a click asks for an order, and where it stands."""
SUMMARY = ("credit", "income", "age", "income_type")
PAGE, PAGE_SHOWN = "page", "page_shown"


def show_ways_in(words: Words) -> None:
    """The files this session opened last; by number one searches in the bar."""
    st.title(words.say("Which file is next?"), anchor=False)
    if recent():
        with st.container(key="recent_files", horizontal=True, vertical_alignment="center"):
            st.html(element("p", words.say("Opened last"), class_="quality"), width="content")
            for client in recent():
                if st.button(
                    plain(words.say("Client {client}", client=client)), key=f"again_{client}", type="tertiary"
                ):
                    open_file(client)


def ask_for_files(shown: Showing, words: Words) -> Search:
    """The filters and the order; returns what they stand at."""
    income_types = (ANY, *portfolio().population["income_type"].categories)
    st.header(words.say("Files by their attributes"), anchor=False)
    with st.container(key="choices"):
        first, second, third = st.columns(3, gap="medium")
        with first:
            order, answer = _ask_for_order(shown, words), ANY
            if shown.tells_all:
                answer = linked_choice(
                    words.say("Answer"), tuple(ANSWERS), "answer", ANY, lambda each: words.say(ANSWERS[each]), words
                )
        with second:
            income_type = linked_choice(
                label("income_type", words),
                income_types,
                "income_type",
                ANY,
                lambda each: words.say("Any") if each == ANY else value_in_words("income_type", each, words),
                words,
            )
            age = linked_choice(
                label("age", words), tuple(AGES), "age", ANY, lambda each: age_in_words(each, words), words
            )
        with third:
            smallest, largest = _ask_for_amounts(words)
            within = None
            if shown.tells_all:
                asked = words.say("Points from the threshold, at most")
                within = linked_number(asked, "within", (0, MOST_POINTS), words)
    if not shown.tells_all:
        st.caption(words.say("Files are not looked for by the advice while some of it is not shown."))
    return Search(answer, income_type, age, smallest, largest, within, order)


def _ask_for_order(shown: Showing, words: Words) -> str:
    orders = tuple(each for each in ORDERS if shown.tells_all or each not in BY_ADVICE)
    return linked_choice(words.say("Order"), orders, ORDER, orders[0], lambda each: words.say(ORDERS[each][0]), words)


def _ask_for_amounts(words: Words) -> tuple[int | None, int | None]:
    low, high = st.columns(2, gap="small")
    limits = (0, MOST_MONEY)
    with low:
        smallest = linked_number(words.say("Loan from"), "smallest", limits, words)
    with high:
        largest = linked_number(words.say("Loan up to"), "largest", limits, words)
    return smallest, largest


def show_files(asked: Search, shown: Showing, words: Words) -> None:
    """How many files meet the search, one of them at random, and a page of them."""
    opened, policy, page = portfolio(), policy_in_force(), _page_asked_for(asked, words)
    found = _found(opened, asked, policy, page)
    last = max(1, math.ceil(found.found / LINES))
    if page > last:
        show_note(words.say("Page {page} is not there: the last one is {last}.", page=page, last=last))
        page, found = last, _found(opened, asked, policy, last)
    _record_shown(opened, found)
    with st.container(key="found", horizontal=True, vertical_alignment="center"):
        st.html(element("p", matches(found.found, asked, words), class_="lead", role="status"), width="content")
        if found.found and st.button(
            words.say("Open one of them at random"), icon=":material/casino:", key="random_like"
        ):
            open_file(_any_of(opened, asked, policy))
    if found.lines:
        _show_lines(found, asked, shown, words)
    _show_pages(page, last, words)


def _show_lines(found: Worklist, asked: Search, shown: Showing, words: Words) -> None:
    files_open_by_click(partial(_sort, tells_all=shown.tells_all))
    states = states_of(cases().engine, [line.client for line in found.lines])
    rows = [
        row(line, shown.hidden(line.client, line.band, states.get(line.client, UNTOUCHED)), words)
        for line in found.lines
    ]
    caption = words.say("Files, in this order: {order}", order=words.say(ORDERS[asked.order][0]))
    with st.container(key="wide_files"):
        show_table(caption, heads(asked.order, shown.tells_all, words), rows)


def _sort(asked: str, tells_all: bool) -> None:
    """Have the order follow a click on the head of a column."""
    order = asked.removeprefix(SORT)
    if order in ORDERS and (tells_all or order not in BY_ADVICE):
        st.session_state[ORDER] = order


def heads(order: str, tells_all: bool, words: Words) -> list[Head]:
    """The heads of the columns: those one can sort by ask for it, the other way round where it is sorted so already.

    Args:
        order: key of ``ORDERS``.
        tells_all: whether files may be sorted by the advice.
    """
    named = {
        "": Head(words.say("Client")),
        "answer": Head(words.say("Answer"), text=True),
        "points": Head(words.say("Points")),
        "distance": Head(words.say("From the threshold")),
        **{name: Head(label(name, words), text=by_name[name].kind == "category") for name in SUMMARY},
    }
    _, sorted_by, descending = ORDERS[order]
    for column in {by for _, by, _ in ORDERS.values() if by and (tells_all or by != "points")}:
        ways = {way: each for each, (_, by, way) in ORDERS.items() if by == column}
        here = column == sorted_by
        following = ways[not descending] if here else ways[column != "age"]
        told: Literal["", "ascending", "descending"] = ("descending" if descending else "ascending") if here else ""
        named[column] = replace(named[column], asks=f"{SORT}{following}", sorted=told)
    return list(named.values())


def _record_shown(opened: Portfolio, found: Worklist) -> None:
    person = person_here(opened)
    if person is not None:
        record_list(person, "find", (line.client for line in found.lines), opened.champion.version)


def _found(opened: Portfolio, asked: Search, policy: Policy, page: int) -> Worklist:
    _, sort, descending = ORDERS[asked.order]
    return search(opened, asked.conditions(policy), policy, sort, descending, LINES, LINES * (page - 1), SUMMARY)


def matches(found: int, asked: Search, words: Words) -> str:
    """How many files meet the search; why none can."""
    if found:
        return words.plural("{count} file matches.", "{count} files match.", found)
    if asked.smallest is not None and asked.largest is not None and asked.smallest > asked.largest:
        return words.say("No file matches: the smallest amount is above the largest.")
    return words.say("No file matches: widen a filter.")


def _any_of(opened: Portfolio, asked: Search, policy: Policy) -> int:
    drawn = random_like(opened, asked.conditions(policy))
    return drawn if drawn is not None else opened.random_client()


def row(line: Line, hidden: Hidden | None, words: Words) -> tuple[str, ...]:
    """A file: the answer and where it stands, unless that is hidden; what is asked, by whom."""
    answer: tuple[str, ...] = (words.say(WHY_HIDDEN[hidden]), "", "") if hidden else _answer(line, words)
    values = (shown_value(name, line.features, words) for name in SUMMARY)
    return file_link(line.client, words), *answer, *values


def _answer(line: Line, words: Words) -> tuple[str, ...]:
    verdict = element("span", icon(line.band), words.say(VERDICTS[line.band]), class_=f"verdict {line.band}")
    return verdict, words.points(line.points), words.signed(line.distance)


def _page_asked_for(asked: Search, words: Words) -> int:
    """The page, the first one again as soon as the search changes; the last one shown where none can be read."""
    if st.session_state.get("searched", asked) != asked:
        set_number(PAGE, 1)
    st.session_state["searched"] = asked
    if PAGE not in st.session_state:
        st.session_state[PAGE] = _linked_page(words)
    page = st.session_state[PAGE]
    return int(st.session_state.get(PAGE_SHOWN, 1) if page is None else page)


def _linked_page(words: Words) -> int:
    linked = st.query_params.get(PAGE, "1")
    if linked.isascii() and linked.isdigit() and 1 <= len(linked) <= 6 and int(linked) > 0:
        return int(linked)
    show_note(words.say("The link asks for “{asked}”, which this page does not know.", asked=linked[:40]))
    return 1


def _show_pages(page: int, last: int, words: Words) -> None:
    st.session_state[PAGE_SHOWN] = page
    keep_in_address(PAGE, str(page))
    if not is_unread(PAGE):
        st.session_state[PAGE] = page
    if last == 1:
        return
    with st.container(key="pages", horizontal=True, vertical_alignment="bottom"):
        st.button(words.say("Previous files"), key="previous", disabled=page <= 1, on_click=_turn_to, args=(page - 1,))
        with st.container(width=150):
            type_number(words.say("Page"), PAGE, Limits(1, last, digits=0, needed=True), words)
        st.html(element("p", words.say("of {last}", last=words.number(last)), class_="quality"), width="content")
        st.button(
            words.say("Following files"), key="following", disabled=page >= last, on_click=_turn_to, args=(page + 1,)
        )


def _turn_to(page: int) -> None:
    set_number(PAGE, page)
