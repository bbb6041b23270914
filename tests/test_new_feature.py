"""A feature declared after a portfolio was published: what is served still opens, its champion has all it reads."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
CLIENT = 100_002
PLANTED = {
    "app/scoring/features/application.py": (
        "COLUMNS: Columns = LOAN |",
        'PLANTED: Columns = {number("planted_sum", "Planted sum", "money"): _.AMT_CREDIT + _.AMT_ANNUITY}\n'
        "COLUMNS: Columns = PLANTED | LOAN |",
    ),
    "app/scoring/features/bureau.py": (
        "LOANS: Columns = {\n",
        'LOANS: Columns = {\n    number("planted_count", "Planted count", "count"): _.count(),\n',
    ),
}
VISIT = """
import sys
from streamlit.testing.v1 import AppTest
from app.scoring.features import by_name
assert {"planted_sum", "planted_count"} <= set(by_name)
app = AppTest.from_file("app/desk.py", default_timeout=120)
app.query_params.update({"lang": "en", "client": sys.argv[1]})
app.run()
for page in sys.argv[2:]:
    app = app.switch_page(f"../pages/{page}.py").run()
    if page == "simulate":
        app.number_input(key=f"credit_{sys.argv[1]}").set_value(200_000.0).run()
    if page == "new_applicant":
        for name, value in {"credit": 300_000.0, "annuity": 15_000.0, "income": 90_000.0}.items():
            app.number_input(key=f"applicant_{name}").set_value(value)
        app.button(key="score").click().run()
    shown = [each.proto.body for each in app.get("html")]
    assert not app.exception and not any("class=\\"alert" in each for each in shown), (page, app.exception, shown)
    assert app.title and "lanted" not in str([box.options for box in (*app.selectbox, *app.multiselect)]), page
    print(page, "|", app.title[0].value)
"""


@pytest.fixture(scope="module")
def tree(tmp_path_factory):
    """The project with two more features, over the committed demonstration."""
    root = tmp_path_factory.mktemp("tree")
    for folder in ("app", "pages", "training", ".streamlit"):
        shutil.copytree(ROOT / folder, root / folder, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(ROOT / "data" / "demo", root / "data" / "demo", ignore=shutil.ignore_patterns("drift"))
    (root / "model_store").symlink_to(ROOT / "model_store")
    for name, (before, after) in PLANTED.items():
        text = (root / name).read_text(encoding="utf-8")
        assert text.count(before) == 1
        (root / name).write_text(text.replace(before, after), encoding="utf-8")
    return root


def run(tree, *command):
    environment = {**os.environ, "PYTHONPATH": str(tree), "STORE_URL": f"sqlite:///{tree / 'desk.sqlite'}"}
    return subprocess.run(
        [sys.executable, *map(str, command)], capture_output=True, text=True, cwd=tree, env=environment
    )


def test_every_page_of_a_client_opens_and_offers_what_the_portfolio_holds(tree):
    pages = ["client", "why", "compare", "simulate", "decide", "find", "new_applicant"]
    told = run(tree, "-c", VISIT, CLIENT, *pages)
    assert told.returncode == 0, told.stderr[-3_000:]
    assert [line.split(" | ")[0] for line in told.stdout.splitlines() if " | " in line] == pages


def test_drift_is_measured_and_says_what_it_left_out(tree, tmp_path):
    told = run(tree, "-m", "training", "drift", "--current", "data/demo/tables", "--store", tmp_path, "--no-report")
    assert told.returncode in (0, 1, 3), told.stderr[-3_000:]
    drift = json.loads(next((tree / "data/demo/portfolio/drift").rglob("result.json")).read_text(encoding="utf-8"))
    assert "this version knows them: planted_count, planted_sum." in drift["notices"][-1]
    assert not [each for each in drift["features"] if each["feature"].startswith("planted")]


def test_a_new_release_holds_the_new_features(tree, tmp_path):
    told = run(
        tree,
        "-m",
        "training",
        "publish",
        "--data",
        "data/demo/tables",
        "--portfolio",
        tmp_path,
        "--synthetic",
        "--unseen",
    )
    assert told.returncode == 0, told.stderr[-3_000:]
    code = (
        "import sys\nfrom pathlib import Path\nfrom app.store.portfolio import Portfolio\n"
        f"opened = Portfolio.open(Path(sys.argv[1]))\nprint(opened.client({CLIENT}).features['planted_sum'])"
    )
    assert float(run(tree, "-c", code, tmp_path).stdout) > 0
