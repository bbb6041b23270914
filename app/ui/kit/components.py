"""Parts that pages share: plain frames for text, alerts and tables."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import streamlit as st

from app.ui.kit.icons import icon
from app.ui.kit.markup import Markup, element, joined
from app.ui.kit.palette import Palette, palette_of

FAVICON = Path(__file__).with_name("favicon.svg")


def palette() -> Palette:
    """The palette of the theme this reader sees."""
    return palette_of(st.context.theme.type)


def show_alert(found: str, *rest: str) -> None:
    """What went wrong, then the rule and the way out."""
    title = element("p", icon("alert"), element("strong", found))
    st.html(element("div", title, *(element("p", sentence) for sentence in rest), class_="alert", role="alert"))


def show_note(text: str, name: str = "note") -> None:
    """A remark that stands apart from the page's text."""
    st.html(element("p", text, class_=name, role="note"))


def show_table(caption: str, heads: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> None:
    """A table whose first column names the row; the others are figures."""
    head = element("tr", *(element("th", each, scope="col") for each in heads))
    body = element("tbody", *(_row(heads, *row) for row in rows))
    parts = (element("caption", caption), element("thead", head), body)
    st.html(element("table", *parts, class_="figures"))


def _row(heads: tuple[str, ...], name: str, *cells: str) -> Markup:
    # A narrow screen shows each figure under its own head.
    figures = (element("td", cell, data_head=head) for head, cell in zip(heads[1:], cells, strict=True))
    return element("tr", element("th", name, scope="row", data_head=heads[0]), *figures)


def definitions(rows: Iterable[tuple[str, str]]) -> Markup:
    """Names and what they stand at."""
    return element("dl", *(element("div", element("dt", name), element("dd", value)) for name, value in rows))


def card(title: str, *children: str) -> Markup:
    """A panel with its title."""
    return element("section", element("h3", title), joined(*children), class_="card")
