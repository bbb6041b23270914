"""A feature declared after a portfolio was published: what is served still opens, its champion has all it reads."""

import json

import pytest

from tests.recipes import carry_out, python, recipes, scratch_checkout

CLIENT = 100_002
BUREAU = "A new bureau feature"
APPLICATION = (
    "app/scoring/features/application.py",
    "COLUMNS: Columns = LOAN |",
    'PLANTED: Columns = {number("planted_sum", "Planted sum", "money"): _.AMT_CREDIT + _.AMT_ANNUITY}\n'
    "COLUMNS: Columns = PLANTED | LOAN |",
)
VISIT = """
import sys
from functools import cache
from streamlit.components.v2 import manifest_scanner
from streamlit.testing.v1 import AppTest
manifest_scanner.scan_component_manifests = cache(manifest_scanner.scan_component_manifests)
from app.scoring.features import by_name
from tests.pages.number_fields import number_field
assert {"planted_sum", "bureau_currencies"} <= set(by_name)
app = AppTest.from_file("app/desk.py", default_timeout=120)
app.query_params.update({"lang": "en", "client": sys.argv[1]})
app.run()
for page in sys.argv[2:]:
    app = app.switch_page(f"../pages/{page}.py").run()
    if page == "simulate":
        number_field(app, f"credit_{sys.argv[1]}").set_value(200_000.0).run()
    if page == "new_applicant":
        for name, value in {"credit": 300_000.0, "annuity": 15_000.0, "income": 90_000.0}.items():
            number_field(app, f"applicant_{name}").set_value(value)
        app.button(key="score").click().run()
    shown = [each.proto.body for each in app.get("html")]
    assert not app.exception and not any("class=\\"alert" in each for each in shown), (page, app.exception, shown)
    offered = str([box.options for box in (*app.selectbox, *app.multiselect)])
    assert app.title and "Planted" not in offered and "Currencies" not in offered, page
    print(page, "|", app.title[0].value)
"""


@pytest.fixture(scope="module")
def tree(tmp_path_factory):
    """The project with two more features over the committed demonstration: the recipe's, and an application's."""
    root = scratch_checkout(tmp_path_factory.mktemp("tree"))
    carry_out(recipes()[BUREAU], root)
    name, before, after = APPLICATION
    text = (root / name).read_text(encoding="utf-8")
    assert text.count(before) == 1
    (root / name).write_text(text.replace(before, after), encoding="utf-8")
    return root


def test_every_page_of_a_client_opens_and_offers_what_the_portfolio_holds(tree):
    pages = ["client", "why", "compare", "simulate", "decide", "find", "new_applicant"]
    told = python(tree, "-c", VISIT, CLIENT, *pages)
    assert told.returncode == 0, told.stderr[-3_000:]
    assert [line.split(" | ")[0] for line in told.stdout.splitlines() if " | " in line] == pages


def test_drift_is_measured_and_says_what_it_left_out(tree, tmp_path):
    told = python(tree, "-m", "training", "drift", "--current", "data/demo/tables", "--store", tmp_path, "--no-report")
    assert told.returncode in (0, 1, 3), told.stderr[-3_000:]
    drift = json.loads(next((tree / "data/demo/portfolio/drift").rglob("result.json")).read_text(encoding="utf-8"))
    assert "this version knows them: bureau_currencies, planted_sum." in drift["notices"][-1]
    assert not [each for each in drift["features"] if each["feature"] in ("bureau_currencies", "planted_sum")]


def test_a_new_release_holds_the_new_features(tree, tmp_path):
    told = python(
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
        f"held = Portfolio.open(Path(sys.argv[1])).client({CLIENT}).features\n"
        "print(held['planted_sum'], held['bureau_currencies'])"
    )
    planted, currencies = map(float, python(tree, "-c", code, tmp_path).stdout.split())
    assert planted > 0 and currencies >= 1
