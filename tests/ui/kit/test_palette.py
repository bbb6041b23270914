from __future__ import annotations

import re
import tomllib
from dataclasses import asdict
from pathlib import Path

import pytest

from app.ui.kit.palette import DARK, LIGHT, Palette, contrast, palette_of

THEMES = {"light": LIGHT, "dark": DARK}
CONFIG = Path(__file__).parents[3] / ".streamlit" / "config.toml"
TEXT, SHAPE = 4.5, 3.0  # WCAG 2.2, success criteria 1.4.3 and 1.4.11


def test_contrast_is_that_of_the_standard() -> None:
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21.0)
    assert contrast("#777777", "#FFFFFF") == pytest.approx(4.48, abs=0.005)


@pytest.mark.parametrize("palette", THEMES.values(), ids=THEMES.keys())
def test_every_text_is_legible(palette: Palette) -> None:
    pairs = [(text, ground) for text in (palette.ink, palette.muted) for ground in (palette.background, palette.panel)]
    for band in ("accept", "refuse", "review"):
        colour, tint = getattr(palette, band), getattr(palette, f"{band}_tint")
        pairs += [(colour, palette.background), (colour, palette.panel), (colour, tint)]
        pairs.append((palette.ink, tint))
    assert {pair: round(contrast(*pair), 2) for pair in pairs if contrast(*pair) < TEXT} == {}


@pytest.mark.parametrize("palette", THEMES.values(), ids=THEMES.keys())
def test_bars_and_marks_stand_out(palette: Palette) -> None:
    for colour in (palette.accept, palette.refuse, palette.review, palette.ink, palette.muted):
        assert contrast(colour, palette.background) >= SHAPE


@pytest.mark.parametrize("theme", THEMES)
def test_streamlit_wears_the_same_colours(theme: str) -> None:
    declared, palette = tomllib.loads(CONFIG.read_text(encoding="utf-8"))["theme"][theme], THEMES[theme]
    assert (declared["backgroundColor"], declared["secondaryBackgroundColor"]) == (palette.background, palette.panel)
    assert (declared["textColor"], declared["borderColor"]) == (palette.ink, palette.line)
    assert declared["primaryColor"] == palette.accept


def test_an_unknown_theme_is_light() -> None:
    assert (palette_of(None), palette_of("dark"), palette_of("light")) == (LIGHT, DARK, LIGHT)


ROOT = CONFIG.parents[1]
KIT = ROOT / "app" / "ui" / "kit"
ICON = KIT / "favicon.svg"  # a picture cannot read the palette
READ_AS_TEXT = {".py", ".css", ".html", ".svg", ".js", ".toml", ".json"}
COLOUR = re.compile(r"#[0-9A-Fa-f]{6}\b")


def colours() -> set[str]:
    """Every colour of both themes, but the white of a page, which is nobody's."""
    return {colour.upper() for palette in THEMES.values() for colour in asdict(palette).values()} - {"#FFFFFF"}


def repeated(folder: Path, allowed: set[Path]) -> set[tuple[str, str]]:
    """File and colour, wherever a colour of the palette is written once more."""
    files = [path for path in folder.rglob("*") if path.suffix in READ_AS_TEXT and path not in allowed]
    found = ((path, COLOUR.findall(path.read_text(encoding="utf-8"))) for path in files)
    return {(path.name, colour) for path, written in found for colour in written if colour.upper() in colours()}


@pytest.mark.parametrize("folder", ["app", "pages", "training"])
def test_no_colour_of_the_palette_is_written_elsewhere(folder: str) -> None:
    assert repeated(ROOT / folder, {KIT / "palette.py", ICON}) == set()


def test_a_colour_written_elsewhere_is_found(tmp_path: Path) -> None:
    (tmp_path / "page.py").write_text(f'REFUSE = "{LIGHT.refuse.lower()}"\n', encoding="utf-8")
    assert repeated(tmp_path, set()) == {("page.py", LIGHT.refuse.lower())}


def test_the_icon_wears_the_same_colours() -> None:
    written = {colour.upper() for colour in COLOUR.findall(ICON.read_text(encoding="utf-8"))}
    assert written and written <= colours() | {"#FFFFFF"}
