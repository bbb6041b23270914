"""``python -m app.demonstration VERB``: tell the demonstration's store an invented month, or empty it."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from pydantic import SecretStr

from app.demonstration.past import SEED
from app.demonstration.store import is_untold, start_again, tell_past
from app.scoring.problems import Problem
from app.settings import Settings, settings
from app.store.database import connect
from app.store.heads import Heads
from app.store.portfolio import Portfolio


def main(arguments: list[str] | None = None) -> int:
    """The command; returns 0 when it is done or, with ``--if-empty``, whatever could not be; 2 when not."""
    chosen = None
    try:
        chosen = _parser(settings()).parse_args(arguments)
        for line in _done(chosen):
            print(line)
    except Problem as problem:
        print(problem, file=sys.stderr)
        return 0 if getattr(chosen, "if_empty", False) else 2  # a past that cannot be told keeps no desk shut
    return 0


def _parser(known: Settings) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m app.demonstration", description=__doc__)
    places = argparse.ArgumentParser(add_help=False)
    places.add_argument("--url", default=known.store, help="store database")
    places.add_argument("--portfolio", type=Path, default=known.portfolio, help="served folder")
    places.add_argument("--seed", type=int, default=SEED, help="another month for another number")
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
    past = verbs.add_parser("past", parents=[places], help="tell an empty store of the demonstration a month of work")
    past.add_argument("--if-empty", action="store_true", help="leave any other store as it is, and say nothing of it")
    verbs.add_parser("start-again", parents=[places], help="empty the demonstration's store, then tell it the month")
    return parser


def _done(chosen: argparse.Namespace) -> list[str]:
    known = settings().model_copy(update={"store_url": SecretStr(chosen.url)})
    opened, engine = Portfolio.open(chosen.portfolio), connect(chosen.url, hurried=False)
    if getattr(chosen, "if_empty", False) and not is_untold(engine, opened):
        return []
    if chosen.verb == "start-again":
        start_again(engine, opened, Heads.of(settings()) is not None)
    told = tell_past(engine, opened, known.champion_archive, settings().contact, chosen.seed)
    return [f"store: an invented month of the demonstration, {told} links of the chain (seed {chosen.seed})"]


if __name__ == "__main__":
    sys.exit(main())
