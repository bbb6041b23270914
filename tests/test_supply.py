"""What an installation is made of: held to sums, listed, and its known faults told as far as anybody knows them."""

from __future__ import annotations

import importlib.util
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.test_locked_parts import COMPILED, ROOT, locked, version

HASHED = {"serving": "requirements-hashed.txt", "training": "training/requirements-hashed.txt"}
SKIPPED = {"name": "duckdb", "skip_reason": "Dependency not found on PyPI and could not be audited: duckdb (2.0.0)"}
SOUND = {"name": "numpy", "version": "2.4.6", "vulns": []}
FAULTY = {"name": "pillow", "version": "9.0", "vulns": [{"id": "PYSEC-1", "fix_versions": ["9.1"], "aliases": []}]}


def audit_script():
    spec = importlib.util.spec_from_file_location("audit", ROOT / ".github" / "audit.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules["audit"] = module
    spec.loader.exec_module(module)
    return module


AUDIT = audit_script()


@pytest.mark.parametrize("group", HASHED)
def test_what_an_image_installs_is_what_is_locked_and_held_to_its_sum(group):
    parts = (ROOT / HASHED[group]).read_text(encoding="utf-8").split("\n")
    plain = [line.removesuffix(" \\") for line in parts if line and not line.startswith((" ", "#"))]
    locked_lines = (ROOT / COMPILED[group]).read_text(encoding="utf-8").splitlines()
    assert plain == [line for line in locked_lines if not line.startswith(("#", "-e "))]
    text = (ROOT / HASHED[group]).read_text(encoding="utf-8")
    assert "://" not in text
    without = [part for part in re.split(r"\n(?=\S)", text)[2:] if not re.search(r"--hash=sha256:[0-9a-f]{64}", part)]
    assert without == []


def test_the_bill_of_materials_lists_every_part_with_version_and_sum(tmp_path):
    recipe = re.search(r"^bom: .*\n\t\$\(BIN\)/((?:.+\\\n)*.+)", (ROOT / "Makefile").read_text(encoding="utf-8"), re.M)
    command = recipe[1].replace("\\\n", " ").replace("bom.cdx.json", str(tmp_path / "bom.cdx.json")).split()
    program = Path(sys.executable).with_name(command[0])
    made = subprocess.run([program, *command[1:]], cwd=ROOT, capture_output=True, text=True, check=False)
    assert made.returncode == 0, made.stderr[-2_000:]
    bill = json.loads((tmp_path / "bom.cdx.json").read_text(encoding="utf-8"))
    assert (bill["bomFormat"], bill["metadata"]["component"]["name"]) == ("CycloneDX", "credit-decision-desk")
    listed = {part["name"]: part for part in bill["components"]}
    assert {name: part["version"] for name, part in listed.items()} == {
        name: version(pin) for name, pin in locked("training").items()
    }
    assert [name for name, part in listed.items() if not part["externalReferences"][0].get("hashes")] == []


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        ("", AUDIT.UNREACHED),
        ('{"dependencies": [', AUDIT.UNREACHED),
        (json.dumps({"dependencies": [SKIPPED, SKIPPED], "fixes": []}), AUDIT.UNREACHED),
        (json.dumps({"dependencies": [SOUND]}), "1 parts looked at, 0 known faults."),
        (
            json.dumps({"dependencies": [SOUND, SKIPPED]}),
            "1 parts looked at, 0 known faults. Nothing is known of duckdb.",
        ),
        (
            json.dumps({"dependencies": [FAULTY]}),
            "pillow 9.0 has the known fault PYSEC-1, mended in 9.1. 1 parts looked at, 1 known faults.",
        ),
    ],
)
def test_an_audit_that_nobody_answered_is_not_a_clean_one(answer, told):
    assert AUDIT._told(AUDIT.read(answer)) == told


def test_without_a_network_it_is_a_sentence(tmp_path):
    pinned = tmp_path / "requirements.txt"
    pinned.write_text("numpy==2.4.6\n", encoding="utf-8")
    away = {"https_proxy": "http://127.0.0.1:9", "HTTPS_PROXY": "http://127.0.0.1:9", "PATH": "/usr/bin:/bin"}
    command = [sys.executable, str(ROOT / ".github" / "audit.py"), str(pinned)]
    asked = subprocess.run(command, capture_output=True, text=True, check=False, env=away)
    assert (asked.returncode, asked.stderr) == (0, "")
    assert asked.stdout == f"{pinned}: {AUDIT.UNREACHED}\n"
