"""What is imported is declared by the group of its layer, with its reason: read from imports and pyproject.toml."""

from __future__ import annotations

import sys
import tomllib
from functools import cache
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.test_architecture import LOADED_WHEN_ASKED, imports, sources

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
# Where code lies -> the groups it may import from.
GROUPS = {
    "app": ("serving",),
    "pages": ("serving",),
    "training": ("training", "spark"),
    "tests": ("tests", "spark"),
    ".github": (),
}


@cache
def declared(group: str) -> dict[str, Requirement]:
    """Name -> what a group asks for, those it includes first."""
    found: dict[str, Requirement] = {}
    for line in PROJECT["dependency-groups"][group]:
        if isinstance(line, dict):
            found |= declared(line["include-group"])
        else:
            found[canonicalize_name(Requirement(line).name)] = Requirement(line)
    return found


@cache
def holders() -> dict[str, list[str]]:
    """Module -> the installed parts that hold it; PySpark may be absent, and is named as its module is."""
    return dict(packages_distributions())


def undeclared(paths: list[Path], names: set[str]) -> list[str]:
    """Modules from outside that no part of ``names`` holds, with the file that imports them."""
    ours = {"app", "training", "tests", "pages"} | set(sys.stdlib_module_names)
    return [
        f"{path.relative_to(ROOT)} imports {module}"
        for path in paths
        for module in imports(path)
        if (top := module.split(".")[0]) not in ours
        and not {canonicalize_name(name) for name in holders().get(top, [top])} & names
        and not _loaded_when_asked(path, top)
    ]


def _loaded_when_asked(path: Path, top: str) -> bool:
    where = path.relative_to(ROOT).as_posix()
    return any(where == file and library in top.split("_") for file, library in LOADED_WHEN_ASKED)


@pytest.mark.parametrize("layer", GROUPS)
def test_what_a_layer_imports_its_group_declares(layer: str) -> None:
    names = {name for group in GROUPS[layer] for name in declared(group)}
    assert undeclared(sources(layer), names) == []


def test_a_part_that_comes_by_accident_is_found() -> None:
    accident = undeclared(sources("app"), set(declared("serving")) - {"typing-extensions"})
    assert {fault.split(" imports ")[1] for fault in accident} == {"typing_extensions"}


def test_every_declared_part_says_why() -> None:
    lines = (ROOT / "pyproject.toml").read_text(encoding="utf-8").splitlines()
    parts = [line for line in lines if line.strip().startswith('"') and ("==" in line or "<" in line)]
    assert len(parts) == len({name for group in PROJECT["dependency-groups"] for name in declared(group)})
    assert [line for line in parts if "  # " not in line] == []
