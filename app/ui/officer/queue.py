"""The queue: what is to do, what is mine, what waits for me; the oldest first within a band."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, tzinfo

import streamlit as st

from app.language.verdicts import VERDICTS, when, zone_of
from app.language.words import Words, mark
from app.scoring.case.actors import Actor
from app.store.cases.queue import VIEWS, View, Waiting, counts, queue
from app.ui.kit.components import show_note
from app.ui.kit.icons import icon
from app.ui.kit.markup import Markup, element
from app.ui.kit.plain_text import plain
from app.ui.loaders import cases, policy_in_force, portfolio
from app.ui.officer.holding import show_steps, take_or_give_back
from app.ui.officer.standing import standing
from app.ui.shell.access_record import record_list
from app.ui.shell.advice import WHY_HIDDEN, Showing, showing
from app.ui.shell.frame import open_file
from app.ui.shell.sign_in import Person, drawn_for

LINES, PAGE = 15, "queue_page"
VIEW = "view"
NAMES: dict[View, str] = {
    "to do": mark("To do"),
    "mine": mark("Mine"),
    "referred": mark("Referred to me"),
    "second signature": mark("Second signature"),
    "review": mark("Review asked"),
    "decided": mark("Already decided"),
}
NOTHING: dict[View, str] = {
    "to do": mark("Nothing is left to do."),
    "mine": mark("You have no file at the moment: take one from those to do."),
    "referred": mark("No file is referred to you."),
    "second signature": mark("No decision waits for your signature."),
    "review": mark("No review that you may do is asked for."),
    "decided": mark("Nothing is decided yet."),
}


def show_queue(words: Words) -> None:
    """What waits for whom: a view, and a page of its files."""
    taken = take_or_give_back(words)
    if taken and taken.kind != "released":
        open_file(taken.client)
    person = drawn_for()
    st.title(words.say("Which files wait?"), anchor=False)
    view = _choose_view(person.actor, words)
    page = _page_of(view)
    # One more than is shown: whether there is a following page.
    found = queue(cases().engine, portfolio(), policy_in_force(), view, person.actor, LINES + 1, LINES * (page - 1))
    shown = found[:LINES]
    record_list(person, "queue", (each.client for each in shown), portfolio().champion.version)
    if not shown:
        show_note(words.say(NOTHING[view]))
    _show_lines(shown, person, words)
    _show_pages(page, len(found) > LINES, words)


def _choose_view(me: Actor, words: Words) -> View:
    counted = counts(cases().engine, me)
    offered = tuple(view for view in VIEWS if view != "second signature" or me.role == "manager")
    if st.session_state.get(VIEW) not in offered:
        asked = st.query_params.get(VIEW)
        st.session_state[VIEW] = asked if asked in offered else offered[0]
    chosen = st.segmented_control(
        words.say("Files"),
        offered,
        required=True,
        key=VIEW,
        format_func=lambda each: plain(_named(each, counted.get(each), words)),
        label_visibility="collapsed",
        persist_state="session",
    )
    assert chosen is not None  # as it is required
    if st.query_params.get(VIEW) != chosen:
        st.query_params[VIEW] = chosen
    return chosen


def _named(view: View, count: int | None, words: Words) -> str:
    name = words.say(NAMES[view])
    return name if count is None else words.say("{name} ({count})", name=name, count=words.number(count))


def _page_of(view: View) -> int:
    """The page, the first one again as soon as the view changes."""
    if st.session_state.get("queue_shown", view) != view:
        st.session_state[PAGE] = 1
    st.session_state["queue_shown"] = view
    page: int = st.session_state.setdefault(PAGE, 1)
    return page


def _show_lines(shown: tuple[Waiting, ...], person: Person, words: Words) -> None:
    zone, now, advice = zone_of(st.context.timezone), datetime.now(UTC), showing()
    with st.container(key="queue", gap=None):
        for each in shown:
            with st.container(key=f"waiting_{each.client}"):
                file, told, steps = st.columns([2, 8, 3], vertical_alignment="center")
                with file:
                    label = words.say("Client {client}", client=each.client)
                    if st.button(plain(label), key=f"open_{each.client}", type="tertiary"):
                        open_file(each.client)
                told.html(line(each, advice, zone, now, words))
                with steps:
                    show_steps(each.client, each.state, person.actor, words, ("claimed", "review_claimed"))


def line(each: Waiting, shown: Showing, zone: tzinfo, now: datetime, words: Words) -> Markup:
    """A file of the queue in one line: the advice where it may be seen, how long it waits, where it stands."""
    cells = [
        _cell(words.say("Advice"), _advice(each, shown, words)),
        _cell(words.say("Waits"), element("dd", waits(each.since, now, words))),
        _cell(words.say("Where it stands"), element("dd", standing(each.state, zone, words))),
    ]
    if each.due:
        cells.append(_cell(words.say("To be answered by"), element("dd", when(each.due, zone, words))))
    return element("dl", *cells, class_="line queue")


def _advice(each: Waiting, shown: Showing, words: Words) -> Markup:
    if each.band is None:
        return element("dd", words.say("no longer in the portfolio"))
    if hidden := shown.hidden(each.client, each.band, each.state):
        return element("dd", words.say(WHY_HIDDEN[hidden]))
    return element("dd", icon(each.band), words.say(VERDICTS[each.band]), class_=f"verdict {each.band}")


def waits(since: str, now: datetime, words: Words) -> str:
    """How long a file waits, in days; in hours on its first day."""
    try:
        waited = max(now - datetime.fromisoformat(since), timedelta(0))
    except ValueError:
        return words.say("since it was published")
    if waited < timedelta(days=1):
        return words.plural("{count} hour", "{count} hours", waited // timedelta(hours=1))
    return words.plural("{count} day", "{count} days", waited.days)


def _cell(name: str, value: Markup) -> Markup:
    return element("div", element("dt", name), value)


def _show_pages(page: int, more: bool, words: Words) -> None:
    if page == 1 and not more:
        return
    with st.container(key="pages", horizontal=True, vertical_alignment="center"):
        st.button(words.say("Previous files"), key="previous", disabled=page <= 1, on_click=_turn_to, args=(page - 1,))
        st.html(element("p", words.say("Page {page}", page=words.number(page)), class_="quality"), width="content")
        st.button(words.say("Following files"), key="following", disabled=not more, on_click=_turn_to, args=(page + 1,))


def _turn_to(page: int) -> None:
    st.session_state[PAGE] = page
