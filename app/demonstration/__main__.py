"""``python -m app.demonstration VERB``: tell the demonstration's store an invented month, or empty it."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from pydantic import SecretStr

from app.demonstration.past import SEED
from app.demonstration.store import start_again, tell_past
from app.scoring.problems import Problem
from app.settings import Settings, settings
from app.store.database import connect
from app.store.heads import Heads
from app.store.portfolio import Portfolio


def main(arguments: list[str] | None = None) -> int:
    """The command; returns 0 when it is done or, with ``--if-empty``, when there is nothing to do; 2 when not."""
    chosen = None
    try:
        chosen = _parser(settings()).parse_args(arguments)
        print(_done(chosen))
    except Problem as problem:
        if getattr(chosen, "if_empty", False):
            return 0
        print(problem, file=sys.stderr)
        return 2
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


def _done(chosen: argparse.Namespace) -> str:
    known = settings().model_copy(update={"store_url": SecretStr(chosen.url)})
    opened, engine = Portfolio.open(chosen.portfolio), connect(chosen.url, hurried=False)
    if chosen.verb == "start-again":
        start_again(engine, opened, Heads.of(settings()) is not None)
    told = tell_past(engine, opened, known.champion_archive, settings().contact, chosen.seed)
    return f"store: an invented month of the demonstration, {told} links of the chain (seed {chosen.seed})"


if __name__ == "__main__":
    sys.exit(main())
