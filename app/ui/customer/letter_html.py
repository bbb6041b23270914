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
    facts = element("p", *_lines((letter.addressee, letter.dated, letter.reference)), class_="addressee")
    pairs = [element("div", *(_section(section) for section in letter.pairs), class_="pair")] if letter.pairs else []
    rest = (_section(section) for section in letter.sections)
    return element(
        "article",
        element("div", sender, facts, class_="head"),
        element("h1", letter.title),
        element("p", letter.answer, class_="lead"),
        element("p", " ".join(letter.opening)),
        *pairs,
        *rest,
        element("p", *_lines(letter.closing), class_="closing"),
        class_="letter",
        lang=letter.language,
    )


def _lines(texts: tuple[str, ...]) -> list[Markup]:
    return [element("span", text) for text in texts]


def _section(section: Section) -> Markup:
    if section.listed:
        body = element("ul", *(element("li", each) for each in section.paragraphs))
    else:
        body = element("p", " ".join(section.paragraphs))
    return element("section", element("h2", section.title), body)


def document(letter: Letter, brand: str) -> str:
    """The letter as a whole HTML document, on paper colours."""
    style = Markup(f":root{{{LIGHT.variables}}}{letter_style()}")
    encoding = Markup('<meta charset="utf-8">')
    head = element("head", encoding, element("title", f"{letter.title} · {brand}"), element("style", style))
    body = element("body", element("main", article(letter)))
    return f"<!doctype html>{element('html', head, body, lang=letter.language)}"


@cache
def letter_style() -> str:
    """The letter's style sheet, for the screen and for paper."""
    return Path(__file__).with_name("letter.css").read_text(encoding="utf-8")
