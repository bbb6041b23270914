"""What was done to the running system, done again: each test is an attack, and one that passes was held.

``make test-attacks`` runs them alone and writes docs/attacks.md; ``make test-system`` runs them among the others.
"""

from __future__ import annotations

import os
from collections import Counter, defaultdict
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.system.servers import HELD_MEMORY

HERE = Path(__file__).parent
ROOT = HERE.parents[2]
_held: dict[str, Counter[str]] = defaultdict(Counter)


@pytest.hookimpl(trylast=True)
def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Count what was tried and what was held, a row a module."""
    if report.when == "call" and "/attacks/" in report.nodeid:
        _held[report.nodeid.partition("::")[0]][report.outcome] += 1


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say it, and write the page where one is asked for."""
    tried, held = sum(counts.total() for counts in _held.values()), sum(counts["passed"] for counts in _held.values())
    if not tried:
        return
    terminalreporter.write_line(f"attacks tried: {tried}, held: {held}")
    page = os.environ.get("ATTACKS_PAGE")
    if page:
        (ROOT / page).write_text(_page(tried, held), encoding="utf-8")


def _page(tried: int, held: int) -> str:
    rows = [f"| {_what(module)} | {counts.total()} | {counts['passed']} |" for module, counts in sorted(_held.items())]
    memory = [f"| {name} | {before:.0f} | {after:.0f} |" for name, before, after in HELD_MEMORY]
    return "\n".join(
        [
            "# What was done to break it",
            "",
            f"Written by `make test-attacks`, {datetime.now(UTC):%Y-%m-%d}: {tried} attacks tried, {held} held.",
            "Each is a test of [tests/system/attacks](../tests/system/attacks); all speak to this machine only,",
            "and end by themselves.",
            "",
            "| attack | tried | held |",
            "|---|---:|---:|",
            *rows,
            "",
            "Memory of each server the attacks ran on, in MB: when it answered first, and before it was stopped.",
            "",
            "| server | at first | at last |",
            "|---|---:|---:|",
            *memory,
            "",
        ]
    )


def _what(module: str) -> str:
    """The first sentence of the module that carries it out."""
    told = (ROOT / module).read_text(encoding="utf-8").split('"""')[1]
    return " ".join(told.split("\n\n")[0].split())
