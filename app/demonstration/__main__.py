"""``python -m app.demonstration VERB``: tell the demonstration's store an invented month, or empty it."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer
from pydantic import SecretStr
from sqlalchemy import Engine

from app import command
from app.demonstration.past import SEED
from app.demonstration.store import is_untold, tell_past
from app.demonstration.store import start_again as empty
from app.scoring.problems import Problem
from app.settings import settings
from app.store.database import connect
from app.store.heads import Heads
from app.store.portfolio import Portfolio
from app.store.verbs import Served, Url

Seed = Annotated[int, typer.Option(help="Another month for another number.")]


def past(
    url: Url,
    portfolio: Served,
    seed: Seed = SEED,
    if_empty: Annotated[
        bool, typer.Option("--if-empty", help="Leave any other store as it is, and say nothing of it.")
    ] = False,
) -> None:
    """Tell an empty store of the demonstration a month of work."""
    try:
        engine, opened = _opened(url, portfolio)
        if not if_empty or is_untold(engine, opened):
            _tell(engine, opened, url, seed)
    except Problem as problem:
        if not if_empty:
            raise
        print(problem, file=sys.stderr)  # a past that cannot be told keeps no desk shut


def start_again(url: Url, portfolio: Served, seed: Seed = SEED) -> None:
    """Empty the demonstration's store, then tell it the month."""
    engine, opened = _opened(url, portfolio)
    empty(engine, opened, Heads.of(settings()) is not None)
    _tell(engine, opened, url, seed)


VERBS = command.verbs("The invented past of the demonstration's store.")
for verb in (past, start_again):
    VERBS.command()(verb)


def main(arguments: list[str] | None = None) -> int:
    """Run the verb that the arguments name, those of the process unless given; returns its exit code."""
    return command.code_of(lambda: VERBS(arguments, standalone_mode=False, prog_name="python -m app.demonstration"))


def _opened(url: str, portfolio: Path) -> tuple[Engine, Portfolio]:
    return connect(url, hurried=False), Portfolio.open(portfolio)


def _tell(engine: Engine, opened: Portfolio, url: str, seed: int) -> None:
    known = settings().model_copy(update={"store_url": SecretStr(url)})
    told = tell_past(engine, opened, known.champion_archive, settings().contact, seed)
    print(f"store: an invented month of the demonstration, {told} links of the chain (seed {seed})")


if __name__ == "__main__":
    sys.exit(main())
