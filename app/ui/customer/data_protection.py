"""Data protection in plain words: purpose, categories, origin, retention, minimisation, who sees what, rights."""

from __future__ import annotations

import streamlit as st

from app.language.words import Words
from app.scoring.features import FEATURES
from app.settings import settings
from app.ui.customer.letter import SOURCES
from app.ui.kit.components import show_table
from app.ui.kit.markup import element
from app.ui.kit.plain_text import plain
from app.ui.loaders import portfolio
from app.ui.shell.frame import LANGUAGE
from app.ui.shell.navigation import LINK, PAGES, ROLES, is_by_link
from app.ui.shell.sign_in import ROLE_NAMES


def show_data_protection(words: Words) -> None:
    """The answer in a sentence, then each point under its heading."""
    st.title(words.say("How are personal data protected?"), anchor=False)
    st.html(
        element(
            "p",
            words.say("Data serve to answer loan requests, and to check that the answers are right and fair."),
            class_="lead",
        )
    )
    _show_points(words.say("What for"), _purpose(words))
    _show_points(words.say("Which data, and where they come from"), _categories(words))
    _show_points(words.say("How long"), _retention(words))
    _show_points(words.say("As few as possible"), _minimisation(words))
    _show_who(words)
    _show_points(words.say("Rights"), _rights(words))
    if is_by_link():
        kept = {LINK: st.query_params[LINK], LANGUAGE: words.language}
        st.page_link("../pages/customer.py", label=words.say("Back to your letter"), query_params=kept)


def _show_points(title: str, points: tuple[str, ...]) -> None:
    st.header(plain(title), anchor=False)
    st.html(element("ul", *(element("li", point) for point in points), class_="points"))


def _purpose(words: Words) -> tuple[str, ...]:
    return (
        words.say("To estimate whether a loan will be repaid, and to help a person decide (GDPR, article 6(1)(b))."),
        words.say("The computer only gives advice. Each decision is taken by a person, who signs it (article 22)."),
        words.say("To prove afterwards who decided what, and who saw which file (article 5(2))."),
    )


def _categories(words: Words) -> tuple[str, ...]:
    return tuple(words.say(source) for source in SOURCES.values())


def _retention(words: Words) -> tuple[str, ...]:
    years = settings().retention_years
    return (
        words.plural(
            "The lender keeps files, decisions and the list of who saw them for {count} year.",
            "The lender keeps files, decisions and the list of who saw them for {count} years.",
            years,
        ),
        words.plural(
            "A link to a customer’s screen opens for {count} day.",
            "A link to a customer’s screen opens for {count} days.",
            settings().link_days,
        ),
        words.say("What an officer tries out on a file is forgotten when the browser closes."),
    )


def _minimisation(words: Words) -> tuple[str, ...]:
    inputs = portfolio().champion.features
    used = [feature for feature in FEATURES if feature.protected and feature.name in inputs]
    if used:
        labels = words.enumeration([words.say(feature.label) for feature in used])
        kept_out = words.say("The calculation reads these attributes the law protects: {labels}.", labels=labels)
    else:
        kept_out = words.say("The calculation reads neither gender, nor age, nor family status, nor children.")
    return (
        kept_out,
        words.say("They are kept to check that no group is treated worse, over all files together."),
        words.say("Faults of the machine are logged without the client’s data."),
    )


def _show_who(words: Words) -> None:
    st.header(words.say("Who sees what"), anchor=False)
    st.markdown(words.say("Whoever opens a file is written down: who, when, which file, which page."))
    heads = (words.say("Page"), *(words.say(ROLE_NAMES[role]) for role in ROLES), words.say("Customer"))
    yes, no = words.say("yes"), words.say("no")
    rows = [
        (
            words.say(page.title),
            *(yes if role in page.roles else no for role in ROLES),
            yes if page.script == "data_protection" else no,
        )
        for page in PAGES
    ]
    own = (words.say("The customer’s own letter"), *(no for _ in ROLES), words.say("yes, by a link"))
    show_table(words.say("Pages, and who may open them"), heads, [*rows, own])


def _rights(words: Words) -> tuple[str, ...]:
    contact = settings().contact
    return (
        words.say("See, correct, erase or move one’s data, limit or object to their use (articles 15 to 21)."),
        words.say("Have a decision explained, reviewed by a person and contested (articles 15 and 22)."),
        words.say(
            "Write to {officer}, or complain to {authority}.",
            officer=contact.data_protection,
            authority=contact.authority,
        ),
    )
