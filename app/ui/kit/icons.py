"""Icons: a mask drawn in ``desk.css`` over the colour of the text, as the page's HTML may hold no drawing."""

from __future__ import annotations

from app.ui.kit.markup import Markup, element


def icon(name: str) -> Markup:
    """An icon as tall as the text beside it, which says what it means: screen readers skip it."""
    return element("span", class_=f"icon icon-{name}", aria_hidden="true")
