"""The recipes of CONTRIBUTING.md: read from the page, and carried out in a scratch copy of the checkout."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "CONTRIBUTING.md"
NOT_COPIED = shutil.ignore_patterns(
    ".git", ".venv", ".*_cache", ".cache", ".hypothesis", "*.egg-info", "data", "model_store"
)


@dataclass(frozen=True, slots=True)
class Recipe:
    """One of them.

    Attributes:
        opened: files it says to read.
        touched: files it says to change or to make.
        steps: its blocks in their order, "diff" or "sh" and the text.
    """

    opened: tuple[str, ...]
    touched: tuple[str, ...]
    steps: tuple[tuple[str, str], ...]

    @classmethod
    def of(cls, text: str) -> Recipe:
        """Read from the page's text under its heading; the numbers it gives are those of the files it names."""
        files = {verb: _files(verb, text) for verb in ("Open", "Touch")}
        steps = re.findall(r"^```(diff|sh)\n(.*?)^```$", text, flags=re.MULTILINE | re.DOTALL)
        return cls(files["Open"], files["Touch"], tuple(steps))


def _files(verb: str, text: str) -> tuple[str, ...]:
    number, named = re.search(rf"^{verb} (\d+): (.+?)\.$", text, flags=re.MULTILINE | re.DOTALL).groups()
    files = tuple(re.findall(r"`([^`]+)`", named))
    assert len(files) == int(number), f"{verb} {number}: {len(files)} files are named"
    return files


def recipes() -> dict[str, Recipe]:
    """Title -> recipe."""
    _, *sections = re.split(
        r"^## (.+)$", PAGE.read_text(encoding="utf-8").partition("\n# Five recipes\n")[2], flags=re.M
    )
    return {title: Recipe.of(text) for title, text in zip(sections[::2], sections[1::2], strict=True)}


def scratch_checkout(tree: Path) -> Path:
    """A copy of the checkout over the committed demonstration, with this environment as its ``.venv``."""
    shutil.copytree(ROOT, tree, ignore=NOT_COPIED, dirs_exist_ok=True)
    shutil.copytree(ROOT / "data" / "demo", tree / "data" / "demo", ignore=shutil.ignore_patterns("drift"))
    (tree / "model_store").symlink_to(ROOT / "model_store")
    (tree / ".venv").symlink_to(sys.prefix)
    return tree


def carry_out(recipe: Recipe, tree: Path) -> None:
    """Its blocks, one after the other; a block that does not apply any more is a failed assertion."""
    for kind, text in recipe.steps:
        command = ["git", "apply", "-"] if kind == "diff" else ["sh", "-e"]
        done = run(tree, *command, given=text)
        assert done.returncode == 0, f"{PAGE.name}: {done.stderr or done.stdout}\n{text}"


def run(tree: Path, *command: object, given: str | None = None) -> subprocess.CompletedProcess[str]:
    """A command in the scratch checkout, which its Python imports, with a store of its own."""
    own = {"PYTHONPATH": str(tree), "STORE_URL": f"sqlite:///{tree / 'desk.sqlite'}"}
    arguments = [str(each) for each in command]
    return subprocess.run(
        arguments, input=given, capture_output=True, text=True, cwd=tree, env={**os.environ, **own}, check=False
    )


def python(tree: Path, *arguments: object) -> subprocess.CompletedProcess[str]:
    """This Python in the scratch checkout."""
    return run(tree, sys.executable, *arguments)


def changed(tree: Path) -> set[str]:
    """Files of the scratch checkout that differ from the ones here, or are not here."""
    files = [path for path in tree.rglob("*") if path.is_file() and not _is_apart(path.relative_to(tree))]
    names = [path.relative_to(tree) for path in files]
    return {
        name.as_posix()
        for name in names
        if not (ROOT / name).is_file() or (ROOT / name).read_bytes() != (tree / name).read_bytes()
    }


def _is_apart(name: Path) -> bool:
    apart = {".venv", "model_store", "data", ".cache", "__pycache__", ".hypothesis"}
    return bool(apart & set(name.parts)) or name.suffix == ".sqlite"
