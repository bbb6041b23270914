"""Finding a file: by attributes in the order of work, among those opened last."""

from __future__ import annotations

import math

import streamlit as st

from app.language.features import label, value_in_words
from app.language.verdicts import VERDICTS
from app.language.words import Words
from app.scoring.case.state import UNTOUCHED
from app.scoring.policy import Policy
from app.store.cases.queue import states_of
from app.store.portfolio import Portfolio
from app.store.worklist import Line, Worklist, random_like, search
from app.ui.kit.components import show_note
from app.ui.kit.icons import icon
from app.ui.kit.markup import Markup, element
from app.ui.kit.plain_text import plain
from app.ui.kit.url_state import linked_choice, linked_number
from app.ui.loaders import cases, policy_in_force, portfolio
from app.ui.officer.identity import shown_value
from app.ui.officer.recent_files import recent
from app.ui.officer.search import AGES, ANSWERS, ANY, BY_ADVICE, MOST_MONEY, MOST_POINTS, ORDERS, Search, age_in_words
from app.ui.shell.access_record import record_list
from app.ui.shell.advice import WHY_HIDDEN, Hidden, Showing
from app.ui.shell.frame import open_file
from app.ui.shell.sign_in import person_here

LINES = 15
SUMMARY = ("credit", "income", "age", "income_type")
PAGE = "page"


def show_ways_in(words: Words) -> None:
    """The files this session opened last; by number one searches in the bar."""
    st.title(words.say("Which file is next?"), anchor=False)
    if recent():
        with st.container(key="recent_files", horizontal=True, vertical_alignment="center"):
            st.html(element("p", words.say("Opened last"), class_="quality"), width="content")
            for client in recent():
                _file_button(client, f"again_{client}", words)


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
    return linked_choice(words.say("Order"), orders, "order", orders[0], lambda each: words.say(ORDERS[each][0]), words)


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
    states = states_of(cases().engine, [line.client for line in found.lines])
    with st.container(key="files", gap=None):
        for line in found.lines:
            _show_line(line, shown.hidden(line.client, line.band, states.get(line.client, UNTOUCHED)), words)
    _show_pages(page, last, words)


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


def _show_line(line: Line, hidden: Hidden | None, words: Words) -> None:
    with st.container(key=f"file_{line.client}", horizontal=True, vertical_alignment="center"):
        _file_button(line.client, f"open_{line.client}", words)
        st.html(summary(line, hidden, words))


def _file_button(client: int, key: str, words: Words) -> None:
    if st.button(plain(words.say("Client {client}", client=client)), key=key, type="tertiary"):
        open_file(client)


def summary(line: Line, hidden: Hidden | None, words: Words) -> Markup:
    """A file in one line: the answer and where it stands, unless that is hidden; what is asked, by whom."""
    cells = _answer(line, words)
    if hidden:
        cells = [_cell(words.say("Answer"), element("dd", words.say(WHY_HIDDEN[hidden])))]
    cells += [_cell(label(name, words), element("dd", shown_value(name, line.features, words))) for name in SUMMARY]
    return element("dl", *cells, class_="line")


def _answer(line: Line, words: Words) -> list[Markup]:
    answer = element("dd", icon(line.band), words.say(VERDICTS[line.band]), class_=f"verdict {line.band}")
    stands = words.say("{points} ({distance})", points=words.points(line.points), distance=words.signed(line.distance))
    return [_cell(words.say("Answer"), answer), _cell(words.say("Points (distance)"), element("dd", stands))]


def _cell(name: str, value: Markup) -> Markup:
    return element("div", element("dt", name), value)


def _page_asked_for(asked: Search, words: Words) -> int:
    """The page, the first one again as soon as the search changes."""
    if st.session_state.get("searched", asked) != asked:
        st.session_state[PAGE] = 1
    st.session_state["searched"] = asked
    if PAGE not in st.session_state:
        st.session_state[PAGE] = _linked_page(words)
    page: int = st.session_state[PAGE]
    return page


def _linked_page(words: Words) -> int:
    linked = st.query_params.get(PAGE, "1")
    if linked.isascii() and linked.isdigit() and 1 <= len(linked) <= 6 and int(linked) > 0:
        return int(linked)
    show_note(words.say("The link asks for “{asked}”, which this page does not know.", asked=linked[:40]))
    return 1


def _show_pages(page: int, last: int, words: Words) -> None:
    st.session_state[PAGE], st.query_params[PAGE] = page, str(page)
    if last == 1:
        return
    with st.container(key="pages", horizontal=True, vertical_alignment="center"):
        st.button(words.say("Previous files"), key="previous", disabled=page <= 1, on_click=_turn_to, args=(page - 1,))
        place = words.say("Page {page} of {last}", page=words.number(page), last=words.number(last))
        st.html(element("p", place, class_="quality"), width="content")
        st.button(
            words.say("Following files"), key="following", disabled=page >= last, on_click=_turn_to, args=(page + 1,)
        )


def _turn_to(page: int) -> None:
    st.session_state[PAGE] = page
