"""The answer in words: what to do, by how much, and how sure."""

from __future__ import annotations

import streamlit as st

from app.language.verdicts import VERDICTS
from app.language.words import Words
from app.scoring.decision import Decision
from app.ui.kit.icons import icon
from app.ui.kit.markup import element


def show_answer(decision: Decision, words: Words, name: str | None = None, second: bool = False) -> None:
    """The verdict with its icon, the distance to the threshold, the probability as people count.

    Args:
        name: tells it from another answer on the same page, to those who do not see it.
        second: whether a person's decision stands above it: it is said in a lower voice then.
    """
    verdict = element("p", icon(decision.band), words.say(VERDICTS[decision.band]), class_="verdict")
    sentences = [element("p", distance(decision, words), class_="lead")]
    if decision.band == "review":
        sentences.append(element("p", review(decision, words)))
    sentences.append(element("p", comparable(decision.probability, words)))
    named = name or words.say("Answer")
    tone = f"answer {decision.band}" + (" second" if second else "")
    st.html(element("section", verdict, *sentences, class_=tone, aria_label=named))


def show_answer_line(decision: Decision, words: Words) -> None:
    """The same in one line, where another question is the page's."""
    verdict = element("strong", icon(decision.band), words.say(VERDICTS[decision.band]), class_=decision.band)
    st.html(element("p", verdict, " ", distance(decision, words), class_="answer-line"))


def distance(decision: Decision, words: Words) -> str:
    """Points, and how far from the threshold."""
    points, threshold = round(decision.points), round(decision.threshold_points)
    values = {"points": words.points(points), "threshold": words.points(threshold)}
    if points == threshold:
        return words.say("{points} points, on the threshold.", **values)
    if points > threshold:
        return words.plural(
            "{points} points: {count} point above the threshold ({threshold}).",
            "{points} points: {count} points above the threshold ({threshold}).",
            points - threshold,
            **values,
        )
    return words.plural(
        "{points} points: {count} point below the threshold ({threshold}).",
        "{points} points: {count} points below the threshold ({threshold}).",
        threshold - points,
        **values,
    )


def review(decision: Decision, words: Words) -> str:
    """Why a person must look, and what the score alone would say."""
    zone = words.points(decision.grey_zone_points)
    if decision.outcome == "accept":
        return words.say("Within {zone} points of the threshold, a person decides. The score alone accepts.", zone=zone)
    return words.say("Within {zone} points of the threshold, a person decides. The score alone refuses.", zone=zone)


def comparable(probability: float, words: Words) -> str:
    """The probability of default as a count, of enough files for it not to be nought."""
    files = next((files for files in (100, 1_000, 10_000) if probability * files >= 1), 10_000)
    return words.plural(
        "Of {files} comparable files, about {count} is not repaid.",
        "Of {files} comparable files, about {count} are not repaid.",
        max(1, round(probability * files)),
        files=words.number(files),
    )
