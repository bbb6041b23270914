"""Each recipe of CONTRIBUTING.md, carried out by its own text alone in a scratch copy, has the effect it promises."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.recipes import ROOT, carry_out, changed, python, recipes, run, scratch_checkout

FEATURE, COLOUR, PAGE, WEIGHT, GERMAN = (
    "A new bureau feature",
    "The refuse colour",
    "A new manager's page",
    "The cost ratio 10:1",
    "A German translation",
)
DESK = """
import sys
from functools import cache
import streamlit as st
from streamlit.components.v2 import manifest_scanner
from streamlit.testing.v1 import AppTest

# As in tests/pages/conftest.py: otherwise each run looks through all that is installed.
manifest_scanner.scan_component_manifests = cache(manifest_scanner.scan_component_manifests)

menus, show = [], st.navigation
st.navigation = lambda pages, **how: menus.append([page.title for page in pages]) or show(pages, **how)

def desk(role=None, **address):
    app = AppTest.from_file("app/desk.py", default_timeout=120)
    app.query_params.update({"lang": "en", **address})
    if role:
        app.session_state["role"] = role
    app.run()
    assert not app.exception, app.exception
    return app

def shown(app):
    return " ".join(each.proto.body for each in app.get("html"))
"""
Done = Callable[[str], Path]


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> Done:
    """A checkout in which a recipe is carried out, once each."""
    trees: dict[str, Path] = {}

    def carried_out(title: str) -> Path:
        if title not in trees:
            trees[title] = scratch_checkout(tmp_path_factory.mktemp("checkout"))
            carry_out(recipes()[title], trees[title])
        return trees[title]

    return carried_out


def told(tree: Path, code: str, *arguments: object) -> str:
    """What a script prints in a checkout."""
    ran = python(tree, "-c", code, *arguments)
    assert ran.returncode == 0, ran.stderr[-3_000:]
    return ran.stdout


def passes(tree: Path, *tests: str) -> None:
    """Tests of a checkout are green, and there are some."""
    ran = python(tree, "-m", "pytest", "-q", "-p", "no:cacheprovider", *tests)
    assert ran.returncode == 0, ran.stdout[-3_000:]


def test_the_five_are_there() -> None:
    assert list(recipes()) == [FEATURE, COLOUR, PAGE, WEIGHT, GERMAN]


@pytest.mark.parametrize("title", recipes())
def test_it_touches_the_files_it_says(done: Done, title: str) -> None:
    recipe = recipes()[title]
    assert [name for name in recipe.opened if not (ROOT / name).is_file()] == []
    assert changed(done(title)) == set(recipe.touched)


def test_a_diff_that_applies_no_more_is_red(tmp_path: Path) -> None:
    tree = scratch_checkout(tmp_path / "checkout")
    carry_out(recipes()[COLOUR], tree)
    with pytest.raises(AssertionError, match=r"palette.py"):
        carry_out(recipes()[COLOUR], tree)


def test_the_feature_is_worked_out_and_said_in_french(done: Done) -> None:
    # What is served meanwhile, and the next release: tests/test_new_feature.py.
    tree = done(FEATURE)
    passes(tree, "tests/scoring/features/test_bureau.py", "tests/language/test_words.py")
    code = (
        "from app.language.features import label\nfrom app.language.words import words_in\n"
        "print(label('bureau_currencies', words_in('fr')))"
    )
    assert told(tree, code).strip() == "Devises des prêts auprès d’autres établissements"


def test_the_colour_is_that_of_pages_and_of_trainings_pictures(done: Done) -> None:
    tree = done(COLOUR)
    wanted = re.search(r'refuse="(#\w{6})"', (tree / "app/ui/kit/palette.py").read_text(encoding="utf-8"))[1]
    assert wanted not in (ROOT / "app/ui/kit/palette.py").read_text(encoding="utf-8")
    assert f"--refuse:{wanted};" in told(tree, DESK + "print(shown(desk()))")
    drawn = """
import pandas as pd
from matplotlib.figure import Figure
from training.exploration import page
columns, outcome = pd.DataFrame({"income": range(100)}), pd.Series([0, 1] * 50, dtype=float)
figure = page._grid(columns, outcome, ["income"])
print([line.get_color() for axes in figure.axes for line in axes.get_lines()])
"""
    assert told(tree, drawn).strip() == str([wanted])
    passes(tree, "tests/ui/kit/test_palette.py")


def test_the_page_is_in_a_managers_menu_and_in_nobody_elses(done: Done) -> None:
    tree = done(PAGE)
    code = """
for role, page in (("manager", "threshold"), ("officer", "find"), ("data scientist", "threshold")):
    app = desk(role).switch_page(f"../pages/{page}.py").run()
    linked = [each.proto.label for each in app.get("page_link")]
    assert ("Losses" in linked) == ("Losses" in menus[-1]), "what is routed is linked to"
    print(role, linked)
"""
    menus = dict(line.split(" [", 1) for line in told(tree, DESK + code).splitlines())
    assert {role: "'Losses'" in menu for role, menu in menus.items()} == {
        "manager": True,
        "officer": False,
        "data scientist": False,
    }
    passes(tree, "tests/pages/test_losses_page.py", "tests/language/test_words.py", "tests/test_architecture.py")


def test_the_ratio_moves_the_threshold_and_the_active_policy_wins(done: Done) -> None:
    code = """
import numpy as np
from app.scoring.policy import MISSED_DEFAULT_WEIGHT, Policy, cheapest_threshold
from app.settings import settings
from app.store.database import connect
from app.store.policies import RECOMMENDATION, PolicyHistory
from app.store.portfolio import Portfolio
from app.store.proposals import Draft
from training.model.recipe import Recipe

champion = Portfolio.open(settings().portfolio).champion
chance = np.random.default_rng(0).uniform(0.01, 0.4, 20_000)
defaulted = (np.random.default_rng(1).uniform(size=chance.size) < chance).astype(float)
assert Recipe().weight == Policy(0.1).missed_default_weight == MISSED_DEFAULT_WEIGHT
print(MISSED_DEFAULT_WEIGHT, champion.recommended.missed_default_weight)
print(*(cheapest_threshold(chance, defaulted, weight, 0, 20) for weight in (Recipe().weight, 10.0)))

history = PolicyHistory.open(connect(settings().store), four_eyes=False)
assert history.decides(champion) == champion.recommended
draft = Draft(Policy(1 / 6), 6_000.0, 600.0, champion.version)
proposed = history.propose(draft, "Ada", "Losses fall.", champion.version)
history.activate(proposed.number, "Ada", RECOMMENDATION, champion.version)
assert history.decides(champion) == draft.policy != champion.recommended
"""
    weight, carried, threshold, before = map(float, told(done(WEIGHT), code).split())
    assert (weight, carried) == (5.0, 10.0)
    assert [threshold, before] == pytest.approx([1 / 6, 1 / 11], abs=0.03)


def test_the_ratio_of_a_training_run_is_a_setting(done: Done) -> None:
    helped = python(done(WEIGHT), "-m", "training", "train", "--help").stdout
    assert re.search(r"--weight.*?default: ([\d.]+)", helped, flags=re.DOTALL)[1] == "5.0"
    assert "active policy win" in re.sub(r"[\s│]+", " ", helped)
    assert '--weight "25"' in run(done(WEIGHT), "make", "--dry-run", "train", "DATA=tables", "WEIGHT=25").stdout


def test_german_is_offered_and_spoken(done: Done) -> None:
    tree = done(GERMAN)
    code = (
        "app = desk(lang='de')\nprint(app.session_state['lang'], menus[-1])\n"
        "print([list(each.options) for each in app.get('button_group')])\nprint(shown(app))"
    )
    language, offered, page = told(tree, DESK + code).split("\n", 2)
    assert language.startswith("de [") and "'Kundenakte'" in language and "'Find a file'" in language
    assert "['en', 'fr', 'de']" in offered
    assert 'title="Kreditentscheidungen"' in page
    tested = python(tree, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests/language").stdout
    assert "passed" in tested and set(re.findall(r"^FAILED \S+::(\w+)\[de\]", tested, flags=re.MULTILINE)) == {
        "test_every_message_is_translated_and_none_is_fuzzy_or_left_over",  # it names what is still missing
        "test_translations_keep_the_fields_of_their_message",
    }
