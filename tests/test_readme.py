"""What the front door and the pages behind it say is true where it can be checked."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
FRONT = ROOT / "README.md"
PAGES = [
    FRONT,
    ROOT / "CONTRIBUTING.md",
    ROOT / "CHANGELOG.md",
    *sorted((ROOT / "docs").glob("*.md")),
    ROOT / "training" / "README.md",
    ROOT / "data" / "README.md",
    ROOT / "tests" / "bench" / "README.md",
]
MOST_WORDS = 700  # two minutes, at the pace of who reads tables and commands


def read(page):
    return page.read_text(encoding="utf-8")


def prose(page):
    """A page without its blocks of code, in which a bracket is no link and a # no heading."""
    return re.sub(r"^```.*?^```", "", read(page), flags=re.MULTILINE | re.DOTALL)


def targets():
    return set(re.findall(r"^([a-z-]+):", read(ROOT / "Makefile"), flags=re.MULTILINE))


def links(page):
    """Where a page leads within the project: file and heading, either of them empty where it is not said."""
    return re.findall(r"\]\((?!\w+:)([^)#\s]*)#?([^)\s]*)\)", prose(page))


def headings(page):
    """What a link may name after #, as it is made of each heading."""
    titles = re.findall(r"^#+ (.+)$", prose(page), flags=re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


def broken(page):
    """Links of a page to a file or a heading that is not there."""
    for name, heading in links(page):
        linked = (page.parent / name).resolve() if name else page
        if not linked.exists() or (heading and heading not in headings(linked)):
            yield f"{name}#{heading}"


def reached(page, found=None):
    """Every Markdown page one comes to from ``page``, by links alone."""
    found = found if found is not None else set()
    if page not in found and page.suffix == ".md":
        found.add(page)
        for name, _ in links(page):
            if name:
                reached((page.parent / name).resolve(), found)
    return found


def named(page):
    return page.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_every_make_target_it_names_exists(page):
    asked = set(re.findall(r"(?:`|^)make ([a-z-]+)", read(page), flags=re.MULTILINE))
    assert asked <= targets()


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_every_link_leads_somewhere(page):
    assert list(broken(page)) == []


def test_a_link_that_leads_nowhere_is_found(tmp_path):
    page = tmp_path / "page.md"
    page.write_text("# One Title\n[a](page.md#one-title) [b](#no-title) [c](nowhere.md) [d](https://e.example)\n")
    assert list(broken(page)) == ["#no-title", "nowhere.md#"]


def test_every_page_is_reached_from_the_front_door():
    assert set(PAGES) - reached(FRONT) == set()


def test_the_front_door_is_read_in_two_minutes():
    assert len(re.findall(r"\w[\w'’.,-]*", re.sub(r"\]\([^)]*\)", "]", read(FRONT)))) <= MOST_WORDS


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_every_module_it_runs_exists(page):
    modules = re.findall(r"python -m ((?:training|app|tests)[\w.]*)", read(page))
    missing = [
        m
        for m in modules
        if not list(ROOT.glob(m.replace(".", "/") + ".py")) + list(ROOT.glob(m.replace(".", "/") + "/__main__.py"))
    ]
    assert missing == []


def test_the_points_formula_is_the_one_in_the_code():
    from app.scoring.points import FACTOR, OFFSET

    told = re.search(r"points = ([\d.]+) \+ ([\d.]+) · ln", read(ROOT / "docs" / "design.md"))
    assert (float(told[1]), float(told[2])) == (round(OFFSET, 2), round(FACTOR, 3))


def test_the_ten_figures_are_those_of_the_pages_that_say_how_they_were_measured():
    table = read(FRONT).partition("## Ten figures")[2].partition("\n## ")[0]
    figures = re.findall(r"^\| [^|]+ \| (\d[^|]*?) \| [^|]+ \|$", table, flags=re.MULTILINE)
    measured = read(ROOT / "docs" / "figures.md") + read(ROOT / "tests" / "bench" / "README.md")
    assert len(figures) == 10
    assert [each for each in figures if each.removesuffix(" ms") not in measured] == []


def test_help_lists_every_target():
    documented = set(re.findall(r"^([a-z-]+):.*##", read(ROOT / "Makefile"), flags=re.MULTILINE))
    assert documented == targets()
