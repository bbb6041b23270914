"""The one bar above every page: brand, menu, search, role, language; under it a file's header and tabs.

What a page knows of a file, its header bears: the page tells it through ``header``, once it has read it.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextvars import ContextVar
from dataclasses import dataclass

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from app.language.words import Words
from app.ui.kit.plain_text import plain
from app.ui.shell.navigation import DeskPage, Role, sections, tabs

TO_THE_SEARCH = """<script>
window.deskKeys || (window.deskKeys = addEventListener("keydown", pressed => {
  const typing = pressed.target.closest("input, textarea, select, [contenteditable=true]");
  const control = pressed.ctrlKey || pressed.metaKey;
  const asked = pressed.key === "/" ? !typing && !control : pressed.key.toLowerCase() === "k" && control;
  const field = [...document.querySelectorAll(".st-key-number_search input")].find(each => each.offsetParent);
  if (!asked || !field || pressed.altKey) return;
  pressed.preventDefault();
  field.focus();
  field.select();
}, true) || true);
</script>"""
"""The keys / and Ctrl-K go to the search, once for the browser's tab."""
TYPED_BEFORE_LEAVING = """<script>
window.deskLeaving || (window.deskLeaving = (() => {
  const SENT_WITHIN = 250;
  let left = -SENT_WITHIN;
  addEventListener("pointerdown", touched => {
    const typing = document.activeElement?.matches("input, textarea");
    if (!typing || !touched.target.closest("a")) return;
    left = performance.now();
    document.activeElement.blur();
  }, true);
  addEventListener("click", clicked => {
    const link = clicked.target.closest("a"), wait = left + SENT_WITHIN - performance.now();
    if (!link || wait <= 0 || clicked.ctrlKey || clicked.metaKey || clicked.shiftKey) return;
    clicked.preventDefault();
    clicked.stopImmediatePropagation();
    const same = each => each.href === link.href && each.offsetParent;
    setTimeout(() => (link.isConnected ? link : [...document.links].find(same))?.click(), wait);
  }, true);
  return true;
})());
</script>"""
"""A link followed straight from a field waits until the browser has sent what was typed there. Streamlit would send the
field's change after the link's click, and the change, which names the page it was made on, would overrule the click: on
a telephone every such tap was lost."""
_header: ContextVar[DeltaGenerator] = ContextVar("header")


@dataclass(frozen=True, slots=True)
class Bar:
    """Places of the bar, in the order they are read.

    Attributes:
        notice: above it: that nobody here is real.
        brand, menu, search, seat, language: the bar itself; ``seat`` holds the role and the way out.
        file, tabs: under it.
        warning: under all of it: that the advice is suspended, that anybody may come in.
        behind: what nobody sees, such as styles: it takes no room here.
    """

    notice: DeltaGenerator
    brand: DeltaGenerator
    menu: DeltaGenerator
    search: DeltaGenerator
    seat: DeltaGenerator
    language: DeltaGenerator
    file: DeltaGenerator
    tabs: DeltaGenerator
    warning: DeltaGenerator
    behind: DeltaGenerator


def lay_out() -> Bar:
    """The places, still empty."""
    with st.container(key="top", gap=None):
        notice = st.container(gap=None)
        with st.container(key="bar", horizontal=True, vertical_alignment="center", gap="small"):
            brand = st.container(width="content", key="brand")
            menu = st.container(key="menu", horizontal=True, vertical_alignment="center", gap=None)
            search = st.container(key="number_search", width=170)
            seat = st.container(key="seat", horizontal=True, vertical_alignment="center", width="content", gap="small")
            language = st.container(key="language", width="content")
        file = st.container(key="file", horizontal=True, vertical_alignment="center", gap="small")
        beside = st.container(key="tabs", horizontal=True, gap=None)
        warning, behind = st.container(gap="xxsmall"), st.container(gap=None)
    return Bar(notice, brand, menu, search, seat, language, file, beside, warning, behind)


def show_menu(bar: Bar, role: Role, page: DeskPage, waiting: Mapping[str, int], words: Words) -> None:
    """The role's sections, and the tabs beside the page that is open.

    Args:
        waiting: script of a page -> how much waits there, which the menu says.
    """
    with bar.menu:
        for name, pages in sections(role):
            count = sum(waiting.get(each.script, 0) for each in pages)
            _link(pages[0], _counted(name, count, words), page in pages, "menu", words)
    with bar.tabs:
        for each in tabs(role, page.script):
            _link(each, _counted(each.tab, waiting.get(each.script, 0), words), each == page, "tab", words)


def _counted(name: str, count: int, words: Words) -> str:
    said = words.say(name)
    return words.say("{name} ({count})", name=said, count=words.number(count)) if count else said


def _link(page: DeskPage, label: str, here: bool, place: str, words: Words) -> None:
    with st.container(key=f"{place}_{page.script}{'_here' if here else ''}", width="content"):
        st.page_link(f"../pages/{page.script}.py", label=plain(label))


def listen() -> None:
    """Have the keys go to the search, and links wait for what was typed."""
    st.html(TO_THE_SEARCH + TYPED_BEFORE_LEAVING, unsafe_allow_javascript=True)


def open_header(bar: Bar) -> None:
    """Where the page that is about to run tells what its file is."""
    _header.set(bar.file)


def header() -> DeltaGenerator:
    """The header of the client's file, over its tabs: the page tells what stands there once it has read it."""
    return _header.get()
