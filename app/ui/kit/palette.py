"""Colours of both themes. Each carries one meaning, never alone: a word and an icon stand beside it."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Literal

Theme = Literal["light", "dark"]


@dataclass(frozen=True, slots=True)
class Palette:
    """Colours of one theme, as ``#RRGGBB``.

    ``accept``, ``refuse`` and ``review`` are legible as text on ``background``, on ``panel`` and on their own tint.
    ``.streamlit/config.toml`` repeats the page's own colours.
    """

    background: str
    panel: str
    ink: str
    muted: str
    line: str
    accept: str
    refuse: str
    review: str
    accept_tint: str
    refuse_tint: str
    review_tint: str

    @property
    def variables(self) -> str:
        """The palette as CSS custom properties."""
        return ";".join(f"--{name.replace('_', '-')}:{colour}" for name, colour in asdict(self).items())


LIGHT = Palette(
    background="#FFFFFF",
    panel="#F5F7F9",
    ink="#1B2430",
    muted="#566270",
    line="#D9DEE4",
    accept="#0B5FA5",
    refuse="#B34700",
    review="#6B5B00",
    accept_tint="#E1EDF7",
    refuse_tint="#FCEBDF",
    review_tint="#F4EECB",
)
DARK = Palette(
    background="#10161D",
    panel="#19222C",
    ink="#E9EEF3",
    muted="#A7B3BF",
    line="#34414E",
    accept="#7DBBF2",
    refuse="#FFA46B",
    review="#E3CB62",
    accept_tint="#16324C",
    refuse_tint="#472815",
    review_tint="#3B340F",
)


def palette_of(theme: str | None) -> Palette:
    """The palette of a theme; the light one while the browser has not said which it shows."""
    return DARK if theme == "dark" else LIGHT


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two colours, 1 to 21 (WCAG 2.2, "contrast ratio")."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    red, green, blue = (_linear(int(colour[start : start + 2], 16) / 255) for start in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4
