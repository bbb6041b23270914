"""What somebody is typing, in the store for them alone: there again after a reload, client by client.

Where they sign in it is theirs by that; on the demonstration, where nobody does, by a secret in the page's address: it
is there once something is typed.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import streamlit as st

from app.scoring.case.actors import Addressee
from app.scoring.problems import StoreProblem
from app.store.drafts import About
from app.ui.loaders import drafts, portfolio
from app.ui.shell.drafts import ATTEMPT, TYPED
from app.ui.shell.sign_in import Person

PARAMETER = "draft"
"""Parameter of the address, on the demonstration."""
SECRET_FORM = re.compile(r"[0-9a-f]{32}")
SIMULATED = ("credit_", "goods_price_", "income_", "annuity_", "duration_", "term_", "corrected_", "value_")
FIELDS = {**TYPED, "simulate": SIMULATED}
"""Draft -> how the keys of its fields begin."""
ALSO_ON = {
    **dict.fromkeys(("why", "compare", "simulate"), ("decide",)),
    "client": ("decide", "budget"),
    "decide": ("budget",),
}
"""Page -> other drafts it has a field of: an own view is asked for on every page of a client."""
OF_A_CLIENT = ("decide", "simulate", "budget")
OF_A_RELEASE = ("simulate",)
"""Drafts whose fields begin with what the release holds: a draft is worth nothing under another one."""
BEGUN, SAVED, TRY_AGAIN = "drafts_begun", "drafts_saved", "drafts_try_again"
REST_SECONDS = 30.0
"""After the store did not take a draft, before it is asked again: nobody waits for it at each key."""
NOTHING: tuple[object, ...] = (None, "", [], False)


@dataclass(frozen=True, slots=True)
class Form:
    """A form that somebody fills in.

    Attributes:
        name: key of ``FIELDS``.
        client: whom it is about; None where it is about none.
    """

    person: Person
    name: str
    client: int | None

    @property
    def subject(self) -> str:
        """What its draft is kept under, beside whose it is."""
        return self.name if self.client is None else f"{self.name} {self.client}"

    def about(self, secret: str) -> About:
        """Whose draft it is, and of what."""
        return About(self.person.identity or f"{secret} {self.person.name}", self.subject, self.client)


@contextmanager
def lasting_draft(person: Person, page: str, client: int | None) -> Iterator[None]:
    """Give back, before a page is drawn, what was typed on it; keep, after it, what is typed now."""
    drawn = [each for each in (page, *ALSO_ON.get(page, ())) if each in FIELDS]
    forms = [Form(person, each, client if each in OF_A_CLIENT else None) for each in drawn if person.name]
    forms = [each for each in forms if each.client is not None or each.name not in OF_A_CLIENT]
    for form in forms:
        _give_back(form)
    try:
        yield
    finally:
        for form in forms:
            _keep(form)


def begin_anew(name: str, client: int | None = None) -> None:
    """What stands in the fields now is what they begin with, and nothing is typed: it was recorded, or taken back."""
    for form in [each for each in _begun() if (each.name, each.client) == (name, client)]:
        del _begun()[form]


def _secret() -> str:
    """The secret of this browser; empty where it has none yet, as nothing was typed in it."""
    known: str = st.session_state.get(PARAMETER) or st.query_params.get(PARAMETER, "")
    if not SECRET_FORM.fullmatch(known):
        return ""
    st.session_state[PARAMETER] = known
    if st.query_params.get(PARAMETER) != known:
        st.query_params[PARAMETER] = known
    return known


def _make_secret() -> str:
    st.session_state[PARAMETER] = uuid4().hex
    return _secret()


def _give_back(form: Form) -> None:
    saved, secret = _saved(), form.person.identity or _secret()
    if form in saved or not secret:
        return
    try:
        text = drafts().read_draft(form.about(secret))
    except StoreProblem:  # the page tells what it needs of the store
        return
    saved[form] = text
    kept = _as_kept(text) if text else None
    if kept is None or (form.name in OF_A_RELEASE and kept["release"] != portfolio().release):
        return
    _begun()[form] = kept["begun"]
    for key, value in kept["typed"].items():
        if st.session_state.get(key) in NOTHING:  # what is typed here already is newer
            st.session_state[key] = _from_json(value)


def _as_kept(text: str) -> dict[str, Any] | None:
    try:
        kept = json.loads(text)
        return kept if isinstance(kept["typed"], dict) and isinstance(kept["begun"], dict) else None
    except (ValueError, KeyError, TypeError):  # of another version of this program
        return None


def _keep(form: Form) -> None:
    text = _typed(form)
    if text == _saved().get(form) or time.monotonic() < st.session_state.get(TRY_AGAIN, 0.0):
        return
    try:
        drafts().save_draft(form.about(form.person.identity or _secret() or _make_secret()), text)
        _saved()[form] = text
    except StoreProblem:  # it stays on the screen
        st.session_state[TRY_AGAIN] = time.monotonic() + REST_SECONDS


def _typed(form: Form) -> str | None:
    """What is typed, as the store keeps it; None where the fields are as they began."""
    now = {key: _as_json(st.session_state[key]) for key in _keys(form)}
    begun = _begun().setdefault(form, {key: value for key, value in now.items() if value not in NOTHING})
    typed = {key: value for key, value in now.items() if value != begun.get(key) and _is_typed(key, value, begun)}
    if not typed:
        return None
    attempt = f"{ATTEMPT}{form.client}"
    if form.name == "decide" and attempt in st.session_state:
        typed[attempt] = st.session_state[attempt]
    return json.dumps({"release": portfolio().release, "begun": begun, "typed": typed}, sort_keys=True)


def _is_typed(key: str, value: object, begun: dict[str, object]) -> bool:
    return value not in NOTHING or key in begun


def _keys(form: Form) -> list[str]:
    """Keys of its fields: of a decision, those of the attempt under way."""
    ends: tuple[str, ...] = ("",)
    if form.client is not None:
        attempt = st.session_state.get(f"{ATTEMPT}{form.client}")
        ends = (f"_{form.client}", *([f"_{attempt}"] if attempt else []))
    found = (str(key) for key in st.session_state if str(key).startswith(FIELDS[form.name]))
    return sorted(key for key in found if key.endswith(ends))


def _as_json(value: object) -> Any:
    if isinstance(value, Addressee):
        return {"to": [value.name, value.person, value.role]}
    if value is None or isinstance(value, str | bool | int | float):
        return value
    return [str(each) for each in value] if isinstance(value, list | tuple) else None


def _from_json(value: Any) -> object:
    return Addressee(*value["to"]) if isinstance(value, dict) else value


def _begun() -> dict[Form, dict[str, object]]:
    """What the fields of each form began with."""
    begun: dict[Form, dict[str, object]] = st.session_state.setdefault(BEGUN, {})
    return begun


def _saved() -> dict[Form, str | None]:
    """What the store holds of each form, as this session knows."""
    saved: dict[Form, str | None] = st.session_state.setdefault(SAVED, {})
    return saved
