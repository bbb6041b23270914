"""The first screen: what this is for, and what to do."""

from __future__ import annotations

import streamlit as st

from app.language.words import Words, mark
from app.ui.kit.markup import element

WAYS = (
    (mark("Type a client number"), mark("It is on the application. Press Enter to open the file.")),
    (mark("Random client"), mark("Opens any file, to look around.")),
    (mark("Next to review"), mark("Opens the next file too close to the threshold to be decided by the score alone.")),
)


def show_welcome(words: Words) -> None:
    """A question, its answer, three ways in."""
    st.title(words.say("Which client is before you?"), anchor=False)
    st.markdown(words.say("Each file opens on the answer, then how sure it is, then why."))
    ways = (element("li", element("strong", words.say(way)), element("span", words.say(use))) for way, use in WAYS)
    st.html(element("ul", *ways, class_="ways"))
