"""Pull: bring the registry's champion to this machine, verified; ``training.publish`` then serves with it."""

from __future__ import annotations

import argparse
import os
import tempfile
from pathlib import Path

from app.scoring.champion import Champion
from training import command, registry
from training.gate import check_declared


def pull(store: Path) -> str:
    """Put the registry's champion in the place of ``store/champion``; returns its version.

    Raises:
        RegistryProblem: the registry does not answer or names no champion; what is there stays.
        ModelProblem: this code could not feed it.
    """
    registry.connect(store)
    version = registry.named(registry.CHAMPION)
    if version is None:
        raise registry.RegistryProblem(
            "The registry names no champion of {model}.",
            "A version is served under the alias champion.",
            "Promote one there: make promote VERSION=n DATA=folder.",
            model=registry.MODEL,
        )
    with tempfile.TemporaryDirectory() as scratch:
        exported = Path(scratch) / "champion"
        registry.export(version, exported)
        champion = Champion.load(exported)
        check_declared(exported, champion)
        registry.replace_champion(exported, store / "champion")
    return champion.version


def main() -> None:
    """``python -m training.pull``."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--store", type=Path, default=Path(os.environ.get("MODEL_STORE", "model_store")))
    print("champion", pull(parser.parse_args().store))


if __name__ == "__main__":
    command.run(main)
