"""Who is at the desk, in which role: by Streamlit's own sign-in, or anybody where there is nobody to protect."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import streamlit as st

from app.language.words import Words, mark
from app.scoring.case.actors import Actor
from app.scoring.problems import AccessProblem
from app.settings import listed_roles, settings
from app.store.portfolio import Portfolio
from app.ui.kit.components import show_note
from app.ui.kit.error_boundary import error_boundary
from app.ui.kit.plain_text import plain
from app.ui.shell.asked_address import remember_address
from app.ui.shell.claims import address_of, identity_of, made_at, signed_in_at
from app.ui.shell.drafts import MINUTES, keep_draft
from app.ui.shell.navigation import PAGES, ROLES, Role, address, close
from app.ui.shell.roles import configured_roles, roles_of

ROLE, PLAYED, HERE, TAKEN = "role", "as_manager", "here", "taken_role"
"""Keys of the role somebody with several works in (a parameter of the address too), of the manager somebody plays on
the demonstration, of whom the page is drawn for, and of a role taken just now."""
ROLE_NAMES: Mapping[Role, str] = {
    "officer": mark("Loan officer"),
    "manager": mark("Manager"),
    "data scientist": mark("Data scientist"),
}
MANAGERS = ("Demo manager A", "Demo manager B")
"""Two made-up people: on the demonstration too, one proposes and the other activates."""
DEMONSTRATION: Mapping[Role, str] = {
    "officer": "Demo officer",
    "manager": MANAGERS[0],
    "data scientist": "Demo data scientist",
}


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody at the desk.

    Attributes:
        name: what their decisions and accesses are recorded under; empty when nobody knows.
        roles: what they may work as, at least one.
        identity: who they are to the provider that vouches for them, ``issuer|subject``; empty without a sign-in.
    """

    name: str
    roles: tuple[Role, ...]
    identity: str = ""

    @property
    def role(self) -> Role:
        """The role they work in now: the one they chose, else the one in the address, else their first.

        Where the address asks for a page, the last two are those that open it.
        """
        chosen: Role | None = st.session_state.get(ROLE)
        if chosen in self.roles:
            return chosen
        opening = {role for page in PAGES if page.script == address() for role in page.roles} or set(self.roles)
        linked = st.query_params.get(ROLE)
        first = sorted(self.roles, key=lambda role: role != linked)
        return next((role for role in first if role in opening), self.roles[0])

    @property
    def actor(self) -> Actor:
        """Who they are to a file: what they work as now says what they may do to it."""
        role = self.role
        return Actor(self.name, "" if role == "data scientist" else role, self.identity)


def person_here(opened: Portfolio) -> Person | None:
    """Who is here; None while they have to sign in.

    Raises:
        AccessProblem: they have no role, or the clients are not made up and no sign-in is configured.
    """
    if "is_logged_in" in st.user:
        return _identified(st.user.to_dict()) if is_signed_in() else None
    if opened.manifest.get("demo"):
        return _demonstrator()
    if settings().allow_anonymous:
        return Person("", ROLES)
    raise AccessProblem(
        mark("This desk shows no client: nobody can sign in."),
        mark("Without a sign-in, only the demonstration is shown, whose clients are made up."),
        mark("Configure the sign-in (docs/access.md), or set ALLOW_ANONYMOUS=1 if everybody may see these clients."),
    )


def remember_here(person: Person) -> None:
    """Whom the page is drawn for. Whoever acts is asked again: ``acting.acting_as``."""
    st.session_state[HERE] = person


def took_another_role() -> bool:
    """Whether they chose another of their roles just now, told once; one that was taken from them is no choice."""
    return bool(st.session_state.pop(TAKEN, False))


def _take_role() -> None:
    st.session_state[TAKEN] = True


def drawn_for() -> Person:
    """Whom the page is drawn for, let in at the start of this run."""
    person: Person = st.session_state.get(HERE, Person("", ROLES))
    return person


def let_in(opened: Portfolio, words: Words) -> Person | None:
    """Who is here; where nobody may be let in, says so at every address, and None."""
    try:
        person = person_here(opened)
    except AccessProblem as problem:
        keep_draft(_identity_here())
        close(partial(_show_refusal, problem, words), words.say("Sign in"))
        return None
    if person is None:
        close(partial(_show_sign_in, words), words.say("Sign in"))
    return person


def is_signed_in() -> bool:
    """Whether the provider vouches for somebody, and still does: Streamlit itself never looks at the end of a token.

    Who signs out in one tab is out in all: no token that was made before counts any more.
    """
    expires = st.user.get("exp")
    living = bool(st.user.get("is_logged_in")) and isinstance(expires, int | float) and time.time() < expires
    return living and made_at(st.user.to_dict()) > _signed_out().get(_identity_here(), -1.0)


def is_recent() -> bool:
    """Whether they signed in within ``SIGN_IN_MINUTES``, as what changes the desk for everybody asks for.

    On the demonstration, and where nobody is asked who they are, there is nothing to repeat.
    """
    if "is_logged_in" not in st.user:
        return True
    return time.time() - signed_in_at(st.user.to_dict()) <= 60 * settings().sign_in_minutes


@st.cache_resource(show_spinner=False)
def _signed_out() -> dict[str, float]:
    """Identity -> when the token was made that they signed out with: of this process, as the tabs it speaks to are."""
    return {}


def _sign_out() -> None:
    _signed_out()[_identity_here()] = made_at(st.user.to_dict())
    st.logout()


def _identity_here() -> str:
    """Whom the sign-in names, whether it still lives or not."""
    return identity_of(st.user.to_dict()) if st.user.get("is_logged_in") else ""


def _identified(claims: Mapping[str, Any]) -> Person:
    identity = identity_of(claims)
    if not identity:
        raise AccessProblem(
            mark("The sign-in does not say who you are."),
            mark("A person is known by issuer and subject of a token."),
            mark("Ask the person who runs this desk to check the identity provider."),
        )
    name = address_of(claims) or identity
    roles = roles_of(claims, configured_roles(listed_roles()), settings().role_claim)
    if not roles:
        raise AccessProblem(
            mark("{name} is signed in, but has no role here."),
            mark("Each page is open to certain roles."),
            mark("Ask the person who runs this desk for a role, then sign in again."),
            name=name,
        )
    return Person(name, roles, identity)


def _demonstrator() -> Person:
    anybody = Person("", ROLES)
    name = DEMONSTRATION[anybody.role]
    return replace(anybody, name=st.session_state.get(PLAYED, name) if anybody.role == "manager" else name)


def is_manager(opened: Portfolio) -> bool:
    """Whether they work as a manager now: others see the thresholds too, but no list of clients and no proposal."""
    person = person_here(opened)
    return person is not None and person.role == "manager"


def choose_manager(opened: Portfolio, words: Words) -> None:
    """On the demonstration, which of the two made-up managers one plays."""
    if "is_logged_in" not in st.user and opened.manifest.get("demo"):
        label = words.say("On the demonstration, you are")
        st.segmented_control(plain(label), MANAGERS, default=MANAGERS[0], required=True, key=PLAYED)


def show_person(person: Person, words: Words) -> None:
    """Who is here, the role where there is a choice, and the way out."""
    if len(person.roles) > 1:
        st.session_state[ROLE] = person.role
        st.selectbox(
            words.say("Role"),
            person.roles,
            key=ROLE,
            label_visibility="collapsed",
            format_func=lambda role: words.say(ROLE_NAMES[role]),
            filter_mode=None,
            on_change=_take_role,
            width=190,
        )
        if st.query_params.get(ROLE) != person.role:
            st.query_params[ROLE] = person.role
    if "is_logged_in" in st.user:
        _show_sign_out(person.name, words)


def _show_sign_out(name: str, words: Words) -> None:
    st.button(
        words.say("Sign out"),
        key="sign_out",
        icon=":material/logout:",
        help=plain(name) if name else None,
        on_click=_sign_out,
    )


def show_open_to_all(person: Person, words: Words) -> None:
    """Say that nobody is asked who they are, where that was allowed knowingly."""
    if not person.name:
        show_note(words.say("Anybody can open this desk: no sign-in is configured."), "demonstration")


def _show_refusal(problem: AccessProblem, words: Words) -> None:
    with error_boundary(words):
        raise problem
    if "is_logged_in" in st.user:
        _show_sign_out("", words)


def _show_sign_in(words: Words) -> None:
    st.title(words.say("Sign in to open the desk"), anchor=False)
    if st.user.get("is_logged_in"):
        show_note(words.say("Your sign-in has expired."))
        if keep_draft(_identity_here()):
            show_note(
                words.plural(
                    "Nothing was recorded. What you typed is kept for you for {count} minute: sign in again.",
                    "Nothing was recorded. What you typed is kept for you for {count} minutes: sign in again.",
                    MINUTES,
                )
            )
    st.markdown(words.say("Client files are open to the lender’s own staff only."))
    remember_address()
    show_providers(words)


def show_providers(words: Words) -> None:
    """The buttons that lead to the identity providers."""
    for provider in _providers():
        label = words.say("Sign in with {provider}", provider=provider.title()) if provider else words.say("Sign in")
        st.button(plain(label), key=f"sign_in_{provider}", type="primary", on_click=st.login, args=(provider or None,))


def _providers() -> list[str]:
    """Names of the configured identity providers; an empty one for the only one without a name."""
    section = st.secrets["auth"]
    return [""] if "client_id" in section else [name for name in section if isinstance(section[name], Mapping)]
