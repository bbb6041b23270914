"""``python -m app.store verify``: prove the decision journal and the served portfolio whole."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from app.scoring.problems import Problem
from app.settings import settings
from app.store.database import connect
from app.store.journal import Journal
from app.store.portfolio import Portfolio


def verify(url: str, portfolio: Path, head: str | None) -> list[str]:
    """What is proven, a sentence each.

    Raises:
        Problem: what is not.
    """
    proven = Journal.open(connect(url)).verify(head)
    opened = Portfolio.open(portfolio)
    files = opened.verify()
    return [
        f"decision journal: {proven.entries:,} entries, whole; it ends on {proven.hash}",
        f"portfolio {opened.release}: {files} files and champion {opened.champion.version}, as published",
    ]


def main(arguments: list[str] | None = None) -> int:
    """The command; returns 0 when everything is proven, 2 when not."""
    parser = argparse.ArgumentParser(prog="python -m app.store", description=__doc__)
    parser.add_argument("verb", choices=["verify"])
    parser.add_argument("--url", default=settings().store, help="store database")
    parser.add_argument("--portfolio", type=Path, default=settings().portfolio, help="served folder")
    parser.add_argument("--head", help="hash an earlier proof ended on: the journal must still contain it")
    chosen = parser.parse_args(arguments)
    try:
        print("\n".join(verify(chosen.url, chosen.portfolio, chosen.head)))
    except Problem as problem:
        print(problem, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
