"""What is declared is locked, with all that follows from it and nothing else, for every Python and system."""

from __future__ import annotations

from functools import cache
from importlib.metadata import PackageNotFoundError, distribution
from itertools import product

import pytest
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

from tests.test_declared_parts import PROJECT, ROOT, declared

COMPILED = {
    "serving": "requirements.txt",
    "training": "training/requirements.txt",
    "spark": "training/requirements-spark.txt",
    "tests": "tests/requirements.txt",
}
PYTHONS = ("3.11", "3.12", "3.13", "3.14")
SYSTEMS = (
    {"sys_platform": "linux", "platform_system": "Linux", "os_name": "posix", "platform_machine": "x86_64"},
    {"sys_platform": "win32", "platform_system": "Windows", "os_name": "nt", "platform_machine": "AMD64"},
    {"sys_platform": "darwin", "platform_system": "Darwin", "os_name": "posix", "platform_machine": "arm64"},
)
"""No Intel Mac: shap 0.51 has none to run on with this numpy."""
ENVIRONMENTS = [
    {
        **system,
        "python_version": python,
        "python_full_version": f"{python}.0",
        "platform_python_implementation": name,
        "implementation_name": name.lower(),
    }
    for python, system, name in product(PYTHONS, SYSTEMS, ("CPython", "PyPy"))
]


@cache
def locked(group: str) -> dict[str, Requirement]:
    """Name -> the line of the group's compiled file."""
    text = (ROOT / COMPILED[group]).read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if line and not line.startswith(("#", "-e "))]
    return {canonicalize_name(Requirement(line).name): Requirement(line) for line in lines}


def version(pin: Requirement) -> str:
    (only,) = pin.specifier
    assert only.operator == "==" and not only.version.endswith("*"), f"{pin} pins no version"
    return only.version


def wanted_somewhere(requirement: Requirement, extras: frozenset[str]) -> bool:
    """Whether any environment of the lock asks for it, of a part that was itself asked for with ``extras``."""
    marker = requirement.marker
    return marker is None or any(
        marker.evaluate({**environment, "extra": extra}) for environment in ENVIRONMENTS for extra in extras or ("",)
    )


@cache
def brought_along(name: str, extras: frozenset[str]) -> list[Requirement]:
    """What an installed part says it needs; nothing where it is not installed, as what only Windows needs."""
    try:
        needs = [Requirement(line) for line in distribution(name).requires or ()]
    except PackageNotFoundError:
        return []
    return [need for need in needs if wanted_somewhere(need, extras)]


@cache
def reached(group: str) -> list[Requirement]:
    """Every requirement that follows from the group's, its own first."""
    waiting, found = list(declared(group).values()), {}
    while waiting:
        each = waiting.pop()
        if str(each) not in found:
            found[str(each)] = each
            waiting += brought_along(each.name, frozenset(each.extras))
    return list(found.values())


@pytest.mark.parametrize("group", COMPILED)
def test_all_that_follows_from_the_declared_parts_is_locked_at_a_version_it_allows(group: str) -> None:
    pins = locked(group)
    for wanted in reached(group):
        pin = pins.get(canonicalize_name(wanted.name))
        assert pin, f"{wanted} is wanted and not locked: run make lock"
        assert wanted.specifier.contains(version(pin), prereleases=True), (
            f"{wanted} is wanted, {pin} locked: run make lock"
        )


@pytest.mark.parametrize("group", COMPILED)
def test_every_locked_part_follows_from_a_declared_one(group: str) -> None:
    assert set(locked(group)) - {canonicalize_name(each.name) for each in reached(group)} == set()


def test_every_file_locks_the_same_version_of_a_part() -> None:
    versions = {(name, version(pin)) for group in COMPILED for name, pin in locked(group).items()}
    assert len(versions) == len({name for name, _ in versions})


def test_what_is_installed_is_what_is_locked() -> None:
    # Else what follows was read from another version than the one locked.
    for name, pin in locked("tests").items():
        if pin.marker is None or pin.marker.evaluate():
            assert distribution(name).version == version(pin), f"{name}: run make setup"


@pytest.mark.parametrize("group", COMPILED)
@pytest.mark.parametrize("python", PYTHONS)
def test_every_python_gets_every_declared_part(python: str, group: str) -> None:
    assert SpecifierSet(PROJECT["project"]["requires-python"]).contains(f"{python}.0")
    environment = {"python_version": python, "python_full_version": f"{python}.0"}
    pins = [locked(group)[name] for name in declared(group)]
    assert [pin for pin in pins if pin.marker and not pin.marker.evaluate(environment)] == []


@pytest.mark.parametrize("group", COMPILED)
def test_no_address_is_locked(group: str) -> None:
    text = (ROOT / COMPILED[group]).read_text(encoding="utf-8")
    assert "://" not in text and "--" not in text and " @ " not in text


def test_the_hosts_file_installs_the_project_itself() -> None:
    # Streamlit's hosting reads requirements.txt alone and puts app/ on the path, not the root.
    assert "-e ." in (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines()
