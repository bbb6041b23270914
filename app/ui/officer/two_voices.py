"""Two voices on every page of a client: what a person decided stands first, then what the model advises.

Nothing of the advice is shown while it is suspended, nor before an own view that is asked for.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import tzinfo

import streamlit as st

from app.language.cases import ruling_in_words
from app.language.verdicts import when, zone_of
from app.language.words import Words
from app.scoring.case.actors import STAFF, Actor
from app.scoring.case.state import Ruled
from app.scoring.decision import Decision
from app.store.cases.cases import Case
from app.store.portfolio import Client
from app.store.suspensions import Suspension
from app.ui.kit.icons import icon
from app.ui.kit.markup import Markup, element
from app.ui.loaders import ClientFile, cases
from app.ui.officer.decision_summary import show_answer_line
from app.ui.officer.file_header import show_header
from app.ui.officer.own_view import record_own_view, show_own_view
from app.ui.officer.standing import show_standing
from app.ui.shell.advice import show_suspended, showing


@dataclass(frozen=True, slots=True)
class Told:
    """What is known of a file, to who is here.

    Attributes:
        client: whose it is.
        case: what happened to it.
        me: who is here.
        advice: of the model; None where nothing of it may be shown.
        suspended: why not; None where it is not suspended.
        own_view_first: whether they say first what they think.
    """

    client: Client
    case: Case
    me: Actor
    advice: Decision | None
    suspended: Suspension | None
    own_view_first: bool

    @property
    def is_decided(self) -> bool:
        """Whether a person decided, even if that does not count yet."""
        return bool(self.case.state.in_force or self.case.state.proposed)


def show_two_voices(file: ClientFile, words: Words, line: bool = True) -> Told:
    """Where the file stands, what a person decided, then the advice under its own name.

    Args:
        line: whether the advice is told in a line here; else the page shows it.
    """
    record_own_view(file.client.client, words)
    told = tell(file)
    show_told(told, words, line)
    return told


def tell(file: ClientFile) -> Told:
    """What is known of a file, read now.

    Raises:
        StoreProblem: it cannot be read.
    """
    shown, case = showing(), cases().case(file.client.client)
    hidden = shown.hidden(case.client, file.decision.band, case.state)
    advice = None if hidden else file.decision
    return Told(file.client, case, shown.me, advice, shown.suspended, hidden == "own view first")


def show_told(told: Told, words: Words, line: bool = True) -> None:
    """The same, of what was read already; who sees the advice is written down."""
    zone = zone_of(st.context.timezone)
    show_header(told.case.state, told.client, told.advice, words)
    show_standing(told.case.state, words)
    _show_decided(told.case, zone, words)
    if told.suspended:
        st.html(element("p", words.say("The model’s advice"), class_="voice"))
        show_suspended(words)
    elif told.own_view_first:
        show_own_view(told.case, words)
    elif told.advice:
        _write_down(told)
        st.html(element("p", words.say("The model’s advice"), class_="voice"))
        if line:
            show_answer_line(told.advice, words)


def _write_down(told: Told) -> None:
    if told.me.name and told.me.role in STAFF and not told.case.state.has_seen(told.me):
        cases().view(told.case.client, told.me)


def _show_decided(case: Case, zone: tzinfo, words: Words) -> None:
    state = case.state
    if state.in_force:
        st.html(_ruled(case, state.in_force, words.say("Decided by a person"), zone, words))
    if state.proposed:
        title = words.say("Decided by a person, does not count yet")
        st.html(_ruled(case, state.proposed, title, zone, words))


def _ruled(case: Case, ruled: Ruled, title: str, zone: tzinfo, words: Words) -> Markup:
    tone = "refuse" if ruled.ruling == "refuse" else "accept"
    verdict = element("p", icon(tone), ruling_in_words(ruled.ruling, words), class_="verdict")
    facts = [element("p", each) for each in decided_in_words(case, ruled, zone, words)]
    voice = element("p", title, class_="voice")
    return element("section", voice, verdict, *facts, class_=f"answer decided {tone}", aria_label=title)


def decided_in_words(case: Case, ruled: Ruled, zone: tzinfo, words: Words) -> list[str]:
    """Terms of another loan, who decided and signed, and the letter."""
    said = [terms_in_words(case, ruled.event, words)] if ruled.ruling == "other" else []
    said.append(words.say("By {who}, on {when}.", who=ruled.by.name, when=when(ruled.at, zone, words)))
    if ruled.countersigned_by:
        said.append(words.say("Second signature: {who}.", who=ruled.countersigned_by.name))
    issued = next((each for each in case.events if each.number == case.state.letter), None)
    if issued and ruled is case.state.in_force:
        said.append(words.say("The letter was issued on {when}.", when=when(issued.at, zone, words)))
    return said


def terms_in_words(case: Case, number: int, words: Words) -> str:
    """The other loan that an event accepted; what is left to say where that was erased."""
    terms = case.contents.get(number, {}).get("terms")
    if not terms:
        return words.say("What loan it was has been erased.")
    months = words.plural("{count} month", "{count} months", round(terms["months"], 1))
    return words.say(
        "{amount} over {months}, {payment} a month.",
        amount=words.money(terms["amount"]),
        months=months,
        payment=words.money(terms["payment"]),
    )
