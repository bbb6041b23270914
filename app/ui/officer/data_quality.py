"""What in a file deserves a second look before its score is trusted, in sentences."""

from __future__ import annotations

import streamlit as st

from app.language.features import in_words, label, value_in_words
from app.language.words import Words
from app.scoring.quality import Remark, remarks
from app.ui.kit.icons import icon
from app.ui.kit.markup import element
from app.ui.loaders import ClientFile, portfolio
from app.ui.officer.identity import EXTERNAL_SCORES, REQUEST, WORK

WATCHED = (*REQUEST, *WORK, *EXTERNAL_SCORES, "employer_type", "education", "housing", "enquiries", "region_rating")
"""What an officer can ask for or have corrected; all that is derived from it follows."""
OF_A_JOB = frozenset({"years_employed", "occupation", "employer_type"})
"""No fault of who has none."""


def show_data_quality(file: ClientFile, words: Words) -> None:
    """Missing and unusual values, and how much of what the model reads is there."""
    found = watched_remarks(file)
    st.header(words.say("Quality of the data"), anchor=False)
    lines = [element("li", icon("alert"), element("span", sentence)) for sentence in in_sentences(found, words)]
    listed = [element("ul", *lines, class_="remarks")] if lines else []
    st.html(element("div", *listed, element("p", provided(file, words), class_="quality")))


def watched_remarks(file: ClientFile) -> tuple[Remark, ...]:
    """Remarks on what is watched; a job's items are no matter where there is no job."""
    row = file.client.features
    watched = [name for name in WATCHED if not (name in OF_A_JOB and row["not_employed"])]
    return remarks(row, portfolio().population, watched)


def in_sentences(found: tuple[Remark, ...], words: Words) -> list[str]:
    """One sentence for all that is missing, one for each value that is odd."""
    missing = [label(remark.feature, words) for remark in found if remark.what == "missing"]
    told = [words.say("Not provided: {items}.", items=words.enumeration(missing))] if missing else []
    return told + [_odd(remark, words) for remark in found if remark.what != "missing"]


def _odd(remark: Remark, words: Words) -> str:
    item = in_words(remark.feature, remark.value, words)
    if remark.low is None or remark.high is None:
        return words.say("{item}: nobody had this before.", item=item)
    usual = {
        name: value_in_words(remark.feature, bound, words)
        for name, bound in (("low", remark.low), ("high", remark.high))
    }
    if remark.what == "unseen":
        return words.say("{item}: nobody had this before. Usual: {low} to {high}.", item=item, **usual)
    return words.say("{item}: outside the usual range, {low} to {high}.", item=item, **usual)


def provided(file: ClientFile, words: Words) -> str:
    """How much of what the model reads is there."""
    row = file.client.features
    return words.say(
        "{provided} of the {inputs} items the model reads are provided.",
        provided=words.number(sum(row[name] is not None for name in file.inputs)),
        inputs=words.number(len(file.inputs)),
    )
