"""The rules of the house, read from the imports: who may import whom, no circle, tests where their module is."""

import ast
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

FRAMEWORKS = {"streamlit", "fastapi", "starlette", "uvicorn", "mlflow", "evidently", "sqlalchemy", "plotly", "shap"}
ONLY_IN_TRAINING = {"mlflow", "evidently", "shap", "sklearn", "optuna", "imblearn", "pyspark", "tqdm", "matplotlib"}
NOT_ON_SCREEN = {"fastapi"} | ONLY_IN_TRAINING

SCORING = {"app.scoring"}
LANGUAGE = {"app.language"} | SCORING
STORE = {"app.store", "app.settings", "app.environment", "app.command"} | SCORING
KIT = {"app.ui.kit"} | LANGUAGE | STORE
SHELL = {"app.ui.shell", "app.ui.loaders"} | KIT
CHARTS = {"app.ui.charts", "app.ui.kit"} | LANGUAGE
WINGS = ("officer", "manager", "data_scientist", "customer")

# Layer -> what it may import of this project, and what it may never import of others.
RULES = {
    "app/scoring": (SCORING, FRAMEWORKS | ONLY_IN_TRAINING),
    "app/language": (LANGUAGE, FRAMEWORKS | ONLY_IN_TRAINING),
    "app/store": (STORE, {"streamlit", "plotly"} | NOT_ON_SCREEN),
    "app/api": ({"app.api"} | LANGUAGE | STORE, {"streamlit", "plotly"} | ONLY_IN_TRAINING),
    "app/ui/kit": (KIT, NOT_ON_SCREEN),
    "app/ui/loaders.py": (STORE, NOT_ON_SCREEN),
    "app/ui/charts": (CHARTS, {"streamlit"} | NOT_ON_SCREEN),
    "app/ui/shell": (SHELL, NOT_ON_SCREEN),
    **{f"app/ui/{wing}": ({f"app.ui.{wing}", "app.ui.charts"} | SHELL, NOT_ON_SCREEN) for wing in WINGS},
    "app/demonstration": ({"app.demonstration", "app.ui.customer"} | SHELL, NOT_ON_SCREEN),
    "pages": ({"app.ui"}, None),
    "training": ({"training", "app.ui.kit.palette"} | STORE, {"streamlit", "fastapi"}),
}


# The classic SHAP plots: imported in a function, once a data scientist opens them, and said to be absent otherwise.
LOADED_WHEN_ASKED = {("app/ui/officer/shap_plots.py", "shap")}


def sources(layer):
    return [ROOT / layer] if layer.endswith(".py") else sorted((ROOT / layer).rglob("*.py"))


def imports(path):
    """Full names of the modules a file imports, wherever in the file."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import; name the whole path"
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names if node.module == "app")


def within(module, layers):
    return any(module == layer or module.startswith(layer + ".") for layer in layers)


def broken_rules(path, ours, forbidden):
    for module in imports(path):
        top = module.split(".")[0]
        if top in {"app", "training", "pages", "tests"}:
            if module != "app" and not within(module, ours):
                yield f"{path.relative_to(ROOT)} imports {module}"
        elif forbidden is not None and top in forbidden and (str(path.relative_to(ROOT)), top) not in LOADED_WHEN_ASKED:
            yield f"{path.relative_to(ROOT)} imports {module}"


@pytest.mark.parametrize("layer", RULES)
def test_a_layer_imports_only_what_it_may(layer):
    ours, forbidden = RULES[layer]
    assert sources(layer), f"{layer} is empty: the rule would check nothing"
    assert [fault for path in sources(layer) for fault in broken_rules(path, ours, forbidden)] == []


def modules():
    """Dotted name -> file of every module of the project."""
    files = [path for layer in ("app", "pages", "training") for path in sources(layer)]
    return {".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path for path in files}


def imported_modules(path, known):
    """The project's modules a file imports, wherever in the file."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom):
            for alias in node.names:
                full = f"{node.module}.{alias.name}"
                yield full if full in known else node.module


def test_no_module_imports_itself_by_a_circle():
    known = modules()
    graph = {name: set(imported_modules(path, known)) & known.keys() - {name} for name, path in known.items()}
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as circle:
        pytest.fail(" <- ".join(circle.args[1]))


def room_of(name, path):
    """The folder a module stands in; a file directly in app or app/ui is a room of its own."""
    if path.name == "__init__.py" or path.parent in (ROOT / "app", ROOT / "app" / "ui"):
        return name
    return name.rpartition(".")[0]


def within_each_other(one, other):
    return f"{one}.".startswith(f"{other}.") or f"{other}.".startswith(f"{one}.")


def test_no_room_imports_itself_by_a_circle():
    known = modules()
    rooms = {name: room_of(name, path) for name, path in known.items()}
    graph = {room: set() for room in rooms.values()}
    for name, path in known.items():
        for other in known.keys() & set(imported_modules(path, known)):
            if not within_each_other(rooms[name], rooms[other]):
                graph[rooms[name]].add(rooms[other])
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as circle:
        pytest.fail(" <- ".join(circle.args[1]))


IN_APP = ("api", "demonstration", "language", "scoring", "store", "ui")
MIRRORED = {**dict.fromkeys(IN_APP, "app"), "training": "."}
"""Folder of tests -> where its modules are."""


def test_a_test_stands_where_its_module_stands():
    astray = []
    for layer, root in MIRRORED.items():
        for test in sorted((ROOT / "tests" / layer).rglob("test_*.py")):
            folder, name = ROOT / root / test.relative_to(ROOT / "tests").parent, test.stem.removeprefix("test_")
            if not ((folder / f"{name}.py").exists() or (folder / f"__{name}__.py").exists() or folder.name == name):
                astray.append(str(test.relative_to(ROOT)))
    assert astray == []


def test_the_name_of_the_column_that_names_a_client_is_written_once():
    declared = [
        path
        for path in modules().values()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and node.value == "SK_ID_CURR"
    ]
    assert [path.name for path in declared] == ["keys.py"]


def test_pages_import_only_streamlit_and_the_interface():
    allowed = {"streamlit", "app", "__future__"}
    strangers = {m for path in sources("pages") for m in imports(path) if m.split(".")[0] not in allowed}
    assert strangers == set()


def test_the_rule_finds_a_planted_import(tmp_path, monkeypatch):
    planted = tmp_path / "planted.py"
    planted.write_text("from app.store import portfolio\nimport mlflow.pyfunc\n", encoding="utf-8")
    monkeypatch.setitem(globals(), "ROOT", tmp_path)
    assert list(broken_rules(planted, *RULES["app/scoring"])) == [
        "planted.py imports app.store",
        "planted.py imports mlflow.pyfunc",
    ]


def test_the_api_never_loads_the_dashboards_framework():
    import subprocess
    import sys

    taken_along = {"sklearn", "matplotlib"}  # by LightGBM, where they are installed
    heavy = sorted(({"streamlit", "plotly"} | ONLY_IN_TRAINING) - taken_along)
    code = f"import sys, app.api.app; print([name for name in {heavy} if name in sys.modules])"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert ran.stdout.strip() == "[]"


@pytest.mark.parametrize(("file", "library"), LOADED_WHEN_ASKED)
def test_what_is_loaded_when_asked_is_not_loaded_before(file, library):
    module = ast.parse((ROOT / file).read_text(encoding="utf-8"))
    at_once = [node for node in module.body if isinstance(node, ast.Import | ast.ImportFrom)]
    names = {alias.name for node in at_once for alias in node.names}
    names |= {node.module for node in at_once if isinstance(node, ast.ImportFrom)}
    assert not [name for name in names if name.split(".")[0] == library or library in name.split("_")]


def test_no_file_directly_in_app_bears_a_standard_modules_name():
    # Streamlit puts app/ itself on sys.path: such a file would hide the standard module from every library.
    import sys

    assert {path.stem for path in (ROOT / "app").glob("*.py")} & set(sys.stdlib_module_names) == set()


def test_no_pickle_is_read_or_written():
    for layer in ("app", "pages", "training"):
        for path in sources(layer):
            assert not {"pickle", "joblib", "cloudpickle", "dill"} & {m.split(".")[0] for m in imports(path)}, path
