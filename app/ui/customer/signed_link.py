"""Signed links that open one client's screen for some days, and nothing else."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from urllib.parse import urlencode

import streamlit as st
from itsdangerous import BadData, URLSafeTimedSerializer

from app.language.words import Words, mark
from app.scoring.problems import AccessProblem, LinkProblem, UnknownClient
from app.settings import settings
from app.store.cases.cases import Case
from app.store.portfolio import Portfolio
from app.ui.kit.components import show_note
from app.ui.kit.error_boundary import error_boundary
from app.ui.loaders import ClientFile, cases, client_file, portfolio
from app.ui.shell.acting import acting_as, clicked, note_click
from app.ui.shell.frame import LANGUAGE
from app.ui.shell.navigation import LINK, Role, address

PURPOSE = "customer's screen"
REVOKE = "revoke links"
STAFF_ROLES: tuple[Role, ...] = ("officer", "manager")
LONGEST = 400
SKEW = timedelta(minutes=5)
"""How far apart the clocks of two servers may be."""


@dataclass(frozen=True, slots=True)
class Links:
    """Makes and opens links.

    Attributes:
        key: what they are signed with; whoever has it can open every file.
        life: how long they open.
    """

    key: str
    life: timedelta

    def token(self, client: int, series: int = 0) -> str:
        """What a link to a client's screen carries.

        Args:
            series: how often links to this client were withdrawn before.
        """
        return self._serializer.dumps([client, series])

    def opened(self, token: str, now: datetime) -> tuple[int, int]:
        """The client a token opens, and its series.

        Raises:
            LinkProblem: it is not ours, was altered, or does not open now.
        """
        try:
            # Its own check of the age would refuse a server whose clock is a second late.
            carried, made = self._serializer.loads(token[: LONGEST + 1], return_timestamp=True)
        except BadData:
            raise LinkProblem(
                mark("This link is not one of ours, or a part of it is missing."),
                mark("We only open links that we made."),
                mark("Copy the whole link again, or ask us for a new one."),
            ) from None
        if now > made + self.life:
            raise LinkProblem(
                mark("This link has expired."),
                mark("For your safety, a link opens for {days} days."),
                mark("Ask us for a new one."),
                days=self.life.days,
            )
        if now < made - SKEW:
            raise LinkProblem(
                mark("This link bears a date that is still to come."),
                mark("The clock of one of our machines is wrong."),
                mark("Try again later, or ask us for a new link."),
            )
        if isinstance(carried, int):  # made before links could be withdrawn
            return carried, 0
        client, series = carried
        return int(client), int(series)

    @property
    def _serializer(self) -> URLSafeTimedSerializer:
        return URLSafeTimedSerializer(self.key, salt=PURPOSE)


def links(opened: Portfolio) -> Links:
    """The links of this desk.

    Raises:
        AccessProblem: real customers' links need a key that outlives the process, and a way to reach the lender.
    """
    configured = settings()
    missing = "" if configured.link_secret else "LINK_SECRET"
    missing = missing or ("" if configured.contact.configured else "CONTACT_EMAIL")
    if missing and not opened.manifest.get("demo"):
        raise AccessProblem(
            mark("Links to customers need the setting {name}."),
            mark("They are signed, and say how to reach the lender."),
            mark("Set it as docs/settings.md says."),
            name=missing,
        )
    return Links(
        configured.link_secret.get_secret_value() or _demonstration_key(), timedelta(days=configured.link_days)
    )


@cache
def _demonstration_key() -> str:
    return secrets.token_hex(32)


def linked_case() -> Case:
    """What happened to the file of the client whose link this is.

    Raises:
        LinkProblem: the link opens nothing, was withdrawn, or opens an erased file.
    """
    client, series = links(portfolio()).opened(st.query_params[LINK], datetime.now(UTC))
    case = cases().case(client)
    if series != case.link_series:
        raise LinkProblem(
            mark("This link was withdrawn."),
            mark("We withdraw a link that may have reached somebody else."),
            mark("Ask us for a new one."),
        )
    if case.state.erased:
        raise not_held()
    return case


def linked_file(case: Case) -> ClientFile:
    """What is known of that client today.

    Raises:
        LinkProblem: nothing any more.
    """
    try:
        return client_file(case.client)
    except UnknownClient as problem:
        raise not_held() from problem


def not_held() -> LinkProblem:
    """The file is gone."""
    return LinkProblem(
        mark("We no longer hold the file this link was made for."),
        mark("A link opens as long as the file is there."),
        mark("Contact us if you have a question."),
    )


@contextmanager
def as_customer() -> Iterator[Case]:
    """Whoever holds a link acts in the block: it is opened again at that moment, and it is theirs alone.

    Raises:
        LinkProblem: it opens nothing now.
    """
    yield linked_case()


def show_customer_link(file: ClientFile, words: Words) -> None:
    """The customer's screen for the officer: to open beside this one, or to send."""
    st.header(words.say("For the customer"), anchor=False)
    client = file.client.client
    with error_boundary(words):
        if clicked(REVOKE) == (client,):
            with acting_as(portfolio(), *STAFF_ROLES) as person:
                cases().revoke_links(client, person.actor)
            show_note(words.say("Every link made so far is withdrawn. The one below is new."))
        made = links(portfolio())
        link = _made_for(client, made, words)
        st.markdown(
            words.plural(
                "Where the request stands, then the letter as issued. The link opens this and nothing else, for"
                " {count} day.",
                "Where the request stands, then the letter as issued. The link opens this and nothing else, for"
                " {count} days.",
                made.life.days,
            )
        )
        st.link_button(words.say("Open the customer’s screen"), link, icon=":material/open_in_new:")
        with st.expander(words.say("The link, to copy")):
            st.code(link, language=None, wrap_lines=True)
            st.button(
                words.say("Withdraw every link made so far"),
                key=f"revoke_{client}",
                icon=":material/link_off:",
                on_click=note_click,
                args=(REVOKE, client),
            )


def _made_for(client: int, made: Links, words: Words) -> str:
    series = cases().case(client).link_series
    with acting_as(portfolio(), *STAFF_ROLES):
        query = urlencode({LINK: made.token(client, series), LANGUAGE: words.language})
    return f"{_desk_address()}/?{query}"


def _desk_address() -> str:
    return (st.context.url or "").rstrip("/").removesuffix(f"/{address()}" if address() else "")
