"""What is clicked on within a table: HTML of ours, which Streamlit's own buttons cannot stand in.

What bears ``data-asks`` asks the page for it. A link that does is a link as well: with Ctrl it opens beside the page.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import streamlit as st

from app.ui.kit.markup import Markup, element

LISTEN = """export default function ({ setTriggerValue }) {
  const listen = clicked => {
    const asked = clicked.target.closest("[data-asks]");
    if (!asked || clicked.button || clicked.ctrlKey || clicked.metaKey || clicked.shiftKey) return;
    clicked.preventDefault();
    setTriggerValue("asked", asked.dataset.asks);
  };
  document.addEventListener("click", listen);
  return () => document.removeEventListener("click", listen);
}"""
KEY = "clicks"


def listen(take: Callable[[str], None]) -> None:
    """Have clicks on this page's tables taken up, before the page is drawn anew.

    Args:
        take: what is done with what was asked for. Comes from the browser: to be checked.
    """

    def taken() -> None:
        asked = st.session_state[KEY].asked
        if isinstance(asked, str):
            take(asked)

    _listener()(key=KEY, on_asked_change=taken, height="content")


@cache
def _listener() -> Any:
    return st.components.v2.component("clicks", js=LISTEN, isolate_styles=False)


def asking_link(text: str, href: str, asks: str) -> Markup:
    """A link that the page follows itself, without loading the desk anew."""
    return element("a", text, href=href, data_asks=asks)
