"""Parts that pages share: plain frames for text, alerts and tables."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

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


@dataclass(frozen=True, slots=True)
class Head:
    """The head of a column.

    Attributes:
        name: what stands in it.
        text: whether the column holds words rather than figures.
        asks: what a click on it asks of the page (``clicks``); empty where it asks nothing.
        sorted: how the table is sorted by this column.
    """

    name: str
    text: bool = False
    asks: str = ""
    sorted: Literal["", "ascending", "descending"] = ""


def show_table(caption: str, heads: Sequence[str | Head], rows: Iterable[Sequence[str]]) -> None:
    """A table whose first column names the row; the others are figures, unless their head says words."""
    st.html(table(caption, heads, rows))


def table(caption: str, heads: Sequence[str | Head], rows: Iterable[Sequence[str]]) -> Markup:
    """The same as HTML; a cell that is ``Markup`` is kept as it is."""
    named = [Head(each) if isinstance(each, str) else each for each in heads]
    head = element("tr", *map(_head, named))
    body = element("tbody", *(_row(named, *row) for row in rows))
    return element("table", element("caption", caption), element("thead", head), body, class_="figures")


def _head(head: Head) -> Markup:
    name = element("button", head.name, type="button", data_asks=head.asks) if head.asks else head.name
    return element(
        "th", name, scope="col", class_="words" if head.text else False, aria_sort=head.sorted if head.sorted else False
    )


def _row(heads: Sequence[Head], name: str, *cells: str) -> Markup:
    # A narrow screen shows each figure under its own head.
    figures = (
        element("td", cell, data_head=head.name, class_="words" if head.text else False)
        for head, cell in zip(heads[1:], cells, strict=True)
    )
    return element("tr", element("th", name, scope="row", data_head=heads[0].name), *figures)


def definitions(rows: Iterable[tuple[str, str]]) -> Markup:
    """Names and what they stand at."""
    return element("dl", *(element("div", element("dt", name), element("dd", value)) for name, value in rows))


def card(title: str, *children: str) -> Markup:
    """A panel with its title."""
    return element("section", element("h3", title), joined(*children), class_="card")
