"""What the engine spark says where its optional parts are missing; tests/system/test_spark.py runs it."""

import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

BUILD = ["training", "build-features", "--data", "nowhere", "--out", "nothing", "--engine", "spark"]
SCORE = ["training", "score", "--rows", "nowhere", "--out", "nothing", "--engine", "spark"]


def told(command, **environment):
    return subprocess.run(
        [sys.executable, "-m", *command],
        capture_output=True,
        text=True,
        check=False,
        cwd=Path(__file__).parents[3],
        env={**os.environ, **environment},
    )


@pytest.mark.parametrize("command", [BUILD, SCORE], ids=["build_features", "score"])
def test_without_pyspark_it_says_what_to_install(tmp_path, command):
    (tmp_path / "sitecustomize.py").write_text("import sys\nsys.modules['pyspark'] = None\n", encoding="utf-8")
    ended = told(command, PYTHONPATH=str(tmp_path))
    assert ended.returncode == 2
    assert "pip install -r training/requirements-spark.txt" in ended.stderr
    assert "Traceback" not in ended.stderr


@pytest.mark.skipif(not find_spec("pyspark"), reason="PySpark is optional")
def test_without_java_it_says_what_to_install(tmp_path):
    programs = tmp_path / "bin"
    programs.mkdir()
    for name in ("bash", "dirname", "readlink", "env", "sh", "ps", "cat", "uname"):
        found = next((Path(folder) / name for folder in ("/bin", "/usr/bin") if (Path(folder) / name).exists()), None)
        if found:
            (programs / name).symlink_to(found)
    ended = told(BUILD, PATH=str(programs), JAVA_HOME="")
    assert ended.returncode == 2
    assert "apt-get install default-jre-headless" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_contributions_are_for_the_embedded_engine():
    ended = told([*SCORE, "--contributions"])
    assert ended.returncode == 2
    assert "--contributions is for the engine duckdb" in ended.stderr
