"""`make lint` and the hooks before a commit run the same commands, of the locked tools, and fetch nothing."""

import re
import shlex
import subprocess
import sys
from pathlib import Path

import yaml

ROOT = Path(__file__).parents[1]
CONFIG = ROOT / ".pre-commit-config.yaml"


def hooks():
    return [hook for repo in yaml.safe_load(CONFIG.read_text(encoding="utf-8"))["repos"] for hook in repo["hooks"]]


def hooked():
    """What the hooks run; one with a pattern of files asks a shell to read it."""
    return [hook["entry"].removeprefix("sh -c ").strip('"') for hook in hooks()]


def linted():
    """What `make lint` runs."""
    recipe = re.search(r"^lint:.*\n((?:\t.*\n)+)", (ROOT / "Makefile").read_text(encoding="utf-8"), flags=re.MULTILINE)
    return [line.strip().replace("$(BIN)", ".venv/bin") for line in recipe[1].splitlines()]


def test_both_run_the_same():
    assert hooked() == linted()


def test_every_hook_is_a_locked_tool_of_this_checkout_and_sees_every_file():
    repos = yaml.safe_load(CONFIG.read_text(encoding="utf-8"))["repos"]
    assert {repo["repo"] for repo in repos} == {"local"}
    assert {(hook["language"], hook["pass_filenames"]) for hook in hooks()} == {("system", False)}
    locked = {line.split("==")[0] for line in (ROOT / "tests/requirements.txt").read_text(encoding="utf-8").split()}
    tools = {shlex.split(command)[0].removeprefix(".venv/bin/") for command in hooked()}
    assert tools - locked == set()


def test_a_pattern_of_files_is_given_to_a_shell():
    assert [hook["id"] for hook in hooks() if "*" in hook["entry"] and not hook["entry"].startswith("sh -c ")] == []


def test_pre_commit_reads_it():
    command = [sys.executable, "-m", "pre_commit", "validate-config", str(CONFIG)]
    read = subprocess.run(command, capture_output=True, text=True, check=False)
    assert read.returncode == 0, read.stdout + read.stderr
