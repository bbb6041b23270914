"""The API console: choose an operation, send it, see the answer and whether it is the dashboard's own."""

from __future__ import annotations

import json

import streamlit as st

from app.language.words import LANGUAGES, Words, mark
from app.settings import settings
from app.store.portfolio import Portfolio
from app.store.scores import clients_after
from app.ui.data_scientist.api_client import Exchange, Operation, call, curl, differing
from app.ui.kit.components import card, definitions, show_alert, show_note
from app.ui.kit.error_boundary import error_boundary
from app.ui.kit.plain_text import visible
from app.ui.loaders import policy_in_force, portfolio
from app.ui.shell.acting import acting_as
from app.ui.shell.advice import show_suspended, showing

OPERATIONS = {
    "POST /predict": mark("One client's decision"),
    "POST /interpretation": mark("One client's decision, explained"),
    "POST /predict/batch": mark("Several clients' decisions"),
    "GET /clients": mark("The published clients"),
    "GET /model": mark("The model and its card"),
    "GET /policy": mark("The policy in force"),
    "GET /ready": mark("Whether it is ready"),
}
LARGEST_SHOWN = 100


def show_console(client: int | None, words: Words) -> None:
    """Choose, send, compare."""
    opened = portfolio()
    st.title(words.say("Does the API answer what this desk answers?"), anchor=False)
    st.markdown(words.say("Send a call: its answer is compared, to the last digit, with what the pages show."))
    name = st.selectbox(
        words.say("Operation"),
        list(OPERATIONS),
        key="operation",
        format_func=lambda each: visible(_labelled(each, words)),
    )
    operation = _operation(name, client or clients_after(opened, 0, 1)[0], opened, words)
    st.code(curl(settings().api_url, bool(settings().api_console_key), operation), language=None, wrap_lines=True)
    st.caption(words.say("Calls of this page are tests: they are left out of the access log."))
    if operation.body is not None and showing().suspended:
        show_suspended(words)  # an API on another store may still answer
    elif st.button(words.say("Send"), type="primary", key="send"):
        with error_boundary(words):
            _send(operation, opened, words)


def _labelled(operation: str, words: Words) -> str:
    return f"{operation} · {words.say(OPERATIONS[operation])}"


def _operation(name: str, client: int, opened: Portfolio, words: Words) -> Operation:
    method, path = name.split()
    if path == "/clients":
        limit = st.number_input(words.say("How many clients"), 1, LARGEST_SHOWN, 10, key="limit")
        return Operation(method, f"{path}?limit={limit}")
    if method == "GET":
        return Operation(method, path)
    if path == "/predict/batch":
        limit = st.number_input(words.say("How many clients"), 1, LARGEST_SHOWN, 10, key="limit")
        return Operation(method, f"{path}?test=true", {"clients": clients_after(opened, client - 1, limit)})
    body: dict[str, object] = {"client": client}
    if path == "/interpretation":
        body["language"] = st.segmented_control(
            words.say("Language of the reasons"), LANGUAGES, default=words.language, required=True, key="reasons_in"
        )
        body["most_reasons"] = st.slider(words.say("Reasons on either side"), 1, 10, 4, key="most_reasons")
    return Operation(method, f"{path}?test=true", body)


def _send(operation: Operation, opened: Portfolio, words: Words) -> None:
    url = settings().api_url
    try:
        with acting_as(opened, "data scientist"), st.spinner(words.say("Waiting for the API…")):
            exchange = call(url, settings().api_console_key.get_secret_value(), operation)
    except (OSError, ValueError):
        show_alert(
            words.say("The API does not answer at {url}.", url=url),
            words.say("The console calls the address that API_URL names."),
            words.say("Start it with: make api"),
        )
        return
    _show_verdict(exchange, opened, words)
    facts = [
        (words.say("Status"), str(exchange.status)),
        (words.say("Duration"), words.say("{duration} ms", duration=words.number(exchange.milliseconds))),
        (words.say("Request number"), exchange.request_id),
    ]
    st.header(words.say("The answer as received"), anchor=False)
    st.html(card(words.say("The call"), definitions(facts)))
    # No language: Streamlit's colours of code are too pale to read.
    st.code(json.dumps(exchange.answer, indent=2, ensure_ascii=False), language=None, wrap_lines=True, height=360)


def _show_verdict(exchange: Exchange, opened: Portfolio, words: Words) -> None:
    if exchange.status != 200:
        show_alert(
            words.say("The API refused the call (status {status}).", status=exchange.status),
            str(exchange.answer.get("detail", "")),
        )
        return
    asked = exchange.operation.body or {}
    clients = [asked["client"]] if "client" in asked else asked.get("clients", [])
    if not clients:
        _show_version(exchange, opened, words)
        return
    policy = policy_in_force()
    others = differing(exchange.answer, (opened.decide(client, policy) for client in clients))
    if others:
        listed = words.enumeration([str(client) for client in others[:5]])
        show_alert(
            words.say("The API and this desk differ for {clients}.", clients=listed),
            words.say("Both must serve the same release under the same policy."),
            words.say("Compare the model version of the answer with the one at the foot of this page."),
        )
    else:
        show_note(
            words.plural(
                "The same as this desk, to the last digit, for {count} client.",
                "The same as this desk, to the last digit, for {count} clients.",
                len(clients),
            )
        )


def _show_version(exchange: Exchange, opened: Portfolio, words: Words) -> None:
    version = exchange.answer.get("model_version")
    if version is None:
        return
    if version == opened.champion.version:
        show_note(words.say("The API serves the same model as this desk."))
    else:
        show_alert(
            words.say("The API serves model {other}, this desk {own}.", other=version, own=opened.champion.version)
        )
