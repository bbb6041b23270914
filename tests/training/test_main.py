"""The command line: every verb answers for itself, fast, and what it was given wrongly is one sentence and code 2."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest
import typer

from app import command
from app.scoring.problems import Problem
from training.__main__ import main
from training.command_line.verbs import VERBS
from training.model.recipe import Recipe

ROOT = Path(__file__).parents[2]
NAMES = sorted(typer.main.get_command(VERBS).commands)
HEAVY = ("mlflow", "lightgbm", "pandas", "ibis", "sklearn", "evidently", "optuna", "matplotlib", "scipy", "tqdm")
PAGES = [
    "Makefile",
    "README.md",
    "training/README.md",
    "data/README.md",
    "CONTRIBUTING.md",
    "CHANGELOG.md",
    "docs",
    ".github/workflows",
    "training",
    "app",
    "tests",
]


def left(*arguments):
    """The code a command line leaves with."""
    with pytest.raises(SystemExit) as end:
        main([str(each) for each in arguments])
    return end.value.code


def refused(capsys, *arguments):
    """The one sentence of a command line that leaves with 2."""
    assert left(*arguments) == 2
    told = capsys.readouterr()
    assert told.out == "" and told.err.count("\n") == 1, told.err
    return told.err


def test_the_verbs_are_these():
    model, served = (
        ["train", "bench-models", "ablation", "directions", "figures"],
        ["promote", "rollback", "pull", "publish"],
    )
    tables = ["score", "drift", "drift-power", "explore", "build-features"]
    synthetic = ["demo", "publish-demo", "demo-drift", "synthesize", "estimate-profile"]
    assert sorted(model + served + tables + synthetic) == NAMES


@pytest.mark.parametrize("verb", NAMES)
def test_every_verb_says_what_it_wants(verb, capsys):
    assert left(verb, "--help") == 0
    told = capsys.readouterr().out
    assert f"python -m training {verb}" in told
    options = [line for line in told.splitlines() if re.match(r"  --[a-z]", line) and "--help" not in line]
    explained = re.findall(r"^  --[a-z-]+[^\n]*?(?:  +|\n {10,})\S", told, flags=re.MULTILINE)
    assert options and len(explained) >= len(options), told


@pytest.mark.parametrize("verb", NAMES)
def test_an_option_that_no_verb_has_is_one_sentence(verb, capsys):
    assert "No such option: --no-such-thing" in refused(capsys, verb, "--no-such-thing")


@pytest.mark.parametrize("wrong", [("retrain",), ("train.sh", "--help"), ("--verbose",)])
def test_a_verb_that_is_none_is_one_sentence(wrong, capsys):
    assert wrong[0] in refused(capsys, *wrong)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (("train",), "--data"),
        (("train", "--data", "x", "--weight", "0"), "greater than or equal to 0.01 (given: 0)"),
        (("train", "--data", "x", "--weight", "1e9"), "less than or equal to 1000"),
        (("bench-models", "--data", "x", "--weight", "nan"), "nan"),
        (("train", "--data", "x", "--weight", "ten"), "ten"),
        (("train", "--data", "x", "--seed", "-1"), "'--seed'"),
        (("train", "--data", "x", "--seed", str(2**31)), "2147483647"),
        (("promote", "--version", "0", "--data", "x"), "--version"),
        (("promote", "--version", "third", "--data", "x"), "third"),
        (("score", "--out", "x"), "either --data or --rows"),
        (("score", "--out", "x", "--data", "x", "--rows", "x"), "either --data or --rows"),
        (("build-features", "--data", "x", "--out", "x", "--engine", "abacus"), "abacus"),
        (("demo", "--clients", "10"), "1100"),
    ],
)
def test_a_wrong_setting_is_one_sentence(wrong, said, capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert said in refused(capsys, *wrong)
    assert list(tmp_path.iterdir()) == []


DATA_VERBS = ("train", "bench-models", "ablation", "explore", "publish", "build-features", "score", "drift", "promote")


@pytest.mark.parametrize("variable", ["MODEL_STORE", "PORTFOLIO_DIR"])
def test_a_folder_that_is_a_file_is_one_sentence_and_it_stays(variable, capsys, tmp_path, monkeypatch):
    file = tmp_path / "file"
    file.write_text("mine", encoding="utf-8")
    monkeypatch.setenv(variable, str(file))
    assert variable in refused(capsys, "train", "--data", tmp_path)
    monkeypatch.delenv(variable)
    for option in ("--store", "--portfolio"):
        assert f"'{file}' is a file" in refused(capsys, "train", "--data", tmp_path, option, file)
    assert file.read_text(encoding="utf-8") == "mine" and list(tmp_path.iterdir()) == [file]


@pytest.mark.parametrize("missing", ["nowhere", "file"])
@pytest.mark.parametrize("verb", DATA_VERBS[:7])
def test_tables_that_are_no_folder_are_one_sentence(verb, missing, capsys, tmp_path, monkeypatch):
    (tmp_path / "file").touch()
    monkeypatch.chdir(tmp_path)
    more = ["--out", "out"] if verb in ("build-features", "score") else []
    if verb == "score":  # the desk's own store, once another test has made it, is asked about this folder's champion
        more += ["--store-url", f"sqlite:///{tmp_path / 'none.sqlite'}"]
    assert missing in refused(capsys, verb, "--data", missing, *more).split(":")[0]
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_a_place_under_a_file_is_a_sentence_and_not_a_crash(capsys, tmp_path):
    (tmp_path / "file").touch()
    told = refused(capsys, "pull", "--store", tmp_path / "file" / "store")
    assert "Not a directory" in told and "Nothing that was served is changed" in told


def test_a_crash_leaves_with_a_code_that_no_verb_answers_with(caplog):
    def broken():
        raise RuntimeError("planted")

    with pytest.raises(SystemExit) as end:
        command.run(broken)
    assert end.value.code == command.CRASHED == 70
    assert "planted" in caplog.text


def test_a_problem_is_its_sentence(capsys):
    def refuse():
        raise Problem("This is it.", "That is why.", "Do that.")

    with pytest.raises(SystemExit) as end:
        command.run(refuse)
    assert end.value.code == command.BAD_INPUT
    assert capsys.readouterr().err.startswith("This is it.")


def test_the_help_loads_nothing_heavy():
    code = (
        "import sys, contextlib\nfrom training.__main__ import main\n"
        "with contextlib.suppress(SystemExit):\n    main(['train', '--help'])\n"
        f"print([name for name in {HEAVY} if name in sys.modules])"
    )
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert told.stdout.splitlines()[-1] == "[]"


@pytest.mark.parametrize(
    ("variable", "verb", "option"),
    [
        ("MODEL_STORE", "train", "--store"),
        ("MODEL_STORE", "score", "--model"),
        ("PORTFOLIO_DIR", "train", "--portfolio"),
        ("PORTFOLIO_DIR", "drift", "--portfolio"),
        ("STORE_URL", "drift", "--store-url"),
        ("STORE_URL", "score", "--store-url"),
    ],
)
def test_the_help_names_the_environment_variable(variable, verb, option, capsys):
    left(verb, "--help")
    told = " ".join(capsys.readouterr().out.split())
    assert variable in told.split(f"{option} ")[1].split(" --")[0]


def test_the_environment_says_where_things_are(monkeypatch, tmp_path):
    seen = []
    monkeypatch.setenv("MODEL_STORE", str(tmp_path / "store"))
    monkeypatch.setenv("PORTFOLIO_DIR", str(tmp_path / "portfolio"))
    monkeypatch.setattr("training.registry.publish.publish_data", lambda *given: seen.append(given) or "it")
    assert left("publish", "--data", "tables", "--synthetic") == 0
    assert seen == [(Path("tables"), tmp_path / "store" / "champion", tmp_path / "portfolio", True, False)]


def test_the_weight_and_the_seed_of_the_command_are_those_of_the_recipe(monkeypatch):
    seen = []
    monkeypatch.setattr("training.pipeline.run", lambda *given, **named: seen.append((given, named)))
    assert left("train", "--data", "tables", "--weight", "25", "--seed", "3", "--challenger") == 0
    assert left("train", "--data", "tables", "--synthetic") == 0
    ((_, _, dearer, synthetic), named), ((_, _, usual, made_up), _) = seen
    assert (dearer.weight, dearer.seed, synthetic, named["challenger"]) == (25.0, 3, False, True)
    assert (usual.weight, usual.seed, made_up) == (Recipe.weight, Recipe.seed, True)


def written():
    """Every text of the project in which a verb may be named."""
    for page in PAGES:
        place = ROOT / page
        files = [place] if place.is_file() else place.rglob("*")
        yield from (each for each in files if each.suffix in {".md", ".yml", ".py", ".po", ""} and each.is_file())


def test_every_verb_that_is_named_anywhere_exists():
    named = {
        (path.relative_to(ROOT).as_posix(), verb)
        for path in written()
        if path != Path(__file__)
        for verb in re.findall(r"-m training\b[ .]([a-z][a-z_.-]+)", path.read_text(encoding="utf-8"))
    }
    assert {verb for _, verb in named} == set(NAMES)
    assert [each for each in sorted(named) if each[1] not in NAMES] == []


def test_no_module_of_training_is_run_but_the_command_line():
    modules = {".".join(path.relative_to(ROOT).with_suffix("").parts) for path in (ROOT / "training").rglob("*.py")}
    strings = {
        (path.name, node.value)
        for path in (ROOT / "tests").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    assert [each for each in sorted(strings) if each[1] in modules] == []


def test_every_verb_is_in_the_table_of_training():
    table = (ROOT / "training" / "README.md").read_text(encoding="utf-8")
    made = set(re.findall(r"`make ([a-z-]+)", table)) | set(re.findall(r"python -m training ([a-z-]+)", table))
    assert set(NAMES) <= made
