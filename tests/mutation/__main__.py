"""``python -m tests.mutation``: change one place of a module, run the tests of its name, write docs/mutation.md.

A sample of each module's changes, drawn by a seed, in a copy of the checkout: the original is never touched. What
survives is listed with its line, to be answered by a test or a reason, under a heading that the command leaves alone.
"""

from __future__ import annotations

import argparse
import random
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from cosmic_ray.work_db import WorkDB, use_db
from cosmic_ray.work_item import TestOutcome, WorkerOutcome, WorkResult

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "mutation.md"
TESTED_BY: Mapping[str, str] = {
    "app/scoring/policy.py": "tests/scoring/test_policy.py",
    "app/scoring/points.py": "tests/scoring/test_points.py tests/scoring/test_champion.py",
    "app/scoring/case/transitions.py": "tests/scoring/case",
    "app/scoring/case/authority.py": "tests/scoring/case/test_authority.py",
    "app/store/proposals.py": "tests/store/test_policies.py",
    "app/store/journal.py": "tests/store/test_journal.py",
    "app/store/access.py": "tests/store/test_access.py",
    "app/ui/shell/claims.py": "tests/ui/shell/test_claims.py",
    "app/ui/shell/roles.py": "tests/ui/shell/test_roles.py",
}
"""Scoring, policy, journal, access: what decides, and the tests that must notice."""
SECONDS = 120.0
CONFIG = """
[cosmic-ray]
module-path = "{module}"
timeout = {seconds}
excluded-modules = []
test-command = "{python} -m pytest -q -x -p no:cacheprovider {tests}"
[cosmic-ray.distributor]
name = "local"
"""
LEFT_OUT = ("_BitOr_", "AddNot_Annotation", "ExceptionReplacer")
"""Kinds of change that are none here: ``|`` stands between types, and an annotation is never run."""


@dataclass(frozen=True)
class Module:
    """What was changed of a module, and who noticed."""

    name: str
    tried: int
    survived: tuple[str, ...]


def examine(copy: Path, module: str, most: int, seed: int) -> Module:
    """Change at most so many places of a module, one at a time."""
    config, session = copy / "mutation.toml", copy / "mutation.sqlite"
    session.unlink(missing_ok=True)
    told = {"python": sys.executable, "module": module, "tests": TESTED_BY[module], "seconds": SECONDS}
    config.write_text(CONFIG.format(**told), encoding="utf-8")
    _run(copy, "init", config.name, session.name)
    with use_db(session, WorkDB.Mode.open) as work:
        _leave_out(work, most, seed)
    _run(copy, "exec", config.name, session.name)
    with use_db(session, WorkDB.Mode.open) as work:
        done = [(item, result) for item, result in work.completed_work_items
                if result.worker_outcome == WorkerOutcome.NORMAL]  # fmt: skip
    survived = sorted(_place(item) for item, result in done if result.test_outcome == TestOutcome.SURVIVED)
    return Module(module, len(done), tuple(survived))


def _leave_out(work: WorkDB, most: int, seed: int) -> None:
    items = sorted(work.work_items, key=lambda item: (_place(item), item.mutations[0].occurrence))
    kept = [item for item in items if not any(kind in item.mutations[0].operator_name for kind in LEFT_OUT)]
    sample = {item.job_id for item in random.Random(seed).sample(kept, min(most, len(kept)))}
    others = [item.job_id for item in items if item.job_id not in sample]
    work.set_multiple_results(others, WorkResult(WorkerOutcome.SKIPPED))


def _place(item: object) -> str:
    change = item.mutations[0]  # type: ignore[attr-defined]
    kind = change.operator_name.removeprefix("core/")
    return f"{change.module_path.as_posix()}:{change.start_pos[0]} {kind} in {change.definition_name or 'the module'}"


def _run(copy: Path, *arguments: str) -> None:
    command = [str(Path(sys.executable).with_name("cosmic-ray")), *arguments]
    subprocess.run(command, cwd=copy, check=True, stdout=subprocess.DEVNULL)


def copied(folder: Path) -> Path:
    """What git tracks of this checkout, in a folder of its own."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True, text=True).stdout
    for name in filter(None, listed.split("\0")):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(ROOT / name, folder / name)
    return folder


def page(modules: Sequence[Module], most: int, seed: int, answers: str) -> str:
    """The page: a row a module, the survivors, and what was said of them by hand."""
    rows = [f"| `{each.name}` | {each.tried} | {each.tried - len(each.survived)} |" for each in modules]
    tried, survived = sum(each.tried for each in modules), sum(len(each.survived) for each in modules)
    lines = [
        "# Do the tests notice?",
        "",
        f"Written by `make mutate` (`python -m tests.mutation --most {most} --seed {seed}`),",
        f"{datetime.now(UTC):%Y-%m-%d}:",
        f"of {tried} changes, one at a time, tests noticed {tried - survived}.",
        "",
        "| module | changes tried | noticed |",
        "|---|---:|---:|",
        *rows,
        "",
        "## Not noticed",
        *(f"- `{place}`" for each in modules for place in each.survived),
        *([] if survived else ["None."]),
    ]
    return "\n".join([*lines, "", ANSWERS, *([answers] if answers else [])]).rstrip("\n") + "\n"


ANSWERS = "## What they are"


def _answers() -> str:
    """What stands under that heading on the page there is: written by people, and kept."""
    return PAGE.read_text(encoding="utf-8").partition(ANSWERS)[2].strip("\n") if PAGE.is_file() else ""


def main(arguments: Iterable[str] | None = None) -> None:
    """The command."""
    parser = argparse.ArgumentParser(prog="python -m tests.mutation", description=__doc__)
    parser.add_argument("--most", type=int, default=12, help="changes of a module, at most")
    parser.add_argument("--seed", type=int, default=0, help="which of them")
    parser.add_argument("modules", nargs="*", default=list(TESTED_BY), metavar="module", help="only these")
    chosen = parser.parse_args(None if arguments is None else list(arguments))
    with tempfile.TemporaryDirectory() as folder:
        copy = copied(Path(folder))
        modules = [examine(copy, module, chosen.most, chosen.seed) for module in chosen.modules]
    PAGE.write_text(page(modules, chosen.most, chosen.seed, _answers()), encoding="utf-8")
    print(PAGE.read_text(encoding="utf-8"))


if __name__ == "__main__":
    main()
