"""``python -m app.store VERB``: prove the evidence and the served portfolio whole, or bring an older store here."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from sqlalchemy import Engine

from app.scoring.problems import Problem
from app.settings import settings
from app.store.heads import Heads
from app.store.journal import Journal
from app.store.portfolio import Portfolio
from app.store.proof import Proof, prove_evidence
from app.store.revision import existing, migrate


def verify(url: str, portfolio: Path, head: str | None, first_heads: bool = False) -> list[str]:
    """What is proven, a sentence each; where a key is set, the end of the chain is signed anew.

    Raises:
        Problem: what is not.
    """
    engine, heads = existing(url), Heads.of(settings())
    journal = Journal.open(engine)
    ends = journal.verify(head)
    proof = prove_evidence(engine, heads, first_heads)
    opened = Portfolio.open(portfolio)
    files = len(opened.manifest["sizes"])
    return [
        f"decision journal: {ends.entries:,} entries, whole; it ends on {ends.hash}",
        f"evidence: {sum(proof.rows.values()):,} rows in {proof.links:,} links, whole; {_signed(proof, heads, engine)}",
        f"portfolio {opened.release}: {files} files and champion {opened.champion.version}, as published",
    ]


def _signed(proof: Proof, heads: Heads | None, engine: Engine) -> str:
    if heads is None:
        return "no EVIDENCE_KEY is set, so an end that was cut off or a chain written anew would not be found"
    if proof.links:
        heads.sign(proof.links, proof.hash, engine)
    return f"{proof.heads:,} signed heads agree"


def bring(url: str) -> list[str]:
    """Bring the store to the newest revision; says from which.

    Raises:
        Problem: it cannot be brought there; nothing was changed.
    """
    before, after = migrate(existing(url))
    return [f"store: at revision {after}" + (", as it was" if before == after else f", from {before or 'none'}")]


def main(arguments: list[str] | None = None) -> int:
    """The command; returns 0 when everything is proven or brought there, 2 when not."""
    parser = argparse.ArgumentParser(prog="python -m app.store", description=__doc__)
    parser.add_argument("verb", choices=["verify", "migrate"])
    parser.add_argument("--url", default=settings().store, help="store database")
    parser.add_argument("--portfolio", type=Path, default=settings().portfolio, help="served folder")
    parser.add_argument("--head", help="hash an earlier proof ended on: the journal must still contain it")
    parser.add_argument("--first-heads", action="store_true", help="nothing was signed with EVIDENCE_KEY before")
    chosen = parser.parse_args(arguments)
    try:
        said = bring(chosen.url) if chosen.verb == "migrate" else _verified(chosen)
        print("\n".join(said))
    except Problem as problem:
        print(problem, file=sys.stderr)
        return 2
    return 0


def _verified(chosen: argparse.Namespace) -> list[str]:
    return verify(chosen.url, chosen.portfolio, chosen.head, chosen.first_heads)


if __name__ == "__main__":
    sys.exit(main())
