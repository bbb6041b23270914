"""Who the client is and what they ask for, in human units."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from app.language.features import label, value_in_words
from app.language.words import Words
from app.scoring.decision import Value
from app.ui.kit.components import card, definitions
from app.ui.kit.markup import element
from app.ui.kit.plain_text import plain
from app.ui.loaders import ClientFile
from app.ui.shell.bar import header

REQUEST = ("contract_type", "credit", "annuity", "goods_price")
WORK = ("income", "income_type", "years_employed", "occupation")
PERSON = ("age", "family_status", "children", "housing", "education")
EXTERNAL_SCORES = ("external_score_1", "external_score_2", "external_score_3")


def show_name(client: int, words: Words) -> None:
    """Whose file it is: the number in the header is this page's title."""
    header().title(plain(words.say("Client {client}", client=client)), anchor=False)


def show_identity(file: ClientFile, words: Words) -> None:
    """Cards of what is asked and who asks."""
    st.header(words.say("The client and the request"), anchor=False)
    groups = (
        (words.say("The request"), REQUEST),
        (words.say("Income and work"), WORK),
        (words.say("Situation"), tuple(name for name in PERSON if name in file.inputs)),
        (words.say("Known, but not used by the model"), tuple(name for name in PERSON if name not in file.inputs)),
    )
    cards = [card(title, definitions(_rows(file, names, words))) for title, names in groups if names]
    st.html(element("div", *cards, class_="cards"))


def _rows(file: ClientFile, names: tuple[str, ...], words: Words) -> list[tuple[str, str]]:
    return [(label(name, words), shown_value(name, file.client.features, words)) for name in names]


def shown_value(feature: str, row: Mapping[str, Value], words: Words) -> str:
    """A value as an officer says it: age in years, no job rather than no time in it."""
    value = row[feature]
    if feature == "age" and value is not None:
        return words.plural("{count} year old", "{count} years old", int(value))
    if feature == "years_employed" and row.get("not_employed"):
        return words.say("not employed, or retired")
    return value_in_words(feature, value, words)
