"""Whatever the OpenAPI description allows or forbids, sent to the real server: schemathesis, all its checks."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from app.api.keys import hash_of_key
from tests.system.servers import RunApi

pytestmark = pytest.mark.system

KEY = "k" * 43
CASES = 1_000
# The coverage phase makes thousands of applications that are all accepted: /score is taken through it at night.
SCORE_PHASES = "examples,coverage,fuzzing" if os.environ.get("NIGHTLY") else "examples,fuzzing"
RUNS = (
    ["--exclude-path", "/score", "--phases", "examples,coverage,fuzzing", "--max-examples", "250"],
    ["--include-path", "/score", "--phases", SCORE_PHASES, "--max-examples", "80"],
)


@pytest.mark.timeout(7_200 if os.environ.get("NIGHTLY") else 1_200)
def test_a_thousand_generated_calls_meet_only_what_is_documented(run_api: RunApi, tmp_path: Path) -> None:
    api = run_api(API_KEYS=f"generator:data_scientist:{hash_of_key(KEY)}")
    generated = 0
    for chosen in RUNS:
        command = [
            Path(sys.executable).with_name("schemathesis"), "run", f"{api.url}/openapi.json", *chosen,
            "--header", f"X-API-Key: {KEY}", "--checks", "all", "--mode", "all", "--seed", "1", "--no-color",
            "--generation-database", "none", "--suppress-health-check", "all", "--continue-on-failure",
        ]  # fmt: skip
        ran = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, check=False)
        assert ran.returncode == 0, ran.stdout[-6_000:]
        found = re.search(r"([\d,]+) generated, ([\d,]+) passed", ran.stdout)
        assert found, ran.stdout[-2_000:]
        generated += int(found[1].replace(",", ""))
    assert generated >= CASES
    log = api.log.read_text(encoding="utf-8")
    assert '"status": 5' not in log and '"message": "fault"' not in log
