"""Proof of everything an installation keeps as evidence: the store, the champions of dossiers, the served release."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Engine

from app.settings import settings
from app.store.cases.contents import Erased
from app.store.cases.erasure import needed_champions
from app.store.champions import check as check_champions
from app.store.heads import Heads
from app.store.journal import Journal
from app.store.portfolio import Portfolio
from app.store.proof import Proof, prove_evidence
from app.store.revision import existing


def verify(url: str, portfolio: Path, archive: Path, head: str | None, first_heads: bool = False) -> list[str]:
    """What is proven, a sentence each; where a key is set, the end of the chain is signed anew.

    Args:
        archive: where champions are that dossiers need.
        head: hash an earlier proof ended on, which the journal must still contain.
        first_heads: whether nothing was signed with the key before.

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
        *(_told(each) for each in proof.erased),
        *_champions(engine, archive),
        f"portfolio {opened.release}: {files} files and champion {opened.champion.version}, as published",
    ]


def _told(erased: Erased) -> str:
    which = f"{erased.contents:,} contents, by {erased.who} on {erased.at[:10]} (event {erased.event})"
    return f"erased: {which}: {erased.why}"


def _champions(engine: Engine, archive: Path) -> list[str]:
    with engine.connect() as connection:
        needed = needed_champions(connection)
    if not needed:
        return []
    return [f"champions: {check_champions(archive, needed)} that dossiers need, as they were kept"]


def _signed(proof: Proof, heads: Heads | None, engine: Engine) -> str:
    if heads is None:
        return "no EVIDENCE_KEY is set, so an end that was cut off or a chain written anew would not be found"
    if proof.links:
        heads.sign(proof.links, proof.hash, engine)
    return f"{proof.heads:,} signed heads agree"
