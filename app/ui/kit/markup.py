"""HTML built from elements, every text and attribute escaped: what a person typed can never become markup."""

from __future__ import annotations

from html import escape

from app.ui.kit.plain_text import visible

VOID = frozenset({"path", "circle", "br"})


class Markup(str):
    """Text that is HTML already."""

    __slots__ = ()


def element(tag: str, *children: str, **attributes: str | bool) -> Markup:
    """One element. Plain strings among the children are escaped, ``Markup`` is kept.

    Attribute names are written with underscores: ``class_`` is class, ``aria_label`` is aria-label. True stands for an
    attribute without value, False for one left out.
    """
    opened = f"<{tag}{''.join(_attribute(name, value) for name, value in attributes.items())}>"
    return Markup(opened if tag in VOID else f"{opened}{joined(*children)}</{tag}>")


def joined(*children: str) -> Markup:
    """Children one after the other."""
    return Markup("".join(child if isinstance(child, Markup) else escape(visible(child)) for child in children))


def _attribute(name: str, value: str | bool) -> str:
    if value is False:
        return ""
    written = name.rstrip("_").replace("_", "-")
    return f" {written}" if value is True else f' {written}="{escape(visible(str(value)))}"'
