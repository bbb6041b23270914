"""Fields for numbers as tests of pages fill them in: text in the page's language, a number beside it."""

from __future__ import annotations

from dataclasses import dataclass

from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import TextInput

from app.ui.kit.typed_number import TEXT


@dataclass(frozen=True)
class NumberField:
    """One field of a page."""

    app: AppTest
    key: str

    @property
    def text(self) -> TextInput:
        """What it is typed in."""
        return self.app.text_input(key=f"{TEXT}{self.key}")

    @property
    def label(self) -> str:
        return self.text.label

    @property
    def value(self) -> float | None:
        """The number that pages read; the field must be there."""
        assert self.text is not None
        value: float | None = self.app.session_state[self.key]
        return value

    def set_value(self, number: float | None) -> TextInput:
        """Type a number, without separators between thousands."""
        return self.text.set_value("" if number is None else f"{number:.6f}".rstrip("0").rstrip("."))


def number_field(app: AppTest, key: str) -> NumberField:
    """The field of a key."""
    return NumberField(app, key)


def number_fields(app: AppTest) -> list[NumberField]:
    """All of a page."""
    return [NumberField(app, each.key.removeprefix(TEXT)) for each in app.text_input if each.key.startswith(TEXT)]
