"""What Streamlit's file of secrets says is known, and held to its rules, before the desk serves anything."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from app.settings import ROOT

SIGN_IN = """
[auth]
redirect_uri = "http://127.0.0.1/oauth2callback"
cookie_secret = "{}"
client_id = "desk"
client_secret = "hush"
server_metadata_url = "http://127.0.0.1:9/.well-known/openid-configuration"
"""


def started(secrets: Path) -> subprocess.CompletedProcess[str]:
    """The desk as it is started with a file of secrets; it has to stop by itself."""
    command = [sys.executable, "-m", "streamlit", "run", "app/main.py", "--server.port", "0"]
    environment = {**os.environ, "STREAMLIT_SECRETS_FILES": str(secrets), "PYTHONPATH": str(ROOT)}
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120, check=False)


@pytest.mark.parametrize(
    ("written", "told"),
    [
        (SIGN_IN.format("changeme"), "cookie_secret of [auth] is short or plain enough to be guessed."),
        ('LINK_SECRET = "a"', "LINK_SECRET is short or plain enough to be guessed."),
        ("LINK_DAYS = 0", "LINK_DAYS is “0”."),
    ],
)
def test_a_secret_of_the_file_that_breaks_its_rule_stops_the_start(tmp_path: Path, written: str, told: str) -> None:
    (tmp_path / "secrets.toml").write_text(written, encoding="utf-8")
    ran = started(tmp_path / "secrets.toml")
    assert ran.returncode == 2, ran.stderr
    assert told in ran.stderr and "Traceback" not in ran.stderr and "changeme" not in ran.stderr
