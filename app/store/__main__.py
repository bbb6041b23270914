"""``python -m app.store VERB``: prove the evidence whole, bring an older store here, back up, score again, erase."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from pydantic import SecretStr
from sqlalchemy import Engine

from app.scoring.problems import Problem
from app.settings import ROOT, Settings, settings
from app.store.backup import Places, back_up
from app.store.cases.contents import Erased
from app.store.cases.erasure import needed_champions
from app.store.champions import check as check_champions
from app.store.database import connect
from app.store.heads import Heads
from app.store.journal import Journal
from app.store.portfolio import RELEASES, Portfolio
from app.store.proof import Proof, prove_evidence
from app.store.replay import replay
from app.store.restore import restore
from app.store.retention import erase_client, retain
from app.store.revision import existing, migrate
from app.store.signature import key_needed, sign
from app.store.subject import write_subject


def verify(
    url: str, portfolio: Path, head: str | None, first_heads: bool = False, archive: Path | None = None
) -> list[str]:
    """What is proven, a sentence each; where a key is set, the end of the chain is signed anew.

    Args:
        archive: where champions are that dossiers need; they are not looked at where it is None.

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


def _champions(engine: Engine, archive: Path | None) -> list[str]:
    with engine.connect() as connection:
        needed = needed_champions(connection)
    if archive is None or not needed:
        return []
    return [f"champions: {check_champions(archive, needed)} that dossiers need, as they were kept"]


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


def sign_served(root: Path) -> list[str]:
    """Sign the served release with ``RELEASE_KEY``, after it is found whole: it was published before there was a key.

    Raises:
        Problem: there is no key, or the release is not whole.
    """
    release = Portfolio.open(root, signed=False).release
    if not sign(root / RELEASES / release):
        raise key_needed()
    return [f"portfolio {release}: signed, as it is now"]


def main(arguments: list[str] | None = None) -> int:
    """The command; returns 0 when everything is proven or done, 2 when not."""
    try:
        chosen = _parser(settings()).parse_args(arguments)
        print("\n".join(VERBS[chosen.verb](chosen)))
    except Problem as problem:
        print(problem, file=sys.stderr)
        return 2
    return 0


def _parser(chosen: Settings) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m app.store", description=__doc__)
    places = argparse.ArgumentParser(add_help=False)
    places.add_argument("--url", default=chosen.store, help="store database")
    places.add_argument("--portfolio", type=Path, default=chosen.portfolio, help="served folder")
    places.add_argument("--champions", type=Path, help="champions that dossiers need")
    places.add_argument("--champion", type=Path, default=ROOT / "model_store" / "champion", help="exported champion")
    places.add_argument("--first-heads", action="store_true", help="nothing was signed with EVIDENCE_KEY before")
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
    added = {verb: verbs.add_parser(verb, parents=[places], help=told) for verb, told in HELP.items()}
    added["verify"].add_argument("--head", help="hash an earlier proof ended on: the journal must still contain it")
    added["migrate"].add_argument("--make", action="store_true", help="make the store where there is none")
    for verb, told in (("backup", "a new one"), ("restore", "the one to restore")):
        added[verb].add_argument("folder", type=Path, help=f"of the back-up: {told}")
    added["replay"].add_argument("entry", type=int, help="number of the journal's entry")
    added["retention"].add_argument("--apply", action="store_true", help="erase what is listed")
    for verb in ("subject", "erase"):
        added[verb].add_argument("--client", type=int, required=True, help="number of the client")
    added["subject"].add_argument("--out", type=Path, required=True, help="a file that is not there yet")
    added["erase"].add_argument("--why", required=True, help="kept for good: it names nobody")
    return parser


HELP = {
    "verify": "prove every row, link, guard, content, dossier's champion, and the served portfolio",
    "migrate": "bring the store to the newest revision",
    "backup": "back everything up",
    "restore": "restore a back-up where nothing is",
    "sign": "sign the served release with RELEASE_KEY: one that was published before there was a key",
    "replay": "score a decision's dossier again",
    "retention": "list what files say and is older than RETENTION_YEARS; with --apply, erase it",
    "subject": "write all that is held of one client",
    "erase": "erase what files say of one client",
}


def _verified(chosen: argparse.Namespace) -> list[str]:
    return verify(chosen.url, chosen.portfolio, chosen.head, chosen.first_heads, _archive(chosen))


def _archive(chosen: argparse.Namespace) -> Path:
    """Beside the store that is named, unless a folder is."""
    return chosen.champions or settings().model_copy(update={"store_url": SecretStr(chosen.url)}).champion_archive


def _places(chosen: argparse.Namespace) -> Places:
    heads = Heads.of(settings())
    key = heads.key if heads else ""
    places = chosen.url, chosen.portfolio, chosen.champion, settings().evidence_file
    return Places(*places, key, chosen.first_heads, _archive(chosen))


def _retained(chosen: argparse.Namespace) -> list[str]:
    years, heads = settings().retention_years, Heads.of(settings())
    return retain(_opened(chosen), years, _archive(chosen), chosen.apply, heads)


def _opened(chosen: argparse.Namespace) -> Engine:
    return Journal.open(existing(chosen.url)).engine


def _erased(chosen: argparse.Namespace) -> list[str]:
    return erase_client(_opened(chosen), chosen.client, chosen.why, _archive(chosen), Heads.of(settings()))


def _subject(chosen: argparse.Namespace) -> list[str]:
    return write_subject(_opened(chosen), Portfolio.open(chosen.portfolio), chosen.client, chosen.out.absolute())


VERBS: Mapping[str, Callable[[argparse.Namespace], list[str]]] = {
    "verify": _verified,
    "migrate": lambda chosen: bring(chosen.url, chosen.make),
    "backup": lambda chosen: back_up(_places(chosen), chosen.folder.absolute()),
    "restore": lambda chosen: restore(chosen.folder.absolute(), _places(chosen)),
    "sign": lambda chosen: sign_served(chosen.portfolio),
    "replay": lambda chosen: replay(_opened(chosen), chosen.entry, _archive(chosen)),
    "retention": _retained,
    "subject": _subject,
    "erase": _erased,
}


if __name__ == "__main__":
    sys.exit(main())
