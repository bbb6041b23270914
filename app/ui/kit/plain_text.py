"""Text stays text: what data, people or settings say is shown as it is written, by whatever draws it.

One function for each of the languages that read signs in a text. HTML has its own in ``markup``, files for spreadsheets
theirs where they are written. ``tests/ui/kit/test_plain_text.py`` reads the sources and finds what was given unescaped.
"""

from __future__ import annotations

import re

_UNSEEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufff9-\ufffb]")
"""Control characters, and the marks that turn the direction of what follows: a line may read otherwise than it is."""
_SIGNS = re.compile(r"[\\`*_\[\]<>~$&]")
_FIRST = re.compile(r"^(\d*)([#+.)-])(?=[\s#-]|$)")
"""At the start of a line: heading, list, rule."""
_STARTS = re.compile(r"(:(?=[A-Za-z_+/-]|\d+:)|\bwww(?=\.))|(?=@)", re.IGNORECASE)
"""Of directives, icons, emoji and addresses: Streamlit looks for them in what is already escaped."""
_JOINER = "\u2060"
"""Takes no room, and tears such a start apart."""


class Markdown(str):
    """Text that is Markdown already."""

    __slots__ = ()


def visible(text: str) -> str:
    """As it reads: marks nobody sees become one that everybody sees."""
    return _UNSEEN.sub("\N{REPLACEMENT CHARACTER}", text.replace("\r\n", "\n"))


def plain(text: str) -> Markdown:
    """For what Streamlit reads as Markdown, LaTeX, colours and icons: texts, titles, labels, tooltips. On one line."""
    if isinstance(text, Markdown):
        return text
    line = re.sub(r"[\t\n]+", " ", visible(text)).strip(" ")
    escaped = _FIRST.sub(r"\1\\\2", _SIGNS.sub(r"\\\g<0>", line))
    return Markdown(_STARTS.sub(rf"\1{_JOINER}", escaped))


def in_chart(text: str) -> str:
    """For Plotly, which reads a little HTML."""
    return visible(text).replace("&", "&amp;").replace("<", "&lt;")


def in_script(text: str) -> str:
    """For a script of HTML that others write: no tag, its own end included, can stand in it."""
    return visible(text).replace("<", f"<{_JOINER}")


def in_figure(text: str) -> str:
    """For Matplotlib, which reads formulae."""
    return visible(text).replace("$", r"\$")
