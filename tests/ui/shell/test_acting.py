"""Nothing is written or handed out but by who was asked again at that moment: read from the source."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Set
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
INTERFACE = [*sorted((ROOT / "app" / "ui").rglob("*.py")), *sorted((ROOT / "pages").glob("*.py"))]
SINKS = {"insert", "write_text", "write_bytes", "create_engine"}
"""What puts something into a database or a file; a function of the store that comes to it, writes."""
HANDED_OUT = {"token", "download_button", "call", "show_export"}
"""A link that opens a file for days, a file to take away, a call under the desk's own key."""
UNASKED = {
    ("app/ui/shell/access_record.py", "write"): "the access log itself: what is seen is written down, whoever sees it",
    ("app/ui/officer/two_voices.py", "view"): "that the advice was seen, by whoever sees it, as the access log",
    ("app/ui/shell/lasting_drafts.py", "save_draft"): "what somebody is typing, for them alone: nothing is done by it",
    ("app/ui/customer/screen.py", "download_button"): "the customer's own letter, which their link opens",
}
GUARD = "acting_as"
BY_LINK = ("as_customer", frozenset({"ask_review"}))
"""Whoever holds a customer's link is asked for it again, and does this alone."""
OPENING = {"open", "connect", "open_store"}
"""Opening a store makes its empty tables."""
COMMANDS = {
    "__main__.py",
    "verbs.py",
    "verification.py",
    "backup.py",
    "restore.py",
    "retention.py",
    "subject.py",
    "replay.py",
}
"""Of who runs the machine: the interface imports none of them."""
ALSO_OTHERS = {"report": "incidents", "lift": "suspensions"}
"""Writing methods whose names others have too -> what is asked for them: an error is reported, a model has a lift."""
CASES = ROOT / "app" / "store" / "cases" / "cases.py"


def called(node: ast.AST) -> Iterator[str]:
    """Names of what is called in a piece of source, wherever it comes from."""
    for each in ast.walk(node):
        if isinstance(each, ast.Call) and isinstance(each.func, ast.Name | ast.Attribute):
            yield each.func.id if isinstance(each.func, ast.Name) else each.func.attr


@cache
def writers() -> frozenset[str]:
    """Public functions and methods of the store that write, directly or by another one."""
    sources = (path for path in (ROOT / "app" / "store").glob("*.py") if path.name not in COMMANDS)
    modules = (ast.parse(path.read_text(encoding="utf-8")) for path in sources)
    functions = [node for module in modules for node in ast.walk(module) if isinstance(node, ast.FunctionDef)]
    found: set[str] = set()
    while more := {each.name for each in functions if (SINKS | found) & set(called(each))} - found - OPENING:
        found |= more
    return frozenset(name for name in found if not name.startswith("_")) - set(ALSO_OTHERS)


@cache
def steps() -> frozenset[str]:
    """Methods of a file's life that record an event; some have names that others have too, as ``decide``."""
    functions = [node for node in ast.walk(ast.parse(CASES.read_text("utf-8"))) if isinstance(node, ast.FunctionDef)]
    return frozenset(each.name for each in functions if {"_record", "_decided"} & set(called(each))) - {"_decided"}


def is_step(node: ast.Attribute) -> bool:
    """Whether it writes, by what it is a method of."""
    owner = "cases" if node.attr in steps() else ALSO_OTHERS.get(node.attr)
    return isinstance(node.value, ast.Call) and owner in called(node.value)


def mentions(module: ast.Module, names: Set[str]) -> list[tuple[str, bool]]:
    """Where one of the names is called, or taken as a method to call later; and whether that stands in the guard."""
    found: list[tuple[str, bool]] = []

    def walk(node: ast.AST, asked: bool, by_link: bool = False) -> None:
        if isinstance(node, ast.FunctionDef | ast.Lambda):
            asked = by_link = False  # it runs later
        if isinstance(node, ast.Attribute) and (node.attr in names or is_step(node)):
            found.append((node.attr, asked or (by_link and node.attr in BY_LINK[1])))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in names:
            found.append((node.func.id, asked))
        for child in ast.iter_child_nodes(node):
            opened = {n for item in node.items for n in called(item)} if isinstance(node, ast.With) else set()
            opened = set() if isinstance(child, ast.withitem) else opened
            walk(child, asked or GUARD in opened, by_link or BY_LINK[0] in opened)

    walk(module, False)
    return found


def acts() -> set[tuple[str, str]]:
    """File and name of everything in the interface that writes or hands out, but for what nobody is asked for."""
    found = {
        (path.relative_to(ROOT).as_posix(), name)
        for path in INTERFACE
        for name, _ in mentions(ast.parse(path.read_text(encoding="utf-8")), writers() | HANDED_OUT)
    }
    return found - set(UNASKED)


def unasked(source: str, file: str = "") -> list[str]:
    """Names of what writes or hands out there without asking."""
    named = mentions(ast.parse(source), writers() | HANDED_OUT - {"show_export"})  # which asks by itself
    return [name for name, asked in named if not asked and (file, name) not in UNASKED]


def test_the_stores_writing_methods_are_found() -> None:
    assert writers() >= {"record", "propose", "activate", "write", "suspend"}
    assert steps() >= {"claim", "release", "refer", "decide", "countersign", "issue_letter", "ask_review", "review"}
    assert not writers() & {"entries", "history", "in_force", "read_report", "portfolio"}


@pytest.mark.parametrize("path", INTERFACE, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_whatever_writes_or_hands_out_asks_again_who_acts(path: Path) -> None:
    assert unasked(path.read_text(encoding="utf-8"), path.relative_to(ROOT).as_posix()) == []


@pytest.mark.parametrize(
    "source",
    [
        "journal().record(verdict, decision)",
        "cases().decide(actor, judgement, dossier, seen, attempt)",
        "st.button('Take', on_click=cases().claim)",
        "incidents().report(told, actor)",
        "suspensions().lift(1, actor, reason)",
        "kept = journal().record\nkept(verdict, decision)",
        "st.button('Go', on_click=policies().activate)",
        "with acting_as(opened, 'manager'):\n    later = lambda: policies().activate(1)",
        "with acting_as(opened, 'manager'):\n    pass\npolicies().propose(draft)",
        "with told(words):\n    st.download_button('Take', data)",
        "with told(words):\n    call(url, key, operation)",
        "with as_customer() as case:\n    cases().issue_letter(case.client, actor, letter)",
        "with as_customer() as case:\n    later = lambda: cases().ask_review(1, told, reach)",
    ],
)
def test_the_rule_finds_a_planted_act(source: str) -> None:
    assert unasked(source)


def test_the_rule_lets_an_act_in_the_guard_pass() -> None:
    assert unasked("with told(words), acting_as(opened, 'manager') as person:\n    policies().activate(1)") == []
    assert unasked("with as_customer() as case:\n    cases().ask_review(case.client, told, reach)") == []


@pytest.mark.parametrize("path", INTERFACE, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_no_callback_acts(path: Path) -> None:
    # Streamlit runs it before the page and its guard: what it was refused would be told nowhere.
    module = ast.parse(path.read_text(encoding="utf-8"))
    functions = {node.name: node for node in ast.walk(module) if isinstance(node, ast.FunctionDef)}
    named = {
        keyword.value.id
        for node in ast.walk(module)
        if isinstance(node, ast.Call)
        for keyword in node.keywords
        if keyword.arg in ("on_click", "on_change") and isinstance(keyword.value, ast.Name)
    }
    acting = writers() | HANDED_OUT | {GUARD}
    assert [name for name in named if name in functions and acting & set(called(functions[name]))] == []
