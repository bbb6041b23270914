"""Train: from raw tables to the served release."""

from __future__ import annotations

import argparse
import os
from pathlib import Path

from training import command
from training.model.recipe import Recipe
from training.pipeline import run
from training.places import Places


def main() -> None:
    """``python -m training --data DIR``."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder with the raw tables")
    parser.add_argument("--store", type=Path, default=Path(os.environ.get("MODEL_STORE", Places.store)))
    parser.add_argument("--portfolio", type=Path, default=Path(os.environ.get("PORTFOLIO_DIR", Places.portfolio)))
    parser.add_argument("--seed", type=int, default=Recipe.seed)
    parser.add_argument("--challenger", action="store_true", help="register only; promote with make promote VERSION=n")
    parser.add_argument("--override", help="why it may be served although the gate has reasons; recorded")
    arguments = parser.parse_args()
    places = Places(arguments.store, arguments.portfolio)
    recipe = Recipe(seed=arguments.seed)
    run(arguments.data, places, recipe, challenger=arguments.challenger, override=arguments.override)


if __name__ == "__main__":
    command.run(main)
