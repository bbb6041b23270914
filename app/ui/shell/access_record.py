"""Every file somebody opens is written to the access log before it is shown."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from datetime import UTC, datetime

import streamlit as st

from app.store.access import LIST, OPENED, Access
from app.ui.loaders import access_log
from app.ui.shell.sign_in import Person

ANYBODY = "anybody"
"""Whose access it is where nobody is asked who they are."""
VIEWED, LISTED, SESSION = "viewed", "listed", "session"


def record_view(who: str, role: str, page: str, client: int | None, model_version: str, identity: str = "") -> None:
    """Log that a page is opened on a client's file: once a visit, however often a widget runs the page again.

    Args:
        identity: ``issuer|subject`` of who that is; empty where nobody vouches for them.
        client: None where the page shows no file, which ends the visit of the one before.

    Raises:
        StoreProblem: the log cannot be written, so the file must not be shown.
    """
    visit = None if client is None else (who, identity, role, page, client)
    if client is not None and st.session_state.get(VIEWED) != visit:
        what = f"{OPENED} {page}"
        seen = Access(datetime.now(UTC), who or ANYBODY, role, what, client, model_version, _session(), identity)
        access_log().write([seen])
    st.session_state[VIEWED] = visit


def record_list(person: Person, shown_by: str, clients: Iterable[int], model_version: str) -> None:
    """Log that a list shows something of each of these clients: once, however often a widget draws the same list again.

    Args:
        shown_by: the page, or the file that is taken away.

    Raises:
        StoreProblem: the log cannot be written, so the list must not be shown.
    """
    listed = tuple(clients)
    shown = person.identity, person.name, shown_by, listed
    if listed and st.session_state.get(LISTED) != shown:
        facts = f"{LIST} {shown_by}", model_version, _session(), datetime.now(UTC)
        access_log().write([_listed(person, client, *facts) for client in listed])
    st.session_state[LISTED] = shown


def _listed(person: Person, client: int, what: str, version: str, session: str, at: datetime) -> Access:
    return Access(at, person.name or ANYBODY, person.role, what, client, version, session, person.identity)


def _session() -> str:
    session: str = st.session_state.setdefault(SESSION, secrets.token_hex(8))
    return session
