"""What the sources give to Streamlit as text, and whether it is sure to be text."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[3]
SOURCES = (
    *sorted((ROOT / "app" / "ui").rglob("*.py")),
    *sorted((ROOT / "pages").glob("*.py")),
    ROOT / "app" / "desk.py",
)
MARKDOWN = frozenset(
    """title header subheader markdown caption write text_input text_area number_input selectbox multiselect
    select_slider slider radio pills segmented_control toggle checkbox button form_submit_button download_button
    link_button expander popover tabs metric spinner status toast info warning error success badge feedback
    date_input time_input chat_message file_uploader""".split()
)
"""What reads its first argument as Markdown."""
OF_OTHERS_TOO = frozenset({"title", "write", "error", "info", "warning", "status", "success"})
"""Strings, files and logs have methods of these names."""
SHOWN_AS_TEXT = frozenset({"selectbox", "multiselect"})
"""Whose options are text; those of others are Markdown."""
NOT_TEXT = {
    ("style.py", "apply_style"),
    ("frame.py", "declare_language"),
    ("screen.py", "_apply_letter_style"),
    ("asked_address.py", "remember_address"),
    ("asked_address.py", "go_to_asked_address"),
    ("bar.py", "listen"),
}
"""Style sheets and scripts: nobody else's words are in them."""


def functions_returning(kind: str) -> frozenset[str]:
    """Names of the functions annotated to return it."""
    nodes = (node for path in SOURCES for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))))
    found = (node for node in nodes if isinstance(node, ast.FunctionDef) and isinstance(node.returns, ast.Name))
    return frozenset(node.name for node in found if node.returns.id == kind)


IN_MARKDOWN, IN_HTML = functions_returning("Markdown"), functions_returning("Markup")


def doubtful(path: Path) -> Iterator[str]:
    """Calls of a file whose text may be somebody else's, unescaped."""
    for function, call in _calls(ast.parse(path.read_text(encoding="utf-8"))):
        if (path.name, function) not in NOT_TEXT and not all(_given_well(call)):
            yield f"{path.name}:{call.lineno} {ast.unparse(call)[:110]}"


def _calls(tree: ast.AST, function: str = "") -> Iterator[tuple[str, ast.Call]]:
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            yield function, node
        yield from _calls(node, node.name if isinstance(node, ast.FunctionDef) else function)


def _given_well(call: ast.Call) -> Iterator[bool]:
    name, named = call.func.attr, {each.arg: each.value for each in call.keywords}
    if name == "html":
        yield all(map(_is_html, (*call.args[:1], *(named[each] for each in ("body",) if each in named))))
    if name in MARKDOWN and not (name in OF_OTHERS_TOO and not _is_streamlit(call.func.value)):
        yield all(map(_is_text, call.args[:1]))
    if name in MARKDOWN | {"page_link"}:
        yield all(_is_text(named[each]) for each in ("label", "help", "body") if each in named)
        if "format_func" in named:
            yield _is_shown_well(named["format_func"], name in SHOWN_AS_TEXT)


def _is_streamlit(node: ast.expr) -> bool:
    return isinstance(node, ast.Name) and node.id == "st"


def _is_shown_well(shown: ast.expr, as_text: bool) -> bool:
    if not isinstance(shown, ast.Lambda):
        return ast.unparse(shown) == "words.number"
    return _is_text(shown.body) or (as_text and _called(shown.body) == "visible")


def _is_text(node: ast.expr) -> bool:
    """Ours alone, or escaped."""
    if isinstance(node, ast.Constant):
        return True
    if isinstance(node, ast.JoinedStr):
        return all(_is_text(each) for each in node.values)
    if isinstance(node, ast.FormattedValue):
        return _is_text(node.value)
    if isinstance(node, ast.ListComp):
        return _is_text(node.elt)
    if isinstance(node, ast.IfExp):
        return _is_text(node.body) and _is_text(node.orelse)
    return _called(node) in IN_MARKDOWN or _is_sentence(node)


def _is_sentence(node: ast.expr) -> bool:
    """A sentence of the catalogue into which nothing is filled but a count."""
    if not isinstance(node, ast.Call) or node.keywords or not isinstance(node.func, ast.Attribute):
        return False
    if node.func.attr == "plural":
        return all(isinstance(each, ast.Constant) for each in node.args[:2])
    return node.func.attr == "say" and _is_constant(node.args[0])


def _is_constant(node: ast.expr) -> bool:
    while isinstance(node, ast.Subscript):
        node = node.value
    return isinstance(node, ast.Constant) or (isinstance(node, ast.Name) and node.id.isupper())


def _is_html(node: ast.expr) -> bool:
    return _called(node) in IN_HTML


def _called(node: ast.expr) -> str:
    if not isinstance(node, ast.Call):
        return ""
    return node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
