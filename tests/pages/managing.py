"""How the manager's pages are opened and read in tests."""

from __future__ import annotations

import re
from collections.abc import Callable

from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import NumberInput, Slider

from tests.pages.number_fields import number_field

OpenPage = Callable[..., AppTest]


def opener(desk: Callable[..., AppTest]) -> OpenPage:
    """Opens a page as a manager."""

    def opened(page: str, lang: str = "en") -> AppTest:
        app = desk(lang=lang)
        app.session_state["role"] = "manager"
        return app.run().switch_page(f"../pages/{page}.py").run()

    return opened


def texts(app: AppTest) -> list[str]:
    """Every piece of HTML on the page as text, style sheets left out."""
    bodies = (element.proto.body for element in app.get("html"))
    shown = (body for body in bodies if not body.startswith(("<style", "<script")))
    return [re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", body)).strip() for body in shown]


def lead(app: AppTest) -> str:
    """The sentence that answers the page's question."""
    bodies = (element.proto.body for element in app.get("html"))
    return next(re.sub(r"<[^>]+>", "", body) for body in bodies if 'class="lead"' in body)


def slider(app: AppTest) -> Slider:
    """The trial's slider, which is another one each time it has to follow."""
    return app.slider(key=app.session_state["trial"].slider.key)


def number(app: AppTest) -> NumberInput:
    """The number beside it."""
    return number_field(app, app.session_state["trial"].number.key)


def weight(app: AppTest) -> NumberInput:
    """The weight of a missed default."""
    return number_field(app, app.session_state["trial"].weight.key)
