"""The data scientist's home: which model answers here, and where to look at it."""

from __future__ import annotations

import streamlit as st

from app.language.words import Words
from app.ui.kit.components import card, definitions
from app.ui.kit.markup import element
from app.ui.loaders import policy_in_force, portfolio
from app.ui.shell.frame import link_to

PAGES = ("threshold", "fairness", "drift", "api_console", "find")


def show_home(words: Words) -> None:
    """The model, its inputs, the policy it decides by; a way to each of its pages."""
    opened, policy = portfolio(), policy_in_force()
    st.title(words.say("Which model answers here?"), anchor=False)
    told = words.say("Model {version} answers for this desk and its API.", version=opened.champion.version)
    st.html(element("p", told, class_="lead"))
    rows = [
        (words.say("Items it reads"), words.number(len(opened.champion.features))),
        (words.say("Clients it scored"), words.number(opened.size)),
        (words.say("Threshold in force"), words.percent(policy.threshold, 1)),
        (words.say("Threshold it recommends"), words.percent(opened.champion.recommended.threshold, 1)),
        (words.say("Release"), opened.release),
    ]
    st.html(element("div", card(words.say("In service"), definitions(rows)), class_="cards"))
    with st.container(key="told_model", horizontal=True):
        for script in PAGES:
            link_to(script, words)
