"""What the front door says is true where it can be checked."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / "README.md", ROOT / "training" / "README.md", ROOT / "data" / "README.md", ROOT / "docs" / "parts.md"]


def targets():
    return set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), flags=re.MULTILINE))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_every_make_target_it_names_exists(page):
    named = set(re.findall(r"(?:`|^)make ([a-z-]+)", page.read_text(encoding="utf-8"), flags=re.MULTILINE))
    assert named <= targets()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_every_file_it_links_or_shows_exists(page):
    links = re.findall(r"\]\((?!https?:)([^)#]+)\)", page.read_text(encoding="utf-8"))
    assert [link for link in links if not (page.parent / link).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_every_module_it_runs_exists(page):
    modules = re.findall(r"python -m ((?:training|app|tests)[\w.]*)", page.read_text(encoding="utf-8"))
    missing = [
        m
        for m in modules
        if not list(ROOT.glob(m.replace(".", "/") + ".py")) + list(ROOT.glob(m.replace(".", "/") + "/__main__.py"))
    ]
    assert missing == []


def test_the_points_formula_is_the_one_in_the_code():
    from app.scoring.points import FACTOR, OFFSET

    told = re.search(r"points = ([\d.]+) \+ ([\d.]+) · ln", (ROOT / "README.md").read_text(encoding="utf-8"))
    assert (float(told[1]), float(told[2])) == (round(OFFSET, 2), round(FACTOR, 3))


def test_help_lists_every_target():
    documented = set(
        re.findall(r"^([a-z-]+):.*##", (ROOT / "Makefile").read_text(encoding="utf-8"), flags=re.MULTILINE)
    )
    assert documented == targets()
