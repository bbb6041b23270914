"""``python -m app.store VERB``: prove the evidence and the served portfolio whole, bring an older one here, back up."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from sqlalchemy import Engine

from app.scoring.problems import Problem
from app.settings import ROOT, Settings, settings
from app.store.backup import Places, back_up
from app.store.database import connect
from app.store.heads import Heads
from app.store.journal import Journal
from app.store.portfolio import Portfolio
from app.store.proof import Proof, prove_evidence
from app.store.restore import restore
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


def bring(url: str, make: bool = False) -> list[str]:
    """Bring the store to the newest revision; says from which.

    Args:
        make: whether one is made where there is none.

    Raises:
        Problem: it cannot be brought there; nothing was changed.
    """
    before, after = migrate(connect(url) if make else existing(url))
    return [f"store: at revision {after}" + (", as it was" if before == after else f", from {before or 'none'}")]


def main(arguments: list[str] | None = None) -> int:
    """The command; returns 0 when everything is proven or brought there, 2 when not."""
    try:
        parser = _parser(settings())
        chosen = parser.parse_args(arguments)
        if (chosen.folder is not None) != (chosen.verb in ("backup", "restore")):
            parser.error("backup and restore name a folder, and no other verb does")
        print("\n".join(VERBS[chosen.verb](chosen)))
    except Problem as problem:
        print(problem, file=sys.stderr)
        return 2
    return 0


def _parser(chosen: Settings) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m app.store", description=__doc__)
    parser.add_argument("verb", choices=list(VERBS))
    parser.add_argument("folder", nargs="?", type=Path, help="of the back-up: a new one, or the one to restore")
    parser.add_argument("--champion", type=Path, default=ROOT / "model_store" / "champion", help="exported champion")
    parser.add_argument("--url", default=chosen.store, help="store database")
    parser.add_argument("--portfolio", type=Path, default=chosen.portfolio, help="served folder")
    parser.add_argument("--head", help="hash an earlier proof ended on: the journal must still contain it")
    parser.add_argument("--first-heads", action="store_true", help="nothing was signed with EVIDENCE_KEY before")
    parser.add_argument("--make", action="store_true", help="migrate makes the store where there is none")
    return parser


def _verified(chosen: argparse.Namespace) -> list[str]:
    return verify(chosen.url, chosen.portfolio, chosen.head, chosen.first_heads)


def _places(chosen: argparse.Namespace) -> Places:
    heads = Heads.of(settings())
    key = heads.key if heads else ""
    return Places(chosen.url, chosen.portfolio, chosen.champion, settings().evidence_file, key, chosen.first_heads)


VERBS: Mapping[str, Callable[[argparse.Namespace], list[str]]] = {
    "verify": _verified,
    "migrate": lambda chosen: bring(chosen.url, chosen.make),
    "backup": lambda chosen: back_up(_places(chosen), chosen.folder.absolute()),
    "restore": lambda chosen: restore(chosen.folder.absolute(), _places(chosen)),
}


if __name__ == "__main__":
    sys.exit(main())
