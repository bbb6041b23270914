"""The dependency rule, read from the imports: pages -> app.ui -> app.scoring <- training; app.store beside them."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

FRAMEWORKS = {"streamlit", "fastapi", "starlette", "uvicorn", "mlflow", "evidently", "sqlalchemy", "plotly", "shap"}
ONLY_IN_TRAINING = {"mlflow", "evidently", "shap", "sklearn", "optuna", "imblearn", "pyspark", "tqdm", "matplotlib"}

# What the interface and the API say alike: the reader's language, without Streamlit.
WORDS = {"app.ui.words", "app.ui.feature_words", "app.ui.reason_words"}

# Layer -> what it may import of this project, and what it may never import of others.
RULES = {
    "app/scoring": ({"app.scoring"}, FRAMEWORKS | ONLY_IN_TRAINING),
    "app/store": ({"app.scoring", "app.store", "app.settings"}, {"streamlit", "fastapi"} | ONLY_IN_TRAINING),
    "app/ui": ({"app.scoring", "app.store", "app.ui", "app.settings"}, {"fastapi"} | ONLY_IN_TRAINING),
    "app/serving": (
        {"app.scoring", "app.store", "app.serving", "app.settings", *WORDS},
        {"streamlit", "plotly"} | ONLY_IN_TRAINING,
    ),
    "pages": ({"app.ui"}, None),
    "training": ({"app.scoring", "app.store", "app.settings", "training"}, {"streamlit", "fastapi"}),
}


# The classic SHAP plots: imported in a function, once a data scientist opens them, and said to be absent otherwise.
LOADED_WHEN_ASKED = {("app/ui/shap_plots.py", "shap")}


def sources(layer):
    return sorted((ROOT / layer).rglob("*.py"))


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
    code = f"import sys, app.api; print([name for name in {heavy} if name in sys.modules])"
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
