"""The letter as accessible HTML, made once: for the screen, for paper and for the PDF."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from app.ui.customer.letter import Letter, Section
from app.ui.kit.markup import Markup, element
from app.ui.kit.palette import LIGHT


def article(letter: Letter) -> Markup:
    """The letter as accessible HTML: one first-level heading, sections under second-level ones, lists as lists."""
    sender = element("p", *_lines(letter.sender), class_="sender")
    told = (letter.addressee, letter.dated, letter.decided, letter.reference)
    facts = element("p", *_lines(tuple(line for line in told if line)), class_="addressee")
    greeting = [element("p", letter.greeting)] if letter.greeting else []
    pairs = [element("div", *(_section(section) for section in letter.pairs), class_="pair")] if letter.pairs else []
    rest = (_section(section) for section in letter.sections)
    return element(
        "article",
        element("div", sender, facts, class_="head"),
        element("h1", letter.title),
        *greeting,
        element("p", letter.answer, class_="lead"),
        *_loan(letter),
        element("p", " ".join(letter.opening)),
        *pairs,
        *rest,
        element("p", *_lines(letter.closing), class_="closing"),
        class_="letter",
        lang=letter.language,
    )


def _loan(letter: Letter) -> list[Markup]:
    if not letter.loan:
        return []
    return [element("dl", *(element("div", element("dt", name), element("dd", value)) for name, value in letter.loan))]


def _lines(texts: tuple[str, ...]) -> list[Markup]:
    return [element("span", text) for text in texts]


def _section(section: Section) -> Markup:
    if section.listed:
        body = element("ul", *(element("li", each) for each in section.paragraphs))
    else:
        body = element("p", " ".join(section.paragraphs))
    return element("section", element("h2", section.title), body)


def document(letter: Letter) -> str:
    """The letter as a whole HTML document, on paper colours."""
    style = Markup(f":root{{{LIGHT.variables}}}{letter_style()}")
    encoding = Markup('<meta charset="utf-8">')
    head = element("head", encoding, element("title", f"{letter.title} · {letter.sender[0]}"), element("style", style))
    body = element("body", element("main", article(letter)))
    return f"<!doctype html>{element('html', head, body, lang=letter.language)}"


@cache
def letter_style() -> str:
    """The letter's style sheet, for the screen and for paper."""
    return Path(__file__).with_name("letter.css").read_text(encoding="utf-8")
