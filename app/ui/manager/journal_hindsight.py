"""Of the journal page: whether people change their mind towards the model, and who was right once that is known."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import streamlit as st

from app.language.words import Words
from app.scoring.audit.intervals import wilson
from app.store.hindsight import Hindsight, Minds, Right, hindsight
from app.store.recorded import last_numbers
from app.ui.kit.components import show_table
from app.ui.kit.plain_text import plain
from app.ui.loaders import journal, portfolio


def show_hindsight(words: Words) -> None:
    """First views beside decisions, then both beside what became of the loans."""
    opened = portfolio()
    found = _counted(opened.release, opened.folder, str(journal().engine.url), last_numbers(journal().engine))
    st.header(words.say("Do people change their mind towards the model?"), anchor=False)
    st.markdown(plain(minds_in_words(found.minds, words)))
    st.header(words.say("Who was right?"), anchor=False)
    if not any(right.known for _, right in rows(found, words)):
        st.markdown(words.say("Not known: this release knows no outcome of a loan that was decided on."))
        return
    heads = (words.say("Said by"), words.say("Outcomes known"), words.say("Right"), words.say("Share, 95% interval"))
    with st.container(key="wide_words"):
        lines = [(name, *_cells(right, words)) for name, right in rows(found, words)]
        show_table(words.say("Beside what became of the loan, where the release knows it"), heads, lines)
    st.caption(words.say("Right: to refuse a loan that was not repaid, to accept one that was."))


# Counts alone, of nobody: read again once something is recorded, not at every rerun.
@st.cache_resource(max_entries=2, show_spinner=False)
def _counted(release: str, folder: Path, store: str, recorded: tuple[int, int]) -> Hindsight:
    return hindsight(journal().engine, folder)


def minds_in_words(minds: Minds, words: Words) -> str:
    """How often who thought otherwise went over to the advice."""
    if not minds.agreed + minds.away + minds.apart:
        return words.say("Not known: nobody decided after recording an own view before the advice was shown.")
    own = words.plural(
        "{count} own view was followed by a decision: {agreed} was the advice already.",
        "{count} own views were followed by a decision: {agreed} were the advice already.",
        minds.agreed + minds.away + minds.apart,
        agreed=words.number(minds.agreed + minds.away),
    )
    changed = words.say(
        "Against it: {apart}, and {towards} of these went over to the model. With it at first, then against: {away}.",
        apart=words.number(minds.apart),
        towards=words.number(minds.towards),
        away=words.number(minds.away),
    )
    return f"{own} {changed}"


def rows(found: Hindsight, words: Words) -> list[tuple[str, Right]]:
    """What can be right, by name."""
    return [
        (words.say("Decisions as advised"), found.followed),
        (words.say("Accepted against the advice"), found.accepted_against),
        (words.say("Refused against the advice"), found.refused_against),
        (words.say("The advice people went against"), found.advice),
        (words.say("Own views before the advice"), found.first_views),
    ]


def _cells(right: Right, words: Words) -> tuple[str, str, str]:
    if not right.known:
        return words.say("none"), words.say("not known"), words.say("not known")
    low, high = wilson(np.array(right.right), np.array(right.known))
    share = words.say(
        "{share}, {low} to {high}",
        share=words.percent(right.right / right.known),
        low=words.percent(float(low)),
        high=words.percent(float(high)),
    )
    return words.number(right.known), words.number(right.right), share
