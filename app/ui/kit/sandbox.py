"""HTML of others' making, shown without the desk's origin: its scripts run, and reach neither the desk nor a network.

What Streamlit's own frame holds may act as the desk. So that frame holds nothing but ``sandbox.html``, in which a
second one, sandboxed, shows what is given; it travels packed, at a fifth of its size.
"""

from __future__ import annotations

import base64
from functools import cache
from html import escape
from pathlib import Path
from string import Template

import streamlit as st


def show_sandboxed(packed: bytes, title: str, height: int) -> None:
    """Show an HTML document.

    Args:
        packed: the document, gzipped.
        title: what it is, to those who do not see it.
        height: pixels.
    """
    text = base64.b64encode(packed).decode("ascii")
    st.iframe(_frame().substitute(packed=text, title=escape(title)), height=height, alt=title)


@cache
def _frame() -> Template:
    return Template(Path(__file__).with_name("sandbox.html").read_text(encoding="utf-8"))
