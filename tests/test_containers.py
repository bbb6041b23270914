"""The image and compose.yaml, as far as they can be held to this checkout without an engine to run them."""

import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml
from packaging.specifiers import SpecifierSet

from app.settings import ROOT
from tests.recipes import python, run

DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8").replace("\\\n", " ")
COMPOSE = yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))
SERVICES = COMPOSE["services"]
SERVING = ("migrate", "desk", "api")
SECRET = re.compile(r"KEY|SECRET|PASSWORD|TOKEN")
DESK = """
from pathlib import Path
from streamlit.testing.v1 import AppTest
desk = AppTest.from_file("app/desk.py", default_timeout=120)
desk.query_params.update({"lang": "en", "client": "100002"})
assert not desk.run().exception, desk.exception
print(desk.title[0].value)
import app.api.app
assert Path(app.api.app.__file__).is_relative_to(Path.cwd())
"""


def stages():
    """Name of each stage -> its base and its instructions; the last one, which has no name, as ""."""
    parts = re.split(r"^FROM (\S+)(?: AS (\S+))?$", DOCKERFILE, flags=re.MULTILINE)[1:]
    return {name or "": (base, text) for base, name, text in zip(parts[::3], parts[1::3], parts[2::3], strict=True)}


def copied(text):
    """What a stage takes from this checkout, and where to."""
    return [line.split() for line in re.findall(r"^COPY (.+)$", text, flags=re.MULTILINE)]


def let_in():
    """What .dockerignore lets into an image: everything else stays out."""
    first, *names = [
        line for line in (ROOT / ".dockerignore").read_text(encoding="utf-8").split("\n") if line[:1] != "#"
    ]
    assert first == "*"
    return {name.removeprefix("!") for name in names if name.startswith("!")}


def test_what_the_image_copies_is_here_and_let_in():
    sources = {source for _, text in stages().values() for source, _ in copied(text)}
    assert {"requirements-hashed.txt", "training/requirements-hashed.txt", "packages.txt"} <= sources
    assert [source for source in sources if not (ROOT / source).exists()] == []
    assert {source for source in sources if not {source, source.split("/")[0]} & let_in()} == set()


def test_nothing_secret_and_no_client_is_let_in():
    tracked = {"app", "pages", "training", "data/demo", ".streamlit/config.toml", "packages.txt"}
    tracked.add("requirements-hashed.txt")
    assert let_in() == tracked
    ignored = (ROOT / ".gitignore").read_text(encoding="utf-8").splitlines()
    assert {".env", ".streamlit/secrets.toml", "data/*"} <= set(ignored)


def test_every_part_of_an_image_is_a_locked_one_by_its_sum():
    installs = [each.split() for each in re.findall(r"pip install ([^&\n]+)", DOCKERFILE)]
    files = ("requirements-hashed.txt", "training/requirements-hashed.txt")
    quiet = ["--no-cache-dir", "--disable-pip-version-check"]
    assert installs == [
        [*quiet, "--require-hashes", "--no-deps", "--requirement", f"/tmp/{Path(file).name}"]  # noqa: S108  the image's
        for file in files
    ]


def test_no_image_is_whatever_is_newest_and_its_python_is_one_of_ours():
    images = [base for base, _ in stages().values() if base not in stages()] + [SERVICES["store"]["image"]]
    assert [image for image in images if not re.search(r":\d", image)] == []
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert SpecifierSet(project["requires-python"]).contains(re.search(r"^FROM python:([\d.]+)", DOCKERFILE, re.M)[1])


@pytest.mark.parametrize("name", stages())
def test_no_stage_runs_as_root(name):
    base, text = stages()[name]
    users = re.findall(r"^USER (\S+)$", text, flags=re.MULTILINE)
    assert (users[-1] if users else re.findall(r"^USER (\S+)$", stages()[base][1], re.M)[-1]) == "desk"


def test_what_is_copied_is_all_that_desk_and_api_need(tmp_path):
    for source, place in copied(stages()["serving"][1]):
        if not place.startswith("/"):
            into = tmp_path / place / (Path(source).name if place.endswith("/") else "")
            into.parent.mkdir(parents=True, exist_ok=True)
            copy = shutil.copytree if (ROOT / source).is_dir() else shutil.copyfile
            copy(ROOT / source, into)
    ran = python(tmp_path, "-c", DESK)
    assert ran.returncode == 0 and ran.stdout.strip(), ran.stderr[-2_000:]


@pytest.mark.parametrize("name", SERVING)
def test_every_setting_handed_on_is_one_that_is_documented(name):
    documented = set(re.findall(r"`([A-Z][A-Z_]+)`", (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")))
    assert set(SERVICES[name]["environment"]) - documented == set()


def test_every_secret_comes_from_outside_and_what_evidence_needs_is_required():
    given = {(name, value) for each in SERVICES.values() for name, value in each.get("environment", {}).items()}
    secret = {(name, value) for name, value in given if SECRET.search(name) or "://desk" in str(value)}
    assert {name for name, _ in secret} >= {"STORE_URL", "EVIDENCE_KEY", "LINK_SECRET", "POSTGRES_PASSWORD", "API_KEYS"}
    assert [pair for pair in secret if pair[1] is not None and not re.search(r"\$\{\w+:\?[^}]+\}", pair[1])] == []


def test_what_is_required_is_told_where_it_is_made():
    required = set(re.findall(r"\$\{(\w+):\?", (ROOT / "compose.yaml").read_text(encoding="utf-8")))
    told = (ROOT / "docs" / "deployment.md").read_text(encoding="utf-8")
    assert required == {"STORE_PASSWORD", "LINK_SECRET", "EVIDENCE_KEY"}
    assert [name for name in (*required, "SIGN_IN_FILE") if f"`{name}`" not in told] == []


def test_the_store_is_migrated_before_it_is_opened():
    assert SERVICES["migrate"]["depends_on"] == {"store": {"condition": "service_healthy"}}
    for name in ("desk", "api"):
        assert SERVICES[name]["depends_on"] == {"migrate": {"condition": "service_completed_successfully"}}


def test_every_service_that_stays_is_asked_whether_it_is_well_and_is_reached_from_here_only():
    stays = {name: each for name, each in SERVICES.items() if name != "migrate"}
    assert [name for name, each in stays.items() if "test" not in each["healthcheck"]] == []
    assert [
        port for each in SERVICES.values() for port in each.get("ports", []) if not port.startswith("127.0.0.1:")
    ] == []


def test_what_we_build_writes_nowhere_but_into_volumes_that_exist():
    built = {name: each for name, each in SERVICES.items() if "build" in each}
    assert set(built) == {*SERVING, "mlflow"}
    assert {each["build"]["target"] for each in built.values()} <= set(stages())
    assert [name for name, each in built.items() if not (each["read_only"] and each["cap_drop"] == ["ALL"])] == []
    named = {volume.split(":")[0] for each in SERVICES.values() for volume in each["volumes"]}
    assert named - {"./data"} == set(COMPOSE["volumes"])


def test_its_commands_are_understood(tmp_path):
    words = SERVICES["migrate"]["command"]
    store = {"STORE_URL": f"sqlite:///{tmp_path / 'new.sqlite'}", "PYTHONPATH": str(ROOT)}
    made = subprocess.run(
        [sys.executable, *words[1:]], capture_output=True, text=True, env={**os.environ, **store}, check=False
    )
    assert (made.returncode, (tmp_path / "new.sqlite").is_file()) == (0, True), made.stderr
    helps = {
        "api": python(ROOT, "-m", "app.api", "--help").stdout,
        "mlflow": run(ROOT, Path(sys.executable).with_name("mlflow"), "server", "--help").stdout,
    }
    for name, told in helps.items():
        options = {word for word in SERVICES[name]["command"] if word.startswith("--")}
        assert options and options - set(re.findall(r"--[\w-]+", told)) == set(), name
