"""Settings from the environment; the page that lists them and the code that declares them hold each other."""

from __future__ import annotations

import ast
import inspect
import logging
import os
import re
import secrets
import subprocess
import sys
import traceback
from itertools import chain
from pathlib import Path

import pytest
import typer
import uvicorn.config
import yaml
from pydantic import SecretStr

from app.environment import Rule, is_guessable, variable
from app.scoring.problems import AccessProblem
from app.settings import ROOT, Contact, Roles, Settings, listed_roles
from tests.chosen_settings import changed
from tests.test_architecture import sources
from training.settings import TrainingSettings

DECLARED = {
    variable(field): field
    for group in (Settings, Contact, Roles, TrainingSettings)
    for field in group.model_fields.values()
}
PAGE = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
SECRETS = ("LINK_SECRET", "EVIDENCE_KEY", "API_CONSOLE_KEY")
GUESSES = ("a", "changeme", "x" * 64, "0123456789" * 4, "abcdefghijklmnopqrstuvwxyz012345", "keep-it-to-yourself" * 3)


@pytest.fixture(autouse=True)
def nothing_is_set(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (*DECLARED, "RENDER_GIT_COMMIT"):
        monkeypatch.delenv(name, raising=False)


def listed(heading: str) -> list[tuple[str, str]]:
    """The name in each row under a heading, and what the page says of it."""
    section = PAGE.split(f"\n## {heading}\n")[1].split("\n## ")[0]
    return re.findall(r"^\| `([^`]+)` \| [^|]+ \| (.+) \|$", section, re.MULTILINE)


def test_the_page_lists_every_setting_in_its_own_words_and_no_other() -> None:
    assert listed("Settings") == [(name, field.description) for name, field in DECLARED.items()]


def test_the_page_lists_what_the_workflows_ask_for_and_nothing_else() -> None:
    workflows = "".join(each.read_text(encoding="utf-8") for each in (ROOT / ".github" / "workflows").glob("*.yml"))
    assert {name for name, _ in listed("The repository's")} == set(
        re.findall(r"\b(?:secrets|vars)\.([A-Z_]+)", workflows)
    )


def test_what_the_page_says_others_read_is_read_there() -> None:
    compose = yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))["services"]
    handed_on = set(chain.from_iterable(compose[name]["environment"] for name in ("desk", "api"))) - set(DECLARED)
    others = {name for name, _ in listed("Read by others")}
    assert handed_on <= others == {"FORWARDED_ALLOW_IPS", "[auth]"}
    assert "FORWARDED_ALLOW_IPS" in inspect.getsource(uvicorn.config)


def is_a_librarys_default(statement: ast.AST) -> bool:
    """``os.environ.setdefault(...)`` whose answer nobody takes: a library or a process started here is told."""
    return isinstance(statement, ast.Expr) and ast.unparse(statement).startswith("os.environ.setdefault(")


def environment_reads(path: Path) -> list[str]:
    """Where a file reads the environment by itself."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    defaults = filter(is_a_librarys_default, ast.walk(tree))
    told = {id(each) for statement in defaults for each in ast.walk(statement)}
    names = {"environ", "environb", "getenv", "getenvb"}
    return [
        f"{path.name}:{node.lineno}"
        for node in ast.walk(tree)
        if id(node) not in told
        and (
            (isinstance(node, ast.Attribute) and node.attr in names)
            or (isinstance(node, ast.ImportFrom) and node.module == "os" and names & {each.name for each in node.names})
        )
    ]


def test_nobody_reads_the_environment_but_the_settings() -> None:
    files = [path for layer in ("app", "pages", "training") for path in sources(layer)]
    assert [read for path in files for read in environment_reads(path)] == []


def test_the_rule_finds_a_planted_read(tmp_path: Path) -> None:
    planted = tmp_path / "planted.py"
    planted.write_text(
        "import os\nfrom os import getenv\nos.environ.setdefault('A', '1')\nb = os.environ.setdefault('B', '1')\n"
        "c = os.getenv('C')\nd = os.environ['D']\n"
    )
    assert sorted(environment_reads(planted)) == ["planted.py:2", "planted.py:4", "planted.py:5", "planted.py:6"]


def test_the_commands_options_are_read_from_declared_settings() -> None:
    from training.command_line.verbs import VERBS

    commands = typer.main.get_command(VERBS).commands.values()
    read = {option.envvar for command in commands for option in command.params if getattr(option, "envvar", None)}
    assert read and read <= set(DECLARED)


def test_the_environment_names_the_portfolio(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORTFOLIO_DIR", "/srv/portfolio")
    assert Settings().portfolio == Path("/srv/portfolio")


def test_the_demonstration_is_served_until_a_portfolio_is_published(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.settings.ROOT", tmp_path)
    assert Settings().portfolio == tmp_path / "data/demo/portfolio"
    own = tmp_path / "data/portfolio"
    own.mkdir(parents=True)
    assert Settings().portfolio == tmp_path / "data/demo/portfolio"
    (own / "serving.json").write_text("{}")
    assert Settings().portfolio == own


def test_an_empty_variable_is_none_and_the_host_says_the_commit(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in DECLARED:
        monkeypatch.setenv(name, "")
    assert (Settings().link_days, Settings().commit, Contact().configured) == (7, "unknown", False)
    monkeypatch.setenv("RENDER_GIT_COMMIT", "0f1e2d3c")
    assert Settings().commit == "0f1e2d3c"


@pytest.mark.parametrize("value", ["true", "yes", "11", "on"])
def test_nobody_is_anonymous_unless_that_is_said_exactly(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    assert Settings().allow_anonymous is False and Settings().four_eyes is True
    monkeypatch.setenv("ALLOW_ANONYMOUS", "1")
    monkeypatch.setenv("FOUR_EYES", "0")
    assert Settings().allow_anonymous is True and Settings().four_eyes is False
    monkeypatch.setenv("ALLOW_ANONYMOUS", value)
    with pytest.raises(AccessProblem, match=f"ALLOW_ANONYMOUS is “{value}”. It is 1 for yes, 0 for no."):
        Settings()


@pytest.mark.parametrize("value", ["0", "-1", "seven", "1.5", "1000000", "²", "9" * 5_000])
@pytest.mark.parametrize("name", ["LINK_DAYS", "RETENTION_YEARS", "SESSIONS_PER_ADDRESS", "PORT"])
def test_a_number_that_is_none_is_said(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(AccessProblem, match=rf"^{name} is “{value[:40]}”\. It is a whole number from 1 to \d+\. "):
        Settings()


def test_a_number_within_its_limits_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LINK_DAYS", "100")
    assert Settings().link_days == 100


@pytest.mark.parametrize("value", ["localhost:8000", "file:///etc/passwd", "http://"])
def test_an_address_that_is_none_is_said(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("API_URL", value)
    with pytest.raises(AccessProblem, match=f"^API_URL is “{value}”"):
        Settings()


@pytest.mark.parametrize("url", ["nonsense", "mysql://desk:hush@host/desk", "postgresql://desk:hush@host:port/desk"])
def test_a_database_that_is_none_is_said_without_its_password(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    monkeypatch.setenv("STORE_URL", url)
    with pytest.raises(AccessProblem, match=r"^STORE_URL names no database\. It begins with sqlite:///") as told:
        Settings()
    assert_hidden("hush" if "hush" in url else url, told)


@pytest.mark.parametrize("url", ["sqlite:////srv/desk.sqlite", "postgresql://desk@host/desk", "postgres://host/desk"])
def test_a_database_is_taken_as_hosts_write_it(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    monkeypatch.setenv("STORE_URL", url)
    assert Settings().store == url


def test_every_setting_that_can_be_wrong_has_a_rule() -> None:
    free = {name for name, field in DECLARED.items() if not any(isinstance(each, Rule) for each in field.metadata)}
    assert {DECLARED[name].annotation for name in free} == {str, Path, Path | None, SecretStr}


@pytest.mark.parametrize("name", SECRETS)
@pytest.mark.parametrize("guess", GUESSES)
def test_a_secret_that_can_be_guessed_is_refused_and_not_repeated(
    monkeypatch: pytest.MonkeyPatch, name: str, guess: str
) -> None:
    monkeypatch.setenv(name, guess)
    with pytest.raises(
        AccessProblem, match=f"^{name} is short or plain enough to be guessed. .* Make one with: "
    ) as told:
        Settings()
    assert told.value.values["value"] == ""
    if len(guess) > 1:
        assert_hidden(guess, told)


def assert_hidden(secret: str, told: pytest.ExceptionInfo[BaseException]) -> None:
    """Nothing that prints the fault, its causes with it, prints the secret."""
    assert secret not in "".join(traceback.format_exception(told.value)) + repr(told.value.__context__)


@pytest.mark.parametrize("draw", [secrets.token_hex, secrets.token_urlsafe, lambda size: secrets.token_hex(size // 2)])
def test_what_is_drawn_at_random_is_taken(draw: object) -> None:
    assert not any(is_guessable(draw(32)) for _ in range(1_000))  # type: ignore[operator]


def test_secrets_are_in_nothing_that_settings_print(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    known = {name: secrets.token_hex(32) for name in SECRETS}
    known |= {"STORE_URL": "postgresql://desk:hush@host/desk", "API_KEYS": "ada:scoring:" + secrets.token_hex(32)}
    for name, value in {**known, "ROLES": "ada@lender.example:officer"}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("MLFLOW_TRACKING_URI", known["STORE_URL"])
    chosen, roles, training = Settings(), Roles(), TrainingSettings()
    with caplog.at_level(logging.INFO):
        logging.info("%s %r %s", chosen, chosen.model_dump(), chosen.model_dump_json())
        logging.info("%r %r", roles, training)
    assert [value for value in (*known.values(), "hush", "ada@") if value in caplog.text] == []
    assert (chosen.link_secret.get_secret_value(), chosen.store) == (known["LINK_SECRET"], known["STORE_URL"])
    assert listed_roles() == "ada@lender.example:officer"


def test_a_changed_setting_is_held_to_its_rule_too() -> None:
    assert changed(Settings(link_days=3), four_eyes=False).link_days == 3
    with pytest.raises(AccessProblem, match="LINK_DAYS"):
        changed(Settings(), link_days=0)


@pytest.mark.parametrize(
    "command",
    [("app.api",), ("app.store", "verify"), ("app.store", "migrate"), ("training", "drift", "--current", "nowhere")],
)
def test_a_command_leaves_with_2_and_the_sentence_alone(command: tuple[str, ...]) -> None:
    environment = {**os.environ, "LINK_SECRET": "changeme", "PYTHONPATH": str(ROOT)}
    ran = subprocess.run(
        [sys.executable, "-m", *command], capture_output=True, text=True, env=environment, timeout=120, check=False
    )
    assert (ran.returncode, ran.stdout) == (2, "")
    assert ran.stderr.splitlines()[-1].startswith("LINK_SECRET is short or plain enough to be guessed.")
    assert "Traceback" not in ran.stderr and "changeme" not in ran.stderr
